"""Views of the pages beyond plans and targets: a county's year, courses, the pool, the roster, the fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from generator.check import check
from generator.derive.counties import Counties, CountyYear
from generator.derive.courses import courses
from generator.derive.fields import reference
from generator.derive.filings import Register
from generator.derive.plans import clusters
from generator.derive.pool import Pool
from generator.derive.public import public
from generator.derive.roster import Standing, rosters, shown
from generator.model import Repo
from tests.support import DELETE, schemas, tree

ZIGUI = "data/plans/2022/yichang/zigui.yml"
HELD = "data/deliveries/2022/yichang/zigui.yml"
LI = "data/instructors/base-yichang/li-shili.yml"
REFUSED = {"edit": {LI: {"consent/publication": False}}}


def visible(spec: Mapping[str, Any] | None = None) -> Repo:
    found = check(tree(spec or {}), schemas=schemas()).repo
    assert found is not None
    return public(found, schemas())


def county(spec: Mapping[str, Any] | None = None, name: str = "秭归县") -> CountyYear:
    repo = visible(spec)
    made = Counties(repo, schemas(), Register(repo, schemas()), 2022)
    units = [one for cluster in clusters(repo, 2022) for one in cluster.counties]
    return made.year(next(one for one in units if one.name == name))


# A county's year


def test_a_class_by_day_and_half() -> None:
    (one,) = county().classes
    assert one.halves == ("上午", "下午")
    assert [day.day for day in one.days] == [date(2022, 4, 19), date(2022, 4, 20)]
    morning, afternoon, evening = one.days[0].halves
    assert [len(half) for half in (morning, afternoon, evening)] == [2, 2, 0]
    first = morning[0]
    assert (first.title, first.hours, first.instructor, first.module) == ("新法政策", 2, "李示例", "zhi-1")
    assert (first.pool, first.anchor) == ("yichang", "base-yichang-li-shili")
    assert (first.online, first.joint) == (False, False)


def test_an_evening_lesson_opens_the_evening() -> None:
    (one,) = county({"edit": {ZIGUI: {"classes/0/sessions/5/half": "evening"}}}).classes
    assert one.halves == ("上午", "下午", "晚上")
    assert [len(half) for half in one.days[1].halves] == [1, 0, 1]


def test_what_happened_stands_beside_the_plan() -> None:
    (one,) = county({"edit": {HELD: {"classes/0/people": 97}}}).classes
    figures = {row.name: (row.planned, row.actual) for row in one.figures}
    assert figures["人数"] == (110, 97)
    assert figures["其中高新技术企业"] == (30, 30)
    assert figures["人次"] == (None, 640)
    assert (figures["学时"], figures["其中实战"]) == ((12, 12), (2, 2))
    assert "其中高校院所" not in figures
    assert one.held == (date(2022, 4, 19), date(2022, 4, 20))
    assert one.learned is not None
    assert (one.learned.people, one.learned.before, one.learned.after) == (108, 52, 78)
    assert one.applied is not None
    assert (one.applied.people, one.applied.applied) == (60, 45)


def test_money_by_source_and_category_with_its_sum() -> None:
    (one,) = county({"edit": {HELD: {"classes/0/spending/items/1/amount": 7000}}}).classes
    assert [(row.name, row.planned, row.actual) for row in one.sources] == [
        ("县区经费", 30000, 30000),
        ("合计", 30000, 30000),
    ]
    assert [(row.name, row.planned, row.actual) for row in one.items] == [
        ("师资费", 16000, 16000),
        ("培训场地费", 8000, 7000),
        ("培训资料费", 6000, 6000),
        ("合计", 30000, 29000),
    ]


def test_a_class_nobody_held_has_no_actual_figures() -> None:
    found = county({"delete": [HELD]})
    assert not found.delivered
    assert found.classes[0].held is None
    assert {row.actual for row in (*found.classes[0].figures, *found.classes[0].items)} == {None}


def test_explanations_in_words() -> None:
    spec = {"edit": {HELD: {"explanations": [{"about": "trainees", "text": "汛情"}]}}}
    assert [(one.about, one.text) for one in county(spec).explanations] == [("人数少于计划或下限", "汛情")]


def test_the_history_of_the_plan() -> None:
    assert [(one.no[-4:], one.kind, one.late_days) for one in county().history] == [("0005", "计划备案", 0)]


def test_a_county_without_plan_has_an_empty_year() -> None:
    found = county({"delete": [ZIGUI, HELD]})
    assert (found.classes, found.history, found.delivered) == ((), (), False)


def test_an_instructor_who_did_not_agree_has_no_name_in_the_timetable() -> None:
    lessons = [
        one
        for day in county(REFUSED).classes[0].days
        for half in day.halves
        for one in half
        if one.title != "实战检索"
    ]
    assert {(one.instructor, one.anchor) for one in lessons} >= {("", "")}
    assert "李示例" not in repr(lessons)
    assert "li-shili" not in repr(lessons)


# Courses


def test_courses_by_group_in_their_order() -> None:
    found = courses(visible(), schemas(), 2022)
    assert [(group.title, len(group.courses)) for group in found] == [
        ("四知", 4),
        ("五会", 5),
        ("实战课程", 2),
    ]
    assert found[0].preparatory == sum(course.preparatory for course in found[0].courses)
    assert courses(visible(), schemas(), 2099) == ()


def test_an_address_is_a_web_address_or_none() -> None:
    spec = {"edit": {"data/resources.yml": {"resources/0/url": "https://cnipa.example/"}}}
    for given, wanted in ((None, ""), (spec, "https://cnipa.example/")):
        found = courses(visible(given), schemas(), 2022)
        online = [one for group in found for course in group.courses for one in course.resources]
        assert {one.url for one in online if one.name.startswith("新一代")} == {wanted}


# The pool


def test_the_pool_by_prefecture_and_module() -> None:
    pool = Pool(visible(), schemas(), 2022)
    assert {shelf.name: len(shelf.members) for shelf in pool.by_prefecture} == {"宜昌市": 3, "恩施州": 0}
    assert {shelf.id: len(shelf.members) for shelf in pool.by_module if shelf.id in {"zhi-1", "shi-1"}} == {
        "zhi-1": 2,
        "shi-1": 1,
    }


def test_designations_of_the_year() -> None:
    pool = Pool(visible(), schemas(), 2022)
    marks = {one.name: [(mark.word, mark.place) for mark in one.marks] for one in pool.members}
    assert marks == {
        "李示例": [],
        "王实战": [("实战", "")],
        "赵专家": [("专家", ""), ("委派", "恩施州")],
    }
    assert (pool.by_prefecture[0].practical, pool.by_prefecture[0].experts) == (1, 1)
    assert all(not one.marks for one in Pool(visible(), schemas(), 2099).members)


def test_a_joint_lesson_counts_once() -> None:
    plans = ("zigui", "xingshan")
    joint = {f"data/plans/2022/yichang/{one}.yml": {"classes/0/sessions/0/joint": "a-1"} for one in plans}
    apart = {one.name: one.hours for one in Pool(visible(), schemas(), 2022).members}
    once = {one.name: one.hours for one in Pool(visible({"edit": joint}), schemas(), 2022).members}
    assert apart["李示例"] - once["李示例"] == 2


def test_the_pool_holds_only_people_who_agreed() -> None:
    assert "李示例" not in repr(Pool(visible(REFUSED), schemas(), 2022).members)


# The roster

ROSTER = "data/rosters/2022.yml"


def events(*changes: tuple[str, str], **fields: Any) -> dict[str, Any]:
    """The base's roster with further events of (event, number)."""
    added = {
        f"events/{4 + at}+": {
            "seq": 6 + at,
            "event": event,
            "no": no,
            "token": "0gvnkx8dgr5vadkcas2v",
            "class": "kaohe-yichang-1",
            "issued": "2022-10-01",
            "layout": "v1",
            "digest": "0" * 64,
            "prev": "0" * 64,
            "hash": "0" * 64,
        }
        for at, (event, no) in enumerate(changes)
    }
    return {"edit": {ROSTER: {**added, **fields}}, "rechain": [ROSTER]}


