"""`siwu reissue`, `revoke`, `restore`, `forget`: what befalls a certificate, each a new event of the roster."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from generator.cli.desk import Command, Desk
from generator.cli.reissuing import reissued
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
from generator.cli.terminal import FOUND, UsageError, say

if TYPE_CHECKING:
    from generator.issue.changes import Change, Standing

ABOUTS = {
    "reissue": "换发证书：新编号，旧编号随之失效；姓名、单位、县区有更正的一并写上",
    "revoke": "撤销一张证书（可以恢复）",
    "restore": "恢复一张撤销了的证书",
    "forget": "本人撤回同意：删去名册里的姓名、单位和签名内容，登记停止公开",
}
# generator.issue.changes.REVOKED, without loading it for the help; a test compares them.
REVOKED = ("fraud", "ineligible", "error", "dispute")
EVENTS = {"reissued": "换发", "revoked": "撤销", "restored": "恢复", "withdrawn": "停止公开"}
CHECK = "运行 siwu check"
COMMIT = "提交以上文件，请审核人合并"
PUBLISH = "合并以后重新生成并发布网站，查验页随之改变"


def add(command: Any, day: Any) -> None:
    """The options of these commands."""
    for name, about in ABOUTS.items():
        made = command(name, about)
        number = made if name != "reissue" else made.add_mutually_exclusive_group(required=True)
        many = {"nargs": "?"} if name == "reissue" else {}
        number.add_argument("no", metavar="证书编号", help="例如 ZSCQZY-42-2022-YC-0001-B", **many)
        if name == "reissue":
            number.add_argument(
                "--signed-by",
                metavar="密钥编号",
                help="一次换发这把停用了的密钥签过的全部在册证书（密钥泄露以后），姓名、单位和县区不变",
            )
        _own(made, name)
        common(made, day, signs=name == "reissue")


def _own(made: Any, name: str) -> None:
    if name == "reissue":
        made.add_argument("--name", metavar="姓名", help="更正后的姓名（默认不变）")
        made.add_argument("--unit", metavar="单位", help="更正后的单位（默认不变）")
        made.add_argument("--county", metavar="代码", help="更正后的县区代码，例如 420527（默认不变）")
    if name == "revoke":
        made.add_argument(
            "--reason",
            required=True,
            choices=REVOKED,
            help="fraud（冒名、作弊或提供虚假材料）、ineligible（不符合参加考核的条件）、error（核发有误）、"
            "dispute（有异议，核查期间暂停）",
        )
        made.add_argument("--note", metavar="说明", default="", help="补充说明，不写个人情况")
    else:
        made.add_argument(
            "--reason",
            required=name != "forget",
            metavar="原因",
            help="原因类别，例如“证书遗失”，不写个人情况",
        )


@rostering
def reissue(options: argparse.Namespace, desk: Desk) -> int:
    """`siwu reissue`."""
    from generator.issue.changes import reissue, site

    given = {"name": options.name, "unit": options.unit, "county": options.county}
    corrected = {key: text for key, text in given.items() if text is not None}
    if options.signed_by is not None:
        if corrected:
            raise UsageError("--signed-by 换发的证书内容不变，不能同时更正姓名、单位或县区")
        return reissued(options, desk)
    work, of = _open(options, desk)
    year = work.ledger.newest
    made, _ = press(options, work, year, site(work.repo, of))
    change = reissue(work.repo, work.ledger, of, made, legible(options), options.reason, corrected)
    lines = list(_corrections(of, change)) if naming(options) else []
    done = _write(options, work, of, change, lines)
    if done and corrected:
        say(_correct_there(of))
    return finished(CHECK, COMMIT, "合并以后用 siwu print 打印新证书，重新生成并发布网站") if done else FOUND


def _corrections(of: Standing, change: Change) -> Iterator[str]:
    from generator.issue.changes import TITLES

    new = change.event["person"] if change.event else {}
    for key, title in TITLES.items():
        old = of.given["person"][key]
        yield f"  {title}：{old}" + (f" → {new[key]}" if new[key] != old else "（不变）")


def _correct_there(of: Standing) -> str:
    path = f"data/sealed/{of.holding.year}/{of.given['class']}.yml.age"
    return (
        f"密封记录 {path} 里的姓名、单位或县区也要改成一样的：siwu unseal 打开、改正、siwu seal 密封。"
        "错是从那里来的，不改下次还会错。\n"
    )


@rostering
def revoke(options: argparse.Namespace, desk: Desk) -> int:
    """`siwu revoke`."""
    from generator.issue.changes import REVOKED, revoke

    reason = REVOKED[options.reason] + (f"：{options.note}" if options.note else "")
    work, of = _open(options, desk)
    done = _write(options, work, of, revoke(work.ledger, of, work.day, reason))
    return finished(CHECK, COMMIT, PUBLISH) if done else FOUND


@rostering
def restore(options: argparse.Namespace, desk: Desk) -> int:
    """`siwu restore`."""
    from generator.issue.changes import restore

    work, of = _open(options, desk)
    done = _write(options, work, of, restore(work.ledger, of, work.day, options.reason))
    return finished(CHECK, COMMIT, PUBLISH) if done else FOUND


@rostering
def forget(options: argparse.Namespace, desk: Desk) -> int:
    """`siwu forget`."""
    from generator.issue.changes import FORGOTTEN, forget

    work, of = _open(options, desk)
    change = forget(work.ledger, of, work.day, options.reason or FORGOTTEN)
    lines = [
        f"  从编号 {'、'.join(sorted(of.numbers))} 的全部事件里删去姓名、单位、县区、校验用的随机码、签名内容和签名"
    ]
    if not _write(options, work, of, change, lines):
        return FOUND
    say("".join(f"{line}\n" for line in _left(work, of)))
    return finished(
        CHECK, COMMIT, "合并以后重新生成并发布网站，删去 build/ 里以前的", "处理上面列出的其他地方"
    )


def _left(work: Work, of: Standing) -> Iterator[str]:
    """What else holds the person, which no command here may take away."""
    from generator.issue.traces import traces

    record = f"data/sealed/{of.holding.year}/{of.given['class']}.yml.age"
    until = next((one.until for one in work.desk.holders().classes if one.candidates == record), None)
    yield "名册里已没有这个人的姓名和单位。别处还有，系统不代为删除："
    if record in work.repo.paths:
        kept = f"（登记保存至 {until}）" if until else ""
        yield f"- 密封成绩 {record}{kept}：到期以前是核对名册的依据，先不要从中删去这名学员"
    words = {event.person.name for event in of.holding.events if event.person} | of.numbers
    for path in traces(work.desk.tree, words):
        yield f"- {path}：有这个证书编号，或有相同的姓名，请逐条核对"
    yield "- git 历史：旧版本里还有，按操作手册“清除泄露的个人信息”一节处理"
    yield "- 已打印的 PDF、build/cache/ 里的旧文件、已发出的证书和别人的副本"


def _open(options: argparse.Namespace, desk: Desk) -> tuple[Work, Standing]:
    from generator.issue.changes import standing

    work = begin(options, desk)
    return work, standing(work.repo, work.ledger, options.no.strip().upper(), work.day)


def _write(
    options: argparse.Namespace, work: Work, of: Standing, change: Change, lines: list[str] | None = None
) -> bool:
    """Judge, show, ask and write. False where the answer was no."""
    from generator.issue.written import rosters
    from generator.text import inert

    files = rosters(work.ledger, change.ledger, work.desk.schemas)
    judged(work, files)
    say(_said(of, change))
    say("".join(f"{inert(line)}\n" for line in lines or ()))
    return written(options, work, files, of.no)


def _said(of: Standing, change: Change) -> str:
    event = change.event
    if event is None:
        return f"证书 {of.no} 已停止公开，有事件还没有删干净，这次删完，不另加事件。\n"
    new = f"，新编号 {event['no']}" if event["event"] == "reissued" else ""
    return (
        f"将给证书 {of.no}（班次 {of.given['class']}）加一条“{EVENTS[event['event']]}”事件（第 {event['seq']} 条）"
        f"{new}，日期 {event['issued']}，原因：{event['reason']}。\n"
    )


COMMANDS: dict[str, Command] = {"reissue": reissue, "revoke": revoke, "restore": restore, "forget": forget}
