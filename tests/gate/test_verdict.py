"""Judging a change on a part of the tree blocks exactly what whole checks of both trees would: 1,000 random changes."""

from __future__ import annotations

from random import Random

import pytest

from generator.check import Seen, check
from generator.gate.related import narrowed
from generator.gate.sorting import Sorted, compare
from generator.problem import Problem
from generator.tree import Part, Tree
from tests.gate.province import Addressed, Files, changed, province
from tests.support import schemas

BASES = 100
CHANGES = 10
CHUNKS = 25
# What stands in no record of its own, or depends on more than the gate looks at: facts, never reasons to refuse.
PROVINCE_WIDE = {"AS003", "AS004", "AS005", "AS006", "AS007", "DE006", "PL014"}
SEEN: Seen = {}


def problems(tree: Tree) -> tuple[Problem, ...]:
    return check(tree, schemas=schemas(), seen=SEEN).problems


def judged(before: Tree, after: Tree, touched: frozenset[str]) -> tuple[Sorted, bool]:
    """The verdict on a part, and whether it was one."""
    old, new = narrowed(before, after, touched, schemas(), SEEN)
    return compare(problems(old), problems(new), touched), isinstance(new, Part)


def bases(chunk: int) -> list[tuple[int, Files]]:
    """Provinces with standing errors of all sorts; every fourth as it is."""
    numbers = range(chunk, BASES, CHUNKS)
    return [
        (number, changed(province(), Random(number)) if number % 4 else dict(province()))
        for number in numbers
    ]


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_verdict_is_that_of_whole_checks(chunk: int) -> None:
    parts = elsewhere = 0
    for number, files in bases(chunk):
        before = Addressed(files)
        old = problems(before)
        for step in range(CHANGES):
            seed = BASES + number * CHANGES + step
            after = Addressed(changed(files, Random(seed)))
            touched = touched_by(before, after)
            whole = compare(old, problems(after), touched)
            part, narrow = judged(before, after, touched)
            parts += narrow
            elsewhere += any(problem.where.path not in touched for problem in whole.blocking)
            assert set(part.blocking) == set(whole.blocking), seed
            assert words(part.others) == words(whole.others), seed
            assert places(part.known) <= places(whole.known), seed
    # Changes that fall back on whole checks, or break nothing elsewhere, show little.
    assert parts > CHANGES
    assert elsewhere > 0


def touched_by(before: Addressed, after: Addressed) -> frozenset[str]:
    paths = {*before.files, *after.files}
    return frozenset(path for path in paths if before.files.get(path) != after.files.get(path))


def words(found: tuple[Problem, ...]) -> set[tuple[object, ...]]:
    return {
        (problem.where, problem.code, problem.message)
        for problem in found
        if problem.code not in PROVINCE_WIDE
    }


def places(found: tuple[Problem, ...]) -> set[tuple[object, ...]]:
    return {(problem.where, problem.code) for problem in found}
