"""Plans by cluster, prefecture and county: what is planned, and how it was filed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cached_property

from generator.derive.filings import day
from generator.model import Line, Repo
from generator.model.places import Place, Prefecture
from generator.model.programme import Site
from generator.model.training import Plan, PlannedClass


class Status(Enum):
    """How a county's plan stands; the word is what people read, the name is its mark."""

    FILED = "已备案"
    LATE = "迟报备案"
    CHANGED = "有改动，待备案"
    WAITING = "已提交，待备案"
    NONE = "未报计划"

    @property
    def mark(self) -> str:
        """The name styles give it."""
        return self.name.lower()


@dataclass(frozen=True, kw_only=True, slots=True)
class Filing:
    """A plan's first filing, from which lateness counts, and how often it was amended since."""

    no: str
    submitted: date
    filed: date
    due: date | None
    late_days: int
    amendments: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassRow:
    """One planned class; `hours` in 学时, `people` planned."""

    title: str
    start: date
    end: date
    venue: str
    people: int
    hours: int
    practical: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class CountyPlan:
    """One unit that files and its plan of the year; without a plan `classes` is empty and `budget` 0 (yuan).

    `slug` is the unit's public address, `trained` the people of its classes as delivered.
    """

    code: str
    name: str
    slug: str
    anchor: str
    zone: bool
    status: Status
    filing: Filing | None
    guides: tuple[str, ...]
    hosts: tuple[str, ...]
    undertaker: str
    classes: tuple[ClassRow, ...]
    budget: int
    trained: int
    remark: str

    @property
    def people(self) -> int:
        """Planned people of the year."""
        return sum(planned.people for planned in self.classes)

    @property
    def first(self) -> date | None:
        """The first day of the first class."""
        return min((planned.start for planned in self.classes), default=None)

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan at all."""
        return self.status is not Status.NONE


class Counts:
    """Sums over counties; `units` are the county-level units, zones apart."""

    counties: tuple[CountyPlan, ...]

    @cached_property
    def units(self) -> int:
        """County-level units."""
        return sum(not county.zone for county in self.counties)

    @cached_property
    def zones(self) -> int:
        """Zones that file a plan of their own."""
        return sum(county.zone for county in self.counties)

    @cached_property
    def planned(self) -> int:
        """Units with a plan, zones apart."""
        return sum(county.has_plan and not county.zone for county in self.counties)

    @cached_property
    def late(self) -> int:
        """Units, zones among them, whose plan was filed late."""
        return sum(county.filing is not None and county.filing.late_days > 0 for county in self.counties)

    @cached_property
    def classes(self) -> int:
        """Planned classes."""
        return sum(len(county.classes) for county in self.counties)

    @cached_property
    def people(self) -> int:
        """Planned people."""
        return sum(county.people for county in self.counties)

    @cached_property
    def trained(self) -> int:
        """People of the classes as delivered."""
        return sum(county.trained for county in self.counties)


@dataclass(frozen=True, kw_only=True)
class PrefecturePlans(Counts):
    """A prefecture's units, in the order of their codes, an active zone last."""

    name: str
    short: str
    slug: str
    counties: tuple[CountyPlan, ...]

    @property
    def alone(self) -> bool:
        """Whether the prefecture is itself a county-level unit: that unit's page is the prefecture's."""
        return any(county.slug == self.slug for county in self.counties)


@dataclass(frozen=True, kw_only=True)
class ClusterPlans(Counts):
    """A city cluster of the year with its place of assessment (2.2.2.a)."""

    name: str
    slug: str
    site: str
    prefectures: tuple[PrefecturePlans, ...]

    @cached_property
    def counties(self) -> tuple[CountyPlan, ...]:  # type: ignore[override]
        """The units of all its prefectures."""
        return tuple(county for prefecture in self.prefectures for county in prefecture.counties)


