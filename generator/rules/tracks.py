"""What both tracks have in common: classes with days, sessions and money, and practical courses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TypeAlias

from generator.model import Line, Repo
from generator.model.places import Organisation
from generator.model.programme import Window
from generator.model.training import AssessmentClass, PlannedClass
from generator.register import SHANGHAI
from generator.rule import Finding
from generator.rules.wording import span, spoken

AnyClass: TypeAlias = PlannedClass | AssessmentClass
PRACTICAL = "shi-"


def every_class(repo: Repo) -> Iterator[tuple[int, AnyClass]]:
    """Year and class of every planned class, counties first, then the assessment sites."""
    for plan in repo.plans:
        for planned in plan.classes:
            yield plan.year, planned
    for assessment in repo.assessments:
        for assessed in assessment.classes:
            yield assessment.year, assessed


def outside(one: AnyClass, window: Window, year: int) -> Iterator[Finding]:
    """A class that begins before the window or ends after it."""
    allowed = span(window.start, window.end, year)
    if one.start < window.start:
        message = f"班次 {one.id} 的开班日期{spoken(one.start, year)}不在规定的{allowed}之内"
        yield Finding(one.where / "from", message, f"请把开班日期改到{spoken(window.start, year)}或以后")
    if one.end > window.end:
        message = f"班次 {one.id} 的结束日期{spoken(one.end, year)}不在规定的{allowed}之内"
        yield Finding(one.where / "to", message, f"请把结束日期改到{spoken(window.end, year)}或以前")


def submitted_on(line: Line) -> date:
    """The day in Shanghai a register line's record was submitted."""
    return datetime.fromisoformat(line["submitted"]).astimezone(SHANGHAI).date()


def known(repo: Repo, names: tuple[str, ...]) -> tuple[Organisation, ...] | None:
    """The organisations of these ids; None where one is unknown, which another rule reports."""
    found = tuple(repo.organisations[name] for name in names if name in repo.organisations)
    return found if len(found) == len(names) else None


def bureaus(repo: Repo) -> dict[str, str]:
    """Id of the bureau of each prefecture, by prefecture slug."""
    slugs = {prefecture.code: prefecture.slug for prefecture in repo.regions.prefectures}
    return {
        slugs[one.region]: one.id
        for one in repo.organisations.values()
        if one.role == "bureau" and one.region in slugs
    }
