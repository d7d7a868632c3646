"""What is only ever added to: the register, the prints, the roster. For every account, the office's too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.gate.finding import finding
from generator.gate.push import Change
from generator.git import Git
from generator.load import load
from generator.problem import Problem, Severity
from generator.register import FOLDER, extends
from generator.schema import Schemas
from generator.sign import CLEAR
from generator.signature.published import COMPROMISED, DEMO_PUBLIC
from generator.text import inert

LINES = ("filing", "print")
ROSTER = "roster"
KEYS = "keys"
# What of a published key never changes. The demo's own keys may go: a real repository begins without them.
FIXED = ("id", "purpose", "algorithm", "public", "from")
# Later than every date as it is written.
NEVER = "9999-99-99"
RESTORE = "请恢复原文，只在末尾增加"


def rewritten(git: Git, found: list[Change], schemas: Schemas, *, mounted: bool) -> Iterator[Problem]:
    """GA014 for a register or print file that is not the old one with lines after it, GA015 for a roster likewise.

    GA016 for a register in the tree where a branch of its own holds it (`mounted`).
    """
    for one in found:
        kind = schemas.kind_of(one.path)
        name = kind[0].name if kind else ""
        if mounted and one.path.startswith(f"{FOLDER}/"):
            message = "登记簿在单独的 register 分支上，这里的登记不起作用"
            yield finding(
                one.path, "GA016", message, "请撤销对这个文件的改动，登记由登记任务写在 register 分支上"
            )
        elif name in LINES:
            yield from lines_kept(one.path, _blob(git, one.before), _blob(git, one.after))
        elif name == ROSTER:
            yield from events_kept(one.path, _blob(git, one.before), _blob(git, one.after))
        elif name == KEYS:
            yield from keys_kept(one.path, _blob(git, one.before), _blob(git, one.after))


def lines_kept(path: str, old: bytes | None, new: bytes | None) -> Iterator[Problem]:
    """GA014 where the old bytes are not the beginning of the new ones; None for a file that is not there."""
    if old is None:
        return
    if new is None:
        yield finding(path, "GA014", "登记只增不改，这个文件却被删去了", RESTORE)
    elif not extends(old, new):
        pairs = zip(old.split(b"\n"), new.split(b"\n"), strict=False)
        number = next((n for n, (was, now) in enumerate(pairs, 1) if was != now), new.count(b"\n") + 1)
        yield finding(path, "GA014", f"登记只增不改，原有的第 {number} 行却被改动、删去或换了位置", RESTORE)


def events_kept(path: str, old: bytes | None, new: bytes | None) -> Iterator[Problem]:
    """GA015 where the old roster's events are not the beginning of the new one's."""
    if old is None:
        return
    if new is None:
        yield finding(path, "GA015", "名册只增不改，这个文件却被删去了", RESTORE)
        return
    before, after = _events(path, old), _events(path, new)
    if before is None:
        return  # A roster that cannot be read is an older fault; mending it is what the check judges.
    if after is None:
        yield finding(path, "GA015", "名册读不出，无法与原来的事件核对", RESTORE)
        return
    withdrawn = _withdrawn(after)
    for index, event in enumerate(before):
        if index >= len(after) or not _kept(event, after[index], withdrawn):
            yield finding(
                path, "GA015", f"名册只增不改，原有的第 {index + 1} 个事件却被改动、删去或换了位置", RESTORE
            )
            return


def keys_kept(path: str, old: bytes | None, new: bytes | None) -> Iterator[Problem]:
    """GA015 where a published key is gone, moved or changed, or is no longer retired; dates of retirement only come earlier."""
    before, after = (_list_of(path, raw, "keys") if raw else None for raw in (old, new))
    if before is None:
        return  # None were published, or the file could not be read before.
    lasting = [key for key in before if key.get("public") not in DEMO_PUBLIC]
    there = [key for key in after or () if key.get("public") not in DEMO_PUBLIC]
    for index, was in enumerate(lasting):
        if index >= len(there) or not _key_kept(was, there[index]):
            message = f"公布的密钥只增不删，密钥 {inert(str(was.get('id', '')))} 却被改动、删去或换了位置，或撤回了停用"
            yield finding(path, "GA015", message, "请恢复原来的内容；停用密钥请用 siwu key retire")
            return


def _key_kept(was: dict[str, Any], now: dict[str, Any]) -> bool:
    same = all(was.get(name) == now.get(name) for name in FIXED)
    ended = str(now.get("until", NEVER)) <= str(was.get("until", NEVER))
    return same and ended and (was.get("reason") != COMPROMISED or now.get("reason") == COMPROMISED)


def _kept(was: dict[str, Any], now: dict[str, Any], withdrawn: set[Any]) -> bool:
    """The same event; the person may be taken out, with salt, payload and signature, where publication was withdrawn."""
    if was == now:
        return True
    return was.get("no") in withdrawn and {key: was[key] for key in was if key not in CLEAR} == now


def _withdrawn(events: list[dict[str, Any]]) -> set[Any]:
    """Numbers whose person may go: those withdrawn, and those that they replaced (CE012 asks for all of them)."""
    found = {event.get("no") for event in events if event.get("event") == "withdrawn"}
    for event in reversed(events):
        if event.get("event") == "reissued" and event.get("no") in found:
            found.add(event.get("supersedes"))
    return found


def _events(path: str, raw: bytes) -> list[dict[str, Any]] | None:
    return _list_of(path, raw, "events")


def _list_of(path: str, raw: bytes, field: str) -> list[dict[str, Any]] | None:
    data, problems = load(raw, path)
    if any(problem.severity is Severity.ERROR for problem in problems) or not isinstance(data, dict):
        return None
    items = data.get(field)
    whole = isinstance(items, list) and all(isinstance(item, dict) for item in items)
    return items if whole else None


def _blob(git: Git, key: str | None) -> bytes | None:
    if key is None:
        return None
    kind, _ = git.sizes([key])[key]
    return git.bytes("cat-file", kind, key)
