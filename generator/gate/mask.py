"""What a review must not repeat: personal data stays out of it, whatever record, path or message holds it."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from generator.privacy import scan
from generator.text import inert

MOST = 400
MASK = "〔略〕"


def clean(text: str, most: int = MOST) -> str:
    """One line without control or hidden characters, at most `most` long, what looks personal left out."""
    text = inert(text)
    for leak in reversed(scan(text)):
        text = text[: leak.start] + MASK + text[leak.start + leak.length :]
    return text if len(text) <= most else f"{text[:most]}…"


def cleaned(value: Any) -> Any:
    """A dataclass or tuple with every text in it cleaned."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, tuple):
        return tuple(cleaned(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: cleaned(getattr(value, field.name)) for field in fields(value)})
    return value
