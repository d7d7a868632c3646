"""The year's filings: when each record was submitted and filed, and the register that makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from generator.demo.chance import Chance
from generator.demo.days import day, office_time, working
from generator.demo.province import Record
from generator.demo.season import Season
from generator.register import append, prefix

Line = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One record handed in. `amends` says that it takes the place of the record's last filing."""

    kind: str
    record: str
    digest: str
    submitted: str
    filed: str
    due: str
    amends: bool = False


@dataclass(slots=True, kw_only=True)
class Desk:
    """Where submissions come in; a time and a merge for each."""

    season: Season
    submissions: list[Submission]

    def receive(
        self,
        rng: Chance,
        kind: str,
        record: str,
        raw: bytes,
        when: date,
        *,
        due: date | None,
        amends: bool = False,
    ) -> None:
        """One record submitted on a day and filed within a few."""
        self.receive_all(rng, kind, {record: raw}, when, due=due, amends=amends)

    def receive_all(
        self,
        rng: Chance,
        kind: str,
        records: dict[str, bytes],
        when: date,
        *,
        due: date | None,
        amends: bool = False,
    ) -> None:
        """One pull request with several records; what is filed after the demo's today is left out."""
        submitted = office_time(rng, when)
        filed = office_time(rng, working(when + timedelta(rng.randint(1, 4))))
        before = max((each.filed for each in self.submissions if each.record in records), default="")
        if filed <= before:
            filed = office_time(rng, working(day(before[:10]) + timedelta(1)))
        if day(filed[:10]) > self.season.until:
            return
        for record, raw in records.items():
            self.submissions.append(
                Submission(
                    kind=kind,
                    record=record,
                    digest=sha256(raw).hexdigest(),
                    submitted=submitted,
                    filed=filed,
                    due=str(due) if due else "",
                    amends=amends,
                )
            )

    def register(self, prev: str) -> list[Line]:
        """The year's register: in the order of filing, numbered and chained."""
        season = self.season
        numbers = season.province.dataset["numbers"]
        reviewers = _reviewers(season.province.record("data/owners.yml"))
        requests = _requests(self.submissions)
        lines: list[Line] = []
        last: dict[str, str] = {}
        for each in sorted(self.submissions, key=lambda each: (each.filed, each.submitted)):
            request = requests[each.submitted, each.filed]
            line = append(
                lines,
                prefix=prefix(each.kind, numbers),
                kind=each.kind,
                record=each.record,
                digest=each.digest,
                submission=f"PR-{request}",
                submitted=each.submitted,
                filed=each.filed,
                due=each.due,
                merge="",
                reviewer=reviewers[request % 3 // 2],
                amends=last[each.record] if each.amends else "",
                prev=prev,
            )
            lines.append(line)
            last[each.record] = line["no"]
        return lines


def _reviewers(owners: Record) -> Sequence[str]:
    office = [item["user"] for item in owners["owners"] if "office" in item["roles"]]
    return [office[0], office[-1]]


def _requests(submissions: Iterable[Submission]) -> dict[tuple[str, str], int]:
    """A number for every pull request, in the order they came."""
    keys = sorted({(each.submitted, each.filed) for each in submissions})
    return {key: number for number, key in enumerate(keys, 1)}


def march_days(season: Season, rng: Chance) -> Iterator[date]:
    """Days in March on which a bureau submits, one after another."""
    when = working(season.on(3, 7) + timedelta(rng.randrange(10)))
    while True:
        yield min(when, working(season.on(3, 31), -1))
        when = working(when + timedelta(rng.randint(2, 7)))
