"""A folder of printed PDFs, named by number, with notes on what each was printed from.

A PDF has its name only once all of it is on the disk, and its note is there before it: so of every PDF in the
folder it is known whether it is ours and whether it is still what the roster says, whenever a print was killed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from generator.documents.prints import Print, made
from generator.publish.swap import alone
from generator.sign import canonical_json
from generator.system import why

NOTES = "printed.jsonl"
LOCK = ".lock"
HALF = ".half"
# No certificate is as large; a folder of others may hold anything.
LARGEST = 16 * 2**20


class ShelfError(Exception):
    """The folder cannot be written: a Chinese sentence."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """What a PDF was printed from: `content` stands for all it says, `seal` for the seal image (its sha256, or "").

    `signer` is the sha256 of the certificate that signed the PDF itself, "" for one that nobody signed.
    """

    printed: Print
    content: str
    seal: str
    signer: str = ""


class Shelf:
    """One year's folder. `lines` is the open file of notes; without it nothing is written."""

    def __init__(self, folder: Path, lines: int = -1) -> None:
        self.folder = folder
        self._lines = lines
        path = folder / NOTES
        noted = _notes(path.read_bytes()) if path.is_file() and not path.is_symlink() else ()
        self._notes = {(one.printed.no, one.printed.digest): one for one in noted}

    def note(self, no: str) -> Note | None:
        """The note of the PDF that stands under the number; None where none stands, or nothing is noted of it."""
        return self._notes.get((no, self.digest(no)))

    def digest(self, no: str) -> str:
        """Sha256 of the PDF of a number, "" where there is none."""
        raw = self.pdf(no)
        return sha256(raw).hexdigest() if raw is not None else ""

    def pdf(self, no: str) -> bytes | None:
        """The PDF of a number."""
        path = self._path(no)
        if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST:
            return None
        return path.read_bytes()

    def put(self, note: Note, pdf: bytes) -> None:
        """Put a PDF in its place, in place of an older one. Its note comes first."""
        one = note.printed
        was = self._notes.get((one.no, one.digest))
        with _told(self.folder):
            if was is None or (was.content, was.seal, was.signer) != (note.content, note.seal, note.signer):
                _all(self._lines, _line(note))
                self._notes[one.no, one.digest] = note
            if self.digest(one.no) != one.digest:
                self._write(self._path(one.no), pdf)

    def settle(self) -> None:
        """What was put so far is on the disk under its name when this returns."""
        with _told(self.folder):
            os.fsync(self._lines)
            folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def remove(self, no: str) -> bool:
        """Take a PDF away; whether there was one."""
        there = os.path.lexists(self._path(no))
        with _told(self.folder):
            self._path(no).unlink(missing_ok=True)
        return there

    def _path(self, no: str) -> Path:
        return self.folder / f"{no}.pdf"

    def _write(self, path: Path, pdf: bytes) -> None:
        half = path.with_suffix(HALF)
        with half.open("wb") as file:
            file.write(pdf)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)


@contextmanager
def shelf(folder: Path, waiting: Callable[[], None]) -> Iterator[Shelf]:
    """A folder for us alone, without what a killed print left half. `waiting` is called where another has it."""
    with ExitStack() as stack:
        with _told(folder):
            stack.enter_context(alone(folder / LOCK, waiting))
            for half in folder.glob(f"*{HALF}"):
                half.unlink()
            lines = _whole_lines(folder / NOTES)
        stack.callback(os.close, lines)
        yield Shelf(folder, lines)


def _whole_lines(path: Path) -> int:
    """The notes opened for adding; half a line at the end is cut off."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    os.ftruncate(handle, path.read_bytes().rfind(b"\n") + 1)
    return handle


def _notes(raw: bytes) -> Iterator[Note]:
    """The notes that can be read: one that cannot only means that its PDF is printed again."""
    for text in raw.splitlines():
        try:
            fields = json.loads(text)
            one = made(fields)
        except (ValueError, RecursionError):
            continue
        # Notes from before signatures say nothing of them.
        content, seal, signer = fields.get("content"), fields.get("seal"), fields.get("signer", "")
        if isinstance(content, str) and isinstance(seal, str) and isinstance(signer, str):
            yield Note(printed=one, content=content, seal=seal, signer=signer)


def _line(note: Note) -> bytes:
    fields: dict[str, Any] = {
        **asdict(note.printed),
        "content": note.content,
        "seal": note.seal,
        "signer": note.signer,
    }
    return canonical_json(fields) + b"\n"


def _all(handle: int, raw: bytes) -> None:
    rest = memoryview(raw)
    while rest:
        rest = rest[os.write(handle, rest) :]


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """An error of the system as a sentence for who prints."""
    try:
        yield
    except OSError as error:
        raise ShelfError(f"文件夹 {folder} 写不了：{why(error)}") from error
