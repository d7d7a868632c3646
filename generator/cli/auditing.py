"""`siwu audit`: everything about certificates held against everything else."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.cli.clock import today
from generator.cli.printing import OUT
from generator.cli.repository import folder_of, identities_of, root_of, side_of, tree_of
from generator.cli.terminal import BUG, CLEAN, FOUND, UsageError, complain, progress, report_bug, say
from generator.system import why

if TYPE_CHECKING:
    from generator.audit.material import Ledger, Material, Paper
    from generator.check import Outcome
    from generator.derive.heads import Heads
    from generator.model import Repo
    from generator.tree import Tree

ABOUT = "审核名册：链、编号、签名、字形、打印记录和 PDF，并与成绩、旧版本核对"
# Bytes: no list of heads, and no roster, is as large.
ROSTER = re.compile(r"data/rosters/([0-9]{4})\.yml")
LARGEST_HEADS, LARGEST_ROSTER = 2**20, 64 * 2**20


def add(made: Any, day: Any) -> None:
    """The options of `siwu audit`; `day` reads a date."""
    made.set_defaults(git_dir=None)
    made.add_argument("--year", type=int, metavar="年度", help="只审核这一年的名册（默认全部）")
    made.add_argument("--as-of", type=day, metavar="日期", help="按这一天审核")
    made.add_argument(
        "--identity", metavar="文件", help="age 身份文件（或设 SIWU_IDENTITY），打开成绩，与名册逐个核对"
    )
    made.add_argument(
        "--against",
        metavar="旧版本",
        help="与以前的比：git 版本、旧的文件夹、旧名册文件，或公布过的链头文件（heads.json）",
    )
    made.add_argument(
        "--prints", metavar="文件夹", help=f"打印好的 PDF，各年度一个文件夹（默认 {'/'.join(OUT)}）"
    )
    made.add_argument(
        "--font",
        metavar="字体文件",
        action="append",
        default=[],
        help="打印时用的其他字体文件；可写多次",
    )


def audit(options: argparse.Namespace) -> int:
    """`siwu audit`."""
    from generator.audit.audited import audited
    from generator.check import check
    from generator.documents.fonts import MissingFontError
    from generator.report import line, text

    tree = tree_of(options)
    opened = identities_of(options)
    outcome = check(tree, as_of=options.as_of, today=today(), identities=opened, progress=progress())
    if outcome.crashes:
        report_bug("\n".join(outcome.crashes))
        return BUG
    if outcome.repo is None:
        say(text(outcome))
        complain("数据读不出，没有审核。")
        return FOUND
    try:
        found = audited(_material(options, tree, outcome, outcome.repo), tree, progress())
    except MissingFontError as error:
        raise UsageError(str(error)) from error
    say("".join(f"{line(problem)}\n" for problem in found.problems))
    say(f"{'；'.join(found.sentences)}。\n")
    return CLEAN if found.clean else FOUND


def _material(options: argparse.Namespace, tree: Tree, outcome: Outcome, repo: Repo) -> Material:
    """Everything at hand, read."""
    from generator.audit.material import Material
    from generator.documents.fonts import Fonts

    root, years = root_of(options), _years(options, repo)
    earlier, published = _against(options)
    return Material(
        outcome=outcome,
        repo=repo,
        years=years,
        fonts=Fonts.installed(*map(Path, options.font)),
        layouts=_layouts(root),
        ledgers=tuple(_ledgers(root, years, demo=repo.dataset.kind == "demo")),
        papers=tuple(_papers(options, root, years)),
        earlier=earlier,
        now=_appended(tree) if earlier else {},
        heads=published,
    )


def _years(options: argparse.Namespace, repo: Repo) -> frozenset[int]:
    found = (ROSTER.fullmatch(path) for path in repo.paths)
    years = frozenset(int(one[1]) for one in found if one)
    if not years or options.year not in (None, *years):
        raise UsageError(f"没有{f' {options.year} 年的' if options.year else ''}名册可审核")
    return frozenset({options.year}) if options.year else years


def _layouts(root: Path) -> frozenset[str]:
    from generator.publish import home_of

    found = (home_of(root) / "site" / "templates" / "certificate").glob("*/certificate.html.j2")
    return frozenset(path.parent.name for path in found)


def _ledgers(root: Path, years: frozenset[int], *, demo: bool) -> Iterator[Ledger]:
    from generator.audit.material import Ledger
    from generator.publish.ledger import ledger_path

    for year in sorted(years):
        path = ledger_path(root, year, demo=demo)
        if path.is_file():
            yield Ledger(path=path.relative_to(root).as_posix(), year=year, raw=_bytes(path))


def _papers(options: argparse.Namespace, root: Path, years: frozenset[int]) -> Iterator[Paper]:
    from generator.audit.material import Paper

    folder = Path(options.prints) if options.prints else root.joinpath(*OUT)
    if options.prints and not folder.is_dir():
        raise UsageError(f"没有文件夹 {options.prints}")
    for year in sorted(years):
        for path in sorted((folder / str(year)).glob("*.pdf")):
            shown = path.relative_to(root) if path.is_relative_to(root) else path
            yield Paper(path=shown.as_posix(), name=path.stem, digest=sha256(_bytes(path)).hexdigest())


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} 读不了：{why(error)}") from error


def _against(options: argparse.Namespace) -> tuple[Mapping[str, bytes], Heads]:
    """The older version's files by path, or published heads."""
    if not options.against:
        return {}, {}
    path = folder_of(options) / options.against
    if path.is_file():
        return _one_file(path)
    found = _appended(side_of(options, options.against))
    if not any(name.startswith("data/rosters/") for name in found):
        raise UsageError(f"{options.against} 里没有名册，无从核对")
    return found, {}


def _one_file(path: Path) -> tuple[Mapping[str, bytes], Heads]:
    from generator.derive.heads import read
    from generator.load import load

    raw = _limited(path, LARGEST_HEADS if path.suffix == ".json" else LARGEST_ROSTER)
    if path.suffix == ".json":
        try:
            return {}, read(raw)
        except ValueError as error:
            raise UsageError(f"{path} {error}") from None
    data, _ = load(raw, path.name)
    year = data.get("year") if isinstance(data, dict) else None
    if type(year) is not int or not isinstance(data.get("events"), list):
        raise UsageError(f"{path} 不是名册，也不是链头文件（heads.json）")
    return {f"data/rosters/{year}.yml": raw}, {}


def _limited(path: Path, most: int) -> bytes:
    if path.stat().st_size > most:
        raise UsageError(f"{path} 超过 {most // 2**20} MB，不是名册或链头文件")
    return _bytes(path)


def _appended(tree: Tree) -> dict[str, bytes]:
    """What of a tree is only ever added to."""
    from generator.audit.earlier import APPENDED
    from generator.tree import Mode

    wanted = [one for one in tree.entries("data") if one.path.startswith(APPENDED) and one.mode is Mode.FILE]
    return {entry.path: raw for entry, raw in tree.read(wanted)}
