"""All certificates a compromised key signed, reissued in one go; and the county corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from generator.check import check
from generator.cli import main
from generator.issue import changes, switch
from generator.issue.bulk import Replaced, other_key, reissue_all, signed_by
from generator.issue.ledger import Ledger
from generator.sign import breaks
from generator.signature.keys import PrivateKey, new_key, pem, public_half
from generator.signature.payload import decode
from generator.signature.published import key_id
from generator.signature.written import read_payload
from generator.tree import Directory
from tests.disk import lay
from tests.issuing import (
    DAY,
    KEY,
    after,
    events,
    issued,
    judged,
    press,
    readable,
    refused,
    repo,
    unissued,
)
from tests.support import ROSTER, canonical, edit, read, records, schemas

KEYS = "data/keys.yml"
OLD = "152a6163"
NEW = new_key()
NEW_ID = key_id(public_half(NEW))
LATER = date(2022, 7, 2)


def published(retired: bool = True) -> bytes:
    """The published keys with a new one, and the old one given up as compromised."""
    record = edit(
        records()[KEYS], {"keys/0/until": "2022-07-01", "keys/0/reason": "compromised"} if retired else {}
    )
    new = {"purpose": "issuer", "algorithm": "ES256", "public": public_half(NEW), "from": "2022-01-01"}
    record["keys"].append({"seq": len(record["keys"]) + 1, "id": NEW_ID, **new})
    return canonical(KEYS, record)


def changed(files: Mapping[str, bytes], command: str, no: str, key: PrivateKey = KEY) -> dict[str, bytes]:
    """The files after one certificate is revoked, forgotten or reissued with a key."""
    found = repo(files)
    ledger = Ledger.of(found)
    of = changes.standing(found, ledger, no, DAY)
    if command == "reissue":
        change = changes.reissue(found, ledger, of, replace(press(found), key=key), readable, "遗失", {})
    else:
        change = getattr(changes, command)(ledger, of, DAY, "核查")
    return {**files, **after(found, change)}


@pytest.fixture(scope="module")
def mixed() -> dict[str, bytes]:
    """One in force, one revoked, one reissued with the new key, one reissued with the old; the old key is retired."""
    files = {**issued(unissued()), KEYS: published(retired=False)}
    _, two, three, four = (event["no"] for event in events(files))
    files = changed(files, "revoke", two)
    files = changed(files, "reissue", three, NEW)
    files = changed(files, "reissue", four)
    return {**files, KEYS: published()}


def bulk(files: Mapping[str, bytes], day: date = LATER, reason: str = "密钥停用", **more: Any) -> Replaced:
    found = repo(files)
    ledger = Ledger.of(found)
    signed = signed_by(found, ledger, OLD)
    presses = {site: replace(press(found, day=day), key=NEW) for site in signed.sites}
    return reissue_all(ledger, signed, presses, more.get("legible", readable), reason)


def test_only_what_is_in_force_and_signed_by_that_key_is_reissued(mixed: dict[str, bytes]) -> None:
    before = events(mixed)
    one, two = before[0]["no"], before[1]["no"]
    signed = signed_by(repo(mixed), Ledger.of(repo(mixed)), OLD)
    assert [(of.no, site) for of, site in signed.current] == [(one, "YC"), (before[-1]["no"], "YC")]
    assert signed.revoked == (two,)
    found = repo(mixed)
    made = bulk(mixed)
    files = judged(mixed, after(found, changes.Change(ledger=made.ledger, event=None)))
    new = events(files)[len(before) :]
    assert events(files)[: len(before)] == before
    assert [event["supersedes"] for event in new] == [one, before[-1]["no"]]
    assert [event["no"][-6:-2] for event in new] == ["0007", "0008"]
    assert {decode(read_payload(event["payload"])).key for event in new} == {NEW_ID}
    assert [event["person"] for event in new] == [before[0]["person"], before[-1]["person"]]
    assert {event["reason"] for event in new} == {"密钥停用"}
    assert not list(breaks(events(files)))
    assert len({event["token"] for event in new} | {event["token"] for event in before}) == 4 + 2 + 2


def test_twice_changes_nothing_and_what_is_restored_is_left_for_the_next_time(
    mixed: dict[str, bytes],
) -> None:
    found = repo(mixed)
    files = {**mixed, **after(found, changes.Change(ledger=bulk(mixed).ledger, event=None))}
    again = repo(files)
    assert signed_by(again, Ledger.of(again), OLD).current == ()
    ledger = Ledger.of(again)
    two = events(files)[1]["no"]
    change = changes.restore(ledger, changes.standing(again, ledger, two, LATER), LATER, "核查完毕")
    restored = repo({**files, **after(again, change)})
    assert [of.no for of, _ in signed_by(restored, Ledger.of(restored), OLD).current] == [two]


def test_who_asked_not_to_be_named_is_left_alone() -> None:
    files = issued(unissued())
    first, *others = (event["no"] for event in events(files))
    files = {**changed(files, "forget", first), KEYS: published()}
    found = repo(files)
    signed = signed_by(found, Ledger.of(found), OLD)
    assert ([of.no for of, _ in signed.current], signed.revoked) == (others, ())


def test_what_an_interrupted_forgetting_left_is_not_issued_again() -> None:
    files = issued(unissued())
    whole = events(files)
    gone = changed(files, "forget", whole[0]["no"])
    left = {"year": 2022, "events": [*whole, events(gone)[-1]]}
    found = repo({**gone, ROSTER: canonical(ROSTER, left), KEYS: published()})
    signed = signed_by(found, Ledger.of(found), OLD)
    assert [of.no for of, _ in signed.current] == [event["no"] for event in whole[1:]]


def test_all_reasons_at_once_or_nothing(mixed: dict[str, bytes]) -> None:
    with refused("不能早到 2022-06-30") as told:
        bulk(mixed, day=date(2022, 6, 30))
    assert len(told.value.sentences) == 2
    with refused("证书 ZSCQZY-42-2022-YC-0001-B：字体里没有") as told:
        bulk(mixed, legible=lambda name, unit: "字体里没有某个字")
    assert len(told.value.sentences) == 2


@pytest.mark.parametrize(
    ("key", "retired", "said"),
    [
        ("ffffffff", True, "没有密钥 ffffffff"),
        ("c20a632f", True, "是签状态清单的"),
        (OLD, False, "没有停用"),
    ],
)
def test_a_key_that_is_not_given_up_replaces_nothing(
    key: str, retired: bool, said: str, mixed: dict[str, bytes]
) -> None:
    found = repo({**mixed, KEYS: published(retired)})
    with refused(said):
        signed_by(found, Ledger.of(found), key)


def test_a_key_does_not_replace_itself() -> None:
    with refused("就是要换下的密钥"):
        other_key(OLD, OLD)
    other_key(OLD, NEW_ID)


# The county


def test_a_county_is_corrected_to_one_that_is_there() -> None:
    files = issued(unissued())
    found = repo(files)
    ledger = Ledger.of(found)
    first = events(files)[0]
    of = changes.standing(found, ledger, first["no"], DAY)
    other = next(code for code in ("420526", "420527") if code != first["person"]["county"])
    change = changes.reissue(found, ledger, of, press(found), readable, "县区更正", {"county": other})
    assert change.event is not None
    assert change.event["person"] == {**first["person"], "county": other}
    for wrong in ("429999", "420500", "", "示例县"):
        with refused("没有县区"):
            changes.reissue(found, ledger, of, press(found), readable, "县区更正", {"county": wrong})


# The command


@pytest.fixture
def root(mixed: dict[str, bytes], tmp_path: Path) -> Path:
    root = lay(tmp_path / "repository")
    for path in (ROSTER, KEYS, "data/statistics/2022.yml"):
        (root / path).write_bytes(mixed[path])
    (tmp_path / "new.pem").write_bytes(pem(NEW))
    return root


def siwu(root: Path, *arguments: str) -> int:
    try:
        return main([*arguments, "-C", str(root)])
    except SystemExit as end:
        return int(str(end.code))


def bulk_command(root: Path, *more: str) -> int:
    key = str(root.parent / "new.pem")
    return siwu(root, "reissue", "--signed-by", OLD, "--reason", "密钥停用", "--key", key, "--yes", *more)


def test_the_command_lists_and_writes_all_at_once(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = read(ROSTER, (root / ROSTER).read_bytes())["events"]
    assert bulk_command(root) == 0
    said = capsys.readouterr().out
    new = read(ROSTER, (root / ROSTER).read_bytes())["events"][len(before) :]
    assert "有 1 张已撤销，不换发" in said
    assert "将换发 2 张，日期 2022-11-20，原因：密钥停用，加在名册第 8 至 9 条" in said
    for event in new:
        assert f"  {event['supersedes']} → {event['no']}\n" in said
    assert "王示例" not in said  # no terminal, so no names
    wrong = [
        f"{one.code} {one.message}"
        for one in check(Directory(root), schemas=schemas()).problems
        if one.severity == "error"
    ]
    assert wrong == []
    raw = (root / ROSTER).read_bytes()
    assert bulk_command(root) == 0
    assert "都已换发、撤销或停止公开，名册没有变化" in capsys.readouterr().out
    assert (root / ROSTER).read_bytes() == raw


def test_killed_before_it_is_written_nothing_is_changed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file, written whole: what is there is the old roster or the one with all of them."""
    raw, written = (root / ROSTER).read_bytes(), []

    def stop(*arguments: Any) -> None:
        written.append(arguments[1])
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(switch, "write_inside", stop)
        bulk_command(root)
    assert (written, (root / ROSTER).read_bytes()) == ([ROSTER], raw)
    assert bulk_command(root) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("reissue", "--reason", "遗失"),
        ("reissue", "ZSCQZY-42-2022-YC-0001-B", "--signed-by", OLD, "--reason", "遗失"),
        ("reissue", "--signed-by", OLD, "--reason", "遗失", "--county", "420527"),
    ],
    ids=["neither", "both", "corrected"],
)
def test_one_certificate_or_all_of_a_key(arguments: tuple[str, ...], root: Path) -> None:
    raw = (root / ROSTER).read_bytes()
    assert siwu(root, *arguments) == 2
    assert (root / ROSTER).read_bytes() == raw


def test_the_old_key_does_not_sign_in_its_own_place(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = (root / ROSTER).read_bytes()
    (root.parent / "new.pem").write_bytes(pem(KEY))
    assert bulk_command(root) == 1
    assert "没有写入" in capsys.readouterr().out
    assert (root / ROSTER).read_bytes() == raw
