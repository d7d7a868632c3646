"""Payload and signature as text: in the roster, behind the `#` of a certificate's address, in the PDF.

Both are base64url without padding, the same text everywhere. A payload begins with its version, so with "A"; a
signature begins with "S" put before the base64url, so that no text begins with "-" (a formula to a spreadsheet,
FI017). Only the one text `write_…` makes is read: bits left over are refused.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from generator.signature.payload import MOST_BYTES, MalformedError

MARK = "S"
SIGNATURE_BYTES = 64
_TEXT = re.compile(r"[0-9A-Za-z_-]*")
_MOST_CHARACTERS = MOST_BYTES * 4 // 3 + 4


def written_payload(raw: bytes) -> str:
    """A payload's bytes as text."""
    return _text(raw)


def written_signature(raw: bytes) -> str:
    """A signature's 64 bytes as text, 87 characters."""
    return MARK + _text(raw)


def read_payload(text: str) -> bytes:
    """The bytes of a payload's text. Raises MalformedError."""
    return _bytes(text)


def read_signature(text: str) -> bytes:
    """The 64 bytes of a signature's text. Raises MalformedError."""
    raw = _bytes(text.removeprefix(MARK)) if text.startswith(MARK) else b""
    if len(raw) != SIGNATURE_BYTES:
        raise MalformedError("签名不完整，或不是本系统的签名")
    return raw


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    if len(text) > _MOST_CHARACTERS or len(text) % 4 == 1 or not _TEXT.fullmatch(text):
        raise MalformedError("有不该有的字符，或不完整")
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _text(raw) != text:
        raise MalformedError("不是规定的写法")
    return raw
