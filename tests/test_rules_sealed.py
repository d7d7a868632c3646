"""What rules say of sealed records: numbers, fields, counts and counties, never a person or a score."""

from __future__ import annotations

import re

import pytest

from generator.rules import RULES
from tests.support import Case, cases

SEALED = [case for case in cases() if RULES[case.code].sealed and case.fails]
# Scores, 学时 and days of a candidate; what a class or the programme says of itself may be told.
PERSONAL = re.compile(r"成绩(?:是|为)? ?[0-9]|完成 ?[0-9]|同意.*[0-9]+月[0-9]+日")


@pytest.mark.parametrize("case", SEALED, ids=lambda case: f"{case.code}/{case.folder.name}")
def test_no_person_is_named(case: Case) -> None:
    outcome = case.run()
    assert outcome.repo is not None
    people = [one.person for record in outcome.repo.candidates for one in record.candidates]
    said = case.expected.read_text(encoding="utf-8")
    assert not [person.name for person in people if person.name in said]
    assert not [person.unit for person in people if person.unit in said]
    assert not PERSONAL.search(said)


def test_every_rule_on_candidates_waits_for_an_identity() -> None:
    assert [code for code, rule in RULES.items() if code.startswith("CA") and not rule.sealed] == []
