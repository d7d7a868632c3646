"""The check of both sides, and what is the push's own doing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from generator.problem import Key, Problem, Severity

WITHDRAWN = "合并后由登记任务登记撤回，不用另做；不是要撤回的，请恢复该文件"
Mark = tuple[str, str, str, tuple[Key, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """Problems by what they mean for a push; see `Verdict`."""

    blocking: tuple[Problem, ...]
    known: tuple[Problem, ...]
    others: tuple[Problem, ...]


def compare(before: Iterable[Problem], after: Iterable[Problem], touched: Collection[str]) -> Sorted:
    """What blocks, what was there, what the reviewer should see of the touched files.

    An error blocks in a touched file, or where the base has it not: the same path, code, words and keys count as the
    same, as often as the base has them. Lines do not count: they shift.
    """
    had = Counter(map(_mark, (problem for problem in before if problem.severity is Severity.ERROR)))
    blocking: list[Problem] = []
    known: list[Problem] = []
    others: list[Problem] = []
    for problem in after:
        if problem.severity is not Severity.ERROR:
            others += [problem] if problem.where.path in touched else []
        elif problem.where.path in touched or had[_mark(problem)] <= 0:
            blocking.append(problem)
        else:
            had[_mark(problem)] -= 1
            known.append(problem)
    return Sorted(blocking=tuple(blocking), known=tuple(known), others=tuple(others))


def withdrawn(found: Sorted, gone: Collection[str]) -> Sorted:
    """The office takes filed records away: that their lines name nothing any more (FL012) is then no fault but the next
    line to come, which the registrar writes once the push is merged. `gone` are the paths it takes away.
    """
    expected = [
        problem
        for problem in found.blocking
        if problem.code == "FL012" and any(f" {path} " in problem.message for path in gone)
    ]
    told = [replace(one, severity=Severity.WARNING, remedy=WITHDRAWN) for one in expected]
    kept = tuple(problem for problem in found.blocking if problem not in expected)
    return replace(found, blocking=kept, others=(*found.others, *told))


def _mark(problem: Problem) -> Mark:
    return problem.where.path, problem.code, problem.message, problem.where.keys
