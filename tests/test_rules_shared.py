"""What several rules share: calendar months, identities, work done once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from generator.check import check
from generator.rules.identity import identity
from generator.rules.months import months_after
from generator.rules.once import once
from tests.support import schemas, tree


@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        (date(2022, 5, 27), 2, date(2022, 7, 27)),
        (date(2022, 12, 31), 2, date(2023, 2, 28)),
        (date(2023, 12, 31), 2, date(2024, 2, 29)),
        (date(2022, 10, 31), 1, date(2022, 11, 30)),
        (date(2022, 11, 15), 1, date(2022, 12, 15)),
        (date(2022, 1, 31), 0, date(2022, 1, 31)),
        (date(2022, 12, 1), 13, date(2024, 1, 1)),
    ],
)
def test_calendar_months_are_clipped(day: date, months: int, due: date) -> None:
    assert months_after(day, months) == due


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("王示例", "示例公司"), ("王 示例", "示例公司"), True),
        (("王示例", "示例（湖北）公司"), ("王示例", "示例(湖北)公司"), True),
        (("阿依·示例", "示例公司"), ("阿依•示例", "示例公司"), True),
        (("王示例", "示例公司"), ("王示例", "示例公司二"), False),
    ],
)
def test_spelling_does_not_make_another_person(
    one: tuple[str, str], other: tuple[str, str], same: bool
) -> None:
    assert (identity(*one) == identity(*other)) is same


def test_counties_tell_people_apart() -> None:
    assert identity("王示例", "示例公司", "420526") != identity("王示例", "示例公司", "420527")


def test_work_is_done_once_for_a_repo() -> None:
    asked: list[Any] = []

    @once
    def count(repo: Any) -> int:
        asked.append(repo)
        return len(asked)

    first, second = (check(tree({}), schemas=schemas()).repo for _ in range(2))
    assert first is not None
    assert second is not None
    assert [count(first), count(first), count(second), count(second), count(first)] == [1, 1, 2, 2, 3]
