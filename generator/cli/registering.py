"""`siwu file` and `siwu register`: the office's commands around the filing register."""

from __future__ import annotations

import argparse
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.cli.clock import now
from generator.cli.repository import git_dir_of, root_of, with_register
from generator.cli.terminal import CLEAN, FOUND, UsageError, complain, say
from generator.system import why

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from generator.registrar.proof import Fault
    from generator.schema import Schemas
    from generator.tree import Tree

MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+08:00")
FILE_ABOUT = "把合并进来的计划、方案、名单、材料和总结登记备案（由登记任务或 post-receive 钩子运行；重复运行不会重复登记）"
FILE_MORE = (
    "登记簿写在 register 分支（--register-branch），没有这个分支就写在 --branch 的 data/filings 里；"
    "只写 git 对象和分支，不动工作文件夹。备案时刻取提交记录里收到这次合并的时刻，没有的取合并提交自己写的时刻，"
    "都不晚于 --now、不早于前一条和提交时刻。在 GitHub 上登记后要推送登记簿所在的分支；推送被拒绝（别的任务先推送了）时，"
    "执行 git fetch origin +register:register 取回对方的登记簿，再运行一次 siwu file，然后再推送：已登记的不会再登记。"
)


def moment(text: str) -> datetime:
    """A time of the command line."""
    try:
        if MOMENT.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"“{text}”不是北京时间的时刻，请写成 2022-03-25T10:30:00+08:00 的样子")


def file_options(made: Any) -> None:
    """The options of `siwu file`."""
    made.epilog = FILE_MORE
    made.add_argument("--git-dir", metavar="仓库", help="git 仓库（可为裸仓库；默认当前数据仓库的）")
    made.add_argument("--branch", default="main", metavar="分支", help="数据所在的分支（默认 main）")
    made.add_argument(
        "--register-branch",
        metavar="分支",
        help="登记簿所在的分支，没有就新建（默认 register 分支；没有这个分支则用数据中的）",
    )
    made.add_argument(
        "--journal", required=True, metavar="文件", help="提交记录：服务器何时收到哪个提交（JSON Lines）"
    )
    made.add_argument(
        "--reviewer", default="", metavar="账号", help="提交记录里没有合并账号时，登记这个审核账号"
    )
    made.add_argument(
        "--committer", default="", metavar="署名", help="写登记簿的署名“名字 <邮箱>”（默认按 git 设置）"
    )
    _add_now(made)


def register_options(made: Any, command: Callable[[Any, str, str], Any]) -> None:
    """`siwu register verify` and `siwu register anchor`; `command` adds a command to a group."""
    actions = made.add_subparsers(
        title="命令", dest="action", required=True, metavar="命令", parser_class=type(made)
    )
    verify = command(actions, "verify", "核对登记簿有没有被改动")
    verify.add_argument(
        "--against",
        metavar="旧登记簿",
        help="以前留存的登记簿：文件、文件夹或 git 版本；核对现在的是不是接着它",
    )
    verify.add_argument(
        "--allowed-signers", metavar="文件", help="可信签名人名单（ssh 格式）；核对全部锚定标签"
    )
    anchor = command(actions, "anchor", "给登记簿末条摘要打一个签名标签，留作日后核对")
    anchor.add_argument("--key", required=True, metavar="文件", help="ssh 私钥")
    anchor.add_argument("--tag", default="", metavar="标签", help="标签名（默认 register-日期-条数）")
    anchor.add_argument(
        "--committer", default="", metavar="署名", help="打标签的署名“名字 <邮箱>”（默认按 git 设置）"
    )
    _add_now(anchor)
    for one in (verify, anchor):
        one.add_argument("--git-dir", metavar="仓库", help="git 仓库（可为裸仓库；默认当前数据仓库）")
        one.add_argument(
            "--branch",
            default="main",
            metavar="分支",
            help="数据所在的分支（默认 main；verify 不写 --git-dir 时核对工作文件夹）",
        )
        one.add_argument(
            "--register", metavar="版本", help="登记簿所在的 git 版本（默认 register 分支，没有则用数据中的）"
        )


def _add_now(made: Any) -> None:
    made.add_argument("--now", type=moment, metavar="时刻", help="现在的时刻（默认取本机时钟）")


def _now(options: argparse.Namespace) -> datetime:
    shanghai = timezone(timedelta(hours=8))
    return (options.now or now()).astimezone(shanghai).replace(microsecond=0)


