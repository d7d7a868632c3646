"""The whole audit in order, and what it looked at in numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from generator.audit.earlier import cut_off, rewritten
from generator.audit.glyphs import illegible
from generator.audit.material import Material, Progress, certified
from generator.audit.places import placed
from generator.audit.prints import unprinted
from generator.audit.records import of_records
from generator.audit.results import gone, lost, unopened
from generator.audit.signatures import untrue
from generator.problem import Problem, Severity, bounded
from generator.tree import Tree

YEAR = re.compile(r"(?:^|/)(20[0-9]{2}|21[0-9]{2})(?=[./])")


@dataclass(frozen=True, kw_only=True, slots=True)
class Audit:
    """Everything found, and sentences on what was looked at and what could not be."""

    problems: tuple[Problem, ...]
    sentences: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong; warnings and notices are for a person to weigh."""
        return all(problem.severity is not Severity.ERROR for problem in self.problems)


def audited(material: Material, tree: Tree, progress: Progress | None = None) -> Audit:
    """The audit of what is at hand; `tree` gives the records' texts for line and column."""
    found = placed(_found(material, progress), tree)
    kept = tuple(bounded(problem for problem in found if _of_years(problem, material.years)))
    return Audit(problems=kept, sentences=tuple(_sentences(material, kept)))


def _found(material: Material, progress: Progress | None) -> Iterator[Problem]:
    yield from of_records(material)
    yield from untrue(material, progress)
    yield from illegible(material, progress)
    yield from unprinted(material)
    yield from lost(material)
    yield from rewritten(material)
    yield from cut_off(material)


def _of_years(problem: Problem, years: frozenset[int]) -> bool:
    """Whether it is about one of these years, or about none."""
    said = YEAR.findall(problem.where.path)
    return not said or int(said[-1]) in years


def _sentences(material: Material, problems: tuple[Problem, ...]) -> Iterator[str]:
    rosters = [roster for year, roster in material.repo.rosters.items() if year in material.years]
    paths = {roster.where.path for roster in rosters}
    every = [one.event for one in certified(material.repo).values() if one.event.where.path in paths]
    signed = sum(bool(event.payload and event.signature) for event in every)
    events = sum(len(roster.events) for roster in rosters)
    yield f"审核了 {_listed(material.years)} 年名册：{events} 个事件，{len(every)} 张证书，核验签名 {signed} 个"
    lines = sum(len(ledger.raw.splitlines()) for ledger in material.ledgers)
    yield f"打印台账 {lines} 行，PDF {len(material.papers)} 份"
    shut = unopened(material)
    if shut:
        yield f"有 {len(shut)} 个班次的成绩没有打开，名册没有与成绩核对（请用 --identity 给出身份文件）"
    if dropped := gone(material):
        yield f"有 {len(dropped)} 个班次的成绩已不在，名册没有与成绩核对"
    if not material.earlier and not material.heads:
        yield "没有与旧版本或公布的链头核对（可用 --against）"
    count = Counter(problem.severity for problem in problems)
    said = "、".join(f"{count[severity]} 个{severity.word}" for severity in Severity if count[severity])
    yield f"共 {said}" if said else "没有发现问题"


def _listed(years: frozenset[int]) -> str:
    return "、".join(map(str, sorted(years)))
