"""Who passed: the one place that reads scores (3.2.6(5)); `issue` computes the roster from it."""

from __future__ import annotations

from generator.model.candidates import Candidate, Result
from generator.model.programme import Assessment

PARTS = {"theory": "理论", "practical": "实操"}


def admitted(candidate: Candidate) -> bool:
    """Whether the screening let the candidate in."""
    return candidate.screening is not None and candidate.screening.decision == "admitted"


def pass_marks(assessment: Assessment) -> dict[str, int]:
    """Pass mark of each part."""
    return {"theory": assessment.pass_theory.value, "practical": assessment.pass_practical.value}


def first_scores(result: Result) -> dict[str, int]:
    """Scores of the first sitting."""
    return {"theory": result.theory, "practical": result.practical}


def best_scores(result: Result, assessment: Assessment) -> dict[str, int]:
    """The first sitting's scores, or a better one of the resits that count.

    A resit counts only for a part failed at first, and only as many of a part as the programme allows, the
    earliest first.
    """
    best = first_scores(result)
    for part, mark in pass_marks(assessment).items():
        if best[part] < mark:
            sat = sorted((one for one in result.resits if one.part == part), key=lambda one: one.day)
            counting = sat[: assessment.resits.value]
            best[part] = max([best[part], *(one.score for one in counting)])
    return best


def passed_first(result: Result, assessment: Assessment) -> bool:
    """Both parts passed at the first sitting."""
    return _all_passed(first_scores(result), assessment)


def qualified(result: Result | None, assessment: Assessment) -> bool:
    """Hours completed and both parts passed, a resit counted: a certificate is due."""
    if result is None or result.hours < assessment.required_hours.value:
        return False
    return _all_passed(best_scores(result, assessment), assessment)


def _all_passed(scores: dict[str, int], assessment: Assessment) -> bool:
    return all(scores[part] >= mark for part, mark in pass_marks(assessment).items())
