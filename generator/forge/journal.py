"""The journal of submissions, asked from GitHub: when each head arrived, in which pull request, from whom.

The gate's statuses say when a head arrived (`forge.statuses`). The registrar reads what is written here
(`generator.registrar.journal`) and decides which head counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.forge.api import Forge, ForgeError
from generator.forge.fields import at, moment, number
from generator.forge.statuses import statuses
from generator.git import Git
from generator.registrar.book import opened
from generator.registrar.earlier import heads
from generator.registrar.journal import Received
from generator.tree import Tree, has_revision

# Merges looked up at most: one run follows another, so that few are new.
MERGES = 200


def journal(forge: Forge, git: Git, branch: str, since: str = "") -> Iterator[Received]:
    """The entries for each merge of a pull request on the branch, oldest first: the heads it had (by who submitted
    them) and the merge itself (by who merged it). `since` is a commit of the branch to begin after.

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
    user, by = str(number(pull, "user", "id")), str(number(pull, "merged_by", "id"))
    ours, head = (git.text("rev-parse", "--verify", "--end-of-options", f"{merge}^{n}") for n in (1, 2))
    for one in heads(git, ours, head):
        times = [status.arrived for status in statuses(forge, one)]
        if one == head:
            # Without a status nobody knows better than the merge.
            times.append(merged)
        if times:
            yield Received(head=one, submission=submission, submitted=min([*times, merged]), user=user)
    yield Received(head=merge, submission=submission, submitted=merged, user=by)
