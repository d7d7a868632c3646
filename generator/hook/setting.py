"""How the operator set a repository's hook: the same for both of its scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.register import BRANCH

HEADS, TAGS = "refs/heads/", "refs/tags/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """`base` is the protected branch; `register` the register's, "" where it is kept in the base's own tree.

    `variable` is the environment variable with the server's account. `registrar` is the account that may push the
    register ("": nobody; the hook files by itself and pushes nothing). `committer` is `名字 <邮箱>` for the register's
    commits, "" for git's own setting. `site` is the folder the site is built into, "" for none; `status_key` the file of the
    private key that signs its status list, "" for no list.
    """

    variable: str
    base: str = "main"
    register: str = BRANCH
    registrar: str = ""
    committer: str = ""
    site: str = ""
    status_key: str = ""

    @property
    def main(self) -> str:
        """The protected branch's full name."""
        return HEADS + self.base

    @property
    def reserved(self) -> frozenset[str]:
        """Full names of the branches that are read as a register, also where this one is in the tree."""
        return frozenset({HEADS + BRANCH, HEADS + (self.register or BRANCH)})

    def arguments(self) -> Iterator[str]:
        """The same as options of a command line."""
        yield from ("--user-from", self.variable, "--base", self.base)
        yield from ("--register-branch", self.register) if self.register else ("--register-in-tree",)
        for option in ("registrar", "committer", "site", "status_key"):
            if value := getattr(self, option):
                yield from (f"--{option.replace('_', '-')}", value)
