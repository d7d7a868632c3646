"""One work on many items over forked processes, answered in order."""

from __future__ import annotations

import gc
import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import wait
from typing import Any, TypeVar

from generator.memory import young

A = TypeVar("A")
B = TypeVar("B")
MOST = 8


def cores() -> int:
    """How many processes pay: as many as there are cores, and not more than a machine shared by others can spare."""
    return min(os.cpu_count() or 1, MOST)


def spread(
    begin: Callable[[], Callable[[A], B]],
    items: Iterable[A],
    processes: int,
    folder: str | None = None,
    ahead: int = 0,
) -> Iterator[B]:
    """What the work says of each item, in order and one by one.

    `begin` makes the work once in every process. Workers keep temporary files in `folder`, which goes with them
    should we be killed. On one process, or on a system that cannot fork, all is done here. With `ahead`, no more
    items than that are begun before their answers are taken: a slow taker does not fill the memory.
    """
    if processes == 1 or "fork" not in multiprocessing.get_all_start_methods():
        work = begin()
        with young():
            yield from map(work, items)
        return
    with multiprocessing.get_context("fork").Pool(processes, _adopt, (begin, folder)) as pool:
        if not ahead:
            yield from pool.imap(_call, items)
            return
        pace = _Pace(ahead)
        try:
            for answer in pool.imap(_call, pace.of(items)):
                yield answer
                pace.taken()
        finally:
            pace.end()


class _Pace:
    """Lets a pool begin so many items before answers are taken."""

    def __init__(self, ahead: int) -> None:
        self._room = threading.Semaphore(ahead)
        self._ended = False

    def of(self, items: Iterable[A]) -> Iterator[A]:
        """The items, each once there is room for it."""
        for item in items:
            self._room.acquire()
            if self._ended:
                return
            yield item

    def taken(self) -> None:
        """An answer was taken."""
        self._room.release()

    def end(self) -> None:
        """Nobody takes any more: whoever waits for room goes home, so that the pool can end."""
        self._ended = True
        self._room.release()


_WORK: list[Callable[[Any], Any]] = []


def _adopt(begin: Callable[[], Callable[[Any], Any]], folder: str | None) -> None:
    """In a new worker: the parent alone answers Ctrl-C and ends its workers; without it they end by themselves."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if folder:
        tempfile.tempdir = folder
    threading.Thread(target=_end_with_parent, args=(folder,), daemon=True).start()
    gc.freeze()
    _WORK[:] = [begin()]


def _end_with_parent(folder: str | None) -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
        os._exit(1)


def _call(item: Any) -> Any:
    return _WORK[0](item)
