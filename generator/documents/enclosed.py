"""A file inside a PDF."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A text under a name, with what it is in words, made and last changed on a day."""

    name: str
    about: str
    text: str
    day: date
