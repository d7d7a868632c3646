"""One county's year: each class with its timetable and money, and what happened beside what was planned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from generator.derive.filings import Filed, Register
from generator.derive.history import Amendment, History
from generator.derive.plans import CountyPlan
from generator.derive.titles import titles
from generator.model import Repo
from generator.model.delivered import DeliveredClass, Delivery
from generator.model.people import Instructor
from generator.model.training import Budget, Plan, PlannedClass, Session
from generator.schema import Schemas

HALVES = ("am", "pm", "evening")


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """One lesson; `module` is its id, `instructor` empty where the person did not agree to be named."""

    module: str
    title: str
    hours: int
    instructor: str
    pool: str
    anchor: str
    online: bool
    joint: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TeachingDay:
    """A day's lessons by half: morning, afternoon, evening; a half without lessons is empty."""

    day: date
    halves: tuple[tuple[Lesson, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """One figure as planned and as it happened; None where the record does not say."""

    name: str
    unit: str
    planned: int | None
    actual: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Learned:
    """Means of the tests before and after, out of 100, over `people`."""

    people: int
    before: int
    after: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Applied:
    """Of `people` asked on a day, `applied` use what they learned."""

    day: date
    people: int
    applied: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassDetail:
    """One planned class with its timetable and money; `held` are the days it was held, if it was."""

    id: str
    title: str
    start: date
    end: date
    held: tuple[date, date] | None
    venue: str
    days: tuple[TeachingDay, ...]
    halves: tuple[str, ...]
    evaluator: str
    levels: tuple[str, ...]
    figures: tuple[Beside, ...]
    sources: tuple[Beside, ...]
    items: tuple[Beside, ...]
    learned: Learned | None
    applied: Applied | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
    """Why something differs from the plan or the rules."""

    about: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CountyYear:
    """Everything a county's page shows beyond its plan in short."""

    county: CountyPlan
    classes: tuple[ClassDetail, ...]
    delivered: bool
    explanations: tuple[Explained, ...]
    good_practice: str
    history: tuple[Filed, ...]
    amendments: Mapping[str, Amendment]


class Counties:
    """The county pages of one year; everything they look up is indexed once."""

    def __init__(
        self, repo: Repo, schemas: Schemas, register: Register, year: int, history: History | None = None
    ) -> None:
        self.repo = repo
        self.register = register
        self.history = history or History(repo, schemas, register, {})
        self.plans = {plan.county: plan for plan in repo.plans if plan.year == year}
        self.deliveries = {done.county: done for done in repo.deliveries if done.year == year}
        curriculum = repo.curricula.get(year)
        self.modules = {module.id: module for module in curriculum.modules} if curriculum else {}
        self.halves = titles(schemas, "plan", "classes", 0, "sessions", 0, "half")
        self.tags = _named(schemas, "plan", "classes", 0, "trainees", "tags")
        self.levels = titles(schemas, "plan", "classes", 0, "evaluation", "levels", 0)
        self.kinds = titles(schemas, "plan", "classes", 0, "budget", "sources", 0, "kind")
        self.categories = titles(schemas, "plan", "classes", 0, "budget", "items", 0, "category")
        self.about = titles(schemas, "delivery", "explanations", 0, "about")

    def year(self, county: CountyPlan) -> CountyYear:
        """The year of one county, with or without a plan."""
        plan, done = self.plans.get(county.code), self.deliveries.get(county.code)
        return CountyYear(
            county=county,
            classes=self._classes(plan, done),
            delivered=done is not None,
            explanations=tuple(
                Explained(about=self.about.get(one.about, one.about), text=one.text)
                for one in (done.explanations if done else ())
            ),
            good_practice=done.good_practice if done else "",
            history=self.register.of_record(plan.where.path) if plan else (),
            amendments=self.history.of(plan.where.path) if plan else {},
        )

    def _classes(self, plan: Plan | None, done: Delivery | None) -> tuple[ClassDetail, ...]:
        held = {one.id: one for one in done.classes} if done else {}
        return tuple(self._class(one, held.get(one.id)) for one in plan.classes) if plan else ()

    def _class(self, planned: PlannedClass, held: DeliveredClass | None) -> ClassDetail:
        evaluation = held.evaluation if held else None
        learning = evaluation.learning if evaluation else None
        behaviour = evaluation.behaviour if evaluation else None
        days = self._days(planned.sessions)
        evenings = any(day.halves[-1] for day in days)
        by = self.repo.organisations.get(planned.evaluation.by)
        return ClassDetail(
            id=planned.id,
            title=planned.title,
            start=planned.start,
            end=planned.end,
            held=(held.start, held.end) if held else None,
            venue=planned.venue.name,
            days=days,
            halves=tuple(self.halves.get(half, half) for half in (HALVES if evenings else HALVES[:-1])),
            evaluator=by.name if by else "",
            levels=tuple(self.levels.get(level, level) for level in planned.evaluation.levels),
            figures=self._figures(planned, held),
            sources=_money(self.kinds, _sources(planned.budget), _sources(held.spending) if held else None),
            items=_money(self.categories, _items(planned.budget), _items(held.spending) if held else None),
            learned=Learned(people=learning.n, before=learning.before, after=learning.after)
            if learning
            else None,
            applied=Applied(day=behaviour.day, people=behaviour.n, applied=behaviour.applied)
            if behaviour
            else None,
        )

    def _days(self, sessions: Iterable[Session]) -> tuple[TeachingDay, ...]:
        found: dict[date, dict[str, list[Lesson]]] = {}
        for session in sessions:
            found.setdefault(session.day, {}).setdefault(session.half, []).append(self._lesson(session))
        return tuple(
            TeachingDay(day=day, halves=tuple(tuple(found[day].get(half, ())) for half in HALVES))
            for day in sorted(found)
        )

    def _lesson(self, session: Session) -> Lesson:
        module = self.modules.get(session.module)
        person = self.repo.instructors.get(session.instructor)
        return Lesson(
            module=module.id if module else "",
            title=module.short if module else session.module,
            hours=session.hours,
            instructor=person.name if person else "",
            pool=prefecture_of(person, self.repo) if person else "",
            anchor=anchor(person) if person else "",
            online=session.mode == "online",
            joint=bool(session.joint),
        )

    def _figures(self, planned: PlannedClass, held: DeliveredClass | None) -> tuple[Beside, ...]:
        practical = sum(
            session.hours
            for session in planned.sessions
            if session.module in self.modules and self.modules[session.module].group == "shi"
        )
        hours = sum(session.hours for session in planned.sessions)
        tags = {**planned.trainees.tags, **(held.tags if held else {})}
        return (
            Beside(
                name="人数", unit="人", planned=planned.trainees.total, actual=held.people if held else None
            ),
            *(
                Beside(
                    name=f"其中{name}",
                    unit="人",
                    planned=planned.trainees.tags.get(tag, 0),
                    actual=held.tags.get(tag, 0) if held else None,
                )
                for tag, name in self.tags.items()
                if tags.get(tag)
            ),
            Beside(name="人次", unit="人次", planned=None, actual=held.person_times if held else None),
            Beside(name="学时", unit="学时", planned=hours, actual=held.hours.total if held else None),
            Beside(
                name="其中实战", unit="学时", planned=practical, actual=held.hours.practical if held else None
            ),
            Beside(
                name="向学员收取",
                unit="元",
                planned=planned.budget.charged_to_trainees,
                actual=held.spending.charged_to_trainees if held else None,
            ),
        )


def anchor(person: Instructor) -> str:
    """Where a person stands on the pool's page: ids are two slugs, and so is this."""
    return person.id.replace("/", "-")


def prefecture_of(person: Instructor, repo: Repo) -> str:
    """The prefecture that lists a person: the bureau's own, or the seat of the base."""
    owner = person.id.partition("/")[0]
    base = repo.bases.get(owner.removeprefix("base-")) if owner.startswith("base-") else None
    return base.seat if base else owner


def _named(schemas: Schemas, kind: str, *keys: str | int) -> dict[str, str]:
    node = schemas.at(schemas.kinds[kind], keys) or {}
    return {key: child["title"] for key, child in node.get("properties", {}).items()}


def _sources(budget: Budget) -> dict[str, int]:
    found: dict[str, int] = {}
    for source in budget.sources:
        found[source.kind] = found.get(source.kind, 0) + source.amount
    return found


def _items(budget: Budget) -> dict[str, int]:
    found: dict[str, int] = {}
    for item in budget.items:
        found[item.category] = found.get(item.category, 0) + item.amount
    return found


def _money(
    names: Mapping[str, str], planned: Mapping[str, int], spent: Mapping[str, int] | None
) -> tuple[Beside, ...]:
    """Rows in the schema's order, the sum last; yuan."""
    rows = [
        Beside(
            name=name,
            unit="元",
            planned=planned.get(key, 0),
            actual=None if spent is None else spent.get(key, 0),
        )
        for key, name in names.items()
        if key in planned or key in (spent or ())
    ]
    actual = None if spent is None else sum(spent.values())
    return (*rows, Beside(name="合计", unit="元", planned=sum(planned.values()), actual=actual))
