"""Counting business days; rules that name them (T3) use it. Weekends are skipped, and the holidays given."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SATURDAY = 5


def is_business_day(day: date, holidays: Collection[date] = ()) -> bool:
    """Monday to Friday, but for holidays."""
    return day.weekday() < SATURDAY and day not in holidays


def after_business_days(start: date, count: int, holidays: Collection[date] = ()) -> date:
    """The `count`-th business day after `start`, which is day 0 whether it is one or not (domain.md 3)."""
    if count < 0:
        raise ValueError("days are counted forwards")
    day = start
    while count:
        day += timedelta(days=1)
        count -= is_business_day(day, holidays)
    return day


def begins(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins in a zone, in UTC; where midnight is skipped, when the clock goes on."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
