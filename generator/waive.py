"""Waivers: findings the office decided to live with until a day, and waivers that no longer earn their keep."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from generator.model import Repo
from generator.problem import Problem, Severity

# What the reader, the schemas, privacy and the seal say is about the file itself: no decision can make it right.
# The gate's findings are about a push, an audit's about what no record can excuse.
NEVER = ("FI", "SC", "PI", "SE", "KE", "WA", "GA", "AU")


def waive(
    problems: Iterable[Problem], repo: Repo, about: Collection[str] | None = None
) -> tuple[list[Problem], int]:
    """The problems that stay, with WA001 for a waiver matching nothing and WA002 for an expired one; and how many went.

    Where only some files were looked at (`about`), a waiver for another file is not judged: nobody looked for what
    it waives.
    """
    waivers = [
        waiver
        for record in repo.of("waivers")
        for waiver in record.waivers
        if about is None or waiver.record in about
    ]
    wanted = {(waiver.code, waiver.record) for waiver in waivers if not waiver.code.startswith(NEVER)}
    found: set[tuple[str, str]] = set()
    kept: list[Problem] = []
    waived = 0
    for problem in problems:
        key = (problem.code, problem.where.path)
        if key in wanted:
            found.add(key)
            waived += 1
        else:
            kept.append(problem)
    for waiver in waivers:
        if (waiver.code, waiver.record) not in found:
            message = f"豁免没有对应的问题：{waiver.record} 并没有 {waiver.code}"
            kept.append(Problem(where=waiver.where, code="WA001", message=message, remedy="请删去这条豁免"))
        elif waiver.until < repo.as_of:
            message = f"豁免已于 {waiver.until.isoformat()} 到期"
            remedy = "请改正原问题后删去豁免，或经批准延长期限"
            kept.append(
                Problem(
                    where=waiver.where,
                    code="WA002",
                    message=message,
                    remedy=remedy,
                    severity=Severity.WARNING,
                )
            )
    return kept, waived
