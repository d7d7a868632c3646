"""The table of relations: complete, and each line that random changes seldom need is needed by a scene of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from generator import register
from generator.gate.related import MANY, VALUES, related
from generator.gate.relations import ALWAYS_SHOWN, RELATIONS, Like, Named, Naming
from generator.gate.sorting import compare
from generator.rules import fields
from generator.rules.fields import Table
from generator.sealed import DEMO_RECIPIENTS, seal
from generator.tree import Mounted, Tree
from tests.gate.province import Addressed, Files, loaded, province
from tests.gate.test_verdict import judged, problems, touched_by
from tests.support import DELETE, edit, records, schemas, write

ZIGUI = "data/plans/2022/yichang/zigui.yml"
XINGSHAN = "data/plans/2022/yichang/xingshan.yml"
PLAN = "data/assessments/2022/yichang/plan.yml"
LIST = "data/assessments/2022/yichang/instructors.yml"
DELIVERABLES = "data/assessments/2022/yichang/deliverables.yml"
HELD = "data/deliveries/2022/assessment/yichang.yml"
LI = "data/instructors/base-yichang/li-shili.yml"
NOVICE = "data/instructors/base-yichang/xin-shili.yml"
WANG = "data/instructors/base-yichang/wang-shizhan.yml"
ROSTER = "data/rosters/2022.yml"
ARCHIVE = "data/archive/2022/yichang.yml"
STATISTICS = "data/statistics/2022.yml"
CANDIDATES = "data/sealed/2022/kaohe-yichang-1.yml.age"
PAPER = "data/sealed/2022/kaohe-yichang-1-paper.age"
RECIPIENTS = "data/sealed/recipients.yml"
CURRICULUM = "data/curriculum/2022.yml"
RESOURCES = "data/resources.yml"
REFERENCES = "data/references.yml"
PRINTS = "data/prints/2022.jsonl"
FILINGS = "data/filings/2022.jsonl"
DESIGNATION = "data/designations/2022.yml"

Edits = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A change that is judged rightly only by a line of the table."""

    kind: str
    way: str
    line: int
    before: Edits = field(default_factory=dict)
    after: Edits = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    given: Mapping[str, bytes] = field(default_factory=dict)


def edited(files: Mapping[str, bytes], edits: Edits) -> Files:
    new = dict(files)
    for path, changes in edits.items():
        sealed = path.endswith(".age")
        new[path] = write(path, edit(records()[path] if sealed else loaded(path, files[path]), changes))
    return new


def joint(module: str) -> dict[str, Any]:
    return {"joint": "joint-1", "mode": "online", "module": module}


def lesson(place: str, module: str) -> dict[str, Any]:
    """Edits that make a class's lesson a joint one."""
    keys = {**joint(module), "date": "2022-06-01", "half": "am", "instructor": "base-yichang/li-shili"}
    return {f"{place}/{key}": value for key, value in keys.items()}


def line_of(no: str) -> dict[str, Any]:
    return {
        "no": no, "layout": "v1", "digest": "0" * 64, "printed": "2022-07-05T09:00:00+08:00", "tools": "weasyprint 70",
    }  # fmt: skip


NUMBERS = [event["no"] for event in records()[ROSTER]["events"][:2]]
TWO_KEYS = seal(
    b"x", [*sorted(DEMO_RECIPIENTS)[:1], "age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z"]
)
NEXT = FILINGS.replace("2022", "2023")
LAST = records()[FILINGS][-1]
NEXT_LINE = register.append(
    [],
    prefix="示例备案登记",
    kind="amendment",
    record=LAST["record"],
    digest="0" * 64,
    submission="PR-9",
    submitted="2023-01-04T10:00:00+08:00",
    filed="2023-01-05T10:00:00+08:00",
    due="",
    merge="",
    reviewer="9000001",
    amends=LAST["no"],
    prev=LAST["hash"],
)
PRINTED = {PRINTS: write(PRINTS, [line_of(NUMBERS[0])])}
RESEALED = {"classes/0/recipients": ["age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z"]}
FIRST = "classes/0/sessions/0"
SECOND = "classes/0/sessions/1"

