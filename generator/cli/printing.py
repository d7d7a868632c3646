"""`siwu print`: certificates onto paper, and what was printed into the ledger."""

from __future__ import annotations

import argparse
import os
import re
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.cli.terminal import (
    BUG,
    CLEAN,
    FOUND,
    UsageError,
    complain,
    progress,
    release,
    report_bug,
    say,
)
from generator.system import why

if TYPE_CHECKING:
    from generator.check import Outcome
    from generator.documents.pades import Signer
    from generator.publish.certificates import Press
    from generator.publish.kept import Printing
    from generator.publish.ledger import Ledger
    from generator.publish.prints import Job, Result
    from generator.publish.shelf import Shelf

ABOUT = "打印证书：还没有印的、内容有变化的，记入打印台账"
EPOCH = "SOURCE_DATE_EPOCH"
SHARD = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})")
TOOLS = ("weasyprint", "pydyf", "zxing-cpp", "pillow")
OUT = ("build", "certificates")
# Characters the ledger has room for.
LONGEST = 120


def add(made: Any, count: Any) -> None:
    """The options of `siwu print`; `count` reads a small positive number."""
    made.add_argument("--year", type=int, metavar="年度", help="哪一年的名册（默认最近一年）")
    made.add_argument("--only", nargs="+", default=[], metavar="编号", help="只印这些证书")
    made.add_argument("--jobs", type=count, metavar="进程数", help="同时用几个进程（默认与处理器核数相同）")
    made.add_argument(
        "--shard",
        type=shard,
        default=(1, 1),
        metavar="第几份/几份",
        help="只印其中一份，如 2/4；各份不重不漏",
    )
    made.add_argument("--out", metavar="文件夹", help=f"PDF 放在这里的年度文件夹中（默认 {'/'.join(OUT)}）")
    made.add_argument(
        "--font",
        metavar="字体文件",
        action="append",
        default=[],
        help="默认字体没有的字，从这个字体文件取；可写多次",
    )
    made.add_argument("--seal-image", metavar="图片", help="印章图片（PNG），印在证书上，不保存到别处")
    made.add_argument(
        "--pades",
        metavar="证书文件",
        help="用这个 .p12 文件里的证书给 PDF 加电子签名；口令在终端里问，或放在环境变量 SIWU_PADES_PASSPHRASE",
    )
    made.add_argument("--again", action="store_true", help="已经印过的也重新印")
    made.add_argument(
        "--collect",
        nargs="+",
        default=[],
        metavar="文件夹",
        help="不打印，把分头印好的文件夹（各自的 --out）收到一起",
    )


def shard(text: str) -> tuple[int, int]:
    """`2/4` as (2, 4)."""
    found = SHARD.fullmatch(text)
    if found is None or int(found[1]) > int(found[2]):
        raise argparse.ArgumentTypeError(f"“{text}”应写成 2/4 的样子：分成 4 份，印第 2 份")
    return int(found[1]), int(found[2])


def print_certificates(options: argparse.Namespace) -> int:
    """`siwu print`."""
    from generator.cli.pades import signer
    from generator.cli.repository import root_of
    from generator.documents.fonts import MissingFontError
    from generator.documents.stamp import StampError
    from generator.publish.ledger import LedgerError, mend
    from generator.publish.shelf import ShelfError

    printing = options.only or options.again or options.seal_image or options.pades
    if options.collect and (printing or options.shard != (1, 1)):
        raise UsageError(
            "--collect 只收已经印好的，不与 --only、--again、--shard、--seal-image、--pades 同用"
        )
    root, printed = root_of(options), _moment()
    signs = signer(options.pades, datetime.fromisoformat(printed))
    try:
        mend(root)
        outcome = _checked(options)
        if isinstance(outcome, int):
            return outcome
        room = Room.of(options, root, outcome)
        if options.collect:
            return _collect(options, room)
        return max(_print(options, room, year, printed, signs) for year in _years(options, room))
    except (LedgerError, ShelfError, MissingFontError, StampError) as error:
        raise UsageError(str(error)) from error


def _moment() -> str:
    """The time of printing for the ledger: SOURCE_DATE_EPOCH if it is set, else now; in Shanghai."""
    from generator.register import SHANGHAI

    given = os.environ.get(EPOCH)
    if given is None:
        return datetime.now(SHANGHAI).isoformat(timespec="seconds")
    try:
        return datetime.fromtimestamp(int(given), SHANGHAI).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"环境变量 {EPOCH} 应是 1970 年以来的秒数，现在是“{given}”") from error


def _checked(options: argparse.Namespace) -> Outcome | int:
    """The records, checked; or the code to end with: nothing is printed of wrong ones."""
    from generator.check import check
    from generator.cli.clock import today
    from generator.cli.repository import tree_of
    from generator.report import brief

    outcome = check(tree_of(options), today=today(), progress=progress())
    if outcome.crashes:
        report_bug("\n".join(outcome.crashes))
        return BUG
    if outcome.repo is None or any(problem.severity == "error" for problem in outcome.problems):
        say(brief(outcome))
        complain("数据有错误，证书没有打印。")
        return FOUND
    return outcome


