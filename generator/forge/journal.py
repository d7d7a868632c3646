"""The journal of submissions, asked from GitHub: when each merged head arrived, in which pull request, from whom.

The gate's statuses say when a head arrived (see `pull`): they are GitHub's clock, set by the workflow's own account,
and stay for good. The registrar reads what is written here (`generator.registrar.journal`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from generator.forge.api import BOT, Forge, ForgeError
from generator.forge.fields import at, moment, number, shanghai, word
from generator.git import Git
from generator.registrar.book import opened
from generator.registrar.journal import Received
from generator.tree import Tree, has_revision

CONTEXT = "siwu/gate"
ARRIVED = re.compile(
    r"收到 ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+08:00)(?: .*|…)?", re.DOTALL
)
# Merges and heads looked up at most: one run follows another, so that few are new.
MERGES, HEADS = 200, 50


def journal(forge: Forge, git: Git, branch: str, since: str = "") -> Iterator[Received]:
    """Two entries for each merge of a pull request on the branch, oldest first: the head that was judged (by who
    submitted it) and the merge itself (by who merged it). `since` is a commit of the branch to begin after.

    A merge that no pull request explains has none. Raises `ForgeError` and `TreeError`.
    """
    beyond = [f"^{since}"] if since else []
    walk = git.text(
        "rev-list",
        "--first-parent",
        "--min-parents=2",
        f"--max-count={MERGES}",
        "--end-of-options",
        branch,
        *beyond,
    )
    for merge in reversed(walk.split()):
        pull = _pull(forge, merge, branch)
        if pull is not None:
            yield from _entries(forge, git, merge, pull)


def last_merge(git: Git, tree: Tree) -> str:
    """The merge that was registered last, where the repository still has it; else "". The tree holds the register."""
    lines = opened("", "", tree).lines
    merges = [str(line["merge"]) for year in sorted(lines) for line in lines[year] if line.get("merge")]
    return merges[-1] if merges and has_revision(git.git_dir, merges[-1]) else ""


def _pull(forge: Forge, merge: str, branch: str) -> Any:
    """The pull request that this commit merged, None where there is none."""
    found = forge.get(f"commits/{merge}/pulls")
    if not isinstance(found, list):
        raise ForgeError(f"GitHub 对提交 {merge} 的合并请求的回答不是列表")
    for one in found:
        mine = at(one, "base", "repo", "full_name") == forge.repository and at(one, "base", "ref") == branch
        if mine and at(one, "merge_commit_sha") == merge and at(one, "merged_at"):
            return forge.get(f"pulls/{number(one, 'number')}")
    return None


def _entries(forge: Forge, git: Git, merge: str, pull: Any) -> Iterator[Received]:
    submission, merged = f"PR-{number(pull, 'number')}", moment(pull, "merged_at")
    head = git.text("rev-parse", "--verify", "--end-of-options", f"{merge}^2")
    times = [time for same in _same(git, merge, head) for time in arrivals(forge, same)]
    user, by = number(pull, "user", "id"), number(pull, "merged_by", "id")
    # Without a status nobody knows better than the merge.
    yield Received(head=head, submission=submission, submitted=min([*times, merged]), user=str(user))
    yield Received(head=merge, submission=submission, submitted=merged, user=str(by))


def _same(git: Git, merge: str, head: str) -> Iterator[str]:
    """Heads of the pull request that hold the same bytes as the merged one in all it changed, the merged one first.

    Bringing a branch up to date makes a new head; what was in it had been submitted before.
    """
    yield head
    changed = git.text("diff-tree", "-r", "-z", "--name-only", "--no-renames", f"{merge}^1", merge)
    paths = [path for path in changed.split("\0") if path]
    earlier = git.text("rev-list", f"--max-count={HEADS}", f"{merge}^1..{head}").split()
    wanted = _blobs(git, head, paths)
    yield from (one for one in earlier if one != head and _blobs(git, one, paths) == wanted)


def _blobs(git: Git, commit: str, paths: list[str]) -> str:
    return git.text("--literal-pathspecs", "ls-tree", "-z", "--full-tree", commit, "--", *paths)


def arrivals(forge: Forge, head: str) -> Iterator[str]:
    """When a head arrived, as the gate's statuses say, RFC 3339 in Shanghai. Anyone else's statuses do not count."""
    for one in forge.all(f"commits/{quote(head)}/statuses"):
        if at(one, "context") == CONTEXT and at(one, "creator", "login") == BOT:
            said = ARRIVED.fullmatch(word(one, "description")) if at(one, "description") else None
            # The status cannot be older than what it speaks of.
            yield min(shanghai(said[1]), moment(one, "created_at")) if said else moment(one, "created_at")
