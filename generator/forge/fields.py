"""Fields of GitHub's JSON, each held against its shape. What does not fit is a `ForgeError`, never a guess."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from generator.forge.api import ForgeError
from generator.register import SHANGHAI
from generator.system import why

COMMIT = re.compile("[0-9a-f]{40}")
ANY = re.compile(r"(?s).{0,100000}")
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})")
# An event's file; GitHub caps payloads at 25 MB.
MOST = 25 * 1024 * 1024


def event(path: Path) -> Any:
    """The event that started the workflow, from the file `GITHUB_EVENT_PATH` names."""
    try:
        with path.open("rb") as file:
            return json.loads(file.read(MOST))
    except OSError as error:
        raise ForgeError(f"读不了事件文件 {path}：{why(error)}") from error
    except (ValueError, RecursionError) as error:
        raise ForgeError(f"事件文件 {path} 不是 JSON") from error


def at(data: Any, *keys: str) -> Any:
    """What stands under the keys, one inside the other; None where a part is missing or no object."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def word(data: Any, *keys: str, shape: re.Pattern[str] = ANY) -> str:
    """A text of the given shape."""
    value = at(data, *keys)
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise ForgeError(f"GitHub 的回答中 {'.'.join(keys)} 缺失，或不合规格")
    return value


def number(data: Any, *keys: str) -> int:
    """A whole number from 1, as ids and pull requests have."""
    value = at(data, *keys)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 1 << 63:
        raise ForgeError(f"GitHub 的回答中 {'.'.join(keys)} 缺失，或不是编号")
    return value


def moment(data: Any, *keys: str) -> str:
    """A time, as the register writes it: RFC 3339 in Shanghai, to the second."""
    return shanghai(word(data, *keys, shape=MOMENT))


def shanghai(text: str) -> str:
    """An RFC 3339 time with +08:00."""
    try:
        return datetime.fromisoformat(text).astimezone(SHANGHAI).isoformat(timespec="seconds")
    except (ValueError, OverflowError) as error:
        raise ForgeError(f"“{text}”不是时刻") from error


def same(kept: Any, text: str) -> bool:
    """Whether a text that GitHub keeps is the one we would write: it may have changed line ends."""
    return isinstance(kept, str) and kept.replace("\r\n", "\n").strip() == text.strip()
