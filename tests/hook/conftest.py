"""A bare repository with the hook, made once a module; pushes into it as a server's accounts make them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.gate.repository import BASE, ENSHI_BUREAU, OFFICE, YICHANG, Bare, Given, small
from tests.hook.servers import Said, Server, authorize, run, sshd, sure
from tests.hook.standing import call, standing

SIWU = str(Path(sys.executable).with_name("siwu"))
COMMITTER = "备案登记 <register@siwu.example>"
# Known to the server, to no owners.yml, and set as the one that may push the register.
REGISTRAR, STRANGER = "registrar", "9999999"


@dataclass(frozen=True)
class Hooked:
    """A repository with the hook, and one beside it where pushes are made, with hand-written objects."""

    git_dir: Path
    bare: Bare
    first: str

    def push(self, new: str, ref: str, user: str, *options: str, **more: str) -> Said:
        """Push a commit as an account, without ssh between; "" deletes."""
        return self.send(f"{new}:{ref}", user=user, options=options, **more)

    def send(self, *specs: str, user: str, options: tuple[str, ...] = (), **more: str) -> Said:
        command = ("git", "push", "--porcelain", *options, str(self.git_dir), *specs)
        return run(*command, cwd=self.bare.git_dir, **{"SIWU_USER": user, **more})

    def tip(self, ref: str = "refs/heads/main") -> str:
        return run("git", "rev-parse", "--verify", "-q", ref, cwd=self.git_dir).text.strip()

    def merge(self, head: str, message: str = "合并") -> str:
        """Merge a commit into the base as git would, beside the server."""
        tip = self.tip()
        sure("git", "fetch", "-q", str(self.git_dir), "main", cwd=self.bare.git_dir)
        tree = sure("git", "merge-tree", "--write-tree", tip, head, cwd=self.bare.git_dir)
        parents = ("-p", tip, "-p", head)
        return sure("git", "commit-tree", tree, *parents, "-m", message, cwd=self.bare.git_dir)

    def commit(self, changed: dict[str, Given], *parents: str, **more: str) -> str:
        return self.bare.commit(changed, *(parents or (self.first,)), **more)


def install(git_dir: Path, *options: str) -> Said:
    return run(SIWU, "hook", "install", str(git_dir), "--committer", COMMITTER, *options, cwd=git_dir)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Hooked:
    """No hook yet."""
    folder = tmp_path_factory.mktemp("hook")
    bare, first = small(folder)
    server = folder / "server.git"
    shutil.copytree(bare.git_dir, server)
    return Hooked(server, bare, first)


@pytest.fixture(scope="module")
def hooked(plain: Hooked) -> Iterator[Hooked]:
    """With the hook, whose siwu stands ready (`tests.hook.standing`)."""
    said = install(plain.git_dir, "--registrar", REGISTRAR)
    assert said.code == 0, said.text
    with standing(plain.git_dir.parent) as program:
        call(plain.git_dir, SIWU, program)
        yield plain


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A plain server: one account of the system, a key for each account of ours."""
    folder = tmp_path_factory.mktemp("sshd")
    authorize(folder, (OFFICE, YICHANG, ENSHI_BUREAU, BASE, STRANGER))
    with sshd(folder, folder) as running:
        yield running
