"""What an audit looks at: read by who asks, judged here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from generator.check import Outcome
from generator.derive.heads import Heads
from generator.derive.roster import Standing, rosters
from generator.documents.fonts import Fonts
from generator.model import Repo
from generator.model.certificates import Event
from generator.rules.holdings import given

# How many are done, of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ledger:
    """A year's print ledger: its path as it is told, and its bytes."""

    path: str
    year: int
    raw: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """A PDF: its path as it is told, the number it is named by, the sha256 of its bytes."""

    path: str
    name: str
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Certified:
    """A number that was given: the event that gave it, and how it stands today."""

    event: Event
    standing: Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class Material:
    """Everything at hand. `years` are those to audit, whether or not their rosters could be read; `layouts` what there is.

    `earlier` is an older state, bytes by path; `now` the same paths today; `heads` were published. Each may be empty.
    """

    outcome: Outcome
    repo: Repo
    years: frozenset[int]
    fonts: Fonts
    layouts: frozenset[str]
    ledgers: tuple[Ledger, ...] = ()
    papers: tuple[Paper, ...] = ()
    earlier: Mapping[str, bytes] = field(default_factory=dict)
    now: Mapping[str, bytes] = field(default_factory=dict)
    heads: Heads = field(default_factory=dict)


def certified(repo: Repo) -> Mapping[str, Certified]:
    """Every number ever given."""
    standings = {one.no: one.standing for year in rosters(repo) for one in year.certificates}
    return {event.no: Certified(event=event, standing=standings[event.no]) for _, event in given(repo)}
