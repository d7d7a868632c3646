"""Open pull requests as a forge lists them, for 我局待办: what was sent back and what waits.

The list comes from outside and is data, nothing more: a JSON list of objects
`{"number": 12, "state": "returned" | "waiting", "updated": "2022-03-25", "files": ["data/plans/…"]}`, with
`"prefecture": "yichang"` in place of `files` where the bureau is known. Other fields are passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from generator.derive.filings import GROUP
from generator.model import Repo
from generator.schema import Schemas

# A forge lists at most so much; more is not what was asked for.
LARGEST = 4 * 1024 * 1024
MOST = 2000
MOST_FILES = 5000
HIGHEST = 10**9
STATES = {"returned": "已退回", "waiting": "待审核"}


class PullsError(ValueError):
    """The list is not what it should be; the message says where, in Chinese."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pull:
    """One open pull request; `prefecture` is a slug, or empty where `files` tell."""

    number: int
    state: str
    updated: date
    prefecture: str
    files: tuple[str, ...]

    @property
    def word(self) -> str:
        """How it stands."""
        return STATES[self.state]


def read(raw: bytes) -> tuple[Pull, ...]:
    """The pull requests of a list, the latest first. Raises `PullsError`."""
    if len(raw) > LARGEST:
        raise PullsError(f"文件大于 {LARGEST // 1024 // 1024} MB")
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise PullsError("不是 JSON") from error
    if not isinstance(data, list) or len(data) > MOST:
        raise PullsError(f"应是一个列表，最多 {MOST} 项")
    found = [_pull(item, f"第 {index} 项") for index, item in enumerate(data, 1)]
    return tuple(sorted(found, key=lambda pull: (pull.updated, pull.number), reverse=True))


def _pull(item: Any, where: str) -> Pull:
    if not isinstance(item, dict):
        raise PullsError(f"{where}不是对象，应写成 {{…}}")
    number, state = item.get("number"), item.get("state")
    if type(number) is not int or not 0 < number < HIGHEST:
        raise PullsError(f"{where}的 number 应是合并请求的编号（正整数）")
    if not isinstance(state, str) or state not in STATES:
        raise PullsError(f"{where}的 state 应是 returned（已退回）或 waiting（待审核）")
    prefecture, files = item.get("prefecture", ""), item.get("files", [])
    if not isinstance(prefecture, str):
        raise PullsError(f"{where}的 prefecture 应是市州的拼音代码，例如 yichang")
    if not _texts(files):
        raise PullsError(f"{where}的 files 应是文件路径的列表，最多 {MOST_FILES} 个")
    if not prefecture and not files:
        raise PullsError(f"{where}没有写明市州：请给出 prefecture 或 files")
    return Pull(
        number=number,
        state=state,
        updated=_day(item.get("updated"), where),
        prefecture=prefecture,
        files=tuple(files),
    )


def _texts(files: Any) -> bool:
    return isinstance(files, list) and len(files) <= MOST_FILES and all(isinstance(one, str) for one in files)


def _day(said: Any, where: str) -> date:
    try:
        return date.fromisoformat(said[:10])
    except (TypeError, ValueError) as error:
        raise PullsError(f"{where}的 updated 应是日期，例如 2022-03-25") from error


def owners(pull: Pull, repo: Repo, schemas: Schemas) -> frozenset[str]:
    """Whose it is: prefectures by slug, or the group; empty where nothing tells."""
    if pull.prefecture:
        known = pull.prefecture in repo.prefectures or pull.prefecture == GROUP
        return frozenset({pull.prefecture} if known else ())
    return frozenset(_owners(pull.files, repo, schemas))


def _owners(files: tuple[str, ...], repo: Repo, schemas: Schemas) -> Iterator[str]:
    for path in files:
        found = schemas.kind_of(path)
        parts = found[1] if found else {}
        said = parts.get("prefecture") or parts.get("owner", "")
        if said in repo.prefectures:
            yield said
        elif "base" in parts or said == GROUP:
            yield GROUP
