"""The pool of instructors and, year by year, whom the province designates, lists as experts and dispatches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from generator.demo.chance import Chance, stream
from generator.demo.names import teacher
from generator.demo.province import AREA_CODES, Record
from generator.demo.season import Season, Settings

NINE = tuple([f"zhi-{number}" for number in range(1, 5)] + [f"hui-{number}" for number in range(1, 6)])
PRACTICAL = ("shi-1", "shi-2")
TITLES = {"senior": 20, "associate": 40, "intermediate": 30, "other": 9, "academician": 1}
BASE_UNITS = ("示例大学知识产权学院", "示例大学法学院", "示例理工学院图书馆", "示例科技大学技术转移中心")
LOCAL_UNITS = (
    "示例知识产权保护中心",
    "示例专利代理事务所",
    "示例知识产权服务有限公司",
    "示例律师事务所",
    "示例生产力促进中心",
)
BIOS = (
    "",
    "",
    "从事专利检索与分析教学",
    "长期办理企业知识产权维权事务",
    "参与过多项专利导航项目",
    "讲授企业知识产权管理规范",
    "从事专利撰写与审查意见答复",
)
MANY, SOME = 10, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Instructor:
    """One instructor of the pool."""

    record: Record
    owner: str
    modules: frozenset[str]
    first: date
    last: date

    @property
    def id(self) -> str:
        """Owner and slug."""
        return str(self.record["id"])

    def serves(self, when: date) -> bool:
        """Whether the term covers the day."""
        return self.first <= when <= self.last


@dataclass(slots=True, kw_only=True)
class Staff:
    """The pool, which outlives a year."""

    settings: Settings
    everyone: list[Instructor] = field(default_factory=list)

    @classmethod
    def hire(cls, settings: Settings) -> Staff:
        """The pool of a run: some from every prefecture, more from every base."""
        staff = cls(settings=settings)
        taken: set[str] = set()
        for owner, count in _owners(settings):
            rng = stream(settings.seed, "instructors", owner)
            staff.everyone.extend(_team(rng, settings, owner, count, taken))
        return staff

    def owned(self, *owners: str) -> list[Instructor]:
        """The instructors of some owners."""
        return [each for each in self.everyone if each.owner in owners]

    def records(self) -> Iterator[tuple[str, Record]]:
        """The instructors' files."""
        for each in self.everyone:
            yield f"data/instructors/{each.id}.yml", each.record


def _owners(settings: Settings) -> Iterator[tuple[str, int]]:
    province = settings.province
    for slug in province.prefectures:
        counties = len(province.in_prefecture(slug))
        yield slug, (4 if counties >= MANY else 3 if counties >= SOME else 2) * settings.scale
    for slug in province.bases:
        yield f"base-{slug}", 4 * settings.scale


def _team(rng: Chance, settings: Settings, owner: str, count: int, taken: set[str]) -> Iterator[Instructor]:
    """An owner's instructors; their modules are dealt round so that together they cover as many as they can."""
    deck = list(NINE)
    rng.shuffle(deck)
    for number in range(count):
        width = 4 if owner.startswith("base-") else 3
        modules = {deck[(number * width + offset) % len(deck)] for offset in range(width)}
        if number % 2 == 0:
            modules |= {"shi-1", "shi-2"} if rng.percent(60) else {rng.choice(PRACTICAL)}
        yield _instructor(rng, settings, owner, frozenset(modules), taken)


def _instructor(
    rng: Chance, settings: Settings, owner: str, modules: frozenset[str], taken: set[str]
) -> Instructor:
    name = teacher(rng)
    while name.text in taken or f"{owner}/{name.slug}" in taken:
        name = teacher(rng)
    identity = f"{owner}/{name.slug}"
    taken |= {name.text, identity}
    first, last = _term(rng, settings, practical=not modules.isdisjoint(PRACTICAL))
    record = {
        "id": identity,
        "name": name.text,
        "title": rng.weighted(TITLES),
        "unit": _unit(rng, settings, owner),
        "modules": [module for module in (*NINE, *PRACTICAL) if module in modules],
        "term": {"from": str(first), "to": str(last)},
        "consent": _consent(rng, settings.first),
        "bio": rng.choice(BIOS),
        "contact": {
            "office": rng.choice(("教务办", "办公室", "培训部")),
            "landline": _landline(settings, owner),
        },
    }
    return Instructor(record=record, owner=owner, modules=modules, first=first, last=last)


