"""How a finding says that a name is unknown."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

from generator.rule import Finding
from generator.rules.fields import Use

CLOSE = 0.8


def unknown(use: Use, what: str, known: Collection[str], remedy: str) -> Finding:
    """The finding for a name nobody knows, with the name that was probably meant; in a sealed record, neither."""
    if use.hidden:
        return Finding(use.where, f"{use.hidden}：没有所写的这{what}", remedy)
    close = get_close_matches(use.value, known, n=1, cutoff=CLOSE)
    return Finding(use.where, f"没有“{use.value}”这{what}", f"是否想写 {close[0]}？" if close else remedy)
