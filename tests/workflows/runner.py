"""A runner for the workflows' own `run` steps: variables and files as GitHub sets them, everything else local.

`github.com` is a folder of bare repositories, by git's own `insteadOf`; `gh` is `gh.py` over a folder; `make …` is
what the environment of the tests already is. Steps with `uses` do what they leave behind: a checkout clones, an
upload keeps its file.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml

from tests.disk import lay
from tests.support import ROOT

REPOSITORY = "office/siwu"
SERVER = "https://github.com"
# Keeps how it was called and with which key, then does on this machine what the other end would.
SSH = """#!/bin/sh
{{
    printf '%s\\n' "$*"
    while [ $# -gt 1 ]; do
        case $1 in
            -i) cat "$2" ;;
            UserKnownHostsFile=*) cat "${{1#*=}}" ;;
        esac
        shift
    done
}} >{root}/ssh.log
for command; do :; done
cd {root}/server
eval "git ${{command#git-}}"
"""
PREPARATION = {
    "make .venv/.run PYTHON=python",
    "make .venv/.run site/verify/dist/verify.js PYTHON=python",
}
# As a secret: so much text, its last line's end gone.
STATUS_KEY = (ROOT / "tests" / "keys" / "demo-status.pem").read_text("utf-8").strip()
EXPRESSION = re.compile(r"\$\{\{ *(.+?) *\}\}")
QUIET = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "PATH": os.environ["PATH"]}
WHO = ["-c", "user.name=clerk", "-c", "user.email=clerk@siwu.example", "-c", "init.defaultBranch=main"]


def git(where: Path, *arguments: str | Path) -> str:
    command = ["git", *WHO, *arguments]
    done = subprocess.run(command, cwd=where, env=QUIET, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


@dataclass(frozen=True, kw_only=True)
class Ran:
    """A job that ran: what its steps said, and the exit code of the first that failed."""

    code: int
    log: str
    summary: str


@dataclass
class Sandbox:
    """A small GitHub and one runner."""

    root: Path
    runs: int = 100
    pages: list[Path] = field(default_factory=list)

    @property
    def server(self) -> Path:
        return self.root / "server" / REPOSITORY

    @property
    def work(self) -> Path:
        """A clone to make commits in."""
        return self.root / "work"

    def start(self) -> None:
        """The small repository on the server, with its register on a branch."""
        lay(self.work)
        shutil.copytree(ROOT / ".ci", self.work / ".ci")
        git(self.work, "init", "-q")
        git(self.work, "add", "-A")
        git(self.work, "commit", "-q", "-m", "records")
        git(self.work, "checkout", "-q", "--orphan", "register")
        git(self.work, "rm", "-rfq", "--cached", ".")
        git(self.work, "add", "data/filings")
        git(self.work, "commit", "-q", "-m", "register")
        git(self.work, "checkout", "-qf", "main")
        git(self.root, "clone", "-q", "--bare", self.work, self.server)
        git(self.server, "config", "uploadpack.allowAnySHA1InWant", "true")
        self.server.with_suffix(".git").symlink_to(self.server)
        tools = self.root / "bin"
        tools.mkdir()
        shutil.copy(Path(__file__).with_name("gh.py"), tools / "gh.py")
        (tools / "gh").write_text(f'#!/bin/sh\nexec {sys.executable} -I -S "{tools}/gh.py" "$@"\n', "utf-8")
        (tools / "gh").chmod(0o755)
        (tools / "artifacts").mkdir()
        (tools / "ssh").write_text(SSH.format(root=self.root), "utf-8")
        (tools / "ssh").chmod(0o755)
        local = f'[url "file://{self.root}/server/"]\n\tinsteadOf = {SERVER}/\n'
        (self.root / "gitconfig").write_text(local, "utf-8")
        (self.root / "home").mkdir()
        self.state = {
            "repository": REPOSITORY,
            "statuses": {},
            "comments": {},
            "issues": [],
            "files": {},
            "reviews": {},
            "artifacts": [],
            "answers": {},
            "now": "2022-11-20T01:00:00Z",
        }

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.root / "bin" / "github.json").read_text("utf-8"))
        return found

    @state.setter
    def state(self, value: Mapping[str, Any]) -> None:
        (self.root / "bin" / "github.json").write_text(json.dumps(value), "utf-8")

    def answer(self, path: str, value: Any) -> None:
        """What GitHub says when asked for a path."""
        state = self.state
        state["answers"][path] = value
        self.state = state

    def calls(self) -> list[dict[str, Any]]:
        """Every call of `gh` that wrote something, in order."""
        path = self.root / "bin" / "calls.jsonl"
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        return [call for call in map(json.loads, lines) if call["method"] != "GET"]

    def offer(self, number: int, changes: Mapping[str, bytes | None], user: int, base: str = "main") -> str:
        """A pull request from a fork: its head's commit. None deletes a file."""
        git(self.work, "checkout", "-q", "-B", f"fork-{number}", base)
        for path, raw in changes.items():
            (self.work / path).parent.mkdir(parents=True, exist_ok=True)
            if raw is None:
                (self.work / path).unlink()
            else:
                (self.work / path).write_bytes(raw)
        git(self.work, "add", "-A")
        git(self.work, "commit", "-q", "-m", f"填报 {number}")
        head = git(self.work, "rev-parse", "HEAD")
        git(self.work, "push", "-q", "-f", self.server, f"HEAD:refs/pull/{number}/head")
        git(self.work, "checkout", "-q", "main")
        self.answer(f"pulls/{number}", self.pull(number, head, user))
        state = self.state
        state["files"][str(number)] = [{"filename": path} for path in changes]
        self.state = state
        return head

    def pull(
        self, number: int, head: str, user: int, arrived: str = "2022-03-31T15:59:30Z"
    ) -> dict[str, Any]:
        return {
            "number": number,
            "title": "$(touch hacked) `id` ::error::x",
            "state": "open",
            "updated_at": arrived,
            "merged_at": None,
            "merge_commit_sha": None,
            "merged_by": None,
            "user": {"id": user, "login": "clerk"},
            "head": {"sha": head, "ref": "x';touch hacked;'", "repo": {"full_name": "fork/siwu"}},
            "base": {"ref": "main", "repo": {"full_name": REPOSITORY}},
        }

    def event(self, number: int) -> dict[str, Any]:
        """The event of a pull request's new head."""
        pull = self.state["answers"][f"pulls/{number}"]
        return {"action": "synchronize", "repository": {"full_name": REPOSITORY}, "pull_request": pull}

    def merge(self, number: int, by: int, at: str) -> str:
        """Merge a pull request as GitHub's button does."""
        pull = self.state["answers"][f"pulls/{number}"]
        git(self.work, "checkout", "-q", "main")
        git(self.work, "merge", "-q", "--no-ff", "-m", f"合并 PR-{number}", pull["head"]["sha"])
        git(self.work, "push", "-q", self.server, "main")
        commit = git(self.work, "rev-parse", "HEAD")
        merged = {"merge_commit_sha": commit, "merged_at": at, "merged_by": {"id": by}, "state": "closed"}
        self.answer(f"pulls/{number}", {**pull, **merged})
        return commit

    def judge(self, number: int) -> tuple[int, Ran]:
        """The gate's workflow on a pull request: the run's number, and how it went."""
        event = self.event(number)
        ran = self.run("gate.yml", "gate", event)
        name = filled(workflow("gate.yml")["run-name"], {"github": {"event": event}})
        described = {
            "event": "pull_request_target",
            "path": ".github/workflows/gate.yml",
            "display_title": name,
            "head_sha": git(self.server, "rev-parse", "main"),
        }
        self.answer(f"actions/runs/{self.runs}", described)
        return self.runs, ran

    def told(self, run: int, event: str = "pull_request_target") -> Ran | None:
        """The comment's workflow after a run of the gate; None where its condition keeps it from running."""
        described = {"workflow_run": {"id": run, "event": event}}
        condition = workflow("comment.yml")["jobs"]["comment"]["if"]
        if not evaluated(condition, {"github": {"event": described}}):
            return None
        return self.run("comment.yml", "comment", described)

    def keep(self, name: str, archive: bytes) -> None:
        """An artifact of the present run."""
        state = self.state
        one = {"id": self.runs, "run": self.runs, "name": name, "size_in_bytes": len(archive)}
        state["artifacts"] = [*(old for old in state["artifacts"] if old["run"] != self.runs), one]
        (self.root / "bin" / "artifacts" / str(self.runs)).write_bytes(archive)
        self.state = state

    def run(self, name: str, job: str, event: Mapping[str, Any]) -> Ran:
        """A job of a workflow, step by step."""
        self.runs += 1
        folder = self.root / f"run-{self.runs}"
        (folder / "temp").mkdir(parents=True)
        (folder / "event.json").write_text(json.dumps(event), "utf-8")
        (folder / "summary.md").touch()
        (folder / "output").touch()
        code, log = 0, []
        for step in workflow(name)["jobs"][job]["steps"]:
            context = self.context(folder, event)
            if code and not evaluated(step.get("if", "success()"), {**context, "failed": True}):
                continue
            if "uses" in step:
                self._use(step, folder, context)
            elif step["run"].strip() not in PREPARATION:
                done = self.step(step, folder, context)
                log.append(done.stdout + done.stderr)
                code = code or done.returncode
        return Ran(code=code, log="".join(log), summary=(folder / "summary.md").read_text("utf-8"))

    def context(self, folder: Path, event: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "github": {
                "event": event,
                "event_name": event.get("name", "push"),
                "token": "ghs_token",
                "actor_id": "9000099",
            },
            "runner": {"temp": str(folder / "temp")},
            "secrets": {"REGISTER_KEY": "-----BEGIN KEY-----", "STATUS_KEY": STATUS_KEY},
        }

    def step(
        self, step: Mapping[str, Any], folder: Path, context: Mapping[str, Any]
    ) -> subprocess.CompletedProcess[str]:
        given = {name: filled(value, context) for name, value in step.get("env", {}).items()}
        variables = {
            "PATH": f"{self.root / 'bin'}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.root / "home"),
            "LANG": "C.UTF-8",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_SERVER_URL": SERVER,
            "GITHUB_RUN_ID": str(self.runs),
            "GITHUB_WORKSPACE": str(folder / "workspace"),
            "GITHUB_EVENT_PATH": str(folder / "event.json"),
            "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
            "GITHUB_OUTPUT": str(folder / "output"),
            "RUNNER_TEMP": str(folder / "temp"),
            "GIT_CONFIG_GLOBAL": str(self.root / "gitconfig"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "PYTHONWARNINGS": "error",
            # The code under test, wherever the environment was installed from.
            "PYTHONPATH": str(ROOT),
        }
        where = folder / "workspace" / step.get("working-directory", ".")
        return subprocess.run(
            ["bash", "-e", "-c", step["run"]],
            cwd=where,
            env=variables | given,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def _use(self, step: Mapping[str, Any], folder: Path, context: Mapping[str, Any]) -> None:
        """What an action leaves behind."""
        action, given = step["uses"].split("@")[0], step.get("with", {})
        if action == "actions/checkout":
            self.check_out(folder / "workspace", context["github"]["event"])
        elif action == "actions/upload-artifact":
            path = Path(filled(given["path"], context))
            if path.exists():
                self.keep(given["name"], zipped({path.name: path.read_bytes()}))
        elif action == "actions/upload-pages-artifact":
            self.pages.append(folder / "workspace" / given["path"])

    def check_out(self, workspace: Path, event: Mapping[str, Any]) -> None:
        """The main branch; for `pull_request` what merging it with the head would give (`merge` in the event)."""
        git(self.root, "clone", "-q", "--branch", "main", self.server, workspace)
        if "merge" in event:
            git(workspace, "fetch", "-q", "origin", event["merge"])
            git(workspace, "checkout", "-q", "FETCH_HEAD")
        (workspace / ".venv").symlink_to(sys.prefix)


def workflow(name: str) -> dict[str, Any]:
    """A workflow's file; every value stays text, and `on:` a word."""
    path = ROOT / ".github" / "workflows" / name
    loaded: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    return loaded


def filled(text: str, context: Mapping[str, Any]) -> str:
    """The text with its expressions put in."""
    return EXPRESSION.sub(lambda match: str(evaluated(match[1], context)), text)


def evaluated(expression: str, context: Mapping[str, Any]) -> Any:
    """A property, a word, a comparison with a word, a status function; joined by && and ||."""
    expression = expression.removeprefix("${{").removesuffix("}}").strip()
    if expression in {"success()", "!cancelled()"}:
        return expression == "!cancelled()" or not context.get("failed")
    for sign, last in ((" || ", False), (" && ", True)):
        if sign in expression:
            left, right = expression.split(sign, 1)
            found = evaluated(left, context)
            return evaluated(right, context) if bool(found) is last else found
    if expression.startswith("'"):
        return expression.strip("'")
    if " == " in expression:
        left, right = expression.split(" == ")
        return evaluated(left, context) == right.strip("'")
    value: Any = context
    for name in expression.split("."):
        value = value[name]
    return value


def zipped(files: Mapping[str, bytes]) -> bytes:
    """An archive of the files."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in files.items():
            archive.writestr(name, raw)
    return buffer.getvalue()
