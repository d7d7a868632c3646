"""A folder that changes as one: whoever looks sees the old whole or the new whole, whenever the writer dies."""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

AT_FDCWD = -100
RENAME_EXCHANGE = 2


@contextmanager
def alone(lock: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock file while inside; `waiting` is called once where another process holds it.

    A forked worker inherits it: should we be killed first, the lock is held until the worker ends too.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def fresh(folder: Path) -> Path:
    """An empty folder of that name; what a killed build left in it is gone."""
    remove(folder)
    folder.mkdir(parents=True)
    return folder


def remove(path: Path) -> None:
    """Remove a folder if it is there."""
    if path.exists():
        shutil.rmtree(path)


def switch(new: Path, shown: Path) -> None:
    """Put `new` in the place of `shown`, in one step where the system can; what was shown is removed."""
    if not shown.exists():
        new.rename(shown)
        return
    if not _exchanged(new, shown):
        old = _aside(shown)
        remove(old)
        shown.rename(old)
        new.rename(shown)
        remove(old)
    remove(new)


def recover(shown: Path) -> None:
    """After a writer that died between the two steps of a system without exchange: the old folder comes back."""
    old = _aside(shown)
    if old.exists() and not shown.exists():
        old.rename(shown)
    remove(old)


def _aside(shown: Path) -> Path:
    return shown.with_name(f"{shown.name}.old")


def _exchanged(one: Path, other: Path) -> bool:
    """Linux exchanges two names in one step; elsewhere, or on a file system that cannot, False."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    names = os.fsencode(one), os.fsencode(other)
    return bool(rename(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE) == 0)
