"""How a resident ID, a mobile number and a bank card are written, and what proves one.

A pattern knows the order of the digits and, of a card, the grouping, so what it lets through is seldom anything else:
a text made to be slow costs a second a megabyte. Each is tried where a group of digits begins.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import accumulate

from stdnum.cn import ric, uscc

# A digit; a joiner that may stand between two; one that must.
_D, _J, _K = "[0-9]", "[ .-]?+", "[ .-]"
_RIGHT = "(?![0-9A-Za-z])"


def _province(j: str) -> str:
    return f"(?:1{j}[1-5]|2{j}[1-3]|3{j}[1-7]|4{j}[1-6]|5{j}[0-4]|6{j}[1-5]|7{j}1|8{j}[1-3]|9{j}1)"


def _card(j: str) -> str:
    return f"(?:[34569]{j}{_D}|2{j}[2-7]|8{j}1)"


def _century(j: str) -> str:
    return f"(?:1{j}[89]|2{j}0)"


def _month_and_day(j: str) -> str:
    return f"(?:0{j}[1-9]|1{j}[0-2]){j}(?:0{j}[1-9]|[12]{j}{_D}|3{j}[01])"


_RESIDENT = (
    f"{_province(_J)}(?:{_J}{_D}){{4}}{_J}{_century(_J)}(?:{_J}{_D}){{2}}{_J}{_month_and_day(_J)}"
    f"(?:{_J}{_D}){{3}}{_J}[0-9Xx]"
)
_BORN = f"{_D}{{2}}{_month_and_day('')}"
_OLD_RESIDENT = f"{_province('')}{_D}{{4}}(?:{_BORN}|{_K}{_BORN}{_K}){_D}{{3}}"
_MOBILE = f"(?:0{_J}0{_J}8{_J}6{_J}|8{_J}6{_J}|0{_J})?1{_J}[3-9](?:{_J}{_D}){{9}}"
# As one; in fours, with and without what is left over; as six and the rest.
_WHOLE_CARD = f"{_card('')}{_D}{{14,17}}"
_FOURS = f"{_card('')}{_D}{{2}}(?:{_K}{_D}{{4}}){{2}}{_K}{_D}"
_FOURS_CARD = f"{_FOURS}{{4}}"
_FIVE_CARD = f"{_FOURS}{{1,4}}{_K}{_D}{{1,3}}"
_SIX_CARD = f"{_card('')}{_D}{{4}}{_K}{_D}{{10,13}}"

# Digit by digit.
_SINGLES = re.compile(f"(?<![0-9A-Za-z])(?:{_D}{_K}){{15,}}{_D}{_RIGHT}")
_CARD_SIZES = (19, 18, 17, 16)
_CARD_FIRST = re.compile(f"(?={_card('')})")
_VALUE = bytes(max(0, byte - ord("0")) for byte in range(256))
_TWICE = bytes(2 * byte - 9 * (byte > 4) if byte < 10 else 0 for byte in range(256))


def longest(text: str, start: int, sizes: Sequence[int]) -> tuple[str, int] | None:
    """Code and length of the longest number that begins at an offset; `sizes` are those `single_cards` has for it."""
    singles = (size for size in sizes if _is_card(text[start : start + 2 * size : 2]))
    card = next(singles, 0)
    best = ("PI003", 2 * card - 1) if card else None
    for code, pattern, measure in _FORMS:
        match = pattern.match(text, start)
        length = measure(match[0]) if match else 0
        if length and (best is None or length > best[1] or (code == "PI001" and length == best[1])):
            best = code, length
    return best


def _digits(text: str) -> str:
    return text.replace(" ", "").replace("-", "").replace(".", "")


def _resident(text: str) -> int:
    number = _digits(text).upper()
    return len(text) if _is_day(number[6:14]) and ric.calc_check_digit(number) == number[17] else 0


def _old_resident(text: str) -> int:
    return len(text) if _is_day(f"19{_digits(text)[6:12]}") else 0


def _is_day(day: str) -> bool:
    """A day there was. The county part is not looked up: people keep abolished codes."""
    try:
        date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return False
    return True


def _mobile(text: str) -> int:
    """Written as one, in threes and fours, in pairs after the first three, or digit by digit."""
    sizes = [len(group) for group in text.replace("-", " ").replace(".", " ").split(" ")]
    own = sizes[1:] if len(sizes) > 1 and sum(sizes[1:]) == 11 else sizes
    written = (own[0] >= 3 and min(own) >= 2) or max(own) == 1
    return len(text) if written and not _is_address(text) else 0


def _is_address(text: str) -> bool:
    """An IPv4 address reads like a number written with dots."""
    parts = text.split(".")
    return len(parts) == 4 and all(part.isdigit() and int(part) <= 255 for part in parts)


def _card_of(text: str) -> int:
    number = _digits(text)
    return len(text) if len(number) in _CARD_SIZES and _is_card(number) else 0


def _is_card(number: str) -> bool:
    """An all-digit USCC is no card."""
    right = _sums(number)[(len(number) - 1) % 2][-1] % 10 == 0
    return right and not uscc.is_valid(number)


def single_cards(text: str) -> Iterator[tuple[int, list[int]]]:
    """Offsets at which digits one by one are right by a card's check digit, and how many, the most first.

    Each digit is added up once, not once a card that it may be part of.
    """
    for run in _SINGLES.finditer(text):
        number = run[0][::2]
        sums = _sums(number)
        firsts = [place.start() for place in _CARD_FIRST.finditer(number)]
        found: dict[int, list[int]] = {}
        for size in _CARD_SIZES:
            for first in firsts[: bisect_right(firsts, len(number) - size)]:
                total = sums[(first + size - 1) % 2]
                if (total[first + size] - total[first]) % 10 == 0:
                    found.setdefault(first, []).append(size)
        yield from ((run.start() + 2 * first, found[first]) for first in sorted(found))


def _sums(number: str) -> tuple[list[int], list[int]]:
    """The check sums of the first n digits, n from 0, where digits at even and at odd places stay single."""
    value = number.encode().translate(_VALUE)
    even, odd = bytearray(value), bytearray(value)
    even[1::2] = value[1::2].translate(_TWICE)
    odd[0::2] = value[0::2].translate(_TWICE)
    return list(accumulate(even, initial=0)), list(accumulate(odd, initial=0))


Measure = Callable[[str], int]
_WRITTEN: tuple[tuple[str, str, Measure], ...] = (
    ("PI001", _RESIDENT, _resident),
    ("PI001", _OLD_RESIDENT, _old_resident),
    ("PI003", _WHOLE_CARD, _card_of),
    ("PI003", _FOURS_CARD, _card_of),
    ("PI003", _FIVE_CARD, _card_of),
    ("PI003", _SIX_CARD, _card_of),
    ("PI002", _MOBILE, _mobile),
)
# The number is as long as `Measure` says, 0 for none. A resident ID wins over a card of the same digits.
_FORMS = [(code, re.compile(f"{pattern}{_RIGHT}"), measure) for code, pattern, measure in _WRITTEN]
BEGINNING = re.compile(f"(?<![0-9A-Za-z])(?=(?:{'|'.join(pattern for _, pattern, _ in _WRITTEN)}){_RIGHT})")
