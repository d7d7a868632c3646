"""When two records say the same."""

from __future__ import annotations

import json
from operator import itemgetter
from typing import Any

from generator.canonical import nfc


def meaning(data: Any) -> str:
    """What data says, as one text: equal exactly where two records say the same.

    Key order and the ways Unicode composes a character do not count; the order of a list, and whether `1` is a
    number, a text or true, do.
    """
    return json.dumps(_settled(data))


def _settled(data: Any) -> Any:
    if isinstance(data, str):
        return nfc(data)
    if isinstance(data, dict):
        return {"": sorted(([nfc(key), _settled(value)] for key, value in data.items()), key=itemgetter(0))}
    if isinstance(data, list):
        return [_settled(item) for item in data]
    return data
