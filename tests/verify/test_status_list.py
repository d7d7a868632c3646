"""The status list and the published keys: what of the roster is in them, who may sign, what the site shows."""

from __future__ import annotations

import json
import os
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from generator.cli import main
from generator.model import Repo
from generator.publish.extras import carry
from generator.publish.validity import KEYS, LIST, renew
from generator.signature.keys import new_key, pem, read_private
from generator.signature.published import PublishedKey
from generator.signature.written import read_payload
from generator.validity.answer import Reason
from generator.validity.asking import asked, by_number, by_text
from generator.validity.jws import UnreadableError, split
from generator.validity.keyfile import key_file, read_keys
from generator.validity.signer import judge_status_key, published_keys
from generator.validity.statuslist import NoListError, document, read_list, sign_list, status_list
from tests.published import lay_out
from tests.rostered import ROSTER, rostered
from tests.support import ROOT, records, tree
from tests.verify.actors import private

DEMO = ROOT / "tests" / "keys" / "demo-status.pem"
ISSUER = ROOT / "tests" / "keys" / "demo-issuer.pem"
STATUS = read_private(DEMO.read_bytes())
EVENTS = records()[ROSTER]["events"]
PRODUCTION = {"edit": {"data/dataset.yml": {"kind": "production"}}}


def whole(spec: dict[str, Any] | None = None) -> Repo:
    return rostered(spec)[1]


def later(event: str, index: int, **more: Any) -> dict[str, Any]:
    """A case in which something happens to one of the base's certificates."""
    said = EVENTS[index]
    copied = {name: said[name] for name in ("no", "token", "class", "layout", "digest")}
    new = {**copied, "seq": 6, "event": event, "issued": "2022-09-01", "prev": "", "hash": "", **more}
    if event != "withdrawn":
        new |= {name: said[name] for name in ("person", "salt")}
    return {"edit": {ROSTER: {"events/+": new}}}


