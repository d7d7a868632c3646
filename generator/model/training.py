"""What is planned and what happened: preparatory plans, assessment plans, deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
    tags: Mapping[str, int]


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Deliverable:
    """One of the four papers due after a class (3.2.6(6))."""

    where: Where
    class_id: str
    kind: str
    submitted: date
    archived: date | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Deliverables:
    """A site's deliverables."""

    where: Where
    base: str
    year: int
    deliverables: tuple[Deliverable, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Learning:
    """Mean of the tests before and after, out of 100, over `n` people."""

    n: int
    before: int
    after: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Behaviour:
    """Follow-up one to three months later: of `n` people asked, `applied` use what they learned."""

    day: date
    n: int
    applied: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """Effects as measured; survey items map to five counts, for scores 1 to 5."""

    where: Where
    by: str
    reaction: Mapping[str, list[int]] | None = None
    learning: Learning | None = None
    behaviour: Behaviour | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours:
    """学时 taught, and of them practical."""

    total: int
    practical: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveredClass:
    """One class as it happened: distinct people, attendances, hours, money."""

    where: Where
    id: str
    start: date
    end: date
    people: int
    person_times: int
    tags: Mapping[str, int]
    hours: Hours
    spending: Budget
    evaluation: Evaluation | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """Why something differs: about classes, trainees, charged, spending or instructors."""

    where: Where
    about: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """A county's year as it happened."""

    where: Where
    county: str
    year: int
    classes: tuple[DeliveredClass, ...]
    recommended: int
    explanations: tuple[Explanation, ...] = ()
    good_practice: str = ""

    def explains(self, about: str) -> bool:
        """Whether the record explains this."""
        return any(explanation.about == about for explanation in self.explanations)


@dataclass(frozen=True, kw_only=True, slots=True)
class AssessmentDelivery:
    """A site's year as it happened."""

    where: Where
    base: str
    year: int
    classes: tuple[DeliveredClass, ...]
    explanations: tuple[Explanation, ...] = ()
    good_practice: str = ""

    def explains(self, about: str) -> bool:
        """Whether the record explains this."""
        return any(explanation.about == about for explanation in self.explanations)
