"""After a merge: what is registered, when, as what, once, and nothing lost; read and written as git objects only."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
import time
from dataclasses import replace
from multiprocessing.synchronize import Barrier
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from generator import register
from generator.cli import main
from generator.git import Git
from generator.registrar import RegistrarError, file
from generator.registrar import book as books
from generator.registrar import filing as filings
from generator.registrar.journal import Received, read, written
from generator.sign import chain
from generator.tree import GitTree, TreeError
from tests.filed import (
    BUREAU,
    DATASET,
    NOW,
    OFFICE,
    PLANS,
    REGISTRAR,
    XINGSHAN,
    ZIGUI,
    Office,
    copied,
    digest,
    open_office,
    plan,
)
from tests.support import FILINGS, base
from tests.test_tree import QUIET

SITE = "data/assessments/2022/yichang"
REPORT = "data/reports/2022/yichang/summary.md"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The office every test starts from, never changed itself."""
    return open_office(tmp_path_factory.mktemp("office") / "work")


@pytest.fixture
def office(kept: Office, tmp_path: Path) -> Office:
    return copied(kept, tmp_path / "work")


@pytest.fixture(params=["", "register"], ids=["tree", "branch"])
def either(request: pytest.FixtureRequest, kept: Office, tmp_path: Path) -> Office:
    """The register in the tree, and on a branch of its own."""
    return copied(kept, tmp_path / "work", request.param)


def told(office: Office, year: int = 2022) -> list[tuple[str, str, str]]:
    """Number, kind and record of each line."""
    return [(line["no"], line["kind"], line["record"]) for line in office.lines(year)]


# What a line says


def test_a_merged_plan_is_registered(either: Office) -> None:
    merge = either.merge({ZIGUI: plan(1)}, "2022-03-25T10:30:00+08:00", "2022-03-28T09:00:00+08:00")
    filed = either.file()
    assert filed.warnings == ()
    (line,) = either.lines()
    assert line == {
        "no": "示例备案登记 2022-0001",
        "year": 2022,
        "seq": 1,
        "kind": "plan",
        "record": ZIGUI,
        "digest": digest(plan(1)),
        "submission": "PR-1",
        "submitted": "2022-03-25T10:30:00+08:00",
        "filed": "2022-03-28T09:00:00+08:00",
        "due": "2022-03-31",
        "late_days": 0,
        "merge": merge,
        "reviewer": OFFICE,
        "amends": "",
        "prev": "0" * 64,
        "hash": line["hash"],
    }
    assert list(register.verify({2022: [line]}, {"filing": "示例备案登记", "approval": "示例审定登记"})) == []
    said = either.git("log", "-1", "--format=%an <%ae>|%cI|%B", f"refs/heads/{either.at or 'main'}")
    assert said == (
        f"{REGISTRAR}|2022-12-01T00:00:00+08:00|登记 1 条：示例备案登记 2022-0001\n\n示例备案登记 2022-0001 {ZIGUI}"
    )


def test_a_second_run_adds_nothing(either: Office) -> None:
    either.merge({ZIGUI: plan(1)}, "2022-03-25T10:30:00+08:00", "2022-03-28T09:00:00+08:00")
    either.file()
    head, raw = either.head(), either.raw()
    assert either.file().lines == ()
    assert (either.head(), either.raw()) == (head, raw)


def test_the_same_history_gives_the_same_commit(kept: Office, tmp_path: Path) -> None:
    heads = set()
    first = copied(kept, tmp_path / "first")
    first.merge({ZIGUI: plan(1)}, "2022-03-25T10:30:00+08:00", "2022-03-28T09:00:00+08:00")
    for name in ("second", "third"):
        again = copied(first, tmp_path / name)
        again.file()
        heads.add(again.head())
    assert len(heads) == 1


def test_merges_in_their_order_and_records_by_path(office: Office) -> None:
    office.merge({ZIGUI: plan(1)}, "2022-03-25T10:30:00+08:00", "2022-03-28T09:00:00+08:00")
    two = {f"{PLANS}/enshi/enshi.yml": plan(2), XINGSHAN: plan(3)}
    office.merge(dict(reversed(two.items())), "2022-03-24T10:30:00+08:00", "2022-03-29T09:00:00+08:00")
    office.file()
    assert told(office) == [
        ("示例备案登记 2022-0001", "plan", ZIGUI),
        ("示例备案登记 2022-0002", "plan", f"{PLANS}/enshi/enshi.yml"),
        ("示例备案登记 2022-0003", "plan", XINGSHAN),
    ]
    assert len({line["merge"] for line in office.lines()}) == 2


def test_a_plan_changed_withdrawn_and_filed_again(office: Office) -> None:
    for number, raw in enumerate((plan(1), plan(2), None, plan(2)), 1):
        day = f"2022-03-{10 + number}"
        office.merge({ZIGUI: raw}, f"{day}T09:00:00+08:00", f"{day}T15:00:00+08:00")
        office.file()
    lines = office.lines()
    assert [line["kind"] for line in lines] == ["plan", "amendment", "withdrawal", "plan"]
    assert [line["amends"][-4:] for line in lines] == ["", "0001", "0002", ""]
    assert [line["due"] for line in lines] == ["2022-03-31", "", "", "2022-03-31"]
    assert [line["digest"] for line in lines] == [digest(plan(1)), *[digest(plan(2))] * 3]


