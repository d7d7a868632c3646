"""When what is due: the one place where the programme's deadlines become days. The last day in time, in Shanghai."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from generator.model import Line, Repo
from generator.model.programme import Programme
from generator.rules.months import months_after


def plan_due(programme: Programme) -> date:
    """A county's plan (3.1.7(2))."""
    return programme.preparatory.filing_deadline.value


def summary_due(programme: Programme) -> date:
    """A bureau's summary of the year's classes (4.5.c)."""
    return programme.preparatory.summary_deadline.value


def assessment_due(programme: Programme) -> date:
    """A site's assessment plan (3.2.6(2))."""
    return programme.assessment.plan_deadline.value


def list_due(programme: Programme, start: date) -> date:
    """The instructors of an assessment class that begins on `start` (3.2.6(3))."""
    return start - timedelta(programme.assessment.instructor_list_days.value)


def deliverables_due(programme: Programme, end: date) -> date:
    """The four papers of an assessment class that ended on `end` (3.2.6(6))."""
    return months_after(end, programme.assessment.deliverable_months.value)


def due_of(
    repo: Repo, kind: str, year: int, base: str = "", classes: Collection[str] | None = None
) -> date | None:
    """The day a record is due, by the kind its register line has; None where the programme sets none.

    `year` is the record's own. A list of instructors is due by its first class, deliverables by theirs that ended
    first: of `classes`, or of all that are planned.
    """
    programme = repo.programmes.get(year)
    if programme is None:
        return None
    if kind in SIMPLE:
        return SIMPLE[kind](programme)
    days = _class_days(repo, programme, kind, base) if kind in PARTS else {}
    return first_due(days, days if classes is None else classes)


def due_of_version(
    repo: Repo, kind: str, year: int, base: str, record: Any, before: Any = None
) -> date | None:
    """The day a version is due: the first among what it files for the first time, None where it brings nothing new.

    `before` is the version on file, None for a first filing; both as plain data.
    """
    if kind in SIMPLE:
        return due_of(repo, kind, year, base) if before is None else None
    return due_of(repo, kind, year, base, new_classes(kind, record, before))


def new_classes(kind: str, record: Any, before: Any) -> frozenset[str]:
    """The classes of which a version holds what the one before did not: a paper, or the list."""
    return frozenset(class_id for class_id, *_ in _parts(kind, record) - _parts(kind, before))


def first_due(days: Mapping[str, date], classes: Collection[str]) -> date | None:
    """The first of the due days of these classes; those without one do not count."""
    return min((days[class_id] for class_id in classes if class_id in days), default=None)


def line_of(lines: Sequence[Line], due: date) -> Line | None:
    """Of a record's register lines the one that brought what was due on a day, as far as their due days tell.

    That is the line with the latest due day up to then, else the first line; None where there are none.
    """
    fitting = [line for line in lines if "" < line["due"] <= due.isoformat()]
    return max(fitting, key=lambda line: str(line["due"]), default=lines[0] if lines else None)


def _class_days(repo: Repo, programme: Programme, kind: str, base: str) -> Mapping[str, date]:
    """When each class of a base that is planned for the programme's year was due; as held, else as planned."""
    key = programme.year, base
    planned = [one for plan in repo.assessments if (plan.year, plan.base) == key for one in plan.classes]
    if kind == "instructors":
        return {one.id: list_due(programme, one.start) for one in planned}
    held = {
        one.id: one.end
        for done in repo.assessment_deliveries
        if (done.year, done.base) == key
        for one in done.classes
    }
    return {one.id: deliverables_due(programme, held.get(one.id, one.end)) for one in planned}


def _parts(kind: str, record: Any) -> frozenset[tuple[str, ...]]:
    """What a version holds: (class, paper), or (class,) of a list of instructors."""
    rows, names = PARTS.get(kind, ("", ()))
    if not isinstance(record, dict):
        return frozenset()
    return frozenset(tuple(str(row[name]) for name in names) for row in record.get(rows) or ())


SIMPLE = {"plan": plan_due, "summary": summary_due, "assessment": assessment_due}
# Records filed in parts: where the parts stand, and the fields that tell them apart, the class first.
PARTS = {"instructors": ("classes", ("class",)), "deliverables": ("deliverables", ("class", "kind"))}
