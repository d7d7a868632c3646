"""The checklist of a plan's reviewer: the notice's conditions for a plan, each with what the rules found."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from generator.gate.reviewed import APART, DOUBTFUL, FAILS, PASSES, Item, Note, Topic
from generator.model import Repo
from generator.model.training import Plan
from generator.rules import RULES, Rule

# Every rule on plans that has a clause, but the two that speak of the time of filing and of missing plans (tested).
TOPICS = (
    ("班次、人数和时间", ("PL001", "PL002", "PL003")),
    ("场地", ("PL004",)),
    ("单位和评估", ("PL009", "PL011", "PL012")),
    ("课程和师资", ("PL005", "PL006", "PL007", "PL019")),
    ("经费", ("PL008", "PL010", "PL020")),
)
# Where every county has a base, nobody has to be sent.
WITHOUT_BASE = "PL007"
UNREAD = "计划读不了，未能判断"


def checklist(notes: Collection[Note], plans: Collection[str], repo: Repo | None) -> tuple[Topic, ...]:
    """One line a rule over the touched plans (their paths); empty where the push has no plan.

    `repo` is what the rules ran over; None where they did not run.
    """
    if not plans:
        return ()
    judged = [plan for plan in (repo.of("plan") if repo else ()) if plan.where.path in plans]
    found = [note for note in notes if note.path in plans]
    return tuple(
        Topic(title=title, items=tuple(_item(RULES[code], found, judged, plans, repo) for code in codes))
        for title, codes in TOPICS
    )


def _item(
    rule: Rule, notes: Iterable[Note], judged: Collection[Plan], plans: Collection[str], repo: Repo | None
) -> Item:
    said = [note for note in notes if note.code == rule.code]
    title = f"{rule.title}{rule.citation(repo) if repo else ''}"
    mark, places = PASSES, tuple(dict.fromkeys(note.name or note.path for note in said))
    if said:
        mark = FAILS if any(note.severity == "error" for note in said) else DOUBTFUL
    elif len(judged) < len(plans):
        mark, places = APART, (UNREAD,)
    elif not any(_applies(rule.code, plan, repo) for plan in judged):
        mark = APART
    return Item(code=rule.code, title=title, mark=mark, places=places)


def _applies(code: str, plan: Plan, repo: Repo | None) -> bool:
    if code != WITHOUT_BASE or repo is None:
        return True
    place = repo.places.get(plan.county)
    return place is None or repo.base_status[place.prefecture] != "yes"
