"""Certificates for other programs: credentials, revocation and keys, as openbadgeslib's verifier takes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier
from openbadgeslib.ob3.status import check_credential_status

from generator.model import Repo
from generator.publish.certificates import Printing, files
from generator.publish.extras import carry
from generator.publish.validity import CREDENTIAL, DID, renew
from generator.signature.badge import Award, badge, bits_address, credential, sign_badge, sign_jwt
from generator.signature.keys import public_half, read_private
from generator.signature.payload import Payload, decode
from generator.signature.published import PublishedKey, key_id
from generator.signature.written import read_payload
from generator.validity.badges import award, did_document
from generator.validity.signer import published_keys
from tests.rostered import ROSTER, rostered
from tests.support import ISSUER_KEY, ROOT, issuer, records
from tests.verify.actors import private

STATUS = read_private((ROOT / "tests" / "keys" / "demo-status.pem").read_bytes())
EVENTS = records()[ROSTER]["events"]
FIRST, OLD = EVENTS[0], EVENTS[1]
HOME = "https://siwu.example"
AWARD = Award(base_url=f"{HOME}/", issuer="湖北省知识产权局", title="知识产权专员", demo=True)
ISSUER_DID = "did:web:siwu.example:verify"


def said(event: dict[str, Any]) -> Payload:
    return decode(read_payload(event["payload"]))


def badged(*more: dict[str, Any], **other: Any) -> Repo:
    """The small repository with a credential signed for each certificate, and what befell some of them.

    `other` are edits of the roster besides.
    """
    edits: dict[str, Any] = {
        f"events/{index}/badge": sign_badge(issuer(), AWARD, said(event))
        for index, event in enumerate(EVENTS)
    }
    for index, event in enumerate(more):
        edits[f"events/{len(EVENTS) - 1 + index}+"] = event
    return rostered({"edit": {ROSTER: {**edits, **other}}})[1]


def revoked(event: dict[str, Any]) -> dict[str, Any]:
    kept = {name: event[name] for name in ("no", "token", "class", "layout", "person", "salt", "digest")}
    return {
        **kept,
        "seq": 6,
        "event": "revoked",
        "issued": "2022-09-01",
        "reason": "unfit",
        "prev": "",
        "hash": "",
    }


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    renew(folder, badged(), STATUS)
    return folder


def fetch(folder: Path) -> Callable[[str], bytes]:
    """What is published at an address."""

    def download(address: str) -> bytes:
        assert address.startswith(f"{HOME}/")
        return (folder / address.removeprefix(f"{HOME}/")).read_bytes()

    return download


def beside(folder: Path, event: dict[str, Any]) -> Path:
    return folder / "c" / str(event["token"]) / CREDENTIAL


def verified(folder: Path, event: dict[str, Any]) -> Any:
    """As a stranger does it: the issuer's keys by its name, the status list by its address."""
    download = fetch(folder)
    found = OB3Verifier.for_issuer_did(ISSUER_DID, download=download).verify(
        beside(folder, event).read_text()
    )
    check_credential_status(found, download=download, verify_list=True)
    return found


def test_a_credential_is_verified_by_the_library(site: Path) -> None:
    found = verified(site, FIRST)
    assert found.issuer.id == ISSUER_DID
    assert found.id == f"{HOME}/c/{FIRST['token']}/"
    assert [one.identity_hash for one in found.identifiers] == list(FIRST["person"].values())[:2]
    assert "演示数据，非真实证书" in found.achievement.name


def test_only_what_stands_has_one(site: Path) -> None:
    assert not beside(site, OLD).exists()
    assert all(beside(site, event).exists() for event in (FIRST, *EVENTS[2:]))


def test_its_page_leads_to_it_where_it_is(tmp_path: Path) -> None:
    """Neither that of a certificate that was replaced nor that of one whose credential's signature does not fit."""
    repo = badged(**{"events/2/badge": FIRST["signature"]})
    renew(tmp_path, repo, STATUS)
    made = dict(files(rostered()[0], repo, ROOT / "site", tmp_path / "kept", Printing()))
    found = [
        (
            beside(tmp_path, event).exists(),
            f'href="{CREDENTIAL}"' in made[f"c/{event['token']}/index.html"].decode(),
        )
        for event in (FIRST, OLD, EVENTS[2], EVENTS[3])
    ]
    assert found == [(True, True), (False, False), (False, False), (True, True)]


def test_what_was_revoked_after_it_was_fetched_is_refused(site: Path, tmp_path: Path) -> None:
    renew(tmp_path, badged(revoked(FIRST)), STATUS)
    assert not beside(tmp_path, FIRST).exists()
    beside(tmp_path, FIRST).parent.mkdir(parents=True)
    beside(tmp_path, FIRST).write_bytes(beside(site, FIRST).read_bytes())
    with pytest.raises(OB3VerificationError, match="revocation"):
        verified(tmp_path, FIRST)
    verified(tmp_path, EVENTS[2])


def test_a_build_of_another_part_leaves_none_behind(tmp_path: Path) -> None:
    shown, built = tmp_path / "html", tmp_path / "html.new"
    renew(shown, badged(), STATUS)
    built.mkdir()
    carry(shown, built)
    renew(built, badged(revoked(FIRST)), STATUS)
    assert not beside(built, FIRST).exists()
    assert beside(shown, FIRST).exists()
    assert beside(built, EVENTS[2]).read_bytes() == beside(shown, EVENTS[2]).read_bytes()


