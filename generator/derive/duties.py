"""What a bureau, or the working group, has to file in a year: what is due, late, waiting and filed, and since when.

Works on the whole repo and on the public one. `Duty.public` says whether a public page may speak of it: that the
recommendations exist is known inside only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from generator.derive.duty import Duties, Duty, State
from generator.derive.filings import GROUP, day
from generator.derive.public import WITHHELD
from generator.model import Line, Repo
from generator.model.delivered import DeliveredClass
from generator.model.places import Place
from generator.model.programme import Site
from generator.model.training import AssessmentClass
from generator.rules.deadlines import DELIVERABLES
from generator.rules.due import assessment_due, deliverables_due, line_of, list_due, plan_due, summary_due
from generator.schema import Schemas

WITHDRAWN = "withdrawal"
ORDER = {state: index for index, state in enumerate(State)}
GROUP_NAME = "考核培训工作组"

__all__ = ["GROUP", "Agenda", "Duties", "Duty", "State", "duties"]


def duties(repo: Repo, schemas: Schemas, year: int, prefecture: str) -> Duties:
    """What the prefecture (its slug, or `group` for the working group and the sites) files in the year.

    Raises KeyError for a year without a programme or a prefecture that is not there.
    """
    return Agenda(repo, schemas, year).of(prefecture)


class Agenda:
    """All filers' duties of one year; what they look up is indexed once."""

    def __init__(self, repo: Repo, schemas: Schemas, year: int) -> None:
        self.repo = repo
        self.schemas = schemas
        self.year = year
        self.programme = repo.programmes[year]
        self.plans = {plan.county: plan for plan in repo.plans if plan.year == year}
        self.sites = {plan.base: plan for plan in repo.assessments if plan.year == year}
        self.lists = {one.base: one for one in repo.instructor_lists if one.year == year}
        self.papers = {one.base: one for one in repo.of("deliverables") if one.year == year}
        self.held = {done.base: done.classes for done in repo.assessment_deliveries if done.year == year}
        self.summaries = {
            report.owner: report.where.path
            for report in repo.of("report")
            if report.year == year and report.kind == "summary"
        }

    @property
    def owners(self) -> tuple[str, ...]:
        """Everybody who files: the prefectures in their order, then the working group."""
        return (*self.repo.prefectures, GROUP)

    def of(self, owner: str) -> Duties:
        """The duties of a prefecture, by its slug, or of the group."""
        found = self._group() if owner == GROUP else self._prefecture(owner)
        return Duties(
            year=self.year,
            owner=owner,
            name=self._name(owner),
            as_of=self.repo.as_of,
            all=tuple(sorted(found, key=_order)),
        )

    def _name(self, owner: str) -> str:
        if owner != GROUP:
            return self.repo.prefectures[owner]
        units = self.repo.organisations.values()
        return next((unit.name for unit in units if unit.role == GROUP), GROUP_NAME)

    def _prefecture(self, slug: str) -> Iterator[Duty]:
        name = self.repo.prefectures[slug]
        for place in self.repo.places.values():
            if place.prefecture == slug:
                yield from self._county(place)
        reports = f"data/reports/{self.year}/{slug}/"
        unread = min((path for path in self.repo.unread if path.startswith(reports)), default="")
        path = self.summaries.get(slug) or unread or f"{reports}summary.md"
        due = summary_due(self.programme)
        yield self._registered(self._bare("summary", f"{name}班次落实情况总结", path, "4.5.c", due=due))
        path = f"data/recommendations/{self.year}/{slug}.yml"
        yield self._plain(self._bare("recommendation", f"{name}推荐名额", path, "2.2.1.c"))

    def _county(self, place: Place) -> Iterator[Duty]:
        """The plan and what became of it."""
        file = f"{self.year}/{place.prefecture}/{place.pinyin}.yml"
        plan, due = self.plans.get(place.code), plan_due(self.programme)
        title, path = f"{place.name}培训计划", f"data/plans/{file}"
        yield self._registered(self._bare("plan", title, path, "3.1.7(2)", due=due, place=place))
        waits = self._waits(plan.classes, "培训班还没有办完") if plan else "还没有培训计划"
        title, path = f"{place.name}实施情况", f"data/deliveries/{file}"
        yield self._plain(self._bare("delivery", title, path, "4.5.c", place=place), waits)

    def _group(self) -> Iterator[Duty]:
        for site in self.programme.sites:
            yield from self._site(site)

    def _site(self, site: Site) -> Iterator[Duty]:
        name = f"{self.repo.prefectures.get(site.prefecture, site.prefecture)}考点"
        folder = f"data/assessments/{self.year}/{site.base}"
        plan, due = self.sites.get(site.base), assessment_due(self.programme)
        title = f"{name}考核方案"
        yield self._registered(self._bare("assessment", title, f"{folder}/plan.yml", "3.2.6(2)", due=due))
        held = {one.id: one for one in self.held.get(site.base, ())}
        for one in plan.classes if plan else ():
            yield self._list(site.base, one, f"{folder}/instructors.yml")
            yield self._papers(site.base, one, held, f"{folder}/deliverables.yml")
        waits = self._waits(plan.classes, "考核班还没有办完") if plan else "还没有考核方案"
        path = f"data/deliveries/{self.year}/assessment/{site.base}.yml"
        yield self._plain(self._bare("delivery", f"{name}考核班实施情况", path, "3.2.6(6)"), waits)

    def _waits(self, classes: Any, why: str) -> str:
        """Why nothing can be reported yet; empty once a class is over."""
        return "" if any(one.end < self.repo.as_of for one in classes) else why

    def _list(self, base: str, one: AssessmentClass, path: str) -> Duty:
        """The instructors of one class; a list that does not name the class does not serve it (3.2.6(3))."""
        record = self.lists.get(base)
        listed = record is not None and any(each.class_id == one.id for each in record.classes)
        due = list_due(self.programme, one.start)
        bare = self._bare("instructors", f"{one.title}师资名单", path, "3.2.6(3)", due=due, class_id=one.id)
        return self._registered(bare, there=listed or path in self.repo.unread)

    def _papers(self, base: str, one: AssessmentClass, held: Mapping[str, DeliveredClass], path: str) -> Duty:
        """The four papers of one class (3.2.6(6)); a class that was not held owes none."""
        record, done = self.papers.get(base), held.get(one.id)
        rows = [row for row in (record.deliverables if record else ()) if row.class_id == one.id]
        missing = [title for kind, title in DELIVERABLES.items() if kind not in {row.kind for row in rows}]
        due = deliverables_due(self.programme, done.end if done else one.end)
        title = f"{one.title}总结材料"
        bare = self._bare("deliverables", title, path, "3.2.6(6)", due=due, class_id=one.id)
        if done is None and base in self.held:
            return replace(bare, state=State.EXEMPT, note="这个班没有办")
        if missing and path not in self.repo.unread:
            note = f"还缺{'、'.join(missing)}" if rows else ""
            return self._registered(replace(bare, note=note), there=False)
        return self._registered(bare, submitted=max((row.submitted for row in rows), default=None))

    def _bare(
        self, kind: str, title: str, record: str, clause: str, *, due: date | None = None, **more: Any
    ) -> Duty:
        """A duty whose state is not known yet."""
        found = self.schemas.kind_of(record)
        shows = found is not None and found[0].schema["x-tier"] not in WITHHELD
        return Duty(
            kind=kind,
            title=title,
            record=record,
            clause=clause,
            due=due,
            state=State.OPEN,
            public=shows,
            left=(due - self.repo.as_of).days if due else None,
            **more,
        )

    def _registered(self, bare: Duty, *, there: bool | None = None, submitted: date | None = None) -> Duty:
        """A duty the register knows. `submitted` is where the record itself says when; else the line that brought it does."""
        lines = self.repo.filings_of.get(bare.record, ())
        first, last = line_of(lines, bare.due) if bare.due else None, lines[-1] if lines else None
        there = bare.record in self.repo.paths if there is None else there
        if not there:
            gone = last is not None and last["kind"] == WITHDRAWN and bare.record not in self.repo.paths
            late = max(0, -(bare.left or 0))
            state = State.OVERDUE if late else State.OPEN
            return replace(bare, state=state, late_days=late, note="已撤回" if gone else bare.note)
        if first is None or last is None:
            return replace(bare, state=State.WAITING, submitted=submitted)
        submitted = submitted or day(first["submitted"])
        late = max(0, (submitted - bare.due).days) if bare.due else 0
        filed = day(first["filed"])
        made = replace(bare, state=self._state(last), submitted=submitted, filed=filed, late_days=late)
        return made if last["kind"] == WITHDRAWN else _named(made, last)

    def _state(self, last: Line) -> State:
        same = last["digest"] == self.repo.digests.get(last["record"]) and last["kind"] != WITHDRAWN
        return State.FILED if same else State.WAITING

    def _plain(self, bare: Duty, waits: str = "") -> Duty:
        """A duty without a deadline or a number: it is there, it is wanted, or its time has not come."""
        if bare.record in self.repo.paths:
            return replace(bare, state=State.REPORTED)
        return replace(bare, state=State.EXEMPT, note=waits) if waits else bare


def _named(duty: Duty, line: Line) -> Duty:
    return replace(duty, no=line["no"], year=line["year"], seq=line["seq"])


def _order(duty: Duty) -> tuple[int, date]:
    return ORDER[duty.state], duty.due or date.max