def clusters(repo: Repo, year: int) -> tuple[ClusterPlans, ...]:
    """The year's plans, by cluster and prefecture in the programme's order."""
    programme = repo.programmes[year]
    by_slug = {prefecture.slug: prefecture for prefecture in repo.regions.prefectures}
    sites = {site.code: _site(site, repo) for site in programme.sites}
    made = _Plans(repo, year)
    return tuple(
        ClusterPlans(
            name=cluster.name,
            slug=cluster.slug,
            site=sites.get(cluster.site, ""),
            prefectures=tuple(
                made.prefecture(by_slug[slug]) for slug in cluster.prefectures if slug in by_slug
            ),
        )
        for cluster in programme.clusters
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How many units, zones among them, stand at one status."""

    status: Status
    count: int


def standings(clusters: Iterable[ClusterPlans]) -> tuple[Standing, ...]:
    """The statuses there are, in their order, each with its units."""
    found = Counter(county.status for cluster in clusters for county in cluster.counties)
    return tuple(Standing(status=status, count=found[status]) for status in Status if found[status])


def _site(site: Site, repo: Repo) -> str:
    """The place of assessment in words: the city and who runs it."""
    city = repo.prefectures.get(site.prefecture, site.prefecture)
    base = repo.bases.get(site.base)
    return f"{city}（{base.host}）" if base and base.host else city


class _Plans:
    def __init__(self, repo: Repo, year: int) -> None:
        self.repo = repo
        self.plans = {plan.county: plan for plan in repo.plans if plan.year == year}
        curriculum = repo.curricula.get(year)
        modules = curriculum.modules if curriculum else ()
        self.trained = {
            delivery.county: sum(held.people for held in delivery.classes)
            for delivery in repo.deliveries
            if delivery.year == year
        }
        self.practical = {module.id for module in modules if module.group == "shi"}
        self.amendments: dict[str, int] = {}
        for line in repo.filings.get(year, ()):
            self.amendments[line["record"]] = self.amendments.get(line["record"], -1) + 1

    def prefecture(self, prefecture: Prefecture) -> PrefecturePlans:
        places = [place for place in self.repo.places.values() if place.prefecture == prefecture.slug]
        return PrefecturePlans(
            name=prefecture.name,
            short=prefecture.short,
            slug=prefecture.slug,
            counties=tuple(self._county(place, self.plans.get(place.code)) for place in places),
        )

    def _county(self, place: Place, plan: Plan | None) -> CountyPlan:
        filing = self._filing(plan)
        return CountyPlan(
            code=place.code,
            name=place.name,
            slug=place.slug,
            anchor=place.pinyin,
            zone=place.zone,
            status=self._status(plan, filing),
            filing=filing,
            guides=self._names(plan.units.guides) if plan else (),
            hosts=self._names(plan.units.hosts) if plan else (),
            undertaker="".join(self._names([plan.units.undertaker])) if plan else "",
            classes=tuple(self._class(planned) for planned in plan.classes) if plan else (),
            budget=sum(source.amount for one in plan.classes for source in one.budget.sources) if plan else 0,
            trained=self.trained.get(place.code, 0),
            remark=plan.remark if plan else "",
        )

    def _class(self, planned: PlannedClass) -> ClassRow:
        return ClassRow(
            title=planned.title,
            start=planned.start,
            end=planned.end,
            venue=planned.venue.name,
            people=planned.trainees.total,
            hours=sum(session.hours for session in planned.sessions),
            practical=any(session.module in self.practical for session in planned.sessions),
        )

    def _names(self, ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.repo.organisations[one].name for one in ids if one in self.repo.organisations)

    def _filing(self, plan: Plan | None) -> Filing | None:
        line = self.repo.first_filings.get(plan.where.path) if plan else None
        if line is None:
            return None
        return Filing(
            no=line["no"],
            submitted=day(line["submitted"]),
            filed=day(line["filed"]),
            due=day(line["due"]) if line["due"] else None,
            late_days=line["late_days"],
            amendments=self.amendments.get(line["record"], 0),
        )

    def _status(self, plan: Plan | None, filing: Filing | None) -> Status:
        if plan is None:
            return Status.NONE
        if filing is None:
            return Status.WAITING
        if self._last(plan)["digest"] != self.repo.digests.get(plan.where.path):
            return Status.CHANGED
        return Status.LATE if filing.late_days else Status.FILED

    def _last(self, plan: Plan) -> Line:
        return self.repo.latest_filings[plan.where.path]
