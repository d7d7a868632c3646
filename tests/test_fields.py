"""The table of references holds every field whose schema says that it refers to something."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules import fields
from generator.schema import Node
from tests.support import schemas

# Fields that define what others refer to.
DEFINED = {
    "organisations": {"organisations/*/id"},
    "regions": {"prefectures/*/code", "counties/*/code", "zones/*/id"},
    "curriculum": {"modules/*/id"},
    "instructor": {"id"},
    "plan": {"classes/*/id"},
    "assessment": {"classes/*/id"},
    "roster": {"events/*/no"},
    "clauses": {"clauses/*/id"},
}
TABLES = {
    "county": (fields.COUNTIES,),
    "organisation": (fields.ORGANISATIONS,),
    "instructor": (fields.INSTRUCTORS,),
    "module": (fields.MODULES,),
    "class": (fields.CLASSES, fields.PREPARATORY_CLASSES, fields.DELIVERED_CLASSES),
    "certificate": (fields.CERTIFICATES,),
}


def referring(node: Node, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Definition name and key path of every field that takes its shape from one."""
    if "$ref" in node:
        yield node["$ref"].rsplit("/", 1)[1], "/".join(path)
    for name, child in node.get("properties", {}).items():
        yield from referring(child, (*path, name))
    if "items" in node:
        yield from referring(node["items"], (*path, "*"))


def test_every_reference_of_the_schemas_is_in_the_table() -> None:
    for kind in schemas().kinds.values():
        for name, path in referring(kind.schema, ()):
            if name in TABLES and path not in DEFINED.get(kind.name, ()):
                written = f"*/{path}" if kind.form == "jsonl" else path
                assert any(written in table.get(kind.name, ()) for table in TABLES[name]), (kind.name, path)


def test_every_field_of_the_table_is_in_the_schemas() -> None:
    for name, table in vars(fields).items():
        if name.isupper():
            for kind, paths in table.items():
                for path in paths:
                    keys = tuple(0 if key == "*" else key for key in path.split("/"))
                    keys = keys[1:] if schemas().kinds[kind].form == "jsonl" else keys
                    assert schemas().at(schemas().kinds[kind], keys), (kind, path)
