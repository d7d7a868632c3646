"""Every folder of tests/cases/ is a test: the whole output of the check, word for word."""

from __future__ import annotations

import pytest

from generator.check import check
from generator.report import text
from generator.rules import RULES
from tests.support import CASES, Case, cases, identity, records, schemas, tree


def name(case: Case) -> str:
    return f"{case.code}/{case.folder.name}"


@pytest.mark.parametrize("case", cases(), ids=name)
def test_case(case: Case) -> None:
    outcome = case.run()
    assert outcome.crashes == ()
    said = text(outcome)
    assert said == case.expected.read_text(encoding="utf-8")
    codes = {problem.code for problem in outcome.problems}
    assert (case.code in codes) == case.fails


@pytest.mark.parametrize("identities", [(), (identity,)], ids=["sealed", "opened"])
def test_the_base_has_nothing_to_say(identities: tuple[object, ...]) -> None:
    outcome = check(tree({}), schemas=schemas(), identities=[identity()] if identities else ())
    assert outcome.crashes == ()
    assert outcome.problems == ()
    assert outcome.unopened == (0 if identities else 1)


# The gate's findings are about pushes, an audit's about more than records: tests/gate/ and test_audit attack each.
@pytest.mark.parametrize("code", [code for code in RULES if not code.startswith(("GA", "AU"))])
def test_every_rule_fails_and_passes_at_its_boundary(code: str) -> None:
    names = [case.folder.name for case in cases() if case.code == code]
    assert any(found.startswith("fail") for found in names), f"no tests/cases/{code}/fail*/case.yml"
    assert any(found.startswith("pass") for found in names), f"no tests/cases/{code}/pass*/case.yml"


def test_every_case_is_of_a_rule_and_says_what_it_is() -> None:
    assert {folder.name for folder in CASES.iterdir()} <= set(RULES)
    assert [name(case) for case in cases() if not case.folder.name.startswith(("fail", "pass"))] == []


def test_no_message_on_a_sealed_record_tells_who_it_is_about() -> None:
    """Names and units of the sealed records, against every line said about a sealed file."""
    people = [
        candidate["person"]
        for path, data in records().items()
        if path.startswith("data/sealed/") and "candidates" in data
        for candidate in data["candidates"]
    ]
    private = {text for person in people for text in (person["name"], person["unit"])}
    said = [
        line
        for case in cases()
        for line in case.expected.read_text(encoding="utf-8").splitlines()
        if line.startswith("data/sealed/")
    ]
    assert len(private) > 6
    assert len(said) > 20
    assert [line for line in said if any(text in line for text in private)] == []
