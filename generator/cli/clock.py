"""What time it is in Hubei: the only place that asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime


def today() -> date:
    """The day."""
    return now().date()


def now() -> datetime:
    """The time, of Beijing."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo("Asia/Shanghai"))
