"""The register as people read it: who filed what, when, and how late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from generator.derive.titles import titles
from generator.model import Line, Repo
from generator.model.places import Place
from generator.schema import Schemas

GROUP = "group"


@dataclass(frozen=True, kw_only=True, slots=True)
class Filed:
    """One line of the register. `place` is the unit a plan is of, `who` its name or the record's path.

    `about` is the year the record is about (0 where its path does not say), `hash` the line's own; `year` and
    `seq` say which line of which register it is.
    """

    year: int
    seq: int
    no: str
    kind: str
    who: str
    place: Place | None
    about: int
    submitted: date
    filed: date
    due: date | None
    late_days: int
    amends: str
    hash: str

    @property
    def receipt(self) -> str:
        """The folder of its receipt's page: the number without its prefix."""
        return receipt(self.year, self.seq)


class Register:
    """The registers of all years, indexed once."""

    def __init__(self, repo: Repo, schemas: Schemas) -> None:
        self.repo = repo
        self.titles = titles(schemas, "filing", "kind")
        self.places = {
            f"data/plans/{year}/{place.prefecture}/{place.pinyin}.yml": (place, year)
            for year in repo.years
            for place in repo.places.values()
        }

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Years with at least one line, ascending."""
        return tuple(sorted(year for year, lines in self.repo.filings.items() if lines))

    def of_year(self, year: int) -> tuple[Filed, ...]:
        """The year's lines, newest first."""
        return tuple(self.filed(line) for line in self.repo.filings.get(year, ())[::-1])

    def of_record(self, path: str) -> tuple[Filed, ...]:
        """All lines of one record, oldest first."""
        return tuple(self.filed(line) for line in self._by_record.get(path, ()))

    def lines_of(self, path: str) -> tuple[Line, ...]:
        """The same as they stand in the register."""
        return tuple(self._by_record.get(path, ()))

    def head(self, year: int) -> str:
        """The hash of the year's last line: it fixes the whole register so far."""
        lines = self.repo.filings.get(year, ())
        return str(lines[-1]["hash"]) if lines else ""

    @cached_property
    def _by_record(self) -> dict[str, list[Line]]:
        found: dict[str, list[Line]] = {}
        for year in self.years:
            for line in self.repo.filings[year]:
                found.setdefault(line["record"], []).append(line)
        return found

    def filed(self, line: Line) -> Filed:
        """A line as people read it."""
        place, about = self.places.get(line["record"], (None, 0))
        return Filed(
            year=line["year"],
            seq=line["seq"],
            no=line["no"],
            kind=self.titles.get(line["kind"], line["kind"]),
            who=place.name if place else self._who(line["record"]),
            place=place,
            about=about or self._about(line["record"]),
            submitted=day(line["submitted"]),
            filed=day(line["filed"]),
            due=day(line["due"]) if line["due"] else None,
            late_days=line["late_days"],
            amends=line["amends"],
            hash=line["hash"],
        )

    def _about(self, record: str) -> int:
        parts = self.repo.sources[record].parts if record in self.repo.sources else {}
        return int(parts.get("year", 0))

    def _who(self, record: str) -> str:
        """The base, prefecture or group whose record this is; a record that is gone is called by its path."""
        parts = self.repo.sources[record].parts if record in self.repo.sources else {}
        owner = parts.get("prefecture") or parts.get("owner", "")
        base = self.repo.bases.get(parts.get("base", ""))
        if base is not None and base.organisation in self.repo.organisations:
            return self.repo.organisations[base.organisation].name
        if owner == GROUP:
            units = self.repo.organisations.values()
            return next((unit.name for unit in units if unit.role == GROUP), record)
        return self.repo.prefectures.get(owner, record)


def latest(repo: Repo, schemas: Schemas, year: int, count: int) -> tuple[Filed, ...]:
    """The last lines of the year's register, newest first."""
    return Register(repo, schemas).of_year(year)[:count]


def receipt(year: int, seq: int) -> str:
    """2022-0001."""
    return f"{year}-{seq:04d}"


def day(time: str) -> date:
    """The day of an RFC 3339 time or of a date; the register writes Shanghai time."""
    return date.fromisoformat(time[:10])
