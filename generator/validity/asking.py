"""The answer to whoever asks: signature first, then how the certificate stands.

Whatever could not be looked at answers 无法核验, never 有效. The order of the questions is the page's too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from generator.sign import check_character
from generator.signature.address import parts
from generator.signature.payload import MalformedError, Payload, decode
from generator.signature.published import COMPROMISED, ISSUER, PublishedKey
from generator.signature.verification import Outcome, verify
from generator.signature.written import read_payload, read_signature
from generator.validity.answer import Answer, Reason, Word
from generator.validity.statuslist import (
    BEIJING,
    REPLACED,
    REVOKED,
    VALID,
    WITHDRAWN,
    Listed,
    NoListError,
    StatusList,
    payload_digest,
    read_list,
)

_LONGEST_TYPED = 100
_NUMBER = re.compile(r"([A-Z]{3,8})(42)([0-9]{4})([A-Z]{2})([0-9]{4})([0-9A-Z])")
# What people put between the parts of a number, and what their keyboards make of a hyphen. Not \s, which is not the
# same in Python and in a browser.
_BETWEEN = re.compile(r"[\t-\r \u1680\u2028\u2029\ufeff\-\u2010-\u2015\u2212]")
_STATES = {
    REPLACED: (Word.REPLACED, Reason.REPLACED),
    REVOKED: (Word.REVOKED, Reason.REVOKED),
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Where and when somebody asks, and what is at hand: the published keys, and the list or why there is none."""

    keys: tuple[PublishedKey, ...]
    list: StatusList | Reason
    now: datetime


def asked(line: str | None, keys: Iterable[PublishedKey], base_url: str | None, now: datetime) -> Asked:
    """Asked with a signed status list as it was fetched, None where it could not be.

    `base_url` is that of the site it must be of; None where no site is asked.
    """
    keys = tuple(keys)
    try:
        if line is None:
            raise NoListError(Reason.LIST_MISSING)
        found: StatusList | Reason = read_list(line, keys).at(base_url, now)
    except NoListError as error:
        found = error.reason
    return Asked(keys=keys, list=found, now=now)


def by_text(text: str, at: Asked, token: str = "") -> Answer:
    """The answer for what stands behind `#` in a QR code. `token` is that of the page it was opened on, if any."""
    try:
        payload, signature = parts(text)
        said = decode(read_payload(payload))
        read_signature(signature)
    except MalformedError:
        return Answer(word=Word.UNCHECKED, reason=Reason.MALFORMED)
    reason = _doubt(said, at)
    if reason is not None:
        return Answer(word=Word.UNCHECKED, reason=reason)
    today = at.now.astimezone(BEIJING).date()
    if verify(payload, signature, at.keys, today).outcome is not Outcome.GENUINE:
        return Answer(word=Word.NOT_FOUND, reason=Reason.ALTERED)
    if token not in {"", said.token}:
        return Answer(word=Word.UNCHECKED, reason=Reason.OTHER_ADDRESS, payload=said, no=said.no)
    return _standing(said.no, at, said, payload_digest(read_payload(payload)))


def by_file(
    digest: str, attached: str | None, prints: Collection[tuple[str, str]] | None, at: Asked
) -> Answer:
    """The answer for a PDF: its sha256, the text attached to it, and what was printed as (number, sha256).

    `prints` is None where no ledger is at hand: then nobody can say that the file is as it was printed.
    """
    if attached is None:
        return Answer(word=Word.UNCHECKED, reason=Reason.NO_ATTACHMENT)
    answer = by_text(attached, at)
    if answer.reason is not Reason.CHECKED:  # what no longer stands does not, in whatever file
        return answer
    if prints is None:
        return replace(answer, word=Word.UNCHECKED, reason=Reason.PRINTS_MISSING)
    if (answer.no, digest) not in prints:
        return replace(answer, word=Word.NOT_FOUND, reason=Reason.PRINT_UNKNOWN)
    return answer


def _doubt(said: Payload, at: Asked) -> Reason | None:
    """Why no signature would prove this, None where one would."""
    key = next((key for key in at.keys if key.id == said.key and key.purpose == ISSUER), None)
    if key is None:
        return Reason.KEY_UNKNOWN
    if key.reason == COMPROMISED:
        return Reason.KEY_COMPROMISED
    if said.day > at.now.astimezone(BEIJING).date():
        return Reason.DATED_AHEAD
    return None if key.valid_on(said.day) else Reason.KEY_NOT_VALID


def by_number(typed: str, at: Asked) -> Answer:
    """The answer for a number as somebody typed it: only that there is such a certificate, and how it stands."""
    try:
        no = read_number(typed)
    except NumberError as error:
        return Answer(word=Word.UNCHECKED, reason=error.reason)
    return _standing(no, at)


class NumberError(ValueError):
    """Not a certificate number; `reason` says in what way."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def read_number(typed: str) -> str:
    """A number as it is written, of one typed with small or wide letters, spaces, other hyphens or none."""
    plain = unicodedata.normalize("NFKC", typed[:_LONGEST_TYPED])
    plain = re.sub("[a-z]", lambda letter: letter[0].upper(), _BETWEEN.sub("", plain))
    found = _NUMBER.fullmatch(plain)
    if found is None or len(typed) > _LONGEST_TYPED:
        raise NumberError(Reason.NUMBER_MALFORMED)
    *body, check = found.groups()
    if check != check_character("".join(body)):
        raise NumberError(Reason.NUMBER_MISTYPED)
    return "-".join((*body, check))


def _standing(no: str, at: Asked, said: Payload | None = None, digest: str = "") -> Answer:
    """How a number stands; with a payload of genuine signature, whether the list holds the same one."""
    if isinstance(at.list, Reason):
        return Answer(word=Word.UNCHECKED, reason=at.list, payload=said, no=no)
    found = at.list.certificates.get(no)
    if found is None:
        return Answer(word=Word.NOT_FOUND, reason=Reason.NOT_LISTED, payload=said, no=no)
    if said is not None and found.state != WITHDRAWN and found.digest != digest:
        return Answer(word=Word.NOT_FOUND, reason=Reason.DIFFERENT, payload=said, no=no)
    word, reason = _state(found, at.list, signed=said is not None)
    return Answer(word=word, reason=reason, payload=said, no=no, successor=found.successor)


def _state(found: Listed, listed: StatusList, *, signed: bool) -> tuple[Word, Reason]:
    if found.state == VALID:
        return Word.DEMO if listed.demo else Word.VALID, Reason.CHECKED if signed else Reason.BY_NUMBER
    return _STATES.get(found.state, (Word.WITHDRAWN, Reason.WITHDRAWN))
