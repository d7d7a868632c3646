"""Views over the small repository of tests/base/, and that nothing private reaches them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.check import Outcome, check
from generator.derive.families import TITLES, basis, families
from generator.derive.filings import latest
from generator.derive.plans import ClusterPlans, CountyPlan, Status, clusters, standings
from generator.derive.public import public
from generator.derive.targets import Target, certified, targets
from generator.derive.targets import basis as basis_of
from generator.model import Repo, make
from generator.model.programme import Value
from generator.rules import RULES
from generator.schema import Node, Schemas
from tests.support import identity, schemas, tree

ROOT = Path(__file__).parents[1]
CANARY = "canary-7b41d9"
ZIGUI = "data/plans/2022/yichang/zigui.yml"
XINGSHAN = "data/plans/2022/yichang/xingshan.yml"


@cache
def outcome() -> Outcome:
    return check(tree({}), schemas=schemas(), identities=[identity()])


def repo(spec: Mapping[str, Any] | None = None) -> Repo:
    found = (check(tree(spec), schemas=schemas()) if spec else outcome()).repo
    assert found is not None
    return found


def shown(spec: Mapping[str, Any] | None = None) -> Repo:
    return public(repo(spec), schemas())


def named(name: str, found: tuple[ClusterPlans, ...]) -> CountyPlan:
    return next(county for cluster in found for county in cluster.counties if county.name == name)


def target(name: str, found: tuple[Target, ...]) -> Target:
    return next(one for one in found if one.name.startswith(name))


# Targets


def test_targets_stand_in_the_order_things_happen() -> None:
    found = targets(shown(), 2022)
    assert [(one.name, one.unit) for one in found] == [
        ("已有培训计划的县（市、区）", "个"),
        ("计划培训（预科）", "人"),
        ("已经培训（预科）", "人"),
        ("参加省级考核培训", "人"),
        ("取得专员证书", "人"),
    ]


def test_goals_come_from_the_programme_with_their_clause() -> None:
    spec = {"edit": {"data/programme/2022.yml": {"targets/certified/value": 7}}}
    found = target("取得", targets(shown(spec), 2022))
    assert (found.goal, found.basis) == (7, "方案 一")


def test_actuals_are_sums_over_the_records() -> None:
    have = repo()
    found = targets(shown(), 2022)
    zones = [plan for plan in have.plans if have.places[plan.county].zone]
    assert target("已有", found).actual == len(have.plans) - len(zones)
    assert target("计划", found).actual == sum(plan.trainees for plan in have.plans)
    assert target("已经", found).actual == sum(one.people for each in have.deliveries for one in each.classes)
    sites = have.assessment_deliveries
    assert target("参加", found).actual == sum(one.people for each in sites for one in each.classes)


def test_a_zone_counts_apart_and_its_people_count() -> None:
    found = target("已有", targets(shown(), 2022))
    assert (found.actual, found.note) == (4, "另有 1 个功能区单独报送，人数计入合计")


@pytest.mark.parametrize(
    ("goal", "actual", "missing", "percent"),
    [(600, 0, 600, 0), (600, 599, 1, 99), (600, 600, 0, 100), (600, 700, 0, 100), (0, 0, 0, 100)],
)
def test_how_far(goal: int, actual: int, missing: int, percent: int) -> None:
    found = Target(name="", unit="人", goal=goal, actual=actual, basis="")
    assert (found.missing, found.percent) == (missing, percent)


def test_a_revoked_certificate_is_not_counted_and_a_reissued_one_once() -> None:
    events = [
        ("issued", "A", ""),
        ("issued", "B", ""),
        ("issued", "C", ""),
        ("issued", "D", ""),
        ("revoked", "A", ""),
        ("reissued", "E", "B"),
        ("withdrawn", "C", ""),
        ("revoked", "D", ""),
        ("restored", "D", ""),
    ]
    roster = repo().rosters[2022]
    made = tuple(
        replace(roster.events[0], seq=seq, event=event, no=no, supersedes=supersedes)
        for seq, (event, no, supersedes) in enumerate(events, 1)
    )
    changed = replace(repo(), records={**repo().records, "roster": (replace(roster, events=made),)})
    assert certified(changed, 2022) == 3
    assert certified(changed, 2023) == 0


def test_where_a_number_comes_from_in_words() -> None:
    have = repo()
    assert basis_of(have, Value(value=1, clause="3.1.7(1)")) == "方案 三(一)7(1)"
    assert (
        basis_of(have, Value(value=1, provenance="reading of 下一阶段：2023 年起"))
        == "对“下一阶段”的理解：2023 年起"
    )
    assert basis_of(have, Value(value=1, provenance="reading of 下一阶段")) == "对“下一阶段”的理解"
    assert basis_of(have, Value(value=1, provenance="system-default：方案未写")) == "本系统默认：方案未写"


# Plans


def test_every_unit_stands_in_its_prefecture_and_cluster() -> None:
    found = clusters(shown(), 2022)
    units = [county.name for cluster in found for county in cluster.counties]
    assert sorted(units) == sorted(place.name for place in repo().places.values())


def test_sums_of_a_cluster_are_those_of_its_prefectures() -> None:
    for cluster in clusters(shown(), 2022):
        for name in ("units", "zones", "planned", "late", "classes", "people"):
            assert getattr(cluster, name) == sum(getattr(each, name) for each in cluster.prefectures)


def test_a_filed_plan() -> None:
    found = named("秭归县", clusters(shown(), 2022))
    assert found.status is Status.FILED
    assert found.filing is not None
    assert (found.filing.no, found.filing.submitted) == ("示例备案登记 2022-0005", date(2022, 3, 25))
    assert (found.filing.due, found.filing.late_days, found.filing.amendments) == (date(2022, 3, 31), 0, 0)
    assert (found.people, found.budget, found.first) == (110, 30000, date(2022, 4, 19))
    (planned,) = found.classes
    assert (planned.hours, planned.practical, planned.venue) == (12, True, "秭归县示例会议中心")
    assert found.hosts == ("宜昌市知识产权局", "省级知识产权培训（宜昌）基地")


def test_a_class_without_practical_session_says_so() -> None:
    edits = {"classes/0/sessions/5/module": "hui-3"}
    found = named("秭归县", clusters(shown({"edit": {ZIGUI: edits}}), 2022))
    assert [planned.practical for planned in found.classes] == [False]


def line(number: int, **changes: Any) -> dict[str, Any]:
    return {"edit": {"data/filings/2022.jsonl": {f"{number}/{key}": value for key, value in changes.items()}}}


def test_a_late_plan() -> None:
    late = line(4, submitted="2022-04-03T00:00:00+08:00", filed="2022-04-05T00:00:00+08:00", late_days=3)
    found = clusters(shown(late), 2022)
    assert named("秭归县", found).status is Status.LATE
    assert sum(cluster.late for cluster in found) == 1


def test_a_plan_changed_since_its_filing() -> None:
    found = clusters(shown({"edit": {ZIGUI: {"remark": "改"}}, "refile": False}), 2022)
    assert named("秭归县", found).status is Status.CHANGED


def test_a_plan_nobody_filed() -> None:
    spec = line(4, record="data/plans/2022/yichang/gone.yml")
    found = named("秭归县", clusters(shown(spec), 2022))
    assert (found.status, found.filing) == (Status.WAITING, None)


def test_a_county_without_plan() -> None:
    found = named("秭归县", clusters(shown({"delete": [ZIGUI]}), 2022))
    assert (found.status, found.has_plan, found.classes, found.people, found.first) == (
        Status.NONE,
        False,
        (),
        0,
        None,
    )


def test_units_by_status_in_the_order_of_statuses() -> None:
    late = line(4, submitted="2022-04-03T00:00:00+08:00", filed="2022-04-05T00:00:00+08:00", late_days=3)
    found = standings(clusters(shown({**late, "delete": ["data/plans/2022/enshi/enshi.yml"]}), 2022))
    assert [(one.status, one.count) for one in found] == [
        (Status.FILED, 3),
        (Status.LATE, 1),
        (Status.NONE, 1),
    ]


def test_every_prefecture_has_its_place_on_the_map() -> None:
    styles = (ROOT / "site" / "assets" / "site.css").read_text(encoding="utf-8")
    placed = dict(re.findall(r'^\[data-place="(.+)"\] { grid-area: (.+); }$', styles, re.M))
    regions = yaml.safe_load((ROOT / "data" / "regions.yml").read_text(encoding="utf-8"))
    assert placed == {one["slug"]: one["slug"] for one in regions["prefectures"]}
    (areas,) = re.findall(r"grid-template-areas:((?:\s+\".+\")+);", styles)
    assert set(re.findall("[a-z]+", areas)) == set(placed)


def test_every_status_has_a_word_and_a_mark_of_its_own() -> None:
    assert len({status.value for status in Status}) == len({status.mark for status in Status}) == len(Status)
    styles = (ROOT / "site" / "assets" / "site.css").read_text(encoding="utf-8")
    assert [status.mark for status in Status if f".tag--{status.mark}::before" not in styles] == []


# The register


def test_the_latest_filings_come_first() -> None:
    found = latest(shown(), schemas(), 2022, 4)
    assert [(one.no[-4:], one.kind, one.who) for one in found] == [
        ("0008", "总结材料", "省级知识产权培训（宜昌）基地"),
        ("0007", "师资备案", "省级知识产权培训（宜昌）基地"),
        ("0006", "考核方案审定", "省级知识产权培训（宜昌）基地"),
        ("0005", "计划备案", "秭归县"),
    ]
    assert found[3].place is not None
    assert found[0].place is None
    assert latest(shown(), schemas(), 2023, 4) == ()


def test_a_report_is_of_its_prefecture_or_of_the_working_group() -> None:
    report = "data/reports/2022/group/assessment-yichang.md"
    group = next(unit.name for unit in repo().organisations.values() if unit.role == "group")
    assert latest(shown(line(7, record=report)), schemas(), 2022, 1)[0].who == group
    have = shown(line(7, record="data/reports/2022/yichang/summary.md"))
    source = replace(have.sources[report], parts={"year": "2022", "owner": "yichang", "slug": "summary"})
    sources = {**have.sources, "data/reports/2022/yichang/summary.md": source}
    assert latest(replace(have, sources=sources), schemas(), 2022, 1)[0].who == "宜昌市"


def test_a_record_that_is_gone_is_called_by_its_path() -> None:
    spec = line(7, record="data/reports/2022/group/gone.md")
    assert latest(shown(spec), schemas(), 2022, 1)[0].who == "data/reports/2022/group/gone.md"


# The catalogue


def test_every_rule_is_explained_once_in_its_family() -> None:
    found = families(RULES, repo().clause_numbering)
    assert [rule.code for family in found for rule in family.rules] == list(RULES)
    assert {family.prefix for family in found} <= set(TITLES)
    assert [rule.anchor for family in found for rule in family.rules] == [code.lower() for code in RULES]


def test_a_rule_says_where_it_comes_from() -> None:
    assert basis(RULES["PL002"], repo().clause_numbering) == "方案 二(二)1、三(一)7(1)"
    assert basis(RULES["SC001"], repo().clause_numbering) == "数据规范"


# What is private


def private_leaves(
    node: Node, data: Any, known: Schemas, *, hidden: bool = False
) -> Iterator[tuple[Any, Any]]:
    """Container and key of every text that is not public."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in pairs:
        child = node["items"] if isinstance(data, list) else node["properties"][key]
        inside = hidden or child.get("x-public") is not True
        if isinstance(value, (dict, list)):
            yield from private_leaves(known.resolve(child), value, known, hidden=inside)
        elif inside and isinstance(value, str):
            yield data, key


