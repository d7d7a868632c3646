"""Text into a box: the largest size at which it fits, measured by its characters' advance widths."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

POINTS = 72 / 25.4
# Sizes go by half points.
STEP = 0.5
# Two lines rather than one below this part of the largest size.
SMALLEST_ALONE = 0.8
# A line never begins with one of these, nor ends with one of those.
NOT_FIRST = frozenset("，。、；：？！）》」』】〕”’…·,.;:?!)]}%")
NOT_LAST = frozenset("（《「『【〔“‘([{")
WORD = re.compile(r"[0-9A-Za-z][0-9A-Za-z.'’&-]*")


class OverflowingError(Exception):
    """A text that fits its box at no allowed size; the message is in Chinese."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """The lines of a text and the size, in points, at which they fit."""

    lines: tuple[str, ...]
    size: float

    @property
    def points(self) -> str:
        """The size as styles write it."""
        return f"{self.size:g}"


def fitted(
    text: str, widths: Mapping[str, float], *, width: float, most: float, least: float, lines: int = 1
) -> Fitted:
    """The text for a box `width` millimetres wide, between two sizes in points, on one line or at most two.

    `widths` are in ems. Raises OverflowingError where it does not fit at the smallest size.
    """
    whole = _ems(text, widths)
    alone = _size(whole, width, most)
    if lines == 1 or alone >= most * SMALLEST_ALONE:
        return _checked(Fitted((text,), alone), least)
    two = _balanced(text, whole, widths)
    size = _size(max(_ems(line, widths) for line in two), width, most)
    return _checked(Fitted(two, size), least)


def _checked(made: Fitted, least: float) -> Fitted:
    if made.size < least:
        raise OverflowingError(f"“{''.join(made.lines)}”太长，版面放不下")
    return made


def _ems(text: str, widths: Mapping[str, float]) -> float:
    return sum(widths.get(character, 1.0) for character in text)


def _size(ems: float, width: float, most: float) -> float:
    return min(most, width * POINTS / ems // STEP * STEP) if ems else most


def _balanced(text: str, whole: float, widths: Mapping[str, float]) -> tuple[str, ...]:
    """Two lines as even as can be, not breaking inside a word if there is any other place."""
    inside = {place for word in WORD.finditer(text) for place in range(word.start() + 1, word.end())}
    places = list(_places(text, whole, widths))
    if not places:
        return (text,)
    _, _, place = min((place in inside, uneven, place) for uneven, place in places)
    return text[:place].rstrip(), text[place:].lstrip()


def _places(text: str, whole: float, widths: Mapping[str, float]) -> Iterator[tuple[float, int]]:
    """Where a line may end, and how far that is from the middle."""
    before = 0.0
    for place in range(1, len(text)):
        before += widths.get(text[place - 1], 1.0)
        if text[place] not in NOT_FIRST and text[place - 1] not in NOT_LAST:
            yield abs(whole - 2 * before), place
