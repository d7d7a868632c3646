"""Record kinds and their schemas: which file holds what, and is it shaped so (SC001, SC002).

jsonschema-rs decides which documents are valid; the reference implementation explains the few that are not
(`explain`). A property test holds the two together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import jsonschema_rs

from generator.canonical import Order
from generator.problem import Key
from generator.tree import Tree, TreeError

SUFFIX = ".schema.json"
COMMON = "common.schema.json"
BASE = "json-schema:///"
PLACEHOLDER = re.compile(r"\\{(\w+)\\}")
Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A record kind: its schema and where its records lie (`template`, e.g. data/plans/{year}/…)."""

    name: str
    schema: Node
    pattern: re.Pattern[str]

    @property
    def title(self) -> str:
        """The kind's Chinese name."""
        return str(self.schema["title"])

    @property
    def template(self) -> str:
        """The path pattern as the documentation shows it."""
        return str(self.schema["x-path"])

    @property
    def form(self) -> str:
        """How it is written: yaml, jsonl, markdown or age."""
        return str(self.schema["x-form"])


class Schemas:
    """All schemas of a tree."""

    def __init__(self, documents: Mapping[str, Node]) -> None:
        self.documents = documents
        self.kinds = {
            name.removesuffix(SUFFIX): Kind(name.removesuffix(SUFFIX), schema, _pattern(schema["x-path"]))
            for name, schema in sorted(documents.items())
            if "x-path" in schema
        }
        self._by_folder: dict[str, list[Kind]] = {}
        for kind in self.kinds.values():
            self._by_folder.setdefault(kind.template.split("/")[1], []).append(kind)
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}
        self._orders: dict[str, Order] = {}
        self._keyed: dict[int, list[tuple[str, Node]]] = {}

    @classmethod
    def read(cls, tree: Tree) -> Schemas:
        """The schemas under schemas/; one that is not JSON is a `TreeError`."""
        documents = {}
        entries = [entry for entry in tree.entries("schemas") if entry.path.endswith(SUFFIX)]
        for entry, raw in tree.read(entries):
            try:
                documents[entry.path.removeprefix("schemas/")] = json.loads(raw)
            except ValueError as error:
                raise TreeError(f"{entry.path} 不是合法的 JSON：{error}") from error
        if COMMON not in documents:
            raise TreeError(f"schemas/{COMMON} 不存在，无法检查")
        return cls(documents)

    def kind_of(self, path: str) -> tuple[Kind, dict[str, str]] | None:
        """The kind a path holds, with the path's parts by name; None for a path no kind claims."""
        parts = path.split("/", 2)
        for kind in self._by_folder.get(parts[1], ()) if len(parts) > 1 else ():
            if match := kind.pattern.fullmatch(path):
                return kind, match.groupdict()
        return None

    def valid(self, kind: Kind, data: Any) -> bool:
        """Whether the data has the kind's shape, formats asserted."""
        if kind.name not in self._validators:
            self._validators[kind.name] = jsonschema_rs.Draft202012Validator(
                kind.schema, registry=self._fast_registry, validate_formats=True
            )
        return self._validators[kind.name].is_valid(data)

    @cached_property
    def _fast_registry(self) -> jsonschema_rs.Registry:
        return jsonschema_rs.Registry([(BASE + name, document) for name, document in self.documents.items()])

    def reference(self, kind: Kind) -> Any:
        """The reference validator of a kind, with errors that can be explained.

        Imported when something is to be explained: most runs find every document valid, and it is slow to load.
        """
        from referencing import Registry, Resource

        registry: Registry[Any] = Registry().with_resources(
            (name, Resource.from_contents(document)) for name, document in self.documents.items()
        )
        validator, formats = _reference()
        return validator(kind.schema, registry=registry, format_checker=formats)

    def order(self, kind: Kind) -> Order:
        """The canonical key order of a kind."""
        if kind.name not in self._orders:
            self._orders[kind.name] = self._order(kind.schema)
        return self._orders[kind.name]

    def _order(self, node: Node) -> Order:
        node = self.resolve(node)
        if "items" in node:
            return self._order(node["items"])
        return Order({key: self._order(child) for key, child in node.get("properties", {}).items()})

    def keyed(self, node: Node) -> list[tuple[str, Node]]:
        """The fields of an object that hold, at some depth, a list whose items are told apart by an `x-key`."""
        if id(node) not in self._keyed:
            properties = self.resolve(node).get("properties", {})
            self._keyed[id(node)] = [
                (key, child) for key, child in properties.items() if self._holds_key(child)
            ]
        return self._keyed[id(node)]

    def _holds_key(self, node: Node) -> bool:
        full = self.resolve(node)
        return "x-key" in full or bool(self.keyed(full.get("items", node)))

    def resolve(self, node: Node) -> Node:
        """The node with what its `$ref` says filled in; its own title, description and examples win."""
        if "$ref" not in node:
            return node
        name = node["$ref"].rsplit("/", 1)[1]
        return {**self.documents[COMMON]["$defs"][name], **node}

    def at(self, kind: Kind, keys: tuple[Key, ...]) -> Node | None:
        """The schema of the value at a key path, or None where no schema speaks of it."""
        node: Node = kind.schema
        for key in keys:
            child = node.get("items") if isinstance(key, int) else node.get("properties", {}).get(key)
            if child is None:
                return None
            node = self.resolve(child)
        return node


def _pattern(template: str) -> re.Pattern[str]:
    def part(match: re.Match[str]) -> str:
        return f"(?P<{match[1]}>{'[0-9]{4}' if match[1] == 'year' else '[a-z0-9]+(?:-[a-z0-9]+)*'})"

    return re.compile(PLACEHOLDER.sub(part, re.escape(template)))


@cache
def _reference() -> tuple[Any, Any]:
    """The reference implementation made to judge formats and `$` as jsonschema-rs does: one opinion on what a date is."""
    from jsonschema import Draft202012Validator, FormatChecker, validators

    usual = Draft202012Validator.VALIDATORS["pattern"]

    def full_match(validator: Any, pattern: str, instance: Any, schema: Node) -> Iterator[Any]:
        """`$` as JSON Schema means it: the end of the text, not a place before its last line break."""
        if isinstance(instance, str) and not re.search(pattern.replace("$", r"\Z"), instance):
            yield from usual(validator, "(?!)", instance, schema)

    formats = FormatChecker(())
    for name in ("date", "date-time", "uri"):
        fast = jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True)
        formats.checks(name)(fast.is_valid)
    return validators.extend(Draft202012Validator, {"pattern": full_match}), formats  # type: ignore[no-untyped-call]
