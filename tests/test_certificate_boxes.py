"""The certificate's layout holds whatever it has to hold: measured in the boxes WeasyPrint laid out."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

import pytest

from generator.documents.fitting import OverflowingError, fitted
from tests.printed import LONG_NAME, LONG_UNIT, RARE, UNIT, Area, Page, named, page, printer

pytestmark = pytest.mark.xdist_group("documents")

# Inside the frame; the code; the most lines of each text.
FRAME = Area(24, 24, 273, 192)
MOST = {
    "h1": 1,
    "name": 1,
    "unit": 2,
    "words": 3,
    "about": 2,
    "hint": 2,
    "issuer": 2,
    "seal": 1,
    "day": 1,
    "note": 1,
}
LONG_COURSE = "2022年知识产权专员（考核）培训班、企业知识产权高级管理人员实务研修班" * 2 + "（宜昌市夷陵区）"
FILLED: dict[str, dict[str, Any]] = {
    "typical": {"name": "王示例"},
    "one character": {"name": "李", "unit": "厂"},
    "one character given": {"name": "欧阳示", "unit": "示"},
    "25 with dots": {"name": LONG_NAME, "unit": LONG_UNIT},
    "40 Chinese": {"name": "额" * 40, "unit": "额" * 40},
    "60 Chinese": {"name": "欧阳示例", "unit": "额" * 60},
    "60 Latin": {"name": "W", "unit": "W" * 60},
    "rare": {"name": RARE, "unit": RARE * 4},
    "40 Latin": {"name": "Wolfeschlegelsteinhausenbergerdorf Smith", "unit": "W" * 45},
    "Latin words": {"name": "José María-Núñez", "unit": "Hubei Example Intellectual Property Operations (Wuhan) Ltd."},
    "brackets": {"name": "王示例", "unit": "示例" * 13 + "（湖北省武汉市）" * 3 + "有限公司"},
    "all long": {"name": LONG_NAME, "unit": LONG_UNIT, "course": LONG_COURSE, "issuer": "湖北省知识产权局" * 5,
                 "title": "知识产权专员培训考核结业" * 3},
}  # fmt: skip


@pytest.fixture(scope="module")
def pages() -> dict[str, Page]:
    every = {}
    for name, given in FILLED.items():
        every[name] = named(**given)
    one = printer(*every.values())
    return {name: page(one.laid(certificate)) for name, certificate in every.items()}


@pytest.mark.parametrize("case", FILLED)
def test_every_text_stays_in_its_box_and_nothing_meets(pages: dict[str, Page], case: str) -> None:
    laid = pages[case]
    texts = {name: lines for name, lines in laid.lines.items() if name != "watermark" and lines}
    assert set(texts) == set(MOST)
    for name, lines in texts.items():
        assert len(lines) <= MOST[name], (name, lines)
        for line in lines:
            assert line.within(laid.boxes[name]), (name, line)
            assert line.within(FRAME), (name, line)
    boxes = [box for name, box in laid.boxes.items() if name != "watermark"]
    assert [pair for pair in combinations(boxes, 2) if pair[0].meets(pair[1])] == []


@pytest.mark.parametrize("case", FILLED)
def test_nothing_is_lost_on_the_way_to_lines(pages: dict[str, Page], case: str) -> None:
    given = FILLED[case]
    for name, wanted in (("name", given["name"]), ("unit", given.get("unit", UNIT))):
        said = "".join(line.text for line in pages[case].lines[name])
        assert re.sub(r"\s", "", said) == re.sub(r"\s", "", wanted)


def test_the_code_has_its_room(pages: dict[str, Page]) -> None:
    for laid in pages.values():
        qr = laid.boxes["qr"]
        assert (round(qr.right - qr.left, 2), round(qr.bottom - qr.top, 2)) == (36, 36)
        assert qr.within(FRAME)


WIDTHS = {**dict.fromkeys("示例公司（）", 1.0), **dict.fromkeys("abcdefghij ", 0.5)}


def fit(text: str, **more: Any) -> tuple[tuple[str, ...], float]:
    """Into a box of 100 points."""
    made = fitted(text, WIDTHS, width=100.01 / 72 * 25.4, **{"most": 20, "least": 5, **more})
    return made.lines, made.size


def test_sizes_follow_widths_not_numbers_of_characters() -> None:
    assert fit("示例公司") == (("示例公司",), 20)
    assert fit("示例公司示例公司") == (("示例公司示例公司",), 12.5)
    assert fit("abcdefghij") == (("abcdefghij",), 20)
    assert fit("abcdefghijabcdefghij") == (("abcdefghijabcdefghij",), 10)


def test_two_lines_are_even_and_keep_words_and_brackets_whole() -> None:
    assert fit("示例公司示例公司", lines=2) == (("示例公司", "示例公司"), 20)
    assert fit("示例公司（示例公司）", lines=2) == (("示例公司", "（示例公司）"), 16.5)
    assert fit("abcdefgh abcdefghij", lines=2) == (("abcdefgh", "abcdefghij"), 20)
    assert fit("示例公司abcdefghij示例", lines=2)[0] == ("示例公司", "abcdefghij示例")


def test_what_fits_at_no_size_is_refused() -> None:
    with pytest.raises(OverflowingError, match="太长，版面放不下"):
        fit("示" * 21)
    assert fit("示" * 20) == (("示" * 20,), 5)
    with pytest.raises(OverflowingError):
        fit("示" * 42, lines=2)
