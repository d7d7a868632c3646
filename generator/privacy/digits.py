"""Resident IDs, bank cards and mobile numbers: PI001, PI003, PI002.

A number is looked for group by group: digits are joined across one space, hyphen or dot, and a match begins
and ends with a group. Words end where letters and digits end, so a sha256 is no telephone number; a Chinese
character beside a number is no letter. Office landlines need no list: they begin with 0 and no area code
reads 01[3-9]. A sole trader's credit code (92…) is not looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from heapq import merge

from generator.privacy.forms import BEGINNING, longest, single_cards
from generator.privacy.leak import Leak

# Full-width and mathematical digits, X, joiners and @: one code point each, so offsets stay.
_PLAIN = {
    **{0xFF10 + value: str(value) for value in range(10)},
    **{0x1D7CE + value: str(value % 10) for value in range(50)},
    **dict.fromkeys(map(ord, "Ｘｘ"), "X"),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212－"), "-"),
    **dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2009\u202f\u3000"), " "),
    ord("．"): ".",
    ord("＠"): "@",
}
# The first two rows in UTF-8; apart, because each alone is found by its first bytes, much faster.
_FULL_WIDTH = re.compile(rb"\xef\xbc[\x90-\x99]")
_MATHEMATICAL = re.compile(rb"\xf0\x9d\x9f[\x8e-\xbf]")
_SHAPE = bytes(0x30 if chr(byte) in "0123456789" else 0x0A if byte == 0x0A else 0x20 for byte in range(256))
_JOINERS = b" -." + bytes(range(128, 256))
_SHORTEST = b"0" * 11  # a mobile number; an office number is never longer than 12 and begins with 0

_MOMENT = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9][-.])(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]"
    r"(?:[Tt][0-2][0-9]:[0-5][0-9]:[0-6][0-9](?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?)?"
    r"(?![0-9A-Za-z])(?![-.][0-9])"
)


def numbers(text: str) -> Iterator[Leak]:
    """Every personal number in a text. Lines without eleven digits in a row, joiners aside, are not looked at."""
    raw = text.encode("utf-8", "surrogatepass")
    if _FULL_WIDTH.search(raw) or _MATHEMATICAL.search(raw):
        text = text.translate(_PLAIN)
        raw = text.encode("utf-8", "surrogatepass")
    shape = raw.translate(_SHAPE, _JOINERS)
    if _SHORTEST not in shape:
        return
    start = 0
    for line, digits in zip(text.split("\n"), shape.split(b"\n"), strict=True):
        if _SHORTEST in digits:
            yield from _in_line(line.translate(_PLAIN), start)
        start += len(line) + 1


def _in_line(line: str, offset: int) -> Iterator[Leak]:
    line = _MOMENT.sub(lambda match: "/" * len(match[0]), line)
    cards, end = dict(single_cards(line)), 0
    for start in merge((beginning.start() for beginning in BEGINNING.finditer(line)), cards):
        found = longest(line, start, cards.get(start, ())) if start >= end else None
        if found:
            code, length = found
            yield Leak(code, offset + start, length)
            end = start + length
