"""A certificate as an Open Badges 3.0 credential: a JWT (ES256) that other programs read and verify.

Signed when the certificate is issued, by the same offline key. The roster keeps only the signature, because the
rest follows from the certificate's payload and from what the dataset and the year's programme say: `Award`.
Where that was changed since, the signature does not fit and there is no credential any more.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from typing import Any
from urllib.parse import quote, urlsplit

from generator.sign import canonical_json
from generator.signature.curve import sign, signed
from generator.signature.keys import PrivateKey, public_half
from generator.signature.payload import Payload
from generator.signature.published import ES256, ISSUER, PublishedKey, key_id, point
from generator.signature.written import read_signature, written_signature

BEIJING = timezone(timedelta(hours=8))
CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
# Where the keys stand, as did:web has it for a folder: no hidden folder is needed, which some hosts leave out.
FOLDER = "verify"


@dataclass(frozen=True, kw_only=True, slots=True)
class Award:
    """What all certificates of a year have in common: the site, who gives them, what they are called."""

    base_url: str
    issuer: str
    title: str
    demo: bool

    @property
    def home(self) -> str:
        """The site's address without a slash at its end."""
        return self.base_url.rstrip("/")

    @property
    def did(self) -> str:
        """The issuer's did:web, whose document stands at verify/did.json."""
        parts = urlsplit(self.home)
        place = [quote(parts.netloc, safe=""), *filter(None, parts.path.split("/")), FOLDER]
        return f"did:web:{':'.join(place)}"


def bits_address(award: Award, no: str) -> tuple[str, int]:
    """The status list of a number's year and site, and its place in it."""
    _, _, year, site, serial, _ = no.split("-")
    return f"{award.home}/{bits_name(year, site)}", int(serial)


def bits_name(year: str, site: str) -> str:
    """The path of the status list of a year and site."""
    return f"{FOLDER}/revoked-{year}-{site.lower()}.jwt"


def credential(award: Award, said: Payload) -> dict[str, Any]:
    """The credential, with the claims a JWT repeats of it."""
    day = datetime.combine(said.day, time(), BEIJING)
    address = f"{award.home}/c/{said.token}/"
    return {
        "@context": [CREDENTIALS, BADGES],
        "id": address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": _named(award),
        "issuer": {"id": award.did, "type": ["Profile"], "name": award.issuer, "url": f"{award.home}/"},
        "validFrom": day.isoformat(),
        "credentialSubject": _subject(award, said),
        "credentialStatus": _status(award, said.no),
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        "iss": award.did,
        "jti": address,
        "nbf": int(day.timestamp()),
    }


def _named(award: Award) -> str:
    return f"{award.title}（演示数据，非真实证书）" if award.demo else award.title


def _subject(award: Award, said: Payload) -> dict[str, Any]:
    """Who has it: by name and unit, as on paper; no address, number or other identity of a person."""
    achievement = {
        "id": f"{award.home}/{FOLDER}/#{said.day.year}",
        "type": ["Achievement"],
        "achievementType": "Certificate",
        "name": _named(award),
        "description": f"参加{said.day.year}年“四知五会”知识产权专员培训，修满学时，考核合格。",
        "criteria": {"narrative": "完成规定学时，理论考试和实务考核均合格。"},
    }
    people = (("name", said.name), ("ext:unit", said.unit))
    return {
        "type": ["AchievementSubject"],
        "identifier": [
            {"type": "IdentityObject", "hashed": False, "identityHash": text, "identityType": kind}
            for kind, text in people
        ],
        "licenseNumber": said.no,
        "achievement": achievement,
    }


def _status(award: Award, no: str) -> dict[str, str]:
    address, index = bits_address(award, no)
    return {
        "id": f"{address}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": address,
    }


def jwt_message(did: str, key: str, claims: dict[str, Any]) -> str:
    """What is signed of a credential: the header, which names the key in the issuer's document, and the claims."""
    header = {"alg": ES256, "kid": f"{did}#{key}", "typ": "JWT"}
    return ".".join(_written(canonical_json(part)) for part in (header, claims))


def sign_jwt(private: PrivateKey, did: str, claims: dict[str, Any]) -> str:
    """A whole JWT."""
    message = jwt_message(did, key_id(public_half(private)), claims)
    return f"{message}.{_written(sign(private, message.encode('ascii')))}"


def sign_badge(private: PrivateKey, award: Award, said: Payload) -> str:
    """The signature of a certificate's credential, as the roster has it."""
    message = jwt_message(award.did, key_id(public_half(private)), credential(award, said))
    return written_signature(sign(private, message.encode("ascii")))


def badge(award: Award, said: Payload, signature: str, keys: tuple[PublishedKey, ...]) -> str | None:
    """The credential as a JWT; None where the signature is not the issuer's of exactly this, by the payload's key.

    Raises MalformedError for a signature that is not written as one.
    """
    key = next((key for key in keys if key.id == said.key and key.purpose == ISSUER), None)
    if key is None or not key.valid_on(said.day):
        return None
    message, proof = jwt_message(award.did, said.key, credential(award, said)), read_signature(signature)
    if not signed(point(key.public), message.encode("ascii"), proof):
        return None
    return f"{message}.{_written(proof)}"


def _written(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
