"""Items of a list that must differ and do not (SC002)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.problem import Problem, Where
from generator.schema import Kind, Node, Schemas


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
            yield Problem(
                where=where / index / field,
                code="SC002",
                message=message,
                remedy="请删去重复的一项，或改成不同的编号",
            )
        seen.add(value)