def test_standing_is_what_the_last_event_says() -> None:
    spec = events(
        ("revoked", "ZSCQZY-42-2022-YC-0001-B"),
        ("withdrawn", "ZSCQZY-42-2022-YC-0003-7"),
        ("revoked", "ZSCQZY-42-2022-YC-0004-5"),
        ("restored", "ZSCQZY-42-2022-YC-0004-5"),
    )
    (found,) = rosters(visible(spec))
    assert [(one.no[-6:], one.standing) for one in found.certificates] == [
        ("0001-B", Standing.REVOKED),
        ("0002-9", Standing.REPLACED),
        ("0003-7", Standing.WITHDRAWN),
        ("0004-5", Standing.LISTED),
        ("0005-3", Standing.LISTED),
    ]
    assert found.certificates[1].successor == "ZSCQZY-42-2022-YC-0005-3"
    assert dict(found.counts) == {
        Standing.LISTED: 2,
        Standing.REPLACED: 1,
        Standing.REVOKED: 1,
        Standing.WITHDRAWN: 1,
    }


def test_who_asked_not_to_be_shown_is_not_shown() -> None:
    (found,) = rosters(visible(events(("withdrawn", "ZSCQZY-42-2022-YC-0003-7"))))
    gone = found.certificates[2]
    assert (gone.name, gone.unit, gone.county) == ("", "", "")


