"""The status list: how each signed certificate stands, signed by the status key, believed until a stated time.

One line for all certificates, so that asking about one tells nobody which. Of a certificate it holds the number,
which the public roster has too, and a digest of what its QR code holds, from which nothing can be guessed: that
has a token's hundred random bits in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from generator.derive.roster import Standing, rosters
from generator.model import Repo
from generator.model.certificates import Event
from generator.signature.keys import PrivateKey
from generator.signature.payload import MalformedError
from generator.signature.published import STATUS, PublishedKey, point
from generator.signature.verification import VERIFIERS
from generator.signature.written import read_payload
from generator.validity.answer import Reason
from generator.validity.jws import UnreadableError, compact, parsed, split

VERSION = 1
TYPE = "siwu-status+jwt"
VALID, REPLACED, REVOKED, WITHDRAWN = "valid", "replaced", "revoked", "withdrawn"
BEIJING = timezone(timedelta(hours=8))
DIGEST_DIGITS = 32

_FIELDS = {"version", "issuer", "base_url", "demo", "made", "valid_until", "certificates"}
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+08:00")
_DIGEST = re.compile(r"[0-9a-f]{32}")
# State and how many texts follow it.
_FOLLOWING = {VALID: 1, REPLACED: 2, REVOKED: 1, WITHDRAWN: 0}


class NoListError(Exception):
    """No list to be believed; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """How one number stands: the digest of its payload (none once withdrawn), the number that took its place."""

    state: str
    digest: str = ""
    successor: str = ""

    @property
    def row(self) -> list[str]:
        """The entry as the list holds it."""
        return [self.state, self.digest, self.successor][: 1 + _FOLLOWING[self.state]]


@dataclass(frozen=True, kw_only=True)
class StatusList:
    """The list's content. Times are of Beijing."""

    issuer: str
    base_url: str
    demo: bool
    made: datetime
    valid_until: datetime
    certificates: Mapping[str, Listed]

    def at(self, base_url: str | None, now: datetime) -> StatusList:
        """Itself, for who asks on this site, or on none, at this time.

        Raises NoListError where it is another's, too old, or of a day to come: a clock that is behind would believe
        it for as long after its end.
        """
        if base_url is not None and self.base_url.rstrip("/") != base_url.rstrip("/"):
            raise NoListError(Reason.LIST_ELSEWHERE)
        if now > self.valid_until:
            raise NoListError(Reason.LIST_STALE)
        if now < self.made:
            raise NoListError(Reason.LIST_AHEAD)
        return self


def payload_digest(raw: bytes) -> str:
    """What the list holds of a payload."""
    return sha256(raw).hexdigest()[:DIGEST_DIGITS]


def status_list(repo: Repo) -> StatusList:
    """How all certificates stand. `repo` is the whole one: what is signed is not public record by record.

    A certificate that was never signed is not in it: nobody can hold a proof of it. Nor is one whose signed text
    cannot be read; with such a roster the check fails (CE027) and nothing is published.
    """
    dataset = repo.dataset
    made = datetime.combine(repo.as_of, time(), BEIJING)
    return StatusList(
        issuer=dataset.issuer,
        base_url=dataset.base_url,
        demo=dataset.kind == "demo",
        made=made,
        valid_until=made + min(timedelta(dataset.status_days), datetime.max.replace(tzinfo=BEIJING) - made),
        certificates=dict(_listed(repo)),
    )


def _listed(repo: Repo) -> Iterable[tuple[str, Listed]]:
    given = {
        event.no: event
        for year in sorted(repo.rosters)
        for event in repo.rosters[year].events
        if event.event in {"issued", "reissued"}
    }
    for year in rosters(repo):
        for one in year.certificates:
            found = _one(given[one.no], one.standing, one.successor)
            if found is not None:
                yield one.no, found


def _one(event: Event, standing: Standing, successor: str) -> Listed | None:
    if standing is Standing.WITHDRAWN or event.person is None:
        return Listed(state=WITHDRAWN)
    if not event.payload:
        return None
    try:
        digest = payload_digest(read_payload(event.payload))
    except MalformedError:
        return None
    if standing is Standing.REPLACED:
        return Listed(state=REPLACED, digest=digest, successor=successor)
    return Listed(state=REVOKED if standing is Standing.REVOKED else VALID, digest=digest)


def sign_list(private: PrivateKey, listed: StatusList) -> str:
    """The list in one line, signed."""
    return compact(private, TYPE, document(listed))


def document(listed: StatusList) -> dict[str, Any]:
    """The list as JSON data."""
    return {
        "version": VERSION,
        "issuer": listed.issuer,
        "base_url": listed.base_url,
        "demo": listed.demo,
        "made": listed.made.isoformat(),
        "valid_until": listed.valid_until.isoformat(timespec="seconds"),
        "certificates": {no: one.row for no, one in listed.certificates.items()},
    }


def read_list(line: str, keys: Iterable[PublishedKey]) -> StatusList:
    """The list of a signed line. Raises NoListError unless a published status key signed exactly this.

    The algorithm is the published key's; a header that names another is not one of ours.
    """
    try:
        signed = split(line)
    except UnreadableError:
        raise NoListError(Reason.LIST_UNREADABLE) from None
    key = next((key for key in keys if key.id == signed.key and key.purpose == STATUS), None)
    if key is None or key.algorithm not in VERIFIERS:
        raise NoListError(Reason.LIST_KEY_UNKNOWN)
    if signed.type != TYPE or signed.algorithm != key.algorithm:
        raise NoListError(Reason.LIST_UNREADABLE)
    if not VERIFIERS[key.algorithm](point(key.public), signed.message, signed.signature):
        raise NoListError(Reason.LIST_ALTERED)
    listed = _read(signed.payload)
    if not key.valid_on(listed.made.date()):
        raise NoListError(Reason.LIST_KEY_UNKNOWN)
    return listed


def _read(raw: bytes) -> StatusList:
    """The content, whatever was signed: a newer version of the list is not half understood."""
    try:
        data = parsed(raw)
        if not isinstance(data, dict) or data.keys() != _FIELDS or data["version"] != VERSION:
            raise UnreadableError
        if not all(isinstance(data[field], str) for field in ("issuer", "base_url")):
            raise UnreadableError
        if not isinstance(data["demo"], bool) or not isinstance(data["certificates"], dict):
            raise UnreadableError
        return StatusList(
            issuer=data["issuer"],
            base_url=data["base_url"],
            demo=data["demo"],
            made=_time(data["made"]),
            valid_until=_time(data["valid_until"]),
            certificates=MappingProxyType({no: _row(row) for no, row in data["certificates"].items()}),
        )
    except UnreadableError:
        raise NoListError(Reason.LIST_UNREADABLE) from None


def _time(text: Any) -> datetime:
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        raise UnreadableError
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise UnreadableError from None


def _row(row: Any) -> Listed:
    if not isinstance(row, list) or not all(isinstance(part, str) for part in row) or not row:
        raise UnreadableError
    state, *following = row
    if len(following) != _FOLLOWING.get(state) or (following and not _DIGEST.fullmatch(following[0])):
        raise UnreadableError
    return Listed(state=state, **dict(zip(("digest", "successor"), following, strict=False)))
