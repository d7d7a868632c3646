"""Shaped documents to a Repo: which class holds which kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from generator.model.build import build
from generator.model.candidates import Candidates, Recipients, Statistics
from generator.model.certificates import Archive, Commendations, Keys, PointsStandard, Report, Roster
from generator.model.delivered import AssessmentDelivery, Deliverables, Delivery
from generator.model.people import Designation, Instructor, Recommendation
from generator.model.places import (
    Base,
    Clauses,
    Curriculum,
    Dataset,
    Organisations,
    Owners,
    References,
    Regions,
    Resources,
    Waivers,
)
from generator.model.programme import Programme
from generator.model.repo import Line, Repo, Source
from generator.model.training import AssessmentPlan, InstructorList, Plan
from generator.problem import Where

# Kind name to record class. `filing` and `print` stay plain lines: their chains are over the bytes as written.
CLASSES: dict[str, type] = {
    "dataset": Dataset,
    "programme": Programme,
    "regions": Regions,
    "organisations": Organisations,
    "base": Base,
    "curriculum": Curriculum,
    "resources": Resources,
    "references": References,
    "clauses": Clauses,
    "points": PointsStandard,
    "instructor": Instructor,
    "designation": Designation,
    "plan": Plan,
    "assessment": AssessmentPlan,
    "instructor-list": InstructorList,
    "deliverables": Deliverables,
    "recommendation": Recommendation,
    "delivery": Delivery,
    "assessment-delivery": AssessmentDelivery,
    "candidates": Candidates,
    "statistics": Statistics,
    "roster": Roster,
    "keys": Keys,
    "archive": Archive,
    "commendation": Commendations,
    "report": Report,
    "owners": Owners,
    "recipients": Recipients,
    "waivers": Waivers,
}
SINGLE = ("dataset", "regions", "organisations", "clauses")


def make(
    sources: Iterable[Source],
    *,
    as_of: date,
    digests: Mapping[str, str],
    paths: frozenset[str],
    unread: frozenset[str],
    merged: Mapping[tuple[str, str], str] | None = None,
) -> Repo:
    """The Repo of shaped documents. A sealed record comes as kind `candidates` once opened."""
    records: dict[str, list[Any]] = {}
    filings: dict[int, tuple[Line, ...]] = {}
    kept: dict[str, Source] = {}
    for source in sources:
        kept[source.path] = source
        if source.kind == "filing":
            filings[int(source.parts["year"])] = tuple(source.data)
        elif source.kind in CLASSES:
            records.setdefault(source.kind, []).append(_record(source))
    return Repo(
        as_of=as_of,
        records={kind: tuple(found) for kind, found in records.items()},
        sources=kept,
        filings=filings,
        digests=digests,
        paths=paths,
        unread=unread,
        merged=merged or {},
    )


def _record(source: Source) -> Any:
    data = source.data
    if source.kind == "roster":
        data = {**data, "raw": data["events"]}
    return build(CLASSES[source.kind], data, Where(source.path))