def test_what_happened_between_two_runs_is_registered_step_by_step(office: Office) -> None:
    for number, raw in enumerate((plan(1), plan(2), None, plan(3)), 1):
        day = f"2022-03-{10 + number}"
        office.merge({ZIGUI: raw}, f"{day}T09:00:00+08:00", f"{day}T15:00:00+08:00")
    office.file()
    assert [line["kind"] for line in office.lines()] == ["plan", "amendment", "withdrawal", "plan"]
    assert [line["filed"][8:10] for line in office.lines()] == ["11", "12", "13", "14"]


def test_the_steps_count_from_the_last_line_on(office: Office) -> None:
    """What is on file is looked for from the end: going back to an older version is a step of its own."""
    for number, version in enumerate((1, 2, 1, 3, 4), 1):
        day = f"2022-03-{10 + number}"
        office.merge({ZIGUI: plan(version)}, f"{day}T09:00:00+08:00", f"{day}T15:00:00+08:00")
        if number == 3:
            office.file()
    office.file()
    assert [line["digest"] for line in office.lines()] == [
        digest(plan(version)) for version in (1, 2, 1, 3, 4)
    ]


def test_a_change_of_mode_alone_is_no_change(office: Office) -> None:
    office.merge({ZIGUI: plan(1)}, "2022-03-25T10:30:00+08:00", "2022-03-28T09:00:00+08:00")
    (office.root / ZIGUI).chmod(0o755)
    office.merge({ZIGUI: plan(1)}, "2022-03-26T10:30:00+08:00", "2022-03-29T09:00:00+08:00")
    assert office.git("ls-tree", "main", ZIGUI).startswith("100755")
    office.file()
    assert [line["kind"] for line in office.lines()] == ["plan"]


def test_a_record_that_becomes_a_link_is_withdrawn(office: Office) -> None:
    office.merge({ZIGUI: plan(1)}, "2022-03-25T10:30:00+08:00", "2022-03-28T09:00:00+08:00")
    office.file()
    (office.root / ZIGUI).unlink()
    (office.root / ZIGUI).symlink_to("xingshan.yml")
    office.git("commit", "-q", "-a", "-m", "link")
    office.file(reviewer=OFFICE)
    assert [line["kind"] for line in office.lines()] == ["plan", "withdrawal"]


def test_a_line_of_a_record_no_longer_filed_is_let_be(office: Office) -> None:
    office.merge({ZIGUI: plan(1)}, "2022-03-25T10:30:00+08:00", "2022-03-28T09:00:00+08:00")
    office.file()
    (line,) = office.lines()
    office.rewrite(register.dump(chain([line | {"record": DATASET, "merge": ""}])))
    office.merge({XINGSHAN: plan(2)}, "2022-03-26T10:30:00+08:00", "2022-03-29T09:00:00+08:00")
    office.file()
    assert [line["record"] for line in office.lines()] == [DATASET, ZIGUI, XINGSHAN]


def test_every_kind_with_its_number_and_its_day(office: Office) -> None:
    summary = "---\ntitle: 总结\nyear: 2022\nowner: yichang\nkind: summary\n---\n\n正文\n".encode()
    records: dict[str, bytes | None] = {
        f"{SITE}/plan.yml": base()[f"{SITE}/plan.yml"],
        f"{SITE}/instructors.yml": base()[f"{SITE}/instructors.yml"],
        f"{SITE}/deliverables.yml": base()[f"{SITE}/deliverables.yml"],
        REPORT: summary,
        "data/reports/2022/yichang/research.md": summary.replace(b"summary", b"research"),
        "data/reports/2022/yichang/broken.md": b"kind: summary",
        "data/deliveries/2022/yichang/zigui.yml": base()["data/deliveries/2022/yichang/zigui.yml"],
        "data/organisations.yml": base()["data/organisations.yml"],
    }
    office.merge(records, "2022-11-30T23:59:59+08:00", "2022-12-05T09:00:00+08:00")
    office.file("2022-12-06T00:00:00+08:00")
    assert [(line["no"], line["kind"], line["due"], line["late_days"]) for line in office.lines()] == [
        ("示例备案登记 2022-0001", "deliverables", "2022-07-27", 126),
        ("示例备案登记 2022-0002", "instructors", "2022-05-17", 197),
        ("示例审定登记 2022-0003", "assessment", "2022-04-30", 214),
        ("示例备案登记 2022-0004", "summary", "2022-11-30", 0),
    ]


def test_a_summary_that_becomes_another_report_is_withdrawn(office: Office) -> None:
    summary = "---\ntitle: 总结\nyear: 2022\nowner: yichang\nkind: summary\n---\n\n正文\n".encode()
    office.merge({REPORT: summary}, "2022-11-11T09:00:00+08:00", "2022-11-11T10:00:00+08:00")
    office.file()
    changed = summary.replace(b"summary", b"research")
    office.merge({REPORT: changed}, "2022-11-12T09:00:00+08:00", "2022-11-12T10:00:00+08:00")
    office.file()
    assert [line["kind"] for line in office.lines()] == ["summary", "withdrawal"]


