"""gate.yml and comment.yml, run: what happens to a good plan, to bad ones, and to reports that are not the gate's."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.support import ROOT, edit, records, write
from tests.workflows.runner import REPOSITORY, Ran, Sandbox, git, zipped

# One sandbox for the module.
pytestmark = pytest.mark.xdist_group("workflow-gate")

ZIGUI = "data/plans/2022/yichang/zigui.yml"
YICHANG, ENSHI, OFFICE, STRANGER = 9000104, 9000113, 9000001, 4242
ARRIVED = "收到 2022-03-31T23:59:30+08:00 "


def plan(**changes: Any) -> bytes:
    return write(
        ZIGUI, edit(records()[ZIGUI], {key.replace("__", "/"): value for key, value in changes.items()})
    )


GOOD = {ZIGUI: plan(remark="示例说明")}
BAD = {ZIGUI: plan(classes__0__trainees__total=99)}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    made = Sandbox(tmp_path_factory.mktemp("gate"))
    made.start()
    return made


def statuses(sandbox: Sandbox, head: str) -> list[tuple[str, str]]:
    """States and words of the gate's statuses, in the order they were set."""
    found = [call for call in sandbox.calls() if call["path"] == f"repos/{REPOSITORY}/statuses/{head}"]
    assert {call["body"]["context"] for call in found} == {"siwu/gate"}
    return [(call["body"]["state"], call["body"]["description"]) for call in found]


def comments(sandbox: Sandbox, number: int) -> list[str]:
    return [one["body"] for one in sandbox.state["comments"].get(str(number), [])]


def codes(text: str) -> set[str]:
    return set(re.findall(r"\b[A-Z]{2}[0-9]{3}\b", text.partition("~~~~~~")[0]))


def judged(
    sandbox: Sandbox, number: int, changes: dict[str, bytes | None], user: int
) -> tuple[str, int, Ran]:
    head = sandbox.offer(number, changes, user)
    run, ran = sandbox.judge(number)
    return head, run, ran


@pytest.fixture(scope="module")
def good(sandbox: Sandbox) -> tuple[str, int, Ran]:
    """A good plan from a fork: its head, the gate's run, how it went. Its comment is written."""
    head, run, ran = judged(sandbox, 1, dict(GOOD), YICHANG)
    told = sandbox.told(run)
    assert told is not None
    assert told.code == 0, told.log
    return head, run, ran


def test_a_good_plan_from_a_fork_passes(sandbox: Sandbox, good: tuple[str, int, Ran]) -> None:
    head, _, ran = good
    assert (ran.code, ran.log) == (0, "PR-1：通过\n")
    assert statuses(sandbox, head) == [
        ("pending", f"{ARRIVED}PR-1 正在核验"),
        ("success", f"{ARRIVED}PR-1 可以合并：没有必须改的问题"),
    ]
    assert "可以合并" in ran.summary
    (said,) = comments(sandbox, 1)
    assert said == ran.summary
    assert "示例说明" in said


def test_the_report_is_data_of_one_head(sandbox: Sandbox, good: tuple[str, int, Ran]) -> None:
    head, run, _ = good
    report = json.loads((sandbox.root / f"run-{run}" / "temp" / "report.json").read_text("utf-8"))
    assert (report["number"], report["head"], report["outcome"]) == (1, head, "judged")
    assert report["review"]["refused"] is False


def test_the_comment_is_renewed_not_repeated(sandbox: Sandbox, good: tuple[str, int, Ran]) -> None:
    """The same result writes nothing; a new head's result takes the old one's place."""
    _, run, _ = good
    before = sandbox.calls()
    again = sandbox.told(run)
    assert again is not None
    assert (again.code, again.log) == (0, "PR-1 的评论没有变化\n")
    assert sandbox.calls() == before
    _, run, _ = judged(sandbox, 1, dict(BAD), YICHANG)
    told = sandbox.told(run)
    assert told is not None
    assert told.log == "已更新 PR-1 的评论\n"
    (said,) = comments(sandbox, 1)
    assert "不能合并" in said


def test_nothing_of_the_fork_runs_or_is_checked_out(sandbox: Sandbox) -> None:
    """Titles and branch names hold shell; the fork brings a workflow, a hook and a program of ours."""
    program = b"import pathlib; pathlib.Path('hacked').touch()\n"
    changes: dict[str, bytes | None] = {
        **GOOD,
        "generator/cli/__init__.py": program,
        ".github/workflows/gate.yml": b"on: push\n",
        ".ci/register": b"#!/bin/sh\ntouch hacked\n",
        ".gitattributes": b"* filter=hacked merge=hacked\n",
    }
    head, run, ran = judged(sandbox, 2, changes, YICHANG)
    assert statuses(sandbox, head)[-1][0] == "failure"
    assert ran.code == 1
    assert list(sandbox.root.rglob("hacked")) == []
    workspace = sandbox.root / f"run-{run}" / "workspace"
    assert (workspace / ".ci/register").read_bytes() == (ROOT / ".ci/register").read_bytes()
    assert git(workspace, "status", "--porcelain", "--", ".", ":!.venv") == ""


