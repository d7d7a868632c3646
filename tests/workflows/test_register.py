"""register.yml and remind.yml, run: a merge becomes a line and a site; reminders follow the register."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from generator.model.places import Dataset
from tests.support import edit, records, write
from tests.workflows import runner
from tests.workflows.runner import Ran, Sandbox, git, workflow

# One sandbox for the module.
pytestmark = pytest.mark.xdist_group("workflow-register")

ZIGUI = "data/plans/2022/yichang/zigui.yml"
REGISTER = "data/filings/2022.jsonl"
SUMMARY = "data/reports/2022/yichang/summary.md"
YICHANG, OFFICE = 9000104, 9000001
ARRIVED, MERGED = "2022-08-01T15:59:30Z", "2022-08-04T02:00:00Z"


def changed(remark: str) -> dict[str, bytes | None]:
    return {ZIGUI: write(ZIGUI, edit(records()[ZIGUI], {"remark": remark}))}


def offered(sandbox: Sandbox, number: int, remark: str) -> str:
    head = sandbox.offer(number, changed(remark), YICHANG)
    sandbox.answer(f"pulls/{number}", sandbox.pull(number, head, YICHANG, ARRIVED))
    _, ran = sandbox.judge(number)
    assert ran.code == 0, ran.log
    return head


def lines(sandbox: Sandbox) -> list[dict[str, Any]]:
    return [json.loads(line) for line in git(sandbox.server, "show", f"register:{REGISTER}").splitlines()]


def newest(sandbox: Sandbox) -> dict[str, Any]:
    """The last line of the latest year."""
    folder = "register:data/filings/"
    years = git(sandbox.server, "ls-tree", "--name-only", folder).splitlines()
    found: dict[str, Any] = json.loads(git(sandbox.server, "show", f"{folder}{years[-1]}").splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    made = Sandbox(tmp_path_factory.mktemp("register"))
    made.start()
    return made


@pytest.fixture(scope="module")
def filed(sandbox: Sandbox) -> tuple[str, Ran]:
    """A pull request merged and registered: its merge, and how the job went."""
    offered(sandbox, 1, "第一次")
    merge = sandbox.merge(1, OFFICE, MERGED)
    return merge, sandbox.run("register.yml", "register", {})


def test_a_merge_is_registered(sandbox: Sandbox, filed: tuple[str, Ran]) -> None:
    """Submitted when the head arrived, filed when it was merged, by the accounts GitHub names."""
    merge, ran = filed
    assert ran.code == 0, ran.log
    *before, last = lines(sandbox)
    assert before == records()[REGISTER]
    assert {name: last[name] for name in ("record", "kind", "merge", "submission", "submitted", "filed", "reviewer")} == {
        "record": ZIGUI,
        "kind": "amendment",
        "merge": merge,
        "submission": "PR-1",
        "submitted": "2022-08-01T23:59:30+08:00",
        "filed": "2022-08-04T10:00:00+08:00",
        "reviewer": str(OFFICE),
    }  # fmt: skip
    assert git(sandbox.server, "rev-parse", "register~1") == git(sandbox.work, "rev-parse", "register")


def test_the_register_is_pushed_with_the_deploy_key_only(sandbox: Sandbox, filed: tuple[str, Ran]) -> None:
    """The key is gone afterwards, and the server's own key was known beforehand."""
    assert filed[1].code == 0
    called, *given = (sandbox.root / "ssh.log").read_text("utf-8").splitlines()
    assert given == ["-----BEGIN KEY-----", "github.com ssh-ed25519 AAAAexample"]
    assert "StrictHostKeyChecking=yes" in called
    assert called.endswith("git@github.com git-receive-pack 'office/siwu.git'")
    key = called.partition("-i ")[2].split()[0]
    assert not Path(key).exists()
    assert "BEGIN KEY" not in filed[1].log