def test_names_and_modes_that_are_no_record_are_left_out(office: Office) -> None:
    """A link, a submodule's name, a path no kind claims: the gate refuses them; here they must not get a number."""
    odd: dict[str, bytes | None] = {
        f"{PLANS}/yichang/../x.yml".replace("../", "x/"): b"1",
        f"{PLANS}/yichang/记录\n.yml": b"1",
        f"{PLANS}/yichang/zigui.yml.bak": b"1",
        XINGSHAN: plan(1),
    }
    office.git("checkout", "-q", "-b", "links")
    (office.root / PLANS / "yichang").mkdir(parents=True)
    (office.root / ZIGUI).symlink_to("xingshan.yml")
    office.git("add", "data/plans")
    office.commit(odd, NOW)
    office.git("checkout", "-q", "main")
    office.git("merge", "-q", "--no-ff", "-m", "合并", "links")
    office.file(reviewer=OFFICE)
    assert [line["record"] for line in office.lines()] == [XINGSHAN]


# Times and people


def test_a_slow_review_makes_nobody_late(office: Office) -> None:
    office.merge({ZIGUI: plan(1)}, "2022-03-31T23:59:59+08:00", "2022-04-20T09:00:00+08:00")
    office.merge({XINGSHAN: plan(2)}, "2022-04-01T00:00:00+08:00", "2022-04-21T09:00:00+08:00")
    office.file()
    assert [line["late_days"] for line in office.lines()] == [0, 1]


def test_without_a_journal_the_filing_time_counts_and_it_is_said(office: Office) -> None:
    merge = office.merge(
        {ZIGUI: plan(1)}, "2022-03-25T10:30:00+08:00", "2022-04-02T09:00:00+08:00", told=False
    )
    filed = office.file(reviewer="9000002")
    (line,) = office.lines()
    assert (line["submitted"], line["late_days"]) == ("2022-04-02T09:00:00+08:00", 2)
    assert (line["submission"], line["reviewer"]) == (f"合并 {merge[:12]}", "9000002")
    assert filed.warnings == (
        f"{ZIGUI}：提交记录里没有合并 {merge[:12]} 的提交，提交时刻按备案时刻 2022-04-02T09:00:00+08:00 登记",
    )


def test_a_head_received_twice_was_submitted_the_first_time(office: Office) -> None:
    office.merge({ZIGUI: plan(1)}, "2022-03-25T10:30:00+08:00", "2022-04-02T09:00:00+08:00")
    again = office.journal[0]
    later = Received(head=again.head, submission="PR-9", submitted="2022-04-01T10:30:00+08:00", user=BUREAU)
    office.journal.insert(0, later)
    office.file()
    assert [(line["submission"], line["submitted"]) for line in office.lines()] == [
        ("PR-1", "2022-03-25T10:30:00+08:00")
    ]


def test_bringing_a_branch_up_to_date_makes_nobody_late(office: Office) -> None:
    """Each record counts from the earliest received head that has it as it is; what was changed since does not."""
    office.git("checkout", "-q", "-b", "clerk", "main")
    stamps = [f"2022-{day}T10:00:00+08:00" for day in ("03-20", "03-28", "04-03", "04-06")]
    for when, changes in (
        (stamps[0], {ZIGUI: plan(1), XINGSHAN: plan(1)}),
        ("2022-03-21T10:00:00+08:00", {"docs.md": b"not received by itself\n"}),
        (stamps[1], {XINGSHAN: plan(2)}),
    ):
        head = office.commit(changes, when)
        if when in stamps:
            office.receive(head, when, BUREAU)
    office.git("checkout", "-q", "main")
    office.commit({"docs.md": b"from elsewhere\n"}, stamps[1])
    office.git("checkout", "-q", "clerk")
    office.git("merge", "-q", "-s", "ours", "-m", "更新分支", "main", when=stamps[2])
    office.receive(office.git("rev-parse", "HEAD"), stamps[2], BUREAU)
    office.git("checkout", "-q", "main")
    office.git("merge", "-q", "--no-ff", "-m", "合并", "clerk", when=stamps[3])
    office.receive(office.git("rev-parse", "HEAD"), stamps[3], OFFICE)
    office.file()
    found = {line["record"]: (line["submitted"], line["late_days"]) for line in office.lines()}
    assert found == {ZIGUI: (stamps[0], 0), XINGSHAN: (stamps[1], 0)}


def test_what_an_earlier_head_had_otherwise_is_as_late_as_it_is(office: Office) -> None:
    office.git("checkout", "-q", "-b", "clerk", "main")
    for number, day in ((1, "03-20"), (2, "04-02")):
        head = office.commit({ZIGUI: plan(number)}, f"2022-{day}T10:00:00+08:00")
        office.receive(head, f"2022-{day}T10:00:00+08:00", BUREAU)
    office.git("checkout", "-q", "main")
    office.git("merge", "-q", "--no-ff", "-m", "合并", "clerk", when="2022-04-03T10:00:00+08:00")
    office.file(reviewer=OFFICE)
    assert [(line["submitted"][:10], line["late_days"]) for line in office.lines()] == [("2022-04-02", 2)]


