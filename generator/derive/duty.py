"""One thing to file, and all that one filer has to file in a year."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from generator.derive.filings import receipt
from generator.model.places import Place


class State(Enum):
    """How a duty stands; the word is what people read, the name is its mark. The order is that of the pages."""

    OVERDUE = "逾期未报"
    OPEN = "未报"
    WAITING = "已报待备案"
    FILED = "已备案"
    REPORTED = "已报"
    EXEMPT = "不适用"

    @property
    def mark(self) -> str:
        """The name styles give it."""
        return self.name.lower()


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """One thing to file. `record` is the path it stands in, or would; `place` the unit a plan or delivery is of.

    `kind` is the register's word (plan, summary, assessment, instructors, deliverables), or delivery and
    recommendation, which no register holds. `left` are the days from `as_of` to the due day, negative once past;
    `late_days` those from the due day to the day it was submitted, or to `as_of` where it still is not. `no`,
    `seq` and `year` name the register line that holds now, `submitted` and `filed` are its first.
    """

    kind: str
    title: str
    record: str
    clause: str
    due: date | None
    state: State
    public: bool
    left: int | None = None
    late_days: int = 0
    place: Place | None = None
    class_id: str = ""
    no: str = ""
    year: int = 0
    seq: int = 0
    submitted: date | None = None
    filed: date | None = None
    note: str = ""

    @property
    def receipt(self) -> str:
        """The folder of the page of its receipt; empty where no register line holds."""
        return receipt(self.year, self.seq) if self.no else ""

    @property
    def open(self) -> bool:
        """Whether somebody still has to hand something in."""
        return self.state in (State.OVERDUE, State.OPEN)


@dataclass(frozen=True, kw_only=True)
class Duties:
    """A filer's duties of a year, late ones first, then by the day they are due."""

    year: int
    owner: str
    name: str
    as_of: date
    all: tuple[Duty, ...]

    @property
    def public(self) -> Duties:
        """Those a public page may speak of."""
        return replace(self, all=tuple(duty for duty in self.all if duty.public))

    def of(self, *states: State) -> tuple[Duty, ...]:
        """Those that stand so, in order."""
        return tuple(duty for duty in self.all if duty.state in states)

    @property
    def counts(self) -> tuple[tuple[State, int], ...]:
        """Every state that occurs with its count, in the order of State."""
        found = ((state, len(self.of(state))) for state in State)
        return tuple((state, count) for state, count in found if count)

    @property
    def late(self) -> tuple[Duty, ...]:
        """Those handed in after their day."""
        return tuple(duty for duty in self.all if not duty.open and duty.late_days)

    @property
    def next(self) -> Duty | None:
        """What is due next, of what is not late yet."""
        return next((duty for duty in self.of(State.OPEN) if duty.due is not None), None)
