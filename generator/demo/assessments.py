"""The sites' assessment plans: classes in one or two batches, their sessions, the blueprint, the instructor list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from generator.demo import money
from generator.demo.chance import Chance
from generator.demo.days import day, starts
from generator.demo.plans import tags
from generator.demo.province import Record
from generator.demo.season import Season
from generator.demo.staff import NINE, PRACTICAL
from generator.demo.timetable import Timetable, UnstaffedError

COUNTIES_PER_CLASS = 22
SEATS = 152
ROOMS = ("示例会议中心", "示例培训中心", "示例大学学术报告厅", "示例宾馆")
HALF_DAYS = ("am", "pm")
ATTEMPTS = 200


@dataclass(slots=True, kw_only=True)
class Sitting:
    """One assessment class."""

    record: Record
    batch: int
    place: str

    @property
    def id(self) -> str:
        """The class id."""
        return str(self.record["id"])

    @property
    def first(self) -> date:
        """First day."""
        return day(self.record["from"])

    @property
    def last(self) -> date:
        """Last day."""
        return day(self.record["to"])

    @property
    def hours(self) -> int:
        """学时 taught."""
        return sum(session["hours"] for session in self.record["sessions"])

    @property
    def instructors(self) -> list[str]:
        """Who teaches, in order of appearance."""
        return list(dict.fromkeys(session["instructor"] for session in self.record["sessions"]))


@dataclass(slots=True, kw_only=True)
class Site:
    """One site's year."""

    code: str
    base: str
    organisation: str
    prefecture: str
    sittings: list[Sitting] = field(default_factory=list)

    @property
    def folder(self) -> str:
        """Where the site's records of a year lie, below data/assessments/YEAR."""
        return self.base


def sites(season: Season, timetable: Timetable) -> list[Site]:
    """The year's sites with their classes, all staffed."""
    return [_site(season, timetable, item) for item in season.programme["sites"]]


def _site(season: Season, timetable: Timetable, item: Record) -> Site:
    organisation = season.province.bases[item["base"]]["organisation"]
    site = Site(
        code=item["code"], base=item["base"], organisation=organisation, prefecture=item["prefecture"]
    )
    rng = season.rng("assessment", site.code)
    counties = len(season.site_counties(site.code))
    count = max(1, (counties + COUNTIES_PER_CLASS // 2) // COUNTIES_PER_CLASS) * season.scale
    made = [_class(rng, season, timetable, site, number) for number in range(count)]
    made.sort(key=lambda sitting: (sitting.batch, sitting.first, sitting.place))
    for number, sitting in enumerate(made, 1):
        name = f"{season.province.short(site.prefecture)}考点第{number}期"
        sitting.record = {
            "id": f"kaohe-{site.prefecture}-{number}",
            "batch": sitting.batch,
            "title": f"{season.year}年知识产权专员（考核）培训班（{name}）",
            **sitting.record,
        }
    site.sittings = made
    return site


def _class(rng: Chance, season: Season, timetable: Timetable, site: Site, number: int) -> Sitting:
    batch = 1 + number % 2
    place = f"{site.code}#{number}"
    days, first, sessions = _staffed(rng, season, timetable, site, batch, place)
    hours = sum(session["hours"] for session in sessions)
    people = rng.near(SEATS, 24)
    record = {
        "from": str(first),
        "to": str(first + timedelta(days - 1)),
        "venue": _venue(season, site, number),
        "hosts": _hosts(season, site),
        "undertakers": [site.organisation, "hubei-ip-centre"],
        "trainees": {"total": people, "tags": tags(rng, people)},
        "sessions": sessions,
        "budget": money.assessment(rng, people=people, days=days, hours=hours),
    }
    return Sitting(record=record, batch=batch, place=place)


def _hosts(season: Season, site: Site) -> list[str]:
    national = next(item["id"] for item in season.province.organisations if item["role"] == "national-base")
    return ["hubei-ipo", national, season.province.bureau(site.prefecture)]


def _venue(season: Season, site: Site, number: int) -> Record:
    """A place of its own for every class of the site."""
    counties = [county for county in season.province.in_prefecture(site.prefecture) if not county.zone]
    county = counties[number % len(counties)]
    round_number, room = divmod(number, len(ROOMS))
    hall = f"第{round_number + 1}报告厅" if round_number else ""
    return {"name": f"{county.name}{ROOMS[room]}{hall}", "county": county.code}


def _staffed(
    rng: Chance, season: Season, timetable: Timetable, site: Site, batch: int, place: str
) -> tuple[int, date, list[Record]]:
    """Days and sessions in the batch's part of the window, with an instructor each."""
    opens, closes = season.window("assessment")
    middle = opens + (closes - opens) // 2
    part = (opens + timedelta(9), middle) if batch == 1 else (middle + timedelta(3), closes - timedelta(2))
    for _ in range(ATTEMPTS):
        days = rng.choice((4, 4, 5, 5))
        first = rng.choice(starts(*part, days))
        mark = timetable.mark()
        try:
            return days, first, _sessions(rng, season, timetable, site, first, days, place)
        except UnstaffedError:
            timetable.undo(mark)
    raise UnstaffedError(place)


def _sessions(
    rng: Chance, season: Season, timetable: Timetable, site: Site, first: date, days: int, place: str
) -> list[Record]:
    """All modules; the last half-day is left for the examination."""
    halves = [(first + timedelta(offset), half) for offset in range(days) for half in HALF_DAYS][:-1]
    lessons = _packed(_lessons(rng, season, room=4 * len(halves)))
    sessions = []
    for (when, half), lesson in zip(halves, lessons, strict=False):
        for module, hours in lesson:
            who = timetable.book(rng, module=module, when=when, place=place, prefecture=site.prefecture)
            sessions.append(
                {
                    "date": str(when),
                    "half": half,
                    "module": module,
                    "hours": hours,
                    "instructor": who.id,
                    "mode": "onsite",
                }
            )
    return sessions


def _lessons(rng: Chance, season: Season, room: int) -> list[tuple[str, int]]:
    """Modules with their 学时; workshops fill up what the required hours and the class's days leave."""
    hours = season.hours("assessment")
    lessons = [(module, hours[module]) for module in NINE]
    spare = max(2, season.threshold("assessment", "required_hours") + 2 - sum(hours.values()))
    more = min(spare + 2 * rng.randrange(2), room - sum(hours.values()) - 4)
    workshops = rng.sample(NINE[4:], min(5, -(-more // 2)))
    return [
        *lessons,
        *((module, 2) for module in sorted(workshops)),
        *((module, hours[module]) for module in PRACTICAL),
    ]


def _packed(lessons: list[tuple[str, int]]) -> Iterator[list[tuple[str, int]]]:
    """Lessons by half-day, none longer than four 学时."""
    half: list[tuple[str, int]] = []
    for module, hours in lessons:
        if half and sum(count for _, count in half) + hours > 4:
            yield half
            half = []
        half.append((module, hours))
    if half:
        yield half
