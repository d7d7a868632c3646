"""What happened: deliveries of both tracks and the papers due after an assessment class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from generator.model.training import Budget
from generator.problem import Where


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
