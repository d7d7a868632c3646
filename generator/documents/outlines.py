"""The outlines of an OpenType font (its CFF table): numbered by place, and only those that a PDF uses.

What a PDF shows are numbers (CIDs), and the table's charset says which outline has which. WeasyPrint writes places of the
font it was given. Left alone it embeds an empty outline for each place in between: kilobytes, and most of its time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import uharfbuzz as hb

ROS, CHARSET = (12, 30), (15,)
TABLE = "CFF "


def numbered(font: bytes) -> bytes:
    """The font with each outline's place as its CID, where it has CIDs: a subset keeps those of the whole font."""
    face = hb.Face(font)
    found = _charset(_table(face))
    if found is None or face.glyph_count < 2:
        return font
    start = _table_start(font) + found
    written = _identity(face.glyph_count)
    return font[:start] + written + font[start + len(written) :]


class Compact(dict[Any, Any]):
    """A document's fonts (`Document.fonts`) as WeasyPrint collects them: each leaves out all that is not used."""

    def __setitem__(self, key: Any, font: Any) -> None:
        font.subset = partial(_reduce, font)
        super().__setitem__(key, font)


def _reduce(font: Any, used: Iterable[int], _hinting: bool) -> None:
    wanted = hb.SubsetInput()
    wanted.glyph_set.update(sorted(used))
    wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.DESUBROUTINIZE
    font.file_content = bytes(wanted.subset(hb.Face(font.file_content)).blob.data)


def bare(document: Any, pdf: Any) -> None:
    """Embed outlines without the OpenType font around them; a finisher, as WeasyPrint calls it.

    Every viewer then takes a number for a CID (ISO 32000-1, 9.7.4.2); in an OpenType font some take it for a place.
    """
    for stream in pdf.objects:
        if getattr(stream, "extra", {}).get("Subtype") == "/OpenType":
            (font,) = stream.stream
            table = _table(hb.Face(font))
            if _charset(table) is not None:
                stream.stream = [table]
                stream.extra["Subtype"] = "/CIDFontType0C"


def _table(face: hb.Face) -> bytes:
    return bytes(face.reference_table(TABLE).data) if TABLE in face.table_tags else b""


def _table_start(font: bytes) -> int:
    """Where the table begins in a font's file."""
    tables = (font[place : place + 16] for place in range(12, 12 + 16 * _number(font, 4, 2), 16))
    return next(_number(one, 8, 4) for one in tables if one.startswith(TABLE.encode()))


def _identity(count: int) -> bytes:
    """A charset of that many outlines, each under its place: never longer than the one it takes the place of."""
    if count == 2:
        return b"\0\0\1"
    left = count - 2
    return b"\1\0\1" + left.to_bytes(1) if left < 256 else b"\2\0\1" + left.to_bytes(2)


def _charset(table: bytes) -> int | None:
    """Where a table's charset is; None where it has no CIDs."""
    if not table:
        return None
    _, names = _index(table, table[2])
    said = dict(_dictionary(table[slice(*_index(table, names))]))
    return said[CHARSET] if ROS in said else None


def _index(table: bytes, place: int) -> tuple[int, int]:
    """Where the contents of an index begin and end (5176.CFF, section 5)."""
    count, size = _number(table, place, 2), table[place + 2]
    start = place + 3 + (count + 1) * size
    return start, start - 1 + _number(table, start - size, size)


def _dictionary(raw: bytes) -> Iterator[tuple[tuple[int, ...], int]]:
    """Operators with their last operand (5176.CFF, section 4); fractions count as 0."""
    place, operand = 0, 0
    while place < len(raw):
        first = raw[place]
        if first <= 21:
            size = 2 if first == 12 else 1
            yield tuple(raw[place : place + size]), operand
        else:
            operand, size = _operand(raw, place)
        place += size


def _operand(raw: bytes, place: int) -> tuple[int, int]:
    """A number and how many bytes it takes."""
    first = raw[place]
    if first in (28, 29):
        size = 2 if first == 28 else 4
        return int.from_bytes(raw[place + 1 : place + 1 + size], signed=True), 1 + size
    if first == 30:
        end = next(at for at in range(place + 1, len(raw)) if raw[at] & 15 == 15)
        return 0, end + 1 - place
    if first <= 246:
        return first - 139, 1
    high, low = divmod(first - 247, 4)[1] * 256, raw[place + 1]
    return (-high - low - 108 if first > 250 else high + low + 108), 2


def _number(raw: bytes, place: int, size: int) -> int:
    return int.from_bytes(raw[place : place + size])
