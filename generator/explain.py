"""Why a document does not have its kind's shape, in a clerk's words: one message a fault (SC001, SC002)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from itertools import islice
from typing import Any
from unicodedata import normalize

from generator.canonical import scalar
from generator.privacy import scan
from generator.problem import Key, Problem, Where
from generator.schema import Kind, Node, Schemas

TYPES = {
    "integer": ("整数", "请写不带引号和单位的阿拉伯数字"),
    "string": ("文字", "请写文字；编号和日期要加双引号"),
    "boolean": (" true 或 false", "请写 true（是）或 false（否），不加引号"),
    "array": ("列表", "请写成列表：每项一行，以“- ”开头"),
    "object": ("一组字段", "请按模板写成“字段: 内容”"),
    "null": ("空", "没有内容时写 null"),
}
SHOWN = 40
MOST = 5000  # faults looked for in one document: a small file can hold hundreds of thousands, a gigabyte as findings
# What a clerk means by “110人”, “１１０” and “1,100”, and by 2022/5/17, 2022.5.17 and 2022年5月17日.
NUMBER = re.compile(r"[^0-9-]{0,2}([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})[^0-9]{0,3}")
# Excel and WPS count days from here; their dates from 2000 to 2099 as such counts.
SERIAL_START = date(1899, 12, 30)
SERIALS = range((date(2000, 1, 1) - SERIAL_START).days, (date(2100, 1, 1) - SERIAL_START).days)
DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")


def explain(schemas: Schemas, kind: Kind, data: Any, where: Where) -> Iterator[Problem]:
    """Problems of a document that `Schemas.valid` refused, one a place and fault; of very many the first `MOST`."""
    seen: set[tuple[Key, ...]] = set()
    errors = sorted(islice(schemas.reference(kind).iter_errors(data), MOST), key=_weight)
    if len(errors) == MOST:
        yield _problem(where, f"填写问题有 {MOST} 处以上，没有全部列出", "请先改正列出的，再检查一次")
    unknown = {(*error.absolute_path, key) for error in errors for key in _extras(error)}
    for error in errors:
        keys = tuple(error.absolute_path)
        if error.validator == "required":
            yield from _missing(schemas, kind, error, where, unknown)
        elif error.validator == "additionalProperties":
            yield from _unknown(schemas, kind, error, where)
        elif keys not in seen:
            seen.add(keys)
            node = schemas.at(kind, keys) or error.schema
            say = _discreet if kind.form == "age" else WORDS[error.validator]
            message, remedy = say(error, node)
            yield _problem(_place(where, keys), message, remedy)


def duplicates(schemas: Schemas, kind: Kind, data: Any, where: Where) -> Iterator[Problem]:
    """SC002: items of a list with an `x-key` that share the key."""
    yield from _duplicates(schemas, kind.schema, data, where)


def _duplicates(schemas: Schemas, node: Node, data: Any, where: Where) -> Iterator[Problem]:
    if isinstance(data, dict):
        for key, child in schemas.keyed(node):
            if key in data:
                yield from _duplicates(schemas, child, data[key], where / key)
    elif isinstance(data, list):
        node = schemas.resolve(node)
        if field := node.get("x-key"):
            yield from _repeated(node, field, data, where)
        if schemas.keyed(node["items"]):
            for index, item in enumerate(data):
                yield from _duplicates(schemas, node["items"], item, where / index)


def _repeated(node: Node, field: str, items: list[Any], where: Where) -> Iterator[Problem]:
    seen: set[Any] = set()
    title = node["items"]["properties"][field]["title"]
    for index, item in enumerate(items):
        value = item.get(field)
        if value in seen:
            message = f"“{node['title']}”中有两项的“{title}”（{field}）都是“{value}”"
            yield _problem(where / index / field, message, "请删去重复的一项，或改成不同的编号", code="SC002")
        seen.add(value)


def _problem(where: Where, message: str, remedy: str, code: str = "SC001") -> Problem:
    return Problem(where=where, code=code, message=message, remedy=remedy)


def _place(where: Where, keys: tuple[Key, ...]) -> Where:
    return Where(where.path, where.keys + keys)


def _weight(error: Any) -> tuple[int, list[str]]:
    """Of several faults at one place the plainest is told: a wrong type before a wrong pattern before a format."""
    order = ("type", "enum", "minLength", "pattern", "format")
    rank = order.index(error.validator) if error.validator in order else len(order)
    return rank, list(map(str, error.absolute_path))


def _extras(error: Any) -> list[str]:
    if error.validator != "additionalProperties":
        return []
    return [key for key in error.instance if key not in error.schema.get("properties", {})][:MOST]


def _missing(
    schemas: Schemas, kind: Kind, error: Any, where: Where, unknown: set[tuple[Key, ...]]
) -> Iterator[Problem]:
    """One missing field: what it is and where it belongs. Silent where a misspelt one stands in its place."""
    keys = tuple(error.absolute_path)
    name = next(key for key in error.validator_value if f"'{key}' is" in error.message)
    rivals = [str(key[-1]) for key in unknown if key[:-1] == keys]
    parent = schemas.at(kind, keys) or kind.schema
    if any(meant(parent["properties"], rival, schemas) == name for rival in rivals):
        return
    node = schemas.resolve(parent["properties"][name])
    place = f"“{parent['title']}”下" if keys else "最外层"
    example = f"{name}: {_sample(node)}"
    yield _problem(
        _place(where, keys), f"缺少字段“{node['title']}”（{name}）", f"请在{place}添加一行，例如 {example}"
    )


def _unknown(schemas: Schemas, kind: Kind, error: Any, where: Where) -> Iterator[Problem]:
    keys = tuple(error.absolute_path)
    parent = schemas.at(kind, keys) or kind.schema
    properties = parent["properties"]
    if kind.form == "age":
        place = _place(where, keys)
        yield _problem(
            place, f"“{parent['title']}”里有不认识的字段（密封内容，不显示）", "请删去或改正字段名"
        )
        return
    for key in _extras(error):
        likely = meant(properties, key, schemas)
        if likely is None:
            allowed = "、".join(
                f"{name}（{schemas.resolve(node)['title']}）" for name, node in properties.items()
            )
            remedy = f"请删去该字段；“{parent['title']}”可以写：{allowed}"
        else:
            remedy = f"是否想写 {likely}（{schemas.resolve(properties[likely])['title']}）？"
        yield _problem(_place(where, (*keys, key)), f"没有“{_short(key)}”这个字段", remedy)


def meant(properties: Mapping[str, Node], key: str, schemas: Schemas) -> str | None:
    """The field a misspelt or Chinese key stands for."""
    titles = {schemas.resolve(node)["title"]: name for name, node in properties.items()}
    if key in titles:
        return titles[key]
    close = get_close_matches(key.lower().replace("_", "-"), properties, n=1, cutoff=0.6)
    return close[0] if close else None


def _sample(node: Node) -> str:
    """The schema's example as it would be written."""
    value = node["examples"][0]
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else scalar(value)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = "".join(character if character.isprintable() else "�" for character in text)
    if scan(text):
        return "（疑似个人信息，不显示）"
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def _discreet(error: Any, node: Node) -> tuple[str, str]:
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
        return _short(value) if isinstance(value, int) else f"“{_short(value)}”"
    blank = "和".join(end for end, one in (("开头", value[:1]), ("末尾", value[-1:])) if one.isspace())
    return f"“{_short(value)}”" + (f"（{blank}有空格）" if blank else "")


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
        return message, f'请加双引号："{_short(error.instance)}"'
    if error.instance is None:
        return f"“{node['title']}”是空的", f"请填写，例如 {_sample(node)}"
    if isinstance(error.instance, str):
        if wanted == "integer" and (number := NUMBER.fullmatch(normalize("NFKC", error.instance))):
            return message, f"请改为不带引号的 {int(number[1].replace(',', ''))}"
        if wanted == "array" and "properties" not in node["items"]:
            return message, f"请加方括号：[{_short(error.instance)}]"
    return message, remedy


