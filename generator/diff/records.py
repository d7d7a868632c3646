"""One record of a comparison: opened as its kind demands, and what a person calls it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from generator.diff.names import Names
from generator.diff.words import short
from generator.examine import FRONT_MATTER, front_matter
from generator.load import load, load_lines
from generator.problem import Problem
from generator.schema import Kind

# Findings of the reader after which the data may not be all the author wrote.
DAMAGED = ("FI003", "FI004", "FI022")


class Opened(NamedTuple):
    """A record's data; `trouble` says why there is none, `body` is the text of a report."""

    data: Any = None
    trouble: str = ""
    body: str = ""


def opened(path: str, raw: bytes | None, kind: Kind | None) -> Opened:
    """Open a record. Sealed files and files of no kind stay shut: their bytes are all there is to compare."""
    if raw is None:
        return Opened(trouble="不是普通文件")
    if kind is None or kind.form in ("age", "opaque"):
        return Opened()
    if kind.form == "jsonl":
        return _read(*load_lines(raw, path))
    if kind.form == "markdown":
        return _report(path, raw)
    return _read(*load(raw, path))


def _read(data: Any, problems: list[Problem], body: str = "") -> Opened:
    reason = next((problem for problem in problems if data is None or problem.code in DAMAGED), None)
    return Opened(trouble=_reason(reason)) if reason else Opened(data, body=body)


def _reason(problem: Problem) -> str:
    return f"第 {problem.at.line} 行：{problem.message}" if problem.at else problem.message


def _report(path: str, raw: bytes) -> Opened:
    raw = raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return Opened(trouble="不是 UTF-8 编码")
    front = FRONT_MATTER.match(text)
    if front is None:
        return Opened(trouble="开头没有前置信息")
    return _read(*load(front_matter(raw), path), body=text[front.end() :])


def heading(kind: Kind, parts: Mapping[str, str], data: Any, names: Names) -> str:
    """A record as a person calls it: 宜昌市秭归县 2022年培训计划."""
    data = data if isinstance(data, dict) else {}
    named = "id" in kind.schema.get("properties", {}) and "slug" in parts
    year = f"{parts['year']}年" if "year" in parts else ""
    words = [
        "" if named else _place(parts, names),
        f"{year}{kind.title}".replace("年年度", "年度"),
        _tail(parts, data, names, named=named),
    ]
    return " ".join(filter(None, words))


def _place(parts: Mapping[str, str], names: Names) -> str:
    if "county" in parts:
        return names.place(parts["prefecture"], parts["county"])
    if "prefecture" in parts:
        return names.prefecture(parts["prefecture"])
    if "base" in parts:
        return names.base(parts["base"])
    return names.owner(parts["owner"]) if "owner" in parts else ""


def _tail(parts: Mapping[str, str], data: Mapping[str, Any], names: Names, *, named: bool) -> str:
    """What tells records of one place and year apart: an id with a name, a title, a class."""
    name = data.get("name")
    if named:
        return f"{parts['owner']}/{parts['slug']} {short(name) if isinstance(name, str) else ''}".rstrip()
    if "owner" in parts:
        title = data.get("title")
        return f"《{short(title)}》" if isinstance(title, str) else parts["slug"]
    return parts.get("class", "") or (names.base(parts["slug"]) if "slug" in parts else "")
