"""The records with every field that is not public blanked out: what a page, a feed or a document may draw on.

A leaf is public only if it and every enclosing property are `x-public: true`; items inherit from their array.
A private field that must be there keeps its type and loses its value; one that need not is left out. So views
read the same classes as rules do and cannot leak.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from generator.model import Repo, Source, make
from generator.schema import Kind, Node, Schemas

WITHHELD = ("internal", "sealed")
BLANK_DATE = "0001-01-01"
BLANK = {"string": "", "integer": 0, "number": 0, "boolean": False}


def public(repo: Repo, schemas: Schemas) -> Repo:
    """The repo as the public may see it. Internal and sealed kinds are gone, and so are unconsenting instructors."""
    return make(
        (_shown(source, schemas) for source in repo.sources.values() if _may_appear(source, schemas)),
        as_of=repo.as_of,
        digests=repo.digests,
        paths=repo.paths,
        unread=frozenset(),
    )


def _may_appear(source: Source, schemas: Schemas) -> bool:
    if source.kind == "instructor" and not source.data["consent"]["publication"]:
        return False
    return schemas.kinds[source.kind].schema["x-tier"] not in WITHHELD


def _shown(source: Source, schemas: Schemas) -> Source:
    kind = schemas.kinds[source.kind]
    if isinstance(source.data, list):
        return replace(source, data=[_top(kind, line, schemas) for line in source.data])
    return replace(source, data=_top(kind, source.data, schemas))


def _top(kind: Kind, data: Mapping[str, Any], schemas: Schemas) -> Any:
    return _value(kind.schema, data, schemas, shown=True)


def _value(node: Node, value: Any, schemas: Schemas, *, shown: bool) -> Any:
    if isinstance(value, list):
        items = schemas.resolve(node.get("items", {}))
        return [_value(items, item, schemas, shown=shown) for item in value] if shown else []
    if isinstance(value, dict):
        return dict(_members(node, value, schemas, shown))
    return value if shown else _blank(node)


def _members(
    node: Node, value: Mapping[str, Any], schemas: Schemas, shown: bool
) -> Iterator[tuple[str, Any]]:
    required = node.get("required", ())
    for key, child in node.get("properties", {}).items():
        visible = shown and child.get("x-public") is True
        if key in value and (visible or key in required):
            yield key, _value(schemas.resolve(child), value[key], schemas, shown=visible)


def _blank(node: Node) -> Any:
    if node.get("format") == "date":
        return BLANK_DATE
    kind = node.get("type", "string")
    return None if isinstance(kind, list) else BLANK[kind]
