"""Sourced caps on spending. A cap without a source is not in the programme record, so it is not checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from generator.model import Repo
from generator.model.delivered import DeliveredClass
from generator.model.programme import FeeCap
from generator.model.training import AssessmentClass, Budget, PlannedClass
from generator.problem import Severity
from generator.rule import Finding, rule
from generator.rules.deliveries import every_delivered
from generator.rules.tracks import every_class

INSTRUCTION = "instruction"


class _Spent(NamedTuple):
    """Money of a class, and over what: people, days and 学时; `kind` says 预算 or 决算."""

    kind: str
    year: int
    id: str
    budget: Budget
    person_days: int
    hours: int

    @property
    def instruction(self) -> int:
        """Yuan for instructors."""
        return sum(item.amount for item in self.budget.items if item.category == INSTRUCTION)

    @property
    def other(self) -> int:
        """Yuan for everything else."""
        return sum(item.amount for item in self.budget.items if item.category != INSTRUCTION)


def _spent(repo: Repo) -> Iterator[_Spent]:
    for year, planned in every_class(repo):
        hours = sum(session.hours for session in planned.sessions)
        yield _Spent("预算", year, planned.id, planned.budget, planned.trainees.total * _days(planned), hours)
    for record, held in every_delivered(repo):
        yield _Spent("决算", record.year, held.id, held.spending, held.people * _days(held), held.hours.total)


def _days(one: PlannedClass | AssessmentClass | DeliveredClass) -> int:
    return max(0, (one.end - one.start).days + 1)


def _cap(repo: Repo, year: int, scope: str) -> FeeCap | None:
    return next((cap for cap in repo.programmes[year].fee_caps if cap.scope == scope), None)


def _average(amount: int, over: int) -> int:
    """Yuan each, rounded up: a sum over the cap never looks equal to it."""
    return -(-amount // over)


@rule(
    "MO001",
    "每人每天费用不超过有出处的标准",
    clause="4.3",
    severity=Severity.WARNING,
    wrong="# 10 人 1 天，标准 550 元\nitems:\n  - {category: meals, amount: 5501}",
    right="# 10 人 1 天，标准 550 元\nitems:\n  - {category: meals, amount: 5500}",
)
def per_person_day(repo: Repo) -> Iterator[Finding]:
    """经费要严格按规定使用；师资费以外的支出按人数和天数摊，预算和决算都看。没有查到出处的标准不检查。"""
    for spent in _spent(repo):
        cap = _cap(repo, spent.year, "person-day")
        if cap is not None and spent.other > cap.amount * spent.person_days > 0:
            average = _average(spent.other, spent.person_days)
            message = (
                f"班次 {spent.id} 的{spent.kind}每人每天 {average} 元（不含师资费），"
                f"超过{cap.document}的 {cap.amount} 元"
            )
            yield Finding(spent.budget.where / "items", message, _remedy(spent))


@rule(
    "MO002",
    "每学时师资费不超过有出处的标准",
    clause="4.3",
    severity=Severity.WARNING,
    wrong="# 共 12 学时，标准 1500 元\nitems:\n  - {category: instruction, amount: 18001}",
    right="# 共 12 学时，标准 1500 元\nitems:\n  - {category: instruction, amount: 18000}",
)
def per_hour(repo: Repo) -> Iterator[Finding]:
    """按最高一档讲课费摊到每学时；师资费还包括食宿和交通，略超不一定违规，请审核人看明细。"""
    for spent in _spent(repo):
        cap = _cap(repo, spent.year, "instruction-hour")
        if cap is not None and spent.instruction > cap.amount * spent.hours > 0:
            average = _average(spent.instruction, spent.hours)
            message = (
                f"班次 {spent.id} 的{spent.kind}每学时师资费 {average} 元，"
                f"超过{cap.document}讲课费最高一档 {cap.amount} 元"
            )
            yield Finding(spent.budget.where / "items", message, _remedy(spent))


def _remedy(spent: _Spent) -> str:
    if spent.kind == "预算":
        return "请压减预算，或核对人数、天数、学时和类别；该标准供参照，确有依据的请审核人确认"
    return "请核对金额、人数、天数和学时；该标准供参照，确有依据的请审核人确认"
