"""Bytes to plain data, strictly: a bad file is a list of Problems, never a crash.

One pass over the events of the C parser builds the data itself. Nothing recurses, so 100,000 open brackets
stop at the depth cap; nothing is resolved by YAML's own rules, so `no`, `0123`, `1:30`, `1e3` and bare dates
stay the text the author wrote. Only `true`/`false`, `null`/`~`/nothing and decimal integers are anything else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from generator.problem import Position, Problem, Where
from generator.syntax import RefusedError, events, explain, mark, refuse_slip
from generator.text import HIDDEN, decode, empty, hidden, problem_at

MAX_DEPTH = 24
MAX_NODES = 1_000_000
MAX_DIGITS = 15
MAX_LINE = 64 * 1024

PLAIN = re.compile(r"(true|false)|(~|null|)|(-?(?:0|[1-9][0-9]*))")
FORMULA = frozenset("=+-@＝＋－＠")
NOTHING: Any = object()


class Loaded(NamedTuple):
    """`data` is None where the file's structure could not be trusted; then `problems` says why."""

    data: Any
    problems: list[Problem]


def load(raw: bytes, path: str) -> Loaded:
    """Read one YAML record. Problems carry codes FI001–FI008, FI016, FI017, FI021, FI022."""
    where = Where(path)
    text, problems = decode(raw, path)
    if text is None:
        return Loaded(None, problems)
    strange = bool(problems)
    reader = _Reader(where, problems)
    try:
        data = reader.build(events(text))
        if type(data) is str:
            refuse_slip(text)
    except RefusedError as refused:
        return Loaded(None, [*problems, _refusal(where, refused)])
    except yaml.YAMLError as error:
        # Where there are hidden characters YAML stumbles over them, and they shift its line numbers.
        return Loaded(None, problems if strange else [*problems, _refusal(where, explain(error, text))])
    if data is None and not problems:
        return Loaded(None, [empty(where)])
    problems.extend(escaped_characters(text, data, where))
    return Loaded(None if reader.broken else data, problems)


@lru_cache(maxsize=1 << 16)
def plain(value: str) -> Any:
    """What an unquoted scalar means: true, false, None, an integer, else itself; NOTHING for too long a number."""
    match = PLAIN.fullmatch(value)
    if match is None:
        return value
    if match[3] is None:
        return value == "true" if match[1] else None
    return int(value) if len(value.lstrip("-")) <= MAX_DIGITS else NOTHING


def _refusal(where: Where, refused: RefusedError) -> Problem:
    return problem_at(where, refused.code, refused.message, refused.remedy, refused.at)


