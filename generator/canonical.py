"""The one writer of YAML: every record has exactly one canonical text.

Header line; keys in the schema's order; two spaces; block style, except that a list of scalars, and an object
holding no list of objects, stand on one line where it fits 120 columns (a Chinese character counts two).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

WIDTH = 120
HEADER = "# yaml-language-server: $schema="

# Plain where YAML 1.1, YAML 1.2 and this project's loader all read the same text; everything else is quoted.
PLAIN = re.compile(
    r"(?!(?:true|false|null|yes|no|on|off|y|n)$)(?![0-9a-f]{32,}$)"
    r"[A-Za-z_\u4e00-\u9fff\u3400-\u4dbf（《“](?:[^\x00-\x1f\x7f-\xa0:#,\[\]{}\"'`?\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]|:(?=[^\s,\[\]{}]))*",
    re.IGNORECASE,
)
# Read back by YAML only as escapes.
UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
COMPATIBILITY_IDEOGRAPH = re.compile("[\uf900-\ufaff\U0002f800-\U0002fa1f]")


class Order(dict[str, "Order"]):
    """Key order of a mapping: each key with the order of what stands under it (through lists)."""


NONE = Order()


def dump(data: Any, order: Order, header: str) -> str:
    """Canonical text of a record (a mapping). Unknown keys follow the known ones, in their own order."""
    lines = [HEADER + header]
    _mapping(_ordered(data, order), "", lines)
    return "\n".join(lines) + "\n"


def header_for(path: str, kind: str) -> str:
    """The schema's address as seen from a record's folder, for editors."""
    return "../" * path.count("/") + f"schemas/{kind}.schema.json"


@lru_cache(maxsize=65536)
def text(value: str) -> str:
    """A text as canonical YAML: plain where that is safe, else in double quotes."""
    value = nfc(value)
    if PLAIN.fullmatch(value) and value[-1] not in " \u3000:":
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return UNPRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", quoted)


def scalar(value: Any) -> str:
    """One scalar as canonical YAML."""
    if isinstance(value, str):
        return text(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def nfc(text: str) -> str:
    """NFC, but for texts with a compatibility ideograph: composing would turn the name into another character."""
    if text.isascii() or COMPATIBILITY_IDEOGRAPH.search(text):
        return text
    return unicodedata.normalize("NFC", text)


def columns(line: str) -> int:
    """Display columns: one for ASCII, two for a Chinese character."""
    return len(line) if line.isascii() else (len(line) + len(line.encode("utf-8", "surrogatepass"))) // 2


def _ordered(data: Any, order: Order) -> Any:
    if isinstance(data, dict):
        keys = [key for key in order if key in data]
        if len(keys) < len(data):
            keys += [key for key in data if key not in order]
        return {
            key: _ordered(value, order.get(key, NONE))
            if isinstance(value := data[key], (dict, list))
            else value
            for key in keys
        }
    if isinstance(data, list) and data and isinstance(data[0], (dict, list)):
        return [_ordered(item, order) for item in data]
    return data


def _flow(value: Any) -> str | None:
    """One-line text, or None where it holds a list of objects or of lists, or is too long for any line."""
    kind = type(value)
    if kind is str:
        return text(value)
    if kind is dict:
        parts = []
        for key, item in value.items():
            kind = type(item)
            flow = text(item) if kind is str else str(item) if kind is int else _flow(item)
            if flow is None:
                return None
            parts.append(f"{text(key)}: {flow}")
        return _short("{" + ", ".join(parts) + "}")
    if kind is list:
        parts = []
        for item in value:
            if type(item) is dict or type(item) is list:
                return None
            parts.append(text(item) if type(item) is str else scalar(item))
        return _short("[" + ", ".join(parts) + "]")
    return scalar(value)


def _short(flow: str) -> str | None:
    return flow if len(flow) <= WIDTH else None


def _mapping(data: Mapping[str, Any], indent: str, lines: list[str]) -> None:
    for key, value in data.items():
        _entry(f"{indent}{text(key)}:", value, indent, lines)


def _entry(start: str, value: Any, indent: str, lines: list[str]) -> None:
    """`start` and its value: on one line where allowed, else below it, indented by two."""
    flow = _flow(value)
    if flow is not None and _fits(line := f"{start} {flow}", value):
        lines.append(line)
        return
    lines.append(start)
    if type(value) is dict:
        _mapping(value, indent + "  ", lines)
    else:
        _items(value, indent + "  ", lines)


def _fits(line: str, value: Any) -> bool:
    """Scalars and empty containers always stay on their line."""
    return type(value) is str or not isinstance(value, (dict, list)) or not value or columns(line) <= WIDTH


def _items(values: list[Any], indent: str, lines: list[str]) -> None:
    for value in values:
        flow = _flow(value)
        if flow is not None and _fits(line := f"{indent}- {flow}", value):
            lines.append(line)
            continue
        start = len(lines)
        if type(value) is dict:
            _mapping(value, indent + "  ", lines)
        else:
            _items(value, indent + "  ", lines)
        lines[start] = f"{indent}- {lines[start].lstrip(' ')}"
