"""The journal of submissions: when the server received each head, by whose account. The server's own clock counts.

JSON Lines, written by the hook or the workflow, never by who submits: `{"head": commit, "submission": "PR-12",
"submitted": "2022-03-25T10:30:00+08:00", "user": id}`. A head may come in more than once (a branch, then the
merge): it was submitted the first time, and whoever brought it last took it into the main branch.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from generator.tree import TreeError

SHAPES = {
    "head": re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?"),
    "submission": re.compile(r"[^\x00-\x1f\x7f-\x9f]{1,60}"),
    "submitted": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+08:00"),
    "user": re.compile(r"[^\x00-\x1f\x7f-\x9f]{1,40}"),
}


class RegistrarError(TreeError):
    """Filing or verifying cannot go on: a Chinese sentence for whoever runs it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One head as the server received it; `submitted` is an RFC 3339 time with +08:00, `user` the account."""

    head: str
    submission: str
    submitted: str
    user: str


@dataclass(frozen=True, slots=True)
class Journal:
    """What was received, by head: the first and the last time."""

    first: Mapping[str, Received]
    last: Mapping[str, Received]


def read(raw: bytes, name: str) -> Journal:
    """The journal's bytes. A line that cannot be read raises `RegistrarError`: lateness must not be guessed."""
    entries = sorted(_entries(raw, name), key=lambda one: one.submitted)
    return Journal({one.head: one for one in reversed(entries)}, {one.head: one for one in entries})


def written(one: Received) -> bytes:
    """The entry as a line of the journal."""
    fields = {name: getattr(one, name) for name in SHAPES}
    return json.dumps(fields, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _entries(raw: bytes, name: str) -> Iterator[Received]:
    for number, line in enumerate(raw.split(b"\n"), 1):
        if line.strip():
            fault, fields = _fields(line)
            if fault:
                raise RegistrarError(
                    f"{name} 第 {number} 行{fault}，没有登记任何记录：逾期按这里的时刻算，不能猜。"
                    "请照服务器的日志改好这一行再运行"
                )
            yield Received(**fields)


def _fields(line: bytes) -> tuple[str, dict[str, Any]]:
    """What is wrong with a line, and its fields. Fields beyond ours are left to whoever wrote them."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return "不是一条完整的 JSON 记录", {}
    if not isinstance(data, dict):
        return "不是一条完整的 JSON 记录", {}
    for field, shape in SHAPES.items():
        if not (isinstance(data.get(field), str) and shape.fullmatch(data[field])):
            return f"的 {field} 缺失或写法不对", {}
    try:
        datetime.fromisoformat(data["submitted"])
    except ValueError:
        return "的 submitted 不是真实的时刻", {}
    return "", {field: data[field] for field in SHAPES}
