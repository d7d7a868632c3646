"""What can be wrong, where, and how to put it right: the only error type for bad input."""

from __future__ import annotations

from dataclasses import dataclass
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
