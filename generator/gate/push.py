"""What a push adds: commits, their messages, every version of every file, every name; and the paths it changes.

Counts and sizes come first, contents last, and only for what is within the limits. Names are read from the folders
(tree objects) the push adds, so those of every added commit are seen, also those gone again later in the push.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from generator.gate.finding import commit_place, finding
from generator.gate.limits import COMMIT_BYTES, FOLDER_BYTES, Limits, many, oversize
from generator.git import Git
from generator.problem import Problem

ABSENT = "000000"
SUBMODULE = "160000"
# What an entry of a folder takes: mode, a short name, the object's id.
ITEM_BYTES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A path that differs between the base and what would be kept; object ids and git modes, None and 000000 where absent."""

    path: str
    before: str | None
    after: str | None
    was: str
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a folder the push adds."""

    folder: str
    name: str
    mode: str
    key: str

    @property
    def path(self) -> str:
        """Path from the root."""
        return f"{self.folder}/{self.name}" if self.folder else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What is added. `blobs` are paths by object id; `folders` the entries of every added folder."""

    commits: tuple[str, ...]
    folders: tuple[tuple[Item, ...], ...]
    blobs: dict[str, frozenset[str]]


def changes(git: Git, base: str, kept: str, most: int) -> list[Change]:
    """The paths that differ between two tree-ishes, `most` + 1 at most: whoever gets more than `most` stops there."""
    arguments = (
        "diff-tree",
        "-r",
        "--raw",
        "-z",
        "--no-renames",
        "--no-abbrev",
        "--end-of-options",
        base,
        kept,
    )
    pieces = [
        piece.decode("utf-8", "surrogateescape")
        for piece in git.pieces(*arguments, end=b"\0", most=2 * (most + 1))
    ]
    return [_change(meta, path) for meta, path in zip(pieces[::2], pieces[1::2], strict=True)]


def _change(meta: str, path: str) -> Change:
    was, mode, before, after, _ = meta.removeprefix(":").split(" ")
    return Change(
        path=path,
        before=None if was == ABSENT else before,
        after=None if mode == ABSENT else after,
        was=was,
        mode=mode,
    )


def read(
    git: Git, new: str, base: str, found: list[Change], limits: Limits
) -> tuple[Push | None, list[Problem]]:
    """What `new` adds to `base` (a commit), and what a merge made new; None with the reasons where it is too much."""
    if len(found) > limits.objects:
        return None, [many("GA007", "改动的文件", limits.objects)]
    commits = git.pieces(
        "rev-list",
        f"--max-count={limits.commits + 1}",
        "--end-of-options",
        new,
        f"^{base}",
        end=b"\n",
        most=limits.commits + 1,
    )
    if len(commits) > limits.commits:
        return None, [many("GA006", "提交", limits.commits)]
    listed = git.pieces(
        "rev-list", "--objects", "--end-of-options", new, f"^{base}", end=b"\n", most=limits.objects + 1
    )
    if len(listed) > limits.objects:
        return None, [many("GA007", "文件的各个版本", limits.objects)]
    hints = dict(_hint(line) for line in listed)
    hints |= {one.after: one.path for one in found if one.after and one.mode != SUBMODULE}
    sizes = _by_kind(git, hints)
    if too_much := list(_too_much(sizes["commit"], sizes["tree"], limits)):
        return None, too_much
    folders = tuple(_folders(git, {key: hints[key] for key in sizes["tree"]}))
    blobs = _paths({key: hints[key] for key in sizes["blob"]}, folders, found)
    if sum({item.name: len(item.name) for folder in folders for item in folder}.values()) > limits.names:
        return None, [many("GA007", "文件名合计的字数", limits.names)]
    times = Counter(one.after for one in found if one.after)
    messages = sum(sizes["commit"].values())
    if too_much := list(oversize(limits, sizes["blob"], blobs, times, messages)):
        return None, too_much
    return Push(commits=tuple(one.decode() for one in commits), folders=folders, blobs=blobs), []


def _hint(line: bytes) -> tuple[str, str]:
    key, _, path = line.decode("utf-8", "surrogateescape").partition(" ")
    return key, path


def _by_kind(git: Git, keys: Iterable[str]) -> dict[str, dict[str, int]]:
    """Sizes in bytes by kind of object and id."""
    found: dict[str, dict[str, int]] = {"commit": {}, "tree": {}, "blob": {}}
    for key, (kind, size) in git.sizes(keys).items():
        found.setdefault(kind, {})[key] = size
    return found


def _too_much(commits: dict[str, int], folders: dict[str, int], limits: Limits) -> Iterator[Problem]:
    for key, size in commits.items():
        if size > COMMIT_BYTES:
            message = f"提交说明有 {size // 1024} KB，超过 {COMMIT_BYTES // 1024} KB"
            yield finding(commit_place(key), "GA008", message, "请重新做这次提交，说明写一两句话")
    if max(folders.values(), default=0) > FOLDER_BYTES:
        yield many("GA007", "一个文件夹中的文件", FOLDER_BYTES // ITEM_BYTES)
    elif sum(folders.values()) > limits.folders:
        yield many("GA007", "各提交中的文件夹所列的文件合计", limits.folders // ITEM_BYTES)


def _paths(
    hints: dict[str, str], folders: tuple[tuple[Item, ...], ...], found: list[Change]
) -> dict[str, frozenset[str]]:
    """Every path a blob has in the push; git itself names the first only."""
    paths = {key: {path} for key, path in hints.items()}
    places = [(item.key, item.path) for folder in folders for item in folder]
    for key, path in [*places, *((one.after, one.path) for one in found)]:
        if key in paths:
            paths[key].add(path)
    return {key: frozenset(where) for key, where in paths.items()}


def _folders(git: Git, hints: dict[str, str]) -> Iterator[tuple[Item, ...]]:
    for key, raw in git.blobs(hints):
        yield tuple(_items(raw, hints[key], len(key) // 2))


def _items(raw: bytes, folder: str, width: int) -> Iterator[Item]:
    """Entries of a tree object: mode, blank, name, NUL, the object's id in `width` bytes."""
    start = 0
    while start < len(raw):
        end = raw.index(b"\0", start)
        mode, _, name = raw[start:end].partition(b" ")
        start = end + 1 + width
        yield Item(
            folder=folder,
            name=name.decode("utf-8", "surrogateescape"),
            mode=mode.decode("ascii", "replace"),
            key=raw[end + 1 : start].hex(),
        )
