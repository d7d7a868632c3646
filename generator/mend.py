"""What a misshapen record most likely meant, so that rules can speak at the same time as the schema.

Nothing is written back and nothing is forgiven: the schema's findings stand. A clerk who misspelt a field and planned
96 people should hear of both at once.
"""

from __future__ import annotations

from typing import Any

from generator.explain import meant
from generator.load import MAX_DIGITS
from generator.schema import Kind, Node, Schemas


def mend(schemas: Schemas, kind: Kind, data: Any) -> Any:
    """The data with misspelt fields under their names, unknown ones gone and quotes right; None if that is not enough."""
    mended = _mended(schemas, kind.schema, data)
    return mended if schemas.valid(kind, mended) else None


def _mended(schemas: Schemas, node: Node, data: Any) -> Any:
    node = schemas.resolve(node)
    if isinstance(data, dict):
        return _fields(schemas, node.get("properties", {}), data)
    if isinstance(data, list) and "items" in node:
        return [_mended(schemas, node["items"], item) for item in data]
    return _scalar(node.get("type"), data)


def _fields(schemas: Schemas, properties: dict[str, Node], data: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for key, value in data.items():
        name = key if key in properties else meant(properties, key, schemas)
        if name is not None and (name == key or name not in data):
            found[name] = _mended(schemas, properties[name], value)
    return found


def _scalar(wanted: Any, data: Any) -> Any:
    if wanted == "string" and isinstance(data, int) and not isinstance(data, bool):
        return str(data)
    if wanted == "integer" and isinstance(data, str) and data.isascii() and data.isdigit():
        return int(data) if len(data) <= MAX_DIGITS else data
    return data
