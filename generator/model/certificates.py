"""Certificates and what certified people did afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from generator.problem import Where
from generator.signature.published import PublishedKey


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
    signed: str = ""
    person: Holder | None = None
    salt: str = ""
    payload: str = ""
    signature: str = ""
    badge: str = ""
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
class Keys:
    """data/keys.yml: the published keys, in the order of their publication."""

    where: Where
    keys: tuple[PublishedKey, ...]


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
