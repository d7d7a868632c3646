"""Plain data to records: one constructor per class, made from its annotations.

Only shaped data comes here (schema first), so nothing is checked. `from`, `to`, `class` and `date` are spelled
`start`, `end`, `class_id` and `day` in Python; dates become `date`; every record knows its `where`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from generator.problem import Where

T = TypeVar("T")
SPELLED = {"start": "from", "end": "to", "class_id": "class", "day": "date"}
# From a value, the place it stands in and its key there: the place of the value itself is made only where kept.
Convert = Callable[[Any, Where, str | int], Any]


def build(cls: type[T], data: Mapping[str, Any], where: Where) -> T:
    """The record of `data`; a missing optional field takes the class's default."""
    arguments: dict[str, Any] = {}
    for name, key, convert in _plan(cls):  # type: ignore[arg-type]
        if key in data:
            value = data[key]
            arguments[name] = value if convert is None or value is None else convert(value, where, key)
    if _knows_where(cls):  # type: ignore[arg-type]
        arguments["where"] = where
    return cls(**arguments)


@cache
def _plan(cls: type) -> tuple[tuple[str, str, Convert | None], ...]:
    hints = get_type_hints(cls)
    names = [field.name for field in fields(cls) if field.name != "where"]
    return tuple((name, SPELLED.get(name, name), _convert(hints[name])) for name in names)


@cache
def _knows_where(cls: type) -> bool:
    return any(field.name == "where" for field in fields(cls))


def _convert(hint: Any) -> Convert | None:
    origin = get_origin(hint)
    if origin is UnionType:
        return _convert(next(choice for choice in get_args(hint) if choice is not NoneType))
    if origin is tuple:
        return _many(get_args(hint)[0])
    if hint is date:
        return lambda value, where, key: date.fromisoformat(value)
    if is_dataclass(origin or hint):
        return lambda value, where, key: build(origin or hint, value, where / key)
    return None


def _many(hint: Any) -> Convert:
    convert = _convert(hint)
    if convert is None:
        return lambda values, where, key: tuple(values)

    def each(values: Any, where: Where, key: str | int) -> Any:
        inside = where / key
        return tuple([convert(value, inside, index) for index, value in enumerate(values)])

    return each
