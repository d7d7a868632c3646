"""`siwu gate`: a push judged from git objects, for a workflow or a server's hook."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from generator.cli.clock import today
from generator.cli.repository import git_dir_of
from generator.cli.terminal import BUG, CLEAN, FOUND, UsageError, report_bug, say
from generator.system import why

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
    made.add_argument(
        "--format",
        choices=("text", "json", "markdown", "github"),
        default="text",
        help="输出格式（默认 text：给推送的人看）",
    )
    made.add_argument("--markdown", metavar="文件", help="另把给审核人的说明写到这个文件")
    made.add_argument("--json", metavar="文件", help="另把全部结果按 JSON 写到这个文件")


def gate(options: argparse.Namespace) -> int:
    """`siwu gate`."""
    from generator.gate import judge

    verdict = judge(_request(options))
    _tell(verdict, options)
    if verdict.outcome is not None and verdict.outcome.crashes:
        report_bug("\n".join(verdict.outcome.crashes))
        return BUG
    return FOUND if verdict.refused else CLEAN


def _request(options: argparse.Namespace) -> Request:
    from generator.gate import Request
    from generator.register import source
    from generator.tree import has_revision

    git_dir = git_dir_of(options)
    return Request(
        git_dir=git_dir,
        old=options.old if _zeros(options.old) else _resolved(git_dir, options.old, "commit"),
        new=_resolved(git_dir, options.new, "commit"),
        tree=_resolved(git_dir, options.tree, "tree") if options.tree else None,
        user=options.user,
        register=source(lambda branch: has_revision(git_dir, branch), options.register) or None,
        today=today(),
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


def _tell(verdict: Verdict, options: argparse.Namespace) -> None:
    """The review on standard output in the format asked for, and in the files."""
    from generator.gate.answer import answer
    from generator.gate.facts import facts
    from generator.gate.review import review
    from generator.gate.screen import screen
    from generator.report import annotated

    made = review(verdict)
    if options.markdown:
        _write(options.markdown, answer(made))
    if options.json:
        _write(options.json, facts(made))
    if options.format == "github":
        say(annotated((*verdict.blocking, *verdict.others), made.sentence))
    else:
        say({"text": screen, "json": facts, "markdown": answer}[options.format](made))


def _write(name: str, text: str) -> None:
    from pathlib import Path

    try:
        Path(name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"文件 {name} 写不了：{why(error)}") from error
