"""The published keys as a file on the site, and read back by who downloaded it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from generator.problem import Where
from generator.sign import canonical_json
from generator.signature.published import ES256, ISSUER, STATUS, PublishedKey, key_id
from generator.validity.jws import UnreadableError, parsed

# Python reads other ways of writing a day too, which a page does not.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NEEDED = {"id", "purpose", "algorithm", "public", "from"}
_ALLOWED = _NEEDED | {"until", "reason"}


def key_file(keys: Iterable[PublishedKey]) -> bytes:
    """All published keys, in the order of their publication."""
    return canonical_json({"keys": [_entry(key) for key in keys]}) + b"\n"


def _entry(key: PublishedKey) -> dict[str, str]:
    entry = {
        "id": key.id,
        "purpose": key.purpose,
        "algorithm": key.algorithm,
        "public": key.public,
        "from": str(key.start),
    }
    ended = {"until": str(key.until), "reason": key.reason} if key.until else {}
    return entry | {name: value for name, value in ended.items() if value}


def read_keys(raw: bytes) -> tuple[PublishedKey, ...]:
    """The keys of such a file. Raises ValueError, in Chinese, for anything else."""
    try:
        data = parsed(raw)
    except UnreadableError:
        data = None
    entries = data.get("keys") if isinstance(data, dict) and data.keys() == {"keys"} else None
    if not isinstance(entries, list):
        raise ValueError("不是公布密钥的文件（网站上的 verify/keys.json）")
    return tuple(_key(seq, entry) for seq, entry in enumerate(entries, 1))


def _key(seq: int, entry: Any) -> PublishedKey:
    if (
        not isinstance(entry, dict)
        or not _NEEDED <= entry.keys() <= _ALLOWED
        or not all(isinstance(value, str) for value in entry.values())
        or entry["purpose"] not in {ISSUER, STATUS}
        or entry["algorithm"] != ES256
        or entry["id"] != key_id(entry["public"])
    ):
        raise ValueError(f"第 {seq} 把公布的密钥不合规定")
    return PublishedKey(
        where=Where("keys.json"),
        seq=seq,
        id=entry["id"],
        purpose=entry["purpose"],
        algorithm=entry["algorithm"],
        public=entry["public"],
        start=_day(entry["from"]),
        until=_day(entry["until"]) if "until" in entry else None,
        reason=entry.get("reason", ""),
    )


def _day(text: str) -> date:
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("公布的密钥的日期不合规定") from None
