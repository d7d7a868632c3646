"""What a review says of a push: the verdict in words, the checklist, readiness, deadlines, last year, and nothing personal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.gate.answer import answer
from generator.gate.checklist import TOPICS
from generator.gate.comparison import MOST_FILES
from generator.gate.facts import facts
from generator.gate.mask import MASK, MOST
from generator.gate.review import MOST_NOTES, review
from generator.gate.reviewed import APART, FAILS, PASSES, Review
from generator.gate.screen import screen
from generator.gate.verdict import Verdict
from generator.gate.wording import to_filer
from generator.problem import Position, Problem, Severity, Where
from generator.rules import RULES
from generator.text import LOUD
from generator.tree import Entry
from tests.gate.pushes import ZIGUI, edited, push, touched, without, wrong
from tests.gate.scenes import SCENES, moved
from tests.support import DELETE, FILINGS, ROOT, MemoryTree, base

ENSHI = "data/plans/2022/enshi/enshi.yml"
MOBILE = "13" + "812345678"


@pytest.fixture(scope="module")
def scenes() -> dict[str, Review]:
    return {name: review(make()) for name, make in SCENES.items()}


SENTENCES = {
    "good": "可以合并：没有必须改的问题",
    "bad": "不能合并：有 6 处要先改",
    "eight": "不能合并：8 份计划中有 2 份要改，共 4 处",
    "foreign": "不能合并：有 2 处要先改",
    "office": "可以合并：没有必须改的问题",
}


@pytest.mark.parametrize("name", SENTENCES)
def test_the_sentence_says_whether_it_may_be_merged(name: str, scenes: dict[str, Review]) -> None:
    assert scenes[name].sentence == SENTENCES[name]
    assert scenes[name].refused == SENTENCES[name].startswith("不能")


def test_warnings_are_the_reviewers_to_judge() -> None:
    made = review(
        push(
            base(),
            edited(
                (
                    ZIGUI,
                    {"classes/0/budget/sources/0/amount": 330000, "classes/0/budget/items/1/amount": 308000},
                )
            ),
        )
    )
    assert made.sentence == "可以合并：没有必须改的问题，另有 1 处请审核人判断"
    assert [note.code for note in made.others if note.severity == "warning"] == ["MO001"]


def test_the_checklist_names_every_rule_on_plans_that_has_a_clause() -> None:
    listed = [code for _, codes in TOPICS for code in codes]
    wanted = {code for code, rule in RULES.items() if code.startswith("PL") and rule.clauses}
    assert len(listed) == len(set(listed))
    assert set(listed) == wanted - {"PL013", "PL014"}


def marks(made: Review) -> dict[str, str]:
    return {item.code: item.mark for topic in made.checklist for item in topic.items}


def test_the_checklist_is_computed_from_the_findings(scenes: dict[str, Review]) -> None:
    bad = marks(scenes["bad"])
    assert {code for code, mark in bad.items() if mark == FAILS} == {
        "PL002",
        "PL003",
        "PL004",
        "PL008",
        "PL009",
    }
    assert bad["PL007"] == APART, "Yichang has a base: nobody has to be sent there"
    assert set(marks(scenes["good"]).values()) == {PASSES, APART}
    assert marks(scenes["foreign"])["PL007"] == PASSES, "Enshi has none"
    assert scenes["office"].checklist == ()


def test_the_checklist_names_the_plans_that_fail(scenes: dict[str, Review]) -> None:
    (item,) = (item for topic in scenes["eight"].checklist for item in topic.items if item.code == "PL009")
    assert item.places == ("宜昌市猇亭区 2022年培训计划",)


def test_a_plan_that_cannot_be_read_is_not_said_to_pass() -> None:
    made = review(push(base(), {**base(), ZIGUI: b"classes: [\n"}))
    assert set(marks(made).values()) == {APART}
    (county,) = made.counties
    assert (county.classes, county.people, county.budget, county.ready) == (-1, -1, -1, False)
    assert made.earlier == ()


def test_one_plan_that_cannot_be_read_leaves_the_checklist_open() -> None:
    """The others are judged; a rule that found nothing in them is not said to pass for all."""
    files = {**edited((ENSHI, {"classes/0/trainees/total": 90})), ZIGUI: b"classes: [\n"}
    made = review(push(base(), files))
    items = {item.code: item for topic in made.checklist for item in topic.items}
    assert (items["PL002"].mark, items["PL002"].places) == (
        FAILS,
        ("恩施土家族苗族自治州恩施市 2022年培训计划",),
    )
    assert (items["PL001"].mark, items["PL001"].places) == (APART, ("计划读不了，未能判断",))


def test_a_county_is_ready_without_a_blocking_finding_in_its_plan(scenes: dict[str, Review]) -> None:
    made = scenes["eight"]
    assert (len(made.counties), made.ready) == (8, 6)
    assert {county.name: county.errors for county in made.counties if not county.ready} == {
        "宜昌市点军区": 3,
        "宜昌市猇亭区": 1,
    }
    assert sum(county.warnings for county in made.counties) == 1


@pytest.mark.parametrize(
    ("day", "left"), [(date(2022, 3, 20), 11), (date(2022, 3, 31), 0), (date(2022, 4, 6), -6)]
)
def test_days_to_the_deadline_come_from_the_programme(day: date, left: int) -> None:
    before = without(base(), ZIGUI)
    made = review(push(before, {**before, ZIGUI: base()[ZIGUI]}, as_of=day))
    assert [(due.day, due.left, due.no) for due in made.dues] == [("2022-03-31", left, "")]


def test_what_was_filed_before_is_not_late_again() -> None:
    made = review(push(base(), edited((ZIGUI, {"remark": "另行通知"})), as_of=date(2022, 11, 20)))
    (due,) = made.dues
    assert due.no == "示例备案登记 2022-0005"


def test_a_summary_is_due_and_a_research_report_is_not() -> None:
    paths = ("data/reports/2022/yichang/summary.md", "data/reports/2022/group/research.md")
    made = review(push(base(), {**base(), **{path: (ROOT / path).read_bytes() for path in paths}}))
    assert [(due.day, due.name) for due in made.dues] == [
        ("2022-11-30", "宜昌市 2022年报告 《宜昌市2022年培训班次落实情况总结（示例）》")
    ]


def test_a_plan_stands_beside_the_latest_earlier_one(scenes: dict[str, Review]) -> None:
    (one,) = scenes["good"].earlier
    assert (one.year, one.totals) == (2022, ("培训人数 110→130 人", "经费 30000→32000 元"))
    assert one.sentences == (
        "班次 zigui-1 场地名称 “秭归县示例会议中心”→“秭归县示例文化馆”",
        "班次 zigui-1 培训人数 110→130",
        "班次 zigui-1 经费来源：县区经费 30000元 改为 县区经费 32000元",
        "班次 zigui-1 支出明细：培训资料费 6000元 改为 培训资料费 8000元",
    )


def test_of_two_earlier_years_the_later_one_counts() -> None:
    plan = base()[ZIGUI].decode()
    files = {**base(), moved(ZIGUI): moved(plan).replace("total: 110", "total: 120").encode()}
    path = ZIGUI.replace("2022", "2024")
    (one,) = review(push(files, {**files, path: plan.replace("2022", "2024").encode()})).earlier
    assert (one.year, one.totals) == (2023, ("培训人数 120→110 人",))


def test_the_same_plan_a_year_later_is_no_difference() -> None:
    later = {moved(ZIGUI): moved(base()[ZIGUI].decode()).encode()}
    (one,) = review(push(base(), {**base(), **later})).earlier
    assert (one.year, one.totals, one.sentences) == (2022, (), ())


def test_an_earlier_plan_that_cannot_be_read_is_passed_over() -> None:
    broken = {**base(), ZIGUI: b"classes: [\n"}
    (one,) = review(push(broken, {**broken, moved(ZIGUI): moved(base()[ZIGUI].decode()).encode()})).earlier
    assert one.year == 0


def test_names_are_found_beside_the_touched_files() -> None:
    made = review(push(base(), edited((ZIGUI, {"classes/0/sessions/5": DELETE}))))
    assert made.changes[0].sentences == (
        "班次 zigui-1 课程安排：删去 4月20日下午 shi-1（2学时，王实战，现场）",
    )
    assert made.changes[0].name == "宜昌市秭归县 2022年培训计划"


def test_a_new_plan_is_told_class_by_class(scenes: dict[str, Review]) -> None:
    (one,) = scenes["good"].changes
    assert one.sentences == (
        "新增宜昌市秭归县 2023年培训计划（班次 1 项）",
        "zigui-1：4月19日至4月20日，130 人，秭归县示例文化馆，12 学时（实战 2），3.2万元",
    )


def test_the_text_to_send_back_can_be_pasted_as_it_is(scenes: dict[str, Review]) -> None:
    lines = scenes["eight"].returning.splitlines()
    assert lines[:4] == [
        "退回修改：共 4 处，改好后即可再审。",
        "",
        "一、宜昌市点军区 2022年培训计划（data/plans/2022/yichang/dianjun.yml）",
        "1. 第 15 行：班次 dianjun-1 的高新技术企业 17 人，多于全班 12 人。请核对该类人数和培训人数。〔PL018〕",
    ]
    assert "PL008 https://siwu.example/rules/#pl008" in lines
    assert lines[-1] == "期限：2022年3月31日（8 份），还有 11 天。"
    assert scenes["good"].returning == ""


def everything(made: Review) -> str:
    return answer(made) + screen(made) + facts(made)


def test_personal_data_is_not_repeated() -> None:
    """A file with a leak is not compared; a leak anywhere else in a text is left out."""
    files = edited((ZIGUI, {"remark": f"联系 {MOBILE}", "classes/0/venue/name": "另一会场"}))
    made = review(push(base(), files))
    assert [note.code for note in made.blocking] == ["PI002"]
    assert MOBILE not in everything(made)
    assert made.changes[0].sentences == ("内容可能含个人信息，这里不复述",)
    assert "另一会场" not in everything(made)


def test_personal_data_is_not_repeated_beside_an_earlier_year() -> None:
    text = moved(base()[ZIGUI].decode()).replace('remark: ""', f"remark: 王某家住示例路，{MOBILE}")
    made = review(push(base(), {**base(), moved(ZIGUI): text.encode()}))
    assert made.earlier == ()
    assert "王某" not in everything(made)


@pytest.mark.parametrize("where", ["path", "message", "user"])
def test_personal_data_is_masked_wherever_it_stands(where: str) -> None:
    path = f"data/plans/2022/yichang/{MOBILE}.yml" if where == "path" else ZIGUI
    found = wrong("GA005", path, f"名称是 {MOBILE if where == 'message' else ''}", "请改正")
    verdict = push(base(), edited((ZIGUI, {"remark": "好"})), wrong=[found])
    if where == "user":
        verdict = replace(verdict, request=replace(verdict.request, user=f"{MOBILE}@mail"))
    made = review(verdict)
    assert MOBILE not in everything(made)
    assert MASK in everything(made)


class Shut(MemoryTree):
    """A tree in which looking at the touched plan fails."""

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
        for entry, raw in super().read(entries):
            assert entry.path != ZIGUI, "read"
            yield entry, raw


def test_nothing_is_read_of_a_push_refused_before_its_records_were_looked_at() -> None:
    found = wrong("GA001", "本次推送", "账号“99”没有登记，不能提交", "请先申请")
    verdict = push(base(), edited((ZIGUI, {"remark": "好"})), roles=(), wrong=[found], judged=False)
    made = review(replace(verdict, before=Shut(base()), after=Shut(base())))
    assert made.sentence == "不能合并：这次提交本身有 1 处不符合规定，改好后才检查记录内容"
    assert (made.counties, made.changes, made.dues) == ((), (), ())


def test_links_lead_where_the_base_says() -> None:
    files = edited(("data/dataset.yml", {"base_url": "https://evil.example/"}))
    made = review(push(base(), files, roles=("office",)))
    assert made.base_url == "https://siwu.example/"
    assert "https://evil.example/" in json.dumps(asdict(made)), "the change itself is told"


def many(count: int) -> list[Problem]:
    return [
        Problem(
            where=Where(ZIGUI),
            code="PL002",
            message=f"第{index}个" + "@" * 1000,
            remedy="#1" * 500,
            at=Position(index + 1, 1),
        )
        for index in range(count)
    ]


def test_a_review_is_bounded_and_says_what_it_left_out() -> None:
    made = review(push(base(), edited((ZIGUI, {"remark": "好"})), wrong=many(3000)))
    assert (len(made.blocking), made.more_blocking, made.errors) == (MOST_NOTES, 3000 - MOST_NOTES, 3000)
    assert all(len(text) <= MOST + 1 for text in texts(asdict(replace(made, returning=""))))
    assert made.returning.startswith("退回修改：共 3000 处")
    assert "另有 2960 处没有列出" in made.returning


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from texts(item)


def test_a_push_of_very_many_files_is_compared_in_part() -> None:
    more = {f"data/plans/2022/yichang/x{index}.yml": b"a: 1\n" for index in range(MOST_FILES + 50)}
    made = review(push(base(), {**base(), **more}))
    assert (len(made.changes), made.more_changes) == (MOST_FILES, 50)
    assert "另有" in answer(made)


def test_no_text_can_move_the_cursor_or_hide() -> None:
    found = Problem(
        where=Where("data/x\u202ey\x1b[2J.yml"),
        code="GA005",
        message="名\u200b称\u2066",
        remedy="改\r\n::error::x",
        severity=Severity.ERROR,
    )
    made = review(push(base(), edited((ZIGUI, {"remark": "好"})), wrong=[found]))
    assert all(
        LOUD.search(text.replace("\ufffd", "")) is None for text in texts(asdict(replace(made, returning="")))
    )


def test_blocking_findings_stand_by_file_the_push_itself_first() -> None:
    found = wrong("GA009", "data/zzz.yml", "权限不对", "请改正")
    files = edited((ZIGUI, {"classes/0/trainees/total": 90}), (ENSHI, {"classes/0/trainees/total": 90}))
    made = review(push(base(), files, wrong=[found]))
    order = [(note.code, note.path) for note in made.blocking]
    assert order[0] == ("GA009", "data/zzz.yml")
    assert [path for _, path in order[1:]] == sorted(path for _, path in order[1:])


PATHS = (
    ZIGUI,
    moved(ZIGUI),
    FILINGS,
    "data/regions.yml",
    "data/organisations.yml",
    "data/dataset.yml",
    "data/programme/2022.yml",
    "data/reports/2022/yichang/summary.md",
    "data/sealed/2022/kaohe-yichang-1.yml.age",
    "data/a\nb.yml",
    "data/plans/2022/yichang/\udcff.yml",
    "generator/check.py",
    "schemas/plan.schema.json",
)
TORN = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [b"classes: [", b"{}", b"[]", b"1", b"---\n---\n", b"a: &a [*a]\n", b'{"no": 1}\n', b"year: {}\n"]
    ),
    st.integers(0, 2000).map(lambda size: base()[ZIGUI][:size]),
    st.integers(0, 2000).map(lambda at: base()[ZIGUI][:at] + b"[" + base()[ZIGUI][at + 1 :]),
)


@given(st.dictionaries(st.sampled_from(PATHS), TORN, min_size=1, max_size=4), st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_bytes_end_a_review(files: dict[str, bytes], removed: bool) -> None:
    """Whatever a push brings or takes away, everybody gets an answer that can be written down."""
    after = {**base(), **files}
    made = review(replace(office_push(), after=MemoryTree(after), touched=touched(base(), after)))
    assert everything(made).encode()
    if removed:
        made = review(replace(office_push(), before=MemoryTree(after), touched=touched(after, base())))
        assert everything(made).encode()


@cache
def office_push() -> Verdict:
    return push(base(), edited((ZIGUI, {"remark": "好"})), roles=("office",))


def test_roles_are_said_in_words() -> None:
    given = ("office", "group", "bureau:yichang", "base:yichang")
    made = review(push(base(), edited((ZIGUI, {"remark": "好"})), roles=given))
    assert made.who.split("、") == [
        "省局办公室账号",
        "考核培训工作组账号",
        "宜昌市填报账号",
        "省级知识产权培训（宜昌）基地填报账号",
    ]


def test_facts_are_the_review_as_json(scenes: dict[str, Review]) -> None:
    for made in scenes.values():
        data = json.loads(facts(made))
        assert data["version"] == 1
        assert data == json.loads(json.dumps(asdict(made)))


def test_a_leak_is_said_to_stay_at_once_and_comes_first() -> None:
    """Who only took it out would be refused once more: it stays in the push's history."""
    short = (ENSHI, {"classes/0/trainees/total": 90})
    made = review(push(base(), edited((ZIGUI, {"remark": f"联系 {MOBILE}"}), short)))
    assert [note.path for note in made.blocking] == [ZIGUI, ENSHI]
    assert made.blocking[0].remedy.endswith("不要在原来的提交上改")
    # As the guide says: what others can see the office clears, a refused push to a server is gone already.
    for said in (answer(made), made.returning):
        assert "请马上打电话给省局清除，不要关闭这次提交" in said
    assert "请从最新的版本重新做一份" in screen(made)
    assert "电话给省局" not in screen(made)
    assert "改好后再提交一次" not in made.returning + answer(made) + screen(made)
    other = review(push(base(), edited(short)))
    assert "在原来的分支上再提交一次" in to_filer(other, kept=True)
    assert "请在原来的分支上改好后再提交一次" in other.returning
