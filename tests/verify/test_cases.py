"""The answers to whoever asks about a certificate, case by case; the page's program is held to the same file."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from generator.validity.answer import Answer
from generator.validity.asking import asked, by_file, by_number, by_text
from generator.validity.keyfile import read_keys
from tests.verify.cases import FILE, made

SHARED = json.loads(FILE.read_text(encoding="utf-8"))
KEYS = read_keys(json.dumps(SHARED["keys"]).encode())


def test_the_file_is_what_the_program_makes() -> None:
    """After a change: python -m tests.verify, and look at what changed."""
    assert FILE.read_bytes() == made()


def answered(case: dict[str, Any]) -> Answer:
    now = datetime.fromisoformat(case["now"])
    at = asked(SHARED["lists"][case["list"]], KEYS, case["base_url"], now)
    if "number" in case:
        return by_number(case["number"], at)
    if "file" not in case:
        return by_text(case["text"], at, case["token"])
    prints = case["prints"] and {(case["prints"]["no"], one["sha256"]) for one in case["prints"]["prints"]}
    return by_file(case["file"]["sha256"], case["file"]["attached"], prints, at)


@pytest.mark.parametrize("case", SHARED["cases"], ids=lambda case: case["name"])
def test_a_case_is_answered_as_expected(case: dict[str, Any]) -> None:
    answer = answered(case)
    said = answer.payload
    assert {
        "answer": str(answer.word),
        "reason": answer.reason.mark,
        "no": answer.no,
        "successor": answer.successor,
        "payload": said
        and {
            "name": said.name,
            "unit": said.unit,
            "date": str(said.day),
            "class": said.class_id,
            "layout": said.layout,
            "token": said.token,
            "key": said.key,
        },
    } == case["expected"]


def test_every_answer_and_reason_has_its_case() -> None:
    given = [case["expected"] for case in SHARED["cases"]]
    assert {one["answer"] for one in given} == set(SHARED["answers"])
    assert {one["reason"] for one in given} == SHARED["reasons"].keys()
