"""The year's programme: every threshold, window and deadline, each with its clause or where else it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from generator.problem import Where

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Value(Generic[T]):
    """A number, date or choice of the programme with its clause, or the provenance where no clause says it."""

    value: T
    clause: str = ""
    provenance: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """A deadline: the last day in time (Asia/Shanghai)."""

    value: date
    clause: str = ""
    provenance: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """A closed list of allowed values."""

    value: tuple[str, ...]
    clause: str = ""
    provenance: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """First and last day, both inside."""

    start: date
    end: date
    clause: str = ""
    provenance: str = ""

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end


@dataclass(frozen=True, kw_only=True, slots=True)
class Batches:
    """Allowed number of batches in a year."""

    min: int
    max: int
    clause: str = ""
    provenance: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """The paper a programme rests on; `number` is empty where none was found."""

    name: str
    issuer: str
    number: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Targets:
    """The year's overall targets (1.b, 1.c)."""

    certified: Value[int]
    trainees: Value[int]
    assessed: Value[int]
    counties: Value[int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Preparatory:
    """The local track (2.2.1, 3.1)."""

    min_classes: Value[int]
    min_trainees: Value[int]
    window: Window
    filing_deadline: Day
    summary_deadline: Day
    min_practical_sessions: Value[int]
    max_charge: Value[int]
    funding: Choices
    min_modules: Value[int]
    required_guides: Choices


@dataclass(frozen=True, kw_only=True, slots=True)
class Assessment:
    """The provincial track (2.2.2, 3.2)."""

    window: Window
    signup: Window
    batches: Batches
    min_classes_per_site: Value[int]
    min_classes: Value[int]
    min_trained: Value[int]
    min_certified: Value[int]
    plan_deadline: Day
    instructor_list_days: Value[int]
    deliverable_months: Value[int]
    resits: Value[int]
    required_hours: Value[int]
    pass_theory: Value[int]
    pass_practical: Value[int]
    paper_points: Value[int]
    startup_sources: Choices
    expansion_sources: Choices
    recommended_only: Value[bool]
    preparatory_required: Value[bool]
    certificate_title: Value[str]
    completion_title: Value[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sessions:
    """What a 学时 is and how many fit a half-day."""

    minutes: Value[int]
    max_hours_per_half_day: Value[int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """One of the places of assessment; `code` stands in certificate numbers."""

    code: str
    base: str
    prefecture: str
    clause: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Cluster:
    """A city cluster of that year and the site it belongs to (2.2.2.a)."""

    slug: str
    name: str
    site: str
    prefectures: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FeeCap:
    """A sourced cap in yuan; scope `person-day` or `instruction-hour`."""

    scope: str
    amount: int
    document: str
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Denominator:
    """How many organisations of a tag there are, by which document, as of when."""

    tag: str
    count: int
    year: str
    document: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Programme:
    """One year's programme record."""

    where: Where
    year: int
    title: str
    document: Document
    targets: Targets
    preparatory: Preparatory
    assessment: Assessment
    sessions: Sessions
    remote_stations: Value[int]
    sites: tuple[Site, ...]
    clusters: tuple[Cluster, ...]
    fee_caps: tuple[FeeCap, ...]
    denominators: tuple[Denominator, ...]

    def site_of_base(self, base: str) -> Site | None:
        """The site a base runs, if it runs one."""
        return next((site for site in self.sites if site.base == base), None)

    def cluster_of(self, prefecture: str) -> Cluster | None:
        """The cluster a prefecture belongs to this year."""
        return next((cluster for cluster in self.clusters if prefecture in cluster.prefectures), None)
