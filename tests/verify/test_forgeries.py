"""Every forgery against every verifier: where each is tried, and here what is tried nowhere else.

The shared cases (`tests/verify/cases.py`) are run by the page's program under Node (`site/verify/tests/cases.test.ts`, with
WebCrypto and with the library) and by the command's (`tests/verify/test_cases.py::test_a_case_is_answered_as_expected`); every
byte of a payload, signature and list is changed in `site/verify/tests/mutations.test.ts`. Beyond that:

altered payload
    page    tests/browser/test_verify.py::test_a_forged_code_is_found_out
    verify  tests/verify/test_forgeries.py::test_the_command_knows_every_forged_text
    audit   tests/test_audit.py::test_an_altered_payload_and_the_other_of_two_signatures
signature of another key
    page    tests/browser/test_verify.py::test_a_forged_code_is_found_out
    verify  tests/verify/test_forgeries.py::test_the_command_knows_every_forged_text
    audit   tests/test_audit.py::test_a_changed_name_signed_by_another_key
            tests/test_audit.py::test_another_key_that_names_the_published_one
another person's QR code: genuine, so the answer names whom it is of and asks to compare, item by item
    page    tests/browser/test_verify.py::test_a_code_is_answered_with_what_was_signed
            tests/browser/test_verify.py::test_a_code_of_another_on_a_page
    verify  tests/verify/test_command.py::test_what_is_signed_is_told
            tests/verify/test_command.py::test_an_address_that_leads_to_another_certificate
    audit   tests/test_audit.py::test_payloads_of_two_people_swapped
            tests/test_audit.py::test_a_signature_that_does_not_fit
the other of two signatures (high S)
    page    tests/browser/test_verify.py::test_a_forged_code_is_found_out
    verify  tests/verify/test_forgeries.py::test_the_command_knows_every_forged_text
    audit   tests/test_audit.py::test_an_altered_payload_and_the_other_of_two_signatures
replaced PDF
    page    tests/browser/test_verify.py::test_the_printed_file_and_one_byte_more
    verify  tests/verify/test_command.py::test_a_printed_file
            tests/verify/test_command.py::test_a_file_nobody_printed_is_not_even_looked_into
    audit   tests/test_audit.py::test_a_pdf_replaced
            tests/test_audit.py::test_a_line_of_the_ledger_removed_or_changed
edited or removed line of the roster: nothing is published from it, nothing answered
    page    tests/verify/test_forgeries.py::test_a_roster_that_was_tampered_with_is_not_published_and_answers_nothing
    verify  the same
    audit   tests/test_audit.py::test_an_edited_line_is_found
            tests/test_audit.py::test_a_removed_line_is_found
re-chained roster without the published head: nothing inside it shows it, what was published does
    page    tests/browser/test_verify.py::test_what_no_longer_stands
    verify  tests/verify/test_forgeries.py::test_a_revocation_cut_off_is_known_by_what_was_published
    audit   the same
            tests/test_audit.py::test_a_roster_chained_anew_is_known_by_the_published_head
stale status list (an audit reads none)
    page    tests/browser/test_verify.py::test_without_a_list_to_believe_nothing_is_valid
            tests/browser/test_verify.py::test_the_kept_page_ends_with_its_list
    verify  tests/verify/test_command.py::test_a_list_that_cannot_be_believed_answers_nothing
            tests/verify/test_command.py::test_a_list_lasts_until_its_day
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from generator.check import check
from generator.cli import main
from generator.derive import heads
from generator.publish.validity import KEYS, LIST, renew
from generator.signature.keys import read_private
from generator.tree import Directory
from tests.disk import lay
from tests.support import ROOT, ROSTER, canonical, read, records
from tests.verify.cases import FILE

STATUS_KEY = ROOT / "tests" / "keys" / "demo-status.pem"
SECOND = "ZSCQZY-42-2022-YC-0003-7"
SHARED = json.loads(FILE.read_text(encoding="utf-8"))
FORGED = [
    case for case in SHARED["cases"] if case["expected"]["reason"] == "altered" and case["list"] == "good"
]


class Said(NamedTuple):
    code: int
    word: str
    all: str


class Siwu:
    """Commands in a folder."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self.capsys = root, capsys

    def __call__(self, *arguments: object) -> Said:
        self.capsys.readouterr()
        code = main(["-C", str(self.root), *map(str, arguments)])
        out, err = self.capsys.readouterr()
        return Said(code, out.partition("\n")[0], out + err)


@pytest.fixture
def siwu(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Siwu:
    return Siwu(lay(tmp_path / "repository"), capsys)


def test_the_table_names_tests_that_are_there() -> None:
    named = re.findall(r"([\w/]+\.py)::(test_\w+)", __doc__ or "")
    assert len(named) > 20
    for path, test in named:
        assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), f"{path}::{test}"


@pytest.mark.parametrize("case", FORGED, ids=lambda case: case["name"])
def test_the_command_knows_every_forged_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], case: dict[str, Any]
) -> None:
    keys, status = tmp_path / "keys.json", tmp_path / "status.jwt"
    keys.write_text(json.dumps(SHARED["keys"]), encoding="utf-8")
    status.write_text(SHARED["lists"]["good"], encoding="ascii")
    given = ("--keys", keys, "--status", status, "--at", "2022-11-20")
    said = Siwu(tmp_path, capsys)("verify", case["text"], *given)
    assert (said.code, said.word) == (1, "查无")
    assert "签名与内容不符" in said.all
    assert "姓名" not in said.all


@pytest.mark.parametrize("how", ["edited", "removed"])
def test_a_roster_that_was_tampered_with_is_not_published_and_answers_nothing(siwu: Siwu, how: str) -> None:
    made = read(ROSTER, (siwu.root / ROSTER).read_bytes())
    if how == "edited":
        made["events"][2]["person"]["name"] = "李示例"
    else:
        del made["events"][2]
    (siwu.root / ROSTER).write_bytes(canonical(ROSTER, made))
    for code, *command in ((1, "build", "--status-key", STATUS_KEY), (2, "verify", SECOND)):
        said = siwu(*command)
        assert said.code == code
        assert "有效" not in said.all
    assert not (siwu.root / "build").exists()


def test_a_revocation_cut_off_is_known_by_what_was_published(siwu: Siwu, tmp_path: Path) -> None:
    """Whoever can write the repository takes a revocation out: each link of the chain that is left still fits."""
    before = (siwu.root / ROSTER).read_bytes()
    assert siwu("revoke", SECOND, "--reason", "fraud", "--yes").code == 0
    published = tmp_path / "published"
    repo = check(Directory(siwu.root)).repo
    assert repo is not None
    renew(published, repo, read_private(STATUS_KEY.read_bytes()))
    (published / "heads.json").write_bytes(heads.written(heads.heads(repo)))
    (siwu.root / ROSTER).write_bytes(before)
    assert siwu("check").code == 0
    assert siwu("verify", SECOND).word == "演示数据，非真实证书"
    given = ("--keys", published / KEYS, "--status", published / LIST)
    for what in (SECOND, signed_text()):
        assert siwu("verify", what, *given)[:2] == (1, "已撤销")
    said = siwu("audit", "--against", published / "heads.json")
    assert said.code == 1
    assert "AU011" in said.all


def signed_text() -> str:
    """What its QR code carries."""
    event = next(one for one in records()[ROSTER]["events"] if one["no"] == SECOND)
    return f"{event['payload']}.{event['signature']}"
