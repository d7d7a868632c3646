"""The small repository's roster as the tests of certificates use it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.check import check
from generator.derive.public import public
from generator.documents.certificates import Certificate, certificates, codes
from generator.model import Repo
from tests.support import schemas, tree

ROSTER = "data/rosters/2022.yml"


def rostered(spec: Mapping[str, Any] | None = None) -> tuple[Repo, Repo]:
    """The repo as the public may see it, and whole."""
    outcome = check(tree({**(spec or {}), "rechain": [ROSTER]}), schemas=schemas())
    assert outcome.repo is not None
    return public(outcome.repo, schemas()), outcome.repo


def shown(repos: tuple[Repo, Repo]) -> tuple[Certificate, ...]:
    """All certificates of it."""
    return certificates(repos[0], codes(repos[1]))
