"""Records filed in parts, the papers and the lists of a site's classes: when each version was due, everywhere alike."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from generator import register
from generator.canonical import dump, header_for
from generator.check import check
from generator.derive.duties import GROUP, State, duties
from generator.gate.review import review
from generator.git import Git
from generator.load import load, load_lines
from generator.model import Repo
from generator.registrar.history import merges
from generator.registrar.pending import Change
from generator.registrar.terms import Terms
from generator.rules.due import due_of_version, line_of, new_classes
from generator.sign import chain
from generator.tree import Directory
from tests.filed import Office, copied, digest, open_office
from tests.gate.pushes import push
from tests.support import FILINGS, ROOT, base, schemas, tree

SITE = "data/assessments/2022/yichang"
PLAN, LIST, PAPERS = f"{SITE}/plan.yml", f"{SITE}/instructors.yml", f"{SITE}/deliverables.yml"
HELD = "data/deliveries/2022/assessment/yichang.yml"
ONE, TWO = "kaohe-yichang-1", "kaohe-yichang-2"
EVENING = "23:59:59+08:00"


def read(path: str) -> Any:
    return deepcopy(load(base()[path], path).data)


def text(path: str, data: object) -> bytes:
    found = schemas().kind_of(path)
    assert found is not None
    return dump(data, schemas().order(found[0]), header_for(path, found[0].name)).encode()


def planned() -> bytes:
    """The site's plan with a second class three weeks later: its list is due on 7 June, its papers on 17 August."""
    plan = read(PLAN)
    plan["classes"].append({**plan["classes"][0], "id": TWO, "from": "2022-06-14", "to": "2022-06-17"})
    return text(PLAN, plan)


def papers(*parts: tuple[str, str], remark: str = "") -> bytes:
    """The record of these papers, each of a class."""
    rows = [{"class": one, "kind": kind, "submitted": "2022-07-15", "note": remark} for one, kind in parts]
    return text(PAPERS, {"base": "yichang", "year": 2022, "deliverables": rows})


def lists(*classes: str) -> bytes:
    record = read(LIST)
    return text(LIST, {**record, "classes": [{**record["classes"][0], "class": one} for one in classes]})


FIRST = [(ONE, kind) for kind in ("evaluation", "spending", "roster", "report")]
SECOND = [(TWO, kind) for kind in ("evaluation", "spending", "roster", "report")]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = open_office(tmp_path_factory.mktemp("parts") / "work")
    office.commit({PLAN: planned()}, "2022-04-01T09:00:00+08:00")
    return office


@pytest.fixture
def office(kept: Office, tmp_path: Path) -> Office:
    return copied(kept, tmp_path / "work")


def filed(office: Office, path: str, *versions: tuple[bytes | None, str]) -> list[tuple[str, int]]:
    """Due day and days late of the record's lines, after merging these versions, each submitted then."""
    for raw, submitted in versions:
        office.merge({path: raw}, submitted, submitted)
    office.file(reviewer="9000001")
    return [(line["due"], line["late_days"]) for line in office.lines() if line["record"] == path]


def test_the_second_batch_is_due_by_its_own_day(office: Office) -> None:
    found = filed(
        office,
        PAPERS,
        (papers(*FIRST), f"2022-07-27T{EVENING}"),
        (papers(*FIRST, *SECOND), f"2022-08-17T{EVENING}"),
    )
    assert found == [("2022-07-27", 0), ("2022-08-17", 0)]
    assert [line["amends"] for line in office.lines() if line["record"] == PAPERS][1:] == [
        line["no"] for line in office.lines() if line["record"] == PAPERS
    ][:1]


def test_a_second_later_it_is_late(office: Office) -> None:
    found = filed(
        office,
        PAPERS,
        (papers(*FIRST), "2022-07-28T00:00:00+08:00"),
        (papers(*FIRST, *SECOND), "2022-08-18T00:00:00+08:00"),
    )
    assert found == [("2022-07-27", 1), ("2022-08-17", 1)]


def test_a_paper_that_was_left_out_is_late_when_it_comes(office: Office) -> None:
    """Of what a version brings the first day counts; what the one before held does not."""
    found = filed(
        office,
        PAPERS,
        (papers(*FIRST[:3]), "2022-07-20T09:00:00+08:00"),
        (papers(*FIRST, *SECOND), "2022-08-01T09:00:00+08:00"),
    )
    assert found == [("2022-07-27", 0), ("2022-07-27", 5)]


def test_a_version_that_brings_nothing_new_has_no_day(office: Office) -> None:
    found = filed(
        office,
        PAPERS,
        (papers(*FIRST, *SECOND), "2022-07-20T09:00:00+08:00"),
        (papers(*FIRST, *SECOND, remark="已存档"), "2022-10-01T09:00:00+08:00"),
        (papers(*FIRST), "2022-10-02T09:00:00+08:00"),
    )
    assert found == [("2022-07-27", 0), ("", 0), ("", 0)]


