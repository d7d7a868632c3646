"""The example of the filing guide: a plan with mistakes and what the check says of it.

`python -m tests.lesson` checks the guide's own plan with the mistakes below and writes the findings to
site/pages/how-to-file/findings.j2; a test holds that file to what the check says today.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from generator.check import Outcome, check
from generator.problem import Problem, Severity
from generator.rules import RULES
from tests.support import ROOT, canonical, edit, records, schemas, tree

FOLDER = ROOT / "site" / "pages" / "how-to-file"
RIGHT = FOLDER / "plan.yml"
FINDINGS = FOLDER / "findings.j2"
PLAN = "data/plans/2022/yichang/zigui.yml"
# The guide's samples of other records, by the file they would be; the plan's one instructor is among them.
TEACHER = "yichang/zhang-shili"
SAMPLES = {
    f"data/instructors/{TEACHER}.yml": "instructor.yml",
    "data/recommendations/2022/yichang.yml": "recommendation.yml",
    "data/deliveries/2022/yichang/zigui.yml": "delivery.yml",
    "data/reports/2022/yichang/summary.md": "summary.txt",
}
DESIGNATIONS = "data/designations/2022.yml"
# What a tired clerk does: no quotes, a name misspelt, too few people, too long an afternoon, a sum that does not fit.
SLIPS = (
    ('county: "420527"\nyear', "county: 420527\nyear"),
    ("undertaker: zigui-ipo", "undertaker: zigui-ip"),
    ("{total: 110,", "{total: 90,"),
    ("hours: 3, instructor: yichang/zhang-shili, mode: onsite}\n    eval",
     "hours: 5, instructor: yichang/zhang-shili, mode: onsite}\n    eval"),
    ("{category: venue, amount: 8000}", "{category: trainee-travel, amount: 9000}"),
)  # fmt: skip


def wrong() -> str:
    """The guide's plan with every mistake of SLIPS, each in it once."""
    text = RIGHT.read_text(encoding="utf-8")
    for old, new in SLIPS:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def judged(plan: str) -> Outcome:
    """The small repository with a plan of the guide in it, checked."""
    entry = {"instructor": TEACHER, "by": "hubei-ipo", "from": "2022-04-01", "until": "2022-11-30"}
    designations = edit(records()[DESIGNATIONS], {"practical/+": entry})
    changed = {PLAN: plan, DESIGNATIONS: canonical(DESIGNATIONS, designations).decode()}
    samples = {path: (FOLDER / name).read_text(encoding="utf-8") for path, name in SAMPLES.items()}
    return check(tree({"files": {**changed, **samples}}), schemas=schemas())


def said(plan: str) -> list[Problem]:
    """What a clerk has to correct or look at in a plan and in the samples beside it."""
    found = [one for one in judged(plan).problems if one.where.path in {PLAN, *SAMPLES}]
    return [one for one in found if one.severity is not Severity.NOTICE]


def lesson() -> list[Mapping[str, Any]]:
    """Every finding of the wrong plan beside the line it is about."""
    plan = wrong()
    return [_shown(problem, plan.splitlines()) for problem in said(plan)]


def _shown(problem: Problem, lines: list[str]) -> Mapping[str, Any]:
    assert problem.at is not None
    line, start = lines[problem.at.line - 1], problem.at.column - 1
    return {
        "line": problem.at.line,
        "column": problem.at.column,
        "before": line[:start].lstrip(),
        "here": line[start:],
        "severity": problem.severity.word,
        "mark": problem.severity.value,
        "code": problem.code,
        "title": RULES[problem.code].title,
        "message": f"{problem.message}。",
        "remedy": problem.remedy + ("" if problem.remedy.endswith(("？", "。")) else "。"),
    }


def written() -> str:
    """The findings as the page's template reads them."""
    found = json.dumps(lesson(), ensure_ascii=False, indent=1)
    return f"{{# Written by python -m tests.lesson #}}\n{{% set path = {json.dumps(PLAN)} %}}\n{{% set findings = {found} %}}\n"


def main() -> None:
    FINDINGS.write_text(written(), encoding="utf-8")


if __name__ == "__main__":
    main()
