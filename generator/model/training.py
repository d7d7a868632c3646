"""What is planned: preparatory plans, assessment plans, instructor lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from generator.problem import Where


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """One lesson; `hours` are 学时, `half` is am, pm or evening, `mode` onsite or online."""

    where: Where
    day: date
    half: str
    module: str
    hours: int
    instructor: str
    mode: str
    joint: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Venue:
    """Where a class is held; `county` is a region code."""

    name: str
    county: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Trainees:
    """Planned people; `tags` counts by organisation tag (tags overlap)."""

    where: Where
    total: int
    tags: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Money from one source, in yuan; `purpose` (startup, expansion) only on the assessment track."""

    where: Where
    kind: str
    amount: int
    purpose: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """Spending of one category, in yuan."""

    where: Where
    category: str
    amount: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """Charges, sources and items, in yuan (4.3)."""

    where: Where
    charged_to_trainees: int
    sources: tuple[Source, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class EvaluationPlan:
    """Who evaluates and to which of Kirkpatrick's levels (3.1.7(4))."""

    where: Where
    by: str
    levels: tuple[str, ...]
    follow_up_months: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedClass:
    """One class of a county's plan; the class runs from `start` to `end`, both inside."""

    where: Where
    id: str
    title: str
    start: date
    end: date
    venue: Venue
    trainees: Trainees
    sessions: tuple[Session, ...]
    evaluation: EvaluationPlan
    budget: Budget


@dataclass(frozen=True, kw_only=True, slots=True)
class Units:
    """Guides, hosts and undertaker of a plan (3.1.3–5)."""

    where: Where
    guides: tuple[str, ...]
    hosts: tuple[str, ...]
    undertaker: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """A county's annual preparatory plan."""

    where: Where
    county: str
    year: int
    units: Units
    classes: tuple[PlannedClass, ...]
    remark: str = ""

    @property
    def trainees(self) -> int:
        """Planned people of the year."""
        return sum(planned.trainees.total for planned in self.classes)


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """The sealed exam paper of a class and the digest of its ciphertext."""

    where: Where
    file: str
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AssessmentClass:
    """One class of the provincial track."""

    where: Where
    id: str
    batch: int
    title: str
    start: date
    end: date
    venue: Venue
    hosts: tuple[str, ...]
    undertakers: tuple[str, ...]
    trainees: Trainees
    sessions: tuple[Session, ...]
    budget: Budget
    paper: Paper | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Design:
    """Modules and methods of the course design (3.2.5)."""

    where: Where
    modules: tuple[str, ...]
    methods: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Points:
    """Points of a group of exam tasks on one module."""

    where: Where
    module: str
    points: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Blueprint:
    """Exam points per module; theory and practical each make a full paper."""

    where: Where
    theory: tuple[Points, ...]
    practical: tuple[Points, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AssessmentPlan:
    """A site's annual assessment plan."""

    where: Where
    base: str
    year: int
    classes: tuple[AssessmentClass, ...]
    design: Design
    blueprint: Blueprint


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedClass:
    """The instructors of one assessment class."""

    where: Where
    class_id: str
    instructors: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class InstructorList:
    """A site's instructor list (3.2.6(3))."""

    where: Where
    base: str
    year: int
    classes: tuple[ListedClass, ...]
