"""Which records are filed, as what, and when they were due; read from a tree of git objects, as little as will do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from generator.examine import examine, front_matter, readable
from generator.load import load
from generator.model import Repo, Source, make
from generator.registrar.journal import RegistrarError
from generator.rules.due import due_of
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


def due(kind: str, year: str, base: str, tree: Tree, schemas: Schemas, today: date) -> date | None:
    """The day a first filing of this kind was due, by the programme and the plans of the tree it came with.

    `year` and `base` ("" for none) are parts of the record's path. None where the programme sets no day or cannot
    be read.
    """
    wanted = [f"data/programme/{year}.yml"]
    if base:
        wanted += [
            f"data/assessments/{year}/{base}/plan.yml",
            f"data/deliveries/{year}/assessment/{base}.yml",
        ]
    return due_of(_part(tree, wanted, schemas, today), kind, int(year), base)


def _part(tree: Tree, wanted: Sequence[str], schemas: Schemas, today: date) -> Repo:
    """These records, and no others."""
    folders = [path.rpartition("/")[0] for path in wanted]
    entries = [entry for entry in tree.entries(*folders) if entry.path in wanted and readable(entry)]
    examined = [examine(entry.path, raw, schemas) for entry, raw in tree.read(entries)]
    sources = [
        Source(kind=one.kind, path=one.path, parts=one.parts, data=one.data, digest=one.digest)
        for one in examined
        if one.data is not None
    ]
    paths = frozenset(entry.path for entry in entries)
    return make(sources, as_of=today, digests={}, paths=paths, unread=frozenset())


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
