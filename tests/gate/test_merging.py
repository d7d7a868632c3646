"""A merge git could not make is never taken for one it made. Slow and conflicting ones: test_forge.py, hook/test_pushes.py."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from generator.gate.merging import UNNAMED, Merged, merged
from generator.git import Git

TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


@pytest.mark.parametrize(
    ("code", "said", "conflicts"),
    [
        (0, b"", ()),
        (1, b"a.yml\0a.yml\0b.yml\0", ("a.yml", "b.yml")),
        (1, b"", UNNAMED),
    ],
)
def test_what_git_could_not_merge(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: int, said: bytes, conflicts: tuple[str, ...]
) -> None:
    done = subprocess.CompletedProcess([], code, f"{TREE}\0".encode() + said, b"")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    assert merged(Git(tmp_path), "one", "other") == Merged(TREE, conflicts)
