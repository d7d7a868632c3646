"""Roster events: a signed certificate, and what befalls one later."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from generator.sign import CLEAR, Entry, person_digest, signed_digest
from generator.signature.address import address
from generator.signature.badge import Award, sign_badge
from generator.signature.keys import PrivateKey, sign_payload
from generator.signature.payload import TOKEN_ALPHABET, Payload

TOKEN_LENGTH = 20  # 100 bits
SALT_BYTES = 16
# What a later event says of the certificate it is about.
KEPT = ("no", "token", "class", "layout", "person", "salt", "digest")


class Chance(Protocol):
    """Where tokens and salts come from."""

    def token(self) -> str:
        """At least 96 random bits in `TOKEN_ALPHABET`."""

    def salt(self) -> str:
        """At least 128 random bits in hexadecimal."""


class SystemChance:
    """The operating system's randomness."""

    def token(self) -> str:
        """100 bits."""
        return "".join(secrets.choice(TOKEN_ALPHABET) for _ in range(TOKEN_LENGTH))

    def salt(self) -> str:
        """128 bits."""
        return secrets.token_hex(SALT_BYTES)


@dataclass(frozen=True, kw_only=True, slots=True)
class Press:
    """What the certificates of one run share: key, day, layout, numbers to come, chance, tokens that are taken.

    `award` is what their Open Badges credentials say of all of them; without it they have none.
    """

    key: PrivateKey = field(repr=False)
    day: date
    layout: str
    base_url: str
    numbers: Iterator[str]
    taken: set[str]
    chance: Chance
    award: Award | None = None

    def certificate(self, event: str, class_id: str, person: Mapping[str, str], **more: str) -> Entry:
        """A new certificate's event. Raises MalformedError where it does not fit its QR code."""
        salt, no, token = self.chance.salt(), next(self.numbers), self._token()
        said = Payload(
            no=no,
            name=person["name"],
            unit=person["unit"],
            day=self.day,
            class_id=class_id,
            layout=self.layout,
            token=token,
            key="",
        )
        payload, signature = sign_payload(self.key, said)
        address(self.base_url, token, payload, signature)
        return {
            "event": event,
            "no": no,
            "token": token,
            "class": class_id,
            "issued": str(self.day),
            "layout": self.layout,
            "person": dict(person),
            "salt": salt,
            "digest": person_digest(salt, person),
            "signed": signed_digest(salt, payload, signature),
            "payload": payload,
            "signature": signature,
            **({"badge": sign_badge(self.key, self.award, said)} if self.award else {}),
            **more,
        }

    def _token(self) -> str:
        """A token no certificate has."""
        token = self.chance.token()
        while token in self.taken:
            token = self.chance.token()
        self.taken.add(token)
        return token


def note(event: str, of: Mapping[str, Any], day: date, reason: str) -> Entry:
    """What befalls a certificate: revoked, restored, withdrawn."""
    kept = {key: of[key] for key in KEPT if key in of}
    return {"event": event, **kept, "issued": str(day), "reason": reason}


def without_clear(entry: Mapping[str, Any]) -> Entry:
    """The event without what names a person; the chain holds digests of it."""
    return {key: entry[key] for key in entry if key not in CLEAR}
