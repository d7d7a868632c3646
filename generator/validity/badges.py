"""Certificates as other programs read them: Open Badges credentials, which of them are revoked, and the issuer's keys.

Revocation is the W3C's Bitstring Status List: one per year and site, a number's place being its serial, so that
nothing has to be kept for it. It says the same as our own list, which stays what our pages ask.
"""

from __future__ import annotations

import gzip
from base64 import urlsafe_b64encode
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from generator.model import Repo
from generator.model.certificates import Event
from generator.signature.badge import CREDENTIALS, Award, badge, bits_name
from generator.signature.payload import MalformedError, decode
from generator.signature.published import COMPROMISED, ISSUER, PublishedKey, point
from generator.signature.written import read_payload
from generator.validity.statuslist import VALID, StatusList

# The least a Bitstring Status List may hold; more than a year and site have serial numbers.
BITS = 131072
HALF = 32


def award(repo: Repo, year: int) -> Award | None:
    """What certificates numbered in this year have in common; None where the year has no programme."""
    programme = repo.programmes.get(year)
    if programme is None:
        return None
    return Award(
        base_url=repo.dataset.base_url,
        issuer=repo.dataset.issuer,
        title=programme.assessment.certificate_title.value,
        demo=repo.dataset.kind == "demo",
    )


def badges(
    repo: Repo, listed: StatusList, keys: tuple[PublishedKey, ...]
) -> Iterator[tuple[str, str | None]]:
    """Token and credential of every certificate; None where it does not stand, has none, or its signature does not fit.

    `repo` is the whole one.
    """
    for year in sorted(repo.rosters):
        for event in repo.rosters[year].events:
            if event.event in {"issued", "reissued"}:
                found = listed.certificates.get(event.no)
                stands = found is not None and found.state == VALID
                yield event.token, _badge(repo, event, keys) if stands else None


def _badge(repo: Repo, event: Event, keys: tuple[PublishedKey, ...]) -> str | None:
    made = award(repo, int(event.no.split("-")[2]))
    if made is None or not event.badge:
        return None
    try:
        return badge(made, decode(read_payload(event.payload)), event.badge, keys)
    except MalformedError:
        return None


def did_document(did: str, keys: Iterable[PublishedKey]) -> dict[str, Any]:
    """The issuer's keys as did:web: issuer keys first, the older before the newer; what was compromised proves nothing."""
    trusted = [key for key in keys if key.reason != COMPROMISED]
    methods = [_method(did, key) for key in sorted(trusted, key=lambda key: key.purpose != ISSUER)]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def _method(did: str, key: PublishedKey) -> dict[str, Any]:
    found = point(key.public)
    jwk = {"kty": "EC", "crv": "P-256", "x": _text(found[:HALF]), "y": _text(found[HALF:])}
    return {"id": f"{did}#{key.id}", "type": "JsonWebKey2020", "controller": did, "publicKeyJwk": jwk}


def revocations(award: Award, listed: StatusList) -> Iterator[tuple[str, dict[str, Any]]]:
    """Path and claims of the status list of each year and site: a bit is set for what is valid no more."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for no, one in listed.certificates.items():
        _, _, year, site, serial, _ = no.split("-")
        groups[year, site].extend([int(serial)] if one.state != VALID else [])
    for (year, site), indexes in sorted(groups.items()):
        name = bits_name(year, site)
        yield name, _list(award, f"{award.home}/{name}", indexes, listed)


def _list(award: Award, address: str, indexes: Iterable[int], listed: StatusList) -> dict[str, Any]:
    bits = bytearray(BITS // 8)
    for index in indexes:
        bits[index // 8] |= 0x80 >> index % 8
    return {
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": award.did,
        "validFrom": listed.made.isoformat(),
        "validUntil": listed.valid_until.isoformat(timespec="seconds"),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": f"u{_text(gzip.compress(bytes(bits), mtime=0))}",
        },
        "iss": award.did,
        "jti": address,
        "nbf": int(listed.made.timestamp()),
        "exp": int(listed.valid_until.timestamp()),
    }


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
