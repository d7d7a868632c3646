"""How an audit words what it found; how heavy it is, its rule says."""

from __future__ import annotations

from generator.problem import Problem, Where
from generator.rules import RULES


def finding(where: Where, code: str, message: str, remedy: str) -> Problem:
    """A finding of the audit's own."""
    return Problem(where=where, code=code, message=message, remedy=remedy, severity=RULES[code].severity)
