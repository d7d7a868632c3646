"""The chains' heads in the site: whoever keeps a copy sees that a chain was made anew (`siwu audit --against`)."""

from __future__ import annotations

from collections.abc import Iterator

from generator.derive.heads import heads, written
from generator.model import Repo

PATH = "data/heads.json"


def files(repo: Repo) -> Iterator[tuple[str, bytes]]:
    """Path and bytes."""
    yield PATH, written(heads(repo))
