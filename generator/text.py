"""Bytes to text: encoding, size, characters nobody sees, and line and column of an offset."""

from __future__ import annotations

import re
from itertools import islice
from math import ceil

from generator.problem import Position, Problem, Where

MAX_BYTES = 8 * 1024 * 1024
MAX_HIDDEN = 20

# Characters nobody sees or that mean nothing outside one machine: controls, zero-width and bidi formats, line and
# paragraph separators, noncharacters, private use, and code points of the CJK planes outside the assigned blocks.
# A fixed table: Python's own is older than GB 18030-2022 and differs between versions.
HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\uffff\U0001fffe\U0001ffff\U0002a6e0-\U0002a6ff\U0002ee60-\U0002f7ff\U0002fa20-\U0002ffff"
    "\U00033480-\U0010ffff]"
)

# What a line on a terminal must not carry: all of that, and what would end or shift the line.
LOUD = re.compile(f"[\t\n\r]|{HIDDEN.pattern}")


def inert(text: str) -> str:
    """Text as it may stand in one line on a terminal or in a log: no line breaks, controls, hidden characters."""
    return LOUD.sub("\ufffd", text)


def decode(raw: bytes, path: str) -> tuple[str | None, list[Problem]]:
    """Text of a record, or None with the reason: too large, not UTF-8, binary, empty, hidden characters."""
    where = Where(path)
    if len(raw) > MAX_BYTES:
        return None, [too_large(where, len(raw))]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, [_not_utf8(raw, error, where)]
    if "\0" in text:
        at = position(text, text.index("\0"))
        return None, [
            problem_at(
                where, "FI012", "文件里有空字节（NUL），是二进制文件", "请用文本方式重新保存为 UTF-8", at
            )
        ]
    text = text.removeprefix("\ufeff")
    if not text.strip():
        return None, [empty(where)]
    matches = islice(HIDDEN.finditer(text), MAX_HIDDEN)
    return text, [hidden(where, match.group(), position(text, match.start())) for match in matches]


def too_large(where: Where, size: int) -> Problem:
    """FI008 for a file of `size` bytes."""
    message = f"文件有 {ceil(size * 10 / 2**20) / 10:.1f} MB，超过上限 {MAX_BYTES // 2**20} MB"
    return problem_at(where, "FI008", message, "请拆分记录，一个文件只放一份记录", Position(1, 1))


def empty(where: Where) -> Problem:
    """FI021: nothing, white space or comments only."""
    return problem_at(where, "FI021", "文件是空的", "请按模板填写内容，或删除该文件", Position(1, 1))


def problem_at(where: Where, code: str, message: str, remedy: str, at: Position | None) -> Problem:
    """A Problem whose position the reader already knows."""
    return Problem(where=where, code=code, message=message, remedy=remedy, at=at)


def _not_utf8(raw: bytes, error: UnicodeDecodeError, where: Where) -> Problem:
    line = raw.count(b"\n", 0, error.start) + 1
    start = raw.rfind(b"\n", 0, error.start) + 1
    column = len(raw[start : error.start].decode("utf-8", "replace")) + 1
    message = f"不是 UTF-8 编码（第 {error.start + 1} 个字节是 0x{raw[error.start]:02X}）"
    return problem_at(
        where,
        "FI001",
        message,
        "请另存为 UTF-8 编码（WPS、记事本：另存为 → 编码选 UTF-8）",
        Position(line, column),
    )


def hidden(where: Where, character: str, at: Position | None) -> Problem:
    """FI016 for one character."""
    message = f"有看不见或不能通用的字符 U+{ord(character):04X}"
    return problem_at(where, "FI016", message, "请删去该字符后重新输入；生僻字请用正式编码，不用自造字", at)


def position(text: str, offset: int) -> Position:
    """Line and column of an offset, from 1, in code points."""
    return Position(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))