def test_a_deleted_person_leaves_the_number() -> None:
    spec = {"edit": {ROSTER: {"events/0/person": DELETE, "events/0/salt": DELETE}}}
    (found,) = rosters(visible(spec))
    assert (found.certificates[0].no, found.certificates[0].name) == ("ZSCQZY-42-2022-YC-0001-B", "")


def test_a_later_year_revokes_an_earlier_certificate() -> None:
    have = visible()
    roster = have.rosters[2022]
    later = replace(
        roster,
        year=2023,
        events=(replace(roster.events[0], event="revoked", seq=6, person=None),),
    )
    changed = replace(have, records={**have.records, "roster": (roster, later)})
    assert [(one.year, len(one.certificates)) for one in rosters(changed)] == [(2023, 0), (2022, 5)]
    assert rosters(changed)[1].certificates[0].standing is Standing.REVOKED
    assert rosters(changed)[1].certificates[0].name == "王示例"


@pytest.mark.parametrize(
    ("name", "masked"),
    [("王示例", "王＊＊"), ("王伟", "王＊"), ("欧阳学明", "欧阳＊＊"), ("欧阳", "欧＊"), ("王", "王＊")],
)
def test_a_masked_name_is_the_family_name(name: str, masked: str) -> None:
    assert shown(name, full=False) == masked
    assert shown(name, full=True) == name


def test_the_datasets_policy_masks_the_roster() -> None:
    (found,) = rosters(visible({"edit": {"data/dataset.yml": {"display_name": "masked"}}}))
    assert {one.name for one in found.certificates} == {"王＊＊", "陈＊＊", "向＊＊", "周＊＊"}


# Fields


def test_every_kind_and_every_field_is_explained() -> None:
    found = reference(schemas())
    assert {one.name for one in found} == set(schemas().kinds)
    for kind in found:
        assert all((kind.title, kind.about, kind.path, kind.writes, kind.form, kind.tier))
        for field in kind.fields:
            assert field.title, field.path
            assert field.meaning, field.path
            assert field.form, field.path
        anchors = [field.anchor for field in kind.fields]
        assert len(set(anchors)) == len(anchors)


def test_a_field_in_words() -> None:
    plan = next(one for one in reference(schemas()) if one.name == "plan")
    fields = {field.path: field for field in plan.fields}
    half = fields["classes[].sessions[].half"]
    assert (half.title, half.form, half.example, half.required, half.public, half.depth) == (
        "时段",
        "选一项",
        '"am"',
        True,
        True,
        2,
    )
    assert [(one.value, one.meaning) for one in half.choices] == [
        ("am", "上午"),
        ("pm", "下午"),
        ("evening", "晚上"),
    ]
    assert fields["units.guides"].example == '["hubei-ipo"]'
    assert not fields["contact.landline"].public
    assert fields["contact"].example == ""
    assert fields["classes[].title"].form == "文本，最多 80 字"


def test_nothing_of_a_sealed_kind_is_called_public() -> None:
    for kind in reference(schemas()):
        if kind.tier in {"加密", "内部"}:
            assert not any(field.public for field in kind.fields)


# The register


def test_the_head_is_the_hash_of_the_last_line() -> None:
    register = Register(visible(), schemas())
    assert register.years == (2022,)
    assert register.head(2022) == register.of_year(2022)[0].hash
    assert register.head(2099) == ""