def _bytes(path: str, what: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise UsageError(f"{what} {path} 读不了：{why(error)}") from error


def file(options: argparse.Namespace) -> int:
    """`siwu file`."""
    from generator.register import source
    from generator.registrar import Request, file
    from generator.registrar.book import checked_out
    from generator.registrar.journal import read
    from generator.text import inert
    from generator.tree import has_revision

    git_dir = git_dir_of(options)
    branch = options.register_branch or source(lambda name: has_revision(git_dir, name)).removeprefix(
        "refs/heads/"
    )
    request = Request(
        git_dir=git_dir,
        branch=options.branch,
        register_branch="" if branch == options.branch else branch,
        journal=read(_bytes(options.journal, "提交记录"), options.journal),
        reviewer=options.reviewer,
        committer=options.committer,
        now=_now(options),
    )
    filed = file(request)
    if filed.faults:
        return _refuse(filed.faults, "登记簿有问题，没有登记任何记录。请先查明，恢复登记任务写下的原文。")
    for warning in filed.warnings:
        complain(warning)
    for line in filed.lines:
        late = f"，逾期 {line['late_days']} 天" if line["late_days"] else ""
        say(inert(f"{line['no']} {line['record']} {line['submitted']} 提交{late}") + "\n")
    ref = filed.ref.removeprefix("refs/heads/")
    if not filed.lines:
        say(f"没有新的记录要登记；{ref} 分支上的登记簿不变。\n")
        return CLEAN
    say(f"登记了 {len(filed.lines)} 条，写入 {ref} 分支（{filed.commit[:12]}）。\n")
    if checked_out(git_dir, filed.ref):
        complain(
            f"工作文件夹检出的正是 {ref} 分支，里面的登记簿还是旧的。"
            "请运行 git restore --source=HEAD --staged --worktree -- data/filings，免得下次提交时把它改回去"
        )
    return CLEAN


def _refuse(faults: Iterable[Fault], last: str) -> int:
    from generator.text import inert

    for fault in faults:
        say(inert(fault.sentence) + "\n")
    complain(last)
    return FOUND


def register(options: argparse.Namespace) -> int:
    """`siwu register verify` and `siwu register anchor`."""
    return {"verify": _verify, "anchor": _anchor}[options.action](options)


def _verify(options: argparse.Namespace) -> int:
    from generator.registrar.anchor import unanchored
    from generator.registrar.book import files, opened
    from generator.registrar.proof import changed, faults, field_titles

    tree, schemas = _tree(options)
    found = faults(tree, schemas)
    if options.against:
        found += changed(_older(options), files(tree), field_titles(schemas))
    anchors = 0
    if options.allowed_signers:
        signers = Path(options.allowed_signers)
        _bytes(options.allowed_signers, "可信签名人名单")
        anchors, wrong = unanchored(git_dir_of(options), signers, files(tree))
        found += wrong
    if found:
        return _refuse(
            found, f"登记簿有 {len(found)} 处不对，见上。登记簿只增不改：请查明是谁改动，恢复原样。"
        )
    book = opened("", "", tree)
    count = sum(map(len, book.lines.values()))
    more = f"，{anchors} 个锚定标签都对得上" if options.allowed_signers else ""
    say(f"登记簿 {count} 条，前后相接，没有改动{more}。末条摘要 {book.head}\n")
    return CLEAN


def _older(options: argparse.Namespace) -> dict[int, bytes]:
    """The older copy: a file named by its year, a folder that holds the register or a repository, else a revision."""
    from generator.registrar.book import files
    from generator.tree import Directory, GitTree

    path = Path(options.against)
    if path.is_dir():
        found = files(Directory(path)) or {
            int(one.stem): one.read_bytes() for one in sorted(path.glob("[0-9][0-9][0-9][0-9].jsonl"))
        }
    elif path.is_file():
        if not re.fullmatch(r"[0-9]{4}\.jsonl", path.name):
            raise UsageError(f"{path} 要以年度命名，例如 2022.jsonl，才知道是哪一年的登记簿")
        found = {int(path.stem): path.read_bytes()}
    else:
        # A branch that was begun with nothing holds an empty register.
        return files(GitTree(git_dir_of(options), options.against))
    if not found:
        raise UsageError(f"{options.against} 中没有登记簿")
    return found


def _tree(options: argparse.Namespace) -> tuple[Tree, Schemas]:
    """The records with the register in place, from git objects where `--git-dir` is given."""
    from generator.schema import Schemas
    from generator.tree import Directory

    if options.git_dir is not None:
        return _kept(options)
    directory = Directory(root_of(options))
    return with_register(directory, directory.git, options), Schemas.read(directory)


def _kept(options: argparse.Namespace) -> tuple[Tree, Schemas]:
    """The records as the branch keeps them, whatever the work tree holds."""
    from generator.schema import Schemas
    from generator.tree import GitTree

    tree = GitTree(git_dir_of(options), f"refs/heads/{options.branch}")
    return with_register(tree, tree.git_dir, options), Schemas.read(tree)


def _anchor(options: argparse.Namespace) -> int:
    from generator.registrar.anchor import anchor
    from generator.registrar.book import opened
    from generator.registrar.proof import faults

    tree, schemas = _kept(options)
    found = faults(tree, schemas)
    if found:
        return _refuse(found, "登记簿有问题，没有打标签。请先查明，恢复登记任务写下的原文。")
    made = anchor(
        git_dir_of(options),
        opened("", "", tree),
        key=Path(options.key),
        tag=options.tag,
        committer_given=options.committer,
        now=_now(options),
        target=_target(options),
    )
    say(f"已打标签 {made}。请推送它（git push origin {made}），并另存一份在别处。\n")
    return CLEAN


def _target(options: argparse.Namespace) -> str:
    """The revision whose commit holds the register."""
    from generator.register import source
    from generator.tree import has_revision

    git_dir = git_dir_of(options)
    named: str = options.register or source(lambda name: has_revision(git_dir, name))
    return named or f"refs/heads/{options.branch}"
