"""What a verdict means for the clerk and for the reviewer: findings, what changed, what is ready, what is due."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from generator.examine import examine
from generator.gate.checklist import checklist
from generator.gate.comparison import Comparison
from generator.gate.leaks import lasts
from generator.gate.markdown import usable
from generator.gate.mask import cleaned
from generator.gate.planned import PLAN, sums
from generator.gate.returning import returning
from generator.gate.reviewed import VERSION, County, Due, File, Note, Review
from generator.gate.verdict import Touched, Verdict
from generator.gate.wording import LASTING
from generator.gate.years import earlier
from generator.load import load
from generator.problem import Problem, Severity
from generator.rules import RULES
from generator.rules.due import due_of, due_of_version

MOST_NOTES, MOST_FILES = 200, 300
# What the register calls the kinds that have a deadline.
FILED = {
    "plan": "plan",
    "assessment": "assessment",
    "instructor-list": "instructors",
    "deliverables": "deliverables",
}
SUMMARY = "summary"
PRIVACY, PUSH = "PI", "GA"
DATASET = "data/dataset.yml"
WEIGHTS = list(Severity)


def review(verdict: Verdict) -> Review:
    """Everything there is to say of a push, bounded; nothing personal that a record leaks is repeated."""
    return _Review(verdict).made()


class _Review:
    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self.repo = verdict.outcome.repo if verdict.outcome else None
        self.touched = {one.path: one for one in sorted(verdict.touched, key=lambda one: one.path)}
        found = (*verdict.blocking, *verdict.known, *verdict.others)
        private = frozenset(one.where.path for one in found if one.code.startswith(PRIVACY))
        # Nothing is read of a push that was refused before its records were looked at.
        read = self.touched if verdict.outcome else ()
        self.compared = Comparison(verdict.before, verdict.after, read, private, verdict.schemas)
        self.plans = [path for path, one in self.touched.items() if one.after and self._kind(path) == PLAN]

    def made(self) -> Review:
        """The whole; the text to send back is made of what is clean already."""
        verdict = self.verdict
        blocking = self._notes(map(lasts, verdict.blocking))
        others, known = self._notes(verdict.others), self._notes(verdict.known)
        counties, dues = tuple(self._counties()), tuple(self._dues())
        base_url, request = self._base_url(), verdict.request
        made: Review = cleaned(
            Review(
                version=VERSION,
                refused=verdict.refused,
                sentence=_sentence(verdict, counties),
                who="、".join(map(self._role, verdict.roles)),
                user=request.user,
                old=request.old,
                new=request.new,
                as_of=self._as_of().isoformat(),
                base_url=base_url,
                files=tuple(map(self._file, list(self.touched.values())[:MOST_FILES])),
                more_files=len(list(self.touched)[MOST_FILES:]),
                blocking=blocking[:MOST_NOTES],
                more_blocking=len(blocking[MOST_NOTES:]),
                others=others[:MOST_NOTES],
                more_others=len(others[MOST_NOTES:]),
                known=known[:MOST_NOTES],
                more_known=len(known[MOST_NOTES:]),
                changes=tuple(self.compared.changed()),
                more_changes=self.compared.left_out,
                earlier=tuple(earlier(self.compared, self.plans)),
                checklist=checklist((*blocking, *others, *known), self.plans, self.repo),
                counties=counties,
                dues=dues,
                returning="",
            )
        )
        return made.sent_back(returning(made.blocking, made.more_blocking, made.dues, made.base_url))

    def _kind(self, path: str) -> str:
        found = self.verdict.schemas.kind_of(path)
        return found[0].name if found else ""

    def _as_of(self) -> date:
        request = self.verdict.request
        return self.repo.as_of if self.repo else request.as_of or request.today

    def _base_url(self) -> str:
        """The site's address as the base has it: a push cannot lead its reader elsewhere."""
        for side in self.compared.sides:
            raw = side.read([DATASET]).get(DATASET)
            if raw:
                data = load(raw, DATASET).data
                address = data.get("base_url") if isinstance(data, dict) else ""
                return address if isinstance(address, str) and usable(address) else ""
        return ""

    def _notes(self, problems: Iterable[Problem]) -> tuple[Note, ...]:
        """Worst first; what is wrong with the push itself before its files, those with a leak before the others."""
        problems = list(problems)
        leaking = {one.where.path for one in problems if one.code.startswith(LASTING)}
        return tuple(map(self._note, sorted(problems, key=lambda one: _order(one, leaking))))

    def _note(self, problem: Problem) -> Note:
        return Note(
            code=problem.code,
            title=RULES[problem.code].title if problem.code in RULES else "",
            severity=problem.severity.value,
            path=problem.where.path,
            name=self.compared.name(problem.where.path),
            line=problem.at.line if problem.at else 0,
            column=problem.at.column if problem.at else 0,
            message=problem.message,
            remedy=problem.remedy,
        )

    def _file(self, one: Touched) -> File:
        action = "新增" if one.before is None else "修改" if one.after else "删去"
        return File(path=one.path, action=action, name=self.compared.name(one.path))

    def _role(self, role: str) -> str:
        """Who a role is, as people call it."""
        kind, _, slug = role.partition(":")
        names = self.compared.names
        if kind == "bureau":
            return f"{names.prefecture(slug)}填报账号"
        if kind == "base":
            return f"{names.base(slug)}填报账号"
        return {"office": "省局办公室账号", "group": "考核培训工作组账号"}.get(kind, role)

    def _counties(self) -> Iterator[County]:
        """The plans of the push; none where nobody looked at its records."""
        if self.verdict.outcome is None:
            return
        for path in self.plans:
            data = self.compared.plan(path)
            classes, people, budget = sums(data) if data else (-1, -1, -1)
            name, year = self.compared.place(path)
            yield County(
                name=name,
                year=year,
                path=path,
                classes=classes,
                people=people,
                budget=budget,
                errors=sum(one.where.path == path for one in self.verdict.blocking),
                warnings=sum(
                    one.where.path == path and one.severity is Severity.WARNING for one in self.verdict.others
                ),
            )

    def _dues(self) -> Iterator[Due]:
        if self.repo is None:
            return
        for path, one in self.touched.items():
            found = self.verdict.schemas.kind_of(path)
            if found is None or one.after is None:
                continue
            kind, parts = found
            name = FILED.get(kind.name, "")
            source = self.repo.sources.get(path)
            if source and kind.name == "report" and source.data.get("kind") == SUMMARY:
                name = SUMMARY
            due = self._due(path, name, int(parts["year"]), parts.get("base", "")) if name else None
            if due is not None:
                yield due

    def _due(self, path: str, name: str, year: int, base: str) -> Due | None:
        """When a version is due; one that brings nothing new says only which line it amends."""
        assert self.repo is not None
        source, last = self.repo.sources.get(path), self.repo.latest_filings.get(path)
        amended = last is not None and last["kind"] != "withdrawal"
        before = self._filed(path) if amended else None
        new = None
        if source and not (amended and before is None):
            new = due_of_version(self.repo, name, year, base, source.data, before)
        day = new or due_of(self.repo, name, year, base)
        if day is None:
            return None
        first = self.repo.first_filings.get(path)
        no = first["no"] if first and new is None else ""
        left = (day - self._as_of()).days
        return Due(name=self.compared.name(path), day=day.isoformat(), left=left, no=no)

    def _filed(self, path: str) -> Any:
        """The record as the base has it, as plain data; None where it is not there or has no shape."""
        raw = self.compared.touched[0].get(path)
        return None if raw is None else examine(path, raw, self.verdict.schemas).data


def _order(problem: Problem, first: Collection[str]) -> tuple[int, bool, bool, str, int, int, str]:
    at = problem.at
    return (
        WEIGHTS.index(problem.severity),
        not problem.code.startswith(PUSH),
        problem.where.path not in first,
        problem.where.path,
        at.line if at else 0,
        at.column if at else 0,
        problem.code,
    )


def _sentence(verdict: Verdict, counties: Sequence[County]) -> str:
    """The first thing anybody reads: may it be merged, and if not why."""
    count = len(verdict.blocking)
    bad = sum(not county.ready for county in counties)
    if verdict.refused and verdict.outcome is None:
        return f"不能合并：这次提交本身有 {count} 处不符合规定，改好后才检查记录内容"
    if verdict.refused and bad and len(counties) > 1:
        return f"不能合并：{len(counties)} 份计划中有 {bad} 份要改，共 {count} 处"
    if verdict.refused:
        return f"不能合并：有 {count} 处要先改"
    warnings = sum(one.severity is Severity.WARNING for one in verdict.others)
    return "可以合并：没有必须改的问题" + (f"，另有 {warnings} 处请审核人判断" if warnings else "")
