"""What runs in GitHub's workflows, as commands that run anywhere: `pull`, `comment`, `journal`, `waiting`, `remind`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.cli.terminal import BUG, CLEAN, FOUND, UsageError, complain, report_bug, say
from generator.system import why

if TYPE_CHECKING:
    from datetime import date

    from generator.tree import Tree


def pull(options: argparse.Namespace, today: date) -> int:
    """`siwu pull`."""
    from generator.forge import pull as pulls
    from generator.forge.api import Forge
    from generator.forge.comment import text
    from generator.forge.fields import event
    from generator.forge.report import dump

    with _spoken():
        asked = pulls.read(event(Path(options.event)))
        forge = Forge(asked.repository)
        pulls.pending(forge, asked, options.page)
        try:
            report, log = pulls.judged(asked, options.remote, Path(options.git_dir), today)
            _write(options.report, dump(report))
        except BaseException:
            pulls.fail(forge, asked, options.page)
            raise
        passes = pulls.settle(forge, asked, report, options.page)
    if options.markdown:
        _write(options.markdown, text(report, report.review.base_url if report.review else "").encode())
    if report.outcome == "broken":
        report_bug(log)
        return BUG
    if log:
        complain(log)
    say(f"PR-{report.number}：{'通过' if passes else '没有通过'}\n")
    return CLEAN if passes else FOUND


def comment(options: argparse.Namespace, tree: Tree) -> int:
    """`siwu comment`."""
    from generator.forge.api import Forge
    from generator.forge.comment import comment

    with _spoken():
        said = comment(Forge(options.repository), options.run, _base_url(tree))
    say(f"{said}\n")
    return CLEAN


def journal(options: argparse.Namespace, git_dir: Path, tree: Tree) -> int:
    """`siwu journal`."""
    from generator.forge.api import Forge
    from generator.forge.journal import journal, last_merge
    from generator.forge.samples import unset
    from generator.git import Git
    from generator.registrar.journal import written

    if fault := unset(tree):
        raise UsageError(fault)
    with _spoken():
        git = Git(git_dir)
        since = last_merge(git, tree)
        found = list(journal(Forge(options.repository), git, options.branch, since))
    _write(options.out, b"".join(map(written, found)))
    say(f"从 GitHub 取到 {len(found)} 条提交记录。\n")
    return CLEAN


def waiting(options: argparse.Namespace, tree: Tree) -> int:
    """`siwu waiting`."""
    import json

    from generator.forge.api import Forge
    from generator.forge.waiting import waiting
    from generator.gate.ownership import accounts

    with _spoken():
        found = waiting(Forge(options.repository), options.branch, accounts(tree))
    _write(options.out, json.dumps(found, ensure_ascii=False, indent=2).encode() + b"\n")
    say(f"尚未合并的请求有 {len(found)} 个。\n")
    return CLEAN


def remind(options: argparse.Namespace, tree: Tree, today: date) -> int:
    """`siwu remind`."""
    from generator.check import check
    from generator.derive.duties import Agenda
    from generator.forge.api import Forge
    from generator.forge.remind import remind
    from generator.schema import Schemas

    repo = check(tree, as_of=options.as_of, today=today).repo
    if repo is None:
        raise UsageError("数据读不出来，没有写提醒。请先运行 siwu check")
    agenda = Agenda(repo, Schemas.read(tree), options.year or repo.dataset.year)
    with _spoken():
        owners = map(agenda.of, agenda.owners)
        changed = list(remind(Forge(options.repository), owners, repo.dataset.base_url))
    say("".join(f"{sentence}\n" for sentence in changed) or "提醒都没有变化。\n")
    return CLEAN


def add(command: Callable[[str, str], Any], day: Callable[[str], date]) -> None:
    """The options of these commands. `command` makes a parser from a name and what it is for."""
    made = command("pull", "在 GitHub 上核验一个合并请求，并写明能不能合并（由工作流运行）")
    _option(made, "--event", "文件", "GitHub 的事件文件（GITHUB_EVENT_PATH）")
    _option(made, "--remote", "地址", "从哪里取两边的提交")
    _option(made, "--git-dir", "文件夹", "取到哪里（新建裸仓库）")
    _option(made, "--report", "文件", "把结果写成数据，供 siwu comment 用")
    made.add_argument("--markdown", metavar="文件", help="另把结果写成 Markdown")
    made.add_argument("--page", default="", metavar="网址", help="状态旁“详情”指向的网址")
    made = command("comment", "把核验结果写到合并请求下面的评论里（由工作流运行）")
    _repository(made)
    made.add_argument("--run", required=True, type=int, metavar="编号", help="核验工作流那一次运行的编号")
    made = command("journal", "从 GitHub 取各次提交的时刻和账号，供 siwu file 用（由工作流运行）")
    _repository(made)
    _option(made, "--out", "文件", "写到哪里")
    made.add_argument("--branch", default="main", metavar="分支", help="主分支（默认 main）")
    made.set_defaults(git_dir=None)
    made = command("waiting", "从 GitHub 取尚未合并的请求清单，供 siwu build --pulls 用（由工作流运行）")
    _repository(made)
    _option(made, "--out", "文件", "写到哪里")
    made.add_argument("--branch", default="main", metavar="分支", help="主分支（默认 main）")
    made = command("remind", "在 GitHub 上给各市州写待办提醒（由工作流每天运行）")
    _repository(made)
    made.add_argument("--year", type=int, metavar="年度", help="年度（默认按数据集说明）")
    made.add_argument("--as-of", type=day, metavar="日期", help="按这一天判断（默认按数据集说明，否则今天）")


def _repository(made: Any) -> None:
    _option(made, "--repository", "仓库", "GitHub 上的仓库，例如 owner/name")


def _option(made: Any, name: str, metavar: str, about: str) -> None:
    made.add_argument(name, required=True, metavar=metavar, help=about)


@contextmanager
def _spoken() -> Iterator[None]:
    """GitHub's refusals as what they are here: wrong usage or environment."""
    from generator.forge.api import ForgeError

    try:
        yield
    except ForgeError as error:
        raise UsageError(str(error)) from error


def _write(path: str, raw: bytes) -> None:
    try:
        Path(path).write_bytes(raw)
    except OSError as error:
        raise UsageError(f"写不了文件 {path}：{why(error)}") from error


def _base_url(tree: Tree) -> str:
    """Where the trusted side's site is."""
    from generator.load import load

    path = "data/dataset.yml"
    for entry, raw in tree.read(entry for entry in tree.entries("data") if entry.path == path):
        data: Mapping[str, Any] | Any = load(raw, entry.path).data
        return str(data.get("base_url", "")) if isinstance(data, Mapping) else ""
    return ""