SCENES = {
    "a joint lecture's majority changes with the assessment's": Scene(
        kind="assessment", way="peers", line=1,
        before={
            ZIGUI: lesson(FIRST, "zhi-1"), XINGSHAN: lesson(FIRST, "zhi-2"),
            PLAN: lesson(FIRST, "zhi-1"),
        },
        after={PLAN: lesson(FIRST, "zhi-2")},
    ),
    "an assessment's teacher who is on no list": Scene(
        kind="assessment", way="needs", line=0, after={PLAN: {f"{FIRST}/instructor": "base-yichang/zhao-zhuanjia"}},
    ),
    "a person gets a second record": Scene(
        kind="instructor", way="peers", line=0, after={LI: {"name": "王 示例", "unit": "示例 大学"}},
        before={WANG: {"name": "王示例", "unit": "示例大学"}},
    ),
    "a course nobody knows": Scene(
        kind="instructor",
        way="needs",
        line=0,
        files={NOVICE: write(NOVICE, {**records()[LI], "id": "base-yichang/xin-shili", "modules": ["zhi-9"]})},
    ),
    "a list where nothing was delivered": Scene(
        kind="instructor-list", way="needs", line=0, after={LIST: {"classes/0/class": "kaohe-yichang-2"}}, gone=(HELD,),
    ),
    "papers late by the day the class really ended": Scene(
        kind="deliverables", way="needs", line=1, before={HELD: {"classes/0/from": "2022-04-24", "classes/0/to": "2022-04-27"}},
        after={DELIVERABLES: {"deliverables/0/submitted": "2022-07-16"}},
    ),
    "a county and its bureau count differently": Scene(
        kind="delivery", way="needs", line=1, after={"data/deliveries/2022/yichang/zigui.yml": {"recommended": 7}},
    ),
    "a class went on after its certificates were dated": Scene(
        kind="assessment-delivery", way="affects", line=0, after={HELD: {"classes/0/to": "2022-07-02"}},
    ),
    "fewer people than planned": Scene(
        kind="assessment-delivery",
        way="needs",
        line=0,
        after={HELD: {"classes/0/people": 4}},
        gone=(ROSTER, "data/rosters/2023.yml"),
    ),
    "results that belong to a class": Scene(
        kind="candidates", way="needs", line=0, after={CANDIDATES: {"candidates/0/questionnaire/years": 4}},
    ),
    "results sealed for one too many": Scene(
        kind="candidates", way="needs", line=1, files={CANDIDATES: TWO_KEYS},
    ),
    "a paper sealed for one too many": Scene(kind="paper", way="needs", line=0, files={PAPER: TWO_KEYS}),
    "a printed certificate vanishes from the roster": Scene(
        kind="roster", way="affects", line=2, given=PRINTED, after={ROSTER: {"events/0/no": NUMBERS[1]}},
    ),
    "a printed certificate that is in the roster": Scene(
        kind="print", way="needs", line=0, files=PRINTED,
    ),
    "certificates of a class": Scene(
        kind="roster", way="needs", line=0, after={ROSTER: {"events/0/class": "kaohe-yichang-9"}}, gone=(STATISTICS,),
    ),
    "certificates older than the class as it was held": Scene(
        kind="roster", way="needs", line=1, after={ROSTER: {"events/0/issued": "2022-06-01"}},
        before={HELD: {"classes/0/to": "2022-06-02"}},
    ),
    "one piece of evidence in two archives": Scene(
        kind="archive", way="peers", line=0,
        before={
            ARCHIVE: {"events/0/reference": "示例合同-0007"},
            "data/archive/2023/yichang.yml": {"events/0/no": NUMBERS[0], "profiles/0/no": NUMBERS[0]},
        },
        after={ARCHIVE: {"events/0/reference": "示例合同-0001"}},
    ),
    "a course links to a resource no longer there": Scene(
        kind="resources", way="affects", line=0, after={RESOURCES: {"resources/0": DELETE}},
    ),
    "a course links to a reference no longer there": Scene(
        kind="references", way="affects", line=0, after={REFERENCES: {"references/2": DELETE}},
    ),
    "a course's resources while a reference changes": Scene(
        kind="curriculum", way="needs", line=0, after={REFERENCES: {"references/0/title": "示例"}},
    ),
    "a course's references while a resource changes": Scene(
        kind="curriculum", way="needs", line=1, after={RESOURCES: {"resources/0/title": "示例"}},
    ),
    "the chain of the next year's register": Scene(
        kind="filing", way="peers", line=0,
        given={NEXT: write(NEXT, [NEXT_LINE])}, after={FILINGS: {"7/hash": "0" * 64}},
    ),
    "results are sealed for fewer than now wanted": Scene(
        kind="recipients", way="affects", line=0, after={RECIPIENTS: RESEALED},
    ),
    "papers are sealed for fewer than now wanted": Scene(
        kind="recipients", way="affects", line=1, after={RECIPIENTS: RESEALED},
    ),
}  # fmt: skip


