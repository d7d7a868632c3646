"""Plans that were changed after filing: what they were before, and when the change was submitted."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta

from generator.demo import texts
from generator.demo.chance import Chance
from generator.demo.days import day, working
from generator.demo.plans import Planned
from generator.demo.province import Record
from generator.demo.season import Season

AMENDED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One plan's earlier version. A withdrawn version was refiled at once, an amended one stood for months."""

    earlier: Record
    submitted: date | None = None

    @property
    def withdrawn(self) -> bool:
        """Whether the earlier version was withdrawn rather than amended."""
        return self.submitted is None


def draw(season: Season, plans: Sequence[Planned]) -> dict[str, Change]:
    """The year's changes by the county's code; the changed plans' remarks say so."""
    rng = season.rng("changes")
    calm = [plan for plan in plans if plan.county.code not in season.late]
    changes = {}
    for plan in rng.sample(calm, min(len(calm), 4 * AMENDED)):
        change = _amended(rng, season, plan)
        if change is not None:
            changes[plan.county.code] = change
        if len(changes) == AMENDED:
            break
    refiled = rng.choice([plan for plan in calm if plan.county.code not in changes])
    changes[refiled.county.code] = _withdrawn(refiled)
    return changes


def _amended(rng: Chance, season: Season, plan: Planned) -> Change | None:
    """Something about a class of the second half of the year was changed two to five weeks before it."""
    possible = [
        number for number, item in enumerate(plan.record["classes"]) if day(item["from"]) >= season.on(6, 20)
    ]
    if not possible:
        return None
    number = rng.choice(possible)
    begins = day(plan.record["classes"][number]["from"])
    submitted = working(begins - timedelta(rng.randint(14, 35)), -1)
    if submitted + timedelta(7) > season.until:
        return None
    earlier = deepcopy(plan.record)
    _vary(rng, earlier, number)
    plan.record["remark"] = texts.AMENDED_REMARK
    return Change(earlier=earlier, submitted=submitted)


def _vary(rng: Chance, record: Record, number: int) -> None:
    """Make a class what it was before: smaller, on other days, elsewhere or not there yet."""
    item = record["classes"][number]
    draw = rng.randrange(4)
    if draw == 0:
        item["trainees"]["total"] -= item["trainees"]["total"] // rng.randint(4, 8)
        item["trainees"]["tags"] = {
            tag: min(count, item["trainees"]["total"]) for tag, count in item["trainees"]["tags"].items()
        }
    elif draw == 1:
        _shift(item, 7 * rng.randint(1, 3))
    elif draw == 2 and number == len(record["classes"]) - 1 and number:
        del record["classes"][number]
    else:
        item["venue"] = {**item["venue"], "name": f"{item['venue']['name']}（原定）"}


def _shift(item: Record, days: int) -> None:
    for part in (item, *item["sessions"]):
        for key in ("from", "to", "date"):
            if key in part:
                part[key] = str(day(part[key]) - timedelta(days))


def _withdrawn(plan: Planned) -> Change:
    """The first version had the budget's sources wrong."""
    earlier = deepcopy(plan.record)
    for item in earlier["classes"]:
        for source in item["budget"]["sources"]:
            source["amount"] += 1000
    plan.record["remark"] = texts.REFILED_REMARK
    return Change(earlier=earlier)
