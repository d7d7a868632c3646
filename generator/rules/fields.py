"""Which field of which kind refers to what, and a walk over all such fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from generator.model import Repo, Source
from generator.problem import Key, Where

# Kind to the key paths of its references, joined by `/`; `*` is every item of a list.
Table = Mapping[str, tuple[str, ...]]

COUNTIES: Table = {
    "plan": ("county", "classes/*/venue/county"),
    "assessment": ("classes/*/venue/county",),
    "delivery": ("county",),
    "recommendation": ("counties/*/county",),
    "candidates": ("candidates/*/county",),
    "roster": ("events/*/person/county",),
}
REGIONS: Table = {"organisations": ("organisations/*/region",), "regions": ("zones/*/host",)}
PREFECTURES: Table = {
    "regions": ("counties/*/prefecture", "zones/*/prefecture"),
    "base": ("seat", "prefectures/*/prefecture"),
    "programme": ("sites/*/prefecture", "clusters/*/prefectures/*"),
    "designation": ("dispatches/*/prefecture",),
    "recommendation": ("prefecture",),
    "archive": ("prefecture",),
}
ORGANISATIONS: Table = {
    "base": ("organisation",),
    "programme": ("preparatory/required_guides/value/*",),
    "designation": ("practical/*/by", "confirmations/*/by"),
    "plan": ("units/guides/*", "units/hosts/*", "units/undertaker", "classes/*/evaluation/by"),
    "assessment": ("classes/*/hosts/*", "classes/*/undertakers/*"),
    "delivery": ("classes/*/evaluation/by",),
    "assessment-delivery": ("classes/*/evaluation/by",),
    "candidates": ("candidates/*/screening/by",),
    "archive": ("events/*/verified_by",),
    "commendation": ("commendations/*/unit", "commendations/*/by"),
    "report": ("author",),
}
MODULES: Table = {
    "resources": ("resources/*/modules/*",),
    "references": ("references/*/modules/*",),
    "instructor": ("modules/*",),
    "plan": ("classes/*/sessions/*/module",),
    "assessment": (
        "classes/*/sessions/*/module",
        "design/modules/*",
        "blueprint/theory/*/module",
        "blueprint/practical/*/module",
    ),
    "archive": ("profiles/*/skills/*",),
}
INSTRUCTORS: Table = {
    "designation": (
        "practical/*/instructor",
        "experts/*/instructor",
        "dispatches/*/instructor",
        "confirmations/*/instructor",
    ),
    "plan": ("classes/*/sessions/*/instructor",),
    "assessment": ("classes/*/sessions/*/instructor",),
    "instructor-list": ("classes/*/instructors/*",),
}
BASES: Table = {
    "programme": ("sites/*/base",),
    "assessment": ("base",),
    "instructor-list": ("base",),
    "deliverables": ("base",),
    "assessment-delivery": ("base",),
}
CLASSES: Table = {
    "instructor-list": ("classes/*/class",),
    "deliverables": ("deliverables/*/class",),
    "candidates": ("class",),
    "statistics": ("classes/*/class",),
    "roster": ("events/*/class",),
    "recipients": ("classes/*/class",),
}
PREPARATORY_CLASSES: Table = {"candidates": ("candidates/*/preparatory/class",)}
DELIVERED_CLASSES: Table = {"delivery": ("classes/*/id",), "assessment-delivery": ("classes/*/id",)}
CERTIFICATES: Table = {
    "roster": ("events/*/supersedes",),
    "print": ("*/no",),
    "archive": ("events/*/no", "profiles/*/no"),
    "commendation": ("commendations/*/no",),
}
POINTS_ROWS: Table = {"archive": ("events/*/row",)}
POINTS_CATEGORIES: Table = {"points": ("rows/*/category",)}
RESOURCES: Table = {"curriculum": ("modules/*/resources/*",)}
REFERENCES: Table = {"curriculum": ("modules/*/references/*",)}
SITES: Table = {"programme": ("clusters/*/site",), "base": ("roles/*/site",)}


class Use(NamedTuple):
    """One field that refers to something."""

    source: Source
    keys: tuple[Key, ...]
    value: str

    @property
    def where(self) -> Where:
        """The field's place."""
        return Where(self.source.path, self.keys)

    @property
    def year(self) -> int | None:
        """The year in the record's path, if its kind has one."""
        said = self.source.parts.get("year")
        return int(said) if said else None

    @property
    def beside(self) -> Any:
        """The object or list the field stands in."""
        node = self.source.data
        for key in self.keys[:-1]:
            node = node[key]
        return node

    @property
    def hidden(self) -> str:
        """In a sealed record the candidate's number, all that may be said of a person; else empty."""
        if self.source.kind != "candidates" or self.keys[0] != "candidates":
            return ""
        return f"学员 {self.source.data['candidates'][self.keys[1]]['number']}"


def uses(repo: Repo, table: Table) -> Iterator[Use]:
    """Every field of the table that is filled in, over all records whose findings count."""
    for source in repo.sources.values():
        if repo.about is not None and source.path not in repo.about:
            continue
        for path in table.get(source.kind, ()):
            for keys, value in _filled(source.data, _parts(path), ()):
                yield Use(source, keys, value)


@cache
def _parts(path: str) -> tuple[str, ...]:
    return tuple(path.split("/"))


def _filled(node: Any, path: tuple[str, ...], at: tuple[Key, ...]) -> Iterator[tuple[tuple[Key, ...], Any]]:
    for step, key in enumerate(path):
        if key == "*":
            for index, item in enumerate(node):
                yield from _filled(item, path[step + 1 :], (*at, index))
            return
        if key not in node:
            return
        node = node[key]
        at = (*at, key)
    yield at, node
