"""What the rules say of the rosters and what belongs to them, past the waivers: an audit takes no excuse."""

from __future__ import annotations

from collections.abc import Iterator

from generator.audit.finding import finding
from generator.audit.material import Material
from generator.check import Outcome
from generator.model import Repo
from generator.problem import Problem
from generator.rules import RULES
from generator.rules.holdings import given, number_parts

# Numbers, chains, tokens, the persons' digests, payloads, results against the roster; the published keys.
FAMILIES = ("CE", "KE")
# The statistics against the results.
MORE = ("CA017",)
# Signatures themselves are verified here, which says all that this rule can say.
SUBSUMED = "KE006"
PATHS = ("data/rosters/", "data/prints/", "data/keys.yml", "data/statistics/")
# A sealed record that could not be opened or read.
SEALED = ("SE001", "SE002", "SE003", "SC001", "SC002")


def of_records(material: Material) -> Iterator[Problem]:
    """Findings of the check on these records, and of their rules whatever was waived."""
    yield from _checked(material.outcome)
    yield from _ruled(material.repo)
    yield from _prefixes(material.repo)


def _checked(outcome: Outcome) -> Iterator[Problem]:
    for problem in outcome.problems:
        sealed = problem.where.path.startswith("data/sealed/") and problem.code in SEALED
        if (problem.where.path.startswith(PATHS) or sealed) and problem.code != SUBSUMED:
            yield problem


def _ruled(repo: Repo) -> Iterator[Problem]:
    opened = any(True for _ in repo.candidates)
    for rule in RULES.values():
        wanted = (rule.code.startswith(FAMILIES) or rule.code in MORE) and rule.code != SUBSUMED
        if wanted and (opened or not rule.sealed):
            yield from rule.problems(repo)


def _prefixes(repo: Repo) -> Iterator[Problem]:
    """AU012 where a year's numbers do not all begin alike."""
    first: dict[int, str] = {}
    for year, event in given(repo):
        prefix = number_parts(event.no).prefix
        if first.setdefault(year, prefix) != prefix:
            message = f"证书编号 {event.no} 的字头与这一年前面的（{first[year]}）不同"
            yield finding(event.where / "no", "AU012", message, "请查明这一条的来历")
