"""What every tree is: paths with what they are, and their bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

OBJECT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class Mode(Enum):
    """What a path is; only FILE may hold a record."""

    FILE = "file"
    EXECUTABLE = "executable"
    SYMLINK = "symlink"
    SUBMODULE = "submodule"
    FOLDER = "folder"
    ODD = "odd"


@dataclass(frozen=True, slots=True)
class Entry:
    """One path of a tree; `size` in bytes; `key` is what the tree reads it by."""

    path: str
    mode: Mode
    size: int
    key: str

    @property
    def by_content(self) -> bool:
        """Whether `key` is the content's own name (an object id): the same key is the same bytes in every tree."""
        return OBJECT_ID.fullmatch(self.key) is not None


class TreeError(Exception):
    """The tree itself cannot be read (no such revision, no git): a Chinese sentence for the user."""


class Tree(Protocol):
    """A snapshot of a repository, and what it knows of earlier ones."""

    def entries(self, *under: str) -> list[Entry]:
        """Every path below the given folders, sorted; folders only where they pose as a file."""

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
        """The bytes of the given entries, in their order."""

    def digests_at(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Sha256 of the bytes at (commit, path), for the commits at hand."""
