"""Which pages there are. The order of PAGES is the order of the navigation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from generator.derive.families import families
from generator.derive.filings import latest
from generator.derive.plans import ClusterPlans, clusters
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

    @classmethod
    def of(cls, repo: Repo, schemas: Schemas) -> Views:
        """The views of the dataset's year. `repo` holds public fields only."""
        return cls(repo=repo, schemas=schemas, clusters=clusters(repo, repo.dataset.year))


@dataclass(frozen=True, kw_only=True)
class Section:
    """One entry of the navigation: its title, its first page, and the maker of all its pages."""

    title: str
    path: str
    pages: Callable[[Views], Iterator[Page]]


def pages(views: Views) -> Iterator[Page]:
    """Every page of the site; each knows its section and the facts all pages may state."""
    common = {"year": views.repo.dataset.year, "as_of": views.repo.as_of}
    for section in PAGES:
        for page in section.pages(views):
            inside = page.path != section.path
            yield replace(page, context={**common, **page.context}, section=section.title, inside=inside)


def _home(views: Views) -> Iterator[Page]:
    repo, year = views.repo, views.repo.dataset.year
    yield Page(
        path="index.md",
        template="home.md.j2",
        context={
            "programme": repo.programmes[year],
            "targets": targets(repo, year),
            "clusters": views.clusters,
            "filings": latest(repo, views.schemas, year, LATEST),
        },
    )


def _plans(views: Views) -> Iterator[Page]:
    deadline = views.repo.programmes[views.repo.dataset.year].preparatory.filing_deadline.value
    shared = {"clusters": views.clusters, "deadline": deadline}
    yield Page(path="plans/index.md", template="plans.md.j2", context=shared)
    for cluster in views.clusters:
        for prefecture in cluster.prefectures:
            yield Page(
                path=f"plans/{prefecture.slug}.md",
                template="prefecture.md.j2",
                context={**shared, "cluster": cluster, "prefecture": prefecture},
            )


def _rules(views: Views) -> Iterator[Page]:
    found = families(RULES, views.repo.clause_numbering)
    yield Page(path="rules.md", template="rules.md.j2", context={"families": found})


def _about(views: Views) -> Iterator[Page]:
    repo = views.repo
    context = {"demo": repo.dataset.kind == "demo", "programme": repo.programmes[repo.dataset.year]}
    yield Page(path="about.md", template="about.md.j2", context=context)


PAGES = (
    Section(title="首页", path="index.md", pages=_home),
    Section(title="培训计划", path="plans/index.md", pages=_plans),
    Section(title="规则", path="rules.md", pages=_rules),
    Section(title="关于", path="about.md", pages=_about),
)
