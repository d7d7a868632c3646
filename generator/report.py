"""Problems as text, JSON or GitHub annotations. What a record says is data: it cannot forge a command here."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable

from generator.check import Outcome
from generator.problem import Position, Problem, Severity
from generator.rule import RULES
from generator.text import HIDDEN, inert

# GitHub shows ten annotations of a kind per step and drops the rest without a word.
ANNOTATIONS = 10
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "notice"}


def text(outcome: Outcome) -> str:
    """One line a problem and a last line that sums up."""
    return "".join(f"{line(problem)}\n" for problem in outcome.problems) + f"{summary(outcome)}\n"


def brief(outcome: Outcome) -> str:
    """Errors and warnings; notices only counted."""
    shown = [line(problem) for problem in outcome.problems if problem.severity is not Severity.NOTICE]
    return "".join(f"{one}\n" for one in shown) + f"{summary(outcome)}\n"


def line(problem: Problem) -> str:
    """Read as `path:line:column 错误 CODE message。remedy。`, on one line."""
    at = problem.at or Position(1, 1)
    remedy = (
        f"{problem.remedy}{'' if problem.remedy.endswith(('？', '。')) else '。'}" if problem.remedy else ""
    )
    place = f"{inert(problem.where.path)}:{at.line}:{at.column}"
    return f"{place} {problem.severity.word} {problem.code} {inert(problem.message)}。{inert(remedy)}"


def summary(outcome: Outcome) -> str:
    """How many files, how many findings of each weight, how many sealed records stayed shut."""
    count = Counter(problem.severity for problem in outcome.problems)
    found = "、".join(f"{count[severity]} 个{severity.word}" for severity in Severity if count[severity])
    parts = [f"检查了 {outcome.files} 个文件，{f'共 {found}' if found else '没有发现问题'}"]
    if outcome.waived:
        parts.append(f"另有 {outcome.waived} 个问题已获豁免")
    if outcome.unopened:
        parts.append(f"有 {outcome.unopened} 份密封记录没有打开（未给出身份文件）")
    return "；".join(parts) + "。"


def as_json(outcome: Outcome) -> str:
    """One array of objects: code, severity, path, line, column, key, message, remedy, clause, url."""
    base = outcome.repo.dataset.base_url if outcome.repo else ""
    return (
        json.dumps([_object(problem, base) for problem in outcome.problems], ensure_ascii=False, indent=2)
        + "\n"
    )


def _object(problem: Problem, base: str) -> dict[str, object]:
    at = problem.at or Position(1, 1)
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "path": problem.where.path,
        "line": at.line,
        "column": at.column,
        "key": "/".join(map(str, problem.where.keys)),
        "message": problem.message,
        "remedy": problem.remedy,
        "clause": problem.clause,
        "url": f"{base}rules/#{problem.code.lower()}",
    }


def github(outcome: Outcome) -> str:
    """Workflow annotations, the worst ten of each weight, then the summary as plain text."""
    return annotated(outcome.problems, summary(outcome))


def annotated(problems: Iterable[Problem], last: str) -> str:
    """The worst ten of each weight as annotations, in their order, then a sentence as plain text."""
    problems = list(problems)
    lines = []
    for severity in Severity:
        found = [problem for problem in problems if problem.severity is severity]
        lines += [_annotation(problem) for problem in found[:ANNOTATIONS]]
    return "".join(f"{line}\n" for line in [*lines, _escaped(last)])


def _annotation(problem: Problem) -> str:
    at = problem.at or Position(1, 1)
    title = f"{problem.code} {RULES[problem.code].title}" if problem.code in RULES else problem.code
    place = f"file={_property(problem.where.path)},line={at.line},col={at.column},title={_property(title)}"
    return f"::{LEVELS[problem.severity]} {place}::{_escaped(f'{problem.message}。{problem.remedy}')}"


def _escaped(text: str) -> str:
    return HIDDEN.sub("\ufffd", text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


REPORTERS: dict[str, Callable[[Outcome], str]] = {"text": text, "json": as_json, "github": github}
