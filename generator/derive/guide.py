"""What a clerk needs to file: which file, by when, and the mistakes most often made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from generator.derive.families import Explained, families
from generator.derive.fields import worded
from generator.model import Repo
from generator.model.programme import Programme
from generator.rules import Rule
from generator.rules.due import assessment_due, plan_due, summary_due
from generator.schema import Schemas

# Errors a first plan most often has, the plainest first; each is told by the rule's own examples.
MISTAKES = (
    "FI002", "FI013", "FI015", "SC001", "RE005", "PL005", "PL006", "PL016", "PL018", "PI002",
)  # fmt: skip
# The name of a bureau's summary of the year, as 我局待办 expects it.
SUMMARY = "summary"


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One kind of record: the file it is written to, and its last day in time or, without one, when in words."""

    name: str
    kind: str
    path: str
    day: date | None = None
    when: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A unit that files a plan: its name and code, and the file of its plan."""

    name: str
    code: str
    path: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Units:
    """The units of one prefecture in the order of their codes, a zone last."""

    name: str
    slug: str
    units: tuple[Unit, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Guide:
    """Everything of the guide that records, schemas or rules know."""

    bureau: tuple[Item, ...]
    others: tuple[Item, ...]
    prefectures: tuple[Units, ...]
    mistakes: tuple[Explained, ...]


def guide(repo: Repo, schemas: Schemas, year: int, rules: Mapping[str, Rule]) -> Guide:
    """The guide of a year. Raises KeyError for a year without a programme."""
    explained = {
        rule.code: rule for family in families(rules, repo.clause_numbering) for rule in family.rules
    }
    programme = repo.programmes[year]
    return Guide(
        bureau=tuple(_bureau(programme, schemas, year)),
        others=tuple(_others(programme, schemas, year)),
        prefectures=tuple(_prefectures(repo, year)),
        mistakes=tuple(explained[code] for code in MISTAKES),
    )


def _bureau(programme: Programme, schemas: Schemas, year: int) -> Iterator[Item]:
    """What a bureau files, in the order of its year (3.1.7(2), 4.5.c)."""
    yield _item(schemas, "plan", "县（市、区）年度培训计划，一县一份", year, day=plan_due(programme))
    yield _item(schemas, "instructor", "本市州师资，一人一份", year, when="讲第一课以前")
    yield _item(schemas, "recommendation", "推荐考核名额，只报人数", year, when="按省局通知")
    yield _item(schemas, "delivery", "实施情况，一县一份", year, when="每期班结束以后")
    yield _item(schemas, "report", "班次落实情况总结", year, day=summary_due(programme))


def _others(programme: Programme, schemas: Schemas, year: int) -> Iterator[Item]:
    """What the working group and the bases file (3.2.6)."""
    assessment = programme.assessment
    days, months = assessment.instructor_list_days.value, assessment.deliverable_months.value
    yield _item(schemas, "assessment", "工作组：考核方案，一个考点一份", year, day=assessment_due(programme))
    yield _item(schemas, "instructor-list", "工作组：考核师资名单", year, when=f"开班 {days} 天以前")
    yield _item(schemas, "deliverables", "工作组：考核总结材料", year, when=f"结班后 {months} 个月以内")
    yield _item(schemas, "assessment-delivery", "基地：考核班实施情况", year, when="每期班结束以后")


def _item(
    schemas: Schemas, kind: str, name: str, year: int, *, day: date | None = None, when: str = ""
) -> Item:
    known = {"year": str(year), "owner": "市州"} | ({"slug": SUMMARY} if kind == "report" else {})
    path = worded(schemas.kinds[kind].template, **known)
    return Item(name=name, kind=kind, path=path, day=day, when=when)


def _prefectures(repo: Repo, year: int) -> Iterator[Units]:
    for prefecture in repo.regions.prefectures:
        units = tuple(
            Unit(
                name=place.name,
                code=place.code,
                path=f"data/plans/{year}/{prefecture.slug}/{place.pinyin}.yml",
            )
            for place in repo.places.values()
            if place.prefecture == prefecture.slug
        )
        if units:
            yield Units(name=prefecture.name, slug=prefecture.slug, units=units)