class _Reader:
    """Builds plain data from parser events with an explicit stack."""

    def __init__(self, where: Where, problems: list[Problem]) -> None:
        self.where = where
        self.problems = problems
        self.broken = False

    def build(self, next_event: Callable[[], Any]) -> Any:  # noqa: PLR0912, PLR0915 - flat on purpose, see below
        """The document's data. The loop is flat and does everything in place: it reads a million nodes a second."""
        stack: list[tuple[Any, bool, Any]] = []
        node: Any = None
        keyed = False
        key: Any = NOTHING
        result: Any = None
        documents = count = 0
        while True:
            event = next_event()
            kind = type(event)
            if kind is ScalarEvent:
                value: Any = event.value
                if event.anchor is not None or event.tag is not None:
                    self._refuse_marks(event)
                if keyed and key is NOTHING:
                    key = value
                    if key in node or key == "<<":
                        self._strange_key(event, node)
                    continue
                if event.implicit[0]:
                    value = plain(value)
                    if value is NOTHING:
                        self._long_number(event)
                if type(value) is str and value and value[0] in FORMULA:
                    self._formula(value, event)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                if event.anchor is not None or event.tag is not None:
                    self._refuse_marks(event)
                if keyed and key is NOTHING:
                    raise RefusedError("FI002", "字段名必须是文字", "字段名不能是列表或一组字段", mark(event))
                value = {} if kind is MappingStartEvent else []
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                node, keyed, key = stack.pop()
                continue
            elif kind is AliasEvent:
                self._refuse_marks(event)
                if keyed and key is NOTHING:
                    key = f"*{event.anchor}"
                    continue
                value = None
            elif kind is DocumentStartEvent:
                documents += 1
                self._document(event, documents)
                continue
            elif kind is StreamEndEvent:
                return result
            else:
                continue
            count += 1
            if count > MAX_NODES:
                raise RefusedError("FI007", f"内容超过 {MAX_NODES} 项", "请拆分记录", mark(event))
            if node is None:
                result = value
            elif keyed:
                node[key] = value
                key = NOTHING
            else:
                node.append(value)
            if kind is not ScalarEvent and kind is not AliasEvent:
                stack.append((node, keyed, key))
                if len(stack) > MAX_DEPTH:
                    raise RefusedError(
                        "FI006", f"嵌套超过 {MAX_DEPTH} 层", "请检查括号和缩进，按模板填写", mark(event)
                    )
                node, keyed, key = value, kind is MappingStartEvent, NOTHING

    def _add(self, code: str, message: str, remedy: str, event: Any) -> None:
        self.problems.append(problem_at(self.where, code, message, remedy, mark(event)))

    def _document(self, event: Any, documents: int) -> None:
        if documents > 1:
            raise RefusedError(
                "FI005",
                "一个文件里有多份文档（--- 分隔）",
                "一个文件只放一份记录，请拆成多个文件",
                mark(event),
            )
        if event.version is not None or event.tags:
            self._add("FI004", "用了 % 指令", "请删去 % 开头的指令行", event)

    def _refuse_marks(self, event: Any) -> None:
        kind = type(event)
        if kind is AliasEvent:
            self.broken = True
            self._add("FI004", f"用了引用 *{event.anchor}", "请把内容直接写出来", event)
            return
        if event.anchor is not None:
            self._add("FI004", f"用了锚点 &{event.anchor}", "请删去 & 标记，需要重复的内容直接写出来", event)
        if event.tag is not None:
            self._add("FI004", f"用了类型标记 {event.tag[:40]}", "请删去 ! 标记，文字加双引号即可", event)

    def _strange_key(self, event: Any, node: dict[str, Any]) -> None:
        key = event.value
        if key == "<<" and event.implicit[0]:
            self.broken = True
            self._add("FI004", "用了合并写法 <<", "请把字段直接写出来", event)
        if key in node:
            self._add("FI003", f"字段“{key}”写了两次", "请只保留一处", event)

    def _long_number(self, event: Any) -> None:
        digits = len(event.value.lstrip("-"))
        message = f"数字有 {digits} 位，超过 {MAX_DIGITS} 位"
        self._add("FI022", message, "请核对；若是编号请加双引号", event)
        self.broken = True

    def _formula(self, value: str, event: Any) -> None:
        message = f"文字以“{value[0]}”开头，导出到表格时会被当作公式"
        self._add("FI017", message, "请去掉开头的符号，或在前面加上文字", event)


def escaped_characters(text: str, data: Any, where: Where) -> Iterator[Problem]:
    """Hidden characters written as escapes inside double quotes: the raw text does not show them (FI016)."""
    if "\\" in text:
        for place, value in strings(data, where):
            for character in HIDDEN.findall(value):
                yield hidden(place, character, None)


def strings(data: Any, where: Where) -> Iterator[tuple[Where, str]]:
    """Every text in plain data, keys included, with its place."""
    if isinstance(data, str):
        yield where, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield where / key, key
            yield from strings(value, where / key)
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from strings(value, where / index)


def load_lines(raw: bytes, path: str) -> Loaded:
    """Read a JSON-lines record: data is the list of lines, each an object (FI001–FI003, FI016, FI017)."""
    where = Where(path)
    text, problems = decode(raw, path)
    if text is None:
        return Loaded(None, problems)
    lines = []
    for index, line in enumerate(text.removesuffix("\n").split("\n")):
        try:
            lines.append(_json(line))
        except (ValueError, RecursionError) as error:
            message = str(error) if isinstance(error, _DuplicateError) else "这一行不是完整的 JSON 对象"
            code = "FI003" if isinstance(error, _DuplicateError) else "FI002"
            remedy = "登记簿和台账由系统写入，请恢复原样，不要手工修改"
            problems.append(problem_at(where, code, message, remedy, Position(index + 1, 1)))
    problems.extend(escaped_characters(text, lines, where))
    return Loaded(None if problems else lines, problems)


class _DuplicateError(ValueError):
    """A field stands twice in one JSON object."""


def _json(line: str) -> dict[str, Any]:
    if len(line) > MAX_LINE:
        raise ValueError(len(line))
    data = json.loads(line, object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_no_constant)
    if not isinstance(data, dict):
        raise ValueError(line)
    return data


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        raise _DuplicateError("同一行里有字段写了两次")
    return data


def _no_constant(text: str) -> Any:
    raise ValueError(text)
