"""Who and where: regions, organisations, bases, curriculum and the other office records plans refer to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from generator.problem import Where


@dataclass(frozen=True, kw_only=True, slots=True)
class Prefecture:
    """One of the 17 prefecture-tier units."""

    where: Where
    code: str
    name: str
    short: str
    type: str
    slug: str


@dataclass(frozen=True, kw_only=True, slots=True)
class County:
    """One of the 103 county-level units; `prefecture` is a slug."""

    where: Where
    code: str
    name: str
    prefecture: str
    type: str
    pinyin: str
    slug: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Zone:
    """A functional area; it files a plan of its own only where `active`."""

    where: Where
    id: str
    name: str
    aka: tuple[str, ...]
    prefecture: str
    host: str
    kind: str
    slug: str
    active: bool
    pinyin: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Regions:
    """The province's units (regions.yml)."""

    where: Where
    prefectures: tuple[Prefecture, ...]
    counties: tuple[County, ...]
    zones: tuple[Zone, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A unit that files a plan: a county or an active zone. `venues` are the codes where its classes may be held."""

    code: str
    name: str
    prefecture: str
    pinyin: str
    slug: str
    zone: bool
    venues: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Organisation:
    """A unit others refer to by id."""

    where: Where
    id: str
    name: str
    role: str
    region: str
    aka: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Organisations:
    """organisations.yml."""

    where: Where
    organisations: tuple[Organisation, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """A prefecture a base serves, and whether it has a base of its own: yes, no or unknown."""

    where: Where
    prefecture: str
    base_status: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """The assessment site a base runs in a year."""

    year: int
    site: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Base:
    """A provincial training base."""

    where: Where
    slug: str
    organisation: str
    host: str
    seat: str
    since: str
    confidence: str
    source: str
    prefectures: tuple[Served, ...]
    roles: tuple[Role, ...]
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ModuleHours:
    """Suggested 学时 per track."""

    preparatory: int
    assessment: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Module:
    """One module of the curriculum (2.3.a); `group` is zhi, hui or shi."""

    where: Where
    id: str
    group: str
    title: str
    short: str
    clause: str
    objectives: tuple[str, ...]
    outline: tuple[str, ...]
    hours: ModuleHours
    assessment: tuple[str, ...]
    resources: tuple[str, ...]
    references: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Curriculum:
    """A year's modules."""

    where: Where
    year: int
    modules: tuple[Module, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """A public system or course; `url` is empty where none was found."""

    where: Where
    id: str
    name: str
    kind: str
    operator: str
    url: str
    clause: str
    modules: tuple[str, ...]
    about: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Resources:
    """resources.yml."""

    where: Where
    resources: tuple[Resource, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """A law or standard the curriculum rests on."""

    where: Where
    id: str
    title: str
    kind: str
    number: str
    issuer: str
    edition: str
    date: str
    modules: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class References:
    """references.yml."""

    where: Where
    references: tuple[Reference, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Clause:
    """A clause of the notice: our id, the notice's numbering, our wording."""

    where: Where
    id: str
    numbering: str
    text: str
    system: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Clauses:
    """clauses.yml."""

    where: Where
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbers:
    """Prefixes of the numbers this system gives; none imitates an official document number."""

    certificate: str
    filing: str
    approval: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Dataset:
    """dataset.yml: demo or production, and the formats. `status_days`: how long a status list may be believed."""

    where: Where
    title: str
    kind: str
    year: int
    base_url: str
    issuer: str
    numbers: Numbers
    display_name: str
    icp: str
    gov_mark: str
    as_of: date | None = None
    status_days: int = 14


@dataclass(frozen=True, kw_only=True, slots=True)
class Owner:
    """A server-side account and its roles."""

    where: Where
    user: str
    roles: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Owners:
    """owners.yml."""

    where: Where
    owners: tuple[Owner, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiver:
    """A finding the office decided to live with until a day."""

    where: Where
    code: str
    record: str
    reason: str
    until: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Waivers:
    """waivers.yml."""

    where: Where
    waivers: tuple[Waiver, ...]