def test_a_second_run_registers_nothing_twice(sandbox: Sandbox, filed: tuple[str, Ran]) -> None:
    before = git(sandbox.server, "rev-parse", "register")
    ran = sandbox.run("register.yml", "register", {})
    assert (filed[1].code, ran.code) == (0, 0), ran.log
    assert git(sandbox.server, "rev-parse", "register") == before


def test_one_run_takes_in_all_that_was_merged_before_it(sandbox: Sandbox, filed: tuple[str, Ran]) -> None:
    """Of runs that wait GitHub keeps the last only."""
    assert filed[1].code == 0
    before = len(lines(sandbox))
    for number in (2, 3):
        offered(sandbox, number, f"第 {number} 次")
        sandbox.merge(number, OFFICE, f"2022-08-0{3 + number}T02:00:00Z")
    ran = sandbox.run("register.yml", "register", {})
    assert ran.code == 0, ran.log
    added = lines(sandbox)[before:]
    assert [line["submission"] for line in added] == ["PR-2", "PR-3"]
    assert [line["filed"][:10] for line in added] == ["2022-08-05", "2022-08-06"]


def test_the_site_is_published_with_its_sums(sandbox: Sandbox, filed: tuple[str, Ran]) -> None:
    """And with what is open: a plan that was refused is 已退回 on its bureau's page."""
    assert filed[1].code == 0
    sandbox.offer(7, {ZIGUI: write(ZIGUI, edit(records()[ZIGUI], {"classes/0/trainees/total": 99}))}, YICHANG)
    sandbox.judge(7)
    ran = sandbox.run("register.yml", "publish", {})
    assert ran.code == 0, ran.log
    site = sandbox.pages[-1]
    checked = subprocess.run(
        ["sha256sum", "--check", "--quiet", "--strict", "SHA256SUMS"],
        cwd=site,
        capture_output=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    named = {line.split("  ", 1)[1] for line in (site / "SHA256SUMS").read_text("utf-8").splitlines()}
    there = {f"./{path.relative_to(site)}" for path in site.rglob("*") if path.is_file()}
    assert named == there - {"./SHA256SUMS"}
    assert lines(sandbox)[-1]["no"] in (site / "filings" / "index.html").read_text("utf-8")
    assert "已退回" in (site / "duties" / "yichang" / "index.html").read_text("utf-8")
    assert (site / "verify" / "status.jwt").exists()
    assert "没有状态密钥" not in ran.log


# A program in the place of `siwu`: what it was given.
FAKE = """#!/bin/sh
{
    echo "${SIWU_STATUS_KEY-}"
    env | grep -c ^STATUS_KEY= || true
    [ -z "${SIWU_STATUS_KEY-}" ] || stat -c %a "$SIWU_STATUS_KEY"
    [ -z "${SIWU_STATUS_KEY-}" ] || cat "$SIWU_STATUS_KEY"
} >"$HOME/seen"
"""


def built(sandbox: Sandbox, secret: str, patch: pytest.MonkeyPatch, **laid: bytes) -> tuple[list[str], str]:
    """What the build of a publication is given, line by line, with this secret; and what the step says.

    `laid` are files of the working copy, `__` for the slashes of their paths.
    """
    patch.setattr(runner, "STATUS_KEY", secret)
    fake = sandbox.root / "fake"
    (fake / "bin").mkdir(parents=True, exist_ok=True)
    (fake / "bin" / "siwu").write_text(FAKE, "utf-8")
    (fake / "bin" / "siwu").chmod(0o755)
    patch.setattr(sys, "prefix", str(fake))
    (step,) = (
        step
        for step in workflow("register.yml")["jobs"]["publish"]["steps"]
        if "env" in step and "STATUS_KEY" in step["env"]
    )
    folder = sandbox.root / f"build-{len(list(sandbox.root.iterdir()))}"
    (folder / "temp").mkdir(parents=True)
    sandbox.check_out(folder / "workspace", {})
    for name, raw in laid.items():
        file = folder / "workspace" / name.replace("__", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(raw)
    done = sandbox.step(step, folder, sandbox.context(folder, {}))
    assert done.returncode == 0, done.stderr
    return (sandbox.root / "home" / "seen").read_text("utf-8").splitlines(), done.stdout + done.stderr


def test_the_status_key_is_gone_after_the_build(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """It lies in a private file that only the build knows of; no step's output has a line of it."""
    (name, passed_on, mode, *key), said = built(sandbox, runner.STATUS_KEY, monkeypatch)
    assert (mode, passed_on, key) == ("600", "0", runner.STATUS_KEY.splitlines())
    assert not Path(name).parent.exists()
    assert not {line for line in key if line in said}


def test_without_the_secret_only_a_demo_has_a_key(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    demo = {"tests/keys/demo-status.pem".replace("/", "__"): runner.STATUS_KEY.encode()}
    real = {"data__dataset.yml": b"kind: production\n"}
    assert built(sandbox, "", monkeypatch)[0][0] == ""
    assert built(sandbox, "", monkeypatch, **demo)[0][0] == "tests/keys/demo-status.pem"
    assert built(sandbox, "", monkeypatch, **demo, **real)[0][0] == ""


def test_only_the_build_is_given_the_status_key() -> None:
    jobs = workflow("register.yml")["jobs"]
    assert [name for name in jobs if "STATUS_KEY" in str(jobs[name])] == ["publish"]
    given = [step.get("name") for step in jobs["publish"]["steps"] if "STATUS_KEY" in str(step)]
    assert given == ["Build"]
    assert jobs["publish"]["environment"] == "status"


def test_the_list_is_made_anew_long_before_it_runs_out() -> None:
    """Every night, whether or not anything was merged."""
    (night,) = workflow("register.yml")["on"]["schedule"]
    minute, hour, *days = night["cron"].split()
    assert (minute.isdigit(), hour.isdigit(), days) == (True, True, ["*", "*", "*"])
    usual = {one.name: one.default for one in fields(Dataset)}["status_days"]
    assert isinstance(usual, int)
    assert usual >= 7


# What goes wrong; each leaves the register as it was


@pytest.fixture
def broken(tmp_path: Path) -> Sandbox:
    made = Sandbox(tmp_path)
    made.start()
    return made


def test_a_register_that_is_gone_is_not_begun_anew(broken: Sandbox) -> None:
    git(broken.server, "update-ref", "-d", "refs/heads/register")
    ran = broken.run("register.yml", "register", {})
    assert ran.code == 2
    assert ran.log.startswith("服务器上没有登记簿分支 register。")
    assert git(broken.server, "for-each-ref", "refs/heads/register") == ""


def test_the_first_line_of_a_register_begun_with_nothing(broken: Sandbox) -> None:
    """As the operator begins it: a branch without a file, before anything was merged."""
    empty = git(broken.server, "hash-object", "-t", "tree", "-w", "--stdin")
    git(
        broken.server,
        "update-ref",
        "refs/heads/register",
        git(broken.server, "commit-tree", empty, "-m", "登记簿"),
    )
    nothing = broken.run("register.yml", "register", {})
    assert nothing.code == 0, nothing.log
    offered(broken, 1, "第一次")
    broken.merge(1, OFFICE, MERGED)
    ran = broken.run("register.yml", "register", {})
    assert ran.code == 0, ran.log
    last = newest(broken)
    assert (last["record"], last["submission"]) == (ZIGUI, "PR-1")


def test_a_nightly_run_names_nobody_as_reviewer(broken: Sandbox) -> None:
    """What came in without a pull request is filed under who pushed it, or not at all."""
    (broken.work / ZIGUI).write_bytes(changed("直接推送")[ZIGUI] or b"")
    git(broken.work, "commit", "-q", "-a", "-m", "x")
    git(broken.work, "push", "-q", broken.server, "main")
    before = lines(broken)
    nightly = broken.run("register.yml", "register", {"name": "schedule"})
    assert nightly.code == 2
    assert "请用 --reviewer 写明是谁合并的" in nightly.log
    assert lines(broken) == before
    pushed = broken.run("register.yml", "register", {"name": "push"})
    assert pushed.code == 0, pushed.log
    last = newest(broken)
    assert (last["record"], last["reviewer"]) == (ZIGUI, "9000099")


def test_a_register_that_was_edited_is_not_built_on(broken: Sandbox) -> None:
    """Somebody with the key wrote over a line: the job says so and files nothing."""
    git(broken.work, "checkout", "-q", "-f", "register")
    path = broken.work / REGISTER
    path.write_bytes(path.read_bytes().replace(b'"late_days":0', b'"late_days":1', 1))
    git(broken.work, "commit", "-q", "-a", "-m", "x")
    git(broken.work, "push", "-q", "-f", broken.server, "register")
    before = git(broken.server, "rev-parse", "register")
    git(broken.work, "checkout", "-q", "-f", "main")
    ran = broken.run("register.yml", "register", {})
    assert ran.code == 1
    assert "没有登记任何记录" in ran.log
    assert git(broken.server, "rev-parse", "register") == before


def test_what_somebody_pushed_in_between_is_not_overwritten(broken: Sandbox) -> None:
    """Runs wait for each other; should one not, its push is refused and the next run files again."""
    folder = broken.root / "run"
    broken.check_out(folder / "workspace", {})
    (folder / "temp").mkdir()
    fetch, push = workflow("register.yml")["jobs"]["register"]["steps"][3::4]
    assert broken.step(fetch, folder, broken.context(folder, {})).returncode == 0
    for place, message in ((folder / "workspace", "ours"), (broken.server, "theirs")):
        new = git(place, "commit-tree", "register^{tree}", "-p", "register", "-m", message)
        git(place, "update-ref", "refs/heads/register", new)
    theirs = git(broken.server, "rev-parse", "register")
    assert broken.step(push, folder, broken.context(folder, {})).returncode != 0
    assert git(broken.server, "rev-parse", "register") == theirs


def test_lines_that_are_lost_are_seen_before_the_push(broken: Sandbox) -> None:
    """The step that holds the new register against the server's, on a register that lost its last line."""
    folder = broken.root / "run"
    workspace = folder / "workspace"
    broken.check_out(workspace, {})
    (folder / "temp").mkdir()
    fetch, _, _, verify, _ = workflow("register.yml")["jobs"]["register"]["steps"][3:]
    assert broken.step(fetch, folder, broken.context(folder, {})).returncode == 0
    assert broken.step(verify, folder, broken.context(folder, {})).returncode == 0
    kept = git(workspace, "show", f"register:{REGISTER}").rpartition("\n")[0]
    git(workspace, "checkout", "-q", "register")
    (workspace / REGISTER).write_text(f"{kept}\n", "utf-8")
    git(workspace, "commit", "-q", "-a", "-m", "x")
    git(workspace, "checkout", "-q", "main")
    done = broken.step(verify, folder, broken.context(folder, {}))
    assert done.returncode == 1, done.stdout + done.stderr
    assert "登记簿只增不改" in done.stderr


# Reminders


def test_reminders_follow_the_register(sandbox: Sandbox, filed: tuple[str, Ran]) -> None:
    """Written once; the second morning changes nothing; what somebody else wrote stays theirs."""
    assert filed[1].code == 0
    state = sandbox.state
    state["issues"] = [
        {
            "number": 1,
            "user": {"login": "clerk"},
            "state": "open",
            "body": "<!-- siwu-remind 2022 yichang -->",
        }
    ]
    sandbox.state = state
    first = sandbox.run("remind.yml", "remind", {})
    assert first.code == 0, first.log
    written = [one for one in sandbox.state["issues"] if one["user"]["login"] != "clerk"]
    assert {one["title"] for one in written} >= {"待办：宜昌市 2022 年度", "待办：恩施州 2022 年度"}
    assert all("班次落实情况总结" in one["body"] for one in written if "宜昌" in one["title"])
    before = sandbox.calls()
    second = sandbox.run("remind.yml", "remind", {})
    assert (second.code, second.log) == (0, "提醒都没有变化。\n")
    assert sandbox.calls() == before
