"""Where a person may still be found after the roster has forgotten them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from generator.tree import Mode, Tree

# Shorter texts stand everywhere.
SHORTEST = 2


def traces(tree: Tree, words: Collection[str]) -> Iterator[str]:
    """Paths of clear records that hold one of these words: a name, a certificate number. Rosters are not looked at."""
    wanted = [word.encode() for word in words if len(word) >= SHORTEST]
    entries = [
        entry
        for entry in tree.entries("data")
        if entry.mode is Mode.FILE and not entry.path.startswith(("data/rosters/", "data/prints/"))
    ]
    for entry, raw in tree.read(entries):
        if any(word in raw for word in wanted):
            yield entry.path
