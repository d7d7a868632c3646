"""Which records are filed, and as what; read from a tree of git objects, as little as will do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.examine import front_matter, readable
from generator.load import load
from generator.registrar.journal import RegistrarError
from generator.schema import Schemas
from generator.tree import Tree

# Kind of the line by kind of the record; of the reports only a bureau's summary is filed.
FILED_AS = {
    "plan": "plan",
    "assessment": "assessment",
    "instructor-list": "instructors",
    "deliverables": "deliverables",
    "report": "summary",
}
FOLDERS = ("data/plans", "data/assessments", "data/reports")
DATASET = "data/dataset.yml"


def may_be_filed(path: str, schemas: Schemas) -> bool:
    """Whether records at this path are filed, by the path alone."""
    found = schemas.kind_of(path)
    return found is not None and found[0].name in FILED_AS


def is_filed(path: str, raw: bytes, schemas: Schemas) -> bool:
    """Whether this record is filed: of the reports only the summaries."""
    found = schemas.kind_of(path)
    if found is None or found[0].name not in FILED_AS:
        return False
    if found[0].name != "report":
        return True
    data, _ = load(front_matter(raw), path)
    return isinstance(data, dict) and data.get("kind") == "summary"


def place(path: str, schemas: Schemas) -> tuple[str, str, str]:
    """The kind of the line a record's first filing gets, its year and its base ("" for none), by the path."""
    found = schemas.kind_of(path)
    assert found is not None
    kind, parts = found
    return FILED_AS[kind.name], parts["year"], parts.get("base", "")


def numbers(tree: Tree) -> Mapping[str, str]:
    """The prefixes of the filing numbers, from the dataset."""
    # A folder on disk lists folders only; git finds the one file among thousands.
    listed = tree.entries(DATASET) or tree.entries("data")
    wanted = [one for one in listed if one.path == DATASET and readable(one)]
    for entry, raw in tree.read(wanted):
        data: Any = load(raw, entry.path).data
        found = data.get("numbers") if isinstance(data, dict) else None
        if isinstance(found, dict) and all(isinstance(found.get(key), str) for key in ("filing", "approval")):
            return found
    raise RegistrarError(f"读不到 {DATASET} 里的登记编号前缀（numbers）。请先改好该文件")
