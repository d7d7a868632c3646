"""The certificates as they stand: what each says, and whether it may be printed. A view over the roster's events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from generator.derive.roster import Standing, rosters
from generator.model import Repo
from generator.model.certificates import Event, Holder
from generator.problem import Where

# The widest line of the layout, and the sizes a name or unit may have in it, in points.
LINE = 560
NAME_SIZES = 36, 12
UNIT_SIZES = 17, 12
GIVEN = ("issued", "reissued")


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """One certificate number. `holder` is None once withdrawn; `since` is the day of the latest event."""

    where: Where
    no: str
    token: str
    standing: Standing
    holder: Holder | None
    title: str
    course: str
    issued: date
    since: date
    layout: str
    issuer: str
    address: str
    demo: bool

    @property
    def prints(self) -> bool:
        """Whether there is a PDF of it: it is valid, and we may say whose it is."""
        return self.standing is Standing.LISTED and self.holder is not None

    @property
    def texts(self) -> tuple[str, ...]:
        """What stands on it in words that came from the records."""
        holder = (self.holder.name, self.holder.unit) if self.holder else ()
        return (*holder, self.no, self.title, self.course, self.issuer, self.layout)

    @property
    def name_size(self) -> int:
        """Points at which the name stands on one line."""
        return _size(self.holder.name if self.holder else "", NAME_SIZES)

    @property
    def unit_size(self) -> int:
        """Points at which the unit stands on one line, or on two at the smallest."""
        return _size(self.holder.unit if self.holder else "", UNIT_SIZES)


def _size(text: str, sizes: tuple[int, int]) -> int:
    largest, smallest = sizes
    return max(smallest, min(largest, LINE // max(1, len(text))))


def certificates(repo: Repo, tokens: Mapping[str, str]) -> tuple[Certificate, ...]:
    """Every certificate ever issued, by number. `repo` holds public fields only; `tokens` is by number."""
    standings = {one.no: one.standing for year in rosters(repo) for one in year.certificates}
    latest = {no: event.issued for _, event in _events(repo) for no in (event.no, event.supersedes)}
    titles = {(plan.year, one.id): one.title for plan in repo.assessments for one in plan.classes}
    found = {
        event.no: _certificate(
            repo,
            event,
            standing=standings[event.no],
            since=latest[event.no],
            title=repo.programmes[year].assessment.certificate_title.value,
            course=titles.get((year, event.class_id), ""),
            token=tokens[event.no],
        )
        for year, event in _events(repo)
        if event.event in GIVEN
    }
    return tuple(found[no] for no in sorted(found))


def tokens(repo: Repo) -> Mapping[str, str]:
    """The token of every number; it is on the certificate and on no page but its own."""
    return {event.no: event.token for _, event in _events(repo) if event.event in GIVEN}


def _events(repo: Repo) -> Iterator[tuple[int, Event]]:
    for year in sorted(repo.rosters):
        for event in repo.rosters[year].events:
            yield year, event


def _certificate(repo: Repo, event: Event, *, standing: Standing, token: str, **more: Any) -> Certificate:
    dataset = repo.dataset
    return Certificate(
        where=event.where,
        no=event.no,
        token=token,
        standing=standing,
        holder=None if standing is Standing.WITHDRAWN else event.person,
        issued=event.issued,
        layout=event.layout,
        issuer=dataset.issuer,
        address=f"{dataset.base_url.rstrip('/')}/c/{token}/",
        demo=dataset.kind == "demo",
        **more,
    )
