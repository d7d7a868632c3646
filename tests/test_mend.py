"""What a misshapen record most likely meant; nothing is forgiven."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.mend import mend
from tests.support import records, schemas

PLAN = "data/plans/2022/yichang/zigui.yml"
KIND = schemas().kinds["plan"]


@pytest.fixture
def plan() -> Any:
    return deepcopy(records()[PLAN])


def test_a_shaped_record_stays_as_it_is(plan: Any) -> None:
    assert mend(schemas(), KIND, plan) == plan


def test_quotes_misspelt_fields_and_unknown_ones(plan: Any) -> None:
    wrong = deepcopy(plan)
    wrong["county"] = int(wrong["county"])
    wrong["year"] = str(wrong["year"])
    wrong["klasses"] = wrong.pop("classes")
    wrong["klasses"][0]["培训对象"] = wrong["klasses"][0].pop("trainees")
    wrong["weather"] = "晴"
    assert mend(schemas(), KIND, wrong) == plan


def test_a_misspelt_twin_of_a_present_field_is_dropped(plan: Any) -> None:
    assert mend(schemas(), KIND, {**plan, "yeer": 2023}) == plan


def test_what_cannot_be_guessed_stays_unread(plan: Any) -> None:
    del plan["classes"][0]["from"]
    assert mend(schemas(), KIND, plan) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_it_never_raises_and_gives_only_shaped_data(data: Any) -> None:
    mended = mend(schemas(), KIND, data)
    assert mended is None or schemas().valid(KIND, mended)