@pytest.mark.parametrize(
    ("committed", "filed"),
    [
        ("2031-01-01T00:00:00+08:00", NOW),
        ("2021-01-01T00:00:00+08:00", "2022-03-28T10:00:00+08:00"),
    ],
)
def test_a_merge_that_lies_about_its_time(committed: str, filed: str, office: Office) -> None:
    """The committer's clock is bounded by now, and by what was filed and submitted before."""
    office.merge({XINGSHAN: plan(0)}, "2022-03-20T10:00:00+08:00", "2022-03-28T10:00:00+08:00")
    office.merge({ZIGUI: plan(1)}, "2022-03-25T10:30:00+08:00", committed)
    del office.journal[-1]
    office.file(reviewer=OFFICE)
    assert office.lines()[1]["filed"] == filed
    assert office.lines()[1]["submitted"] == "2022-03-25T10:30:00+08:00"


def test_a_merge_dated_before_the_deadline_saves_nobody(office: Office) -> None:
    office.merge({ZIGUI: plan(1)}, "2022-04-02T10:00:00+08:00", "2022-03-01T10:00:00+08:00")
    del office.journal[-1]
    office.file(reviewer=OFFICE)
    assert [(line["submitted"], line["filed"], line["late_days"]) for line in office.lines()] == [
        ("2022-04-02T10:00:00+08:00", "2022-04-02T10:00:00+08:00", 2)
    ]


def test_a_merge_the_journal_missed_is_not_the_next_ones(office: Office) -> None:
    times = ("2022-03-25T10:30:00+08:00", "2022-03-28T09:00:00+08:00")
    office.merge({ZIGUI: plan(1)}, *times, told=False)
    office.merge({XINGSHAN: plan(1)}, "2022-04-05T10:30:00+08:00", "2022-04-06T09:00:00+08:00")
    filed = office.file(reviewer="9000002")
    assert [(line["reviewer"], line["filed"]) for line in office.lines()] == [
        ("9000002", times[1]),
        (OFFICE, "2022-04-06T09:00:00+08:00"),
    ]
    assert len(filed.warnings) == 1


def test_a_clock_that_runs_ahead_in_the_journal(office: Office) -> None:
    office.merge({ZIGUI: plan(1)}, "2031-01-01T00:00:00+08:00", "2031-01-02T00:00:00+08:00")
    office.file()
    assert (office.lines()[0]["submitted"], office.lines()[0]["filed"]) == (NOW, NOW)


def test_commits_on_a_straight_line_came_with_their_head(office: Office) -> None:
    """The office took a branch of two commits in without a merge commit: the head was judged, and it was received."""
    first = office.commit({ZIGUI: plan(1)}, "2022-03-20T09:00:00+08:00")
    head = office.commit({XINGSHAN: plan(2)}, "2022-03-20T09:10:00+08:00")
    office.receive(head, "2022-03-21T10:00:00+08:00", BUREAU)
    office.receive(head, "2022-03-25T10:00:00+08:00", OFFICE)
    office.file()
    assert [
        (line["merge"], line["submitted"], line["filed"], line["reviewer"]) for line in office.lines()
    ] == [
        (commit, "2022-03-21T10:00:00+08:00", "2022-03-25T10:00:00+08:00", OFFICE) for commit in (first, head)
    ]


def test_nobody_is_named_who_is_not_known(office: Office) -> None:
    merge = office.merge(
        {ZIGUI: plan(1)}, "2022-03-25T10:30:00+08:00", "2022-03-28T09:00:00+08:00", told=False
    )
    with pytest.raises(RegistrarError, match=rf"提交记录里没有合并 {merge[:12]} 的账号，没有登记任何记录"):
        office.file()
    assert office.raw() == b""


def test_filed_in_another_year_the_chain_goes_on(office: Office) -> None:
    office.merge({ZIGUI: plan(1)}, "2022-03-25T10:30:00+08:00", "2022-03-28T09:00:00+08:00")
    office.file()
    office.merge({ZIGUI: plan(2)}, "2022-12-31T23:59:59+08:00", "2023-01-01T00:00:00+08:00")
    office.file("2023-02-01T00:00:00+08:00")
    (last,) = office.lines(2023)
    assert (last["no"], last["prev"]) == ("示例备案登记 2023-0001", office.lines()[0]["hash"])
    assert last["amends"] == "示例备案登记 2022-0001"


def test_a_year_without_a_programme_has_no_day(office: Office) -> None:
    path = "data/plans/2030/yichang/zigui.yml"
    office.merge({path: plan(1)}, "2022-03-25T10:30:00+08:00", "2022-03-28T09:00:00+08:00")
    filed = office.file()
    assert office.lines()[0]["due"] == ""
    assert filed.warnings == (f"{path}：合并时的年度方案没有给出它的期限，登记为没有期限",)


# The journal