def planted() -> tuple[Repo, int]:
    """The base with the canary in every private text that may hold any, and how many there are."""
    have, count, sources = repo(), 0, []
    for source in have.sources.values():
        data = deepcopy(source.data)
        kind = schemas().kinds[source.kind]
        for one in data if isinstance(data, list) else [data]:
            for container, key in list(private_leaves(kind.schema, one, schemas())):
                try:
                    date.fromisoformat(container[key])
                except ValueError:
                    container[key] = f"{CANARY}-{count}"
                    count += 1
        sources.append(replace(source, data=data))
    made = make(sources, as_of=have.as_of, digests=have.digests, paths=have.paths, unread=have.unread)
    return made, count


def test_nothing_private_is_left_in_any_record() -> None:
    made, count = planted()
    assert count > 50
    assert repr(made).count(CANARY) >= count
    assert CANARY not in repr(public(made, schemas()))


def test_public_fields_stay_as_they_are() -> None:
    before, after = repo(), shown()
    assert after.plans == before.plans
    assert after.regions == before.regions
    assert [event.no for event in after.rosters[2022].events] == [
        event.no for event in before.rosters[2022].events
    ]
    assert {event.token for event in after.rosters[2022].events} == {""}
    assert {delivery.recommended for delivery in after.deliveries} == {0}
    assert (after.as_of, after.paths) == (before.as_of, before.paths)


