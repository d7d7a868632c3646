"""`siwu reissue --signed-by`: all certificates in force that a retired key signed, in one confirmation and one write."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from generator.cli.desk import Desk
from generator.cli.rostering import Work, begin, finished, judged, legible, naming, press, written
from generator.cli.terminal import CLEAN, FOUND, say

if TYPE_CHECKING:
    from generator.issue.bulk import Replaced, Signed
    from generator.issue.entries import Press


def reissued(options: argparse.Namespace, desk: Desk) -> int:
    """Judge, show, ask and write; nothing where nothing is left to do."""
    from generator.issue.bulk import reissue_all, signed_by
    from generator.issue.written import rosters

    key = options.signed_by.strip().lower()
    work = begin(options, desk)
    found = signed_by(work.repo, work.ledger, key)
    say("".join(f"{line}\n" for line in _counted(key, found)))
    if not found.current:
        return CLEAN
    made = reissue_all(
        work.ledger, found, _presses(options, work, key, found), legible(options), options.reason
    )
    files = rosters(work.ledger, made.ledger, work.desk.schemas)
    judged(work, files)
    say("".join(f"{line}\n" for line in _listed(found, made, naming(options))))
    if not written(options, work, files, key):
        return FOUND
    return finished(
        "运行 siwu check",
        "提交以上文件，请审核人合并",
        "合并以后用 siwu print 打印新证书，重新生成并发布网站",
    )


def _presses(options: argparse.Namespace, work: Work, key: str, found: Signed) -> Mapping[str, Press]:
    """By site; what one of them gives away no other gives again."""
    from generator.issue.bulk import other_key

    taken = set(work.ledger.tokens)
    made = {}
    for site in found.sites:
        one, new = press(options, work, work.ledger.newest, site)
        other_key(key, new)
        made[site] = replace(one, taken=taken)
    return made


def _counted(key: str, found: Signed) -> Iterator[str]:
    if found.revoked:
        yield (
            f"密钥 {key} 签的证书有 {len(found.revoked)} 张已撤销，不换发：{'、'.join(found.revoked)}。"
            "以后恢复的，再运行一次。"
        )
    if not found.current:
        yield f"密钥 {key} 签的证书都已换发、撤销或停止公开，名册没有变化。"


def _listed(found: Signed, made: Replaced, names: bool) -> Iterator[str]:
    from generator.text import inert

    first, last = made.events[0], made.events[-1]
    yield (
        f"将换发 {len(made.events)} 张，日期 {first['issued']}，原因：{first['reason']}，"
        f"加在名册第 {first['seq']} 至 {last['seq']} 条："
    )
    for (of, _), event in zip(found.current, made.events, strict=True):
        person = event["person"]
        yield inert(f"  {of.no} → {event['no']}" + (f"  {person['name']}  {person['unit']}" if names else ""))
