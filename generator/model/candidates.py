"""Candidates of the provincial track, their results, and who may open the sealed records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from generator.problem import Where


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Name and unit."""

    name: str
    unit: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Consent:
    """A candidate's two consents."""

    processing: bool
    publication: bool
    day: date


@dataclass(frozen=True, kw_only=True, slots=True)
class PreparatoryDone:
    """The preparatory class a candidate completed."""

    year: int
    class_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Screening:
    """admitted or declined, and why."""

    decision: str
    reason: str
    by: str
    day: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Resit:
    """One resit of the theory or the practical part, out of 100."""

    where: Where
    part: str
    score: int
    day: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """学时 attended and scores out of 100."""

    where: Where
    hours: int
    theory: int
    practical: int
    resits: tuple[Resit, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """One candidate of a sealed class record."""

    where: Where
    number: str
    person: Person
    county: str
    consent: Consent
    preparatory: PreparatoryDone | None = None
    questionnaire: Mapping[str, Any] | None = None
    screening: Screening | None = None
    result: Result | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidates:
    """A sealed class record, opened."""

    where: Where
    class_id: str
    year: int
    retain_until: date
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassStatistics:
    """Counts of one class."""

    where: Where
    class_id: str
    screened: int
    admitted: int
    sat: int
    passed: int
    resit: int
    certified: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Statistics:
    """A year's counts per class."""

    where: Where
    year: int
    classes: tuple[ClassStatistics, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassRecipients:
    """Who besides the office may open a class's sealed files, and until when they are kept."""

    where: Where
    year: int
    class_id: str
    recipients: tuple[str, ...]
    retain_until: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipients:
    """data/sealed/recipients.yml."""

    where: Where
    office: tuple[str, ...]
    classes: tuple[ClassRecipients, ...]
