"""Instructors, their designations, and the bureaus' recommendations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from generator.problem import Where


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """First and last day in the pool."""

    where: Where
    start: date
    end: date


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicationConsent:
    """Whether the person agreed to publication, and when."""

    where: Where
    publication: bool
    day: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Instructor:
    """A member of the pool (2.1.b)."""

    where: Where
    id: str
    name: str
    title: str
    unit: str
    modules: tuple[str, ...]
    term: Term
    consent: PublicationConsent
    bio: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Appointment:
    """An instructor designated, listed or dispatched from `start` until `until`, both inside."""

    where: Where
    instructor: str
    start: date
    until: date
    by: str = ""
    prefecture: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Confirmation:
    """The office's confirmation of an assessment instructor."""

    where: Where
    instructor: str
    by: str
    day: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Designation:
    """A year's designations: practical instructors, experts, dispatches, confirmations."""

    where: Where
    year: int
    practical: tuple[Appointment, ...]
    experts: tuple[Appointment, ...]
    dispatches: tuple[Appointment, ...]
    confirmations: tuple[Confirmation, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RecommendedCount:
    """How many a county recommends for a batch."""

    where: Where
    county: str
    batch: int
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Recommendation:
    """A prefecture's recommendations (counts, no names)."""

    where: Where
    prefecture: str
    year: int
    counties: tuple[RecommendedCount, ...]
