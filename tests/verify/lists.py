"""Status lists as a verifier may be given them: good, stale, of others, and forged."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from generator.signature.curve import ORDER, sign
from generator.signature.keys import public_half
from generator.signature.published import point
from generator.validity.statuslist import document, sign_list
from tests.verify.actors import KEYS, LIST, NOW, VALID_ONE, private

ID = {key.name: key.id for key in KEYS}
HEADER = {"alg": "ES256", "kid": ID["status"], "typ": "siwu-status+jwt"}
DAY = timedelta(1)


def encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def line(header: Any, body: Any, key: str = "status") -> str:
    """Any header and content, signed."""
    message = f"{encoded(json.dumps(header).encode())}.{encoded(json.dumps(body).encode())}"
    return f"{message}.{encoded(sign(private(key), message.encode()))}"


def changed(body: Mapping[str, Any], key: str = "status", **header: str) -> str:
    return line(HEADER | header, body, key)


GOOD = sign_list(private("status"), LIST)
BODY = document(LIST)
FIRST, MIDDLE, LAST = GOOD.split(".")


def _tampered() -> str:
    """A revoked certificate made valid, under the signature of the true list."""
    raw = urlsafe_b64decode(MIDDLE + "=" * (-len(MIDDLE) % 4))
    forged = raw.replace(b'"revoked"', b'"valid"')
    assert forged != raw
    return f"{FIRST}.{encoded(forged)}.{LAST}"


def _high_s() -> str:
    raw = urlsafe_b64decode(LAST + "==")
    s = ORDER - int.from_bytes(raw[32:], "big")
    return f"{FIRST}.{MIDDLE}.{encoded(raw[:32] + s.to_bytes(32, 'big'))}"


def _by_hmac() -> str:
    """The old trick: the public key as the secret of a symmetric algorithm."""
    message = f"{encoded(json.dumps(HEADER | {'alg': 'HS256'}).encode())}.{MIDDLE}"
    secret = point(public_half(private("status")))
    return f"{message}.{encoded(hmac.digest(secret, message.encode(), 'sha256') * 2)}"


def _with(**fields: Any) -> str:
    return changed(BODY | fields)


def _row(row: Any) -> str:
    return _with(certificates=BODY["certificates"] | {VALID_ONE.no: row})


# By name; None is a list that could not be fetched.
LISTS: dict[str, str | None] = {
    "good": GOOD,
    "demo": sign_list(private("status"), replace(LIST, demo=True)),
    "until now": sign_list(private("status"), replace(LIST, made=NOW - 14 * DAY, valid_until=NOW)),
    "stale": sign_list(
        private("status"), replace(LIST, made=NOW - 15 * DAY, valid_until=NOW - timedelta(seconds=1))
    ),
    "from now": sign_list(private("status"), replace(LIST, made=NOW)),
    "ahead": sign_list(private("status"), replace(LIST, made=NOW + timedelta(seconds=1))),
    "another site's": sign_list(private("status"), replace(LIST, base_url="https://siwu.example.invalid/")),
    "without slash": sign_list(private("status"), replace(LIST, base_url="https://siwu.example")),
    "missing": None,
    "empty": "",
    "a page": "<!doctype html><title>404</title>",
    "two parts": f"{FIRST}.{MIDDLE}",
    "no signature": f"{FIRST}.{MIDDLE}.",
    "four parts": f"{GOOD}.{LAST}",
    "cut short": GOOD[:-1],
    "bits left over": f"{GOOD[:-1]}{chr(ord(GOOD[-1]) + 1)}",
    "padded": f"{FIRST}.{MIDDLE}.{LAST}==",
    "another type": changed(BODY, typ="JWT"),
    "no type": line({"alg": "ES256", "kid": ID["status"]}, BODY),
    "more in the header": changed(BODY, jku="https://example.invalid/keys.json"),
    "header no object": line(["ES256"], BODY),
    "alg none": f"{encoded(json.dumps(HEADER | {'alg': 'none'}).encode())}.{MIDDLE}.{LAST}",
    "alg HS256": _by_hmac(),
    "by the issuer key": changed(BODY, "issuer", kid=ID["issuer"]),
    "by the issuer key under the status key's name": changed(BODY, "issuer"),
    "by an unknown key": changed(BODY, "nobody's", kid="00000000"),
    "by a retired key": changed(BODY, "old status", kid=ID["old status"]),
    "by a compromised key": changed(BODY, "stolen status", kid=ID["stolen status"]),
    "tampered": _tampered(),
    "high s": _high_s(),
    "another version": _with(version=2),
    "more in the content": _with(more=""),
    "content no object": changed([BODY]),  # type: ignore[arg-type]
    "no time": _with(valid_until="2099-01-01"),
    "no such time": _with(valid_until="2022-13-01T00:00:00+08:00"),
    "row of no state": _row(["good", "0" * 32]),
    "row too short": _row(["valid"]),
    "row too long": _row(["valid", "0" * 32, "0"]),
    "row no list": _row("valid"),
    "row with no digest": _row(["valid", "0"]),
    "demo no yes or no": _with(demo="false"),
}
REASONS = {
    "stale": "list-stale",
    "ahead": "list-ahead",
    "another site's": "list-elsewhere",
    "missing": "list-missing",
    "alg HS256": "list-unreadable",
    "by the issuer key": "list-key-unknown",
    "by the issuer key under the status key's name": "list-altered",
    "by an unknown key": "list-key-unknown",
    "by a retired key": "list-key-unknown",
    "by a compromised key": "list-key-unknown",
    "tampered": "list-altered",
    "high s": "list-altered",
}
FINE = ("good", "demo", "until now", "from now", "without slash")
