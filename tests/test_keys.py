"""Signing keys: what they sign, what is believed of a signature, and `siwu key`."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given
from hypothesis import strategies as st

from generator.cli import main
from generator.gate.appending import keys_kept
from generator.load import load
from generator.privacy.keys import DEMO_KEYS, fingerprint, secrets
from generator.problem import Where
from generator.signature.curve import ORDER, sign, signed
from generator.signature.keys import new_key, pem, public_half, read_private, sign_payload
from generator.signature.published import DEMO_PUBLIC, PublishedKey, key_id, point
from generator.signature.verification import DOMAIN, Outcome, verify
from generator.signature.written import read_payload, read_signature, written_payload, written_signature
from tests.disk import lay
from tests.support import ROOT, canonical
from tests.test_payload import RAW, SAMPLE

KEYS = ROOT / "tests" / "keys"
PATH = "data/keys.yml"
ISSUER = read_private((KEYS / "demo-issuer.pem").read_bytes())
STATUS = read_private((KEYS / "demo-status.pem").read_bytes())
PUBLIC = public_half(ISSUER)
TODAY = date(2022, 11, 20)
PAYLOAD, SIGNATURE = sign_payload(ISSUER, SAMPLE)
PROOF = read_signature(SIGNATURE)


def key(private: ec.EllipticCurvePrivateKey = ISSUER, purpose: str = "issuer") -> PublishedKey:
    public = public_half(private)
    return PublishedKey(
        where=Where(PATH),
        seq=1,
        id=key_id(public),
        algorithm="ES256",
        purpose=purpose,
        public=public,
        start=date(2022, 1, 1),
    )


PUBLISHED = (key(STATUS, "status"), key())


def answer(
    payload: str = PAYLOAD, signature: str = SIGNATURE, keys: tuple[PublishedKey, ...] = PUBLISHED
) -> Outcome:
    return verify(payload, signature, keys, TODAY).outcome


# --- The curve


def test_a_signature_is_that_of_rfc_6979() -> None:
    """A.2.5, P-256 and SHA-256, message `sample`; its s is the high one."""
    private = ec.derive_private_key(
        0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721, ec.SECP256R1()
    )
    r = 0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
    s = 0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8
    assert sign(private, b"sample") == r.to_bytes(32, "big") + (ORDER - s).to_bytes(32, "big")


@given(st.binary(max_size=100))
def test_what_is_signed_is_low_and_signed(message: bytes) -> None:
    made = sign(ISSUER, message)
    assert int.from_bytes(made[32:], "big") <= ORDER // 2
    assert signed(point(PUBLIC), message, made)
    assert sign(ISSUER, message) == made


def halves(r: int, s: int) -> bytes:
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


R, S = int.from_bytes(PROOF[:32], "big"), int.from_bytes(PROOF[32:], "big")


@pytest.mark.parametrize(
    "proof",
    [
        pytest.param(halves(R, ORDER - S), id="the other s"),
        pytest.param(halves(0, S), id="r 0"),
        pytest.param(halves(R, 0), id="s 0"),
        pytest.param(halves(ORDER, S), id="r the order"),
        pytest.param(halves(0, 0), id="both 0"),
        pytest.param(halves(S, R), id="swapped"),
        pytest.param(bytes([PROOF[0] ^ 1]) + PROOF[1:], id="a bit"),
    ],
)
def test_a_signature_that_is_not_the_one_is_refused(proof: bytes) -> None:
    assert answer(signature=written_signature(proof)) is Outcome.ALTERED


def test_a_signature_of_another_length_is_none() -> None:
    assert signed(point(PUBLIC), DOMAIN + read_payload(PAYLOAD), PROOF)
    assert not signed(point(PUBLIC), DOMAIN + read_payload(PAYLOAD), PROOF + b"\0")
    assert not signed(point(PUBLIC), DOMAIN + read_payload(PAYLOAD), PROOF[:32] + b"\0" + PROOF[32:])
    assert not signed(point(PUBLIC), DOMAIN + read_payload(PAYLOAD), PROOF[:32])


def test_a_check_does_not_load_the_curve() -> None:
    """Rules read payloads; only who signs or verifies waits for the library."""
    code = "import sys, generator.check; sys.exit('cryptography' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


# --- Verification


def test_what_the_office_signed_is_genuine() -> None:
    found = verify(PAYLOAD, SIGNATURE, PUBLISHED, TODAY)
    assert (found.outcome, found.payload, found.key) == (Outcome.GENUINE, SAMPLE, PUBLISHED[1])
    assert found.genuine


def test_a_certificate_is_dated_no_later_than_it_is_asked_about() -> None:
    assert verify(PAYLOAD, SIGNATURE, PUBLISHED, SAMPLE.day).genuine
    assert verify(PAYLOAD, SIGNATURE, PUBLISHED, date(2022, 6, 30)).outcome is Outcome.KEY_NOT_VALID


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        (replace(key(), until=date(2022, 7, 1), reason="replaced"), Outcome.GENUINE),
        (replace(key(), until=date(2022, 6, 30), reason="replaced"), Outcome.KEY_NOT_VALID),
        (replace(key(), start=date(2022, 7, 1)), Outcome.GENUINE),
        (replace(key(), start=date(2022, 7, 2)), Outcome.KEY_NOT_VALID),
        (replace(key(), until=date(2022, 12, 31), reason="lost"), Outcome.GENUINE),
        (replace(key(), until=date(2022, 12, 31), reason="compromised"), Outcome.KEY_NOT_VALID),
        (replace(key(), purpose="status"), Outcome.KEY_UNKNOWN),
        (replace(key(), id="00000000"), Outcome.KEY_UNKNOWN),
        # The algorithm is the published key's: what the key does not name is not tried.
        (replace(key(), algorithm="none"), Outcome.KEY_UNKNOWN),
        (replace(key(), algorithm=""), Outcome.KEY_UNKNOWN),
        # Another key under the same id.
        (replace(key(), public=public_half(STATUS)), Outcome.ALTERED),
        (replace(key(), public="MFkw"), Outcome.KEY_UNKNOWN),
    ],
)
def test_the_published_key_decides(changed: PublishedKey, outcome: Outcome) -> None:
    assert answer(keys=(changed,)) is outcome


def test_a_forged_certificate_is_altered_even_where_the_key_is_no_longer_valid() -> None:
    forged, _ = sign_payload(ISSUER, replace(SAMPLE, name="李示例"))
    assert answer(forged) is Outcome.ALTERED
    assert answer(forged, keys=(replace(key(), until=date(2022, 2, 1)),)) is Outcome.ALTERED


def test_another_key_may_not_sign_under_the_offices_id() -> None:
    mine = new_key()
    raw = read_payload(PAYLOAD)
    assert answer(signature=written_signature(sign(mine, DOMAIN + raw))) is Outcome.ALTERED
    theirs, proof = sign_payload(mine, SAMPLE)
    assert answer(theirs, proof) is Outcome.KEY_UNKNOWN


def test_what_was_signed_for_something_else_is_no_certificate() -> None:
    raw = read_payload(PAYLOAD)
    assert answer(signature=written_signature(sign(ISSUER, raw))) is Outcome.ALTERED
    assert answer(signature=written_signature(sign(ISSUER, b"siwu-status-v1\0" + raw))) is Outcome.ALTERED


@pytest.mark.parametrize(
    ("payload", "signature"),
    [
        ("", ""),
        (PAYLOAD, ""),
        (PAYLOAD, SIGNATURE[1:]),
        (PAYLOAD + "A", SIGNATURE),
        (PAYLOAD + "=", SIGNATURE),
        (PAYLOAD + "AA", SIGNATURE),
        (PAYLOAD, SIGNATURE + "\n"),
        ("Ａ" + PAYLOAD[1:], SIGNATURE),
        ("\ud800", SIGNATURE),
    ],
)
def test_what_is_no_certificate_is_malformed(payload: str, signature: str) -> None:
    assert answer(payload, signature) is Outcome.MALFORMED


@given(st.text(max_size=300), st.text(max_size=100))
def test_no_text_makes_it_raise(payload: str, signature: str) -> None:
    assert not verify(payload, signature, PUBLISHED, TODAY).genuine


@given(st.binary(max_size=300), st.binary(min_size=64, max_size=64))
def test_no_bytes_make_it_raise(raw: bytes, proof: bytes) -> None:
    assert not verify(written_payload(raw), written_signature(proof), PUBLISHED, TODAY).genuine


@given(st.integers(0, len(RAW) - 1), st.integers(1, 255))
def test_a_changed_byte_is_never_genuine(at: int, change: int) -> None:
    raw = RAW[:at] + bytes([RAW[at] ^ change]) + RAW[at + 1 :]
    assert not verify(written_payload(raw), SIGNATURE, PUBLISHED, TODAY).genuine


# --- Keys


def test_a_payload_is_signed_under_the_signing_keys_own_id() -> None:
    assert sign_payload(ISSUER, replace(SAMPLE, key="ffffffff")) == (PAYLOAD, SIGNATURE)


def test_a_private_key_is_read_as_it_was_written() -> None:
    made = new_key()
    assert public_half(read_private(pem(made))) == public_half(made)


def other(private: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey, password: bytes = b"") -> bytes:
    closed = form.BestAvailableEncryption(password) if password else form.NoEncryption()
    return private.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, closed)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "不是私钥文件"),
        (b"\xff\x00", "不是私钥文件"),
        (pem(ISSUER)[:100], "不是私钥文件"),
        (other(ec.generate_private_key(ec.SECP384R1())), "不是 P-256"),
        (other(ed25519.Ed25519PrivateKey.generate()), "不是 P-256"),
        (other(ISSUER, b"word"), "有口令"),
    ],
)
def test_what_is_no_key_of_ours_is_refused(text: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_private(text)


@pytest.mark.parametrize(
    "public",
    [
        "",
        PUBLIC[:-1],
        PUBLIC.replace("MFkw", "MFkx"),
        PUBLIC[:36] + "A" * 86 + "==",
        PUBLIC[:-3] + chr(ord(PUBLIC[-3]) + 1) + "==",
        PUBLIC + "\n",
    ],
)
def test_what_is_no_public_half_is_refused(public: str) -> None:
    assert len(point(PUBLIC)) == 64
    with pytest.raises(ValueError, match="公钥"):
        point(public)


def test_the_demos_keys_are_known_by_their_fingerprints() -> None:
    for name in ("demo-issuer.pem", "demo-status.pem"):
        text = (KEYS / name).read_text("utf-8")
        assert "演示" in text.splitlines()[0]
        assert fingerprint(text[text.index("-----BEGIN") :]) in DEMO_KEYS
        assert public_half(read_private(text.encode())) in DEMO_PUBLIC
        assert list(secrets(text)) == []
    assert [leak.code for leak in secrets(pem(new_key()).decode())] == ["PI006"]


def test_the_demo_publishes_the_demos_keys() -> None:
    record, _ = load((ROOT / PATH).read_bytes(), PATH)
    assert {(one["purpose"], one["public"]) for one in record["keys"]} == {
        ("issuer", PUBLIC),
        ("status", public_half(STATUS)),
    }


# --- siwu key

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def siwu(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    root = lay(tmp_path / "repository")
    (root / PATH).unlink()

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        code = main(["key", *map(str, arguments), "-C", str(root)])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "repository" / PATH


def published(path: Path) -> list[dict[str, object]]:
    data, problems = load(path.read_bytes(), PATH)
    assert problems == []
    keys: list[dict[str, object]] = data["keys"]
    assert canonical(PATH, data) == path.read_bytes()
    return keys


def test_a_new_key_is_private_outside_and_public_inside(siwu: Run, path: Path, tmp_path: Path) -> None:
    assert siwu("list")[1] == ""
    out = tmp_path / "issuer.pem"
    code, said, warned = siwu("new", "--purpose", "issuer", "--out", out, "--from", "2022-03-01")
    assert code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    (one,) = published(path)
    assert one["public"] == public_half(read_private(out.read_bytes()))
    assert one["id"] == key_id(str(one["public"]))
    assert (one["seq"], one["purpose"], one["from"]) == (1, "issuer", "2022-03-01")
    assert str(one["id"]) in said
    body = out.read_text().splitlines()[1]
    assert body not in said + warned + path.read_text()
    assert siwu("new", "--purpose", "status", "--out", tmp_path / "status.pem")[0] == 0
    assert [one["seq"] for one in published(path)] == [1, 2]
    assert siwu("list")[1].splitlines()[0] == f"1 {one['id']} 签发证书 2022-03-01 至 今：在用"


def test_no_private_key_lies_in_the_repository_or_over_a_file(siwu: Run, path: Path, tmp_path: Path) -> None:
    inside = path.parent / "issuer.pem"
    code, _, warned = siwu("new", "--purpose", "issuer", "--out", inside)
    assert (code, "在仓库里，私钥一刻也不能" in warned) == (2, True)
    kept = tmp_path / "kept.pem"
    kept.write_text("kept")
    assert siwu("new", "--purpose", "issuer", "--out", kept)[0] == 2
    assert kept.read_text() == "kept"
    assert not inside.exists()
    assert not path.exists()


def test_a_retired_key_stays_published(siwu: Run, path: Path, tmp_path: Path) -> None:
    siwu("new", "--purpose", "issuer", "--out", tmp_path / "a.pem", "--from", "2022-03-01")
    one = str(published(path)[0]["id"])
    assert siwu("retire", one, "--until", "2022-02-28")[0] == 2
    assert siwu("retire", "00000000", "--until", "2022-12-31")[0] == 2
    assert siwu("retire", one, "--until", "2022-12-31")[0] == 0
    assert (published(path)[0]["until"], published(path)[0]["reason"]) == ("2022-12-31", "replaced")
    code, _, warned = siwu("retire", one, "--until", "2023-01-01")
    assert (code, "只能提前" in warned) == (2, True)
    assert "已停用（换新）" in siwu("list")[1]
    assert siwu("retire", one, "--until", "2022-12-01", "--reason", "compromised")[0] == 0
    assert siwu("retire", one, "--until", "2022-12-01")[0] == 2
    assert published(path)[0]["reason"] == "compromised"
    assert "已泄露" in siwu("list")[1]


def test_certificates_a_retirement_leaves_without_a_key_are_counted(siwu: Run, path: Path) -> None:
    path.write_bytes((ROOT / PATH).read_bytes())
    assert "张证书" not in siwu("retire", SAMPLE.key, "--until", "2022-09-15")[2]
    assert "有 1 张证书的日期在 2022-09-14 以后" in siwu("retire", SAMPLE.key, "--until", "2022-09-14")[2]
    assert "有 5 张证书的日期在 2022-06-30 以后" in siwu("retire", SAMPLE.key, "--until", "2022-06-30")[2]


def test_a_record_with_errors_is_not_added_to(siwu: Run, path: Path, tmp_path: Path) -> None:
    path.write_text("keys: [{id: x}]\n")
    code, _, warned = siwu("new", "--purpose", "issuer", "--out", tmp_path / "a.pem")
    assert (code, "siwu check" in warned) == (2, True)
    assert not (tmp_path / "a.pem").exists()


# --- Published for ever: what the gate says of a push


def changed(record: bytes, old: str, new: str) -> bytes:
    text = record.decode()
    assert old in text
    return text.replace(old, new, 1).encode()


@pytest.fixture(scope="module")
def two() -> bytes:
    first = {"seq": 1, "purpose": "issuer", "algorithm": "ES256", "from": "2022-01-01", "until": "2022-12-31"}
    keys = [{**first, "seq": seq, "public": public_half(new_key()), "reason": "lost"} for seq in (1, 2)]
    return canonical(PATH, {"keys": [{**one, "id": key_id(str(one["public"]))} for one in keys]})


def refused(old: bytes | None, new: bytes | None) -> list[str]:
    return [problem.code for problem in keys_kept(PATH, old, new)]


def test_a_key_may_be_added_and_end_earlier(two: bytes) -> None:
    assert refused(None, two) == []
    assert refused(two, two) == []
    assert refused(two, changed(two, "2022-12-31", "2022-06-30")) == []
    assert refused(two, changed(two, "reason: lost", "reason: compromised")) == []
    assert refused(two[: two.index(b"  - seq: 2")], two) == []


def test_a_published_key_neither_goes_nor_changes(two: bytes) -> None:
    assert refused(two, None) == ["GA015"]
    assert refused(two, b"keys: [") == ["GA015"]
    assert refused(two, two[: two.index(b"  - seq: 2")]) == ["GA015"]
    assert refused(two, changed(two, "purpose: issuer", "purpose: status")) == ["GA015"]
    assert refused(two, changed(two, "2022-01-01", "2021-01-01")) == ["GA015"]
    assert refused(two, changed(two, '    until: "2022-12-31"\n', "")) == ["GA015"]
    assert refused(two, changed(two, "2022-12-31", "2023-12-31")) == ["GA015"]
    assert refused(changed(two, "reason: lost", "reason: compromised"), two) == ["GA015"]


def test_the_demos_keys_make_room_for_real_ones(two: bytes) -> None:
    assert refused((ROOT / PATH).read_bytes(), two) == []


def test_a_signature_is_not_taken_for_a_token() -> None:
    assert list(secrets("payload: AQ-sk-" + "a" * 40)) == []
    assert list(secrets("signature: S_sk-" + "a" * 40)) == []
    assert [leak.code for leak in secrets("key: sk-" + "a" * 40)] == ["PI006"]
