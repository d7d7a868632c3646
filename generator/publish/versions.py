"""Filed versions of amended records, from the git history of the repository at hand."""

from __future__ import annotations

from pathlib import Path

from generator.derive.history import Versions, amended
from generator.git import Git
from generator.model import Repo
from generator.tree import Directory

# A record is far smaller; what is larger is not read.
LARGEST = 1024 * 1024


def filed_versions(root: Path, repo: Repo) -> Versions:
    """Bytes by (merge, path), for the merges at hand; none where the folder has no history. Raises `TreeError`."""
    git_dir = Directory(root).git
    wanted = sorted({(line["merge"], line["record"]) for line in amended(repo) if line["merge"]})
    if git_dir is None or not wanted:
        return {}
    git = Git(git_dir)
    asked = "".join(f"{commit}:{path}\n" for commit, path in wanted).encode()
    answers = git.bytes("cat-file", "--batch-check", stdin=asked).decode().splitlines()
    ids = {}
    for pair, answer in zip(wanted, answers, strict=True):
        name, *said = answer.split(" ")
        if said[:1] == ["blob"] and int(said[1]) <= LARGEST:
            ids[pair] = name
    return {pair: raw for pair, (_, raw) in zip(ids, git.blobs(ids.values()), strict=True)}
