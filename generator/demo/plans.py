"""The counties' preparatory plans: classes that differ in days, sessions, money and evaluation, all of them staffed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from generator.demo import money, texts
from generator.demo.chance import Chance, share_out
from generator.demo.days import starts
from generator.demo.joint import Lecture, announce
from generator.demo.lessons import teach
from generator.demo.province import AREA_CODES, County, Record
from generator.demo.season import Season
from generator.demo.staff import PRACTICAL
from generator.demo.timetable import Timetable, UnstaffedError

DAYS = {1: 18, 2: 30, 3: 28, 4: 13, 5: 11}
MONTHS = {4: 11, 5: 14, 6: 15, 7: 8, 8: 6, 9: 18, 10: 16, 11: 12}
LEVELS: dict[tuple[str, ...], int] = {
    ("reaction",): 15,
    ("reaction", "learning"): 50,
    ("reaction", "learning", "behaviour"): 25,
    ("reaction", "learning", "behaviour", "results"): 10,
}
TAG_SHARES = {
    "high-tech": (15, 45),
    "tech-sme": (25, 60),
    "backbone": (8, 30),
    "university": (0, 12),
    "specialised": (4, 20),
    "ip-model": (1, 10),
}
ATTEMPTS = 80
SECOND_THOUGHTS = 6


@dataclass(slots=True, kw_only=True)
class Planned:
    """A county's plan."""

    county: County
    record: Record

    @property
    def path(self) -> str:
        """Where the plan lies."""
        return f"data/plans/{self.record['year']}/{self.county.record}.yml"

    @property
    def people(self) -> int:
        """Planned people of the year."""
        return sum(item["trainees"]["total"] for item in self.record["classes"])


