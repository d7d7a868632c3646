"""`siwu seal`, `unseal` and `rekey`: plain text in and out of the sealed tier."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.cli import retaining, screening
from generator.cli.desk import HISTORY, Command, Desk, discreet
from generator.cli.retaining import class_option
from generator.cli.terminal import CLEAN, FOUND, UsageError, complain, say

if TYPE_CHECKING:
    from generator.problem import Problem
    from generator.vault.envelopes import Sealed
    from generator.vault.holders import Holder, Holders

STANDARD = "-"
OPENER = "age 身份文件（私钥），放在仓库以外（或设 SIWU_IDENTITY）"
ABOUTS = {
    "seal": "把学员记录或考题密封进仓库（明文放在仓库以外）",
    "unseal": "打开密封记录，写到仓库以外",
    "rekey": "收件人变了以后，把密封文件重新密封给登记的收件人",
    "sealed": "密封记录的保存期限：查看到期的，删除到期的",
}


def add(command: Callable[[str, str], Any], below: Callable[..., Any], day: Any) -> None:
    """The options of these commands, and of `sealed` and `screen`; `command` and `below` make them, `day` reads a date."""
    made = command("seal", ABOUTS["seal"])
    made.add_argument(
        "files", nargs="*", metavar="明文", help="学员记录（YAML），- 是标准输入；注释不保留，写法统一整理"
    )
    made.add_argument("--paper", metavar="试卷", help="密封这份试卷（什么格式都可以），要与 --class 同用")
    _class_option(made, "试卷是哪个班次的")
    _identity(made, "用来看出内容有没有变化，没有变化的不动；")
    made = command("unseal", ABOUTS["unseal"])
    class_option(made)
    made.add_argument("--paper", action="store_true", help="打开试卷，不是学员记录")
    made.add_argument(
        "--out", required=True, metavar="文件", help="写到这个新文件（只有自己能看），- 是标准输出"
    )
    _identity(made)
    made = command("rekey", ABOUTS["rekey"])
    _class_option(made, "只重新密封这个班次的（默认全部）")
    made.add_argument(
        "--paper", action="store_true", help="连试卷一起（摘要会变，考核方案要改、要重新报审定）"
    )
    _identity(made)
    retaining.add(command("sealed", ABOUTS["sealed"]), below, day)
    screening.options(command("screen", screening.ABOUT))


def _class_option(made: Any, about: str) -> None:
    made.add_argument("--class", dest="class_id", metavar="班次", help=about)
    made.add_argument("--year", type=int, metavar="年度", help="几个年度都有这个班次时写明")


def _identity(made: Any, about: str = "") -> None:
    made.add_argument("--identity", metavar="文件", help=about + OPENER)


@discreet
def seal(options: argparse.Namespace, desk: Desk) -> int:
    """`siwu seal`: all files are judged before the first is sealed."""
    if options.paper:
        return _paper(options, desk)
    if not options.files or options.class_id:
        raise UsageError("请写要密封的明文文件；试卷用 --paper 试卷 --class 班次")
    from generator.vault.envelopes import put
    from generator.vault.holders import RefusedError
    from generator.vault.records import judge

    holders, judged = desk.holders(), []
    problems: list[Problem] = []
    for name in options.files:
        try:
            plain = judge("标准输入" if name == STANDARD else name, _plain(name), holders, desk.schemas)
            judged.append((plain, holders.keys(plain.holder)))
        except RefusedError as refused:
            problems += refused.problems
    if problems:
        raise RefusedError(problems)
    _no_twins([plain.holder.candidates for plain, _ in judged])
    for plain, keys in judged:
        done = put(desk.root, plain.holder.candidates, plain.raw, keys, desk.identities)
        say(f"{_said(done)}，学员 {plain.people} 名。\n")
    return CLEAN


def _no_twins(paths: Sequence[str]) -> None:
    for path in paths:
        if paths.count(path) > 1:
            raise UsageError(f"有两个文件都是 {path} 的明文，没有密封。请只给一个")


def _paper(options: argparse.Namespace, desk: Desk) -> int:
    from generator.vault.envelopes import put_paper

    if not options.class_id or options.files:
        raise UsageError("密封试卷写成 siwu seal --paper 试卷 --class 班次，不写别的文件")
    holders = desk.holders()
    holder = holders.of(options.class_id, options.year)
    done = put_paper(desk.root, holder, _plain(options.paper), holders, desk.identities)
    say(f"{_said(done)}。\n考核方案中班次 {holder.class_id} 应写：\n{_filed(done)}")
    return CLEAN


def _filed(done: Sealed) -> str:
    return f'    paper:\n      file: {done.path}\n      digest: "{done.digest}"\n'


def _said(done: Sealed) -> str:
    if not done.written:
        return f"{done.path}：没有变化，没有改动"
    doubt = "" if done.compared else "（原文件没有打开比较，按有变化处理）"
    return f"{done.path}：已密封给 {done.recipients} 个收件人{doubt}"


def _plain(name: str) -> bytes:
    from generator.text import MAX_BYTES
    from generator.vault.folders import VaultError, no_redirection, read_outside

    if name != STANDARD:
        return read_outside(Path(name))
    no_redirection(sys.stdin.fileno())
    raw = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise VaultError(f"标准输入超过上限 {MAX_BYTES // 2**20} MB")
    return raw


@discreet
def unseal(options: argparse.Namespace, desk: Desk) -> int:
    """`siwu unseal`."""
    from generator.vault.envelopes import opened
    from generator.vault.folders import no_redirection, write_outside

    _need_identity(desk)
    holder = desk.holders().of(options.class_id, options.year)
    if options.out == STANDARD:
        no_redirection(sys.stdout.fileno())
    plain = opened(desk.root, holder.paper if options.paper else holder.candidates, desk.identities)
    if options.out == STANDARD:
        sys.stdout.buffer.write(plain)
        sys.stdout.flush()
        return CLEAN
    write_outside(Path(options.out), plain)
    complain(f"明文已写到 {options.out}，只有您自己能看。用完请删除，不要放进仓库，不要用邮件和即时通信传。")
    return CLEAN


@discreet
def rekey(options: argparse.Namespace, desk: Desk) -> int:
    """`siwu rekey`: what does not open is told, the rest is sealed anew."""
    from generator.report import line
    from generator.vault.envelopes import rekey
    from generator.vault.holders import RefusedError

    _need_identity(desk)
    holders = desk.holders()
    failed = done = 0
    for holder, path in _sealed_files(options, desk, holders):
        keys = holders.keys(holder)
        try:
            made = rekey(desk.root, path, keys, desk.identities)
        except RefusedError as refused:
            failed += 1
            say("".join(f"{line(problem)}\n" for problem in refused.problems))
            continue
        done += 1
        said = f"；考核方案应写：\n{_filed(made)}" if path == holder.paper else "。\n"
        say(f"{_said(made).replace('（原文件没有打开比较，按有变化处理）', '')}{said}")
    say(f"重新密封了 {done} 个文件{f'，{failed} 个打不开，没有改动' if failed else ''}。{HISTORY}\n")
    return FOUND if failed else CLEAN


def _sealed_files(options: argparse.Namespace, desk: Desk, holders: Holders) -> list[tuple[Holder, str]]:
    """The sealed files of the classes asked for; one of a class nobody registered is a slip to be told."""
    from generator.vault.retention import records

    only = holders.of(options.class_id, options.year) if options.class_id else None
    kinds = ("candidates", "paper") if options.paper else ("candidates",)
    found = []
    for kind in kinds:
        for path, class_id, year in records(desk.tree, desk.schemas, kind):
            if only is None or (class_id, year) == (only.class_id, only.year):
                found.append((holders.of(class_id, year), path))
    return found


def _need_identity(desk: Desk) -> None:
    if not desk.identities:
        raise UsageError("要用 --identity 给出 age 身份文件（或设 SIWU_IDENTITY）才能打开")


COMMANDS: dict[str, Command] = {
    "seal": seal,
    "unseal": unseal,
    "rekey": rekey,
    "sealed": retaining.sealed,
    "screen": screening.screen,
}
