"""A filer's deadlines as an iCalendar file (RFC 5545): the same bytes for the same records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from urllib.parse import urlsplit

from generator.derive.duties import Duties, Duty
from generator.register import SHANGHAI

OCTETS = 75
ESCAPED = {ord("\\"): "\\\\", ord(";"): "\\;", ord(","): "\\,", ord("\n"): "\\n"}
NAMES = {
    "plan": "培训计划报送备案",
    "summary": "班次落实情况总结报送",
    "assessment": "考核方案报送审定",
    "instructors": "师资名单报备",
    "deliverables": "考核总结材料提交",
}


def calendar(duties: Duties, address: str) -> bytes:
    """One event a deadline; `address` is the page of these duties. What has no day is not in it."""
    host = urlsplit(address).hostname or "localhost"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//siwu//duties//ZH", "CALSCALE:GREGORIAN"]
    lines.append(f"X-WR-CALNAME:{_text(f'{duties.name}{duties.year}年报送期限')}")
    due = sorted((duty for duty in duties.all if duty.due), key=_deadline)
    for (day, kind, class_id), group in groupby(due, key=_deadline):
        uid = "-".join(filter(None, (str(duties.year), duties.owner, kind, class_id)))
        lines += _event(tuple(group), day, f"{uid}@{host}", duties, address)
    return b"".join(_folded(line) for line in [*lines, "END:VCALENDAR"])


def _deadline(duty: Duty) -> tuple[date, str, str]:
    return duty.due or date.max, duty.kind, duty.class_id


def _event(group: tuple[Duty, ...], day: date, uid: str, duties: Duties, address: str) -> Iterator[str]:
    made = datetime.combine(duties.as_of, time(), SHANGHAI).astimezone(UTC)
    title = group[0].title if group[0].class_id else NAMES[group[0].kind]
    said = "\n".join(f"{duty.title}：{duty.state.value}" for duty in group)
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(uid)}"
    yield f"DTSTAMP:{made:%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + timedelta(1):%Y%m%d}"
    yield f"SUMMARY:{_text(f'{duties.name}：{title}截止')}"
    yield f"DESCRIPTION:{_text(said)}"
    yield f"URL:{''.join(address.split())}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _text(value: str) -> str:
    """A value in which nothing ends the line: RFC 5545 3.3.11."""
    plain = "".join(sign if sign >= " " or sign == "\n" else " " for sign in value.replace("\r\n", "\n"))
    return plain.translate(ESCAPED)


def _folded(line: str) -> bytes:
    """The line in parts of at most 75 octets, none of which ends within a character (3.1)."""
    parts: list[bytes] = []
    rest = line.encode("utf-8", "replace")
    while rest:
        size = min(OCTETS - bool(parts), len(rest))
        while size < len(rest) and rest[size] & 0xC0 == 0x80:
            size -= 1
        parts.append(rest[:size])
        rest = rest[size:]
    return b"\r\n ".join(parts) + b"\r\n"
