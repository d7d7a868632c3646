"""A git tree-ish as a tree, without a checkout."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from generator.tree.entry import Entry, Mode, TreeError
from generator.tree.objects import blobs, command, digests_at

GIT_MODES = {
    "100644": Mode.FILE,
    "100664": Mode.FILE,
    "100755": Mode.EXECUTABLE,
    "120000": Mode.SYMLINK,
    "160000": Mode.SUBMODULE,
}


class GitTree:
    """A tree-ish of a repository (bare or not), read through `git cat-file --batch`."""

    def __init__(self, git_dir: Path, revision: str) -> None:
        self.git_dir = git_dir
        arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{tree}}")
        self.revision = self._git(*arguments, wanted=f"版本 {revision}")
        self._listed: dict[tuple[str, ...], list[Entry]] = {}

    def _git(self, *arguments: str, wanted: str = "记录") -> str:
        done = subprocess.run(command(self.git_dir, *arguments), capture_output=True, check=False)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()
            raise TreeError(f"git 仓库 {self.git_dir} 中读不到{wanted}{f'：{said}' if said else ''}")
        return done.stdout.decode("utf-8", "surrogateescape").strip("\n")

    def entries(self, *under: str) -> list[Entry]:
        """Every path below `under`, from one `git ls-tree`; a tree never changes, so it is asked once."""
        if under not in self._listed:
            listing = self._git("ls-tree", "-r", "-z", "-l", "--full-tree", self.revision, "--", *under)
            found = map(_git_entry, filter(None, listing.split("\0")))
            self._listed[under] = sorted(found, key=lambda entry: entry.path)
        return list(self._listed[under])

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
        """Bytes of the blobs from one git process, asked for in batches that a pipe holds."""
        wanted = list(entries)
        yield from zip(wanted, blobs(self.git_dir, [one.key for one in wanted]), strict=True)

    def digests_at(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """From the repository the tree is of."""
        return digests_at(self.git_dir, wanted)


def _git_entry(line: str) -> Entry:
    meta, path = line.split("\t", 1)
    mode, _, key, size = meta.split()
    return Entry(path, GIT_MODES.get(mode, Mode.ODD), 0 if size == "-" else int(size), key)


def has_revision(git_dir: Path, revision: str) -> bool:
    """Whether the repository knows this revision."""
    asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{tree}}")
    return subprocess.run(command(git_dir, *asked), capture_output=True, check=False).returncode == 0
