"""Who takes part in the cases: keys with invented private halves, certificates, the list of how they stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec

from generator.problem import Where
from generator.sign import check_character
from generator.signature.curve import ORDER, sign
from generator.signature.keys import PrivateKey, public_half
from generator.signature.payload import TOKEN_ALPHABET, Payload, encode
from generator.signature.published import ES256, PublishedKey, key_id
from generator.signature.verification import message
from generator.signature.written import written_payload, written_signature
from generator.validity.statuslist import (
    REPLACED,
    REVOKED,
    VALID,
    WITHDRAWN,
    Listed,
    StatusList,
    payload_digest,
)

NOW = datetime.fromisoformat("2022-11-20T12:00:00+08:00")
MADE = datetime.fromisoformat("2022-11-20T00:00:00+08:00")
UNTIL = datetime.fromisoformat("2022-12-04T00:00:00+08:00")
BASE_URL = "https://siwu.example/"


def private(name: str) -> PrivateKey:
    """A key that is the same in every run; whoever reads this can make it."""
    seed = int.from_bytes(sha256(f"siwu tests {name}".encode()).digest(), "big")
    return ec.derive_private_key(seed % (ORDER - 1) + 1, ec.SECP256R1())


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key by name; `until` and `reason` where it has ended."""

    name: str
    purpose: str
    start: str
    until: str = ""
    reason: str = ""

    @property
    def id(self) -> str:
        return key_id(public_half(private(self.name)))

    def published(self, seq: int) -> PublishedKey:
        return PublishedKey(
            where=Where("keys.json"),
            seq=seq,
            id=self.id,
            purpose=self.purpose,
            algorithm=ES256,
            public=public_half(private(self.name)),
            start=date.fromisoformat(self.start),
            until=date.fromisoformat(self.until) if self.until else None,
            reason=self.reason,
        )


KEYS = (
    Key(name="retired", purpose="issuer", start="2021-01-01", until="2021-12-31", reason="replaced"),
    Key(name="compromised", purpose="issuer", start="2021-01-01", until="2022-10-01", reason="compromised"),
    Key(name="old status", purpose="status", start="2021-01-01", until="2021-12-31", reason="lost"),
    Key(name="stolen status", purpose="status", start="2021-01-01", until="2022-12-31", reason="compromised"),
    Key(name="issuer", purpose="issuer", start="2022-01-01"),
    Key(name="status", purpose="status", start="2022-01-01"),
)
PUBLISHED = tuple(key.published(seq) for seq, key in enumerate(KEYS, 1))


def number(serial: int, year: int = 2022) -> str:
    body = f"ZSCQZY-42-{year}-YC-{serial:04}"
    return f"{body}-{check_character(body)}"


def payload(serial: int, *, key: str = "issuer", day: str = "2022-07-01", name: str = "王示例") -> Payload:
    digest = sha256(f"token {serial}".encode()).digest()
    return Payload(
        no=number(serial, int(day[:4])),
        name=name,
        unit="示例秭归科技有限公司",
        day=date.fromisoformat(day),
        class_id="kaohe-yichang-1",
        layout="v1",
        token="".join(TOKEN_ALPHABET[byte % 32] for byte in digest[:20]),
        key=key_id(public_half(private(key))),
    )


def text(raw: bytes, key: str = "issuer") -> str:
    """What stands behind `#`, of any bytes, signed by any key."""
    return f"{written_payload(raw)}.{written_signature(sign(private(key), message(raw)))}"


def signed(said: Payload, key: str = "issuer") -> str:
    return text(encode(said), key)


VALID_ONE = payload(1)
LONG = replace(payload(2, name="阿卜杜热合曼·买买提依明江·示例之名字很长很长的"), unit="示例" * 30)
RARE = payload(3, name="王𨱏")
OLD = payload(4)
NEW = payload(5, day="2022-09-01", name="王示列")
TAKEN_BACK = payload(6)
GONE = payload(7)
UNLISTED = payload(8)
TWIN = payload(9, name="陈示例")
RETIRED = payload(10, key="retired", day="2021-06-01")
RETIRED_LATE = payload(11, key="retired", day="2022-01-01")
STOLEN = payload(12, key="compromised", day="2022-03-01")
STRANGER = payload(13, key="nobody's")
TODAY = payload(14, day="2022-11-20")
TOMORROW = payload(15, day="2022-11-21")
EARLY = payload(16, day="2021-12-31")
BY_STATUS = payload(17, key="status")


def listed(state: str, said: Payload, successor: str = "") -> tuple[str, Listed]:
    digest = "" if state == WITHDRAWN else payload_digest(encode(said))
    return said.no, Listed(state=state, digest=digest, successor=successor)


LIST = StatusList(
    issuer="湖北省知识产权局",
    base_url=BASE_URL,
    demo=False,
    made=MADE,
    valid_until=UNTIL,
    certificates=dict(
        (
            *(
                listed(VALID, said)
                for said in (
                    VALID_ONE,
                    LONG,
                    RARE,
                    NEW,
                    RETIRED,
                    RETIRED_LATE,
                    STOLEN,
                    STRANGER,
                    TODAY,
                    TOMORROW,
                    EARLY,
                    BY_STATUS,
                )
            ),
            listed(REPLACED, OLD, NEW.no),
            listed(REVOKED, TAKEN_BACK),
            listed(WITHDRAWN, GONE),
            listed(VALID, replace(TWIN, name="另一人")),
        )
    ),
)
