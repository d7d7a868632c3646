"""Whether a payload and its signature are genuine. Says nothing of the certificate's status: that is asked next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from generator.signature.curve import signed
from generator.signature.payload import MalformedError, Payload, decode
from generator.signature.published import ES256, ISSUER, PublishedKey, point
from generator.signature.written import read_payload, read_signature

# Stands before the payload in what is signed, so that no signature made for something else is one of a certificate.
DOMAIN = b"siwu-certificate-v1\x00"


class Outcome(StrEnum):
    """The five answers; each value is what the page says."""

    GENUINE = "签名真实"
    KEY_UNKNOWN = "签名所用的密钥没有公布"
    KEY_NOT_VALID = "签名所用的密钥在证书日期无效"
    ALTERED = "内容与签名不符"
    MALFORMED = "不是证书的签名内容"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """`payload` is what the bytes say, believed only where `outcome` is GENUINE; `key` is the published key."""

    outcome: Outcome
    payload: Payload | None = None
    key: PublishedKey | None = None
    reason: str = ""

    @property
    def genuine(self) -> bool:
        """Whether the office's key signed exactly this."""
        return self.outcome is Outcome.GENUINE


def message(payload: bytes) -> bytes:
    """What is signed of a payload."""
    return DOMAIN + payload


def verify(payload: str, signature: str, keys: Iterable[PublishedKey], on: date) -> Answer:
    """The answer for a payload and a signature as written, asked `on` that day. Never raises for what they are.

    The key must be a published issuer key, valid on the day the certificate is dated; and that day may not lie
    after the day of asking. What algorithm signs, the published key says.
    """
    try:
        raw, proof = read_payload(payload), read_signature(signature)
        said = decode(raw)
    except MalformedError as error:
        return Answer(outcome=Outcome.MALFORMED, reason=str(error))
    key = next((key for key in keys if key.id == said.key and key.purpose == ISSUER), None)
    if key is None:
        return Answer(outcome=Outcome.KEY_UNKNOWN, payload=said)
    return Answer(outcome=_outcome(raw, proof, said, key, on), payload=said, key=key)


def _outcome(raw: bytes, proof: bytes, said: Payload, key: PublishedKey, on: date) -> Outcome:
    if key.algorithm not in VERIFIERS:
        return Outcome.KEY_UNKNOWN
    try:
        true = VERIFIERS[key.algorithm](point(key.public), message(raw), proof)
    except ValueError:  # what is published is no key
        return Outcome.KEY_UNKNOWN
    if not true:
        return Outcome.ALTERED
    return Outcome.GENUINE if said.day <= on and key.valid_on(said.day) else Outcome.KEY_NOT_VALID


VERIFIERS = {ES256: signed}
