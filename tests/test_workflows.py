"""The workflows are well-formed, run with the least rights and fetch only what is pinned."""

import json
import re
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.forge.statuses import CONTEXT
from generator.register import BRANCH
from tests.support import schemas

ROOT = Path(__file__).parent.parent
SCRIPTS = Path(sysconfig.get_path("scripts"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.y*ml"))
SCRIPTS_HERE = [path for path in sorted((ROOT / ".ci").iterdir()) if path.is_file()]
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[0-9]*.yml"))
RULESETS = sorted((ROOT / ".github" / "rulesets").glob("*.json"))
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


# What runs with rights


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_steps_are_thin(path: Path) -> None:
    """Whatever decides something is a command of ours, which runs on any machine."""
    ours = ("make ", ".venv/bin/siwu ", ".ci/", "find . -type f ")
    assert [
        step["run"] for step in steps(parsed(path)) if not step.get("run", ours[0]).startswith(ours)
    ] == []


def test_what_each_job_may_write() -> None:
    found = {
        (path.name, name): {right for right, how in job["permissions"].items() if how == "write"}
        for path in WORKFLOWS
        for name, job in parsed(path)["jobs"].items()
    }
    assert {job: rights for job, rights in found.items() if rights} == {
        ("comment.yml", "comment"): {"pull-requests"},
        ("gate.yml", "gate"): {"statuses"},
        ("register.yml", "deploy"): {"pages", "id-token"},
        ("register.yml", "publish"): {"attestations", "id-token"},
        ("remind.yml", "remind"): {"issues"},
    }


def test_a_trigger_with_rights_checks_out_the_main_branch_only() -> None:
    """`pull_request_target` and `workflow_run` run with this repository's token: never on a fork's code."""
    trusting = {"pull_request_target": "gate.yml", "workflow_run": "comment.yml"}
    for path in WORKFLOWS:
        workflow = parsed(path)
        for trigger in trusting.keys() & set(workflow["on"]):
            assert trusting[trigger] == path.name
            checkouts = [
                step for step in steps(workflow) if step.get("uses", "").startswith("actions/checkout@")
            ]
            assert [step["with"] for step in checkouts] == [{"persist-credentials": "false"}]


def test_the_comment_follows_the_gate() -> None:
    gate, comment = (parsed(ROOT / ".github/workflows" / name) for name in ("gate.yml", "comment.yml"))
    assert comment["on"]["workflow_run"]["workflows"] == [gate["name"]]


def test_an_action_has_one_pin() -> None:
    pins: dict[str, set[str]] = {}
    for path in WORKFLOWS:
        for step in steps(parsed(path)):
            name, _, commit = step.get("uses", "").partition("@")
            pins.setdefault(name, set()).add(commit)
    assert {name for name, commits in pins.items() if len(commits) > 1} == set()


@pytest.mark.parametrize("name", ["register.yml", "remind.yml"])
def test_register_and_reminders_run_one_at_a_time(name: str) -> None:
    found = parsed(ROOT / ".github/workflows" / name)["concurrency"]
    assert (found["group"], found["cancel-in-progress"]) == (name.removesuffix(".yml"), "false")


# What is installed

LOOSE = {
    "pip": r"\bpip\d?\b[^|;&]* install\b(?!.*(--require-hashes|--no-deps --no-build-isolation --editable \.))",
    "another installer of Python": r"\b(pipx|uvx|uv (tool|pip install|run)|easy_install|conda)\b",
    "npm": r"\b(npx|npm (i|install|exec|x)|yarn|pnpm|bunx?|deno)\b",
    "another language's": r"\b(cargo|gem|go|brew|snap|flatpak) (install|run)\b",
    "a script from the net": r"\b(curl|wget)\b",
    "an image": r"\bdocker\b",
    "a clone": r"\bgit clone\b",
}


def loose(text: str) -> list[str]:
    """Commands that fetch what no lock file names; options that stand in a variable count as written out."""
    text = text.replace("\\\n", " ")
    for name, value in re.findall(r"^(\w+) := (.*)$", text, re.MULTILINE):
        text = text.replace(f"$({name})", value)
    lines = [line for line in text.splitlines() if not re.match(r"\s*#|\w+ := ", line)]
    return [line for line in lines for pattern in LOOSE.values() if re.search(pattern, line)]


def run_texts() -> dict[str, str]:
    found = {path.name: "\n".join(step.get("run", "") for step in steps(parsed(path))) for path in WORKFLOWS}
    found |= {path.name: path.read_text("utf-8") for path in SCRIPTS_HERE}
    return {**found, "Makefile": (ROOT / "Makefile").read_text("utf-8")}


@pytest.mark.parametrize("name", run_texts())
def test_nothing_is_installed_that_is_not_locked(name: str) -> None:
    assert loose(run_texts()[name]) == []


@pytest.mark.parametrize(
    "line",
    [
        "pip install zizmor",
        "python -m pip install -U pip",
        "pip3 install --user x",
        "pip --no-input install -r requirements.txt",
        "npx ajv@latest",
        "npm install -g x",
        "uvx zizmor",
        "curl -fsSL https://x.example/install.sh | sh",
        "wget -qO- https://x.example | bash",
        "go install x.example/y@latest",
        "docker run x",
    ],
)
def test_loose_installs_are_found(line: str) -> None:
    assert loose(line) == [line]
    assert loose(f"run := {line.partition(' ')[0]}\n\t$(run) {line.partition(' ')[2]}")


def test_software_of_the_system_comes_in_one_place() -> None:
    found = {name for name, text in run_texts().items() if re.search(r"\b(apt|apt-get|dnf|apk)\b", text)}
    assert found == {"system"}


# What people see on GitHub


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_forms_follow_their_schema(path: Path) -> None:
    passes("check-jsonschema", "--builtin-schema", "vendor.github-issue-forms", path)


def test_questions_are_asked_by_form_only() -> None:
    path = ".github/ISSUE_TEMPLATE/config.yml"
    passes("check-jsonschema", "--builtin-schema", "vendor.github-issue-config", path)
    assert parsed(ROOT / path)["blank_issues_enabled"] == "false"
    assert len(FORMS) == 4


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_a_form_warns_first_and_asks_last(path: Path) -> None:
    """An issue is public: no identity numbers, no telephone numbers. The first thing read, the last thing ticked."""
    first, *_, last = parsed(path)["body"]
    assert first["type"] == "markdown"
    assert "公开" in first["attributes"]["value"]
    for text in (first["attributes"]["value"], last["attributes"]["options"][0]["label"]):
        assert "身份证号" in text
        assert "手机号" in text
    assert last["attributes"]["options"][0]["required"] == "true"


@pytest.mark.parametrize(
    "path", [*FORMS, ROOT / ".github/pull_request_template.md"], ids=lambda path: path.name
)
def test_forms_speak_chinese(path: Path) -> None:
    text = path.read_text("utf-8")
    labels = re.findall(r"(?:label|title|description|^name): (.+)", text) or text.split("**")[1::2]
    assert labels
    assert [label for label in labels if not re.search("[一-鿿]", label)] == []


def test_every_prefecture_can_give_feedback() -> None:
    body = parsed(ROOT / ".github/ISSUE_TEMPLATE/4-enterprise-feedback.yml")["body"]
    (asked,) = (field["attributes"]["options"] for field in body if field.get("id") == "prefecture")
    regions = yaml.safe_load((ROOT / "data/regions.yml").read_text("utf-8"))
    assert asked == [one["name"] for one in regions["prefectures"]]


# Who approves


def owner(path: str) -> str:
    """The team CODEOWNERS names for a path: the last line that matches; only `*` and folders and files are used."""
    found = ""
    for line in (ROOT / ".github/CODEOWNERS").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            pattern, *teams = line.split()
            top = pattern.removeprefix("/")
            if pattern == "*" or path == top or (top.endswith("/") and path.startswith(top)):
                found = " ".join(teams)
    return found


def test_the_office_approves_what_only_the_office_writes() -> None:
    """As the schemas' `x-writes` say; and what is not a record at all."""
    named = {
        "year": "2022",
        "prefecture": "yichang",
        "county": "zigui",
        "base": "yichang",
        "owner": "yichang",
        "slug": "x",
        "class": "x",
    }
    office: set[str] = set()
    others: set[str] = set()
    for kind in schemas().kinds.values():
        path = kind.schema["x-path"].format(**named)
        (office if kind.schema["x-writes"].startswith(("省知识产权局", "登记")) else others).add(path)
    assert {path for path in office if not owner(path)} == set()
    assert {path for path in others if owner(path)} == set()
    code = [
        "schemas/plan.schema.json",
        "generator/check.py",
        ".github/workflows/gate.yml",
        "Makefile",
        "site/assets/site.css",
    ]
    assert {path for path in code if not owner(path)} == set()


def ruleset(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / ".github/rulesets" / name).read_text("utf-8"))
    return {**found, "by_type": {rule["type"]: rule.get("parameters") for rule in found["rules"]}}


def test_the_main_branch_takes_what_the_gate_passed_and_nobody_goes_around() -> None:
    found = ruleset("main.json")
    rules = found["by_type"]
    assert (found["enforcement"], found["bypass_actors"]) == ("active", [])
    assert {"deletion", "non_fast_forward"} <= set(rules)
    checks = rules["required_status_checks"]
    assert checks["strict_required_status_checks_policy"] is True
    assert checks["required_status_checks"] == [{"context": CONTEXT, "integration_id": 15368}]
    pull = rules["pull_request"]
    assert pull["allowed_merge_methods"] == ["merge"]
    assert pull["required_approving_review_count"] == 1
    assert pull["require_code_owner_review"] is True
    assert pull["dismiss_stale_reviews_on_push"] is True


def test_the_register_grows_for_everyone_and_is_written_by_one() -> None:
    """Whoever may pass a ruleset passes all of it: so that who writes may not rewrite, there are two."""
    history, writer = ruleset("register-history.json"), ruleset("register-writer.json")
    for found in (history, writer):
        assert found["enforcement"] == "active"
        assert found["conditions"]["ref_name"]["include"] == [f"refs/heads/{BRANCH}"]
    assert {"deletion", "non_fast_forward"} <= set(history["by_type"])
    assert history["bypass_actors"] == []
    assert set(writer["by_type"]) == {"creation", "update"}
    assert [actor["actor_type"] for actor in writer["bypass_actors"]] == ["DeployKey"]


def test_nobody_writes_a_branch_whose_workflow_could_set_the_status() -> None:
    """Any workflow of the repository writes as the app that the status must come from: there is no place for one.

    An exception for a name is one for everybody: Dependabot passes by what it is, not by `dependabot/`.
    """
    found = ruleset("branches.json")
    assert (found["target"], found["enforcement"]) == ("branch", "active")
    assert found["conditions"]["ref_name"] == {
        "include": ["~ALL"],
        "exclude": ["refs/heads/main", f"refs/heads/{BRANCH}"],
    }
    assert set(found["by_type"]) == {"creation", "update"}
    dependabot = {"actor_id": 29110, "actor_type": "Integration", "bypass_mode": "always"}
    assert found["bypass_actors"] == [dependabot]


def test_nobody_points_a_tag_at_such_a_workflow_or_moves_an_anchor() -> None:
    history, writer = ruleset("tags-history.json"), ruleset("tags-writer.json")
    for found in (history, writer):
        assert (found["target"], found["enforcement"]) == ("tag", "active")
        assert found["conditions"]["ref_name"] == {"include": ["~ALL"], "exclude": []}
    assert (set(history["by_type"]), history["bypass_actors"]) == ({"deletion", "update"}, [])
    administrator = {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}
    assert (set(writer["by_type"]), writer["bypass_actors"]) == ({"creation"}, [administrator])


RULES = {
    *("creation", "update", "deletion", "non_fast_forward", "required_linear_history"),
    *("pull_request", "required_status_checks"),
}


@pytest.mark.parametrize("path", RULESETS, ids=lambda path: path.stem)
def test_a_ruleset_has_the_shape_that_github_imports(path: Path) -> None:
    found = json.loads(path.read_text("utf-8"))
    assert set(found) == {"name", "target", "enforcement", "conditions", "rules", "bypass_actors"}
    assert found["target"] in {"branch", "tag"}
    assert set(found["conditions"]) == {"ref_name"}
    assert set(found["conditions"]["ref_name"]) == {"include", "exclude"}
    names = found["conditions"]["ref_name"]
    assert all(
        name in {"~ALL", "~DEFAULT_BRANCH"} or name.startswith("refs/heads/") for name in names["include"]
    )
    assert all(name.startswith("refs/heads/") for name in names["exclude"])
    assert {rule["type"] for rule in found["rules"]} <= RULES
    for actor in found["bypass_actors"]:
        assert set(actor) == {"actor_id", "actor_type", "bypass_mode"}
        assert actor["actor_type"] in {"DeployKey", "Integration", "RepositoryRole"}
        assert (actor["actor_id"] is None) == (actor["actor_type"] == "DeployKey")


def test_every_ruleset_is_imported_and_the_settings_beside_them_are_told() -> None:
    text = (ROOT / ".github/rulesets/README.md").read_text("utf-8")
    assert f"本文件夹的{'零一二三四五六七八九'[len(RULESETS)]}个 JSON" in text
    for setting in ("Read repository contents", "create and approve pull requests", "full-length commit SHA"):
        assert setting in text


def test_every_rule_is_explained() -> None:
    text = (ROOT / ".github/rulesets/README.md").read_text("utf-8")
    assert RULESETS
    for path in RULESETS:
        assert f"`{path.name}`" in text
        assert {name for name in ruleset(path.name)["by_type"] if f"`{name}`" not in text} == set()
