"""Resident IDs, bank cards and mobile numbers: PI001, PI003, PI002.

A number is looked for group by group: digits are joined across one space, hyphen or dot, and a match begins
and ends with a group. Words end where letters and digits end, so a sha256 is no telephone number; a Chinese
character beside a number is no letter. Office landlines need no list: they begin with 0 and no area code
reads 01[3-9]. A sole trader's credit code (92…) is not looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from stdnum import luhn
from stdnum.cn import ric, uscc

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
_GROUP = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]++[Xx]?|[Xx])(?![0-9A-Za-z])")
_LONGEST = 19

_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91")
_MOBILE = re.compile(r"(?:0|86|0086)?1[3-9][0-9]{9}")
_CARD = re.compile(r"(?:[34569]|2[2-7]|81)[0-9]{14,18}")
_CARD_GROUPS = re.compile(r"(?:4,){3}[1-4](?:,[1-3])?|6,[0-9]+|[0-9]+|(?:1,)+1")

Sizes = Sequence[int]


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
    for run in _runs(line):
        first = 0
        while first < len(run):
            found = _longest(line, run[first : first + _LONGEST])
            if found:
                code, count = found
                start, end = run[first].start(), run[first + count - 1].end()
                yield Leak(code, offset + start, end - start)
            first += found[1] if found else 1


def _runs(line: str) -> Iterator[list[re.Match[str]]]:
    """Groups of digits that stand one joiner apart."""
    run: list[re.Match[str]] = []
    for group in _GROUP.finditer(line):
        if run and not (group.start() - run[-1].end() == 1 and line[run[-1].end()] in " -."):
            yield run
            run = []
        run.append(group)
    if run:
        yield run


def _longest(line: str, groups: Sequence[re.Match[str]]) -> tuple[str, int] | None:
    """The code of the longest number that begins with the first group, and how many groups it takes."""
    number, sizes, best = "", list[int](), None
    for count, group in enumerate(groups, 1):
        number += group[0].upper()
        sizes.append(len(group[0]))
        if len(number) > _LONGEST:
            break
        code = _code(number, sizes) if len(number) >= len(_SHORTEST) else ""
        if code and not _is_address(line[groups[0].start() : group.end()]):
            best = code, count
    return best


def _code(number: str, sizes: Sizes) -> str:
    """What digits joined from groups of these sizes are; "" for nothing personal."""
    if _is_resident_id(number, sizes):
        return "PI001"
    if len(number) >= 16:
        return "PI003" if _is_card(number, sizes) else ""
    return "PI002" if _is_mobile(number, sizes) else ""


def _is_address(text: str) -> bool:
    """An IPv4 address reads like a number written with dots."""
    parts = text.split(".")
    return len(parts) == 4 and all(part.isdigit() and int(part) <= 255 for part in parts)


def _is_resident_id(number: str, sizes: Sizes) -> bool:
    if len(number) == 15:
        return tuple(sizes) in {(15,), (6, 6, 3)} and _born(number, "19" + number[6:12])
    return (
        len(number) == 18
        and number[:17].isdigit()
        and number[6:8] in {"18", "19", "20"}
        and _born(number, number[6:14])
        and ric.calc_check_digit(number) == number[17]
    )


def _born(number: str, day: str) -> bool:
    """A province's number and a real day. The county part is not looked up: people keep abolished codes."""
    if not (number[:17].isdigit() and _PROVINCE.match(number)):
        return False
    try:
        date(int(day[:4]), int(day[4:6]), int(day[6:8]))
    except ValueError:
        return False
    return True


def _is_mobile(number: str, sizes: Sizes) -> bool:
    """Written as one, in threes and fours, in pairs after the first three, or digit by digit."""
    if not _MOBILE.fullmatch(number):
        return False
    own = sizes[1:] if len(sizes) > 1 and sum(sizes[1:]) == 11 else sizes
    return (own[0] >= 3 and min(own) >= 2) or max(own) == 1


def _is_card(number: str, sizes: Sizes) -> bool:
    """Written as one, in fours, as six and the rest, or digit by digit; an all-digit USCC is no card."""
    return bool(
        _CARD.fullmatch(number)
        and _CARD_GROUPS.fullmatch(",".join(map(str, sizes)))
        and luhn.is_valid(number)
        and not uscc.is_valid(number)
    )
