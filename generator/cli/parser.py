"""The commands and their options; argparse speaking Chinese."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any, NoReturn

from generator.cli import (
    auditing,
    gating,
    github,
    hooking,
    issuing,
    keying,
    printing,
    sealing,
    status_key,
    verifying,
)
from generator.cli.registering import FILE_ABOUT, file_options, register_options
from generator.cli.terminal import CLEAN, USAGE, release

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST = 100
# What argparse says, and how we say it.
SAYINGS = (
    (r"the following arguments are required: (.*)", r"缺少参数：\1"),
    (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
    (r"argument (.*): expected one argument", r"\1 后面要跟一个值"),
    (r"argument (.*): expected at least one argument", r"\1 后面至少要跟一个值"),
    (r"argument (.*): ignored explicit argument .*", r"\1 后面不跟值"),
    (r"argument 命令: invalid choice: ['\"](.*)['\"] \(.*", r"没有命令“\1”"),
    (r"argument (.*): invalid choice: ['\"](.*)['\"] \(choose from (.*)\)", r"\1 没有“\2”这个选项，可写：\3"),
    (r"argument (.*): invalid int value: '(.*)'", r"\1：“\2”不是整数"),
    (r"argument (.*?): (.*)", r"\1：\2"),
)


class Parser(argparse.ArgumentParser):
    """An argument parser that helps and complains in Chinese."""

    def __init__(self, *, prog: str, description: str) -> None:
        super().__init__(
            prog=prog, description=description, add_help=False, formatter_class=_Format, allow_abbrev=False
        )
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示帮助")

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line, and what may have been meant."""
        from difflib import get_close_matches

        said = next((re.sub(*saying, message) for saying in SAYINGS if re.match(saying[0], message)), message)
        meant = get_close_matches(_wrong(message), list(self._known()), n=1)
        hint = f"是否想写 {meant[0]}？" if meant else ""
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"siwu：{_listed(said)}。{hint}运行 {self.prog} -h 查看帮助。\n")

    def _known(self) -> Iterator[str]:
        """Options and commands, those of the commands included."""
        for action in self._actions:
            yield from action.option_strings
            if isinstance(action, argparse._SubParsersAction):
                for name, below in action.choices.items():
                    yield name
                    yield from below._known()


def _listed(said: str) -> str:
    """The names at the end of a sentence as a Chinese list; some versions of argparse quote them."""
    start, colon, names = said.rpartition("：")
    return (
        start + colon + names.replace("'", "").replace(", ", "、")
        if start.endswith(("缺少参数", "可写"))
        else said
    )


def _wrong(message: str) -> str:
    """The word that argparse did not know."""
    found = re.match(r"unrecognized arguments: (\S+)|argument 命令: invalid choice: '(.*?)'", message)
    return next(filter(None, found.groups()), "") if found else ""


