"""A push of a tag: the office's, new, on what the repository already holds, with nothing personal in its words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from generator import privacy
from generator.gate.leaks import MAIL
from generator.git import Git
from generator.hook.update import Update
from generator.tree import TreeError

MOST_BYTES = 64 * 1024
HEADER = re.compile(rb"object ([0-9a-f]{40})\ntype commit\n")


def tag_faults(git: Git, update: Update, office: bool, tips: Collection[str]) -> Iterator[str]:
    """Why this tag may not come in, in sentences. `tips` are the commits whose histories were judged."""
    if not office:
        yield "标签只由省知识产权局推送"
    elif update.deletes or not update.fresh:
        yield "标签推送以后不能移动或删除：登记簿的见证靠它"
    else:
        yield from _new(git, update.new, tips)


def _new(git: Git, key: str, tips: Collection[str]) -> Iterator[str]:
    kind, size = git.sizes([key])[key]
    if kind == "tag":
        if size > MOST_BYTES:
            yield f"标签说明超过 {MOST_BYTES // 1024} KB"
            return
        raw = git.bytes("cat-file", "tag", key)
        yield from _leaks(raw)
        match = HEADER.match(raw)
        key, kind = (match[1].decode(), "commit") if match else (key, "")
    if kind != "commit":
        yield "标签要打在提交上"
    elif not _judged(git, key, tips):
        yield "标签要打在主分支或登记簿已有的提交上"


def _leaks(raw: bytes) -> Iterator[str]:
    """Personal data in the words of a tag; whoever made it signs with an e-mail address."""
    head, _, message = raw.partition(b"\n\n")
    found = [one for one in privacy.problems("", head) if one.code != MAIL]
    yield from (f"标签说明{one.message}。{one.remedy}" for one in (*found, *privacy.problems("", message)))


def _judged(git: Git, commit: str, tips: Collection[str]) -> bool:
    try:
        return not git.text("rev-list", "--max-count=1", commit, *(f"^{tip}" for tip in tips))
    except TreeError:
        return False