@dataclass(slots=True, kw_only=True)
class Planner:
    """Makes a year's plans, one county after another, on one timetable."""

    season: Season
    timetable: Timetable
    lectures: dict[tuple[str, int], Lecture] = field(default_factory=dict)

    def plans(self) -> Iterator[Planned]:
        """Every county's plan and every active zone's."""
        self.lectures = announce(self.season, self.timetable)
        for county in self.season.province.counties:
            yield Planned(county=county, record=self._plan(county))

    def _plan(self, county: County) -> Record:
        rng = self.season.rng("plan", county.code)
        hosts = self._hosts(rng, county)
        classes = self._varied(rng, county, hosts[-1])
        return {
            "county": county.code,
            "year": self.season.year,
            "units": {
                "guides": list(self.season.threshold("preparatory", "required_guides")),
                "hosts": hosts,
                "undertaker": county.undertaker,
            },
            "contact": {"office": rng.choice(texts.OFFICES), "landline": AREA_CODES[county.prefecture]},
            "classes": classes,
            "remark": self._remark(rng, county),
        }

    def _hosts(self, rng: Chance, county: County) -> list[str]:
        """The bureau and a base that serves the prefecture."""
        serving = [base["organisation"] for base in self.season.province.serving[county.prefecture]]
        chosen = [rng.choice(serving)] if serving else []
        return [self.season.province.bureau(county.prefecture), *chosen]

    def _remark(self, rng: Chance, county: County) -> str:
        if county.code in self.season.late:
            return rng.choice(texts.LATE_REMARKS)
        return rng.choice(texts.REMARKS) if rng.percent(25) else ""

    def _varied(self, rng: Chance, county: County, evaluator: str) -> list[Record]:
        """The county's classes; thought over where they cover few modules, and now and then left at that."""
        for _ in range(SECOND_THOUGHTS):
            mark = self.timetable.mark()
            classes = list(self._classes(rng, county, evaluator))
            modules = {session["module"] for item in classes for session in item["sessions"]}.difference(
                PRACTICAL
            )
            if len(modules) >= self.season.threshold("preparatory", "min_modules") or rng.percent(15):
                return classes
            self.timetable.undo(mark)
        return list(self._classes(rng, county, evaluator))

    def _classes(self, rng: Chance, county: County, evaluator: str) -> Iterator[Record]:
        count = _class_count(rng, county) * self.season.scale
        people = (100 + rng.randint(0, 9) + max(0, county.size - 8) * rng.randint(5, 7)) * self.season.scale
        totals = share_out(people, [rng.randint(80, 125) for _ in range(count)])
        taken: list[tuple[date, date, str]] = []
        made = [
            self._class(rng, county, evaluator, total, self.lectures.get((county.code, index)), taken)
            for index, total in enumerate(totals)
        ]
        made.sort(key=lambda item: (item["from"], item["to"]))
        for number, item in enumerate(made, 1):
            yield {
                "id": f"{county.pinyin}-{number}",
                "title": _title(county, self.season.year, number, count),
                **item,
            }

    def _class(
        self,
        rng: Chance,
        county: County,
        evaluator: str,
        total: int,
        lecture: Lecture | None,
        taken: list[tuple[date, date, str]],
    ) -> Record:
        days, first, sessions = self._staffed(
            rng, county, lecture, taken, place=f"{county.code}#{len(taken)}"
        )
        last = first + timedelta(days - 1)
        venue = _venue(rng, county, first, last, taken)
        taken.append((first, last, venue["name"]))
        levels: list[str] = [*rng.weighted(LEVELS)]
        hours = sum(session["hours"] for session in sessions)
        own = "zone" if county.zone else "county"
        return {
            "from": str(first),
            "to": str(last),
            "venue": venue,
            "trainees": {"total": total, "tags": tags(rng, total)},
            "sessions": sessions,
            "evaluation": {"by": evaluator, "levels": levels}
            | ({"follow_up_months": rng.randint(1, 3)} if "behaviour" in levels else {}),
            "budget": money.preparatory(rng, own=own, people=total, days=days, hours=hours),
        }

    def _staffed(
        self,
        rng: Chance,
        county: County,
        lecture: Lecture | None,
        taken: list[tuple[date, date, str]],
        place: str,
    ) -> tuple[int, date, list[Record]]:
        """Days and sessions with an instructor each; other days where nobody is free."""
        for attempt in range(ATTEMPTS):
            days = rng.weighted(DAYS)
            first = self._start(rng, county, days, lecture)
            clash = any(first <= to and first + timedelta(days - 1) >= start for start, to, _ in taken)
            if clash and attempt < ATTEMPTS // 4:
                continue
            mark = self.timetable.mark()
            try:
                return days, first, teach(rng, self.timetable, county, first, days, lecture, place)
            except UnstaffedError:
                self.timetable.undo(mark)
        raise UnstaffedError(county.code)

    def _start(self, rng: Chance, county: County, days: int, lecture: Lecture | None) -> date:
        opens, closes = self.season.window("preparatory")
        if county.code in self.season.late:
            opens = max(opens, self.season.on(5, 9))
        possible = starts(opens, closes, days)
        if lecture is not None:
            around = [when for when in possible if when <= lecture.when <= when + timedelta(days - 1)]
            return rng.choice(around or [lecture.when])
        month = rng.weighted(MONTHS)
        within = [when for when in possible if when.month == month]
        return rng.choice(within or possible)


def _class_count(rng: Chance, county: County) -> int:
    if county.size < 9:
        return rng.weighted({1: 65, 2: 35})
    if county.size < 15:
        return rng.weighted({1: 35, 2: 45, 3: 20})
    if county.size < 25:
        return rng.weighted({2: 55, 3: 35, 4: 10})
    return rng.weighted({2: 20, 3: 40, 4: 25, 5: 15})


def _title(county: County, year: int, number: int, count: int) -> str:
    return f"{county.name}{year}年知识产权专员（预科）培训班" + (f"（第{number}期）" if count > 1 else "")


def _venue(
    rng: Chance, county: County, first: date, last: date, taken: list[tuple[date, date, str]]
) -> Record:
    """A place in the county where no other class of the county sits on those days."""
    busy = {name for start, to, name in taken if start <= last and to >= first}
    names = [county.name + venue for venue in texts.VENUES]
    free = [name for name in names if name not in busy]
    return {"name": rng.choice(free) if free else f"{names[0]}第{len(busy) + 1}教室", "county": county.code}


def tags(rng: Chance, total: int) -> dict[str, int]:
    """People by kind of organisation; the kinds overlap."""
    found = {}
    for tag, (low, high) in TAG_SHARES.items():
        count = total * rng.randint(low, high) // 100
        if count or tag in ("high-tech", "tech-sme", "backbone"):
            found[tag] = count
    return found
