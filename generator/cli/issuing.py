"""`siwu issue`: from a class's sealed results to its certificates in the roster."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from generator.cli import altering
from generator.cli.desk import Command, Desk
from generator.cli.rostering import (
    Work,
    begin,
    common,
    finished,
    judged,
    legible,
    naming,
    press,
    rostering,
    written,
)
from generator.cli.terminal import CLEAN, FOUND, UsageError, say

if TYPE_CHECKING:
    from generator.issue.awards import Awards
    from generator.issue.entries import Press
    from generator.model.candidates import Candidates

ABOUT = "从一个考核班的密封成绩核发证书：列出合格学员，确认后签名写进名册和统计"


def add(command: Any, day: Any) -> None:
    """The options of these commands."""
    made = command("issue", ABOUT)
    made.add_argument("--class", dest="class_id", required=True, metavar="班次", help="例如 kaohe-yichang-1")
    made.add_argument("--year", type=int, metavar="年度", help="几个年度都有这个班次时写明")
    made.add_argument("--identity", metavar="文件", help="省局的 age 身份文件（或设 SIWU_IDENTITY）")
    made.add_argument(
        "--new",
        action="append",
        default=[],
        metavar="学员号",
        help="本班有证书停止公开、分不清谁还没有证书时，写明补发给谁；可写多次",
    )
    common(made, day, signs=True)
    altering.add(command, day)


@rostering
def issue(options: argparse.Namespace, desk: Desk) -> int:
    """`siwu issue`."""
    from generator.issue.awards import awards, class_record, site_of
    from generator.issue.passes import waiting

    if not desk.identities:
        raise UsageError("要用 --identity 给出 age 身份文件（或设 SIWU_IDENTITY）才能打开密封成绩")
    holder = desk.holders().of(options.class_id, options.year)
    work = begin(options, desk)
    record = class_record(work.repo, holder.year, holder.class_id)
    new = waiting(work.repo, record).new(options.new)
    made, key = (None, "")
    if new:
        made, key = press(options, work, holder.year, site_of(work.repo, holder.year, holder.class_id))
    refusals = legible(options) if new else _nothing
    found = awards(work.repo, work.ledger, record, new, made, refusals)
    return _write(options, work, record, found, _made_with(made, key))


def _made_with(press: Press | None, key: str) -> str:
    return f"证书日期 {press.day}，版式 {press.layout}，密钥 {key}" if press else ""


def _nothing(_name: str, _unit: str) -> str:
    return ""


def _write(options: argparse.Namespace, work: Work, record: Candidates, found: Awards, said: str) -> int:
    files = _files(work, record, found)
    judged(work, files, record.where.path)
    say("".join(f"{line}\n" for line in _summary(record, found, said)))
    if not files:
        say("没有新的合格学员，名册和统计都没有变化。\n")
        return CLEAN
    if found.given and naming(options):
        say("".join(f"{line}\n" for line in _listed(found)))
    if not written(options, work, files, record.class_id):
        return FOUND
    return finished(
        "运行 siwu check --identity 身份文件",
        "提交以上文件，请审核人合并",
        "合并以后用 siwu print 打印",
        "重新生成并发布网站，此后证书上的二维码才查得到",
    )


def _files(work: Work, record: Candidates, found: Awards) -> list[tuple[str, bytes]]:
    """The roster first: a run that was killed in between is completed by the same command."""
    from generator.issue import written as form
    from generator.issue.awards import statistics

    path = f"data/statistics/{record.year}.yml"
    source = work.repo.sources.get(path)
    counts = statistics(source.data if source else None, record.year, record.class_id, found.counts)
    files = form.rosters(work.ledger, found.ledger, work.desk.schemas)
    if source is None or source.data != counts:
        files.append(form.statistics(record.year, counts, work.desk.schemas))
    return files


def _summary(record: Candidates, found: Awards, said: str) -> Iterator[str]:
    from generator.rules.results import COUNTS

    counts = {**{COUNTS[name]: count for name, count in found.counts.items()}}
    counted = "，".join(f"{title} {count} 人" for title, count in counts.items())
    yield f"班次 {record.class_id}（{record.year} 年）：{counted}（其中补考后合格 {found.resat} 人）。"
    if not found.given:
        return
    numbers = [one.no for one in found.given]
    span = numbers[0] if len(numbers) == 1 else f"{numbers[0]} 至 {numbers[-1]}"
    yield f"这次核发 {len(numbers)} 张，按学员号排：{span}。{said}。"
    hidden = [one.number for one in found.given if not one.public]
    if hidden:
        yield (
            f"学员 {'、'.join(hidden)} 没有同意公开：名册只留编号，同时登记停止公开，系统不能打印这样的证书。"
            "要打印的，请先取得本人同意、改正密封记录，再核发。"
        )


def _listed(found: Awards) -> Iterator[str]:
    from generator.text import inert

    for one in found.given:
        yield inert(f"  {one.no}  {one.number}  {one.person['name']}  {one.person['unit']}")


COMMANDS: dict[str, Command] = {"issue": issue, **altering.COMMANDS}
