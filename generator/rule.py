"""The registry of rules: code, title, clause, explanation, wrong and right example.

A rule is a generator over the whole `Repo`. Findings of the reader (FI), the schemas (SC), privacy (PI), the
sealed tier (SE) and waivers (WA) stand in the same registry with no function: their modules find them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from generator.model import Repo
from generator.problem import Problem, Severity, Where


class Finding(NamedTuple):
    """What a rule yields; `severity` where it differs from the rule's own, `clause` likewise."""

    where: Where
    message: str
    remedy: str = ""
    severity: Severity | None = None


Check = Callable[[Repo], Iterator[Finding]]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One condition. `clauses` are ids of clauses.yml; `source` names another document where no clause says it."""

    code: str
    title: str
    severity: Severity
    clauses: tuple[str, ...]
    source: str
    why: str
    wrong: str
    right: str
    check: Check | None
    sealed: bool = False

    def problems(self, repo: Repo) -> Iterator[Problem]:
        """The rule's findings as Problems; what the notice says is cited in the message."""
        if self.check is None:
            return
        for where, message, remedy, severity in map(_finding, self.check(repo)):
            yield Problem(
                where=where,
                code=self.code,
                message=message + self.citation(repo),
                remedy=remedy,
                severity=severity or self.severity,
                clause=self.clauses[0] if self.clauses else "",
            )

    def citation(self, repo: Repo) -> str:
        """The clauses in the notice's own numbering, in brackets; empty for a rule of the house."""
        numbers = [repo.clause_numbering.get(clause, clause) for clause in self.clauses]
        if numbers:
            return f"（方案 {'、'.join(numbers)}）"
        return f"（{self.source}）" if self.source else ""


def _finding(given: Finding) -> Finding:
    return Finding(*given)


RULES: dict[str, Rule] = {}


def rule(  # noqa: PLR0913 - one keyword a part of the catalogue entry
    code: str,
    title: str,
    *,
    clause: str = "",
    severity: Severity = Severity.ERROR,
    source: str = "",
    wrong: str,
    right: str,
    sealed: bool = False,
) -> Callable[[Check], Check]:
    """Register a rule. `clause` holds the clause ids, separated by spaces; the docstring says why, in Chinese."""

    def register(check: Check) -> Check:
        add(
            Rule(
                code=code,
                title=title,
                severity=severity,
                clauses=tuple(clause.split()),
                source=source,
                why=(check.__doc__ or "").strip(),
                wrong=wrong,
                right=right,
                check=check,
                sealed=sealed,
            )
        )
        return check

    return register


def told(
    code: str, title: str, why: str, wrong: str, right: str, severity: Severity = Severity.ERROR
) -> None:
    """Register what another module finds."""
    add(
        Rule(
            code=code,
            title=title,
            severity=severity,
            clauses=(),
            source="",
            why=why,
            wrong=wrong,
            right=right,
            check=None,
        )
    )


def add(new: Rule) -> None:
    """Put a rule into the registry; a code is given once and for ever."""
    if new.code in RULES:
        raise ValueError(f"rule code {new.code} is taken")
    RULES[new.code] = new
