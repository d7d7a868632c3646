"""The print ledger on disk: lines are added whole, at the end, by one process at a time, and nothing else is done."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from generator.documents.prints import Print, collected, line, newest, read, recorded
from generator.model import Repo
from generator.system import why

MODE = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
DEMO, PRODUCTION = ("build", "prints"), ("data", "prints")
Choice = Callable[[list[Print]], list[Print]]


class LedgerError(Exception):
    """The ledger cannot be read or written: a Chinese sentence."""


def ledger_path(root: Path, year: int, *, demo: bool) -> Path:
    """Where a year's ledger lies: among the records, a demo's outside of them."""
    return root.joinpath(*(DEMO if demo else PRODUCTION), f"{year}.jsonl")


def known(repo: Repo, folder: Path) -> tuple[Print, ...]:
    """All prints there are records of; a demo's lie in a folder beside its site. Raises LedgerError."""
    files = sorted(folder.glob("*.jsonl")) if repo.dataset.kind == "demo" else []
    return (*recorded(repo), *(one for path in files for one in Ledger(path).prints()))


def mend(root: Path) -> None:
    """Cut half a line from the end of each ledger: what a killed process began and nobody was told of."""
    for folder in (DEMO, PRODUCTION):
        for path in sorted(root.joinpath(*folder).glob("*.jsonl")):
            if not path.is_symlink() and not path.read_bytes().endswith(b"\n"):
                Ledger(path).add(())


class Ledger:
    """One year's ledger."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read = 0
        self._prints: list[Print] = []

    def prints(self) -> list[Print]:
        """Its lines now. Raises LedgerError where one is none."""
        if self.path.exists():
            with self._held() as handle:
                self._catch_up(handle)
        return list(self._prints)

    def add(self, prints: Iterable[Print]) -> int:
        """Add those that are not the newest line of their number already; on the disk when this returns."""
        wanted = list(prints)

        def new(have: list[Print]) -> list[Print]:
            latest = newest(have)
            return [one for one in wanted if one.no not in latest or latest[one.no].digest != one.digest]

        return self._add(new)

    def collect(self, prints: Iterable[Print]) -> int:
        """Add what was printed before, here or elsewhere, and is on no line: each PDF once."""
        wanted = list(prints)
        return self._add(lambda have: collected(have, wanted))

    def _add(self, choice: Choice) -> int:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._held() as handle:
            self._catch_up(handle)
            new = choice(self._prints)
            os.ftruncate(handle, self._read)
            raw = b"".join(map(line, new))
            try:
                _write(handle, raw, self._read)
            except BaseException:
                os.ftruncate(handle, self._read)
                raise
            self._prints += new
            self._read += len(raw)
        return len(new)

    def _catch_up(self, handle: int) -> None:
        """Read the whole lines that came since we last looked; half a line at the end is nobody's."""
        if os.fstat(handle).st_size < self._read:
            raise LedgerError(f"{self.path} 在打印时被改短了。请恢复原样，再运行一次")
        with os.fdopen(os.dup(handle), "rb") as file:
            file.seek(self._read)
            raw = file.read()
        whole = raw.rfind(b"\n") + 1
        try:
            self._prints += read(raw[:whole])
        except ValueError as error:
            raise LedgerError(f"打印台账 {self.path} {error}") from error
        self._read += whole

    @contextmanager
    def _held(self) -> Iterator[int]:
        try:
            handle = os.open(self.path, MODE, 0o644)
        except OSError as error:
            raise LedgerError(f"打印台账 {self.path} 打不开：{why(error)}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield handle
        except OSError as error:
            raise LedgerError(f"打印台账 {self.path} 写不了：{why(error)}") from error
        finally:
            os.close(handle)


def _write(handle: int, raw: bytes, at: int) -> None:
    rest = memoryview(raw)
    while rest:
        written = os.pwrite(handle, rest, at)
        rest, at = rest[written:], at + written
    os.fsync(handle)
