"""`siwu key`: making a signing key, listing the published ones, retiring one."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.cli.desk import Command, Desk, discreet
from generator.cli.terminal import CLEAN, UsageError, complain, say

if TYPE_CHECKING:
    from generator.signature.published import PublishedKey

PATH = "data/keys.yml"
KIND = "keys"
PURPOSES = {"issuer": "签发证书", "status": "签状态清单"}
REASONS = {"replaced": "换新", "lost": "丢失", "compromised": "泄露"}
ABOUT = "签名密钥：生成一把并公布公钥，列出已公布的，停用一把"


def add(made: Any, below: Callable[..., Any], day: Any) -> None:
    """The options of `siwu key`."""
    commands = made.add_subparsers(
        title="命令", dest="key", required=True, metavar="命令", parser_class=type(made)
    )
    new = below(commands, "new", f"生成一把密钥：私钥写到仓库以外，公钥加进 {PATH}")
    new.add_argument(
        "--purpose", required=True, choices=PURPOSES, help="issuer（签发证书）或 status（签状态清单）"
    )
    new.add_argument(
        "--out", required=True, metavar="文件", help="私钥写到这个新文件（只有自己能看），不能在仓库里"
    )
    new.add_argument("--from", dest="start", type=day, metavar="日期", help="启用日（默认今天）")
    below(commands, "list", "列出公布的密钥，现在能不能用")
    retire = below(commands, "retire", "停用一把密钥（公钥留着，以前的证书靠它核验）")
    retire.add_argument("id", metavar="密钥编号", help="8 位，siwu key list 能查到")
    retire.add_argument("--until", required=True, type=day, metavar="日期", help="签名到这一天为止有效")
    retire.add_argument(
        "--reason",
        choices=REASONS,
        default="replaced",
        help="replaced（换新，默认）、lost（丢失）、compromised（泄露：它签过的一律不再可信）",
    )


@discreet
def key(options: argparse.Namespace, desk: Desk) -> int:
    """`siwu key`."""
    return {"new": _new, "list": _list, "retire": _retire}[options.key](options, desk)


def _new(options: argparse.Namespace, desk: Desk) -> int:
    from generator.signature.keys import new_key, pem, public_half
    from generator.signature.published import ES256, key_id
    from generator.vault.folders import write_outside

    record = _record(desk)
    private = new_key()
    public, taken = public_half(private), {one["id"] for one in record["keys"]}
    if key_id(public) in taken:
        raise UsageError("新密钥的编号碰巧与已有的相同，什么也没有写。请再运行一次")
    entry = {
        "seq": len(record["keys"]) + 1,
        "id": key_id(public),
        "purpose": options.purpose,
        "algorithm": ES256,
        "public": public,
        "from": str(options.start or desk.today),
    }
    write_outside(Path(options.out), pem(private), "私钥")
    _write(desk, {"keys": [*record["keys"], entry]})
    say(f"密钥 {entry['id']}（{PURPOSES[options.purpose]}）的公钥已加进 {PATH}，请提交。\n")
    complain(
        f"私钥已写到 {options.out}，只有您自己能看。请离线备份两份，分开保管；不要放进仓库，不要用邮件和即时通信传。"
    )
    return CLEAN


def _list(options: argparse.Namespace, desk: Desk) -> int:
    from generator.signature.published import DEMO_PUBLIC

    found = _published(desk)
    for one in found:
        demo = "，演示密钥" if one.public in DEMO_PUBLIC else ""
        until = str(one.until) if one.until else ""
        say(
            f"{one.seq} {one.id} {PURPOSES[one.purpose]} {one.start} 至 {until or '今'}：{_state(one, desk.today)}{demo}\n"
        )
    if not found:
        complain("还没有公布密钥。用 siwu key new 生成。")
    return CLEAN


def _state(one: PublishedKey, today: date) -> str:
    if one.reason == "compromised":
        return "已泄露，签过的一律不再可信"
    if today < one.start:
        return "还没有启用"
    if one.until is not None and one.until < today:
        return f"已停用（{REASONS.get(one.reason, '到期')}）"
    return "在用"


def _retire(options: argparse.Namespace, desk: Desk) -> int:
    record = _record(desk)
    found = next((one for one in record["keys"] if one["id"] == options.id), None)
    if found is None:
        raise UsageError(f"{PATH} 里没有密钥 {options.id}。运行 siwu key list 查看")
    until = str(options.until)
    if until < found["from"]:
        raise UsageError(f"停用日 {until} 早于启用日 {found['from']}，没有改动")
    if until > found.get("until", until):
        raise UsageError(f"密钥 {options.id} 已在 {found['until']} 停用，停用日只能提前，没有改动")
    if found.get("reason") == "compromised" != options.reason:
        raise UsageError(f"密钥 {options.id} 已按泄露停用，不能改回，没有改动")
    found |= {"until": until, "reason": options.reason}
    _write(desk, record)
    say(f"密钥 {options.id} 的签名到 {until} 为止有效（{REASONS[options.reason]}），请提交 {PATH}。\n")
    later = sum(1 for day in _signed(desk, options.id) if str(day) > until)
    if later:
        complain(f"有 {later} 张证书的日期在 {until} 以后，是用它签的，要用新密钥换发。")
    if options.reason == "compromised":
        complain("它签过的证书都要用新密钥换发；步骤见 docs/operator/keys.zh-CN.md。")
    return CLEAN


def _signed(desk: Desk, key: str) -> list[date]:
    """The days of the certificates a key signed."""
    from generator.load import load
    from generator.signature.payload import MalformedError, decode
    from generator.signature.written import read_payload

    days = []
    entries = [entry for entry in desk.tree.entries("data/rosters") if entry.path.endswith(".yml")]
    for entry, raw in desk.tree.read(entries):
        data, _ = load(raw, entry.path)
        for event in data.get("events", ()) if isinstance(data, dict) else ():
            try:
                said = decode(read_payload(event.get("payload", "")))
            except MalformedError:
                continue  # unsigned, or for the check to tell
            if said.key == key:
                days.append(said.day)
    return days


def _record(desk: Desk) -> dict[str, Any]:
    """The record as it is; an empty one where there is none. One that is not right is not added to."""
    from generator.load import load
    from generator.problem import Severity
    from generator.vault.folders import read_inside

    raw = read_inside(desk.root, PATH)
    if raw is None:
        return {"keys": []}
    data, problems = load(raw, PATH)
    bad = any(problem.severity is Severity.ERROR for problem in problems)
    if bad or not desk.schemas.valid(desk.schemas.kinds[KIND], data):
        raise UsageError(f"{PATH} 有错误，没有改动。请先运行 siwu check，按提示改好")
    record: dict[str, Any] = data
    return record


def _published(desk: Desk) -> tuple[PublishedKey, ...]:
    from generator.model.build import build
    from generator.problem import Where
    from generator.signature.published import PublishedKey

    return tuple(build(PublishedKey, one, Where(PATH)) for one in _record(desk)["keys"])


def _write(desk: Desk, record: dict[str, Any]) -> None:
    from generator.canonical import dump, header_for
    from generator.vault.folders import write_inside

    order = desk.schemas.order(desk.schemas.kinds[KIND])
    write_inside(desk.root, PATH, dump(record, order, header_for(PATH, KIND)).encode())


COMMANDS: dict[str, Command] = {"key": key}
