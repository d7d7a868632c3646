"""All records of a tree, typed and indexed. Pure: no checks, no reading.

A record whose data is missing or misshapen is not here; `unread` holds its path, so that rules can tell
"does not exist" from "cannot be read".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from generator.model.candidates import Candidates
from generator.model.certificates import Roster
from generator.model.delivered import AssessmentDelivery, Delivery
from generator.model.people import Designation, Instructor
from generator.model.places import Base, Curriculum, Dataset, Organisation, Place, Regions
from generator.model.programme import Programme
from generator.model.training import AssessmentPlan, InstructorList, Plan

Line = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Source:
    """One shaped document: kind name, path, the path's parts by name, data and the digest of its bytes."""

    kind: str
    path: str
    parts: Mapping[str, str]
    data: Any
    digest: str


@dataclass(frozen=True, kw_only=True)
class Repo:
    """Every record, by kind. `as_of` is today as far as any rule knows.

    `paths` is every path under data/, `digests` the sha256 of every readable file, `unread` the paths whose data
    could not be read or shaped (sealed records no identity opened among them), `merged` the sha256 of registered
    records at their merges, by (commit, path), for the commits at hand. `about` holds the paths whose findings count,
    where that is not all of them: what other records name need not be looked up.
    """

    as_of: date
    records: Mapping[str, tuple[Any, ...]]
    sources: Mapping[str, Source]
    filings: Mapping[int, tuple[Line, ...]]
    paths: frozenset[str]
    digests: Mapping[str, str]
    unread: frozenset[str] = frozenset()
    merged: Mapping[tuple[str, str], str] = field(default_factory=dict)
    about: frozenset[str] | None = None

    def of(self, kind: str) -> tuple[Any, ...]:
        """Records of a kind, in path order."""
        return self.records.get(kind, ())

    @cached_property
    def dataset(self) -> Dataset:
        """data/dataset.yml."""
        found: Dataset = self.of("dataset")[0]
        return found

    @cached_property
    def regions(self) -> Regions:
        """data/regions.yml."""
        found: Regions = self.of("regions")[0]
        return found

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        """Plans of the years that have a programme."""
        return self._in_programme("plan")

    @cached_property
    def assessments(self) -> tuple[AssessmentPlan, ...]:
        """Assessment plans of the years that have a programme."""
        return self._in_programme("assessment")

    @cached_property
    def deliveries(self) -> tuple[Delivery, ...]:
        """County deliveries of the years that have a programme."""
        return self._in_programme("delivery")

    @cached_property
    def assessment_deliveries(self) -> tuple[AssessmentDelivery, ...]:
        """Site deliveries of the years that have a programme."""
        return self._in_programme("assessment-delivery")

    @cached_property
    def instructor_lists(self) -> tuple[InstructorList, ...]:
        """Instructor lists of the years that have a programme."""
        return self._in_programme("instructor-list")

    @cached_property
    def candidates(self) -> tuple[Candidates, ...]:
        """Opened candidate records of the years that have a programme."""
        return self._in_programme("candidates")

    def _in_programme(self, kind: str) -> tuple[Any, ...]:
        return tuple(record for record in self.of(kind) if record.year in self.programmes)

    @cached_property
    def programmes(self) -> Mapping[int, Programme]:
        """Programme by year."""
        return {programme.year: programme for programme in self.of("programme")}

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Years with a programme, ascending."""
        return tuple(sorted(self.programmes))

    @cached_property
    def designations(self) -> Mapping[int, Designation]:
        """Designations by year."""
        return {designation.year: designation for designation in self.of("designation")}

    @cached_property
    def curricula(self) -> Mapping[int, Curriculum]:
        """Curriculum by year."""
        return {curriculum.year: curriculum for curriculum in self.of("curriculum")}

    @cached_property
    def rosters(self) -> Mapping[int, Roster]:
        """Roster by year."""
        return {roster.year: roster for roster in self.of("roster")}

    @cached_property
    def organisations(self) -> Mapping[str, Organisation]:
        """Organisation by id."""
        return {item.id: item for record in self.of("organisations") for item in record.organisations}

    @cached_property
    def instructors(self) -> Mapping[str, Instructor]:
        """Instructor by id."""
        return {instructor.id: instructor for instructor in self.of("instructor")}

    @cached_property
    def bases(self) -> Mapping[str, Base]:
        """Base by slug."""
        return {base.slug: base for base in self.of("base")}

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """Units that file plans, by code: the 103 and the active zones."""
        counties = {
            county.code: Place(
                code=county.code,
                name=county.name,
                prefecture=county.prefecture,
                pinyin=county.pinyin,
                slug=county.slug,
                zone=False,
                venues=(county.code,),
            )
            for county in self.regions.counties
        }
        zones = {
            zone.id: Place(
                code=zone.id,
                name=zone.name,
                prefecture=zone.prefecture,
                pinyin=zone.pinyin,
                slug=zone.slug,
                zone=True,
                venues=(zone.id, zone.host) if zone.host else (zone.id,),
            )
            for zone in self.regions.zones
            if zone.active
        }
        return counties | zones

    @cached_property
    def region_names(self) -> Mapping[str, str]:
        """Chinese name of every code and zone id, active or not."""
        names = {unit.code: unit.name for unit in self.regions.prefectures}
        names |= {unit.code: unit.name for unit in self.regions.counties}
        return names | {zone.id: zone.name for zone in self.regions.zones}

    @cached_property
    def prefectures(self) -> Mapping[str, str]:
        """Chinese short name of a prefecture by slug."""
        return {prefecture.slug: prefecture.short for prefecture in self.regions.prefectures}

    @cached_property
    def base_status(self) -> Mapping[str, str]:
        """yes, no or unknown per prefecture slug; a confirmed base wins, then a stated no."""
        said: dict[str, set[str]] = {}
        for base in self.of("base"):
            for served in base.prefectures:
                said.setdefault(served.prefecture, set()).add(served.base_status)
        return {
            slug: next((status for status in ("yes", "no") if status in said.get(slug, ())), "unknown")
            for slug in self.prefectures
        }

    @cached_property
    def bases_of(self) -> Mapping[str, tuple[Base, ...]]:
        """Bases that serve a prefecture, by prefecture slug."""
        serving: dict[str, list[Base]] = {slug: [] for slug in self.prefectures}
        for base in self.of("base"):
            for served in base.prefectures:
                serving.setdefault(served.prefecture, []).append(base)
        return {slug: tuple(bases) for slug, bases in serving.items()}

    @cached_property
    def clause_numbering(self) -> Mapping[str, str]:
        """The notice's own numbering of a clause, by id."""
        return {clause.id: clause.numbering for record in self.of("clauses") for clause in record.clauses}

    @cached_property
    def latest_filings(self) -> Mapping[str, Line]:
        """The last register line of each record, by path."""
        return {line["record"]: line for year in sorted(self.filings) for line in self.filings[year]}

    @cached_property
    def first_filings(self) -> Mapping[str, Line]:
        """The first register line of each record, by path: lateness counts from it."""
        return {path: lines[0] for path, lines in self.filings_of.items()}

    @cached_property
    def filings_of(self) -> Mapping[str, list[Line]]:
        """All register lines of each record, by path, in their order: for what is filed in parts."""
        found: dict[str, list[Line]] = {}
        for year in sorted(self.filings):
            for line in self.filings[year]:
                found.setdefault(line["record"], []).append(line)
        return found
