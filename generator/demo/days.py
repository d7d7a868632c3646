"""Days and times of day of the invented year: working days, spans, office hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from generator.demo.chance import Chance

# Month and day of the holidays that fall on fixed days, and the movable ones of the programme's first year.
_HOLIDAYS = {(1, 1), (4, 4), (4, 5), *((5, day) for day in range(1, 6)), *((10, day) for day in range(1, 8))}
_MOVABLE = {date(2022, 6, 3), date(2022, 9, 12)}
SATURDAY = 5


def day(text: str) -> date:
    """A day from a record's text."""
    return date.fromisoformat(text)


@lru_cache(maxsize=8192)
def is_working(when: date) -> bool:
    """Whether the invented offices and classes work that day."""
    return when.weekday() < SATURDAY and (when.month, when.day) not in _HOLIDAYS and when not in _MOVABLE


def span(first: date, last: date) -> Iterator[date]:
    """Every day from first to last."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(offset)


def working(when: date, step: int = 1) -> date:
    """That day, or the nearest working day after it (before it with step -1)."""
    while not is_working(when):
        when += timedelta(step)
    return when


@lru_cache(maxsize=512)
def starts(first: date, last: date, days: int) -> tuple[date, ...]:
    """The days on which a class of so many days in a row can start within the window."""
    latest = last - timedelta(days - 1)
    return tuple(
        when
        for when in span(first, latest)
        if all(is_working(each) for each in span(when, when + timedelta(days - 1)))
    )


def office_time(rng: Chance, when: date) -> str:
    """A moment in office hours of a day, as records write it."""
    hour = rng.choice((8, 9, 9, 10, 10, 11, 14, 15, 15, 16, 17))
    return f"{when}T{hour:02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}+08:00"


def months_later(when: date, months: int) -> date:
    """The same day some months on, clipped to that month's last day."""
    year, month = divmod(when.year * 12 + when.month - 1 + months, 12)
    first_after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(when.day - 1), first_after - timedelta(1))
