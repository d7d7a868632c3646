"""Values of a record in words, by what the schema says they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.canonical import nfc
from generator.diff.names import Names
from generator.schema import Node, Schemas
from generator.text import inert

LIMIT = 60
LEAD = 10
MANY = 8
NOTHING = "（空）"
ABSENT = "（未填）"
DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2})(:[0-9]{2})\+08:00")
UNIT = re.compile(r"（(元|人)）$")
HASH = 12
COMMON = "common.schema.json#/$defs/"
# Fields whose slug is a prefecture or a base; everything else says what it is by its $ref.
PREFECTURES = ("prefecture", "prefectures", "seat")


@dataclass(frozen=True, slots=True)
class Field:
    """A value's schema, with the name of the field it stands in (for an item: of its list)."""

    node: Node
    key: str

    @property
    def title(self) -> str:
        """The field's Chinese title without its unit; the key itself where no schema speaks of it."""
        return UNIT.sub("", str(self.node.get("title", self.key)))

    @property
    def unit(self) -> str:
        """元 or 人 where the schema says so."""
        unit = UNIT.search(str(self.node.get("title", "")))
        return unit[1] if unit else "元" if self.refers == "yuan" else ""

    @property
    def refers(self) -> str:
        """The common definition the field uses: date, organisation, county …; "" where it uses none."""
        refers = str(self.node.get("$ref", "")).rpartition("/")[2]
        if refers == "slug" and self.key in PREFECTURES:
            return "prefecture"
        return "base" if refers == "slug" and self.key == "base" else refers


class Fields:
    """Steps through a schema."""

    def __init__(self, schemas: Schemas) -> None:
        self.schemas = schemas

    def at(self, field: Field, key: str) -> Field:
        """The field `key` of an object."""
        return Field(self.schemas.resolve(field.node.get("properties", {}).get(key, {})), key)

    def item(self, field: Field) -> Field:
        """The items of a list."""
        return Field(self.schemas.resolve(field.node.get("items", {})), field.key)

    def of(self, field: Field, data: Mapping[str, Any]) -> Iterator[tuple[str, Field]]:
        """The fields an object has, in the schema's order, unknown ones last."""
        known = field.node.get("properties", {})
        for key in (*(key for key in known if key in data), *(key for key in data if key not in known)):
            yield key, self.at(field, key)


@dataclass(frozen=True)
class Voice:
    """Speaks for one side of a comparison. `exact` says values as they are written."""

    fields: Fields
    names: Names
    year: str = ""
    exact: bool = False

    def word(self, value: Any, field: Field) -> str:
        """A value in words, in full."""
        if isinstance(value, dict):
            said = (
                f"{inner.title} {self.word(value[key], inner)}" for key, inner in self.fields.of(field, value)
            )
            return "，".join(said) or NOTHING
        if isinstance(value, list):
            item = self.fields.item(field)
            return listed([self.word(one, item) for one in value]) or NOTHING
        if self.exact:
            return json.dumps(value)
        if value is None or isinstance(value, bool):
            return {None: "空", True: "是", False: "否"}[value]
        if isinstance(value, int):
            return f"{value}{field.unit}"
        return self._text(value, field)

    def _text(self, value: str, field: Field) -> str:
        titles: Mapping[str, str] = field.node.get("x-titles", {})
        if value in titles:
            return titles[value]
        if not value:
            return NOTHING
        if field.refers:
            return self._reference(value, field.refers)
        return value if "pattern" in field.node else f"“{value}”"

    def _reference(self, value: str, refers: str) -> str:
        named = {
            "organisation": self.names.organisation,
            "instructor": self.names.instructor,
            "county": self.names.county,
            "prefecture": self.names.prefecture,
            "base": self.names.base,
            "clause": self.names.clause,
        }
        if refers in named:
            return named[refers](value)
        if refers == "sha256":
            return f"{value[:HASH]}…"
        return self.day(value)

    def day(self, value: str) -> str:
        """A date or time as it is spoken: without the year where that is the record's own."""
        if time := TIME.fullmatch(value):
            return f"{self.day(time[1])}{time[2]}{time[3] if time[3] != ':00' else ''}"
        date = DATE.fullmatch(value)
        if date is None:
            return value
        year = "" if date[1] == self.year else f"{int(date[1])}年"
        return f"{year}{int(date[2])}月{int(date[3])}日"

    def days(self, first: str, last: str) -> str:
        """A span of days: 5月17—19日."""
        start, end = DATE.fullmatch(first), DATE.fullmatch(last)
        if start and end and start.groups()[:2] == end.groups()[:2]:
            return self.day(first) if first == last else f"{self.day(first)[:-1]}—{int(end[3])}日"
        return f"{self.day(first)}—{self.day(last)}"


def listed(words: list[str]) -> str:
    """Words of a list, a long one cut off."""
    return "、".join(words[:MANY]) + (f" 等 {len(words)} 项" if len(words) > MANY else "")


def alike(one: str, other: str) -> bool:
    """Whether two words look the same to a reader."""
    return nfc(inert(one)) == nfc(inert(other))


def shortened(one: str, other: str) -> tuple[str, str]:
    """Both words cut to a readable length, so that the first difference shows."""
    same = next(
        (n for n, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )
    start = same - LEAD if same > LIMIT - LEAD else 0
    return _window(one, start), _window(other, start)


def short(word: str) -> str:
    """One word cut to a readable length."""
    return _window(word, 0)


def _window(word: str, start: int) -> str:
    end = "…" if len(word) > start + LIMIT else ""
    return f"{'…' if start else ''}{word[start : start + LIMIT]}{end}"
