"""The year's targets beside what was reached: counties, planned and trained people, certified specialists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generator.model import Repo
from generator.model.programme import Value

COUNTED = ("issued", "reissued", "restored", "withdrawn")
READING = "reading of "
DEFAULT = "system-default"


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """One target of the programme. `basis` is the clause in the notice's numbering, or where else it comes from."""

    name: str
    unit: str
    goal: int
    actual: int
    basis: str
    note: str = ""

    @property
    def percent(self) -> int:
        """How much of the goal is reached, in whole percent, 100 at most."""
        return min(self.actual * 100 // self.goal, 100) if self.goal else 100

    @property
    def missing(self) -> int:
        """How much is still to do; never below nothing."""
        return max(self.goal - self.actual, 0)


def targets(repo: Repo, year: int) -> tuple[Target, ...]:
    """The year's targets in the order things happen: plans (3.1.7), training, assessment (1.c), certificates (1.b)."""
    said = repo.programmes[year].targets
    plans = [plan for plan in repo.plans if plan.year == year]
    zones = sum(repo.places[plan.county].zone for plan in plans)
    apart = f"另有 {zones} 个功能区单独报送，人数计入合计" if zones else ""
    reached: tuple[tuple[str, str, Value[int], int, str], ...] = (
        ("已有培训计划的县（市、区）", "个", said.counties, len(plans) - zones, apart),
        ("计划培训（预科）", "人", said.trainees, sum(plan.trainees for plan in plans), ""),
        ("已经培训（预科）", "人", said.trainees, trained(repo.deliveries, year), ""),
        ("参加省级考核培训", "人", said.assessed, trained(repo.assessment_deliveries, year), ""),
        ("取得专员证书", "人", said.certified, certified(repo, year), ""),
    )
    return tuple(
        Target(name=name, unit=unit, goal=goal.value, actual=actual, basis=basis(repo, goal), note=note)
        for name, unit, goal, actual, note in reached
    )


def trained(deliveries: tuple[Any, ...], year: int) -> int:
    """Distinct people of a year's classes as delivered, county or provincial."""
    return sum(held.people for delivery in deliveries if delivery.year == year for held in delivery.classes)


def certified(repo: Repo, year: int) -> int:
    """People who hold a certificate of the year: revoked ones are out, a reissued one counts once (3.2.6(5))."""
    last: dict[str, str] = {}
    for event in repo.rosters[year].events if year in repo.rosters else ():
        last.pop(event.supersedes, None)
        last[event.no] = event.event
    return sum(event in COUNTED for event in last.values())


def basis(repo: Repo, value: Value[int]) -> str:
    """Where a number of the programme comes from, in words: its clause, our reading of the notice, or our default."""
    if value.clause:
        return f"方案 {repo.clause_numbering.get(value.clause, value.clause)}"
    if value.provenance.startswith(READING):
        words, colon, reason = value.provenance.removeprefix(READING).partition("：")
        return f"对“{words}”的理解{colon}{reason}"
    return value.provenance.replace(DEFAULT, "本系统默认", 1)