def test_without_the_status_key_nothing_says_that_it_stands(site: Path, tmp_path: Path) -> None:
    renew(tmp_path, badged(), STATUS)
    renew(tmp_path, badged(), None)
    with pytest.raises(OB3VerificationError, match="fetch status list"):
        verified(tmp_path, FIRST)


def test_a_list_by_another_key_is_refused(tmp_path: Path) -> None:
    renew(tmp_path, badged(), private("nobody's"))
    with pytest.raises(OB3VerificationError, match="proof is invalid"):
        verified(tmp_path, FIRST)


def test_an_altered_credential_is_refused(site: Path, tmp_path: Path) -> None:
    renew(tmp_path, badged(), STATUS)
    claims = credential(AWARD, replace(said(FIRST), name="李示例"))
    forged = sign_jwt(private("nobody's"), AWARD.did, claims)
    signature = beside(site, FIRST).read_text().rpartition(".")[2]
    beside(tmp_path, FIRST).write_text(f"{forged.rpartition('.')[0]}.{signature}")
    with pytest.raises(OB3VerificationError):
        verified(tmp_path, FIRST)


def keys(**changes: Any) -> tuple[PublishedKey, ...]:
    found = published_keys(rostered()[1])
    return (replace(found[0], **changes), *found[1:])


def test_what_does_not_fit_is_not_published() -> None:
    """Another award, another payload, another key: the roster's signature is of none of them."""
    payload, made = said(FIRST), sign_badge(issuer(), AWARD, said(FIRST))
    assert badge(AWARD, payload, made, keys())
    assert badge(AWARD, payload, made, (new("old", "issuer", 1), *keys()))
    assert badge(replace(AWARD, issuer="湖北省某局"), payload, made, keys()) is None
    assert badge(AWARD, replace(payload, name="李示例"), made, keys()) is None
    assert badge(AWARD, payload, sign_badge(private("nobody's"), AWARD, payload), keys()) is None
    assert badge(AWARD, payload, made, keys()[1:]) is None
    ended = {"until": date(2022, 12, 31), "reason": "compromised"}
    assert badge(AWARD, payload, made, keys(**ended)) is None
    assert badge(AWARD, payload, made, keys(until=date(2022, 6, 30), reason="replaced")) is None


def test_the_demos_credentials_are_those_of_its_roster(tmp_path: Path) -> None:
    """Signed by `siwu demo`, as `siwu issue` does; here one of them, taken as it stands."""
    text = (ROOT / ROSTER).read_text(encoding="utf-8")
    fields = dict(
        line.strip().split(": ", 1) for line in text.split("  - seq: 2\n")[0].splitlines() if ": " in line
    )
    payload = decode(read_payload(fields["payload"]))
    assert badge(AWARD, payload, fields["badge"], keys()) is not None


# --- Keys


def new(name: str, purpose: str, seq: int) -> PublishedKey:
    public = public_half(private(name))
    found = published_keys(rostered()[1])[0]
    return replace(found, seq=seq, id=key_id(public), public=public, purpose=purpose)


def ids(*published: PublishedKey) -> list[str]:
    document = did_document("did:web:x", published)
    assert document["assertionMethod"] == [method["id"] for method in document["verificationMethod"]]
    return [method["id"].partition("#")[2] for method in document["verificationMethod"]]


def test_the_old_key_stays_first_and_a_compromised_one_goes() -> None:
    old, status, later = new("old", "issuer", 1), new("status", "status", 2), new("new", "issuer", 3)
    ended = replace(old, until=date(2022, 12, 31), reason="replaced")
    assert ids(ended, status, later) == [old.id, later.id, status.id]
    assert ids(replace(ended, reason="compromised"), status, later) == [later.id, status.id]


def test_the_document_has_public_halves_only(site: Path) -> None:
    document = json.loads((site / DID).read_text(encoding="utf-8"))
    assert [set(method["publicKeyJwk"]) for method in document["verificationMethod"]] == [
        {"kty", "crv", "x", "y"}
    ] * 2


@pytest.mark.parametrize(
    ("base_url", "did"),
    [
        ("https://siwu.example/", "did:web:siwu.example:verify"),
        ("https://siwu.example", "did:web:siwu.example:verify"),
        ("https://siwu.example:8443/zhi/shi/", "did:web:siwu.example%3A8443:zhi:shi:verify"),
    ],
)
def test_where_the_document_stands(base_url: str, did: str) -> None:
    assert replace(AWARD, base_url=base_url).did == did


def test_a_number_has_its_place() -> None:
    assert bits_address(AWARD, "ZSCQZY-42-2022-YC-0017-X") == (f"{HOME}/verify/revoked-2022-yc.jwt", 17)


# --- What all have in common


def test_a_year_without_a_programme_has_no_credentials() -> None:
    found = rostered()[1]
    assert award(found, 2022) == AWARD
    assert award(found, 2021) is None


def test_the_issuers_key_signs_nothing_that_passes_for_something_else() -> None:
    """What a certificate's signature is of begins otherwise than any JWT."""
    payload = said(FIRST)
    made = sign_badge(issuer(), AWARD, payload)
    assert made != FIRST["signature"]
    assert badge(AWARD, payload, FIRST["signature"], keys()) is None
    assert made == sign_badge(read_private(ISSUER_KEY.read_bytes()), AWARD, payload)