def test_who_begins_with_the_second_batch_is_not_late_for_it(office: Office) -> None:
    found = filed(
        office,
        PAPERS,
        (papers(*SECOND), "2022-08-10T09:00:00+08:00"),
        (papers(*FIRST, *SECOND), "2022-08-12T09:00:00+08:00"),
    )
    assert found == [("2022-08-17", 0), ("2022-07-27", 16)]


def test_after_a_withdrawal_all_is_new(office: Office) -> None:
    found = filed(
        office,
        PAPERS,
        (papers(*FIRST), "2022-07-20T09:00:00+08:00"),
        (None, "2022-07-21T09:00:00+08:00"),
        (papers(*FIRST), "2022-07-29T09:00:00+08:00"),
    )
    assert found == [("2022-07-27", 0), ("", 0), ("2022-07-27", 2)]


def test_a_list_of_instructors_likewise(office: Office) -> None:
    found = filed(
        office,
        LIST,
        (lists(ONE), f"2022-05-17T{EVENING}"),
        (lists(ONE, TWO), "2022-06-08T00:00:00+08:00"),
        (lists(TWO, ONE), "2022-06-09T09:00:00+08:00"),
    )
    assert found == [("2022-05-17", 0), ("2022-06-07", 1), ("", 0)]


@pytest.mark.parametrize("merge", ["", "1" * 40], ids=["no merge", "a merge that is gone"])
def test_a_version_that_is_not_at_hand_is_not_guessed_at(merge: str, office: Office) -> None:
    office.merge({PAPERS: papers(*FIRST)}, "2022-07-20T09:00:00+08:00", "2022-07-20T09:00:00+08:00")
    office.file(reviewer="9000001")
    *others, last = office.lines()
    office.rewrite(register.dump(chain([*others, {**last, "merge": merge}])))
    office.merge({PAPERS: papers(*FIRST, *SECOND)}, "2022-09-01T09:00:00+08:00", "2022-09-01T09:00:00+08:00")
    done = office.file(reviewer="9000001")
    assert [line["due"] for line in done.lines if line["record"] == PAPERS] == [""]
    assert any(f"{PAPERS}：{last['no']} 登记的那一版不在仓库里" in one for one in done.warnings)


def test_a_version_that_is_not_the_registered_one_is_not_compared_with(office: Office) -> None:
    """The register is refused before (FL016); whoever asks for the day alone is told none either."""
    office.merge({PAPERS: papers(*FIRST)}, "2022-07-20T09:00:00+08:00", "2022-07-20T09:00:00+08:00")
    office.file(reviewer="9000001")
    line = office.lines()[-1]
    raw = papers(*FIRST, *SECOND)
    commit = office.merge({PAPERS: raw}, "2022-08-01T09:00:00+08:00", "2022-08-01T09:00:00+08:00")
    git = Git(office.git_dir)
    merge = next(one for one in merges(git, "main") if one.commit == commit)
    change = Change(merge=merge, path=PAPERS, digest=digest(raw))
    terms = Terms(git=git, schemas=schemas(), today=date(2022, 12, 1))
    assert terms.due(change, {**line, "digest": "0" * 64}) == ""
    assert len(terms.warnings) == 1
    assert terms.due(change, line) == "2022-08-17"


def test_a_version_that_cannot_be_read_is_not_guessed_at(office: Office) -> None:
    office.merge({PAPERS: b"deliverables: [\n"}, "2022-09-01T09:00:00+08:00", "2022-09-01T09:00:00+08:00")
    done = office.file(reviewer="9000001")
    assert [line["due"] for line in done.lines if line["record"] == PAPERS] == [""]
    assert f"{PAPERS}：这一版的内容读不懂，登记为没有期限" in done.warnings


# What other places make of it


def repo(files: Mapping[str, bytes]) -> Repo:
    memory = tree({})
    found = check(replace(memory, files={**memory.files, **files}), schemas=schemas()).repo
    assert found is not None
    return found


def lines_of(path: str, *days: tuple[str, str]) -> bytes:
    """The base's register, the last line of a record followed by one for each (submitted, due) instead."""
    old = load_lines(base()[FILINGS], FILINGS).data
    kept = [line for line in old if line["record"] != path]
    (pattern, *_) = (line for line in old if line["record"] == path)
    new = [
        {**pattern, "submitted": f"{day}T09:00:00+08:00", "filed": f"{day}T10:00:00+08:00", "due": due}
        for day, due in days
    ]
    return register.dump(chain([{**line, "seq": at} for at, line in enumerate([*kept, *new], 1)]))


