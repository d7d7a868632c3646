"""The order of a check: everything at once, sorted, placed; the same over processes and over git."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from typing import Any, NoReturn

import pytest

from generator import check as module
from generator.check import Outcome, check
from generator.model import Repo
from generator.report import text
from generator.rules import RULES
from generator.sign import chain
from generator.tree import Directory
from tests.support import ROOT, MemoryTree, base, identity, records, schemas, tree, write

ZIGUI = "data/plans/2022/yichang/zigui.yml"


def run(given: MemoryTree, **keywords: Any) -> Outcome:
    return check(given, schemas=schemas(), **keywords)


def test_the_records_of_the_repository_have_no_error() -> None:
    outcome = check(Directory(ROOT), identities=[identity()])
    assert [problem for problem in outcome.problems if problem.severity == "error"] == []
    assert outcome.unopened == 0
    assert outcome.crashes == ()


def test_findings_of_all_kinds_come_at_once_sorted_by_place() -> None:
    broken = {
        "edit": {ZIGUI: {"classes/0/trainees/total": 96, "units/undertaker": "nobody-ipo"}},
        "files": {"data/plans/2022/yichang/xingshan.yml": "county: [\n"},
    }
    problems = run(tree(broken)).problems
    assert {problem.code for problem in problems} >= {"FI002", "PL002", "RE003"}
    places = [(problem.where.path, problem.at.line, problem.at.column) for problem in problems if problem.at]
    assert places == sorted(places)
    assert len(places) == len(problems)


def test_a_misspelt_field_does_not_hide_what_the_rules_say() -> None:
    raw = base()[ZIGUI].decode()
    files = {**base(), ZIGUI: raw.replace("total: 110", "totall: 96").encode()}
    said = text(run(MemoryTree(files)))
    assert "没有“totall”这个字段。是否想写 total（培训人数）？" in said
    assert "PL002 全年计划培训 96 人，少于 100 人" in said


def test_a_broken_plan_is_not_called_missing() -> None:
    said = text(run(tree({"files": {ZIGUI: "county: [\n"}})))
    assert "FI002" in said
    assert "PL014" not in said


def test_without_the_regions_rules_do_not_run_and_it_is_said() -> None:
    outcome = run(
        tree({"files": {"data/regions.yml": "x: ["}, "edit": {ZIGUI: {"classes/0/trainees/total": 1}}})
    )
    assert outcome.repo is None
    assert [problem.code for problem in outcome.problems] == ["FI024", "FI002"]


def test_as_of_is_the_argument_then_the_dataset_then_today() -> None:
    today = date(2030, 1, 1)
    undated = tree({"edit": {"data/dataset.yml": {"as_of": {"$delete": True}}}})

    def seen(given: MemoryTree, **keywords: Any) -> date:
        repo = run(given, **keywords).repo
        assert repo is not None
        return repo.as_of

    assert seen(tree({}), today=today) == date(2022, 11, 20)
    assert seen(tree({}), today=today, as_of=date(2022, 5, 1)) == date(2022, 5, 1)
    assert seen(undated, today=today) == today
    with pytest.raises(ValueError, match="as_of"):
        run(undated)


def test_sealed_records_are_counted_until_an_identity_opens_them() -> None:
    shut, opened = run(tree({})), run(tree({}), identities=[identity()])
    assert shut.unopened > 0
    assert opened.unopened == 0
    assert "份密封记录没有打开" in text(shut)
    assert opened.repo is not None
    assert opened.repo.candidates


def test_a_crashing_rule_is_that_rules_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(repo: Repo) -> NoReturn:
        raise KeyError("boom")

    monkeypatch.setattr("generator.check.RULES", {**RULES, "PL001": replace(RULES["PL001"], check=crash)})
    outcome = run(tree({"edit": {ZIGUI: {"classes/0/trainees/total": 96}}}))
    assert len(outcome.crashes) == 1
    assert outcome.crashes[0].startswith("PL001\n")
    assert "boom" in outcome.crashes[0]
    assert "PL002" in {problem.code for problem in outcome.problems}


def test_over_processes_the_answer_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tree({"edit": {ZIGUI: {"classes/0/trainees/total": 96}}, "files": {"data/waivers.yml": "x: ["}})
    alone = run(broken)
    monkeypatch.setattr(module, "PARALLEL_FROM", 0)
    monkeypatch.setattr(module, "CHUNK", 3000)
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    assert run(broken).problems == alone.problems


def test_progress_counts_every_file() -> None:
    seen: list[tuple[int, int]] = []
    run(tree({}), progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (len(base()), len(base()))


def test_ctrl_c_during_a_check_over_processes_is_quiet() -> None:
    """A real interrupt, to the whole process group as a terminal sends it."""
    script = (
        "import sys, signal, generator.check as c, generator.cli as cli\n"
        "c.PARALLEL_FROM, c.CHUNK = 0, 1\n"
        "import os, time\n"
        "look = c.examine\n"
        "def slow(*a):\n"
        "    os.write(1, b's')\n"
        "    time.sleep(30)\n"
        "    return look(*a)\n"
        "c.examine = slow\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "sys.exit(cli.main(['check']))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(1) == b"s"
        os.killpg(process.pid, signal.SIGINT)
        said = process.stderr.read()
        assert process.wait(timeout=20) == 130
    assert said == b""


def test_a_path_outside_every_kind_names_what_may_stand_there() -> None:
    said = text(run(tree({"files": {"data/plans/2022/notes.yml": "a: 1\n"}})))
    assert (
        "FI013 没有哪一类记录放在这里。这里的文件应是：data/plans/{year}/{prefecture}/{county}.yml。" in said
    )


def test_a_later_event_names_the_class_of_its_certificate() -> None:
    """A certificate of 2022 revoked in 2023: the class stands in the plan of 2022."""
    roster = records()["data/rosters/2022.yml"]
    first = next(event for event in roster["events"] if event["event"] == "issued")
    kept = {key: value for key, value in first.items() if key not in ("person", "salt", "prev", "hash")}
    event = kept | {"seq": 1, "event": "revoked", "issued": "2022-11-18", "reason": "示例原因"}
    (chained,) = chain([event], roster["events"][-1]["hash"])
    programme = records()["data/programme/2022.yml"] | {"year": 2023}
    later = {
        "data/rosters/2023.yml": write("data/rosters/2023.yml", {"year": 2023, "events": [chained]}),
        "data/programme/2023.yml": write("data/programme/2023.yml", programme),
    }
    codes = {problem.code for problem in run(MemoryTree({**base(), **later})).problems}
    assert not codes & {"RE007", "CE020"}
