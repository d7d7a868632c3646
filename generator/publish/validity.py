"""What verification reads beside the pages: the published keys and the signed status list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from generator.model import Repo
from generator.publish.extras import add
from generator.signature.keys import PrivateKey
from generator.validity.keyfile import key_file
from generator.validity.signer import published_keys
from generator.validity.statuslist import sign_list, status_list

KEYS, LIST = "verify/keys.json", "verify/status.jwt"
File = tuple[str, bytes]


def renew(new: Path, repo: Repo, private: PrivateKey | None) -> None:
    """Write both anew under `new`, whatever was carried over there from an older build.

    `repo` is the whole one. Without a key there is no list: an old one beside newer pages would say what is not so.
    """
    for name in (KEYS, LIST):
        (new / name).unlink(missing_ok=True)
    add(new, _files(repo, private))


def _files(repo: Repo, private: PrivateKey | None) -> Iterator[File]:
    yield KEYS, key_file(published_keys(repo))
    if private is not None:
        yield LIST, sign_list(private, status_list(repo)).encode("ascii")