def test_each_class_is_held_against_the_line_that_brought_its_list() -> None:
    files = {
        PLAN: planned(),
        LIST: lists(ONE, TWO),
        FILINGS: lines_of(LIST, ("2022-05-10", "2022-05-17"), ("2022-06-09", "2022-06-07")),
    }
    found = {
        duty.class_id: (str(duty.due), str(duty.submitted), duty.late_days)
        for duty in duties(repo(files), schemas(), 2022, GROUP).all
        if duty.kind == "instructors"
    }
    assert found == {ONE: ("2022-05-17", "2022-05-10", 0), TWO: ("2022-06-07", "2022-06-09", 2)}


def test_the_line_that_brought_something() -> None:
    lines = [
        {"no": no, "due": due}
        for no, due in (("1", "2022-05-17"), ("2", ""), ("3", "2022-06-07"), ("4", "2022-06-07"))
    ]
    told = {
        day: line_of(lines, date.fromisoformat(day))
        for day in ("2022-05-16", "2022-05-17", "2022-06-06", "2022-06-07")
    }
    assert [line and line["no"] for line in told.values()] == ["1", "1", "1", "3"]
    assert line_of([], date(2022, 5, 17)) is None


def test_only_what_is_filed_in_parts_has_a_day_again() -> None:
    assert due_of_version(repo({}), "plan", 2022, "", {}) == date(2022, 3, 31)
    assert due_of_version(repo({}), "plan", 2022, "", {}, {}) is None
    assert new_classes("deliverables", None, None) == frozenset()


def test_the_gate_names_the_day_of_what_a_push_brings() -> None:
    """The papers and the list of the second class; a version that brings nothing new is a change, not late."""
    old = {**base(), PLAN: planned()}
    new = {**old, PAPERS: papers(*FIRST, *SECOND), LIST: lists(ONE, TWO)}
    made = review(push(old, new, as_of=date(2022, 6, 7)))
    assert sorted((due.day, due.left, due.no) for due in made.dues) == [
        ("2022-06-07", 0, ""),
        ("2022-08-17", 71, ""),
    ]
    again = review(push(old, {**old, PAPERS: papers(*FIRST, remark="已存档")}, as_of=date(2022, 6, 7)))
    assert [due.no for due in again.dues] == ["示例备案登记 2022-0008"]


# The demo


@pytest.fixture(scope="module")
def demo() -> Repo:
    found = check(Directory(ROOT), schemas=schemas()).repo
    assert found is not None
    return found


DEMO_SITES = ("yichang", "wuhan-zimaoqu", "shiyan")


def version(path: str, when: str) -> bytes:
    """The deliverables' record of the demo as it stood on a day."""
    record = load((ROOT / path).read_bytes(), path).data
    rows = [
        {key: value for key, value in row.items() if key != "archived" or value <= when}
        for row in record["deliverables"]
        if row["submitted"] <= when
    ]
    return text(path, {**record, "deliverables": rows})


@pytest.mark.parametrize("site", DEMO_SITES)
def test_the_registrar_says_of_the_demos_filings_what_the_demo_says(
    site: str, demo: Repo, tmp_path: Path
) -> None:
    folder = f"data/assessments/2022/{site}"
    office = open_office(tmp_path / "work")
    ground = [f"data/deliveries/2022/assessment/{demo_base(demo, site)}.yml", "data/programme/2022.yml"]
    office.commit({path: (ROOT / path).read_bytes() for path in ground}, "2022-01-02T09:00:00+08:00")
    wanted = [line for line in demo.filings[2022] if line["record"].startswith(f"{folder}/")]
    for line in wanted:
        path = line["record"]
        raw = (
            version(path, line["submitted"][:10])
            if path.endswith("deliverables.yml")
            else (ROOT / path).read_bytes()
        )
        office.merge({path: raw}, line["submitted"], line["filed"])
    office.file()
    fields = ("kind", "record", "digest", "submitted", "filed", "due", "late_days")
    assert [[line[name] for name in fields] for line in office.lines()] == [
        [line[name] for name in fields] for line in wanted
    ]
    assert sum(line["due"] != "" for line in wanted if line["kind"] == "deliverables") >= 1


def demo_base(demo: Repo, site: str) -> str:
    return next(plan.base for plan in demo.assessments if plan.where.path.split("/")[-2] == site)


def test_the_page_says_of_the_demos_filings_what_the_register_says(demo: Repo) -> None:
    found = [duty for duty in duties(demo, schemas(), 2022, GROUP).all if duty.state is State.FILED]
    late: dict[str, int] = {}
    for duty in found:
        line = line_of(demo.filings_of[duty.record], duty.due) if duty.due else None
        if line is not None:
            late[line["no"]] = max(late.get(line["no"], 0), duty.late_days)
    told = {
        line["no"]: line["late_days"]
        for line in demo.filings[2022]
        if line["kind"] in {"assessment", "instructors", "deliverables"} and line["due"]
    }
    assert late == told
    assert any(told.values())
