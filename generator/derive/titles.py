"""What the words of an enum mean, as its schema says."""

from __future__ import annotations

from collections.abc import Mapping

from generator.problem import Key
from generator.schema import Schemas


def titles(schemas: Schemas, kind: str, *keys: Key) -> Mapping[str, str]:
    """Chinese word by value of the field at a key path of a kind; 0 stands for any item of a list."""
    node = schemas.at(schemas.kinds[kind], keys) or {}
    said: Mapping[str, str] = node.get("x-titles", {})
    return said