def blocked(scene: Scene) -> tuple[set[Any], set[Any]]:
    """What blocks, and what is told of the touched files: by whole checks, and by the gate, with what it invents."""
    given = {path: raw for path, raw in {**province(), **scene.given}.items() if path not in scene.gone}
    before = Addressed(edited(given, scene.before))
    after = Addressed({**edited(before.files, scene.after), **scene.files})
    touched = touched_by(before, after)
    whole = compare(problems(before), problems(after), touched)
    part, narrow = judged(before, after, touched)
    assert narrow
    untrue = set(part.known) - set(whole.known)
    return {*whole.blocking, *whole.others}, {*part.blocking, *part.others, *untrue}


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_judged_rightly_and_only_by_its_line(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = SCENES[name]
    whole, part = blocked(scene)
    assert part == whole
    ties = RELATIONS[scene.kind]
    without: dict[str, Any] = {
        scene.way: tuple(tie for index, tie in enumerate(getattr(ties, scene.way)) if index != scene.line)
    }
    monkeypatch.setitem(RELATIONS, scene.kind, replace(ties, **without))
    whole, part = blocked(scene)
    assert part != whole


def test_every_kind_has_its_line() -> None:
    assert set(RELATIONS) == set(schemas().kinds)
    assert all(RELATIONS[kind].province for kind in ALWAYS_SHOWN)


def test_the_table_names_kinds_fields_and_paths_that_exist() -> None:
    for kind, ties in RELATIONS.items():
        for tie in (*ties.peers, *ties.meets, *ties.affects, *ties.needs):
            if isinstance(tie, Like):
                assert tie.kind in RELATIONS
                template = schemas().kinds[tie.kind].template
                assert all(f"{{{part}}}" in template for part in tie.parts)
                continue
            for path in tie.fields:
                keys = tuple(0 if key == "*" else key for key in path.split("/"))
                assert schemas().at(schemas().kinds[kind], keys) is not None, (kind, path)
            if isinstance(tie, Naming):
                assert set(tie.kinds) <= set(RELATIONS)


# Whatever names an instructor, a class, a certificate or a row is tied to the kinds that hold them.
NAMED: tuple[tuple[Table, str], ...] = (
    (fields.INSTRUCTORS, "instructor"),
    (fields.CLASSES, "assessment"),
    (fields.CERTIFICATES, "roster"),
    (fields.POINTS_ROWS, "points"),
    (fields.MODULES, "curriculum"),
)


@pytest.mark.parametrize(("table", "holder"), NAMED, ids=[holder for _, holder in NAMED])
def test_what_a_record_names_is_shown_with_it(table: Table, holder: str) -> None:
    for kind in set(table) - {holder, "resources", "references"}:
        ties = RELATIONS[kind]
        shown = {tie.kind for tie in ties.needs if isinstance(tie, Like)}
        shown |= {
            found[0].name
            for tie in ties.needs
            if isinstance(tie, Named) and (found := schemas().kind_of(tie.pattern.replace("*", "a/b")))
        }
        assert holder in shown, (kind, holder)


@pytest.mark.parametrize("kind", [kind for kind, ties in RELATIONS.items() if ties.province])
def test_what_every_rule_may_read_asks_for_a_whole_check(kind: str) -> None:
    path = next(path for path in province() if (found := schemas().kind_of(path)) and found[0].name == kind)
    before = Addressed(province())
    after = Addressed({**province(), path: province()[path] + b"# \n"})
    assert related(before, after, frozenset({path}), schemas()) is None


def scope(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Any:
    trees = Addressed(before), Addressed(after)
    return related(*trees, touched_by(*trees), schemas())


def test_one_plan_shows_what_it_relates_to_and_no_more() -> None:
    found = scope(province(), edited(province(), {ZIGUI: {"classes/0/trainees/total": 99}}))
    delivery = ZIGUI.replace("plans", "deliveries")
    assert found.judged == {ZIGUI, delivery, "data/waivers.yml"}
    assert {LI, WANG, DESIGNATION, CURRICULUM, FILINGS} <= found.shown
    assert not {
        path for path in found.shown if path.startswith(("data/rosters/", "data/sealed/", "data/archive/"))
    }
    assert XINGSHAN not in found.shown


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(lambda raw: raw.replace(b"year: 2022", b"year:  2022"), id="spaces"),
        pytest.param(
            lambda raw: raw.replace(b'county: "420526"', b'county: "420527"', 1), id="another county's"
        ),
        pytest.param(lambda raw: raw.replace(b"year: 2022", b"year: 2023"), id="another year's"),
    ],
)
def test_a_record_that_lies_wrong_may_be_anyones(raw: Any) -> None:
    """Relations by path do not see it: everything is checked."""
    before = {**province(), XINGSHAN: raw(province()[XINGSHAN])}
    assert scope(before, edited(before, {ZIGUI: {"classes/0/trainees/total": 99}})) is None


def test_a_value_written_with_an_escape_is_found_all_the_same() -> None:
    hidden = province()[XINGSHAN].replace(b"id: xingshan-1", b'id: "\\x7aigui-1"')
    before = {**province(), XINGSHAN: hidden}
    found = scope(before, edited(before, {ZIGUI: {"classes/0/trainees/total": 99}}))
    assert XINGSHAN in found.judged


