"""What is wrong with a value and what to do, in a clerk's words: a function for each keyword of a schema."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import Any
from unicodedata import normalize

from generator.canonical import scalar
from generator.privacy import scan
from generator.schema import Node

TYPES = {
    "integer": ("整数", "请写不带引号和单位的阿拉伯数字"),
    "string": ("文字", "请写文字；编号和日期要加双引号"),
    "boolean": (" true 或 false", "请写 true（是）或 false（否），不加引号"),
    "array": ("列表", "请写成列表：每项一行，以“- ”开头"),
    "object": ("一组字段", "请按模板写成“字段: 内容”"),
    "null": ("空", "没有内容时写 null"),
}
SHOWN = 40
# What a clerk means by “110人”, “１１０” and “1,100”, and by 2022/5/17, 2022.5.17 and 2022年5月17日.
NUMBER = re.compile(r"[^0-9-]{0,2}([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})[^0-9]{0,3}")
# Excel and WPS count days from here; their dates from 2000 to 2099 as such counts.
SERIAL_START = date(1899, 12, 30)
SERIALS = range((date(2000, 1, 1) - SERIAL_START).days, (date(2100, 1, 1) - SERIAL_START).days)
DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")


def sample(node: Node) -> str:
    """The schema's example as it would be written."""
    value = node["examples"][0]
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else scalar(value)


def short(value: Any) -> str:
    """A value to be quoted: not long, with no sign nobody sees, and no personal data."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = "".join(character if character.isprintable() else "�" for character in text)
    if scan(text):
        return "（疑似个人信息，不显示）"
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def discreet(error: Any, node: Node) -> tuple[str, str]:
    """For a sealed record: the field, never what is in it."""
    return f"“{node['title']}”写得不对（密封内容，不显示）", _wanted(node)


def _said(value: Any) -> str:
    plain = {type(None): "是空的", dict: "写的是一组字段", list: "写的是列表"}
    if isinstance(value, bool):
        return f"写的是 {'true' if value else 'false'}"
    return plain.get(type(value)) or f"写的是{'数字 ' if isinstance(value, int) else ''}{_quoted(value)}"


def _quoted(value: Any) -> str:
    """In quotes; blanks at an end are named, since nobody sees them."""
    if not isinstance(value, str):
        return short(value) if isinstance(value, int) else f"“{short(value)}”"
    blank = "和".join(end for end, one in (("开头", value[:1]), ("末尾", value[-1:])) if one.isspace())
    return f"“{short(value)}”" + (f"（{blank}有空格）" if blank else "")


def _wanted(node: Node) -> str:
    """应为…, with a space before what does not begin with a Chinese character."""
    wanted = str(node.get("x-wanted", node["description"]))
    return f"应为{' ' if wanted[0].isascii() else ''}{wanted}"


def _type(error: Any, node: Node) -> tuple[str, str]:
    wanted = node.get("type", "object")
    wanted = wanted if isinstance(wanted, str) else wanted[0]
    name, remedy = TYPES[wanted]
    message = f"“{node['title']}”{_said(error.instance)}，应是{name}"
    if wanted == "string" and isinstance(error.instance, int) and not isinstance(error.instance, bool):
        if node.get("format") == "date":
            return message, _numbered_day(error.instance, node)
        return message, f'请加双引号："{short(error.instance)}"'
    if error.instance is None:
        return f"“{node['title']}”是空的", f"请填写，例如 {sample(node)}"
    if isinstance(error.instance, str):
        if wanted == "integer" and (number := NUMBER.fullmatch(normalize("NFKC", error.instance))):
            return message, f"请改为不带引号的 {int(number[1].replace(',', ''))}"
        if wanted == "array" and "properties" not in node["items"]:
            return message, f"请加方括号：[{short(error.instance)}]"
    return message, remedy


def _numbered_day(number: int, node: Node) -> str:
    """What a day written as a number most likely meant: a spreadsheet's count of days, or 20220517."""
    if number in SERIALS:
        day = SERIAL_START + timedelta(days=number)
        return f'这是表格里日期的序号，请核对是不是 "{day.isoformat()}"，并照此写'
    with suppress(ValueError):
        return f'请改为 "{datetime.strptime(str(number), "%Y%m%d").date().isoformat()}"'
    return f"例如 {sample(node)}"


def _enum(error: Any, node: Node) -> tuple[str, str]:
    titles: Mapping[str, str] = node["x-titles"]
    choices = "、".join(f"{value}（{title}）" if value != title else value for value, title in titles.items())
    message = f"“{node['title']}”{_said(error.instance)}，应是下列之一：{choices}"
    text = str(error.instance)
    for value, title in titles.items():
        if text and (text == title or text in title.split("（")[0] or text.lower() == value):
            return message, f"请改为 {value}"
    close = get_close_matches(text, titles, n=1)
    return message, f"是否想写 {close[0]}？" if close else "请从中选一个填写"


def _pattern(error: Any, node: Node) -> tuple[str, str]:
    message = f"“{node['title']}”{_said(error.instance)}，{_wanted(node)}"
    if node.get("format") == "date" and (day := DAY.fullmatch(normalize("NFKC", error.instance))):
        return message, f'请改为 "{day[1]}-{int(day[2]):02d}-{int(day[3]):02d}"'
    return message, f"例如 {sample(node)}"


def _format(error: Any, node: Node) -> tuple[str, str]:
    reason = {"date": "没有这一天", "date-time": "没有这个时刻", "uri": "不是完整的网址"}[
        error.validator_value
    ]
    return f"“{node['title']}”{_said(error.instance)}，{reason}", "请核对后改正"


def _few(error: Any, node: Node) -> tuple[str, str]:
    return f"“{node['title']}”有 {len(error.instance)} 项，至少要 {error.validator_value} 项", "请补充"


def _many(error: Any, node: Node) -> tuple[str, str]:
    return f"“{node['title']}”有 {len(error.instance)} 项，最多 {error.validator_value} 项", "请删减"


def _twice(error: Any, node: Node) -> tuple[str, str]:
    shown = [scalar(item) if not isinstance(item, (dict, list)) else short(item) for item in error.instance]
    again = next(item for index, item in enumerate(shown) if item in shown[:index])
    return f"“{node['title']}”中“{again}”写了两次", "请删去重复的一项"


def _none_of(error: Any, node: Node) -> tuple[str, str]:
    names = [name for choice in error.validator_value for name in choice["required"]]
    titles = "或".join(f"“{node['properties'][name]['title']}”（{name}）" for name in names)
    return f"“{node['title']}”没有写明依据", f"请写明{titles}"


WORDS: dict[str, Callable[[Any, Node], tuple[str, str]]] = {
    "type": _type,
    "enum": _enum,
    "pattern": _pattern,
    "format": _format,
    "minLength": lambda error, node: (
        f"“{node['title']}”没有填写",
        f"请填写，例如 {sample(node)}",
    ),
    "maxLength": lambda error, node: (
        f"“{node['title']}”有 {len(error.instance)} 个字，最多 {error.validator_value} 个字",
        "请精简",
    ),
    "minimum": lambda error, node: (
        f"“{node['title']}”是 {short(error.instance)}，不能小于 {error.validator_value}",
        "请核对后改正",
    ),
    "maximum": lambda error, node: (
        f"“{node['title']}”是 {short(error.instance)}，不能大于 {error.validator_value}",
        "请核对后改正",
    ),
    "minItems": _few,
    "maxItems": _many,
    "uniqueItems": _twice,
    "anyOf": _none_of,
}
