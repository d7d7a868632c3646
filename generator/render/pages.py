"""Which pages there are. The order of PAGES is the order of the navigation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from generator.derive.counties import Counties
from generator.derive.courses import courses
from generator.derive.duties import Agenda, Duties, State
from generator.derive.families import families
from generator.derive.fields import reference
from generator.derive.filings import Register
from generator.derive.guide import guide
from generator.derive.history import History, Versions
from generator.derive.plans import ClusterPlans, clusters, standings
from generator.derive.pool import Pool
from generator.derive.pulls import Pull, owners
from generator.derive.roster import rosters
from generator.derive.targets import targets
from generator.model import Repo
from generator.render.page import Page
from generator.rules import RULES
from generator.schema import Schemas

LATEST = 10


@dataclass(frozen=True, kw_only=True)
class Views:
    """What pages are made from: public records, their schemas, and the views more than one page shows."""

    repo: Repo
    schemas: Schemas
    clusters: tuple[ClusterPlans, ...]
    pulls: tuple[Pull, ...] = ()
    versions: Versions = field(default_factory=dict)

    @classmethod
    def of(
        cls, repo: Repo, schemas: Schemas, pulls: tuple[Pull, ...] = (), versions: Versions | None = None
    ) -> Views:
        """The views of the dataset's year. `repo` holds public fields only, `pulls` the open pull requests,
        `versions` what amended records were at their merges.
        """
        made = clusters(repo, repo.dataset.year)
        return cls(repo=repo, schemas=schemas, clusters=made, pulls=pulls, versions=versions or {})

    @property
    def year(self) -> int:
        """The year whose pages stand at the short addresses."""
        return self.repo.dataset.year

    @cached_property
    def register(self) -> Register:
        """The registers, indexed."""
        return Register(self.repo, self.schemas)

    @cached_property
    def history(self) -> History:
        """What amendments changed."""
        return History(self.repo, self.schemas, self.register, self.versions)

    @cached_property
    def duties(self) -> tuple[Duties, ...]:
        """What every filer has to file in the dataset's year, as far as the public may know."""
        agenda = Agenda(self.repo, self.schemas, self.year)
        return tuple(agenda.of(owner).public for owner in agenda.owners)

    @cached_property
    def plan_years(self) -> tuple[int, ...]:
        """The dataset's year, then every other year that has plans, the latest first."""
        return self._years({plan.year for plan in self.repo.plans})

    @cached_property
    def course_years(self) -> tuple[int, ...]:
        """The dataset's year, then every other year that has a curriculum, the latest first."""
        return self._years(set(self.repo.curricula))

    @cached_property
    def filing_years(self) -> tuple[int, ...]:
        """The dataset's year, then every other year that has a register, the latest first."""
        return self._years(set(self.register.years))

    def _years(self, found: set[int]) -> tuple[int, ...]:
        return (self.year, *sorted(found - {self.year}, reverse=True))

    def folder(self, year: int) -> str:
        """Where a year's pages lie in their section: the dataset's year has the short address."""
        return "" if year == self.year else f"{year}/"


@dataclass(frozen=True, kw_only=True)
class Section:
    """One entry of the navigation: its title, its first page, and the maker of all its pages."""

    title: str
    path: str
    pages: Callable[[Views], Iterator[Page]]


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherYear:
    """A way to the same page of another year; `folder` is below the section's."""

    year: int
    folder: str


def pages(views: Views) -> Iterator[Page]:
    """Every page of the site; each knows its section and the facts all pages may state."""
    common = {"year": views.year, "as_of": views.repo.as_of, "others": (), "folder": ""}
    for section in PAGES:
        for page in section.pages(views):
            inside = page.path != section.path
            yield replace(page, context={**common, **page.context}, section=section.title, inside=inside)


def _of_year(views: Views, year: int, years: tuple[int, ...]) -> dict[str, Any]:
    """What a page of one year among several is given."""
    return {
        "year": year,
        "folder": views.folder(year),
        "others": tuple(OtherYear(year=one, folder=views.folder(one)) for one in years if one != year),
    }


def _home(views: Views) -> Iterator[Page]:
    repo, year = views.repo, views.year
    yield Page(
        path="index.md",
        template="home.md.j2",
        context={
            "programme": repo.programmes[year],
            "targets": targets(repo, year),
            "clusters": views.clusters,
            "standings": standings(views.clusters),
            "filings": views.register.of_year(year)[:LATEST],
        },
    )


def _plans(views: Views) -> Iterator[Page]:
    for year in views.plan_years:
        found = views.clusters if year == views.year else clusters(views.repo, year)
        shared = {
            **_of_year(views, year, views.plan_years),
            "clusters": found,
            "deadline": views.repo.programmes[year].preparatory.filing_deadline.value,
            "course_folder": views.folder(year),
        }
        root = f"plans/{views.folder(year)}"
        yield Page(path=f"{root}index.md", template="plans.md.j2", context=shared)
        counties = Counties(views.repo, views.schemas, views.register, year, views.history)
        for cluster in found:
            for prefecture in cluster.prefectures:
                context = {**shared, "cluster": cluster, "prefecture": prefecture}
                if not prefecture.alone:
                    path = f"{root}{prefecture.slug}.md"
                    yield Page(path=path, template="prefecture.md.j2", context=context)
                for county in prefecture.counties:
                    yield Page(
                        path=f"{root}{county.slug}.md",
                        template="county.md.j2",
                        context={**context, "page": counties.year(county), "county": county},
                    )


