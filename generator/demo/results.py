"""What follows from a class's results: its statistics, and who passed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from generator.demo.assessments import Site, Sitting
from generator.demo.days import day
from generator.demo.province import Record
from generator.demo.season import Season

TAGS = ("high-tech", "tech-sme", "backbone", "specialised", "ip-model", "university")
PARTS = ("theory", "practical")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """Somebody who completed the hours and passed both parts, and when that was known."""

    sitting: str
    site: str
    person: Record
    prefecture: str
    known: date


@dataclass(slots=True, kw_only=True)
class Results:
    """One class's candidates and what follows from them."""

    record: Record
    statistics: Record
    passes: list[Pass]
    tags: dict[str, int]
    sat: int


def results_of(season: Season, site: Site, sitting: Sitting, record: Record) -> Results:
    """A class's results, from its candidates."""
    candidates = record["candidates"]
    admitted = [each for each in candidates if each["screening"]["decision"] == "admitted"]
    sat = [each for each in admitted if "result" in each]
    passed = [each for each in sat if _passed_first(season, each["result"])]
    certified = [each for each in sat if _qualified(season, each["result"])]
    tags = Counter(tag for each in sat for tag in each["questionnaire"]["tags"])
    return Results(
        record=record,
        statistics={
            "class": sitting.id,
            "screened": len(candidates),
            "admitted": len(admitted),
            "sat": len(sat),
            "passed": len(passed),
            "resit": sum("resits" in each["result"] for each in sat),
            "certified": len(certified),
        },
        passes=[_pass(season, site, sitting, each) for each in certified],
        tags={tag: tags[tag] for tag in TAGS if tags[tag]},
        sat=len(sat),
    )


def _passed_first(season: Season, result: Record) -> bool:
    """Both parts passed at the first sitting, whatever the hours."""
    return all(result[part] >= season.threshold("assessment", f"pass_{part}") for part in PARTS)


def _qualified(season: Season, result: Record) -> bool:
    """The hours done and both parts passed, at the first sitting or in the resit."""
    if result["hours"] < season.threshold("assessment", "required_hours"):
        return False
    best = {part: result[part] for part in PARTS}
    for resit in result.get("resits", ()):
        best[resit["part"]] = max(best[resit["part"]], resit["score"])
    return _passed_first(season, best)


def _pass(season: Season, site: Site, sitting: Sitting, candidate: Record) -> Pass:
    resits = candidate["result"].get("resits", ())
    return Pass(
        sitting=sitting.id,
        site=site.code,
        person={**candidate["person"], "county": candidate["county"]},
        prefecture=next(
            county.prefecture for county in season.province.counties if county.code == candidate["county"]
        ),
        known=day(resits[-1]["date"]) if resits else sitting.last,
    )
