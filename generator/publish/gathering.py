"""What several machines printed, put together: their PDFs into one folder, their lines into one ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.documents.certificates import Certificate
from generator.documents.contents import Contents
from generator.documents.prints import Print
from generator.publish.certificates import Press
from generator.publish.ledger import Ledger
from generator.publish.prints import year_of
from generator.publish.shelf import Note, Shelf


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """How many PDFs were taken over, lines added, valid numbers that still have no PDF; and what was not taken, in words."""

    taken: int
    lines: int
    lacking: int
    refused: tuple[str, ...]


def gathered(press: Press, year: int, folders: Sequence[Path], shelf: Shelf, ledger: Ledger) -> Gathered:
    """Take over what was printed into these folders: only what has its note and says what the roster says today.

    The order of the folders does not matter, and a second time nothing changes.
    """
    contents = Contents(press.batch.layouts)
    others = [Shelf(folder / str(year)) for folder in folders]
    lines: list[Print] = []
    refused: list[str] = []
    taken = lacking = 0
    for one in _of_year(press, year):
        found = []
        for other in others:
            note = other.note(one.no)
            if note is not None and note.content == contents.of(one):
                found.append((note, other))
                lines.append(note.printed)
            elif other.pdf(one.no) is not None:
                refused.append(f"{other.folder} 中的 {one.no}.pdf 没有收：不完整，或与现在的名册不一致")
        taken += _latest(one, found, shelf)
        lacking += not shelf.digest(one.no)
    shelf.settle()
    return Gathered(taken=taken, lines=ledger.collect(lines), lacking=lacking, refused=tuple(refused))


def _of_year(press: Press, year: int) -> Iterable[Certificate]:
    return (one for one in press.printable if year_of(one.no) == year)


def _latest(certificate: Certificate, found: Sequence[tuple[Note, Shelf]], shelf: Shelf) -> bool:
    """Put the latest print found into our folder, unless ours is as late; whether that was done."""
    if not found:
        return False
    note, other = max(found, key=lambda pair: (pair[0].printed.printed, pair[0].printed.digest))
    ours, pdf = shelf.note(certificate.no), other.pdf(certificate.no)
    if ours is not None and ours.printed.printed >= note.printed.printed:
        return False
    if pdf is not None:
        shelf.put(note, pdf)
    return pdf is not None
