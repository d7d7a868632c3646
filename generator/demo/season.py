"""One year of the demo: its programme, its real surroundings, and its streams of chance."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from generator.demo.chance import Chance, stream
from generator.demo.days import day
from generator.demo.province import County, Province, Record
from generator.model.build import build
from generator.model.programme import Programme
from generator.problem import Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a whole run shares. Nothing in it happens after `as_of`."""

    seed: int
    scale: int
    first: int
    years: int
    as_of: date
    province: Province

    @property
    def last(self) -> int:
        """The run's last year."""
        return self.first + self.years - 1

    def unit_stream(self, county: str, number: int) -> Chance:
        """The stream that makes up one of a county's companies, the same in every year."""
        return stream(self.seed, "unit", county, number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """One year. `until` is the last day anything has happened on."""

    year: int
    settings: Settings
    programme: Record
    curriculum: Record
    late: frozenset[str] = field(default=frozenset())

    def rng(self, *purpose: object) -> Chance:
        """The year's stream for a purpose."""
        return stream(self.settings.seed, self.year, *purpose)

    @property
    def province(self) -> Province:
        """The real records."""
        return self.settings.province

    @property
    def scale(self) -> int:
        """How many times as much of everything."""
        return self.settings.scale

    @property
    def until(self) -> date:
        """The last day of the year that has already been."""
        return min(self.settings.as_of, date(self.year, 12, 31))

    def on(self, month: int, day_of_month: int) -> date:
        """A day of the year."""
        return date(self.year, month, day_of_month)

    def threshold(self, part: str, name: str) -> Any:
        """A value of the year's programme."""
        return self.programme[part][name]["value"]

    @property
    def terms(self) -> Programme:
        """The year's programme as the rules read it."""
        return build(Programme, self.programme, Where(f"data/programme/{self.year}.yml"))

    def window(self, part: str, name: str = "window") -> tuple[date, date]:
        """A window of the year's programme."""
        found = self.programme[part][name]
        return day(found["from"]), day(found["to"])

    @property
    def clusters(self) -> dict[str, list[str]]:
        """Prefectures by the site that serves them."""
        return {cluster["site"]: cluster["prefectures"] for cluster in self.programme["clusters"]}

    def site_counties(self, site: str) -> list[County]:
        """Counties and zones of a site's cluster."""
        return [county for county in self.province.counties if county.prefecture in self.clusters[site]]

    def hours(self, track: str) -> dict[str, int]:
        """Module to 学时 in a track."""
        return {module["id"]: module["hours"][track] for module in self.curriculum["modules"]}
