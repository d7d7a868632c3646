"""What happened in the counties: mostly as planned, sometimes less, and then it says why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from generator.demo import money, texts
from generator.demo.chance import Chance, share_out
from generator.demo.days import day, months_later, starts, working
from generator.demo.plans import Planned, tags
from generator.demo.province import Record
from generator.demo.season import Season

ITEMS = ("content", "instructors", "organisation", "venue", "overall", "awareness", "recognition")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A class that took place, as later years remember it."""

    id: str
    year: int
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Fates:
    """The counties to which something befell."""

    short: frozenset[str]
    merged: frozenset[str]
    postponed: frozenset[str]


def fates(season: Season, plans: list[Planned]) -> Fates:
    """A few counties drawn for less people, a merged class, a later date."""
    rng = season.rng("fates")
    calm = [plan for plan in plans if plan.county.code not in season.late]
    small = [plan.county.code for plan in calm if plan.people < 125 * season.scale]
    several = [plan.county.code for plan in calm if len(plan.record["classes"]) > 1]
    return Fates(
        short=frozenset([*rng.sample(small, 3), *rng.sample([plan.county.code for plan in calm], 4)]),
        merged=frozenset(rng.sample(several, 2)),
        postponed=frozenset(rng.sample(several, 6)),
    )


def county_record(season: Season, plan: Planned, drawn: Fates) -> Record | None:
    """A county's delivery but for whom it recommended; None where no class is over yet."""
    rng = season.rng("delivery", plan.county.code)
    classes, ahead = [], []
    planned = list(plan.record["classes"])
    merged = plan.county.code in drawn.merged and len(planned) > 1
    for number, item in enumerate(planned, 1):
        if merged and number == len(planned):
            continue
        first, last = _when(
            rng, season, item, late=plan.county.code in drawn.postponed and number == len(planned)
        )
        if last > season.until:
            ahead.append((number, first))
            continue
        classes.append(_class(rng, season, plan, item, (first, last), short=plan.county.code in drawn.short))
    if not classes:
        return None
    people = sum(item["people"] for item in classes)
    return {
        "county": plan.county.code,
        "year": season.year,
        "classes": classes,
        "recommended": 0,
        "explanations": list(_explanations(rng, plan, classes, ahead, people, merged=merged)),
        "publicity": list(_publicity(rng, season, plan, classes)),
        "good_practice": rng.choice(texts.GOOD_PRACTICE) if rng.percent(12) else "",
    }


def _when(rng: Chance, season: Season, item: Record, *, late: bool) -> tuple[date, date]:
    first, last = day(item["from"]), day(item["to"])
    if late:
        _, closes = season.window("preparatory")
        possible = [
            when for when in starts(first, closes, (last - first).days + 1) if 6 < (when - first).days < 22
        ]
        if possible:
            moved = rng.choice(possible)
            return moved, moved + (last - first)
    return first, last


def _class(
    rng: Chance, season: Season, plan: Planned, item: Record, days: tuple[date, date], *, short: bool
) -> Record:
    total = item["trainees"]["total"]
    people = total * rng.randint(72, 90) // 100 if short else total + total * rng.randrange(7) // 100
    sessions = item["sessions"]
    times = sum(people * rng.randint(88, 100) // 100 for _ in sessions)
    record = {
        "id": item["id"],
        "from": str(days[0]),
        "to": str(days[1]),
        "people": people,
        "person_times": times,
        "tags": tags(rng, people),
        "hours": taught(sessions),
    }
    if rng.percent(94):
        record["evaluation"] = evaluation(rng, item["evaluation"], people, days[1], season.settings.as_of)
    record["spending"] = money.spent(rng, [item["budget"]], planned=total, people=people)
    return record


def taught(sessions: list[Record]) -> Record:
    """学时 in all and of the practical courses."""
    practical = sum(session["hours"] for session in sessions if session["module"].startswith("shi-"))
    return {"total": sum(session["hours"] for session in sessions), "practical": practical}


def evaluation(rng: Chance, wanted: Record, people: int, last: date, until: date) -> Record:
    """The teaching group's evaluation: what was planned and is due."""
    answers = people * rng.randint(82, 99) // 100
    found: Record = {"by": wanted["by"]}
    if "reaction" in wanted["levels"]:
        asked = ITEMS if rng.percent(85) else ITEMS[:5]
        found["reaction"] = {item: _scores(rng, answers) for item in asked}
    if "learning" in wanted["levels"]:
        before = rng.randint(38, 62)
        after = min(96, before + rng.randint(14, 32))
        found["learning"] = {"n": people * rng.randint(85, 100) // 100, "before": before, "after": after}
    if "behaviour" in wanted["levels"]:
        when = working(months_later(last, wanted.get("follow_up_months", 2)) + timedelta(rng.randrange(6)))
        asked_again = people * rng.randint(35, 70) // 100
        if when <= until:
            found["behaviour"] = {
                "date": str(when),
                "n": asked_again,
                "applied": asked_again * rng.randint(45, 85) // 100,
            }
    return found


def _scores(rng: Chance, answers: int) -> list[int]:
    return share_out(
        answers,
        [rng.randrange(2), rng.randrange(4), rng.randint(3, 14), rng.randint(25, 45), rng.randint(40, 70)],
    )


def _explanations(
    rng: Chance,
    plan: Planned,
    classes: list[Record],
    ahead: list[tuple[int, date]],
    people: int,
    *,
    merged: bool,
) -> Iterator[Record]:
    coming = "；".join(
        texts.AHEAD.format(number=number, month=when.month, day=when.day) for number, when in ahead
    )
    if len(classes) < len(plan.record["classes"]):
        yield {"about": "classes", "text": texts.CANCELLED if merged else coming}
    if people < plan.people:
        months = {day(item["from"]).month for item in classes}
        fitting = [reason for reason, when in texts.SHORT.items() if not months.isdisjoint(when)]
        reason = coming or (texts.CANCELLED if merged else rng.choice(fitting))
        yield {"about": "trainees", "text": reason}


def _publicity(rng: Chance, season: Season, plan: Planned, classes: list[Record]) -> Iterator[Record]:
    for item in rng.some(classes, rng.randrange(3)):
        when = day(item["to"]) + timedelta(rng.randint(1, 5))
        online = rng.percent(80)
        yield {
            "title": rng.choice(texts.NEWS).format(county=plan.county.name),
            "url": f"https://news.example/{season.year}/{plan.county.record}/{item['id']}" if online else "",
            "date": str(min(when, season.until)),
        }


def held(record: Record) -> list[Held]:
    """A delivery's classes, for those who ask later who has done the preparatory stage."""
    return [Held(id=item["id"], year=record["year"], last=day(item["to"])) for item in record["classes"]]
