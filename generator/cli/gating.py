"""`siwu gate`: a push judged from git objects, for a workflow or a server's hook."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from generator.cli.terminal import BUG, CLEAN, FOUND, UsageError, report_bug, say

if TYPE_CHECKING:
    from pathlib import Path

    from generator.gate import Request, Verdict


def add_options(made: argparse.ArgumentParser, day: Any) -> None:
    """The options of `siwu gate`; `day` reads a date."""
    made.add_argument("--git-dir", required=True, metavar="仓库", help="git 仓库（可为裸仓库）")
    made.add_argument("--old", required=True, metavar="版本", help="现在的版本；新分支写 40 个 0")
    made.add_argument("--new", required=True, metavar="版本", help="要判断的提交")
    made.add_argument("--tree", metavar="版本", help="合并以后的文件树（默认就是 --new 的）")
    made.add_argument("--user", required=True, metavar="账号", help="服务器认定的账号，不是提交里写的邮箱")
    made.add_argument(
        "--register", metavar="版本", help="备案登记簿所在的 git 版本（默认 register 分支，没有则用数据中的）"
    )
    made.add_argument(
        "--as-of", type=day, metavar="日期", help="按这一天判断逾期（默认按数据集说明，否则今天）"
    )


def gate(options: argparse.Namespace) -> int:
    """`siwu gate`."""
    from generator.gate import judge

    verdict = judge(_request(options))
    say(_text(verdict))
    if verdict.outcome is not None and verdict.outcome.crashes:
        report_bug("\n".join(verdict.outcome.crashes))
        return BUG
    return FOUND if verdict.refused else CLEAN


def _request(options: argparse.Namespace) -> Request:
    from generator.cli.commands import _git_dir, _today
    from generator.gate import Request
    from generator.register import source
    from generator.tree import has_revision

    git_dir = _git_dir(options)
    return Request(
        git_dir=git_dir,
        old=options.old if _zeros(options.old) else _resolved(git_dir, options.old, "commit"),
        new=_resolved(git_dir, options.new, "commit"),
        tree=_resolved(git_dir, options.tree, "tree") if options.tree else None,
        user=options.user,
        register=source(lambda branch: has_revision(git_dir, branch), options.register) or None,
        today=_today(),
        as_of=options.as_of,
    )


def _zeros(revision: str) -> bool:
    return len(revision) in (40, 64) and not revision.strip("0")


def _resolved(git_dir: Path, revision: str, kind: str) -> str:
    """The full id of a revision. A branch that is being deleted has none: that is for the server to allow or not."""
    from generator.git import Git
    from generator.tree import TreeError

    if _zeros(revision):
        raise UsageError("全 0 的版本表示删除分支，没有内容可以判断；是否允许删除由服务器设置决定")
    try:
        return Git(git_dir).text(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{{kind}}}"
        )
    except TreeError as error:
        raise UsageError(f"git 仓库 {git_dir} 中没有版本“{revision}”") from error


def _text(verdict: Verdict) -> str:
    """Each finding on a line, the last line says yes or no."""
    from generator.report import line

    parts = [f"{line(problem)}\n" for problem in (*verdict.blocking, *verdict.others)]
    if verdict.known:
        parts.append(f"另有 {len(verdict.known)} 个已有问题，不是这次造成的，不影响本次提交。\n")
    if verdict.refused:
        parts.append(f"不能接收：有 {len(verdict.blocking)} 个问题必须改正。\n")
    else:
        parts.append(f"可以接收：改动 {len(verdict.touched)} 个文件。\n")
    return "".join(parts)