def _numbered_day(number: int, node: Node) -> str:
    """What a day written as a number most likely meant: a spreadsheet's count of days, or 20220517."""
    if number in SERIALS:
        day = SERIAL_START + timedelta(days=number)
        return f'这是表格里日期的序号，请核对是不是 "{day.isoformat()}"，并照此写'
    with suppress(ValueError):
        return f'请改为 "{datetime.strptime(str(number), "%Y%m%d").date().isoformat()}"'
    return f"例如 {_sample(node)}"


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
    return message, f"例如 {_sample(node)}"


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
    shown = [scalar(item) if not isinstance(item, (dict, list)) else _short(item) for item in error.instance]
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
        f"请填写，例如 {_sample(node)}",
    ),
    "maxLength": lambda error, node: (
        f"“{node['title']}”有 {len(error.instance)} 个字，最多 {error.validator_value} 个字",
        "请精简",
    ),
    "minimum": lambda error, node: (
        f"“{node['title']}”是 {_short(error.instance)}，不能小于 {error.validator_value}",
        "请核对后改正",
    ),
    "maximum": lambda error, node: (
        f"“{node['title']}”是 {_short(error.instance)}，不能大于 {error.validator_value}",
        "请核对后改正",
    ),
    "minItems": _few,
    "maxItems": _many,
    "uniqueItems": _twice,
    "anyOf": _none_of,
}
