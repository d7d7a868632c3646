"""What the gate is asked and what it answers. Everything here is plain data; nothing reads git."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from generator.check import Outcome
from generator.problem import Problem
from generator.schema import Schemas
from generator.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A push to judge. `old` and `new` are full commit ids; `old` is 40 zeros for a new branch.

    `tree` is the tree that would be kept (a merge's result), `new`'s own where None. `user` is the account the
    server knows, never what a commit says. `register` is a revision, None for a register in the tree. The
    findings count from `as_of`, else from the dataset's day, else from `today`.
    """

    git_dir: Path
    old: str
    new: str
    tree: str | None
    user: str
    register: str | None
    today: date
    as_of: date | None = None

    @property
    def fresh(self) -> bool:
        """Whether the branch is new: there is nothing it follows."""
        return not self.old.strip("0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A path the push changes, and its blobs (object ids) before and after; None where there is none."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer, and what it was found with, for the review to build on.

    `blocking` refuses the push: what is wrong with the push itself, errors in files it touches, errors that the base
    had not. `known` are older errors elsewhere (已有问题), as far as was looked. `others` are warnings and notices in touched files.
    `outcome` is the check of `after` (of a part of it, unless asked for the whole), None where the push was
    refused before its records were worth a look.
    """

    request: Request
    roles: tuple[str, ...]
    touched: tuple[Touched, ...]
    blocking: tuple[Problem, ...]
    known: tuple[Problem, ...]
    others: tuple[Problem, ...]
    before: Tree
    after: Tree
    schemas: Schemas
    outcome: Outcome | None

    @property
    def refused(self) -> bool:
        """Whether the push may not come in."""
        return bool(self.blocking)
