"""The YAML parser's events, and its complaints in words a clerk can act on (FI002)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]

from generator.problem import Position


class RefusedError(Exception):
    """Reading ends here: code, message, remedy and place."""

    def __init__(self, code: str, message: str, remedy: str, at: Position) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.at = at


def events(text: str) -> Callable[[], Any]:
    """The next event of the C parser at each call; the last is a StreamEndEvent.

    Errors leave as `yaml.YAMLError`: callers turn them into `RefusedError` with `explain`, outside their hot loop.
    """
    next_event: Callable[[], Any] = CParser(text).get_event
    return next_event


def mark(event: Any) -> Position:
    """Where an event starts."""
    return Position(event.start_mark.line + 1, event.start_mark.column + 1)


TABLE = (
    (
        "mapping values are not allowed",
        "这里不该出现冒号",
        "冒号后要空一格；文字里有冒号时把整段文字加双引号",
    ),
    ("could not find expected ':'", "这一行缺少冒号", "写成“字段: 内容”，冒号用半角，后面空一格"),
    (
        "cannot start any token",
        "这里有不能开头的字符（常见的是用 Tab 缩进，或以 % @ ` 开头）",
        "缩进请用空格；特殊字符开头的文字加双引号",
    ),
    (
        "did not find expected key",
        "缩进不对齐，或引号、括号没有配对",
        "同一级的字段要左对齐；检查上一行的引号和括号",
    ),
    ("did not find expected '-'", "列表项没有对齐", "同一列表的“- ”要左对齐"),
    ("did not find expected ',' or", "括号里缺少逗号或右括号", "各项之间用半角逗号，末尾补上右括号"),
    ("unexpected end of stream", "引号没有配对，读到了文件末尾", "请补上缺少的引号"),
    ("unknown escape", "双引号里的反斜杠写法不对", "反斜杠请写成 \\\\，或去掉"),
    ("invalid Unicode character escape", "转义出的字符不是合法字符", "请直接输入该汉字"),
    ("did not find expected hexdecimal", "转义字符写法不全", "请直接输入该字符，不用 \\u 写法"),
    ("block sequence entries are not allowed", "这里不能写列表项", "“- ”要另起一行并缩进"),
    ("did not find expected node content", "这里应有内容", "补上内容，或去掉多余的逗号、括号"),
    ("control characters are not allowed", "文件里有控制字符", "请删去看不见的控制字符"),
)
FULLWIDTH_COLON = re.compile(r"^\s*(- )?[\w-]+：")
TIGHT_COLON = re.compile(r"^\s*(- )?[\w-]+:[^ \t\r\n]")


def explain(error: yaml.YAMLError, text: str) -> RefusedError:
    """The parser's complaint in Chinese, naming the usual slip (a full-width or tight colon) where it is one."""
    at = _place(error)
    lines = text.split("\n")
    for number in (at.line, at.line - 1):
        if slip := _slip(lines, number):
            return slip
    said = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    for words, message, remedy in TABLE:
        if words in said:
            return RefusedError("FI002", message, remedy, at)
    return RefusedError("FI002", "写法不合 YAML 语法", "请检查这一行及上一行的缩进、冒号、引号和括号", at)


def refuse_slip(text: str) -> None:
    """Refuse a whole document that YAML reads as one text because of such a colon."""
    lines = text.split("\n")
    for number in range(1, len(lines) + 1):
        if slip := _slip(lines, number):
            raise slip


def _slip(lines: list[str], number: int) -> RefusedError | None:
    """The usual slip in a line: a full-width colon, or no space after a colon."""
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    if match := FULLWIDTH_COLON.match(line):
        remedy = "请改成半角冒号加一个空格“: ”"
        return RefusedError("FI002", "用了全角冒号“：”", remedy, Position(number, match.end()))
    if match := TIGHT_COLON.match(line):
        return RefusedError(
            "FI002", "冒号后面少一个空格", "请在冒号后面加一个空格", Position(number, match.end() - 1)
        )
    return None


def _place(error: yaml.YAMLError) -> Position:
    found = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return Position(found.line + 1, found.column + 1) if found else Position(1, 1)
