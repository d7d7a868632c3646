"""A file with very many faults of one kind tells of some and says how many more there are; no kind of fault is lost."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import privacy
from generator.check import check
from generator.cli import main
from generator.examine import examine
from generator.problem import MORE, MOST, Problem, Severity, Where, bounded
from generator.tree import Directory
from tests.disk import lay
from tests.gate.repository import ZIGUI, small
from tests.support import edit, records, schemas, write

MAIL = "zhang" + "@qq.com "


def _faults(*counts: tuple[str, str, int]) -> list[Problem]:
    return [
        Problem(where=Where(path), code=code, message=f"第 {number} 处")
        for path, code, count in counts
        for number in range(count)
    ]


def test_up_to_the_bound_all_is_told() -> None:
    found = _faults(("a", "FI016", MOST), ("a", "FI017", MOST), ("b", "FI016", MOST))
    assert bounded(found) == found


def test_over_the_bound_it_says_how_many_more() -> None:
    found = _faults(("a", "FI016", MOST + 7), ("b", "FI016", 1))
    kept = bounded(found)
    assert (kept[:MOST], kept[-1]) == (found[:MOST], found[-1])
    assert (kept[MOST].code, kept[MOST].message) == ("FI016", "同样的问题还有 7 处，没有逐一列出")
    assert len(kept) == MOST + 2


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["X1", "X2"]), st.integers(0, 2 * MOST))))
def test_every_kind_of_fault_stays_and_a_second_look_changes_nothing(
    counts: list[tuple[str, str, int]],
) -> None:
    found = _faults(*counts)
    kept = bounded(found)
    assert bounded(kept) == kept
    assert {(one.where, one.code) for one in kept} == {(one.where, one.code) for one in found}
    assert max(Counter((one.where, one.code) for one in kept).values(), default=0) <= MOST + 1


def test_a_warning_does_not_stand_for_an_error() -> None:
    warned = Problem(where=Where("a"), code="X1", message="提醒", severity=Severity.WARNING)
    kept = bounded([*[warned] * (MOST + 1), *_faults(("a", "X1", 1))])
    assert [one.severity for one in kept[-2:]] == [Severity.WARNING, Severity.ERROR]


def test_a_megabyte_of_addresses_is_told_in_some_hundred_findings() -> None:
    text = (MAIL * (1 << 20))[: 1 << 20].encode()
    for found in (privacy.problems("x.txt", text), examine(ZIGUI, b"# " + text, schemas()).problems):
        assert sum(one.code == "PI004" for one in found) == MOST + 1
        assert sum(one.remedy == MORE for one in found) == 1


def test_what_rules_find_is_bounded_in_a_check_and_at_the_gate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lesson = {**records()[ZIGUI]["classes"][0]["sessions"][0], "instructor": "yichang/wu-ci-ren"}
    plan = edit(records()[ZIGUI], {"classes/0/sessions": [lesson] * (MOST + 20)})
    root = lay(tmp_path / "tree", {ZIGUI: write(ZIGUI, plan)})
    whole = check(Directory(root), as_of=date(2022, 4, 1)).problems
    ((code, _),) = Counter(one.code for one in whole if one.severity == "error").most_common(1)
    assert main(["-C", str(root), "check", "--format", "json"]) == 1
    told = [one for one in json.loads(capsys.readouterr().out) if one["code"] == code]
    assert (len(told), sum(one["remedy"] == MORE for one in told)) == (MOST + 1, 1)

    (tmp_path / "bare").mkdir()
    bare, first = small(tmp_path / "bare")
    verdict = bare.judge(first, bare.commit({ZIGUI: write(ZIGUI, plan)}, first))
    assert sum(one.code == code for one in verdict.blocking) == MOST + 1