def entry(**changes: object) -> bytes:
    one = Received(head="a" * 40, submission="PR-12", submitted="2022-03-25T10:30:00+08:00", user="1000001")
    line = written(one)
    for field, value in changes.items():
        line = line.replace(f'"{field}": "{getattr(one, field)}"'.encode(), f'"{field}": {value}'.encode())
    return line


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b'{"head": ', "不是一条完整的 JSON 记录"),
        (b"[" * 100_000, "不是一条完整的 JSON 记录"),
        (b"[]", "不是一条完整的 JSON 记录"),
        (b"\xff", "不是一条完整的 JSON 记录"),
        (entry(head='"main"'), "的 head 缺失或写法不对"),
        (entry(head=7), "的 head 缺失或写法不对"),
        (entry(submission='""'), "的 submission 缺失或写法不对"),
        (entry(submission=r'"a\u001b[2Jb"'), "的 submission 缺失或写法不对"),
        (entry(submitted='"2022-03-25T10:30:00Z"'), "的 submitted 缺失或写法不对"),
        (entry(submitted='"2022-02-30T10:30:00+08:00"'), "的 submitted 不是真实的时刻"),
        (entry(user=f'"{"9" * 41}"'), "的 user 缺失或写法不对"),
    ],
)
def test_a_line_of_the_journal_that_cannot_be_read(raw: bytes, said: str) -> None:
    """Lateness is written once and for good, so it is not guessed from half a journal."""
    with pytest.raises(RegistrarError) as caught:
        read(entry() + b"\n" + raw, "提交.jsonl")
    assert str(caught.value) == (
        f"提交.jsonl 第 3 行{said}，没有登记任何记录：逾期按这里的时刻算，不能猜。请照服务器的日志改好这一行再运行"
    )


def test_the_journal_may_say_more_than_we_read() -> None:
    line = entry().replace(b"{", b'{"ref": "refs/heads/x", ', 1)
    assert read(line, "x").first["a" * 40].user == "1000001"


# Where it is written


def test_a_new_branch_begins_with_what_the_tree_holds(office: Office) -> None:
    for year in (2022, 2023):
        times = f"{year}-03-25T10:30:00+08:00", f"{year}-03-28T09:00:00+08:00"
        office.merge({ZIGUI: plan(year)}, *times)
        office.file("2024-01-01T00:00:00+08:00")
    first, second = office.raw(2022), office.raw(2023)
    office.at = "register"
    office.merge({XINGSHAN: plan(1)}, "2023-03-26T10:30:00+08:00", "2023-03-29T09:00:00+08:00")
    office.file("2024-01-01T00:00:00+08:00")
    assert office.raw(2022) == first
    assert register.extends(second, office.raw(2023))
    assert told(office, 2023)[1] == ("示例备案登记 2023-0002", "plan", XINGSHAN)
    listed = office.git("ls-tree", "-r", "--name-only", "register").split()
    assert listed == ["data/filings/2022.jsonl", "data/filings/2023.jsonl"]


def test_the_rest_of_the_tree_stays_as_it_was(office: Office) -> None:
    office.merge({ZIGUI: plan(1)}, "2022-03-25T10:30:00+08:00", "2022-03-28T09:00:00+08:00")
    before = office.git("ls-tree", "-r", "-t", "main").splitlines()
    office.file()
    after = office.git("ls-tree", "-r", "main").splitlines()
    assert [line for line in after if FILINGS not in line] == [
        line for line in before if " tree " not in line
    ]
    office.git("fsck", "--strict")


def test_work_tree_and_index_are_not_touched(either: Office) -> None:
    either.merge({ZIGUI: plan(1)}, "2022-03-25T10:30:00+08:00", "2022-03-28T09:00:00+08:00")
    (either.root / ZIGUI).write_bytes(plan("改到一半"))
    index = (either.git_dir / "index").read_bytes()
    assert file(either.request()).lines
    assert (either.git_dir / "index").read_bytes() == index
    assert (either.root / ZIGUI).read_bytes() == plan("改到一半")
    assert not (either.root / FILINGS).exists()