def test_a_record_that_could_not_be_read_before_may_bring_anything_to_light() -> None:
    before = {**province(), ZIGUI: province()[ZIGUI] + b"classes: [\n"}
    assert scope(before, province()) is None


def test_a_waiver_of_a_fact_about_the_province_asks_for_everything() -> None:
    waiver = {"code": "PL013", "record": ZIGUI, "reason": "示例", "decision": "示例", "until": "2022-12-31"}
    text = write("data/waivers.yml", {"waivers": [waiver]})
    before = {**province(), "data/waivers.yml": text}
    assert scope(before, edited(before, {ZIGUI: {"classes/0/trainees/total": 99}})) is None


def test_many_files_are_judged_by_whole_checks() -> None:
    new = {f"data/odd-{number}.txt": b"x" for number in range(MANY + 1)}
    assert scope(province(), {**province(), **new}) is None
    assert scope({}, province()) is None


def test_a_plan_of_thousands_of_names_is_no_reason_to_search_for_each() -> None:
    plan = loaded(ZIGUI, province()[ZIGUI])
    lessons = [
        {**plan["classes"][0]["sessions"][0], "joint": f"joint-{number}"} for number in range(VALUES + 1)
    ]
    assert scope(province(), edited(province(), {ZIGUI: {"classes/0/sessions": lessons[:-1]}})) is not None
    assert scope(province(), edited(province(), {ZIGUI: {"classes/0/sessions": lessons}})) is None


def _said(before: Addressed, after: Addressed) -> bool:
    """Whether a part was enough; what is said is what whole checks say, either way."""
    touched = touched_by(before, after)
    found, part = judged(before, after, touched)
    whole = compare(problems(before), problems(after), touched)
    assert set(found.blocking) == set(whole.blocking)
    assert found.blocking
    return part


@pytest.mark.parametrize(("count", "part"), [(3, True), (4, False)])
def test_as_many_files_as_may_be_looked_at_one_by_one(
    count: int, part: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.gate.related.MANY", 3)
    few = edited(province(), {ZIGUI: {"classes/0/trainees/total": 9, "classes/0/trainees/tags": {}}})
    odd = {f"data/odd-{number}.txt": b"x" for number in range(count - 1)}
    assert _said(Addressed(province()), Addressed({**few, **odd})) is part


@pytest.mark.parametrize(("count", "part"), [(3, True), (4, False)])
def test_as_many_values_as_may_be_looked_for(count: int, part: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.gate.related.VALUES", 3)
    lesson = loaded(ZIGUI, province()[ZIGUI])["classes"][0]["sessions"][0]
    lessons = [{**lesson, "joint": f"joint-{number}"} for number in range(count)]
    after = edited(province(), {ZIGUI: {"classes/0/sessions": lessons}})
    assert _said(Addressed(province()), Addressed(after)) is part


def test_what_is_no_record_relates_to_nothing() -> None:
    found = scope(province(), {**province(), "data/odd.txt": b"x", "README.md": b"x"})
    assert found.judged == {"data/odd.txt", "data/waivers.yml"}


def test_a_waiver_is_judged_where_its_record_is() -> None:
    """A needless waiver for a record nobody looked at is not news; nor is one that is needed taken away."""
    waiver = {
        "code": "PL002",
        "record": XINGSHAN,
        "reason": "示例",
        "decision": "示例",
        "until": "2022-12-31",
    }
    text = write("data/waivers.yml", {"waivers": [waiver]})
    before = Addressed({**province(), "data/waivers.yml": text})
    for path in (ZIGUI, XINGSHAN):
        after = Addressed(edited(before.files, {path: {"classes/0/trainees/total": 5}}))
        touched = frozenset({path})
        whole = compare(problems(before), problems(after), touched)
        part, narrow = judged(before, after, touched)
        assert narrow
        assert set(part.blocking) == set(whole.blocking)
        assert not [problem for problem in part.known if problem.code == "WA001"]


@pytest.mark.parametrize("mounted", [False, True], ids=["in the tree", "on its branch"])
def test_a_file_that_goes_is_missed_in_the_register(mounted: bool) -> None:
    after = {path: raw for path, raw in province().items() if path != ZIGUI}
    assert FILINGS in scope(province(), after).judged
    trees: list[Tree] = [Addressed(province()), Addressed(after)]
    if mounted:
        register = Addressed({FILINGS: province()[FILINGS]})
        bare = [
            {path: raw for path, raw in files.items() if path != FILINGS} for files in (province(), after)
        ]
        trees = [Mounted(Addressed(files), "data/filings", register) for files in bare]
    part, narrow = judged(trees[0], trees[1], frozenset({ZIGUI}))
    assert narrow
    assert [problem.code for problem in part.blocking if problem.where.path == FILINGS] == ["FL012"]
    assert not [problem for problem in part.known if problem.code == "FL012"]
