"""Printing certificates into a folder, with a line in the ledger for each: what is not there yet, or has changed.

First a PDF's note, then the PDF under its name, then its line, each whole and on the disk before the next. So a line
always has its PDF; a PDF without its line, left by a process killed in between, is known by its note, and the next
print writes the line.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from generator.derive.roster import Standing
from generator.documents.certificates import Certificate
from generator.documents.contents import Contents
from generator.documents.printing import PARALLEL_FROM, Printer
from generator.documents.prints import Print
from generator.publish.certificates import Press
from generator.publish.kept import Printing
from generator.publish.ledger import Ledger
from generator.publish.shelf import Note, Shelf
from generator.workers import cores, spread

if TYPE_CHECKING:
    from generator.documents.pades import Signer

# So many PDFs are made durable together, with a line each.
BATCH = 32
# So many may be begun before the earliest is on the disk.
AHEAD = 64
# A PDF, or why there is none.
Drawn = tuple[bytes, str]


@dataclass(frozen=True, kw_only=True)
class Job:
    """What to print: a year's numbers, all or some (`only`), or the `part`-th of so many `parts` of them.

    `printed` is the time the ledger gets, `tools` the programs' versions; `again` prints what is there, too.
    `seal` is the seal's picture, which goes nowhere but onto the paper; `signer` signs each PDF.
    """

    year: int
    printed: str
    tools: str
    only: frozenset[str] = frozenset()
    part: int = 1
    parts: int = 1
    again: bool = False
    seal: bytes | None = None
    signer: Signer | None = None


@dataclass(frozen=True, kw_only=True)
class Result:
    """How it went: PDFs made, those that were there already, lines added, PDFs taken away, and the refused, in words."""

    made: int = 0
    there: int = 0
    lines: int = 0
    removed: int = 0
    refused: tuple[str, ...] = ()


def year_of(no: str) -> int:
    """The year in a certificate's number."""
    return int(no.split("-")[2])


def wanted(press: Press, job: Job) -> list[Certificate]:
    """The job's certificates. A part is every so-manieth of the year, whatever was printed before."""
    valid = [one for one in press.every if one.prints and year_of(one.no) == job.year]
    mine = valid[job.part - 1 :: job.parts]
    return [one for one in mine if not job.only or one.no in job.only]


def printed(press: Press, job: Job, shelf: Shelf, ledger: Ledger, printing: Printing) -> Result:
    """Print the job. One that cannot be printed is told in the end and stops no other."""
    ours = wanted(press, job)
    refused = [f"证书 {one.no} 没有打印：{press.refused[one.no]}" for one in ours if one.no in press.refused]
    run = _Run(press, job, shelf, ledger)
    there, missing = run.sorted([one for one in ours if one.no not in press.refused])
    lines = ledger.collect(there) if there else 0
    failed = []
    with closing(_drawn(press, missing, printing.processes, job.signer)) as drawn:
        for done, (one, (pdf, fault)) in enumerate(zip(missing, drawn, strict=True), 1):
            if fault:
                failed.append(f"证书 {one.no} 没有印成：{fault}")
            else:
                lines += run.take(one, pdf)
            if printing.progress is not None:
                printing.progress(done, len(missing))
    return Result(
        made=len(missing) - len(failed),
        there=len(there),
        lines=lines + run.settle(),
        removed=_without_withdrawn(press, job, shelf),
        refused=(*refused, *_ended(press, job), *failed),
    )


class _Run:
    """PDFs taken one by one, and made durable by the batch."""

    def __init__(self, press: Press, job: Job, shelf: Shelf, ledger: Ledger) -> None:
        self._job, self._shelf, self._ledger = job, shelf, ledger
        self._contents = Contents(press.batch.layouts)
        self._seal = sha256(job.seal).hexdigest() if job.seal is not None else ""
        self._signer = job.signer.certificate if job.signer is not None else ""
        self._fresh: list[Print] = []

    def sorted(self, printable: Sequence[Certificate]) -> tuple[list[Print], list[Certificate]]:
        """The prints that are there as they should be, and the certificates that have none."""
        there, missing = [], []
        for one in printable:
            note = None if self._job.again else self._shelf.note(one.no)
            if note is not None and self._current(note, one):
                there.append(note.printed)
            else:
                missing.append(one)
        return there, missing

    def _current(self, note: Note, certificate: Certificate) -> bool:
        """Whether it says what the roster says today. Who gives no seal takes it with whatever seal it has.

        Who gives no certificate file takes it signed or not; who gives one, signed by whichever certificate.
        """
        sealed = not self._seal or note.seal == self._seal
        signed = not self._signer or bool(note.signer)
        return sealed and signed and note.content == self._contents.of(certificate)

    def take(self, certificate: Certificate, pdf: bytes) -> int:
        """Put a PDF into the folder; how many lines that brought into the ledger."""
        one = Print(
            no=certificate.no,
            layout=certificate.layout,
            digest=sha256(pdf).hexdigest(),
            printed=self._job.printed,
            tools=self._job.tools,
        )
        content = self._contents.of(certificate)
        self._shelf.put(Note(printed=one, content=content, seal=self._seal, signer=self._signer), pdf)
        self._fresh.append(one)
        return self.settle() if len(self._fresh) >= BATCH else 0

    def settle(self) -> int:
        """The lines of what was taken, once it is on the disk."""
        if not self._fresh:
            return 0
        self._shelf.settle()
        lines = self._ledger.add(self._fresh)
        self._fresh.clear()
        return lines


def _drawn(
    press: Press, sheets: Sequence[Certificate], processes: int | None, signer: Signer | None
) -> Generator[Drawn, None, None]:
    """Each certificate's PDF, or why there is none, in order."""

    def begin() -> Callable[[Certificate], Drawn]:
        draw = Printer(press.batch).pdf
        return _careful(draw if signer is None else lambda one: signer.signed(draw(one)))

    wanted = processes or (cores() if len(sheets) >= PARALLEL_FROM else 1)
    with tempfile.TemporaryDirectory(prefix="siwu-print-") as folder:
        yield from spread(begin, sheets, wanted, folder, AHEAD)


def _careful(draw: Callable[[Certificate], bytes]) -> Callable[[Certificate], Drawn]:
    """The same, a failure as a reason: one entry that nobody foresaw does not keep thousands from their paper."""

    def drawn(certificate: Certificate) -> Drawn:
        try:
            return draw(certificate), ""
        except Exception as error:
            return b"", f"排版时出错（{type(error).__name__}：{error}）。请把这句话连同编号报告给维护人员"

    return drawn


def _ended(press: Press, job: Job) -> Iterator[str]:
    """Numbers asked for by name that are not printed any more."""
    for one in press.every:
        if one.no in job.only and not one.prints:
            yield f"证书 {one.no} 没有打印：{one.standing.value}"


def _without_withdrawn(press: Press, job: Job, shelf: Shelf) -> int:
    """Take away the PDFs of those whose publication ended: they hold a name. How many there were."""
    ended = (one for one in press.every if one.standing is Standing.WITHDRAWN)
    return sum(shelf.remove(one.no) for one in ended if year_of(one.no) == job.year)
