"""A published key: the public half, what it may sign, and when. Light: the model is built of it."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from generator.problem import Where

ISSUER, STATUS = "issuer", "status"
ES256 = "ES256"
COMPROMISED = "compromised"
# SubjectPublicKeyInfo of an uncompressed point on P-256 (RFC 5480): 26 bytes, 0x04, then x and y.
SPKI_START = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200") + b"\x04"
HALF = 32
FIELD = 2**256 - 2**224 + 2**192 + 2**96 - 1
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
ID_DIGITS = 8
# The public halves of tests/keys/demo-issuer.pem and demo-status.pem, which anybody can read.
DEMO_PUBLIC = frozenset(
    {
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEpFLvL68Yg2AqTWnYAXAsbipw4njXb49nih37hqxW+1hyHpIyyKBenVrp0nYdHkY9PKtoCzdbxs5uMAjCeXU8qQ==",
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAECbSxSUtAGEYraTdwhUbdBHz2EyNUnXsJQcYW0w2xo8hNMRM9yUhrA1MqOTLVYzjY2v8gbnlPhPgwiA8OqLpi7A==",
    }
)

_PUBLIC = re.compile(r"[0-9A-Za-z+/]{122}==")


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedKey:
    """One key of data/keys.yml. `until` is its last day, None while it has none; `reason` says why it ended."""

    where: Where
    seq: int
    id: str
    algorithm: str
    purpose: str
    public: str
    start: date
    until: date | None = None
    reason: str = ""

    def covers(self, day: date) -> bool:
        """Whether the day lies between its first and its last."""
        return self.start <= day and (self.until is None or day <= self.until)

    def valid_on(self, day: date) -> bool:
        """Whether its signature proves what is dated this day. A key in other hands proves nothing, ever."""
        return self.reason != COMPROMISED and self.covers(day)


def point(public: str) -> bytes:
    """The point's x and y, 64 bytes, of a public half as it is published.

    Raises ValueError, in Chinese, for anything but the one base64 of a P-256 SubjectPublicKeyInfo: with two texts
    a key could be published twice, or the demo's own pass for another.
    """
    raw = b64decode(public) if _PUBLIC.fullmatch(public) else b""
    if not raw.startswith(SPKI_START) or b64encode(raw).decode("ascii") != public:
        raise ValueError("公钥应是 P-256 曲线的公钥（SPKI 的 Base64，124 个字符）")
    found = raw[len(SPKI_START) :]
    if not _on_curve(*(int.from_bytes(half, "big") for half in (found[:HALF], found[HALF:]))):
        raise ValueError("公钥不在 P-256 曲线上")
    return found


def _on_curve(x: int, y: int) -> bool:
    """FIPS 186-4, D.1.2.3: y² = x³ - 3x + b."""
    return x < FIELD and y < FIELD and (y * y - (x**3 - 3 * x + B)) % FIELD == 0


def key_id(public: str) -> str:
    """A key's id: the first 8 hexadecimal digits of the sha256 of its SubjectPublicKeyInfo."""
    return sha256(SPKI_START + point(public)).hexdigest()[:ID_DIGITS]
