"""The one writer: from the rosters as they were read to the new ones, or to none.

Whoever writes holds a lock on the folder itself, which ends with the process, and writes only where all is still as
it was read. Each file takes the old one's place whole. Between two files a killed process leaves a pair that the
check names and the same command completes.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from generator.issue.refusal import IssueError
from generator.system import why
from generator.tree import Directory, Mode
from generator.vault.folders import remove_inside, write_inside

WRITTEN = ("data/rosters/", "data/statistics/")
# All that decides what is written.
READ = (*WRITTEN, "data/sealed/", "data/keys.yml", "data/dataset.yml", "data/programme/", "data/assessments/")
ASIDE = re.compile(r"\.siwu-[0-9a-f]{16}")
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

Seen = Mapping[str, str]


def begin(root: Path) -> Seen:
    """What is there now, after clearing away what a killed process may have left unnamed."""
    with _alone(root):
        _clear(root)
        return _seen(root)


def put(root: Path, seen: Seen, files: Sequence[tuple[str, bytes]]) -> None:
    """Write the files in their order. Raises IssueError where anything is no longer as it was seen."""
    with _alone(root):
        if _seen(root) != seen:
            raise IssueError(
                "名册、成绩或密钥在这期间被改过（多半是另有人在核发），什么也没有写。请先看看改了什么，再运行一次"
            )
        for path, raw in files:
            write_inside(root, path, raw)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """A lock on data/ that a killed process cannot leave. Raises IssueError where another has it."""
    try:
        held = os.open(root / "data", FOLDER)
    except OSError as error:
        raise IssueError(f"打不开 data 文件夹：{why(error)}") from error
    try:
        _lock(held)
        yield
    finally:
        os.close(held)


def _lock(held: int) -> None:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise IssueError("另一个 siwu 正在写名册，这次什么也没有写。请等它结束，再运行一次") from None
    except OSError as error:
        raise IssueError(f"data 文件夹锁不住（{why(error)}）。请在本机磁盘上的仓库里运行") from error


def _seen(root: Path) -> Seen:
    tree = Directory(root)
    entries = [entry for entry in tree.entries("data") if entry.path.startswith(READ)]
    odd = {
        entry.path: entry.mode.value for entry in entries if entry.mode not in {Mode.FILE, Mode.EXECUTABLE}
    }
    plain = [entry for entry in entries if entry.path not in odd]
    return {**odd, **{entry.path: sha256(raw).hexdigest() for entry, raw in tree.read(plain)}}


def _clear(root: Path) -> None:
    for entry in Directory(root).entries(*(folder.rstrip("/") for folder in WRITTEN)):
        if ASIDE.fullmatch(entry.path.rpartition("/")[2]):
            remove_inside(root, entry.path)
