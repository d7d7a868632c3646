"""After the assessment classes: the sites' deliveries, their four deliverables, recommendations."""

from __future__ import annotations

from datetime import date, timedelta

from generator.demo import money, texts
from generator.demo.assessments import Site, Sitting
from generator.demo.candidates import Admission
from generator.demo.chance import Chance
from generator.demo.days import day, working
from generator.demo.deliveries import evaluation, taught
from generator.demo.province import Record
from generator.demo.results import Results
from generator.demo.season import Season
from generator.rules.due import deliverables_due

KINDS = ("evaluation", "spending", "roster", "report")
LEVELS = ["reaction", "learning", "behaviour"]
LATE_NOTE = "补考延后一周，经费核定相应推迟"


def delivery_record(season: Season, site: Site, results: dict[str, Results]) -> Record:
    """What a site did in the year."""
    rng = season.rng("assessment-delivery", site.code)
    classes = [_class(rng, season, site, sitting, results[sitting.id]) for sitting in site.sittings]
    return {
        "base": site.base,
        "year": season.year,
        "classes": classes,
        "explanations": _explanations(site, classes),
        "publicity": [
            {
                "title": f"{season.year}年知识产权专员（考核）培训班在{season.province.short(site.prefecture)}举办",
                "url": f"https://news.example/{season.year}/kaohe/{site.prefecture}",
                "date": str(working(site.sittings[0].last + timedelta(1))),
            }
        ],
        "good_practice": rng.choice(texts.GOOD_PRACTICE),
    }


def _class(rng: Chance, season: Season, site: Site, sitting: Sitting, results: Results) -> Record:
    sessions = sitting.record["sessions"]
    wanted = {"by": site.organisation, "levels": LEVELS, "follow_up_months": 2}
    planned = sitting.record["trainees"]["total"]
    return {
        "id": sitting.id,
        "from": sitting.record["from"],
        "to": sitting.record["to"],
        "people": results.sat,
        "person_times": sum(results.sat * rng.randint(94, 100) // 100 for _ in sessions),
        "tags": results.tags,
        "hours": taught(sessions),
        "evaluation": evaluation(rng, wanted, results.sat, sitting.last, season.settings.as_of),
        "spending": money.spent(rng, [sitting.record["budget"]], planned=planned, people=results.sat),
    }


def _explanations(site: Site, classes: list[Record]) -> list[Record]:
    """Fewer came than there were seats: people who were admitted and stayed away."""
    planned = sum(sitting.record["trainees"]["total"] for sitting in site.sittings)
    people = sum(item["people"] for item in classes)
    if people >= planned:
        return []
    return [
        {
            "about": "trainees",
            "text": f"录取后有 {planned - people} 个名额因临时工作安排未到班，开班前已来不及递补",
        }
    ]


def deliverables(season: Season, site: Site, *, late: bool) -> list[Record]:
    """The four deliverables of every class, once all of them are in and archived."""
    rng = season.rng("deliverables", site.code)
    return [
        _deliverable(
            rng, season, sitting, kind, late=late and sitting is site.sittings[0] and kind == "spending"
        )
        for sitting in site.sittings
        for kind in KINDS
    ]


def deliverables_record(season: Season, site: Site, lines: list[Record], when: date) -> Record:
    """The deliverables' record as it stood on a day."""
    known = []
    for line in lines:
        if line["submitted"] <= str(when):
            known.append(
                {key: value for key, value in line.items() if key != "archived" or value <= str(when)}
            )
    return {"base": site.base, "year": season.year, "deliverables": known}


def hand_in_days(site: Site, lines: list[Record]) -> list[date]:
    """The days on which each batch's last deliverable came in, and the day the last of all was archived."""
    found = []
    for batch in sorted({sitting.batch for sitting in site.sittings}):
        own = {sitting.id for sitting in site.sittings if sitting.batch == batch}
        found.append(max(day(line["submitted"]) for line in lines if line["class"] in own))
    return [*found, max(day(line["archived"]) for line in lines)]


def _deliverable(rng: Chance, season: Season, sitting: Sitting, kind: str, *, late: bool) -> Record:
    due = due_day(season, sitting)
    submitted = working(due + timedelta(6)) if late else working(due - timedelta(rng.randint(3, 22)), -1)
    line = {
        "class": sitting.id,
        "kind": kind,
        "submitted": str(submitted),
        "archived": str(working(submitted + timedelta(rng.randint(4, 14)))),
    }
    return line | ({"note": LATE_NOTE} if late else {})


def due_day(season: Season, sitting: Sitting) -> date:
    """The last day for a class's deliverables."""
    return deliverables_due(season.terms, sitting.last)


def recommendation_records(season: Season, admission: Admission) -> dict[str, Record]:
    """Every prefecture's recommended counts."""
    return {
        prefecture: {
            "prefecture": prefecture,
            "year": season.year,
            "counties": [
                line
                for county in season.province.in_prefecture(prefecture)
                for line in admission.recommended(county)
            ],
        }
        for prefecture in season.province.prefectures
    }