def _term(rng: Chance, settings: Settings, *, practical: bool) -> tuple[date, date]:
    """Most serve from March to the end of the run; a few leave early or come late."""
    first, last = date(settings.first, 3, 1), date(max(settings.last, settings.first + 2), 12, 31)
    draw = rng.randrange(100)
    if draw < 5 and not practical:
        return first, date(settings.first, 9, 30)
    if draw < 12:
        return date(settings.first, 6, 1), last
    return first, last


def _consent(rng: Chance, year: int) -> Record:
    if rng.percent(6):
        return {"publication": False}
    return {"publication": True, "date": str(date(year, 2, rng.randint(7, 25)))}


def _seat(settings: Settings, owner: str) -> str:
    if owner.startswith("base-"):
        return str(settings.province.bases[owner.removeprefix("base-")]["seat"])
    return owner


def _unit(rng: Chance, settings: Settings, owner: str) -> str:
    if owner.startswith("base-"):
        return rng.choice(BASE_UNITS)
    return settings.province.short(owner) + rng.choice(LOCAL_UNITS)


def _landline(settings: Settings, owner: str) -> str:
    return AREA_CODES[_seat(settings, owner)]


@dataclass(slots=True, kw_only=True)
class Term:
    """Who may do what on a day: designations and dispatches of one year."""

    season: Season
    practical: dict[str, tuple[date, date]]
    experts: list[Instructor]
    dispatches: dict[str, list[Instructor]]

    def may_practise(self, each: Instructor, when: date) -> bool:
        """Whether the province has designated the instructor for practical courses that day."""
        first, last = self.practical.get(each.id, (date.max, date.min))
        return first <= when <= last

    def record(self, confirmed: dict[str, date]) -> Record:
        """The year's designation record; confirmations are those of the assessment classes' instructors."""
        year = self.season.year
        all_year = {"from": f"{year}-03-15", "until": f"{year}-12-31"}
        return {
            "year": year,
            "practical": [
                {"instructor": identity, "by": "hubei-ipo", "from": str(first), "until": str(last)}
                for identity, (first, last) in self.practical.items()
            ],
            "experts": [{"instructor": each.id, **all_year} for each in self.experts],
            "dispatches": [
                {"instructor": each.id, "prefecture": prefecture, **all_year}
                for prefecture, sent in self.dispatches.items()
                for each in sent
            ],
            "confirmations": [
                {"instructor": identity, "by": "hubei-ipo", "date": str(when)}
                for identity, when in sorted(confirmed.items())
            ],
        }


def appoint(season: Season, staff: Staff) -> Term:
    """The province's choices of a year."""
    rng = season.rng("designations")
    practical = {}
    for each in staff.everyone:
        if each.modules.isdisjoint(PRACTICAL):
            continue
        last = season.on(9, 30) if rng.percent(7) else season.on(12, 31)
        practical[each.id] = (season.on(4, 1), last)
    stay = [
        each
        for each in staff.owned(*_bases(season))
        if each.serves(season.on(12, 31)) and each.first < season.on(4, 1)
    ]
    experts = sorted(rng.sample(stay, min(len(stay), 14 * season.scale)), key=lambda each: each.id)
    return Term(
        season=season, practical=practical, experts=experts, dispatches=_dispatch(rng, season, experts)
    )


def _bases(season: Season) -> list[str]:
    return [f"base-{slug}" for slug in season.province.bases]


def _dispatch(rng: Chance, season: Season, experts: list[Instructor]) -> dict[str, list[Instructor]]:
    """Experts to every prefecture without a confirmed base, more where there are more counties."""
    without = [slug for slug in season.province.prefectures if not season.province.has_base(slug)]
    return {
        slug: rng.some(experts, (2 + len(season.province.in_prefecture(slug)) // 3) * season.scale)
        for slug in without
    }
