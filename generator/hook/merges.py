"""What a push does to the protected branch: its steps along first parents, and what each merge adds of its own.

A merge takes in one head that this server received and judged, exactly as git would merge it. Whatever else it holds
would be filed under the bureau's name without the bureau having written it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from generator.gate.finding import shown
from generator.gate.merging import merged
from generator.git import Git

MOST_STEPS, MOST_NAMED = 500, 5
SHORT = 12
TWO = 2


@dataclass(frozen=True, slots=True)
class Step:
    """A commit along first parents."""

    commit: str
    parents: tuple[str, ...]


def steps(git: Git, old: str, new: str) -> list[Step]:
    """The commits from `old` (without it) to `new`, oldest first; at most `MOST_STEPS` + 1."""
    arguments = ("rev-list", "--first-parent", "--parents", f"--max-count={MOST_STEPS + 1}")
    lines = git.text(*arguments, "--end-of-options", new, f"^{old}").splitlines()
    return [Step(commit, tuple(parents)) for commit, *parents in map(str.split, reversed(lines))]


def faults(
    git: Git, found: list[Step], old: str, known: Collection[str], foreign: Collection[str]
) -> Iterator[str]:
    """Why these steps may not follow `old`, in sentences.

    `known` are the heads this server received, `foreign` those that came from another account than the pusher's.
    """
    if len(found) > MOST_STEPS:
        yield f"一次推送了 {MOST_STEPS} 个以上的合并或提交。请分几次推送"
        return
    if found and found[0].parents[:1] != (old,):
        yield (
            "GA020 新版本不是从主分支现在的版本接着做的。请先运行 git fetch，在 origin 的最新版本上重新合并，"
            "再推送；不要强制推送"
        )
        return
    for step in found:
        yield from _step_faults(git, step, known, foreign)


def _step_faults(git: Git, step: Step, known: Collection[str], foreign: Collection[str]) -> Iterator[str]:
    name = step.commit[:SHORT]
    if len(step.parents) > TWO:
        yield f"合并 {name} 一次合并了 {len(step.parents) - 1} 个分支。请一个一个合并"
    elif len(step.parents) == TWO:
        yield from _merge_faults(git, step, known)
    elif step.commit in foreign:
        yield f"提交 {name} 是别的账号推送的分支，直接快进成了主分支。请用 git merge --no-ff 做一次合并，再推送"


def _merge_faults(git: Git, step: Step, known: Collection[str]) -> Iterator[str]:
    name, (ours, theirs) = step.commit[:SHORT], step.parents
    if theirs not in known and not _is_ancestor(git, theirs, ours):
        yield (
            f"合并 {name} 并入的 {theirs[:SHORT]} 没有作为分支推送到本服务器检查过。"
            "请先把它推送到分支，通过检查后再合并"
        )
        return
    made = merged(git, ours, theirs)
    if made.conflicts:
        yield (
            f"合并 {name} 的两边有冲突：{_listed(made.conflicts)}。"
            "请让提交单位先把主分支合并到自己的分支、改好冲突并推送，再来合并"
        )
        return
    arguments = ("diff-tree", "-r", "--name-only", "-z", "--no-renames", "--end-of-options")
    added = git.text(*arguments, made.tree, f"{step.commit}^{{tree}}").rstrip("\0").split("\0")
    if added != [""]:
        yield (
            f"合并 {name} 自己还改了两边都没有的内容：{_listed(added)}。"
            "合并时不要夹带修改：请重新合并；要改的内容另做一次提交"
        )


def _listed(paths: Collection[str]) -> str:
    more = f" 等 {len(paths)} 个文件" if len(paths) > MOST_NAMED else ""
    return "、".join(shown(path) for path in list(paths)[:MOST_NAMED]) + more


def _is_ancestor(git: Git, one: str, other: str) -> bool:
    return not git.text("rev-list", "--max-count=1", "--end-of-options", one, f"^{other}")
