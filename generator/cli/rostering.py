"""What the commands that write the roster share: the records as read, judging, showing, asking, writing."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.cli.desk import Command, Desk, discreet
from generator.cli.private_key import private_key
from generator.cli.terminal import CLEAN, FOUND, UsageError, say

if TYPE_CHECKING:
    from generator.check import Outcome
    from generator.issue.awards import Legible
    from generator.issue.entries import Press
    from generator.issue.ledger import Ledger
    from generator.model import Repo
    from generator.signature.keys import PrivateKey

VARIABLE = "SIWU_ISSUER_KEY"
YES = "确认"
File = tuple[str, bytes]


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """The records as they were read, what the check said of them, and the day of what is written."""

    desk: Desk
    seen: Mapping[str, str]
    before: Outcome
    repo: Repo
    ledger: Ledger
    day: date


def common(made: Any, day: Any, signs: bool) -> None:
    """Options all these commands have; those that sign also have a key, fonts and names to show."""
    if signs:
        made.add_argument(
            "--key", metavar="文件", help=f"签发密钥的私钥文件，放在仓库以外（或设 {VARIABLE}）"
        )
        made.add_argument(
            "--font",
            action="append",
            default=[],
            metavar="字体文件",
            help="默认字体没有的字，从这个字体文件取；可写多次",
        )
        made.add_argument(
            "--list", action="store_true", help="不在终端里也列出姓名和单位（注意输出到了哪里）"
        )
    made.add_argument(
        "--date", type=day, metavar="日期", help="证书或事件的日期（默认今天，演示按数据集说明）"
    )
    made.add_argument("--yes", action="store_true", help="不再询问，直接写入（供脚本用）")


def rostering(command: Callable[[argparse.Namespace, Desk], int]) -> Command:
    """Refusals in words: nothing is written."""

    @discreet
    @wraps(command)
    def run(options: argparse.Namespace, desk: Desk) -> int:
        from generator.documents.fonts import MissingFontError
        from generator.issue.refusal import IssueError
        from generator.text import inert

        try:
            return command(options, desk)
        except IssueError as refused:
            say("".join(f"没有写入：{inert(sentence)}。\n" for sentence in refused.sentences))
            return FOUND
        except MissingFontError as error:
            raise UsageError(f"{error}，没有写入") from error

    return run


def begin(options: argparse.Namespace, desk: Desk) -> Work:
    """The records read and checked. Refuses a day that has not come."""
    from generator.issue.ledger import Ledger
    from generator.issue.switch import begin
    from generator.vault.retention import day_of

    seen = begin(desk.root)
    before = _checked(desk, desk.tree)
    if before.repo is None:
        raise UsageError("年度方案、地区或单位等基本记录读不了。请先运行 siwu check，按提示改好")
    today = day_of(desk.tree, desk.schemas, None, desk.today)
    day = options.date or today
    if day > today:
        raise UsageError(f"--date {day} 在今天（{today}）以后，没有写入")
    ledger = Ledger.of(before.repo)
    return Work(desk=desk, seen=seen, before=before, repo=before.repo, ledger=ledger, day=day)


def _checked(desk: Desk, tree: Any) -> Outcome:
    from generator.check import check

    outcome = check(tree, schemas=desk.schemas, today=desk.today, identities=desk.identities)
    if outcome.crashes:
        raise RuntimeError("a rule failed")
    return outcome


def press(options: argparse.Namespace, work: Work, year: int, site: str) -> tuple[Press, str]:
    """What certificates of a year and site are made with, and the key's id."""
    from generator.issue.entries import Press, SystemChance
    from generator.issue.ledger import numbers
    from generator.issue.signing import judge_issuer_key, newest_layout
    from generator.validity.badges import award

    dataset = work.repo.dataset
    private = _private(options, work.repo.dataset.kind == "demo")
    made = Press(
        key=private,
        day=work.day,
        layout=newest_layout(_layouts(work.desk.root)),
        base_url=dataset.base_url,
        numbers=numbers(dataset.numbers.certificate, year, site, work.ledger.serial(year, site)),
        taken=set(work.ledger.tokens),
        chance=SystemChance(),
        award=award(work.repo, year),
    )
    return made, judge_issuer_key(private, work.repo, work.day)


def _layouts(root: Path) -> Path:
    """The repository's own layouts, else (a repository of records only) those of the program."""
    from generator.publish import home_of

    return home_of(root) / "site" / "templates" / "certificate"


def _private(options: argparse.Namespace, demo: bool) -> PrivateKey:
    """The private key; only a demo's may lie in a repository."""
    path = options.key or os.environ.get(VARIABLE)
    if not path:
        raise UsageError(f"要用 --key 给出签发密钥的私钥文件（或设 {VARIABLE}），才能签证书")
    return private_key(path, "签发密钥", outside=not demo)


def legible(options: argparse.Namespace) -> Legible:
    """What cannot be printed in the fonts at hand."""
    from functools import partial

    from generator.documents.fonts import Fonts
    from generator.documents.legible import unprintable

    return partial(unprintable, fonts=Fonts.installed(*map(Path, options.font)))


def judged(work: Work, files: Sequence[File], record: str = "") -> None:
    """Refuse what the check would refuse afterwards."""
    from generator.issue.judgement import Overlaid, in_the_way
    from generator.vault.holders import RefusedError

    after = _checked(work.desk, Overlaid(work.desk.tree, dict(files)))
    wrong = in_the_way(work.before, after, record)
    if wrong:
        say("没有写入，请先改好：\n")
        raise RefusedError(wrong)


def naming(options: argparse.Namespace) -> bool:
    """Whether names may be shown: on a terminal, or where asked for; never into a repository."""
    from generator.vault.folders import no_redirection

    if options.list:
        no_redirection(sys.stdout.fileno())
    return bool(options.list) or sys.stdout.isatty()


def written(options: argparse.Namespace, work: Work, files: Sequence[File], word: str) -> bool:
    """Ask, then write what was shown; False where the answer is no."""
    from generator.issue.switch import put

    paths = "、".join(path for path, _ in files)
    say(f"将写入 {paths}。\n")
    if not options.yes and not _agreed(word):
        say("没有写入。\n")
        return False
    put(work.desk.root, work.seen, files)
    say(f"已写入 {paths}。\n")
    return True


def _agreed(word: str) -> bool:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("没有写入：要在终端里确认；在脚本里运行请加 --yes")
    say(f"请核对。输入 {word} 或“{YES}”写入，输入别的都不写：")
    sys.stdout.flush()
    return sys.stdin.readline().strip() in {word, YES}


def finished(*steps: str) -> int:
    """What comes next."""
    say("下一步：" + "；".join(f"{at}. {step}" for at, step in enumerate(steps, 1)) + "。\n")
    return CLEAN
