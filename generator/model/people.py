"""Instructors, candidates, certificates and what certified people did afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

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
class Holder:
    """The public part of a certificate's holder; gone after a lawful deletion."""

    name: str
    unit: str
    county: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One event of the roster chain."""

    where: Where
    seq: int
    event: str
    no: str
    token: str
    class_id: str
    issued: date
    layout: str
    digest: str
    prev: str
    hash: str
    person: Holder | None = None
    salt: str = ""
    payload: str = ""
    signature: str = ""
    reason: str = ""
    supersedes: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Roster:
    """A year's certificate events. `raw` are the entries as written: the chain's hashes are over them."""

    where: Where
    year: int
    events: tuple[Event, ...]
    raw: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PointsRow:
    """One row of the points standard; `points` is None where the value is not known."""

    where: Where
    id: str
    category: str
    title: str
    points: int | None
    per: str
    evidence: tuple[str, ...]
    source: str
    confidence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PointsStandard:
    """A year's points standard (2.4.1.c)."""

    where: Where
    year: int
    status: str
    rows: tuple[PointsRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Achievement:
    """One event of a certified person that may count points."""

    where: Where
    no: str
    row: str
    day: date
    evidence: str
    quantity: int
    verified_by: str
    reference: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """Title, skills and industry chain of a certified person."""

    where: Where
    no: str
    title: str
    skills: tuple[str, ...]
    chain: str
    results: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Archive:
    """A prefecture's archive of a year (2.4.1.b)."""

    where: Where
    prefecture: str
    year: int
    events: tuple[Achievement, ...]
    profiles: tuple[Profile, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Commended:
    """One commendation, of a person (`no`) or a unit."""

    where: Where
    title: str
    reason: str
    by: str
    day: date
    no: str = ""
    unit: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Commendations:
    """A year's commendations."""

    where: Where
    year: int
    commendations: tuple[Commended, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """Front matter of an authored report; the text itself stays in the file."""

    where: Where
    title: str
    year: int
    owner: str
    kind: str
    author: str
    day: date
    clause: str


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
