"""Signed JSON in one line (RFC 7515, compact), with exactly our header: no algorithm is taken from it."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator.sign import canonical_json
from generator.signature.curve import sign
from generator.signature.keys import PrivateKey, public_half
from generator.signature.published import ES256, key_id

_TEXT = re.compile(r"[0-9A-Za-z_-]+")
# Characters: a header of ours has under a hundred, a list of a hundred thousand certificates ten million.
_LONGEST_HEADER = 400
_LONGEST = 64 * 1024 * 1024


class UnreadableError(ValueError):
    """Not signed JSON of ours."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """The parts of such a line, none of them believed yet: `message` is what `signature` must be of."""

    key: str
    algorithm: str
    type: str
    message: bytes
    payload: bytes
    signature: bytes


def compact(private: PrivateKey, type_: str, payload: Mapping[str, Any]) -> str:
    """The one line that this key makes of this payload."""
    header = {"alg": ES256, "kid": key_id(public_half(private)), "typ": type_}
    message = f"{_written(canonical_json(header))}.{_written(canonical_json(payload))}"
    return f"{message}.{_written(sign(private, message.encode('ascii')))}"


def split(line: str) -> Signed:
    """The parts of a line. Raises UnreadableError for any but three base64url texts with our header's three fields."""
    # Never more than one part too many, however many dots there are.
    parts = line.split(".", 3) if len(line) <= _LONGEST else []
    if len(parts) != 3 or len(parts[0]) > _LONGEST_HEADER:
        raise UnreadableError
    header = parsed(_read(parts[0]))
    if not isinstance(header, dict) or header.keys() != {"alg", "kid", "typ"}:
        raise UnreadableError
    if not all(isinstance(value, str) for value in header.values()):
        raise UnreadableError
    return Signed(
        key=header["kid"],
        algorithm=header["alg"],
        type=header["typ"],
        message=f"{parts[0]}.{parts[1]}".encode("ascii"),
        payload=_read(parts[1]),
        signature=_read(parts[2]),
    )


def parsed(raw: bytes) -> Any:
    """What JSON says. Raises UnreadableError for what is none."""
    try:
        return json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        raise UnreadableError from None


def _written(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _read(text: str) -> bytes:
    if len(text) % 4 == 1 or not _TEXT.fullmatch(text):
        raise UnreadableError
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _written(raw) != text:
        raise UnreadableError
    return raw
