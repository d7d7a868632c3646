"""Numbers are found as a plain statement says, group by group; the search itself never goes that slow way.

No literal here is a valid number: they are put together while running.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from types import FrameType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import ric, uscc

from generator.privacy.digits import numbers

DIGITS = "0123456789"
GROUP = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]++[Xx]?|[Xx])(?![0-9A-Za-z])")
PROVINCES = [
    f"{region}{number}"
    for region, last in enumerate([5, 3, 7, 6, 4, 5, 1, 3, 1], 1)
    for number in range(0 if region == 5 else 1, last + 1)
]


# --- The plain statement


def stated(line: str) -> list[tuple[str, int, int]]:
    """From left to right, the longest number that begins with each group, as (code, offset, length)."""
    groups = list(GROUP.finditer(line))
    found, first = [], 0
    while first < len(groups):
        said = [one for one in _from(line, groups[first:]) if one[0]]
        if said:
            code, count = said[-1]
            start, end = groups[first].start(), groups[first + count - 1].end()
            found.append((code, start, end - start))
        first += said[-1][1] if said else 1
    return found


def _from(line: str, groups: Sequence[re.Match[str]]) -> Iterator[tuple[str, int]]:
    for count, group in enumerate(groups[:19], 1):
        if count > 1:
            before = groups[count - 2].end()
            if group.start() - before != 1 or line[before] not in " -.":
                return
        texts = [one[0].upper() for one in groups[:count]]
        address = [len(texts), line[groups[0].start() : group.end()].count(".")] == [4, 3]
        if not (address and all(text.isdigit() and int(text) <= 255 for text in texts)):
            yield _kind("".join(texts), [len(text) for text in texts]), count


def _kind(number: str, sizes: list[int]) -> str:
    whole = len(number) == 18 and number[:17].isdigit() and number[6:8] in {"18", "19", "20"}
    if whole and _born(number, number[6:14]) and ric.calc_check_digit(number) == number[17]:
        return "PI001"
    if not number.isdigit():
        return ""
    if len(number) == 15 and sizes in ([15], [6, 6, 3]) and _born(number, f"19{number[6:12]}"):
        return "PI001"
    if 16 <= len(number) <= 19:
        headed = number[0] in "34569" or "22" <= number[:2] <= "27" or number[:2] == "81"
        fours = sizes[:3] == [4, 4, 4] and len(sizes) in (4, 5) and sizes[3] <= 4 and (*sizes, 0)[4] <= 3
        written = len(sizes) == 1 or set(sizes) == {1} or fours or (sizes[0] == 6 and len(sizes) == 2)
        right = luhn.is_valid(number) and not uscc.is_valid(number)
        return "PI003" if headed and written and right else ""
    mobile = number[-11:][0] == "1" and number[-11:][1:2] >= "3" and number[:-11] in {"", "0", "86", "0086"}
    if len(number) < 11 or not mobile:
        return ""
    own = sizes[1:] if sum(sizes[1:]) == 11 else sizes
    return "PI002" if set(own) == {1} or (own[0] >= 3 and min(own) >= 2) else ""


def _born(number: str, day: str) -> bool:
    try:
        datetime.strptime(day, "%Y%m%d")
    except ValueError:
        return False
    return number[:2] in PROVINCES


# --- Texts that hold many, written in every way

_BODIES = st.one_of(
    st.text(DIGITS, min_size=9, max_size=24),
    st.tuples(
        st.sampled_from(["110105", "420527", "990101", "392101"]),
        st.sampled_from(["19", "20", "18", "17"]),
        st.sampled_from(["491231", "000229", "010230", "851301", "220917"]),
        st.text(DIGITS, min_size=3, max_size=3),
    ).map(lambda parts: (body := "".join(parts)) + ric.calc_check_digit(body + "0")),
    st.tuples(st.sampled_from(["420527", "110105"]), st.sampled_from(["850101", "851301"])).map(
        lambda parts: "".join(parts) + "123"
    ),
    st.tuples(st.sampled_from(["", "0", "86", "0086"]), st.integers(13 * 10**9, 2 * 10**10 - 1)).map(
        lambda parts: f"{parts[0]}{parts[1]}"
    ),
    st.tuples(st.sampled_from("2345689"), st.text(DIGITS, min_size=13, max_size=17)).map(
        lambda parts: (body := "".join(parts)) + luhn.calc_check_digit(body)
    ),
)
_SIZES = st.one_of(
    st.sampled_from([[1] * 24, [24], [4] * 6, [6, 18], [6, 6, 3], [3, 4, 4], [2, 3, 4, 4], [4, 3, 4, 4]]),
    st.lists(st.integers(1, 6), min_size=24, max_size=24),
)


def _grouped(number: str, sizes: list[int], joiner: str) -> str:
    parts = []
    for size in [*sizes, len(number)]:
        parts.append(number[:size])
        number = number[size:]
    return joiner.join(filter(None, parts))


_WRITTEN = st.builds(_grouped, _BODIES, _SIZES, st.sampled_from([" ", "-", ".", "  "]))
_LINES = st.lists(
    st.one_of(_WRITTEN, st.text(DIGITS + "Xx -.a", max_size=6)), min_size=1, max_size=5
).flatmap(lambda parts: st.sampled_from(["", " ", "-", ",", " 电"]).map(lambda between: between.join(parts)))


@settings(max_examples=400)
@given(_LINES)
@example("13 912345678")
@example("13 1 3 1 3 1 3 1 3 1 3 1 3 1 3")
def test_numbers_are_found_as_stated(line: str) -> None:
    if re.search("(?:19|20)[0-9]{2}-", line):
        return  # A moment is no number: tested by itself.
    assert [(leak.code, leak.start, leak.length) for leak in numbers(line)] == stated(line)


def test_a_resident_id_that_is_a_card_as_well_is_a_resident_id() -> None:
    bodies = (f"42052720000229{order:03d}" for order in range(1000))
    both = (body + ric.calc_check_digit(body + "0") for body in bodies)
    number = next(one for one in both if one.isdigit() and luhn.is_valid(one))
    for line in (number, " ".join(number)):
        assert [(leak.code, leak.start, leak.length) for leak in numbers(line)] == [("PI001", 0, len(line))]


@settings(max_examples=200)
@given(st.text("135 ", min_size=11, max_size=120), st.text("4682 ", min_size=11, max_size=120))
def test_rows_of_short_numbers_are_read_as_stated(some: str, others: str) -> None:
    for line in (some, others, " ".join(some), " ".join(others)):
        assert [(leak.code, leak.start, leak.length) for leak in numbers(line)] == stated(line)


@pytest.mark.parametrize(
    "piece", ["1 ", "5 ", "0 ", "8 ", "4 3 ", "1 9 1 9-", "761 4", "5555 ", "13 1 3 ", "1 1 1 9 0 1 0 1 "]
)
def test_a_text_made_to_be_slow_costs_few_calls_a_character_however_long(piece: str) -> None:
    """Some of these once took 230 calls a character, each at least 22: 18 seconds a megabyte."""
    some, more = calls(piece * 1000), calls(piece * 3000)
    assert some < 15 * len(piece) * 1000
    assert more <= 3.2 * some + 100


def calls(text: str) -> int:
    """How many functions are called, of Python's and of ours, to look for numbers in a text: its work, on any machine."""
    count, before = 0, sys.getprofile()

    def note(_: FrameType, event: str, __: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        list(numbers(text))
    finally:
        sys.setprofile(before)
    return count