class _Format(argparse.HelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        print(f"siwu {release()}")
        parser.exit(CLEAN)


def day(text: str) -> date:
    """A date of the command line."""
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2022-11-20 的样子")


def count(text: str) -> int:
    """A small positive number of the command line."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= MOST):
        raise argparse.ArgumentTypeError(f"“{text}”应是 1 到 {MOST} 的整数")
    return int(text)


def parser() -> Parser:
    """Every command with its options."""
    made = Parser(prog="siwu", description="湖北“四知五会”知识产权培训：数据检查与网站生成")
    made.add_argument("-V", "--version", action=_Version, nargs=0, help="显示版本")
    _add_directory(made, default=None)
    commands = made.add_subparsers(
        title="命令", dest="command", required=True, metavar="命令", parser_class=Parser
    )
    _check(_command(commands, "check", "检查全部记录，逐条说明问题和改法"))
    rules = _command(commands, "rules", "列出全部规则，或说明一条规则")
    rules.add_argument("code", nargs="?", metavar="规则编号", help="例如 PL002")
    fix = _command(commands, "fix", "把记录整理成统一写法（不改变内容；有疑问的文件不动）")
    fix.add_argument("paths", nargs="*", metavar="路径", help="只整理这些文件或文件夹（默认全部）")
    diff = _command(commands, "diff", "用中文说明两个版本的记录有什么不同")
    diff.add_argument("old", metavar="旧", help="旧的文件夹或 git 版本")
    diff.add_argument("new", metavar="新", help="新的文件夹或 git 版本")
    diff.add_argument("--git-dir", metavar="仓库", help="git 仓库（可为裸仓库）")
    _demo(_command(commands, "demo", "生成虚构的演示数据"))
    for name, about in (("build", "检查数据并生成网站"), ("serve", "在本机查看网站，数据变化时自动重新生成")):
        site = _command(commands, name, about)
        site.add_argument("--out", metavar="文件夹", help="输出文件夹（默认 build）")
        site.add_argument("--as-of", type=day, metavar="日期", help="按这一天生成")
        site.add_argument(
            "--only",
            choices=("site", "certificates", "receipts"),
            help="只重新生成网页（site）、证书（certificates）或备案回执（receipts），其余沿用上次的",
        )
        site.add_argument(
            "--pulls", metavar="文件", help="尚未合并的请求清单（JSON），待办页面据此列出已退回的"
        )
        site.add_argument(
            "--font",
            metavar="字体文件",
            action="append",
            default=[],
            help="默认字体没有的字，从这个字体文件取；可写多次",
        )
        site.add_argument(status_key.OPTION, metavar="文件", help=status_key.ABOUT)
        if name == "serve":
            site.add_argument("--port", type=int, default=8000, metavar="端口", help="端口（默认 8000）")
    _status(_command(commands, "status", "列出各市州谁逾期、谁待报、谁已备案"))
    gating.add_options(_command(commands, "gate", "判断一次推送能不能接收（只读 git 对象，不检出）"), day)
    hooking.add_options(_command(commands, "hook", hooking.ABOUT), _command)
    file_options(_command(commands, "file", FILE_ABOUT))
    register_options(_command(commands, "register", "核对、锚定备案登记簿"), _command)
    github.add(lambda name, about: _command(commands, name, about), day)
    sealing.add(lambda name, about: _command(commands, name, about), _command, day)
    keying.add(_command(commands, "key", keying.ABOUT), _command, day)
    verifying.add(_command(commands, "verify", verifying.ABOUT), day)
    issuing.add(lambda name, about: _command(commands, name, about), day)
    printing.add(_command(commands, "print", printing.ABOUT), count)
    auditing.add(_command(commands, "audit", auditing.ABOUT), day)
    return made


def _command(commands: Any, name: str, about: str) -> Parser:
    made: Parser = commands.add_parser(name, help=about, description=about)
    _add_directory(made, default=argparse.SUPPRESS)
    return made


def _add_directory(made: Parser, default: Any) -> None:
    """-C stands before or after the command."""
    about = "在这个数据仓库中运行（默认从当前文件夹向上找）"
    made.add_argument("-C", dest="directory", metavar="文件夹", default=default, help=about)


def _check(made: Parser) -> None:
    made.add_argument(
        "--format", choices=("text", "json", "github"), default="text", help="输出格式（默认 text）"
    )
    made.add_argument("--only", nargs="+", metavar="路径", help="只显示这些文件或文件夹的问题（仍检查全部）")
    made.add_argument("--strict", action="store_true", help="警告也算不通过")
    made.add_argument(
        "--as-of", type=day, metavar="日期", help="按这一天判断逾期（默认按数据集说明，否则今天）"
    )
    made.add_argument("--tree", metavar="版本", help="检查 git 仓库中的某个版本，不检出")
    made.add_argument("--git-dir", metavar="仓库", help="与 --tree 同用：git 仓库（可为裸仓库）")
    made.add_argument(
        "--register", metavar="版本", help="备案登记簿所在的 git 版本（默认 register 分支，没有则用数据中的）"
    )
    made.add_argument(
        "--identity", metavar="文件", help="age 身份文件，用来打开密封记录（或设 SIWU_IDENTITY）"
    )


def _status(made: Parser) -> None:
    made.add_argument(
        "--prefecture", metavar="市州", help="只看一个市州，例如 yichang 或 宜昌（工作组写 group）"
    )
    made.add_argument("--year", type=int, metavar="年度", help="哪一年（默认按数据集说明）")
    made.add_argument("--as-of", type=day, metavar="日期", help="按这一天判断逾期")


def _demo(made: Parser) -> None:
    made.add_argument("--seed", type=int, default=2022, metavar="种子", help="随机种子（默认 2022）")
    made.add_argument("--out", required=True, metavar="文件夹", help="写到哪里（一个完整的仓库）")
    made.add_argument("--scale", type=count, default=1, metavar="倍数", help="每年的规模（默认 1）")
    made.add_argument("--years", type=count, default=1, metavar="年数", help="从 2022 年起连续几年（默认 1）")