def test_a_bad_plan_is_refused_with_its_remedy(sandbox: Sandbox) -> None:
    head, run, ran = judged(sandbox, 3, dict(BAD), YICHANG)
    assert ran.code == 1
    state, said = statuses(sandbox, head)[-1]
    assert (state, said) == ("failure", f"{ARRIVED}PR-3 不能合并：有 1 处要先改")
    told = sandbox.told(run)
    assert told is not None
    (comment,) = comments(sandbox, 3)
    assert "PL002" in codes(comment)


@pytest.mark.parametrize(("number", "user"), [(4, ENSHI), (5, STRANGER)])
def test_another_bureaus_file_is_refused(sandbox: Sandbox, number: int, user: int) -> None:
    """By the account GitHub names; the commit says whatever its author likes."""
    head, _, ran = judged(sandbox, number, dict(GOOD), user)
    assert ran.code == 1
    assert statuses(sandbox, head)[-1][0] == "failure"
    assert {code[:2] for code in codes(ran.summary)} & {"GA"}


def test_a_strangers_pull_request_with_a_bureaus_head_changes_nothing_for_it(sandbox: Sandbox) -> None:
    """Before the bureau's own is open or after it passed; the stranger reads in the comment why not."""
    head = sandbox.offer(30, {ZIGUI: plan(remark="同一个提交")}, STRANGER)
    sandbox.answer("pulls/31", sandbox.pull(31, head, YICHANG))
    sandbox.answer("pulls/32", sandbox.pull(32, head, ENSHI))
    assert sandbox.judge(30)[1].code == 1
    assert sandbox.judge(31)[1].code == 0
    run, ran = sandbox.judge(32)
    assert ran.code == 1
    assert [state for state, _ in statuses(sandbox, head)] == ["pending", "failure", "pending", "success"]
    sandbox.told(run)
    assert "不能合并" in comments(sandbox, 32)[0]


def loosened() -> dict[str, bytes | None]:
    """A schema that takes any field, and a plan that has one."""
    path = "schemas/plan.schema.json"
    schema = json.loads((ROOT / path).read_text("utf-8"))
    schema["properties"]["extra"] = {"title": "x", "description": "x", "type": "string", "x-public": True}
    raw = GOOD[ZIGUI] + b"extra: x\n"
    return {path: json.dumps(schema, ensure_ascii=False, indent=2).encode(), ZIGUI: raw}


def test_schemas_changed_together_with_bad_data(sandbox: Sandbox) -> None:
    """A bureau may not touch them; the office may, and the data is still judged by the schemas of the main branch."""
    head, _, ran = judged(sandbox, 6, loosened(), YICHANG)
    assert (ran.code, statuses(sandbox, head)[-1][0]) == (1, "failure")
    assert "schemas/plan" in ran.summary
    head, _, ran = judged(sandbox, 7, loosened(), OFFICE)
    assert (ran.code, statuses(sandbox, head)[-1][0]) == (1, "failure")
    assert {code for code in codes(ran.summary) if code.startswith("SC")}


def test_a_conflict_is_said_and_blocks(sandbox: Sandbox) -> None:
    base = git(sandbox.work, "rev-parse", "main")
    path = "data/plans/2022/enshi/enshi.yml"
    ours, theirs = (
        write(path, edit(records()[path], {"remark": remark})) for remark in ("这边改的", "那边改的")
    )
    head = sandbox.offer(8, {path: theirs}, ENSHI)
    sandbox.offer(9, {path: ours}, ENSHI)
    sandbox.merge(9, OFFICE, "2022-04-01T01:00:00Z")
    run, ran = sandbox.judge(8)
    sandbox.told(run)
    git(sandbox.work, "reset", "-q", "--hard", base)
    git(sandbox.work, "push", "-q", "-f", sandbox.server, "main")
    assert ran.code == 1
    assert statuses(sandbox, head)[-1][0] == "failure"
    (said,) = comments(sandbox, 8)
    assert "冲突" in said


def test_a_head_that_cannot_be_fetched_is_an_error(sandbox: Sandbox) -> None:
    sandbox.answer("pulls/10", sandbox.pull(10, "a" * 40, YICHANG))
    _, ran = sandbox.judge(10)
    assert ran.code == 1
    assert [state for state, _ in statuses(sandbox, "a" * 40)] == ["pending", "error"]


def test_objects_that_git_finds_dangerous_are_refused(sandbox: Sandbox) -> None:
    """A tree with `.git` in it: without the check on the way in it would be fetched and merged."""
    blob = git(sandbox.work, "rev-parse", f"main:{ZIGUI}")
    raw = b"100644 .git\0" + bytes.fromhex(blob)
    (sandbox.root / "tree").write_bytes(raw)
    tree = git(sandbox.work, "hash-object", "-t", "tree", "-w", "--literally", "../tree")
    head = git(sandbox.work, "commit-tree", tree, "-p", "main", "-m", "x")
    git(sandbox.work, "push", "-q", sandbox.server, f"{head}:refs/pull/11/head")
    sandbox.answer("pulls/11", sandbox.pull(11, head, YICHANG))
    _, ran = sandbox.judge(11)
    assert ran.code == 1
    assert statuses(sandbox, head)[-1][0] == "error"
    assert ".git" in ran.log


