"""The command line: parsing apart from execution, ten lines a command, everything a person reads in Chinese."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from generator.tree import Tree

CLEAN, FOUND, USAGE, BUG, INTERRUPTED = 0, 1, 2, 3, 130


class UsageError(Exception):
    """Wrong usage or environment, in Chinese; exit code 2."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Exit codes: 0 clean, 1 problems found, 2 wrong usage or environment, 3 a bug."""
    from generator.tree import TreeError

    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (UsageError, TreeError) as error:
        print(f"siwu：{error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLEAN
    except Exception:
        return _bug(traceback.format_exc())


def _bug(trace: str) -> int:
    print(trace, file=sys.stderr)
    print(
        f"siwu 自身出错了（版本 {version('siwu')}，Python {sys.version.split()[0]}）。"
        "您的数据没有被改动。请把以上文字连同所用命令报告给维护人员。",
        file=sys.stderr,
    )
    return BUG


def _check(options: argparse.Namespace) -> int:
    from generator.check import check
    from generator.report import REPORTERS

    tree = _tree(options)
    outcome = check(
        tree, as_of=options.as_of, today=_today(), identities=_identities(options), progress=_progress()
    )
    outcome = _only(outcome, options)
    sys.stdout.write(REPORTERS[options.format](outcome))
    if outcome.crashes:
        return _bug("\n".join(outcome.crashes))
    blocking = ("error", "warning") if options.strict else ("error",)
    return FOUND if any(problem.severity in blocking for problem in outcome.problems) else CLEAN


def _only(outcome: Any, options: argparse.Namespace) -> Any:
    from dataclasses import replace

    if not options.only:
        return outcome
    wanted = tuple(path.rstrip("/") for path in options.only)
    kept = [
        problem
        for problem in outcome.problems
        if any(problem.where.path == path or problem.where.path.startswith(f"{path}/") for path in wanted)
    ]
    return replace(outcome, problems=tuple(kept))


def _rules(options: argparse.Namespace) -> int:
    from generator.catalogue import explained, listed, numbering
    from generator.rules import RULES

    numbers = numbering(_tree(options))
    if options.code is None:
        sys.stdout.write(listed(numbers))
        return CLEAN
    code = options.code.upper()
    if code not in RULES:
        raise UsageError(f"没有规则 {options.code}。运行 siwu rules 查看全部规则。")
    sys.stdout.write(explained(RULES[code], numbers))
    return CLEAN


def _fix(options: argparse.Namespace) -> int:
    from generator.fix import fix

    results = fix(_root(options), options.paths)
    for result in results:
        print(result.sentence)
    print(f"整理了 {sum(result.written for result in results)} 个文件。")
    return FOUND if any(result.refused for result in results) else CLEAN


def _diff(options: argparse.Namespace) -> int:
    from generator.diff import differences, records

    old, new = (records(_side(options, side)) for side in (options.old, options.new))
    for line in differences(old, new):
        print(line)
    return CLEAN


def _demo(options: argparse.Namespace) -> int:
    from generator.demo import write

    write(
        _root(options),
        Path(options.out),
        seed=options.seed,
        scale=options.scale,
        years=options.years,
        progress=_progress(),
    )
    return CLEAN


def _build(options: argparse.Namespace) -> int:
    from generator.check import check
    from generator.publish import publish
    from generator.report import text

    root = _root(options)
    outcome = check(_tree(options), as_of=options.as_of, today=_today(), progress=_progress())
    sys.stdout.write(text(outcome))
    if outcome.crashes:
        return _bug("\n".join(outcome.crashes))
    if outcome.repo is None or any(problem.severity == "error" for problem in outcome.problems):
        print("数据有错误，网站没有生成；原来的网站保持不变。", file=sys.stderr)
        return FOUND
    print(f"网站已生成：{publish(root, outcome, Path(options.out) if options.out else root / 'build')}")
    return CLEAN


def _serve(options: argparse.Namespace) -> int:
    from generator.serve import serve

    return serve(_root(options), port=options.port, rebuild=lambda: _build(options))


def _root(options: argparse.Namespace) -> Path:
    from generator.tree import find_root

    start = Path(options.directory or ".")
    if not start.is_dir():
        raise UsageError(f"没有文件夹 {start}")
    return find_root(start.resolve())


def _tree(options: argparse.Namespace) -> Tree:
    from generator.tree import Directory, GitTree

    revision = getattr(options, "tree", None)
    if revision is None:
        return Directory(_root(options))
    return GitTree(_git_dir(options), revision)


def _git_dir(options: argparse.Namespace) -> Path:
    return Path(options.git_dir) if options.git_dir else _root(options) / ".git"


def _side(options: argparse.Namespace, side: str) -> Tree:
    """A side of a diff: a folder if there is one of that name, else a revision."""
    from generator.tree import Directory, GitTree

    if Path(side).is_dir():
        return Directory(Path(side))
    return GitTree(_git_dir(options), side)


def _identities(options: argparse.Namespace) -> Sequence[Any]:
    """The age identities of --identity or SIWU_IDENTITY."""
    from generator.sealed import identities

    path = options.identity or os.environ.get("SIWU_IDENTITY")
    if not path:
        return ()
    try:
        return identities(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"身份文件 {path} 不能用：{error}") from error


def _today() -> date:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def _progress() -> Callable[[int, int], None] | None:
    """A counter on the terminal; nothing in CI or a pipe."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        end = "\r\x1b[K" if done >= total else ""
        sys.stderr.write(f"\r{done}/{total}{end}")
        sys.stderr.flush()

    return show


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2022-11-20 的样子") from None


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 100):
        raise argparse.ArgumentTypeError(f"“{text}”应是 1 到 100 的整数")
    return int(text)


class _Parser(argparse.ArgumentParser):
    """argparse speaking Chinese."""

    WORDS = (
        ("the following arguments are required: ", "缺少参数："),
        ("unrecognized arguments: ", "不认识的参数："),
        ("expected one argument", "后面要跟一个值"),
        ("expected at least one argument", "后面至少要跟一个值"),
        ("invalid choice: ", "没有这个选项："),
        ("choose from", "可选"),
        ("invalid int value: ", "不是整数："),
        ("argument ", "参数 "),
    )

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        keywords |= {"add_help": False, "formatter_class": _Format, "allow_abbrev": False}
        super().__init__(*arguments, **keywords)
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示帮助")

    def error(self, message: str) -> NoReturn:
        for english, chinese in self.WORDS:
            message = message.replace(english, chinese)
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"siwu：{message}。运行 {self.prog} -h 查看帮助。\n")


class _Format(argparse.HelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


def _parser() -> _Parser:
    parser = _Parser(prog="siwu", description="湖北“四知五会”知识产权培训：数据检查与网站生成")
    parser.add_argument(
        "-V", "--version", action="version", version=f"siwu {version('siwu')}", help="显示版本"
    )
    parser.add_argument(
        "-C", dest="directory", metavar="文件夹", help="在这个数据仓库中运行（默认从当前文件夹向上找）"
    )
    commands = parser.add_subparsers(title="命令", required=True, metavar="命令", parser_class=_Parser)

    def command(name: str, run: Callable[[argparse.Namespace], int], about: str) -> _Parser:
        made: _Parser = commands.add_parser(name, help=about, description=about)
        made.set_defaults(run=run)
        return made

    made = command("check", _check, "检查全部记录，逐条说明问题和改法")
    made.add_argument(
        "--format", choices=("text", "json", "github"), default="text", help="输出格式（默认 text）"
    )
    made.add_argument("--only", nargs="+", metavar="路径", help="只显示这些文件或文件夹的问题（仍检查全部）")
    made.add_argument("--strict", action="store_true", help="警告也算不通过")
    made.add_argument(
        "--as-of", type=_date, metavar="日期", help="按这一天判断逾期（默认按数据集说明，否则今天）"
    )
    made.add_argument("--tree", metavar="版本", help="检查 git 仓库中的某个版本，不检出")
    made.add_argument("--git-dir", metavar="仓库", help="与 --tree 同用：git 仓库（可为裸仓库）")
    made.add_argument(
        "--identity", metavar="文件", help="age 身份文件，用来打开密封记录（或设 SIWU_IDENTITY）"
    )

    made = command("rules", _rules, "列出全部规则，或说明一条规则")
    made.add_argument("code", nargs="?", metavar="规则编号", help="例如 PL002")

    made = command("fix", _fix, "把记录整理成统一写法（不改变内容）")
    made.add_argument("paths", nargs="*", metavar="路径", help="只整理这些文件或文件夹（默认全部）")

    made = command("diff", _diff, "用中文说明两个版本的记录有什么不同")
    made.add_argument("old", metavar="旧", help="旧的文件夹或 git 版本")
    made.add_argument("new", metavar="新", help="新的文件夹或 git 版本")
    made.add_argument("--git-dir", metavar="仓库", help="git 仓库（可为裸仓库）")

    made = command("demo", _demo, "生成虚构的演示数据")
    made.add_argument("--seed", type=int, default=2022, metavar="种子", help="随机种子（默认 2022）")
    made.add_argument("--out", required=True, metavar="文件夹", help="写到哪里（一个完整的仓库）")
    made.add_argument("--scale", type=_count, default=1, metavar="倍数", help="每年的规模（默认 1）")
    made.add_argument(
        "--years", type=_count, default=1, metavar="年数", help="从 2022 年起连续几年（默认 1）"
    )

    for name, run, about in (
        ("build", _build, "检查数据并生成网站"),
        ("serve", _serve, "在本机查看网站，数据变化时自动重新生成"),
    ):
        made = command(name, run, about)
        made.add_argument("--out", metavar="文件夹", help="输出文件夹（默认 build）")
        made.add_argument("--as-of", type=_date, metavar="日期", help="按这一天生成")
        if name == "serve":
            made.add_argument("--port", type=int, default=8000, metavar="端口", help="端口（默认 8000）")
    return parser
