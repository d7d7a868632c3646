"""What can be wrong, where, and how to put it right: the only error type for bad input."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

Key: TypeAlias = str | int


class Severity(StrEnum):
    """How much a finding weighs: an error blocks a merge, a warning is for the reviewer, a notice is a fact."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"

    @property
    def word(self) -> str:
        """The word a clerk reads."""
        return {"error": "错误", "warning": "警告", "notice": "提示"}[self.value]


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a record: the file and the path of keys into it. Line and column are found late."""

    path: str
    keys: tuple[Key, ...] = ()

    def __truediv__(self, key: Key) -> Where:
        """The place one key further in."""
        return Where(self.path, (*self.keys, key))


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a text, both counted from 1; columns count code points."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding. `at` is set where the reader already knew the position, else the reporter looks it up."""

    where: Where
    code: str
    message: str
    remedy: str = ""
    severity: Severity = Severity.ERROR
    clause: str = ""
    at: Position | None = None


# Of one fault in one file so many are told one by one: a file of a megabyte can hold a hundred thousand.
MOST = 500
MORE = "请先改正已列出的，再检查一次；改法相同"


def bounded(problems: Iterable[Problem]) -> list[Problem]:
    """In each file the first `MOST` of a code and severity, and at the next one's place how many more there are."""
    kept: list[Problem] = []
    count: Counter[tuple[str, str, Severity]] = Counter()
    over: dict[tuple[str, str, Severity], int] = {}
    for problem in problems:
        fault = problem.where.path, problem.code, problem.severity
        count[fault] += problem.remedy != MORE
        if count[fault] <= MOST or problem.remedy == MORE:
            kept.append(problem)
        elif fault not in over:
            over[fault] = len(kept)
            kept.append(problem)
    for fault, place in over.items():
        message = f"同样的问题还有 {count[fault] - MOST} 处，没有逐一列出"
        kept[place] = replace(kept[place], message=message, remedy=MORE)
    return kept
