"""`siwu sealed`: what is past its date, and dropping it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from generator.cli.desk import HISTORY, Desk, discreet
from generator.cli.terminal import CLEAN, FOUND, say

REASONS = ("purpose-met", "unlawful")


def add(made: Any, below: Callable[..., Any], day: Any) -> None:
    """The options of `siwu sealed`."""
    commands = made.add_subparsers(
        title="命令", dest="sealed", required=True, metavar="命令", parser_class=type(made)
    )
    due = below(commands, "due", "列出过了保存期限的密封记录")
    due.add_argument("--as-of", type=day, metavar="日期", help="按这一天算（默认按数据集说明，否则今天）")
    drop = below(commands, "drop", "删除到期的密封记录，统计保留")
    class_option(drop)
    drop.add_argument(
        "--early",
        choices=REASONS,
        help="没有到期就删的理由：purpose-met（处理目的已实现或无法实现）、unlawful（取得或使用违法）",
    )


def class_option(made: Any) -> None:
    """A class of a year."""
    made.add_argument("class_id", metavar="班次", help="例如 kaohe-yichang-1")
    made.add_argument("--year", type=int, metavar="年度", help="几个年度都有这个班次时写明")


@discreet
def sealed(options: argparse.Namespace, desk: Desk) -> int:
    """`siwu sealed`."""
    return {"due": _due, "drop": _drop}[options.sealed](options, desk)


def _due(options: argparse.Namespace, desk: Desk) -> int:
    from generator.vault.retention import day_of, due

    day = day_of(desk.tree, desk.schemas, options.as_of, desk.today)
    found = list(due(desk.tree, desk.schemas, desk.holders(), day))
    for one in found:
        say(
            f"{one.path} 保存至 {one.until}，已过 {one.days} 天。请运行 siwu sealed drop {one.class_id} --year {one.year}\n"
            if one.until
            else f"{one.path} 没有登记保存期限。请在 data/sealed/recipients.yml 登记班次 {one.class_id}\n"
        )
    say(f"按 {day} 算，{f'有 {len(found)} 份要处理' if found else '没有过期的密封记录'}。\n")
    return FOUND if found else CLEAN


def _drop(options: argparse.Namespace, desk: Desk) -> int:
    from generator.vault.retention import REASONS, day_of, drop

    holder = desk.holders().of(options.class_id, options.year)
    day = day_of(desk.tree, desk.schemas, None, desk.today)
    drop(desk.root, desk.tree, desk.schemas, holder, day, options.early or "")
    reason = f"，提前删除的理由：{REASONS[options.early]}" if options.early else ""
    say(f"已删除 {holder.candidates}（保存至 {holder.until}{reason}），统计保留。\n")
    say("请提交这次删除，说明里写上面这句话。" + HISTORY + "历史要不要清理，由省局决定。\n")
    return CLEAN
