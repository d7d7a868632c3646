"""The repo with everything that is not public blanked out: what a page, a feed or a document may draw on.

A leaf is public only if it and every enclosing property are `x-public: true`; items inherit from their array.
A private field that must be there keeps its type and loses its value; one that need not is left out. So views
read the same classes as rules do and cannot leak.

Records of a kind that hides nothing are passed on as they are; the others are made anew from what may be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from generator.model import Repo, Source, make
from generator.schema import Kind, Node, Schemas

WITHHELD = ("internal", "sealed")
BLANK_DATE = "0001-01-01"
BLANK = {"string": "", "integer": 0, "number": 0, "boolean": False}
LEAF = {"enum", "const", "pattern", "format"}

Show: TypeAlias = Callable[[Any], Any]


def public(repo: Repo, schemas: Schemas) -> Repo:
    """The repo as the public may see it. Internal and sealed kinds are gone, and so are unconsenting instructors."""
    shows = {
        name: _top(kind, schemas)
        for name, kind in schemas.kinds.items()
        if kind.schema["x-tier"] not in WITHHELD
    }
    kept = [source for source in repo.sources.values() if source.kind in shows and _consented(source)]
    seen = {source.path: _applied(source, shows[source.kind]) for source in kept}
    made = make(
        (source for source in seen.values() if shows[source.kind]),
        as_of=repo.as_of,
        digests=repo.digests,
        paths=repo.paths,
        unread=frozenset(),
    )
    whole = {kind: found for kind, found in repo.records.items() if kind in shows and not shows[kind]}
    filings = made.filings if shows.get("filing") or "filing" not in shows else repo.filings
    return replace(made, records={**whole, **made.records}, sources=seen, filings=filings)


def shown(kind: Kind, data: Any, schemas: Schemas) -> Any:
    """What the public may see of shaped data of a kind that is not withheld."""
    show = _top(kind, schemas)
    return show(data) if show else data


def _consented(source: Source) -> bool:
    return source.kind != "instructor" or bool(source.data["consent"]["publication"])


def _applied(source: Source, show: Show | None) -> Source:
    if show is None:
        return source
    return replace(source, data=show(source.data))


def _top(kind: Kind, schemas: Schemas) -> Show | None:
    """What is done to a record of this kind, None where nothing is; a record of lines is a list of them."""
    show = _shown(kind.schema, schemas)
    return show and (lambda data: [show(line) for line in data] if isinstance(data, list) else show(data))


def _shown(node: Node, schemas: Schemas) -> Show | None:
    """What is done to a visible value of this shape; None where it passes as it is."""
    if "items" in node:
        each = _shown(schemas.resolve(node["items"]), schemas)
        return each and (lambda values: [each(value) for value in values])
    if "properties" in node:
        return _members(node, schemas)
    return None if _is_leaf(node) else _unspoken


def _is_leaf(node: Node) -> bool:
    kind = node.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    return bool(LEAF & node.keys()) or all(one in {*BLANK, "null"} for one in kinds)


def _unspoken(value: Any) -> Any:
    """A value whose inside no schema describes: only what stands outside of objects."""
    if isinstance(value, list):
        return [_unspoken(item) for item in value]
    return {} if isinstance(value, dict) else value


def _members(node: Node, schemas: Schemas) -> Show | None:
    """An object with its private members blanked or gone."""
    steps: dict[str, Show | None] = {}
    for key, child in node["properties"].items():
        full = schemas.resolve(child)
        if child.get("x-public") is True:
            steps[key] = _shown(full, schemas)
        elif key in node.get("required", ()):
            steps[key] = _hidden(full, schemas)
    closed = node.get("additionalProperties") is False and len(steps) == len(node["properties"])
    if closed and not any(steps.values()):
        return None

    def show(value: Mapping[str, Any]) -> dict[str, Any]:
        return {key: step(value[key]) if step else value[key] for key, step in steps.items() if key in value}

    return show


def _hidden(node: Node, schemas: Schemas) -> Show:
    """What is left of a private value that must be there: its type."""
    steps = {
        key: _hidden(schemas.resolve(child), schemas)
        for key, child in node.get("properties", {}).items()
        if key in node.get("required", ())
    }
    blank = _blank(node)

    def hide(value: Any) -> Any:
        if isinstance(value, list):
            return []
        if isinstance(value, dict):
            return {key: step(value[key]) for key, step in steps.items() if key in value}
        return blank

    return hide


def _blank(node: Node) -> Any:
    if node.get("format") == "date":
        return BLANK_DATE
    kind = node.get("type", "string")
    return None if isinstance(kind, list) else BLANK.get(kind)
