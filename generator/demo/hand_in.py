"""Who hands in what and when: plans in March, a few in April; assessment papers; deliverables; summaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from generator.demo.assessments import Site
from generator.demo.changes import Change
from generator.demo.days import working
from generator.demo.filings import Desk, march_days
from generator.demo.plans import Planned
from generator.demo.province import Record
from generator.rules.due import assessment_due, first_due, list_due, new_classes, plan_due, summary_due

PER_REQUEST = 6


def plans(
    desk: Desk, made: Iterable[Planned], changes: Mapping[str, Change], texts: Mapping[str, bytes]
) -> None:
    """Every plan, bureau by bureau; `texts` gives a path's bytes, `earlier/` + path those of an earlier version."""
    season = desk.season
    due = plan_due(season.terms)
    by_prefecture: dict[str, list[Planned]] = {}
    for plan in made:
        by_prefecture.setdefault(plan.county.prefecture, []).append(plan)
    for prefecture, own in by_prefecture.items():
        rng = season.rng("filing", prefecture)
        days = march_days(season, rng)
        in_time = [plan for plan in own if plan.county.code not in season.late]
        late = [plan for plan in own if plan.county.code in season.late]
        for start in range(0, len(in_time), PER_REQUEST):
            _request(desk, in_time[start : start + PER_REQUEST], changes, texts, (next(days), due))
        for plan in late:
            when = working(due + timedelta(rng.randint(1, 19)))
            desk.receive(rng, "plan", plan.path, texts[plan.path], when, due=due)


def _request(
    desk: Desk,
    group: list[Planned],
    changes: Mapping[str, Change],
    texts: Mapping[str, bytes],
    days: tuple[date, date],
) -> None:
    """A pull request in March; what is changed later is handed in as it was then."""
    when, due = days
    rng = desk.season.rng("filing", group[0].path)
    changed = [plan for plan in group if plan.county.code in changes]
    first = {plan.path: texts[f"earlier/{plan.path}" if plan in changed else plan.path] for plan in group}
    desk.receive_all(rng, "plan", first, when, due=due)
    for plan in changed:
        change = changes[plan.county.code]
        earlier = texts[f"earlier/{plan.path}"]
        if change.submitted is not None:
            desk.receive(
                rng, "amendment", plan.path, texts[plan.path], change.submitted, due=None, amends=True
            )
            continue
        back = working(when + timedelta(7))
        desk.receive(rng, "withdrawal", plan.path, earlier, back, due=None, amends=True)
        desk.receive(rng, "plan", plan.path, texts[plan.path], working(back + timedelta(7)), due=due)


def assessment(desk: Desk, site: Site, texts: Mapping[str, bytes], *, late: str) -> None:
    """A site's plan by the end of April and its list a week before the first class; `late` names what is not."""
    season = desk.season
    rng = season.rng("filing", "assessment", site.code)
    folder = f"data/assessments/{season.year}/{site.folder}"
    due = assessment_due(season.terms)
    when = working(due + timedelta(3)) if late == "plan" else working(due - timedelta(rng.randint(2, 9)), -1)
    desk.receive(rng, "assessment", f"{folder}/plan.yml", texts[f"{folder}/plan.yml"], when, due=due)
    first = site.sittings[0].first
    due = list_due(season.terms, first)
    when = first - timedelta(5) if late == "list" else working(due - timedelta(rng.randint(1, 4)), -1)
    desk.receive(
        rng, "instructors", f"{folder}/instructors.yml", texts[f"{folder}/instructors.yml"], when, due=due
    )


def deliverables(
    desk: Desk, site: Site, versions: Mapping[date, tuple[Record, bytes]], due: Mapping[str, date]
) -> None:
    """The deliverables' record after each batch and once more when all is archived; `due` is each class's day."""
    rng = desk.season.rng("filing", "deliverables", site.code)
    path = f"data/assessments/{desk.season.year}/{site.folder}/deliverables.yml"
    before: Record | None = None
    for when, (record, raw) in sorted(versions.items()):
        day = first_due(due, new_classes("deliverables", record, before))
        desk.receive(rng, "deliverables", path, raw, when, due=day, amends=before is not None)
        before = record


def summaries(desk: Desk, reports: Mapping[str, tuple[date, bytes]]) -> None:
    """The November summaries that have been handed in."""
    due = summary_due(desk.season.terms)
    for path, (when, raw) in reports.items():
        desk.receive(desk.season.rng("filing", path), "summary", path, raw, when, due=due)
