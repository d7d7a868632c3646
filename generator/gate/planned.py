"""Sums and sentences of a plan's data, as a reviewer looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from generator.gate.wording import money
from generator.rules.wording import span

PLAN, PRACTICAL = "plan", "shi-"


def sums(plan: Mapping[str, Any]) -> tuple[int, int, int]:
    """A plan's classes, people and budget in yuan."""
    classes = plan["classes"]
    money = sum(source["amount"] for one in classes for source in one["budget"]["sources"])
    return len(classes), sum(one["trainees"]["total"] for one in classes), money


def class_sentence(one: Mapping[str, Any], year: int) -> str:
    """A class as a reviewer looks at it: when, where, how many, how long, for how much."""
    start, end = (date.fromisoformat(one[key]) for key in ("from", "to"))
    practical = sum(
        session["hours"] for session in one["sessions"] if session["module"].startswith(PRACTICAL)
    )
    amount = sum(source["amount"] for source in one["budget"]["sources"])
    taught = f"{hours({'classes': [one]})} 学时（实战 {practical}）"
    return f"{one['id']}：{span(start, end, year)}，{one['trainees']['total']} 人，{one['venue']['name']}，{taught}，{money(amount)}"


def hours(plan: Mapping[str, Any]) -> int:
    """A plan's lessons in 学时."""
    return sum(session["hours"] for one in plan["classes"] for session in one["sessions"])
