"""Certificates as the roster's events tell them: from issue through reissue to withdrawal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from generator.model import Repo
from generator.model.certificates import Event
from generator.rules.classes import ClassKey
from generator.rules.identity import Identity, identity
from generator.rules.once import once

GIVEN = ("issued", "reissued")


@dataclass(slots=True)
class Holding:
    """One person's certificate: the events of its number and of the numbers that replaced it, in chain order."""

    year: int
    events: list[Event] = field(default_factory=list)

    @property
    def class_key(self) -> ClassKey:
        """Year and id of the class it was issued for."""
        return self.year, self.events[0].class_id

    @property
    def issued(self) -> date:
        """The day of first issue."""
        return self.events[0].issued

    @property
    def withdrawn(self) -> bool:
        """Whether the person's clear fields were to go."""
        return any(event.event == "withdrawn" for event in self.events)

    @property
    def identities(self) -> set[Identity]:
        """Who the roster says holds it; empty once withdrawn, two where a reissue corrected a name."""
        shown = (event.person for event in self.events)
        return {identity(person.name, person.unit, person.county) for person in shown if person is not None}

    @property
    def revoked(self) -> bool:
        """Whether it is revoked now."""
        return self.revoked_on(date.max)

    def revoked_on(self, day: date) -> bool:
        """Whether it was revoked on that day."""
        changes = [
            event.event
            for event in self.events
            if event.issued <= day and event.event in ("revoked", "restored")
        ]
        return changes[-1:] == ["revoked"]


class NumberParts(NamedTuple):
    """A certificate number taken apart at its hyphens."""

    prefix: str
    province: str
    year: str
    site: str
    serial: str
    check: str


def number_parts(no: str) -> NumberParts:
    """The parts of a number of the schema's shape."""
    return NumberParts(*no.split("-"))


def events(repo: Repo) -> Iterator[tuple[int, Event]]:
    """Every event with the year of its roster, in the order of the one chain."""
    for year in sorted(repo.rosters):
        for event in repo.rosters[year].events:
            yield year, event


def given(repo: Repo) -> Iterator[tuple[int, Event]]:
    """The events that put a number into the world: issued and reissued."""
    return ((year, event) for year, event in events(repo) if event.event in GIVEN)


@once
def holdings(repo: Repo) -> Mapping[str, Holding]:
    """The holding of every number, old and new; events that refer to nothing are left out."""
    by_number: dict[str, Holding] = {}
    for year, event in events(repo):
        if event.event == "issued" and event.no not in by_number:
            by_number[event.no] = Holding(year)
        elif event.event == "reissued" and event.no not in by_number and event.supersedes in by_number:
            by_number[event.no] = by_number[event.supersedes]
        if event.no in by_number:
            by_number[event.no].events.append(event)
    return by_number


def each(by_number: Mapping[str, Holding]) -> Iterator[Holding]:
    """Every holding once."""
    return iter({id(holding): holding for holding in by_number.values()}.values())
