"""Values are found in the bytes of a file in every way YAML can write them; what is found too often is harmless."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from generator.gate.sides import Sides, folded, needle
from generator.tree import Entry
from tests.gate.province import Addressed
from tests.support import schemas

PATH = "data/plans/2022/yichang/zigui.yml"


def sides(text: str) -> Sides:
    tree = Addressed({PATH: text.encode()})
    return Sides(tree, tree, schemas(), {})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("id: zigui-1", True),
        ('"id": "zigui-1"', True),
        ("id:\n  'zigui-1'", True),
        ('id: "\\x7aigui-1"', True),
        ("id: xingshan-1\n", False),
        ("id: zigui-2\n", False),
    ],
)
def test_an_id_is_found_however_it_is_written(text: str, found: bool) -> None:
    assert list(sides(text).naming([PATH], ["zigui-1", "dangyang-1"])) == [PATH] * found


@pytest.mark.parametrize(
    "text",
    [
        "reference: 甲方合同 第 0001 号",
        "reference: '甲方''合同 第 0001 号'",
        "reference: 甲方合同\n  第 0001\n  号",
        'reference: "甲方合\\u540c 第 0001 号"',
    ],
)
def test_words_are_found_over_lines_and_quotes(text: str) -> None:
    """Its longest piece without blanks or quotes stands as it is."""
    assert list(
        sides(text).naming([PATH], ["甲方合同 第 0001 号" if "''" not in text else "甲方'合同 第 0001 号"])
    )


def test_a_needle_is_the_longest_whole_piece() -> None:
    assert needle('甲方\'合同书 "一"') == "合同书".encode()
    assert needle("''") == b""


LESSON = '- {date: "2022-05-17", half: am, module: zhi-1, hours: 2, instructor: yichang/li, mode: onsite}\n'
BLOCK = '- date: "2022-05-17"\n  half: am\n  module: zhi-1\n  instructor: yichang/li\n'
OTHER = '- {date: "2022-05-18", half: pm, module: zhi-1, hours: 2, instructor: yichang/wang, mode: onsite}\n'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(OTHER + LESSON + OTHER, True, id="canonical"),
        pytest.param(OTHER + BLOCK + OTHER, True, id="over lines"),
        pytest.param(LESSON.replace("am", "pm"), False, id="another half"),
        pytest.param(LESSON.replace("-17", "-18"), False, id="another day"),
        pytest.param(LESSON.replace("li,", "wang,") + OTHER, False, id="another's lesson"),
        pytest.param('- {instructor: yichang/li, date: "2022-05-17", half: am}\n' + OTHER, True, id="date last"),
        pytest.param("- {half: am, date: '2022-05-17', instructor: yichang/li}\n", True, id="another order"),
        pytest.param(LESSON.replace("-17", "-18").replace("zhi", "z\\x68i"), True, id="an escape"),
        pytest.param(
            '- {date: "2022-05-17", # date: "2022-05-18", half: pm,\n half: am, instructor: yichang/li}', True, id="a comment"
        ),
    ],
)  # fmt: skip
def test_a_lesson_is_found_at_its_time(text: str, found: bool) -> None:
    lessons = [("yichang/li", "2022-05-17", "am")]
    assert list(sides(text).naming_on([PATH], lessons)) == [PATH] * found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name: 阿·依示例\nunit: 示例大学", True),
        ("name: 阿・依示例\nunit: 示例 大学", True),
        ("name: 阿•依示例\nunit: '示例''大学'", True),
        ('name: "\\u963f"\nunit: x', True),
        ("name: 阿·依示例\nunit: 示例学院", False),
    ],
)
def test_a_person_is_found_spelling_apart(text: str, found: bool) -> None:
    assert list(sides(text).naming_all([PATH], [("阿·依示例", "示例大学")])) == [PATH] * found


def test_folding_takes_quotes_too() -> None:
    assert folded("Ａ “b” 'c'・d") == "A“b”c·d"


class Counting(Addressed):
    """How often a tree is read."""

    reads = 0

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
        Counting.reads += 1
        return super().read(entries)


def test_what_both_trees_have_is_read_once_and_a_text_only_when_asked() -> None:
    tree = Counting({PATH: LESSON.encode()})
    held = Sides(tree, tree, schemas(), {})
    assert Counting.reads == 0
    held.read([PATH])
    held.read([PATH])
    assert held.texts(PATH) == [LESSON.encode()]
    assert Counting.reads == 1
