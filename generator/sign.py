"""Hash chains: the filing register and the roster. Also the certificate number's check character.

An entry's hash covers everything but itself and what stands beside the chain: the roster's `person`, `salt`,
`payload`, `signature` and `badge` (a payload holds the name). In their place the entry carries `digest` and `signed`, so
deleting a person on request leaves the chain whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from stdnum.iso7064 import mod_37_36

GENESIS = "0" * 64
# What a lawful deletion takes out of a roster's event.
CLEAR = ("person", "salt", "payload", "signature", "badge")
BESIDE = frozenset({"hash", *CLEAR})

Entry = dict[str, Any]


def canonical_json(entry: Mapping[str, Any]) -> bytes:
    """The bytes that are hashed: UTF-8 JSON, keys sorted, no spaces, nothing escaped that need not be.

    Raises ValueError for what JSON or UTF-8 cannot hold (NaN, half a surrogate pair); `load` refuses both.
    """
    text = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def entry_hash(entry: Mapping[str, Any]) -> str:
    """Sha256 of an entry without `hash` and without what stands beside the chain, 64 hex digits."""
    return sha256(canonical_json({key: entry[key] for key in entry if key not in BESIDE})).hexdigest()


def person_digest(salt: str, person: Mapping[str, Any]) -> str:
    """Sha256 of the salt's bytes and the person's canonical JSON, 64 hex digits; `salt` is hexadecimal.

    Raises ValueError for a salt that is not.
    """
    return sha256(bytes.fromhex(salt) + canonical_json(person)).hexdigest()


def signed_digest(salt: str, payload: str, signature: str) -> str:
    """Sha256 of the salt's bytes and `payload.signature` as written, 64 hex digits; `salt` is hexadecimal.

    Raises ValueError for a salt that is not.
    """
    return sha256(bytes.fromhex(salt) + f"{payload}.{signature}".encode()).hexdigest()


def chain(entries: Iterable[Mapping[str, Any]], prev: str = GENESIS) -> list[Entry]:
    """The entries linked: copies with `prev` and `hash` filled in, the first after `prev`."""
    linked: list[Entry] = []
    for entry in entries:
        new = {**entry, "prev": prev}
        new.pop("hash", None)
        prev = new["hash"] = entry_hash(new)
        linked.append(new)
    return linked


def breaks(entries: Iterable[Mapping[str, Any]], prev: str = GENESIS) -> Iterator[tuple[int, str]]:
    """Where a chain is broken, first to last: the entry's index from 0 and `prev` or `hash`.

    Each entry is held against the hash written on the one before, so one change breaks one place. A chain
    cut short at its end is whole: that is for the caller, who knows an older copy or a printed head.
    """
    for index, entry in enumerate(entries):
        if entry.get("prev") != prev:
            yield index, "prev"
        if entry.get("hash") != entry_hash(entry):
            yield index, "hash"
        prev = entry.get("hash", "")


def check_character(body: str) -> str:
    """ISO 7064 MOD 37,36 check character of a certificate number without it; hyphens do not count.

    Raises ValueError for anything but ASCII digits and capital letters.
    """
    return mod_37_36.calc_check_digit(body.replace("-", ""))


def valid_number(no: str) -> bool:
    """Whether a certificate number ends in its check character. Its shape is the schema's to judge."""
    return mod_37_36.is_valid(no.replace("-", ""))
