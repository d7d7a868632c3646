"""The year's modules with what they rest on: resources and references by name."""

from __future__ import annotations

from dataclasses import dataclass

from generator.derive.titles import titles
from generator.model import Repo
from generator.model.places import Module, Reference, Resource
from generator.schema import Schemas

WEB = ("https://", "http://")


@dataclass(frozen=True, kw_only=True, slots=True)
class Online:
    """A system or course online; `url` is empty where none was found."""

    name: str
    kind: str
    operator: str
    url: str
    about: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Cited:
    """A law, standard or policy a module rests on."""

    title: str
    kind: str
    number: str
    issuer: str
    edition: str
    date: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """One module; `hours` of both tracks in 学时, `basis` the clause in the notice's numbering."""

    id: str
    title: str
    short: str
    basis: str
    objectives: tuple[str, ...]
    outline: tuple[str, ...]
    preparatory: int
    assessment: int
    assessed: tuple[str, ...]
    resources: tuple[Online, ...]
    references: tuple[Cited, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CourseGroup:
    """四知, 五会 or 实战课程."""

    id: str
    title: str
    courses: tuple[Course, ...]

    @property
    def preparatory(self) -> int:
        """学时 of the preparatory track."""
        return sum(course.preparatory for course in self.courses)

    @property
    def assessment(self) -> int:
        """学时 of the assessment track."""
        return sum(course.assessment for course in self.courses)


def courses(repo: Repo, schemas: Schemas, year: int) -> tuple[CourseGroup, ...]:
    """The curriculum by group, in its own order; empty where the year has none."""
    curriculum = repo.curricula.get(year)
    if curriculum is None:
        return ()
    shelf = _Shelf(repo, schemas)
    names = titles(schemas, "curriculum", "modules", 0, "group")
    found = {name: tuple(one for one in curriculum.modules if one.group == name) for name in names}
    return tuple(
        CourseGroup(id=group, title=names[group], courses=tuple(shelf.course(one) for one in modules))
        for group, modules in found.items()
        if modules
    )


class _Shelf:
    def __init__(self, repo: Repo, schemas: Schemas) -> None:
        self.repo = repo
        self.resources = {one.id: one for record in repo.of("resources") for one in record.resources}
        self.references = {one.id: one for record in repo.of("references") for one in record.references}
        self.kinds = titles(schemas, "resources", "resources", 0, "kind")
        self.laws = titles(schemas, "references", "references", 0, "kind")

    def course(self, module: Module) -> Course:
        return Course(
            id=module.id,
            title=module.title,
            short=module.short,
            basis=f"方案 {self.repo.clause_numbering.get(module.clause, module.clause)}",
            objectives=module.objectives,
            outline=module.outline,
            preparatory=module.hours.preparatory,
            assessment=module.hours.assessment,
            assessed=module.assessment,
            resources=tuple(
                self._online(self.resources[one]) for one in module.resources if one in self.resources
            ),
            references=tuple(
                self._cited(self.references[one]) for one in module.references if one in self.references
            ),
        )

    def _online(self, resource: Resource) -> Online:
        return Online(
            name=resource.name,
            kind=self.kinds.get(resource.kind, resource.kind),
            operator=resource.operator,
            url=resource.url if resource.url.startswith(WEB) else "",
            about=resource.about,
        )

    def _cited(self, reference: Reference) -> Cited:
        return Cited(
            title=reference.title,
            kind=self.laws.get(reference.kind, reference.kind),
            number=reference.number,
            issuer=reference.issuer,
            edition=reference.edition,
            date=reference.date,
        )
