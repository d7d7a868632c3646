"""What git makes of merging a head into the base, without a work tree: the hook and a pull request ask here alike."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass

from generator.gate import limits
from generator.git import Git
from generator.tree import TreeError

# How git names places where it does not say which files they are.
UNNAMED = ("git 没有说是哪个文件",)


@dataclass(frozen=True, slots=True)
class Merged:
    """The tree of a merge, and the paths git could not merge by itself."""

    tree: str
    conflicts: tuple[str, ...]


def merged(git: Git, ours: str, theirs: str) -> Merged:
    """The merge of two commits that share a history. Raises `TreeError` where git cannot say, or not in time."""
    command = git.command("merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", ours, theirs)
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=limits.MERGE_SECONDS)
    except subprocess.TimeoutExpired as slow:
        raise TreeError(
            f"试合并超过 {limits.MERGE_SECONDS} 秒没有做完：提交历史里互相合并的次数太多。请从主分支的最新版本重新开始，把改动重新提交一次"
        ) from slow
    if done.returncode not in (0, 1):
        raise TreeError(f"git 合并不了这两个版本：{done.stderr.decode(errors='replace').strip()}")
    tree, *paths = done.stdout.decode("utf-8", "surrogateescape").rstrip("\0").split("\0")
    named = tuple(dict.fromkeys(filter(None, paths)))
    return Merged(tree, (named or UNNAMED) if done.returncode else ())
