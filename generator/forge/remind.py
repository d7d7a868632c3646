"""One issue a prefecture that says what is due or late (3.1.7(2), 4.5.c). The same text is not written again.

The text names days, not how many are left: it changes when something was filed, is due or becomes late, and not
every morning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from generator.derive.duty import Duties, Duty, State
from generator.forge.api import BOT, Forge
from generator.forge.fields import at, number, same
from generator.gate.markdown import escape, link, usable

LABEL = "待办"
# Days before a deadline from which it is listed.
AHEAD = 30
INTRODUCTION = (
    "这是按登记簿自动写的，有变化时更新，全部报齐后自动关闭。不必在这里回复；报送方法见仓库的填报说明。"
)


def remind(forge: Forge, owners: Iterable[Duties], base_url: str) -> Iterator[str]:
    """Write, renew, reopen or close the issue of each; a Chinese sentence for each that was changed."""
    known = _issues(forge)
    for duties in owners:
        text, issue = body(duties, base_url), known.get(mark(duties))
        if text and issue is None:
            forge.send("POST", "issues", {"title": _title(duties), "body": text, "labels": [LABEL]})
            yield f"{duties.name}：已写提醒"
        elif text and issue and (at(issue, "state") != "open" or not same(at(issue, "body"), text)):
            fields = {"title": _title(duties), "body": text, "state": "open"}
            forge.send("PATCH", f"issues/{number(issue, 'number')}", fields)
            yield f"{duties.name}：已更新提醒"
        elif not text and issue and at(issue, "state") == "open":
            fields = {"state": "closed", "state_reason": "completed"}
            forge.send("PATCH", f"issues/{number(issue, 'number')}", fields)
            yield f"{duties.name}：没有待办了，已关闭提醒"


def body(duties: Duties, base_url: str) -> str:
    """The issue's text; empty where nothing is due. Only what a public page may say."""
    late = [duty for duty in duties.of(State.OVERDUE) if duty.public]
    soon = [duty for duty in duties.of(State.OPEN) if duty.public and _near(duty)]
    if not late and not soon:
        return ""
    parts = [f"{mark(duties)}\n{escape(INTRODUCTION)}"]
    for title, found in (("已经逾期", late), ("快到期限", soon)):
        if found:
            parts += [f"### {title}", "\n".join(f"- {_line(duty)}" for duty in found)]
    if usable(base_url):
        parts.append(link("网站上的全部待办和已办", f"{base_url}duties/{duties.owner}/"))
    return "\n\n".join(parts) + "\n"


def mark(duties: Duties) -> str:
    """What an issue of ours begins with: an HTML comment, so nobody sees it."""
    return f"<!-- siwu-remind {duties.year} {duties.owner} -->"


def _title(duties: Duties) -> str:
    return f"{LABEL}：{duties.name} {duties.year} 年度"


def _near(duty: Duty) -> bool:
    return duty.left is not None and duty.left <= AHEAD


def _line(duty: Duty) -> str:
    day = f"，期限 {duty.due.year} 年 {duty.due.month} 月 {duty.due.day} 日" if duty.due else ""
    note = f"（{duty.note}）" if duty.note else ""
    return f"{escape(duty.title + day + note)}：{escape(duty.record)}"


def _issues(forge: Forge) -> dict[str, Any]:
    """Our issues by their mark, the oldest of each. An issue somebody else wrote is not ours, whatever it begins with."""
    found: dict[str, Any] = {}
    # By who wrote it: a label may be taken off, and the next morning there would be a second issue.
    listed = forge.all(f"issues?state=all&creator={quote(BOT)}&sort=created&direction=asc")
    for issue in listed:
        first = str(at(issue, "body") or "").partition("\n")[0].strip()
        if at(issue, "user", "login") == BOT and at(issue, "pull_request") is None:
            found.setdefault(first, issue)
    return found
