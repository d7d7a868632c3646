"""One year of records, in the order in which one follows from another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain as joined

from generator.canonical import dump, header_for
from generator.demo import (
    after,
    archive,
    assessment_records,
    assessments,
    clones,
    deliveries,
    hand_in,
    reports,
    roster,
)
from generator.demo.assessments import Site
from generator.demo.candidates import Admission, retain_until
from generator.demo.chance import stream
from generator.demo.changes import draw
from generator.demo.deliveries import Held
from generator.demo.filings import Desk
from generator.demo.plans import Planned, Planner
from generator.demo.province import Record
from generator.demo.results import Results
from generator.demo.roster import Holder
from generator.demo.season import Season, Settings
from generator.demo.staff import Staff, appoint
from generator.demo.timetable import Timetable
from generator.demo.vault import Vault, recipients_line
from generator.register import dump as dump_register
from generator.schema import Schemas
from generator.sign import GENESIS
from generator.signature.keys import PrivateKey

File = tuple[str, bytes]
LATE_PREFECTURES, LATE_EACH = 3, 2
REMEMBERED = 600  # holders of earlier years, per unit of scale


@dataclass(slots=True, kw_only=True)
class Memory:
    """What one year leaves to the next: heads of chains, preparatory classes held, certificates."""

    roster_head: str = GENESIS
    register_head: str = GENESIS
    held: dict[str, list[Held]] = field(default_factory=dict)
    holders: list[Holder] = field(default_factory=list)
    recipients: list[Record] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Annual:
    """Makes one year's files."""

    settings: Settings
    schemas: Schemas
    staff: Staff
    vault: Vault
    key: PrivateKey
    memory: Memory

    def files(self, year: int) -> Iterator[File]:
        """Every file of the year."""
        season = self._season(year)
        timetable = Timetable(season=season, staff=self.staff, term=appoint(season, self.staff))
        sites = assessments.sites(season, timetable)
        planned = list(Planner(season=season, timetable=timetable).plans())
        desk = Desk(season=season, submissions=[])
        yield from self._real(year)
        designation = timetable.term.record(assessment_records.confirmations(season, sites))
        yield self.text("designation", f"data/designations/{year}.yml", designation)
        yield from self._plans(season, desk, planned)
        yield from self._sites(season, desk, sites)
        held = self._deliver(season, planned)
        admission = Admission(season=season, held=self._known(held))
        results = {sitting.id: admission.sit(site, sitting) for site in sites for sitting in site.sittings}
        yield from self._sealed(season, results)
        for prefecture, record in after.recommendation_records(season, admission).items():
            yield self.text("recommendation", f"data/recommendations/{year}/{prefecture}.yml", record)
        yield from self._deliveries(season, planned, held, admission)
        yield from self._assessed(season, desk, sites, results)
        yield from self._certificates(season, results)
        yield from self._reports(season, desk, sites, results, held)
        lines = desk.register(self.memory.register_head)
        yield f"data/filings/{year}.jsonl", dump_register(lines)
        self._remember(held, lines[-1]["hash"])

    def text(self, kind: str, path: str, record: Record) -> File:
        """A record's file in canonical form."""
        order = self.schemas.order(self.schemas.kinds[kind])
        return path, dump(record, order, header_for(path, kind)).encode()

    def _season(self, year: int) -> Season:
        settings = self.settings
        return Season(
            year=year,
            settings=settings,
            programme=clones.yearly(settings.province, "programme", settings.first, year),
            curriculum=clones.yearly(settings.province, "curriculum", settings.first, year),
            late=frozenset(_late(settings, year)),
        )

    def _real(self, year: int) -> Iterator[File]:
        for path, record in clones.of_year(self.settings, year):
            if isinstance(record, bytes):
                yield path, record
            else:
                yield self.text(path.split("/")[1], path, record)

    def _plans(self, season: Season, desk: Desk, planned: list[Planned]) -> Iterator[File]:
        changes = draw(season, planned)
        texts = {}
        for plan in planned:
            if plan.county.code in changes:
                texts[f"earlier/{plan.path}"] = self.text(
                    "plan", plan.path, changes[plan.county.code].earlier
                )[1]
            texts[plan.path] = self.text("plan", plan.path, plan.record)[1]
        hand_in.plans(desk, planned, changes, texts)
        yield from ((plan.path, texts[plan.path]) for plan in planned)

    def _sites(self, season: Season, desk: Desk, sites: list[Site]) -> Iterator[File]:
        turn = [sites[(season.year - number) % len(sites)].code for number in range(len(sites))]
        late = dict(zip(turn, ("list", "plan"), strict=False))
        for site in sites:
            papers = {}
            for sitting in site.sittings:
                path = f"data/sealed/{season.year}/{sitting.id}-paper.age"
                raw = self.vault.paper(season, path, sitting)
                papers[sitting.id] = path, sha256(raw).hexdigest()
                self.memory.recipients.append(recipients_line(season, sitting, self.vault.recipients))
                yield path, raw
            folder = f"data/assessments/{season.year}/{site.folder}"
            fault = late.get(site.code, "")
            files = dict(
                (
                    self.text(
                        "assessment",
                        f"{folder}/plan.yml",
                        assessment_records.plan_record(season, site, papers),
                    ),
                    self.text(
                        "instructor-list",
                        f"{folder}/instructors.yml",
                        assessment_records.list_record(season, site, late=fault == "list"),
                    ),
                )
            )
            hand_in.assessment(desk, site, files, late=fault)
            yield from files.items()

    def _deliver(self, season: Season, planned: list[Planned]) -> dict[str, Record]:
        drawn = deliveries.fates(season, planned)
        made = ((plan.county.code, deliveries.county_record(season, plan, drawn)) for plan in planned)
        return {code: record for code, record in made if record is not None}

    def _known(self, delivered: Mapping[str, Record]) -> dict[str, list[Held]]:
        """Preparatory classes by county: last year's and this year's."""
        known = {code: list(classes) for code, classes in self.memory.held.items()}
        for code, record in delivered.items():
            known.setdefault(code, []).extend(deliveries.held(record))
        return known

    def _sealed(self, season: Season, results: Mapping[str, Results]) -> Iterator[File]:
        """The candidates, unless their time is up."""
        if retain_until(season.year) < str(self.settings.as_of):
            return
        for sitting, result in results.items():
            path = f"data/sealed/{season.year}/{sitting}.yml.age"
            yield path, self.vault.seal(path, self.text("candidates", path, result.record)[1])

    def _deliveries(
        self,
        season: Season,
        planned: Iterable[Planned],
        delivered: Mapping[str, Record],
        admission: Admission,
    ) -> Iterator[File]:
        for plan in planned:
            record = delivered.get(plan.county.code)
            if record is not None:
                record["recommended"] = sum(line["count"] for line in admission.recommended(plan.county))
                yield self.text("delivery", f"data/deliveries/{season.year}/{plan.county.record}.yml", record)

    def _assessed(
        self, season: Season, desk: Desk, sites: list[Site], results: dict[str, Results]
    ) -> Iterator[File]:
        """Sites' deliveries and deliverables."""
        for site in sites:
            path = f"data/deliveries/{season.year}/assessment/{site.base}.yml"
            yield self.text("assessment-delivery", path, after.delivery_record(season, site, results))
            path = f"data/assessments/{season.year}/{site.folder}/deliverables.yml"
            lines = after.deliverables(season, site, late=site is sites[0])
            versions = {}
            for when in after.hand_in_days(site, lines):
                record = after.deliverables_record(season, site, lines, when)
                versions[when] = record, self.text("deliverables", path, record)[1]
            due = {sitting.id: after.due_day(season, sitting) for sitting in site.sittings}
            hand_in.deliverables(desk, site, versions, due)
            yield path, versions[max(versions)][1]

    def _certificates(self, season: Season, results: Mapping[str, Results]) -> Iterator[File]:
        """Statistics, roster, archive and commendations."""
        year = season.year
        statistics = {"year": year, "classes": [result.statistics for result in results.values()]}
        yield self.text("statistics", f"data/statistics/{year}.yml", statistics)
        passes = list(joined(*(result.passes for result in results.values())))
        issued, holders = roster.issue(season, passes, self.key)
        record = issued.record(self.memory.roster_head)
        self.memory.roster_head = record["events"][-1]["hash"]
        yield self.text("roster", f"data/rosters/{year}.yml", record)
        points = clones.yearly(season.province, "points", self.settings.first, year)
        archives = archive.records(season, [*self.memory.holders, *holders], points)
        for prefecture, own in archives.items():
            yield self.text("archive", f"data/archive/{year}/{prefecture}.yml", own)
        commended = archive.commendations(season, holders, archives)
        yield self.text("commendation", f"data/commendations/{year}.yml", commended)
        kept = REMEMBERED * self.settings.scale
        self.memory.holders = season.rng("remembered").some([*self.memory.holders, *holders], kept)

    def _reports(
        self,
        season: Season,
        desk: Desk,
        sites: list[Site],
        results: Mapping[str, Results],
        delivered: Mapping[str, Record],
    ) -> Iterator[File]:
        order = self.schemas.order(self.schemas.kinds["report"])
        yield reports.research(season, order, sites, results)
        summaries = reports.summaries(season, order, delivered)
        hand_in.summaries(desk, summaries)
        yield from ((path, raw) for path, (_, raw) in summaries.items())

    def _remember(self, delivered: Mapping[str, Record], register_head: str) -> None:
        self.memory.register_head = register_head
        self.memory.held = {code: deliveries.held(record) for code, record in delivered.items()}


def _late(settings: Settings, year: int) -> Iterator[str]:
    """The counties whose plans come in April."""
    rng, province = stream(settings.seed, year, "late"), settings.province
    several = [slug for slug in province.prefectures if len(province.in_prefecture(slug)) > LATE_EACH]
    for slug in rng.some(several, LATE_PREFECTURES):
        counties = [county.code for county in province.in_prefecture(slug) if not county.zone]
        yield from rng.some(counties, LATE_EACH)
