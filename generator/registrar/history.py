"""What the main branch took in, merge by merge: along first parents, oldest first. Git objects only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from generator.git import Git
from generator.register import SHANGHAI
from generator.registrar.journal import RegistrarError
from generator.registrar.records import FOLDERS

FILES = ("100644", "100664", "100755")
# A committer may write any number of seconds; later than this no calendar goes.
LATEST = 253_370_000_000
DIFF = ("diff-tree", "--stdin", "-r", "-z", "--root", "--diff-merges=first-parent", "--no-renames")


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """A commit of the main branch. `place` counts from the oldest, `committed` is the committer's own time."""

    commit: str
    parents: tuple[str, ...]
    committed: datetime
    place: int


@dataclass(frozen=True, slots=True)
class State:
    """What a path was from a merge on: the blob's id, None where there is no plain file."""

    merge: Merge
    blob: str | None


def merges(git: Git, tip: str) -> list[Merge]:
    """Every commit of the branch along first parents, oldest first.

    Raises `RegistrarError` for a shallow clone: its oldest commit would pass for the merge of everything.
    """
    if git.text("rev-parse", "--is-shallow-repository") == "true":
        raise RegistrarError(
            "这个仓库只取了一部分历史，找不出每份记录是哪一次合并进来的，没有登记任何记录。"
            "请取全历史（git fetch --unshallow；工作流中写 fetch-depth: 0）再运行"
        )
    listing = git.text("log", "--first-parent", "--reverse", "--no-show-signature", "--format=%H %ct %P", tip)
    return [_merge(line, place) for place, line in enumerate(listing.splitlines())]


def _merge(line: str, place: int) -> Merge:
    commit, seconds, *parents = line.split(" ")
    committed = datetime.fromtimestamp(min(int(seconds), LATEST), SHANGHAI)
    return Merge(commit=commit, parents=tuple(filter(None, parents)), committed=committed, place=place)


def states(git: Git, along: list[Merge]) -> Mapping[str, list[State]]:
    """How each path below the folders of filed records changed, in the order of the merges."""
    by_commit = {merge.commit: merge for merge in along}
    asked = "".join(f"{merge.commit}\n" for merge in along).encode()
    said = git.bytes(*DIFF, "--", *FOLDERS, stdin=asked).decode("utf-8", "surrogateescape")
    found: dict[str, list[State]] = {}
    for commit, mode, blob, path in _changes(said):
        found.setdefault(path, []).append(State(by_commit[commit], blob if mode in FILES else None))
    return found


def _changes(said: str) -> Iterator[tuple[str, str, str, str]]:
    """Commit, mode, blob and path of every change; a commit's id stands before its first one."""
    pieces = iter(said.split("\0"))
    commit = ""
    for piece in pieces:
        if not piece.startswith(":"):
            commit = piece
            continue
        _, mode, _, blob, _ = piece.split(" ")
        yield commit, mode, blob, next(pieces)
