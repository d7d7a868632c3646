"""Contents of git objects, many from one git process."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from generator.tree.entry import TreeError

# Requests written before the first answer is read: 41 bytes each, well within any pipe.
BATCH = 64


def command(git_dir: Path, *arguments: str) -> list[str]:
    """The command line that reads a repository as it is, replacement refs apart."""
    return ["git", "--no-replace-objects", f"--git-dir={git_dir}", *arguments]


def blobs(git_dir: Path, keys: Sequence[str]) -> Iterator[bytes]:
    """The contents of objects, in order, from one git process asked in batches. `TreeError` for one that is missing."""
    if not keys:
        return
    with subprocess.Popen(
        command(git_dir, "cat-file", "--batch"), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as git:
        assert git.stdin is not None
        assert git.stdout is not None
        for start in range(0, len(keys), BATCH):
            batch = keys[start : start + BATCH]
            git.stdin.write("".join(f"{key}\n" for key in batch).encode())
            git.stdin.flush()
            for key in batch:
                answer = git.stdout.readline().split()
                if answer[-1:] in ([], [b"missing"]):
                    raise TreeError(f"git 仓库中没有对象 {key}")
                yield git.stdout.read(int(answer[2]))
                git.stdout.read(1)


def digests_at(git_dir: Path, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Sha256 of the bytes at (commit, path), where there are any. A path holds no line break: each is a line of its own."""
    found = {}
    with subprocess.Popen(
        command(git_dir, "cat-file", "--batch"), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as git:
        assert git.stdin is not None
        assert git.stdout is not None
        for commit, path in sorted(set(wanted)):
            git.stdin.write(f"{commit}:{path}\n".encode())
            git.stdin.flush()
            answer = git.stdout.readline().split()
            if answer[-1] == b"missing":
                continue
            raw = git.stdout.read(int(answer[2]))
            git.stdout.read(1)
            if answer[1] == b"blob":
                found[commit, path] = sha256(raw).hexdigest()
    return found
