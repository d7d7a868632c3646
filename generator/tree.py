"""Where bytes come from: a directory, or a git tree-ish read without a checkout.

Both give the same paths and the same bytes, so one check serves a working copy, a merge preview and a
pre-receive hook. Paths are POSIX, relative to the repository's root.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Protocol


class Mode(Enum):
    """What a path is; only FILE may hold a record."""

    FILE = "file"
    EXECUTABLE = "executable"
    SYMLINK = "symlink"
    SUBMODULE = "submodule"
    FOLDER = "folder"
    ODD = "odd"


@dataclass(frozen=True, slots=True)
class Entry:
    """One path of a tree; `size` in bytes; `key` is what the tree reads it by."""

    path: str
    mode: Mode
    size: int
    key: str

    @property
    def by_content(self) -> bool:
        """Whether `key` is the content's own name (an object id): the same key is the same bytes in every tree."""
        return OBJECT_ID.fullmatch(self.key) is not None


class TreeError(Exception):
    """The tree itself cannot be read (no such revision, no git): a Chinese sentence for the user."""


class Tree(Protocol):
    """A snapshot of a repository, and what it knows of earlier ones."""

    def entries(self, *under: str) -> list[Entry]:
        """Every path below the given folders, sorted; folders only where they pose as a file."""

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
        """The bytes of the given entries, in their order."""

    def digests_at(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Sha256 of the bytes at (commit, path), for the commits at hand."""


# Requests written before the first answer is read: 41 bytes each, well within any pipe.
BATCH = 64
OBJECT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
RECORD_ENDINGS = (".yml", ".yaml", ".json", ".jsonl", ".md", ".age")


class Directory:
    """A working copy on disk. Symbolic links are listed, never followed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def git(self) -> Path | None:
        """The folder's own .git, if it has one."""
        return self.root / ".git" if (self.root / ".git").is_dir() else None

    def entries(self, *under: str) -> list[Entry]:
        """Every path below `under`; a folder named like a record counts as an entry."""
        found: list[Entry] = []
        for top in under:
            self._walk(self.root / top, top, found)
        return sorted(found, key=lambda entry: entry.path)

    def digests_at(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """From the folder's own git history, if it has one."""
        return _digests_at(self.git, wanted) if self.git else {}

    def _walk(self, folder: Path, prefix: str, found: list[Entry]) -> None:
        if not folder.is_dir():
            return
        for item in os.scandir(folder):
            path = f"{prefix}/{item.name}"
            if item.is_dir(follow_symlinks=False):
                if item.name.endswith(RECORD_ENDINGS):
                    found.append(Entry(path, Mode.FOLDER, 0, path))
                self._walk(Path(item.path), path, found)
            else:
                found.append(_disk_entry(item, path))

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
        """Bytes from disk; a file that vanished or may not be read is a `TreeError`."""
        for entry in entries:
            try:
                yield entry, (self.root / entry.key).read_bytes()
            except OSError as error:
                raise TreeError(f"读不了文件 {entry.path}：{error.strerror}") from error


def _disk_entry(item: os.DirEntry[str], path: str) -> Entry:
    stat = item.stat(follow_symlinks=False)
    if item.is_symlink():
        mode = Mode.SYMLINK
    elif not item.is_file(follow_symlinks=False):
        mode = Mode.ODD
    else:
        mode = Mode.EXECUTABLE if stat.st_mode & 0o111 else Mode.FILE
    return Entry(path, mode, stat.st_size, path)


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
        return _digests_at(self.git_dir, wanted)


def command(git_dir: Path, *arguments: str) -> list[str]:
    """The command line that reads a repository as it is, replacement refs apart."""
    return ["git", "--no-replace-objects", f"--git-dir={git_dir}", *arguments]


def blobs(git_dir: Path, keys: Sequence[str]) -> Iterator[bytes]:
    """The contents of objects, in order, from one git process asked in batches. `TreeError` for one that is missing."""
    if not keys:
        return
    with subprocess.Popen(
        command(git_dir, "cat-file", "--batch"), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as git:
        assert git.stdin is not None
        assert git.stdout is not None
        for start in range(0, len(keys), BATCH):
            batch = keys[start : start + BATCH]
            git.stdin.write("".join(f"{key}\n" for key in batch).encode())
            git.stdin.flush()
            for key in batch:
                answer = git.stdout.readline().split()
                if answer[-1:] in ([], [b"missing"]):
                    raise TreeError(f"git 仓库中没有对象 {key}")
                yield git.stdout.read(int(answer[2]))
                git.stdout.read(1)


def _git_entry(line: str) -> Entry:
    meta, path = line.split("\t", 1)
    mode, _, key, size = meta.split()
    return Entry(path, GIT_MODES.get(mode, Mode.ODD), 0 if size == "-" else int(size), key)


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


def _digests_at(git_dir: Path, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """A path holds no line break: it stands in a line of its own."""
    found = {}
    with subprocess.Popen(
        command(git_dir, "cat-file", "--batch"), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as git:
        assert git.stdin is not None
        assert git.stdout is not None
        for commit, path in sorted(set(wanted)):
            git.stdin.write(f"{commit}:{path}\n".encode())
            git.stdin.flush()
            answer = git.stdout.readline().split()
            if answer[-1] == b"missing":
                continue
            raw = git.stdout.read(int(answer[2]))
            git.stdout.read(1)
            if answer[1] == b"blob":
                found[commit, path] = sha256(raw).hexdigest()
    return found


def has_revision(git_dir: Path, revision: str) -> bool:
    """Whether the repository knows this revision."""
    asked = ["git", f"--git-dir={git_dir}", "rev-parse", "--verify", "--quiet", f"{revision}^{{tree}}"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def find_root(start: Path) -> Path:
    """The repository that holds `start`, found upward as git does: the folder with data/ and schemas/."""
    for folder in (start, *start.parents):
        if (folder / "data").is_dir() and (folder / "schemas").is_dir():
            return folder
    raise TreeError(
        f"{start} 及其上级文件夹都不是数据仓库（应同时有 data/ 和 schemas/）。请进入仓库文件夹，或用 -C 指定。"
    )
