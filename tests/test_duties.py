"""What has to be filed, by whom, until when: views over the small repository of tests/base/."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from generator.check import check
from generator.derive.duties import GROUP, Agenda, Duties, Duty, State, duties
from generator.derive.public import public
from generator.model import Repo
from generator.rules.due import due_of
from tests.support import DELETE, FILINGS, schemas, tree

ZIGUI = "data/plans/2022/yichang/zigui.yml"
HELD = "data/deliveries/2022/yichang/zigui.yml"
PAPERS = "data/assessments/2022/yichang/deliverables.yml"
LIST = "data/assessments/2022/yichang/instructors.yml"
KAOHE = "data/assessments/2022/yichang/plan.yml"
PROGRAMME = "data/programme/2022.yml"
SUMMARY = "data/reports/2022/yichang/summary.md"


def repo(spec: Mapping[str, Any] | None = None) -> Repo:
    day = date.fromisoformat(spec["as_of"]) if spec and "as_of" in spec else None
    found = check(tree(spec or {}), schemas=schemas(), as_of=day).repo
    assert found is not None
    return found


def of(owner: str = "yichang", spec: Mapping[str, Any] | None = None) -> Duties:
    return duties(repo(spec), schemas(), 2022, owner)


def one(record: str, found: Duties) -> Duty:
    return next(duty for duty in found.all if duty.record == record)


def test_a_filed_plan_has_its_number_and_its_days() -> None:
    duty = one(ZIGUI, of())
    assert (duty.state, duty.kind, duty.title) == (State.FILED, "plan", "秭归县培训计划")
    assert (duty.no, duty.year, duty.seq) == ("示例备案登记 2022-0005", 2022, 5)
    assert (duty.due, duty.left, duty.late_days) == (date(2022, 3, 31), -234, 0)
    assert duty.place is not None
    assert duty.place.slug == "yichang-zigui"


def test_the_day_comes_from_the_programme() -> None:
    duty = one(ZIGUI, of(spec={"edit": {PROGRAMME: {"preparatory/filing_deadline/value": "2022-03-15"}}}))
    assert (duty.due, duty.state) == (date(2022, 3, 15), State.FILED)
    assert duty.late_days > 0


def test_a_plan_that_is_not_there_is_open_until_its_day_and_late_after() -> None:
    gone = {"delete": [ZIGUI, HELD, FILINGS]}
    assert one(ZIGUI, of(spec={**gone, "as_of": "2022-03-31"})).state is State.OPEN
    late = one(ZIGUI, of(spec={**gone, "as_of": "2022-04-01"}))
    assert (late.state, late.late_days, late.left) == (State.OVERDUE, 1, -1)
    assert one(HELD, of(spec=gone)).note == "还没有培训计划"


def test_a_plan_nobody_registered_or_changed_since_waits() -> None:
    new = one(ZIGUI, of(spec={"delete": [FILINGS]}))
    assert (new.state, new.no, new.submitted) == (State.WAITING, "", None)
    changed = one(ZIGUI, of(spec={"refile": False, "edit": {ZIGUI: {"remark": "改了"}}}))
    assert (changed.state, changed.no) == (State.WAITING, "示例备案登记 2022-0005")


def test_a_withdrawn_plan_is_missing_again() -> None:
    line = {"kind": "withdrawal", "seq": 5, "no": "示例备案登记 2022-0005"}
    lines = {f"4/{key}": value for key, value in line.items()}
    spec = {"refile": False, "delete": [ZIGUI, HELD], "edit": {FILINGS: lines}}
    duty = one(ZIGUI, of(spec=spec))
    assert (duty.state, duty.note, duty.no) == (State.OVERDUE, "已撤回", "")
    back = one(ZIGUI, of(spec={"refile": False, "edit": {FILINGS: lines}}))
    assert (back.state, back.no) == (State.WAITING, "")


def test_the_summary_is_next() -> None:
    found = of()
    assert found.next == one(SUMMARY, found)
    assert found.next is not None
    assert (found.next.state, found.next.left) == (State.OPEN, 10)
    assert one(SUMMARY, of(spec={"as_of": "2022-12-02"})).late_days == 2


def test_what_no_register_holds_has_no_day() -> None:
    duty = one(HELD, of())
    assert (duty.state, duty.due, duty.left, duty.public) == (State.REPORTED, None, None, True)
    early = one(HELD, of(spec={"delete": [HELD], "as_of": "2022-04-20"}))
    assert (early.state, early.note) == (State.EXEMPT, "培训班还没有办完")
    assert one(HELD, of(spec={"delete": [HELD], "as_of": "2022-04-21"})).state is State.OPEN


def test_recommendations_are_known_inside_only() -> None:
    (duty,) = (each for each in of().all if each.kind == "recommendation")
    assert not duty.public
    assert all(each.public for each in of().all if each is not duty and each.kind != "recommendation")


def test_the_group_owes_plan_list_and_papers_of_each_class() -> None:
    found = of(GROUP)
    assert found.name == "专员（考核）培训实施工作组"
    assert [duty.kind for duty in found.all if duty.state is State.FILED] == [
        "assessment",
        "instructors",
        "deliverables",
    ]
    assert (one(LIST, found).due, one(PAPERS, found).due) == (date(2022, 5, 17), date(2022, 7, 27))


def test_missing_papers_are_named() -> None:
    edit = {"edit": {PAPERS: {"deliverables/3": DELETE}}}
    duty = one(PAPERS, of(GROUP, edit))
    assert (duty.state, duty.late_days) == (State.OVERDUE, 116)
    assert duty.note.startswith("还缺")


def test_a_list_that_does_not_name_the_class_does_not_serve_it() -> None:
    edit = {"edit": {LIST: {"classes/0/class": "kaohe-yichang-9"}}}
    assert one(LIST, of(GROUP, edit)).state is State.OVERDUE


def test_a_class_that_was_not_held_owes_no_papers() -> None:
    done = "data/deliveries/2022/assessment/yichang.yml"
    duty = one(PAPERS, of(GROUP, {"edit": {done: {"classes/0/id": "kaohe-yichang-8"}}}))
    assert (duty.state, duty.note) == (State.EXEMPT, "这个班没有办")


def test_the_public_view_of_duties_is_the_same() -> None:
    whole, shown = repo(), public(repo(), schemas())
    for owner in Agenda(whole, schemas(), 2022).owners:
        left = duties(whole, schemas(), 2022, owner).all
        right = duties(shown, schemas(), 2022, owner).all
        assert left == right


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("plan", date(2022, 3, 31)),
        ("summary", date(2022, 11, 30)),
        ("assessment", date(2022, 4, 30)),
        ("instructors", date(2022, 5, 17)),
        ("deliverables", date(2022, 7, 27)),
        ("amendment", None),
        ("withdrawal", None),
    ],
)
def test_the_day_of_a_register_line(kind: str, wanted: date | None) -> None:
    assert due_of(repo(), kind, 2022, "yichang") == wanted


def test_there_is_no_day_without_a_programme_or_a_plan() -> None:
    assert due_of(repo(), "plan", 1999) is None
    assert due_of(repo(), "instructors", 2022, "nowhere") is None
    assert due_of(repo(), "deliverables", 2022, "nowhere") is None
