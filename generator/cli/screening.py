"""`siwu screen`: a proposed order of candidates by stated criteria. By number; no names."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from generator.cli.desk import Desk, discreet
from generator.cli.retaining import class_option
from generator.cli.terminal import CLEAN, UsageError, say

if TYPE_CHECKING:
    from generator.vault.screening import County, Screening

ABOUT = "按说明的标准给遴选排出建议顺序，由人决定"
TITLES = {"preparatory": "完成预科", "tags": "重点单位", "full-time": "专职", "years": "从业年限"}
DECISIONS = {"admitted": "录取", "declined": "未录取", "": "未定"}
MOST = 100


def options(made: Any) -> None:
    """The options of `siwu screen`."""
    class_option(made)
    made.add_argument(
        "--by",
        action="append",
        default=[],
        metavar="标准=分值",
        help="一项标准和它的满分，可写几次，例如 --by preparatory=3 --by years=2；可用："
        + "、".join(f"{name}（{title}）" for name, title in TITLES.items()),
    )
    made.add_argument("--identity", metavar="文件", help="age 身份文件（或设 SIWU_IDENTITY）")


@discreet
def screen(options: argparse.Namespace, desk: Desk) -> int:
    """`siwu screen`."""
    from generator.check import check
    from generator.vault.screening import screen

    criteria = _criteria(options.by)
    if not desk.identities:
        raise UsageError("要用 --identity 给出 age 身份文件（或设 SIWU_IDENTITY）才能打开")
    holder = desk.holders().of(options.class_id, options.year)
    repo = check(desk.tree, schemas=desk.schemas, today=desk.today, identities=desk.identities).repo
    if repo is None:
        raise UsageError("年度方案、地区或单位等基本记录读不了，排不出来。请先运行 siwu check。")
    made = screen(repo, holder.year, holder.class_id, criteria)
    say("".join(f"{line}\n" for line in _lines(made, criteria)))
    return CLEAN


def _criteria(given: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for text in given:
        name, _, most = text.partition("=")
        good = most.isascii() and most.isdigit() and 0 < int(most[:4]) <= MOST and len(most) < len("1000")
        if name not in TITLES or name in found or not good:
            raise UsageError(
                f"--by {text} 写得不对：标准只能是 {'、'.join(TITLES)}，各写一次，分值 1 到 {MOST}"
            )
        found[name] = int(most)
    if not found:
        raise UsageError("方案没有规定遴选怎样计分，请用 --by 说明标准，例如 --by preparatory=3 --by years=2")
    return found


def _lines(made: Screening, criteria: dict[str, int]) -> Iterator[str]:
    stated = "、".join(f"{TITLES[name]} {most} 分" for name, most in criteria.items())
    yield f"班次 {made.class_id}（第 {made.batch} 批）遴选建议。标准：{stated}；同分按学员号。"
    if not made.binding:
        yield "本年度方案不限于推荐的人，推荐名额只供参考。"
    for county in made.counties:
        yield ""
        yield from _county(county, criteria)
    yield ""
    yield "这是建议，不是结论。请由遴选单位决定，把结论和理由写进学员记录（screening），再运行 siwu seal。"


def _county(county: County, criteria: dict[str, int]) -> Iterator[str]:
    yield f"{county.name}：推荐名额 {county.quota} 人，本批其他班录取后还有 {county.left} 人"
    for index, one in enumerate(county.places, 1):
        points = "，".join(f"{TITLES[name]} {got}" for name, got in zip(criteria, one.points, strict=True))
        said = "建议录取" if one.proposed else "名额以外"
        tied = "，与名额边上的人同分" if one.tied else ""
        yield f"  {index}. {one.number}  共 {one.total} 分（{points}）  {said}{tied}；现在的结论：{DECISIONS[one.decision]}"
