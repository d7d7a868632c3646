"""The instructor pool by prefecture and by module; only people who agreed to be published are in the records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from generator.derive.counties import anchor, prefecture_of
from generator.derive.titles import titles
from generator.model import Repo
from generator.model.people import Instructor
from generator.schema import Schemas


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """One designation: its word, where a dispatch goes, and the days it holds."""

    word: str
    name: str
    place: str
    start: date
    until: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Taught:
    """A module as the pool names it."""

    id: str
    short: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One person; `hours` are the year's planned 学时 in county classes, a joint lesson once."""

    anchor: str
    name: str
    title: str
    unit: str
    owner: str
    prefecture: str
    modules: tuple[Taught, ...]
    marks: tuple[Mark, ...]
    start: date
    end: date
    hours: int
    bio: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """Members of one prefecture or able to teach one module."""

    id: str
    name: str
    members: tuple[Member, ...]

    def marked(self, word: str) -> int:
        """Members with a designation."""
        return sum(any(mark.name == word for mark in member.marks) for member in self.members)

    @property
    def practical(self) -> int:
        """Members designated for practical courses."""
        return self.marked("practical")

    @property
    def experts(self) -> int:
        """Members of the working group's expert list."""
        return self.marked("expert")


class Pool:
    """The pool as of a year: designations and hours are that year's."""

    def __init__(self, repo: Repo, schemas: Schemas, year: int) -> None:
        self.repo = repo
        self.year = year
        self.titles = titles(schemas, "instructor", "title")
        self.marks = self._marks()
        self.hours = self._hours()

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """Everyone, by prefecture in the order of the region list, then by id."""
        return tuple(self._member(person) for person in self.repo.instructors.values())

    @cached_property
    def by_prefecture(self) -> tuple[Shelf, ...]:
        """A shelf for each prefecture, also for one without anybody."""
        found: dict[str, list[Member]] = {slug: [] for slug in self.repo.prefectures}
        for member in self.members:
            found.setdefault(member.prefecture, []).append(member)
        names = self.repo.prefectures
        return tuple(
            Shelf(id=slug, name=names[slug], members=tuple(found[slug])) for slug in found if slug in names
        )

    @cached_property
    def by_module(self) -> tuple[Shelf, ...]:
        """A shelf for each module of the year's curriculum."""
        found: dict[str, list[Member]] = {}
        for member in self.members:
            for module in member.modules:
                found.setdefault(module.id, []).append(member)
        return tuple(
            Shelf(id=module, name=self.modules[module].short, members=tuple(found.get(module, ())))
            for module in self.modules
        )

    @cached_property
    def modules(self) -> dict[str, Taught]:
        """Modules of the year's curriculum by id."""
        curriculum = self.repo.curricula.get(self.year)
        return (
            {one.id: Taught(id=one.id, short=one.short) for one in curriculum.modules} if curriculum else {}
        )

    def _member(self, person: Instructor) -> Member:
        return Member(
            anchor=anchor(person),
            name=person.name,
            title=self.titles.get(person.title, person.title),
            unit=person.unit,
            owner=self._owner(person),
            prefecture=prefecture_of(person, self.repo),
            modules=tuple(self.modules[one] for one in person.modules if one in self.modules),
            marks=tuple(self.marks.get(person.id, ())),
            start=person.term.start,
            end=person.term.end,
            hours=self.hours.get(person.id, 0),
            bio=person.bio,
        )

    def _owner(self, person: Instructor) -> str:
        """Who keeps the person's record: a base by name, or the bureau of a prefecture."""
        owner = person.id.partition("/")[0]
        base = self.repo.bases.get(owner.removeprefix("base-"))
        unit = self.repo.organisations.get(base.organisation) if base else None
        return unit.name if unit and owner.startswith("base-") else self.repo.prefectures.get(owner, owner)

    def _marks(self) -> dict[str, list[Mark]]:
        designation = self.repo.designations.get(self.year)
        found: dict[str, list[Mark]] = {}
        if designation is None:
            return found
        for word, name, appointments in (
            ("实战", "practical", designation.practical),
            ("专家", "expert", designation.experts),
            ("委派", "dispatch", designation.dispatches),
        ):
            for one in appointments:
                place = self.repo.prefectures.get(one.prefecture, "")
                mark = Mark(word=word, name=name, place=place, start=one.start, until=one.until)
                found.setdefault(one.instructor, []).append(mark)
        return found

    def _hours(self) -> dict[str, int]:
        hours: dict[str, int] = {}
        counted: set[tuple[str, str]] = set()
        for plan in self.repo.plans:
            if plan.year != self.year:
                continue
            for session in (one for planned in plan.classes for one in planned.sessions):
                key = (session.instructor, session.joint)
                if session.joint and key in counted:
                    continue
                counted.add(key)
                hours[session.instructor] = hours.get(session.instructor, 0) + session.hours
        return hours
