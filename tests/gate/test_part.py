"""A check of a part: findings only where they count, nothing examined twice."""

from __future__ import annotations

from dataclasses import replace

from generator.check import Seen, check
from generator.problem import Problem, Where
from generator.rules import fields
from generator.rules.fields import uses
from generator.tree import Part
from tests.gate.province import Addressed, province
from tests.gate.test_related import LI, XINGSHAN, ZIGUI, edited
from tests.support import MemoryTree, schemas

OFFICE = {"data/dataset.yml", "data/regions.yml", "data/organisations.yml", "data/clauses.yml"}
FEW = {"classes/0/trainees/total": 9, "classes/0/trainees/tags": {}}


def test_findings_count_in_the_files_it_is_about() -> None:
    tree = Addressed(edited(province(), {ZIGUI: FEW, XINGSHAN: FEW}))
    every = Part(tree, tree.files, {ZIGUI})
    assert {problem.where.path for problem in check(every, schemas=schemas()).problems} == {ZIGUI}


def test_what_was_seen_is_not_examined_again() -> None:
    tree, seen = Addressed(province()), Seen()
    check(tree, schemas=schemas(), seen=seen)
    assert len(seen) == len(tree.files)
    told = Problem(where=Where(ZIGUI), code="FI999", message="示例")
    seen = {key: replace(one, problems=[told] if one.path == ZIGUI else []) for key, one in seen.items()}
    broken = Addressed({**tree.files, LI: b"id: [\n"})
    codes = {
        (problem.where.path, problem.code) for problem in check(broken, schemas=schemas(), seen=seen).problems
    }
    assert {(ZIGUI, "FI999"), (LI, "FI002")} <= codes


def test_a_tree_whose_names_say_nothing_is_read_anew() -> None:
    seen: Seen = {}
    check(MemoryTree(province()), schemas=schemas(), seen=seen)
    assert seen == {}
    bad = MemoryTree({**province(), LI: b"id: [\n"})
    assert any(problem.where.path == LI for problem in check(bad, schemas=schemas(), seen=seen).problems)


def test_names_in_files_that_are_only_shown_are_not_looked_up() -> None:
    """To say what an unknown name was meant to be takes long, and nobody would read it."""
    tree = Addressed(province())
    repo = check(Part(tree, {*OFFICE, ZIGUI, XINGSHAN}, {ZIGUI}), schemas=schemas()).repo
    assert repo is not None
    assert {use.source.path for use in uses(repo, fields.INSTRUCTORS)} == {ZIGUI}