def rows(spec: dict[str, Any] | None = None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = document(status_list(whole(spec)))["certificates"]
    return found


def digest(index: int) -> str:
    return sha256(read_payload(EVENTS[index]["payload"])).hexdigest()[:32]


# --- What is in it


def test_every_signed_certificate_is_listed_as_it_stands() -> None:
    assert rows() == {
        EVENTS[0]["no"]: ["valid", digest(0)],
        EVENTS[1]["no"]: ["replaced", digest(1), EVENTS[4]["no"]],
        EVENTS[2]["no"]: ["valid", digest(2)],
        EVENTS[3]["no"]: ["valid", digest(3)],
        EVENTS[4]["no"]: ["valid", digest(4)],
    }


def test_what_was_revoked_and_restored_is_listed_so() -> None:
    spec = later("revoked", 0, reason="unfit")
    assert rows(spec)[EVENTS[0]["no"]] == ["revoked", digest(0)]
    again = {**spec["edit"][ROSTER]["events/+"], "seq": 7, "event": "restored"}
    both = {"edit": {ROSTER: {"events/+": spec["edit"][ROSTER]["events/+"], "events/5+": again}}}
    assert rows(both)[EVENTS[0]["no"]] == ["valid", digest(0)]


def test_of_a_withdrawn_certificate_nothing_is_left_but_its_number() -> None:
    gone = dict.fromkeys(("events/0/payload", "events/0/signature", "events/0/person", "events/0/salt"))
    spec = later("withdrawn", 0)
    spec["edit"][ROSTER] |= {name: {"$delete": True} for name in gone}
    assert rows(spec)[EVENTS[0]["no"]] == ["withdrawn"]


def test_of_a_replaced_one_whose_holder_withdrew_too() -> None:
    """Its data are deleted with those of its successor: there is no digest to tell, and no successor to point to."""
    fields = ("payload", "signature", "person", "salt")
    spec = {"edit": {ROSTER: {f"events/1/{name}": {"$delete": True} for name in fields}}}
    assert rows(spec)[EVENTS[1]["no"]] == ["withdrawn"]


def test_a_certificate_never_signed_is_not_listed() -> None:
    assert rows({"unsigned": [ROSTER]}) == {}


def test_times_are_of_the_day_it_is_as_of() -> None:
    listed = status_list(replace(whole(), as_of=date(2022, 11, 20)))
    assert listed.made.isoformat() == "2022-11-20T00:00:00+08:00"
    assert listed.valid_until - listed.made == timedelta(36500)
    fourteen = status_list(whole({"edit": {"data/dataset.yml": {"status_days": {"$delete": True}}}}))
    assert fourteen.valid_until - fourteen.made == timedelta(14)


def test_a_day_beyond_all_calendars_stops_no_list() -> None:
    listed = status_list(replace(whole(), as_of=date(9999, 12, 31)))
    assert read_list(sign_list(STATUS, listed), published_keys(whole())).valid_until > listed.made


def test_the_same_records_make_the_same_bytes() -> None:
    made = sign_list(STATUS, status_list(whole()))
    assert made == sign_list(STATUS, status_list(whole()))
    keys = published_keys(whole())
    assert read_list(made, keys).certificates == status_list(whole()).certificates


def test_nothing_in_it_is_a_secret() -> None:
    """No name, no unit, no token, no salt: what is not in the public roster is a digest of what nobody can guess."""
    text = json.dumps(document(status_list(whole())), ensure_ascii=False)
    for event in EVENTS:
        secret = [
            event["token"],
            event["salt"],
            event["payload"],
            event["signature"],
            *event["person"].values(),
        ]
        assert not [one for one in secret if one in text]


# --- Who may sign it


def test_the_demos_status_key_may_sign_the_demos_list() -> None:
    judge_status_key(STATUS, whole())


@pytest.mark.parametrize(
    ("spec", "key", "said"),
    [
        (PRODUCTION, STATUS, "公开的演示密钥"),
        ({}, read_private(ISSUER.read_bytes()), "是签发证书的"),
        ({}, private("nobody's"), "没有公布"),
        ({"edit": {"data/keys.yml": {"keys/1/from": "2022-11-21"}}}, STATUS, "没有启用"),
        (
            {"edit": {"data/keys.yml": {"keys/1/until": "2022-11-19", "keys/1/reason": "lost"}}},
            STATUS,
            "停用",
        ),
        (
            {"edit": {"data/keys.yml": {"keys/1/until": "2022-12-31", "keys/1/reason": "compromised"}}},
            STATUS,
            "停用",
        ),
    ],
)
def test_no_other_key_may(spec: dict[str, Any], key: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        judge_status_key(key, whole(spec))


# --- The file of keys


def keys() -> tuple[PublishedKey, ...]:
    ended = replace(published_keys(whole())[0], until=date(2022, 12, 31), reason="replaced")
    return ended, published_keys(whole())[1]


def test_the_file_of_keys_is_read_as_it_was_written() -> None:
    told = [(key.id, key.purpose, key.public, key.start, key.until, key.reason) for key in keys()]
    read = read_keys(key_file(keys()))
    assert [(key.id, key.purpose, key.public, key.start, key.until, key.reason) for key in read] == told


@pytest.mark.parametrize(
    "change",
    [
        lambda data: [],
        lambda data: {},
        lambda data: {"keys": {}},
        lambda data: {"keys": ["x"]},
        lambda data: {"keys": [data["keys"][0] | {"id": "00000000"}]},
        lambda data: {"keys": [data["keys"][0] | {"algorithm": "none"}]},
        lambda data: {"keys": [data["keys"][0] | {"purpose": "both"}]},
        lambda data: {"keys": [data["keys"][0] | {"public": "AAAA"}]},
        lambda data: {"keys": [data["keys"][0] | {"from": "yesterday"}]},
        lambda data: {"keys": [data["keys"][0] | {"from": "20220101"}]},
        lambda data: {"keys": [data["keys"][0] | {"from": "2022-W01-1"}]},
        lambda data: {"keys": [data["keys"][0] | {"until": "2022-02-30"}]},
        lambda data: {"keys": [data["keys"][0] | {"more": ""}]},
        lambda data: {"keys": [data["keys"][0] | {"until": None}]},
    ],
)
def test_another_file_is_none(change: Callable[[Any], Any]) -> None:
    data = json.loads(key_file(keys()))
    with pytest.raises(ValueError, match="公"):
        read_keys(json.dumps(change(data)).encode())
    with pytest.raises(ValueError, match="公"):
        read_keys(b"[" * 100_000)


def test_a_line_of_dots_is_not_taken_apart() -> None:
    dots = "." * 1_000_000
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableError):
            split(dots)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 3 * len(dots)  # a part is 8 bytes


# --- On the site


def test_the_site_has_both_and_who_asks_there_is_answered(tmp_path: Path) -> None:
    renew(tmp_path, whole(), STATUS)
    found = read_keys((tmp_path / KEYS).read_bytes())
    at = asked(
        (tmp_path / LIST).read_text(),
        found,
        "https://siwu.example",
        datetime.fromisoformat("2022-11-20T12:00:00+08:00"),
    )
    first = EVENTS[0]
    assert (
        by_text(f"{first['payload']}.{first['signature']}", at, first["token"]).word == "演示数据，非真实证书"
    )
    assert by_number(EVENTS[1]["no"], at).successor == EVENTS[4]["no"]


def test_an_older_list_goes_and_the_site_it_stands_in_keeps_it(tmp_path: Path) -> None:
    """A part that is carried over shares its files with the site that is still shown."""
    shown, new = tmp_path / "html", tmp_path / "html.new"
    renew(shown, whole(), STATUS)
    before = (shown / LIST).read_bytes()
    new.mkdir()
    carry(shown, new)
    renew(new, whole(later("revoked", 0, reason="unfit")), STATUS)
    assert (new / LIST).read_bytes() != before
    assert (shown / LIST).read_bytes() == before
    renew(new, whole(), None)
    assert not (new / LIST).exists()
    assert (new / KEYS).exists()


def test_a_list_tells_the_year_of_its_key() -> None:
    """A key that came later signs no list of before."""
    late = tuple(replace(key, start=date(2022, 11, 21)) for key in published_keys(whole()))
    with pytest.raises(NoListError) as told:
        read_list(sign_list(STATUS, status_list(whole())), late)
    assert told.value.reason is Reason.LIST_KEY_UNKNOWN


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("SIWU_STATUS_KEY", raising=False)
    return lay_out(tmp_path / "repository")


@pytest.mark.parametrize("named", ["option", "environment", "nobody"])
def test_a_build_signs_with_the_key_it_is_given(
    folder: Path, named: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--status-key", str(DEMO)] if named == "option" else []
    if named == "environment":
        monkeypatch.setenv("SIWU_STATUS_KEY", str(DEMO))
    assert main(["-C", str(folder), "build", "--only", "receipts", *given]) == 0
    html, said = folder / "build" / "html", capsys.readouterr().err
    assert (html / KEYS).is_file()
    assert (html / LIST).is_file() is (named != "nobody")
    assert ("没有状态密钥" in said) is (named == "nobody")


def test_a_build_with_a_key_that_may_not_is_refused_before_anything_is_made(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stranger, secret = folder / "key.pem", new_key()
    stranger.write_bytes(pem(secret))
    for path, said in (
        (stranger, "没有公布"),
        (ISSUER, "是签发证书的"),
        (folder / "none.pem", "读不了"),
        (ROOT / "Makefile", "不是私钥文件"),
    ):
        assert main(["-C", str(folder), "build", "--only", "receipts", "--status-key", str(path)]) == 2
        error = capsys.readouterr().err
        assert said in error
        assert pem(secret).decode().splitlines()[1] not in error
    assert not (folder / "build").exists()


def test_a_production_build_refuses_the_demos_key(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where it is published, the check refuses it already (KE004)."""
    changed = tree(PRODUCTION).files
    lay_out(folder, changed)
    assert main(["-C", str(folder), "build", "--only", "receipts", "--status-key", str(DEMO)]) == 1
    assert "KE004" in main_said(folder, capsys)
    assert not (folder / "build").exists()


def main_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    main(["-C", str(folder), "check"])
    return capsys.readouterr().out


@pytest.mark.slow
def test_ten_thousand_are_listed_in_a_second(capsys: pytest.CaptureFixture[str]) -> None:
    listed = status_list(whole())
    one = next(iter(listed.certificates.values()))
    many = replace(listed, certificates={f"ZSCQZY-42-2022-YC-{serial:04}-X": one for serial in range(10_000)})
    started = os.times().user
    line = sign_list(STATUS, many)
    assert len(read_list(line, published_keys(whole())).certificates) == 10_000
    assert os.times().user - started < 2
    assert len(line) < 1_100_000
