"""All rosters as one chain: what was written, and what is added after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from generator.issue.refusal import IssueError
from generator.model import Repo
from generator.rules.holdings import GIVEN, number_parts
from generator.sign import CLEAR, GENESIS, Entry, chain, check_character

LAST_SERIAL = 9999


@dataclass(frozen=True, kw_only=True, slots=True)
class Ledger:
    """Every year's events as written. What is added makes another ledger."""

    years: Mapping[int, Sequence[Mapping[str, Any]]]

    @classmethod
    def of(cls, repo: Repo) -> Ledger:
        """The rosters of a repository."""
        return cls(years={year: roster.raw for year, roster in repo.rosters.items()})

    @property
    def events(self) -> Iterator[Mapping[str, Any]]:
        """Every event, in the order of the one chain."""
        return (event for year in sorted(self.years) for event in self.years[year])

    @property
    def newest(self) -> int:
        """The year whose roster the chain ends in. Raises IssueError where there is no roster."""
        if not self.years:
            raise IssueError("还没有名册。先用 siwu issue 核发")
        return max(self.years)

    @property
    def tokens(self) -> frozenset[str]:
        """Every token ever given."""
        return frozenset(event["token"] for event in self.events)

    def added(self, year: int, entries: Sequence[Entry]) -> Ledger:
        """The entries numbered and chained at the end of a year's roster.

        Raises IssueError where a later year has begun: the chain goes on there.
        """
        later = [other for other in self.years if other > year and self.years[other]]
        if later:
            raise IssueError(f"{min(later)} 年的名册已经开始，{year} 年的名册不能再加")
        written = self.years.get(year, ())
        before = list(self.events)
        numbered = [{**entry, "seq": len(written) + at} for at, entry in enumerate(entries, 1)]
        linked = chain(numbered, before[-1]["hash"] if before else GENESIS)
        return replace(self, years={**self.years, year: (*written, *linked)})

    def without_clear(self, numbers: frozenset[str]) -> Ledger:
        """The same chain, with what names a person gone from every event of these certificates."""

        def cleared(event: Mapping[str, Any]) -> Mapping[str, Any]:
            return {key: event[key] for key in event if key not in CLEAR} if event["no"] in numbers else event

        years = {year: tuple(map(cleared, written)) for year, written in self.years.items()}
        return replace(self, years=years)

    def given(self, no: str) -> Mapping[str, Any] | None:
        """The event that gave this number, as written."""
        return next((event for event in self.events if event["no"] == no and event["event"] in GIVEN), None)

    def serial(self, year: int, site: str) -> int:
        """The last serial of a year and site, 0 where there is none."""
        parts = (number_parts(event["no"]) for event in self.events if event["event"] in GIVEN)
        return max((int(one.serial) for one in parts if (one.year, one.site) == (str(year), site)), default=0)


def numbers(prefix: str, year: int, site: str, after: int) -> Iterator[str]:
    """Certificate numbers after a serial. Raises IssueError after the last that has a number."""
    for serial in range(after + 1, LAST_SERIAL + 1):
        body = f"{prefix}-42-{year}-{site}-{serial:04}"
        yield f"{body}-{check_character(body)}"
    raise IssueError(f"{year} 年考点 {site} 的编号已用到 {LAST_SERIAL}，不能再编")
