"""Counting business days: weekends and holidays are skipped, the day of the trigger is day 0."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.business_days import after_business_days, begins, is_business_day

MON, TUE, WED, THU, FRI, SAT, SUN = (date(2026, 11, day) for day in range(23, 30))
CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 28)})

COUNTED: list[tuple[date, int, frozenset[date], date]] = [
    (MON, 0, frozenset(), MON),
    (MON, 1, frozenset(), TUE),
    (MON, 4, frozenset(), FRI),
    (MON, 5, frozenset(), date(2026, 11, 30)),  # Tue Wed Thu Fri | Mon
    (MON, 7, frozenset(), date(2026, 12, 2)),  # Tue Wed Thu Fri | Mon Tue Wed
    (FRI, 1, frozenset(), date(2026, 11, 30)),
    (SAT, 1, frozenset(), date(2026, 11, 30)),  # a weekend's day is day 0 as well
    (SUN, 7, frozenset(), date(2026, 12, 8)),  # Mon..Fri | Mon Tue
    (date(2026, 12, 24), 1, CHRISTMAS, date(2026, 12, 29)),  # Fri and Mon are holidays
    (date(2026, 12, 24), 1, frozenset(), date(2026, 12, 25)),
]


@pytest.mark.parametrize(("start", "count", "holidays", "end"), COUNTED)
def test_the_nth_business_day_after_a_day(
    start: date, count: int, holidays: frozenset[date], end: date
) -> None:
    assert after_business_days(start, count, holidays) == end


def test_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="forwards"):
        after_business_days(MON, -1)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 60))
def test_there_are_as_many_business_days_as_were_counted(start: date, count: int) -> None:
    end = after_business_days(start, count)
    days = [date.fromordinal(one) for one in range(start.toordinal() + 1, end.toordinal() + 1)]
    assert sum(map(is_business_day, days)) == count
    assert is_business_day(end)


def test_a_day_begins_at_midnight_of_its_zone() -> None:
    assert begins(WED, ZoneInfo("Europe/Lisbon")) == datetime(2026, 11, 25, tzinfo=UTC)
    assert begins(WED, ZoneInfo("Asia/Tokyo")) == datetime(2026, 11, 24, 15, tzinfo=UTC)
    assert begins(WED, ZoneInfo("America/Los_Angeles")) == datetime(2026, 11, 25, 8, tzinfo=UTC)
