"""What verification reads beside the pages: the published keys, the signed status list, and the same for other programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from generator.model import Repo
from generator.publish.extras import add
from generator.signature.badge import FOLDER, Award, sign_jwt
from generator.signature.keys import PrivateKey
from generator.validity.badges import award, badges, did_document, revocations
from generator.validity.keyfile import key_file
from generator.validity.signer import published_keys
from generator.validity.statuslist import StatusList, sign_list, status_list

KEYS, LIST, DID = f"{FOLDER}/keys.json", f"{FOLDER}/status.jwt", f"{FOLDER}/did.json"
CREDENTIAL = "credential.jwt"
File = tuple[str, bytes]


def renew(new: Path, repo: Repo, private: PrivateKey | None) -> None:
    """Write all of it anew under `new`, whatever was carried over there from an older build.

    `repo` is the whole one. Without a key there is no list: an old one beside newer pages would say what is not so.
    """
    for old in (new / KEYS, new / LIST, new / DID, *(new / FOLDER).glob("revoked-*.jwt")):
        old.unlink(missing_ok=True)
    for old in new.glob(f"c/*/{CREDENTIAL}"):
        old.unlink()
    add(new, _files(repo, private))


def _files(repo: Repo, private: PrivateKey | None) -> Iterator[File]:
    keys = published_keys(repo)
    yield KEYS, key_file(keys)
    listed = status_list(repo)
    if private is not None:
        yield LIST, sign_list(private, listed).encode("ascii")
    common = award(repo, repo.dataset.year)
    if common is not None:
        yield from _for_others(repo, common, listed, private)


def credentials(repo: Repo, listed: StatusList | None = None) -> dict[str, str]:
    """The credentials that are published, by token; `repo` is the whole one, `listed` its status list."""
    if award(repo, repo.dataset.year) is None:
        return {}
    made = badges(repo, listed or status_list(repo), published_keys(repo))
    return {token: credential for token, credential in made if credential is not None}


def _for_others(repo: Repo, common: Award, listed: StatusList, private: PrivateKey | None) -> Iterator[File]:
    """Open Badges: a credential beside each valid certificate's page, what is revoked, and the issuer's keys."""
    document = json.dumps(did_document(common.did, published_keys(repo)), ensure_ascii=False, indent=1)
    yield DID, f"{document}\n".encode()
    for token, credential in credentials(repo, listed).items():
        yield f"c/{token}/{CREDENTIAL}", credential.encode("ascii")
    if private is not None:
        for name, claims in revocations(common, listed):
            yield name, sign_jwt(private, common.did, claims).encode("ascii")
