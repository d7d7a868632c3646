"""validate.yml, run on the merge GitHub checks out: the same findings as the gate's, as annotations and summary."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support import edit, records, write
from tests.workflows.runner import Ran, Sandbox, git

# One sandbox for the module.
pytestmark = pytest.mark.xdist_group("workflow-validate")

ZIGUI = "data/plans/2022/yichang/zigui.yml"
YICHANG = 9000104


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    made = Sandbox(tmp_path_factory.mktemp("validate"))
    made.start()
    return made


def proposed(sandbox: Sandbox, number: int, changes: dict[str, Any]) -> Ran:
    """validate.yml on a pull request: what is checked out is the merge of both sides."""
    raw = write(ZIGUI, edit(records()[ZIGUI], changes))
    head = sandbox.offer(number, {ZIGUI: raw}, YICHANG)
    tree = git(sandbox.work, "merge-tree", "--write-tree", "main", head)
    merge = git(sandbox.work, "commit-tree", tree, "-p", "main", "-p", head, "-m", "merge")
    git(sandbox.work, "push", "-q", sandbox.server, f"{merge}:refs/pull/{number}/merge")
    return sandbox.run(
        "validate.yml", "validate", {**sandbox.event(number), "merge": f"refs/pull/{number}/merge"}
    )


def test_a_good_plan(sandbox: Sandbox) -> None:
    ran = proposed(sandbox, 1, {"remark": "示例说明"})
    assert ran.code == 0, ran.log
    assert "::error" not in ran.log
    assert "可以合并" in ran.summary


def test_a_bad_plan_has_its_findings_as_annotations(sandbox: Sandbox) -> None:
    ran = proposed(sandbox, 2, {"classes/0/trainees/total": 99})
    assert ran.code == 1
    (line,) = [line for line in ran.log.splitlines() if line.startswith("::error ")]
    assert f"file={ZIGUI}," in line
    assert "title=PL002" in line
    assert "PL002" in ran.summary


def test_many_findings_are_ten_annotations_and_a_whole_summary(sandbox: Sandbox) -> None:
    """And what a record says cannot forge a command: its line break is none in the log."""
    sessions = records()[ZIGUI]["classes"][0]["sessions"]
    count = len(sessions)
    many = {f"classes/0/sessions/{index}/module": "zhi-9" for index in range(count)}
    more = {f"classes/0/sessions/{index}/hours": 99 for index in range(count)}
    ran = proposed(sandbox, 3, {**many, **more, "remark": "x\n::error file=README.md::forged"})
    assert ran.code == 1
    commands = [line for line in ran.log.splitlines() if line.startswith("::")]
    assert 0 < len([line for line in commands if line.startswith("::error")]) <= 10
    assert not [line for line in commands if "README.md" in line.partition("::")[2].partition("::")[0]]


def test_it_needs_no_rights(sandbox: Sandbox) -> None:
    """A fork's run has none: nothing is written to GitHub."""
    assert proposed(sandbox, 4, {"remark": "又一个"}).code == 0
    assert sandbox.calls() == []
    assert list(Path(sandbox.root).rglob("hacked")) == []
