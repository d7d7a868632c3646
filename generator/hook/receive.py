"""Before git keeps a push: everything it would move is judged, all at once; one refusal refuses the whole.

It runs in git's quarantine: the objects of a refused push are thrown away with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from generator.gate import Verdict
from generator.gate.ownership import roles_of
from generator.git import Git
from generator.hook.account import account
from generator.hook.journal import note, received
from generator.hook.policy import Policy
from generator.hook.setting import HEADS, Setting
from generator.hook.update import Answer, Update
from generator.register import SHANGHAI
from generator.schema import Schemas
from generator.tree import GitTree, has_revision

MOST = 50
# How the screen begins its last line.
NEXT = "下一步："
REFUSED = "没有收下：服务器上什么也没有改变。"
Say = Callable[[Verdict], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the pusher reads, and whether the push was refused."""

    text: str
    refused: bool


def receive(
    git_dir: Path,
    setting: Setting,
    pushed: Iterable[Update],
    environment: Mapping[str, str],
    now: datetime,
    say: Say,
) -> Reply:
    """Judge a push. `say` words a verdict for a terminal; `now` is the server's clock.

    Raises `TreeError` or OSError where it cannot be judged or noted: then the push is refused too.
    """
    pushed = list(pushed)
    user, fault = account(environment, setting.variable)
    if fault:
        return _no(fault)
    if len(pushed) > MOST:
        return _no(f"一次推送了 {len(pushed)} 个分支和标签，超过 {MOST} 个。请分几次推送")
    git = Git(git_dir)
    if not has_revision(git_dir, setting.main):
        return _no(
            f"这个仓库还没有主分支 {setting.base}：请服务器管理人员在服务器上放入第一个版本，再安装钩子"
        )
    policy, strange = _policy(git, setting, environment, user, now)
    if strange:
        return _no(*strange)
    answers = [policy.answer(update) for update in sorted(pushed, key=policy.order)]
    if any(answer.refused for answer in answers):
        return Reply(text="".join(_refusal(answers, user, say)), refused=True)
    return _accepted(policy, answers, now, say)


def _policy(
    git: Git, setting: Setting, environment: Mapping[str, str], user: str, now: datetime
) -> tuple[Policy, list[str]]:
    tip = git.text("rev-parse", "--verify", f"{setting.main}^{{commit}}")
    branch = HEADS + setting.register
    known = setting.register and has_revision(git.git_dir, branch)
    tree = GitTree(git.git_dir, tip)
    schemas = Schemas.read(tree)
    roles, strangers = roles_of(user, tree, schemas)
    policy = Policy(
        git=git,
        setting=setting,
        environment=environment,
        user=user,
        roles=roles,
        tip=tip,
        register=git.text("rev-parse", "--verify", f"{branch}^{{commit}}") if known else None,
        schemas=schemas,
        journal=received(git.git_dir),
        today=now.astimezone(SHANGHAI).date(),
    )
    if user == setting.registrar:
        return policy, []
    return policy, [f"{one.code} {one.message}。{one.remedy}" for one in strangers]


def _accepted(policy: Policy, answers: list[Answer], now: datetime, say: Say) -> Reply:
    heads = [head for answer in answers for head in answer.heads]
    title = note(policy.git.git_dir, heads, policy.user, now) if heads else ""
    at, main = now.astimezone(SHANGHAI), policy.setting.main
    lines = [f"已收下（{title}，{at:%Y-%m-%d %H:%M:%S}）。\n"] if heads else ["已收下。\n"]
    for answer in answers:
        lines.append(f"\n{answer.update.title}\n")
        text = say(answer.verdict) if answer.verdict else ""
        # Who merges has no reviewer to wait for.
        lines.append(text.rpartition(NEXT)[0] or text if answer.update.ref == main else text)
    return Reply(text="".join(lines), refused=False)


def _refusal(answers: Iterable[Answer], user: str, say: Say) -> Iterator[str]:
    yield f"{REFUSED}推送账号：{user}\n"
    for answer in answers:
        if answer.refused:
            yield f"\n{answer.update.title}\n"
            yield from (f"  {fault}\n" for fault in answer.faults)
            yield from [say(answer.verdict)] if answer.verdict else []


def _no(*faults: str) -> Reply:
    return Reply(text="".join(f"{line}\n" for line in (REFUSED, *faults)), refused=True)