@dataclass(frozen=True, kw_only=True)
class Room:
    """What is printed with, and where to: `out` holds a folder a year."""

    press: Press
    printing: Printing
    root: Path
    out: Path
    demo: bool

    @classmethod
    def of(cls, options: argparse.Namespace, root: Path, outcome: Outcome) -> Room:
        """The room of a checked repository. Raises what fonts and the seal's picture raise."""
        from generator.derive.public import public
        from generator.publish import home_of
        from generator.publish.certificates import Press
        from generator.publish.kept import Printing
        from generator.schema import Schemas
        from generator.tree import Directory

        assert outcome.repo is not None
        seen = public(outcome.repo, Schemas.read(Directory(root)))
        fonts = tuple(map(Path, options.font))
        printing = Printing(progress=progress(), fonts=fonts, processes=options.jobs)
        press = Press.of(seen, outcome.repo, home_of(root) / "site", printing)
        out = Path(options.out) if options.out else root.joinpath(*OUT)
        demo = seen.dataset.kind == "demo"
        return cls(press=press, printing=printing, root=root, out=out, demo=demo)

    def ledger(self, year: int) -> Ledger:
        """The year's ledger."""
        from generator.publish.ledger import Ledger, ledger_path

        return Ledger(ledger_path(self.root, year, demo=self.demo))

    def shelf(self, year: int) -> AbstractContextManager[Shelf]:
        """The year's folder, for us alone."""
        from generator.publish.shelf import shelf

        waiting = "另一个打印正在往这个文件夹里印，等它完成……"
        return shelf(self.out / str(year), lambda: complain(waiting))


def _years(options: argparse.Namespace, room: Room) -> list[int]:
    """The years to print: the one given, else those of the numbers given, else the latest."""
    from generator.publish.prints import year_of

    years = {one.no: year_of(one.no) for one in room.press.every}
    for no in options.only:
        if no not in years:
            raise UsageError(f"名册里没有证书 {no}，请核对编号")
        if options.year not in (None, years[no]):
            raise UsageError(f"证书 {no} 不在 {options.year} 年的名册里")
    if not years or options.year not in (None, *years.values()):
        raise UsageError(f"{options.year or ''}{' 年的' if options.year else ''}名册里还没有证书")
    if options.year is not None:
        return [options.year]
    return sorted({years[no] for no in options.only}) or [max(years.values())]


def _print(options: argparse.Namespace, room: Room, year: int, printed: str, signs: Signer | None) -> int:
    from generator.publish.prints import Job
    from generator.publish.prints import printed as print_job

    seal = _seal(options.seal_image)
    press = replace(room.press, batch=room.press.batch.sealed(seal)) if seal is not None else room.press
    part, parts = options.shard
    job = Job(
        year=year,
        printed=printed,
        tools=_tools(*(["pyhanko"] if signs else [])),
        only=frozenset(options.only),
        part=part,
        parts=parts,
        again=options.again,
        seal=seal,
        signer=signs,
    )
    ledger = room.ledger(year)
    with room.shelf(year) as shelf:
        result = print_job(press, job, shelf, ledger, room.printing)
    for sentence in result.refused:
        complain(sentence)
    say(_said(result, job, room.out / str(year), ledger.path))
    return FOUND if result.refused else CLEAN


def _said(result: Result, job: Job, folder: Path, ledger: Path) -> str:
    which = f"第 {job.part} 份（共 {job.parts} 份）" if job.parts > 1 else ""
    parts = [f"{job.year} 年证书{which}：印了 {result.made} 张，原已印好 {result.there} 张"]
    if result.refused:
        parts.append(f"{len(result.refused)} 张没有印")
    if result.removed:
        parts.append(f"删去已停止公开的 {result.removed} 张")
    return f"{'，'.join(parts)}；台账加了 {result.lines} 行。\nPDF：{folder}\n台账：{ledger}\n"


def _seal(given: str | None) -> bytes | None:
    if given is None:
        return None
    try:
        return Path(given).read_bytes()
    except OSError as error:
        raise UsageError(f"印章图片 {given} 读不了：{why(error)}") from error


def _tools(*more: str) -> str:
    """What prints, for the ledger."""
    from importlib.metadata import version

    return ", ".join([f"siwu {release()}", *(f"{tool} {version(tool)}" for tool in (*TOOLS, *more))])[
        :LONGEST
    ]


def _collect(options: argparse.Namespace, room: Room) -> int:
    from generator.publish.gathering import gathered

    (year,) = _years(options, room)
    folders = [Path(folder) for folder in options.collect]
    for folder in folders:
        if not (folder / str(year)).is_dir():
            raise UsageError(f"{folder} 里没有 {year} 年的证书（应有文件夹 {year}）")
    ledger = room.ledger(year)
    with room.shelf(year) as shelf:
        result = gathered(room.press, year, folders, shelf, ledger)
    for sentence in result.refused:
        complain(sentence)
    lacking = f"，还有 {result.lacking} 张没有印" if result.lacking else ""
    say(f"{year} 年证书：收了 {result.taken} 张{lacking}；台账加了 {result.lines} 行。\n")
    say(f"PDF：{room.out / str(year)}\n台账：{ledger.path}\n")
    return FOUND if result.refused or result.lacking else CLEAN
