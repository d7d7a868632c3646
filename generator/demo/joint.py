"""Joint online lectures: one instructor, several counties of a prefecture watching together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from generator.demo.chance import Chance
from generator.demo.days import starts
from generator.demo.province import County
from generator.demo.season import Season
from generator.demo.timetable import Timetable

MODULES = ("zhi-1", "zhi-2", "zhi-3", "hui-3")
ENOUGH = 5  # counties of a prefecture that make a joint lecture worth while
MONTHS = (5, 6, 9, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lecture:
    """One joint lecture."""

    id: str
    when: date
    half: str
    module: str
    hours: int
    instructor: str


def announce(season: Season, timetable: Timetable) -> dict[tuple[str, int], Lecture]:
    """The year's joint lectures by county and number of the class that watches."""
    watched: dict[tuple[str, int], Lecture] = {}
    for prefecture in season.province.prefectures:
        counties = [
            county
            for county in season.province.in_prefecture(prefecture)
            if not county.zone and county.code not in season.late
        ]
        if len(counties) < ENOUGH:
            continue
        rng = season.rng("joint", prefecture)
        groups = [(index, group) for index in range(season.scale) for group in _groups(rng, counties)]
        for number, (index, group) in enumerate(groups, 1):
            lecture = _lecture(rng, season, timetable, prefecture, number)
            watched |= {(county.code, index): lecture for county in group}
    return watched


def _groups(rng: Chance, counties: list[County]) -> list[list[County]]:
    """One group of three to five counties out of every five or more."""
    mixed = rng.sample(counties, len(counties))
    return [
        mixed[start : start + rng.randint(3, 5)] for start in range(0, len(mixed) - ENOUGH + 1, ENOUGH + 1)
    ]


def _lecture(rng: Chance, season: Season, timetable: Timetable, prefecture: str, number: int) -> Lecture:
    identity = f"{prefecture}-{season.year}-joint-{number}"
    opens, closes = season.window("preparatory")
    possible = [when for when in starts(opens, closes, 1) if when.month in MONTHS]
    when = rng.choice(possible)
    module = rng.choice(MODULES)
    who = timetable.book(rng, module=module, when=when, place=identity, prefecture=prefecture)
    half = rng.choice(("am", "am", "pm"))
    return Lecture(
        id=identity, when=when, half=half, module=module, hours=rng.randint(2, 4), instructor=who.id
    )
