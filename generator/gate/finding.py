"""How the gate words what it found."""

from __future__ import annotations

from generator.problem import Problem, Severity, Where
from generator.text import LOUD

# Where a finding is about the push as a whole.
WHOLE = "本次推送"
SHORT = 10


def finding(path: str, code: str, message: str, remedy: str, severity: Severity = Severity.ERROR) -> Problem:
    """A finding on a path of the push (or `WHOLE`)."""
    return Problem(where=Where(path), code=code, message=message, remedy=remedy, severity=severity)


def shown(path: str) -> str:
    """A path as text that any output can hold: what nobody sees, and bytes that are no text, stand as U+FFFD."""
    return LOUD.sub("\ufffd", path)


def commit_place(commit: str) -> str:
    """Where a finding is about a commit and not about a file: enough of its id, too short to look like a number."""
    return f"提交 {commit[:SHORT]}"