# Reports that are not the gate's


@pytest.fixture(scope="module")
def held(sandbox: Sandbox) -> tuple[str, int, bytes]:
    """A run of the gate on PR-20 with its true report, whose comment is not written yet."""
    head, run, _ = judged(sandbox, 20, dict(BAD), YICHANG)
    return head, run, (sandbox.root / f"run-{run}" / "temp" / "report.json").read_bytes()


def forged(sandbox: Sandbox, run: int, archive: bytes) -> Ran:
    """The comment's job on the run with another archive in place of the report."""
    state = sandbox.state
    one = {"id": 1, "run": run, "name": "report", "size_in_bytes": len(archive)}
    state["artifacts"] = [*(old for old in state["artifacts"] if old["run"] != run), one]
    sandbox.state = state
    (sandbox.root / "bin" / "artifacts" / "1").write_bytes(archive)
    before = sandbox.calls()
    told = sandbox.told(run)
    assert told is not None
    if told.code:
        assert sandbox.calls() == before
    return told


def other(raw: bytes, **changes: Any) -> bytes:
    return json.dumps({**json.loads(raw), **changes}).encode()


def test_a_forged_report_writes_nothing(sandbox: Sandbox, held: tuple[str, int, bytes]) -> None:
    """It speaks of another pull request. More forgeries: tests/test_forge.py."""
    _, run, raw = held
    told = forged(sandbox, run, zipped({"report.json": other(raw, number=1)}))
    assert told.code == 2
    assert told.log.startswith("siwu：核验报告说的不是 PR-20 的提交")
    assert comments(sandbox, 20) == []


def test_a_run_of_a_forks_own_workflow_is_not_believed(
    sandbox: Sandbox, held: tuple[str, int, bytes]
) -> None:
    """It may be called gate too, and its run starts comment.yml."""
    _, run, raw = held
    true = sandbox.state["answers"][f"actions/runs/{run}"]
    sandbox.answer(f"actions/runs/{run}", {**true, "event": "pull_request"})
    told = forged(sandbox, run, zipped({"report.json": raw}))
    sandbox.answer(f"actions/runs/{run}", true)
    assert told.code == 2
    assert comments(sandbox, 20) == []


def test_the_job_is_not_even_started_for_a_forks_run(sandbox: Sandbox, held: tuple[str, int, bytes]) -> None:
    assert sandbox.told(held[1], event="pull_request") is None


EVIL = "x` </summary></details>\n\n# <img src=x> @office #1 ![a](https://evil.example) [b](//evil.example)\n~~~~~~\n/merge"


def hostile(value: Any, key: str = "") -> Any:
    """The review with every text replaced; where only some words are known, and days, as they are."""
    if isinstance(value, dict):
        return {name: hostile(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [hostile(item, key) for item in value]
    return EVIL if isinstance(value, str) and key not in {"day", "as_of"} else value


def test_texts_of_a_forged_report_show_and_do_nothing(sandbox: Sandbox, held: tuple[str, int, bytes]) -> None:
    """Even a report of the right shape carries no markup, no address and no command into the comment."""
    _, run, raw = held
    report = json.loads(raw)
    told = forged(sandbox, run, zipped({"report.json": other(raw, review=hostile(report["review"]))}))
    assert told.code == 0, told.log
    (said,) = comments(sandbox, 20)
    assert "<img" not in said
    assert re.search(r"(?<!<span>)@office", said) is None
    assert "](https://evil" not in said
    assert "](//evil" not in said
    assert not re.search(r"^(/merge|# )", said, re.MULTILINE)
    assert set(re.findall(r"</?[a-z]+", said)) <= {
        "<details", "</details", "<summary", "</summary", "<b", "</b", "<span", "</span", "<sub", "</sub"
    }  # fmt: skip
    assert said.count("<details>") == said.count("</details>")
    hosts = set(re.findall(r"https?://([^/)\s]+)", re.sub(r"evil\.example", "", said)))
    assert hosts <= {"siwu.example"}


def test_somebody_elses_comment_is_not_taken_for_ours(sandbox: Sandbox) -> None:
    """It begins as ours do; it stays as it is, and ours is written beside it."""
    head, run, _ = judged(sandbox, 21, dict(GOOD), YICHANG)
    state = sandbox.state
    theirs = {"id": 77, "user": {"login": "clerk", "type": "User"}, "body": "<!-- siwu-gate -->\n✅"}
    state["comments"]["21"] = [theirs]
    sandbox.state = state
    told = sandbox.told(run)
    assert told is not None
    assert told.log == "已在 PR-21 写评论\n"
    kept, ours = sandbox.state["comments"]["21"]
    assert kept == theirs
    assert "可以合并" in ours["body"]
    assert statuses(sandbox, head)[-1][0] == "success"
