"""Dates, numbers and lateness as a reader expects them."""

from __future__ import annotations

from datetime import date, datetime


def day(value: date) -> str:
    """2022年3月31日."""
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime) -> str:
    """2022年3月25日 10:30:05, in the zone the time is in."""
    return f"{day(value)} {value:%H:%M:%S}"


def span(start: date, end: date) -> str:
    """5月17日至19日; the year is the page's."""
    first = f"{start.month}月{start.day}日"
    if start == end:
        return first
    if start.year != end.year:
        return f"{first}至{day(end)}"
    return f"{first}至{end.day}日" if start.month == end.month else f"{first}至{end.month}月{end.day}日"


def long_span(start: date, end: date) -> str:
    """2022年3月1日至2024年12月31日."""
    return f"{day(start)}至{day(end)}"


def number(value: int | None) -> str:
    """10,300; a dash where no record says."""
    return "—" if value is None else f"{value:,}"


def lateness(days: int) -> str:
    """Late in words: a fact, not a reproach."""
    return f"迟报 {days} 天" if days > 0 else "按期"


def listed(names: tuple[str, ...]) -> str:
    """Names one after another."""
    return "、".join(names)