@pytest.mark.parametrize(
    "kind", ["candidates", "statistics", "recommendation", "archive", "owners", "waivers"]
)
def test_internal_and_sealed_kinds_are_gone(kind: str) -> None:
    assert repo().of(kind)
    assert shown().of(kind) == ()
    assert kind not in {source.kind for source in shown().sources.values()}


def test_an_instructor_who_did_not_agree_is_left_out() -> None:
    path = "data/instructors/base-yichang/li-shili.yml"
    refused = {"edit": {path: {"consent/publication": False}}}
    assert "base-yichang/li-shili" in shown().instructors
    assert "base-yichang/li-shili" not in shown(refused).instructors


@pytest.mark.parametrize("kind", schemas().kinds)
def test_a_kind_called_public_hides_nothing_and_an_internal_one_shows_nothing(kind: str) -> None:
    schema = schemas().kinds[kind].schema
    flags = {child["x-public"] for key, child in schema["properties"].items() if key != "year"}
    if schema["x-tier"] == "public":
        assert flags == {True}
    if schema["x-tier"] == "internal":
        assert flags == {False}


def test_views_hold_no_number_of_the_notice() -> None:
    found = {
        (path.name, node.value)
        for path in (ROOT / "generator" / "derive").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value > 2
    }
    # A day is the first ten characters of a time; a hundred is whole in percent; years have four digits.
    known = {("filings.py", 10), ("targets.py", 100), ("fields.py", 9999)}
    # How much of a comparison a page tells, and how much of a list or of published heads from outside is read.
    known |= {("history.py", 40), ("heads.py", 200)} | {
        ("pulls.py", number) for number in (4, 9, 10, 1024, 2000, 5000)
    }
    assert found == known
