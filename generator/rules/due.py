"""When what is due: the one place where the programme's deadlines become days. The last day in time, in Shanghai."""

from __future__ import annotations

from datetime import date, timedelta

from generator.model import Repo
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


def due_of(repo: Repo, kind: str, year: int, base: str = "") -> date | None:
    """The day a record is due, by the kind its register line has; None where the programme sets none.

    `year` is the record's own. A list of instructors is due by its first class, deliverables by theirs that ended first.
    """
    programme = repo.programmes.get(year)
    if programme is None:
        return None
    if kind in SIMPLE:
        return SIMPLE[kind](programme)
    planned = [
        one for plan in repo.assessments if (plan.year, plan.base) == (year, base) for one in plan.classes
    ]
    if kind == "instructors" and planned:
        return list_due(programme, min(one.start for one in planned))
    if kind == "deliverables" and planned:
        held = {
            one.id: one.end
            for done in repo.assessment_deliveries
            if (done.year, done.base) == (year, base)
            for one in done.classes
        }
        return deliverables_due(programme, min(held.get(one.id, one.end) for one in planned))
    return None


SIMPLE = {"plan": plan_due, "summary": summary_due, "assessment": assessment_due}