def _courses(views: Views) -> Iterator[Page]:
    for year in views.course_years:
        groups = courses(views.repo, views.schemas, year)
        shared = {
            **_of_year(views, year, views.course_years),
            "groups": groups,
            "required": views.repo.programmes[year].assessment.required_hours.value,
        }
        root = f"courses/{views.folder(year)}"
        yield Page(path=f"{root}index.md", template="courses.md.j2", context=shared)
        for group in groups:
            for course in group.courses:
                context = {**shared, "group": group, "course": course}
                yield Page(path=f"{root}{course.id}.md", template="course.md.j2", context=context)


def _instructors(views: Views) -> Iterator[Page]:
    pool = Pool(views.repo, views.schemas, views.year)
    yield Page(path="instructors/index.md", template="instructors.md.j2", context={"pool": pool})
    for shelf in pool.by_prefecture:
        yield Page(
            path=f"instructors/{shelf.id}.md", template="pool.md.j2", context={"shelf": shelf, "place": True}
        )
    for shelf in pool.by_module:
        yield Page(
            path=f"instructors/{shelf.id}.md", template="pool.md.j2", context={"shelf": shelf, "place": False}
        )


def _roster(views: Views) -> Iterator[Page]:
    found = rosters(views.repo)
    masked = views.repo.dataset.display_name == "masked"
    shared = {"rosters": found, "masked": masked}
    yield Page(path="roster/index.md", template="rosters.md.j2", context=shared)
    for roster in found:
        yield Page(
            path=f"roster/{roster.year}.md",
            template="roster.md.j2",
            context={**shared, "year": roster.year, "roster": roster},
            part="roster-rows.html.j2",
        )


def _filings(views: Views) -> Iterator[Page]:
    for year in views.filing_years:
        yield Page(
            path=f"filings/{year}.md" if year != views.year else "filings/index.md",
            template="filings.md.j2",
            context={
                **_of_year(views, year, views.filing_years),
                "filings": views.register.of_year(year),
                "head": views.register.head(year),
                "addresses": {one: views.folder(one) for one in views.plan_years},
            },
        )
    yield from _duties(views)


def _guide(views: Views) -> Iterator[Page]:
    """How to file, and below it the reference of the fields."""
    found = guide(views.repo, views.schemas, views.year, RULES)
    context = {"guide": found, "programme": views.repo.programmes[views.year]}
    yield Page(path="how-to-file.md", template="how-to-file.md.j2", context=context)
    yield from _fields(views)


def _duties(views: Views) -> Iterator[Page]:
    """我局待办: reached from the plans and from the register, not from the top of every page."""
    pulls = [(pull, owners(pull, views.repo, views.schemas)) for pull in views.pulls]
    shared = {"states": State, "all_duties": views.duties, "folder": "", "others": ()}
    yield Page(path="duties/index.md", template="duties.md.j2", context=shared)
    for duties in views.duties:
        own = tuple(pull for pull, whose in pulls if duties.owner in whose)
        context = {**shared, "duties": duties, "pulls": own}
        yield Page(path=f"duties/{duties.owner}.md", template="duty.md.j2", context=context)


def _rules(views: Views) -> Iterator[Page]:
    found = families(RULES, views.repo.clause_numbering)
    yield Page(path="rules.md", template="rules.md.j2", context={"families": found})


def _fields(views: Views) -> Iterator[Page]:
    kinds = reference(views.schemas)
    yield Page(path="fields/index.md", template="fields.md.j2", context={"kinds": kinds})
    for kind in kinds:
        yield Page(path=f"fields/{kind.name}.md", template="kind.md.j2", context={"kind": kind})


def _about(views: Views) -> Iterator[Page]:
    repo = views.repo
    context = {"demo": repo.dataset.kind == "demo", "programme": repo.programmes[repo.dataset.year]}
    yield Page(path="about.md", template="about.md.j2", context=context)


PAGES = (
    Section(title="首页", path="index.md", pages=_home),
    Section(title="培训计划", path="plans/index.md", pages=_plans),
    Section(title="课程", path="courses/index.md", pages=_courses),
    Section(title="师资库", path="instructors/index.md", pages=_instructors),
    Section(title="专员名册", path="roster/index.md", pages=_roster),
    Section(title="备案登记", path="filings/index.md", pages=_filings),
    Section(title="填报指南", path="how-to-file.md", pages=_guide),
    Section(title="规则", path="rules.md", pages=_rules),
    Section(title="关于", path="about.md", pages=_about),
)
