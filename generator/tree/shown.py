"""Trees made of others: one with a folder from elsewhere, one of which only a part is shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby

from generator.tree.entry import Entry, Tree


class Mounted:
    """A tree with one folder taken from another: the register may live on a branch of its own."""

    def __init__(self, tree: Tree, folder: str, other: Tree) -> None:
        self.tree = tree
        self.folder = folder
        self.other = other

    def entries(self, *under: str) -> list[Entry]:
        """Every path below `under`, those below the folder from the other tree only."""
        asked = any(f"{self.folder}/".startswith(f"{top}/") for top in under)
        kept = [entry for entry in self.tree.entries(*under) if not self._is_mounted(entry)]
        mounted = self.other.entries(self.folder) if asked else []
        return sorted([*kept, *mounted], key=lambda entry: entry.path)

    def digests_at(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Where the records' history is."""
        return self.tree.digests_at(wanted)

    def _is_mounted(self, entry: Entry) -> bool:
        return entry.path.startswith(f"{self.folder}/")

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
        """Bytes, each from the tree the entry came from."""
        for mounted, run in groupby(entries, key=self._is_mounted):
            yield from (self.other if mounted else self.tree).read(run)


class Part:
    """A tree of which only some paths are shown, so that a check costs what it looks at.

    Findings count in the files of `about` (all that are shown where it is None); the others are there to be read by
    the rules. `every` path is still known.
    """

    def __init__(self, tree: Tree, paths: Collection[str], about: Collection[str] | None = None) -> None:
        self.tree = tree
        self.paths = frozenset(paths)
        self.about = self.paths if about is None else frozenset(about)

    def entries(self, *under: str) -> list[Entry]:
        """The shown paths below `under`."""
        return [entry for entry in self.tree.entries(*under) if entry.path in self.paths]

    def every(self, *under: str) -> frozenset[str]:
        """All paths below `under`, shown or not: whether a file exists can be told of every file."""
        return frozenset(entry.path for entry in self.tree.entries(*under))

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
        """The bytes of the given entries."""
        return self.tree.read(entries)

    def digests_at(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Where the records' history is."""
        return self.tree.digests_at(wanted)
