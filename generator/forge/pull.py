"""A pull request judged on GitHub: fetched as objects, merged without a work tree, judged, its status set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from generator.forge.api import Forge
from generator.forge.fields import COMMIT, moment, number, word
from generator.forge.report import OUTCOMES, Report
from generator.forge.statuses import CONTEXT, passed_by_another, said_of
from generator.gate import Request, judge, limits
from generator.gate.merging import merged
from generator.gate.ownership import OFFICE, roles_of
from generator.gate.push import changes
from generator.gate.review import review
from generator.git import Git
from generator.register import BRANCH
from generator.schema import Schemas
from generator.tree import GitTree, TreeError

MAIN = "main"
LONGEST = 140  # characters GitHub takes of a status
# Outcomes that the submitter can mend.
THEIRS = ("conflict", "oversize")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """A pull request as GitHub's event tells: its author's account, its head and when that arrived."""

    repository: str
    number: int
    head: str
    user: str
    arrived: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """Both sides as objects: the commits of the main branch and of the register (None where there is none)."""

    old: str
    register: str | None


def read(event: Any) -> Pull:
    """The pull request of an event. Raises `ForgeError` for any other event."""
    return Pull(
        repository=word(event, "repository", "full_name"),
        number=number(event, "pull_request", "number"),
        head=word(event, "pull_request", "head", "sha", shape=COMMIT),
        user=str(number(event, "pull_request", "user", "id")),
        arrived=moment(event, "pull_request", "updated_at"),
    )


def judged(pull: Pull, remote: str, git_dir: Path, today: date) -> tuple[Report, str]:
    """Fetch from `remote` into a new bare repository and judge: the report, and what only the log is to say.

    What cannot be fetched or merged is a report too, and so is a rule that broke: nothing passes unjudged.
    """
    git = Git(git_dir)
    try:
        found = fetch(git, remote, pull.head)
        if too_many(git, found.old, pull):
            return _without(pull, "oversize"), ""
        made = merged(git, found.old, pull.head)
    except TreeError as error:
        return _without(pull, "unreadable"), str(error)
    if made.conflicts:
        return _without(pull, "conflict"), ""
    request = Request(
        git_dir=git_dir,
        old=found.old,
        new=pull.head,
        tree=made.tree,
        user=pull.user,
        register=found.register,
        today=today,
    )
    verdict = judge(request)
    if verdict.outcome is not None and verdict.outcome.crashes:
        return _without(pull, "broken"), "\n".join(verdict.outcome.crashes)
    return Report(number=pull.number, head=pull.head, outcome="judged", review=review(verdict)), ""


def _without(pull: Pull, outcome: str) -> Report:
    return Report(number=pull.number, head=pull.head, outcome=outcome, review=None)


def fetch(git: Git, remote: str, head: str) -> Fetched:
    """Every object is checked as it comes in; nothing is checked out and no hook of anyone's runs."""
    git.bytes("init", "--bare", "--quiet", "--template=")
    git.bytes("config", "fetch.fsckObjects", "true")
    # Asked only where the server wants to know who we are.
    git.bytes("config", "credential.helper", "!gh auth git-credential")
    main, register = f"refs/heads/{MAIN}", f"refs/heads/{BRANCH}"
    listed = git.text("ls-remote", "--heads", "--", remote, main, register).splitlines()
    tips = {line.split("\t")[1] for line in listed}
    refs = [f"+{name}:{name}" for name in sorted(tips)]
    git.bytes("fetch", "--quiet", "--no-tags", "--", remote, *refs, f"+{head}:refs/siwu/head")
    old = git.text("rev-parse", "--verify", f"{main}^{{commit}}")
    return Fetched(old=old, register=register if register in tips else None)


def too_many(git: Git, old: str, pull: Pull) -> bool:
    """Whether the head changes more paths than its account may. Asked before git merges: a folder that holds itself
    many times over costs a merge all there is, counting stops at the limit.
    """
    tree = GitTree(git.git_dir, old)
    roles, _ = roles_of(pull.user, tree, Schemas.read(tree))
    most = (limits.OFFICE if OFFICE in roles else limits.BUREAU).objects
    shared = git.text("merge-base", "--end-of-options", old, pull.head)
    return len(changes(git, shared, pull.head, most)) > most


def pending(forge: Forge, pull: Pull, page: str) -> None:
    """Say that the head arrived, and when: lateness counts from here, not from when someone has time for it."""
    _status(forge, pull, "pending", "正在核验", page)


def settle(forge: Forge, pull: Pull, report: Report, page: str) -> bool:
    """Set the verdict on the head; whether it may be merged."""
    if report.review is None:
        state, said = "failure" if report.outcome in THEIRS else "error", OUTCOMES[report.outcome]
    else:
        state, said = "failure" if report.review.refused else "success", report.review.sentence
    _status(forge, pull, state, said, page)
    return state == "success"


def fail(forge: Forge, pull: Pull, page: str) -> None:
    """Say that the gate itself broke: nothing may be merged on it."""
    _status(forge, pull, "error", OUTCOMES["broken"], page)


def _status(forge: Forge, pull: Pull, state: str, said: str, page: str) -> None:
    """A status is the commit's, and anyone may open a pull request with a commit that is public: what another one
    says of it does not take away what was passed. What is not passed has a status all the same: without one, a check
    of the same name in the fork's own workflow would stand alone.
    """
    if state != "success" and passed_by_another(forge, pull.head, pull.number):
        return
    said = said_of(pull.arrived, pull.number, said)
    cut = said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"
    fields = {"state": state, "context": CONTEXT, "description": cut}
    forge.send("POST", f"statuses/{pull.head}", {**fields, "target_url": page} if page else fields)