def test_somebody_else_is_faster(either: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another run writes between our reading and our writing: we start again, and find nothing left to do."""
    either.merge({ZIGUI: plan(1)}, "2022-03-25T10:30:00+08:00", "2022-03-28T09:00:00+08:00")
    real = books.commit
    others = [either.request("2022-11-30T00:00:00+08:00")]

    def late(*given: object) -> str:
        made = real(*given)  # type: ignore[arg-type]
        if others:
            assert file(others.pop()).lines
        return made

    monkeypatch.setattr(books, "commit", late)
    assert file(either.request()).lines == ()
    assert told(either) == [("示例备案登记 2022-0001", "plan", ZIGUI)]


def test_nothing_is_written_where_the_branch_moves_for_ever(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.merge({ZIGUI: plan(1)}, "2022-03-25T10:30:00+08:00", "2022-03-28T09:00:00+08:00")
    monkeypatch.setattr(books, "swapped", lambda *_: False)
    monkeypatch.setattr(filings, "ATTEMPTS", 2)
    with pytest.raises(RegistrarError, match="试了 2 次没有写成"):
        file(office.request())


def test_a_lock_left_behind_is_named(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.merge({ZIGUI: plan(1)}, "2022-03-25T10:30:00+08:00", "2022-03-28T09:00:00+08:00")
    (office.git_dir / "refs/heads/main.lock").touch()
    monkeypatch.setattr(books, "WAIT", ("-c", "core.filesRefLockTimeout=0"))
    with pytest.raises(RegistrarError) as caught:
        file(office.request())
    assert str(caught.value) == (
        "登记簿没有写成，原来的保持不变。仓库里有 refs/heads/main.lock：别的程序正在写这个分支；"
        "如果没有，就是上次运行被强行中断留下的，请删去这个文件再运行"
    )
    assert office.raw() == b""


def test_a_shallow_clone_is_refused(office: Office, tmp_path: Path) -> None:
    office.merge({ZIGUI: plan(1)}, "2022-03-25T10:30:00+08:00", "2022-03-28T09:00:00+08:00")
    office.git("clone", "-q", "--bare", "--depth", "1", f"file://{office.root}", str(tmp_path / "bare.git"))
    with pytest.raises(RegistrarError, match="只取了一部分历史"):
        file(replace(office.request(), git_dir=tmp_path / "bare.git"))


@pytest.mark.parametrize("given", ["登记任务", "<a@x.example>", "登记 <a@x.example>\nparent 0", "登记 <a b>"])
def test_who_signs_is_written_as_git_writes_it(given: str, office: Office) -> None:
    with pytest.raises(RegistrarError, match="--committer 要写成"):
        books.committer(Git(office.git_dir), given)


def test_nobody_signs_who_was_not_set_up(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address in the environment is not somebody who was named for this."""
    for name, value in (QUIET | {"EMAIL": "someone@siwu.example"}).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(RegistrarError, match="git 没有设置提交人"):
        books.committer(Git(office.git_dir), "")
    office.git("config", "user.name", "登记任务")
    office.git("config", "user.email", "register@siwu.example")
    assert books.committer(Git(office.git_dir), "") == REGISTRAR


def test_a_register_that_was_tampered_with_is_left_alone(either: Office) -> None:
    either.merge({ZIGUI: plan(1)}, "2022-03-25T10:30:00+08:00", "2022-03-28T09:00:00+08:00")
    either.file()
    either.rewrite(either.raw().replace(b"03-25T10", b"03-24T10"))
    either.merge({XINGSHAN: plan(1)}, "2022-03-26T10:30:00+08:00", "2022-03-29T09:00:00+08:00")
    raw = either.raw()
    filed = either.file()
    assert [fault.code for fault in filed.faults] == ["FL005"]
    assert either.raw() == raw


def test_a_line_the_register_could_not_hold_is_not_written(office: Office) -> None:
    """A merge dated before the first year a register may have."""
    office.merge({ZIGUI: plan(1)}, "1999-01-01T00:00:00+08:00", "1999-01-02T00:00:00+08:00")
    with pytest.raises(RegistrarError, match="不合登记簿的格式"):
        office.file()
    assert office.raw() == office.raw(1999) == b""


def test_numbers_without_prefixes_are_not_made_up(office: Office) -> None:
    office.merge({ZIGUI: plan(1), DATASET: b"kind: demo\n"}, NOW, NOW)
    with pytest.raises(RegistrarError, match=r"读不到 data/dataset\.yml 里的登记编号前缀"):
        office.file()


def test_a_push_that_is_refused_is_fetched_and_run_again(office: Office, tmp_path: Path) -> None:
    """Two machines register the same merge and push, as the help of the command says."""
    office.merge({ZIGUI: plan(1)}, "2022-03-25T10:30:00+08:00", "2022-03-28T09:00:00+08:00")
    office.at = "register"
    others = [tmp_path / "one.git", tmp_path / "two.git"]
    for number, other in enumerate(others, 1):
        office.git("clone", "-q", "--bare", str(office.root), str(other))
        assert file(replace(office.request(f"2022-11-0{number}T00:00:00+08:00"), git_dir=other)).lines
    push = ("push", "-q", str(office.root), "register")
    office.git("-C", str(others[0]), *push)
    with pytest.raises(CalledProcessError):
        office.git("-C", str(others[1]), *push)
    first = office.raw()
    office.merge({XINGSHAN: plan(1)}, "2022-03-26T10:30:00+08:00", "2022-03-29T09:00:00+08:00")
    office.git("-C", str(others[1]), "fetch", "-q", str(office.root), "+register:register", "+main:main")
    assert len(file(replace(office.request(), git_dir=others[1])).lines) == 1
    office.git("-C", str(others[1]), *push)
    assert register.extends(first, office.raw())
    assert [line["record"] for line in office.lines()] == [ZIGUI, XINGSHAN]


# A history that was written anew


@pytest.fixture
def purged(either: Office) -> Office:
    for number, raw in enumerate((plan(1), plan(2), None, plan(1)), 1):
        day = f"2022-03-{10 + number}"
        either.merge({ZIGUI: raw, XINGSHAN: plan(number)}, f"{day}T09:00:00+08:00", f"{day}T15:00:00+08:00")
    either.file()
    return either


def test_a_filtered_history_renumbers_nothing(purged: Office) -> None:
    lines, old = purged.raw(), purged.git("rev-parse", "main")
    purged.git("-c", "advice.detachedHead=false", "replace", "--list")
    os.environ["FILTER_BRANCH_SQUELCH_WARNING"] = "1"
    purged.git("filter-branch", "-f", "--msg-filter", "echo purged", "main")
    assert purged.git("rev-parse", "main") != old
    purged.git("update-ref", "-d", "refs/original/refs/heads/main")
    assert file(purged.request()).lines == ()
    assert purged.raw() == lines


def test_a_fresh_start_renumbers_nothing(purged: Office) -> None:
    """One root commit with today's tree; and what is merged after it goes on where the register stood."""
    lines = purged.raw()
    root = purged.git("commit-tree", "-m", "重新开始", "main^{tree}")
    purged.git("reset", "-q", "--hard", root)
    assert file(purged.request()).lines == ()
    purged.merge({ZIGUI: plan(9)}, "2022-04-05T09:00:00+08:00", "2022-04-05T15:00:00+08:00")
    purged.file()
    assert register.extends(lines, purged.raw())
    assert [(line["kind"], line["record"]) for line in purged.lines()[len(lines.splitlines()) :]] == [
        ("amendment", ZIGUI)
    ]


def test_a_record_that_the_purge_itself_changed_is_an_amendment(purged: Office) -> None:
    count = len(purged.lines())
    purged.commit({ZIGUI: plan("已删去个人信息")}, "2022-05-01T09:00:00+08:00")
    root = purged.git("commit-tree", "-m", "重新开始", "main^{tree}")
    purged.git("reset", "-q", "--hard", root)
    purged.file(reviewer=OFFICE)
    assert [(line["kind"], line["merge"]) for line in purged.lines()[count:]] == [("amendment", root)]


def test_a_record_purged_from_all_history_is_withdrawn(purged: Office) -> None:
    count = len(purged.lines())
    purged.commit({ZIGUI: None}, "2022-05-01T09:00:00+08:00")
    root = purged.git("commit-tree", "-m", "重新开始", "main^{tree}")
    purged.git("reset", "-q", "--hard", root)
    purged.file(reviewer=OFFICE)
    assert [(line["kind"], line["merge"]) for line in purged.lines()[count:]] == [("withdrawal", root)]


# The command


def run(office: Office, tmp_path: Path, *more: str) -> int:
    journal = tmp_path / "journal.jsonl"
    journal.write_bytes(office.written_journal)
    where = [
        "--git-dir",
        str(office.git_dir),
        "--journal",
        str(journal),
        "--committer",
        REGISTRAR,
        "--now",
        NOW,
    ]
    return main(["file", *where, *more])


def test_the_command_says_what_it_did(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office.merge({ZIGUI: plan(1)}, "2022-04-02T10:30:00+08:00", "2022-04-03T09:00:00+08:00")
    assert run(office, tmp_path) == 0
    commit = office.git("rev-parse", "main")[:12]
    said = capsys.readouterr()
    assert said.out == (
        f"示例备案登记 2022-0001 {ZIGUI} 2022-04-02T10:30:00+08:00 提交，逾期 2 天\n"
        f"登记了 1 条，写入 main 分支（{commit}）。\n"
    )
    assert said.err == (
        "siwu：工作文件夹检出的正是 main 分支，里面的登记簿还是旧的。请运行 "
        "git restore --source=HEAD --staged --worktree -- data/filings，免得下次提交时把它改回去\n"
    )
    assert run(office, tmp_path) == 0
    assert capsys.readouterr() == ("没有新的记录要登记；main 分支上的登记簿不变。\n", "")


def test_the_command_finds_the_branch_by_itself(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office.merge({ZIGUI: plan(1)}, "2022-03-25T10:30:00+08:00", "2022-03-28T09:00:00+08:00")
    assert run(office, tmp_path, "--register-branch", "register") == 0
    office.merge({XINGSHAN: plan(1)}, "2022-03-25T10:30:00+08:00", "2022-03-28T09:00:00+08:00")
    assert run(office, tmp_path) == 0
    assert "写入 register 分支" in capsys.readouterr().out
    assert not any("filings" in path for path in office.git("ls-tree", "-r", "--name-only", "main").split())
    office.at = "register"
    assert len(office.lines()) == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--branch", "nothing"], "没有分支 nothing"),
        (["--branch=--upload-pack=x"], "没有分支 --upload-pack=x"),
        (["--register-branch", "a..b"], "“a..b”不能做分支或标签的名称，请换一个"),
        (["--journal", "/nowhere"], "提交记录 /nowhere 读不了：没有这个文件"),
    ],
)
def test_the_command_used_wrongly(
    given: list[str], said: str, office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(office, tmp_path, *given) == 2
    assert said in capsys.readouterr().err


def test_a_time_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["file", "--journal", "x", "--now", "2022-03-25"])
    assert "“2022-03-25”不是北京时间的时刻" in capsys.readouterr().err


def test_the_command_refuses_a_tampered_register(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office.merge({ZIGUI: plan(1)}, "2022-03-25T10:30:00+08:00", "2022-03-28T09:00:00+08:00")
    office.file()
    office.rewrite(office.raw().replace(b"03-25T10", b"03-24T10"))
    assert run(office, tmp_path) == 1
    said = capsys.readouterr()
    assert "第 1 行" in said.out
    assert said.err == "siwu：登记簿有问题，没有登记任何记录。请先查明，恢复登记任务写下的原文。\n"


# Many at once, and one that dies


FORK = multiprocessing.get_context("fork")


def merged_and_filed(barrier: Barrier, bare: Path, head: str, arguments: list[str]) -> None:
    """One bureau's branch merged into main while nineteen others are, and the register job after it."""
    git = Git(bare)
    barrier.wait()
    while True:
        tip = git.text("rev-parse", "refs/heads/main")
        tree = git.text("merge-tree", "--write-tree", tip, head)
        who = "x <x@x.example> 1648000000 +0800"
        text = f"tree {tree}\nparent {tip}\nparent {head}\nauthor {who}\ncommitter {who}\n\nmerge\n"
        commit = git.bytes("hash-object", "-t", "commit", "-w", "--stdin", stdin=text.encode())
        try:
            git.text("update-ref", "refs/heads/main", commit.decode().strip(), tip)
            break
        except TreeError:
            continue
    sys.exit(main(arguments))


def arguments_of(git_dir: Path, journal: Path, at: str) -> list[str]:
    branch = ["--register-branch", at] if at else []
    given = ["--git-dir", str(git_dir), "--journal", str(journal), "--reviewer", OFFICE, "--now", NOW]
    return ["file", *given, "--committer", REGISTRAR, *branch]


@pytest.fixture(scope="module")
def twenty(kept: Office, tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, list[str]]:
    """Twenty bureaus' branches, received and not merged; nothing of it is changed by a test."""
    office, heads = copied(kept, tmp_path_factory.mktemp("twenty") / "work"), []
    root, first = office.git("rev-parse", "main^{tree}"), office.git("rev-parse", "main")
    for number in range(20):
        path = f"{PLANS}/yichang/county-{number}.yml"
        heads.append(planted(Git(office.git_dir), root, path, plan(number), first))
        office.receive(heads[-1], f"2022-03-25T10:{number:02d}:00+08:00", BUREAU)
        office.git("branch", f"county-{number}", heads[-1])
    # With nothing to do yet: so each job finds imported what it needs, forked from here.
    assert main(arguments_of(office.git_dir, Path(os.devnull), "register")) == 0
    return office, heads


@pytest.mark.parametrize("at", ["", "register"], ids=["tree", "branch"])
def test_twenty_merges_and_register_jobs_at_once(
    at: str, twenty: tuple[Office, list[str]], tmp_path: Path
) -> None:
    """In the tree, merges and register jobs contend for one branch, to the same end."""
    office, heads = twenty
    many = len(heads)
    bare, journal = tmp_path / "bare.git", tmp_path / "journal.jsonl"
    office.git("clone", "-q", "--bare", str(office.root), str(bare))
    journal.write_bytes(office.written_journal)
    barrier = FORK.Barrier(len(heads))
    jobs = [
        FORK.Process(target=merged_and_filed, args=(barrier, bare, head, arguments_of(bare, journal, at)))
        for head in heads
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join(60)
    assert [job.exitcode for job in jobs] == [0] * many
    (lines,) = books.opened("", "", GitTree(bare, at or "main")).lines.values()
    assert [line["seq"] for line in lines] == list(range(1, many + 1))
    assert {line["record"] for line in lines} == {f"{PLANS}/yichang/county-{n}.yml" for n in range(many)}
    assert {line["submitted"] for line in lines} == {one.submitted for one in office.journal}
    assert main(["register", "verify", "--git-dir", str(bare)]) == 0


def planted(git: Git, root: str, path: str, raw: bytes, parent: str) -> str:
    """A commit that adds one file, made without a work tree."""
    blob = git.bytes("hash-object", "-w", "--stdin", stdin=raw).decode().strip()
    tree = books._planted(git, root, path.split("/"), f"100644 blob {blob}")
    text = f"tree {tree}\nparent {parent}\nauthor x <x> 1648000000 +0800\ncommitter x <x> 1648000000 +0800\n\nx\n"
    return git.bytes("hash-object", "-t", "commit", "-w", "--stdin", stdin=text.encode()).decode().strip()


def filed_in_a_session(arguments: list[str]) -> None:
    os.setsid()
    sys.exit(main(arguments))


def test_killed_at_any_moment_it_leaves_the_old_register_or_the_new(office: Office, tmp_path: Path) -> None:
    """The whole process group is killed, git's processes too; a lock that git leaves is taken away, as we ask."""
    journal, chance = tmp_path / "journal.jsonl", random.Random(2022)
    arguments = arguments_of(office.git_dir, journal, "register")
    office.at, known, whole = "register", 0, 0.0
    outcomes = set()
    for number in range(16):
        office.merge({f"{PLANS}/yichang/county-{number}.yml": plan(number)}, NOW, NOW)
        journal.write_bytes(office.written_journal)
        job = FORK.Process(target=filed_in_a_session, args=(arguments,))
        began = time.monotonic()
        job.start()
        job.join(whole * chance.uniform(0.3, 1.2) if number else None)
        if not number:
            whole = time.monotonic() - began
        elif job.is_alive() and job.pid:
            os.killpg(job.pid, signal.SIGKILL)
            job.join()
        for lock in office.git_dir.rglob("*.lock"):
            lock.unlink()
        lines = office.lines()
        outcomes.add(len(lines) > known)
        assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
        assert main(["register", "verify", "--git-dir", str(office.git_dir)]) == 0
        known = len(lines)
    office.file()
    assert len(office.lines()) == 16
    assert outcomes == {False, True}, "the moments were all too early or all too late"
