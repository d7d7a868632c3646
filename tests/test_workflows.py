"""The workflows are well-formed, run with the least rights and fetch only what is pinned."""

import re
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
SCRIPTS = Path(sysconfig.get_path("scripts"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.y*ml"))
PINNED = re.compile(r"[\w.-]+(/[\w.-]+)+@[0-9a-f]{40}")


def passes(tool: str, *arguments: str | Path) -> None:
    """Run a tool of this environment; on failure its output is the assertion's message."""
    done = subprocess.run(
        [SCRIPTS / tool, *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr


def parsed(path: Path) -> dict[str, Any]:
    # BaseLoader keeps `on:` a word.
    document = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    assert isinstance(document, dict)
    return document


def steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job.get("steps", [])]


def test_there_are_workflows() -> None:
    assert WORKFLOWS


def test_zizmor_has_no_finding() -> None:
    passes("zizmor", "--offline", "--persona", "pedantic", "--min-severity", "medium", ".github")


def test_workflows_follow_their_schema() -> None:
    passes("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)


def test_dependabot_follows_its_schema() -> None:
    passes("check-jsonschema", "--builtin-schema", "vendor.dependabot", ".github/dependabot.yml")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_by_full_commit(path: Path) -> None:
    workflow = parsed(path)
    used = [part["uses"] for part in [*workflow["jobs"].values(), *steps(workflow)] if "uses" in part]
    loose = [name for name in used if not name.startswith("./") and not PINNED.fullmatch(name)]
    assert loose == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_pin_names_its_version(path: Path) -> None:
    pins = [line for line in path.read_text("utf-8").splitlines() if PINNED.search(line)]
    assert [line for line in pins if not re.search(r"# v\d+(\.\d+){2}$", line)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_rights_are_given_by_job_only(path: Path) -> None:
    assert parsed(path)["permissions"] == {}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_job_states_its_rights_and_ends_in_time(path: Path) -> None:
    jobs = parsed(path)["jobs"]
    assert {name for name, job in jobs.items() if "permissions" not in job} == set()
    assert {name for name, job in jobs.items() if not 0 < int(job.get("timeout-minutes", 0)) <= 60} == set()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_checkouts_leave_no_credentials(path: Path) -> None:
    checkouts = [step for step in steps(parsed(path)) if step.get("uses", "").startswith("actions/checkout@")]
    assert [step for step in checkouts if step.get("with", {}).get("persist-credentials") != "false"] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_commands_never_contain_expressions(path: Path) -> None:
    """A title or branch name spliced into a script is a command of its author's choice."""
    assert [step["run"] for step in steps(parsed(path)) if "${{" in step.get("run", "")] == []
