"""Calendars: business days, office hours, openings, and every stretch of time with its reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendars import (
    Calendar,
    OfficeHours,
    Why,
    add_business_days,
    add_office_time,
    business_days_between,
    closing,
    day_begins,
    intervals,
    is_business_day,
    is_open,
    next_business_day,
    next_opening,
    office_time,
    open_from,
    same_hours,
)

LISBON, PACIFIC, SYDNEY, KATHMANDU = (
    "Europe/Lisbon",
    "America/Los_Angeles",
    "Australia/Sydney",
    "Asia/Kathmandu",
)
MON, TUE, WED, THU, FRI, SAT, SUN = (date(2026, 11, day) for day in range(23, 30))
CHRISTMAS = {date(2026, 12, 25): "Christmas Day", date(2026, 12, 28): "Bridge day"}

COUNTED: list[tuple[date, int, dict[date, str], date]] = [
    (MON, 0, {}, MON),
    (MON, 1, {}, TUE),
    (MON, 4, {}, FRI),
    (MON, 5, {}, date(2026, 11, 30)),  # Tue Wed Thu Fri | Mon
    (MON, 7, {}, date(2026, 12, 2)),  # Tue Wed Thu Fri | Mon Tue Wed
    (FRI, 1, {}, date(2026, 11, 30)),
    (SAT, 1, {}, date(2026, 11, 30)),  # a weekend's day is day 0 as well
    (SUN, 7, {}, date(2026, 12, 8)),  # Mon..Fri | Mon Tue
    (date(2026, 12, 24), 1, CHRISTMAS, date(2026, 12, 29)),  # Fri and Mon are holidays
    (date(2026, 12, 24), 1, {}, date(2026, 12, 25)),
]


@pytest.mark.parametrize(("start", "count", "holidays", "end"), COUNTED)
def test_the_nth_business_day_after_a_day(
    start: date, count: int, holidays: dict[date, str], end: date
) -> None:
    calendar = Calendar(holidays=holidays)
    assert add_business_days(calendar, start, count) == end
    assert business_days_between(calendar, start, end) == count
    assert business_days_between(calendar, end, start) == -count


def test_a_report_on_a_holiday_moves_to_the_next_business_day() -> None:
    calendar = Calendar(holidays=CHRISTMAS)
    assert next_business_day(calendar, date(2026, 12, 25)) == date(2026, 12, 29)
    assert next_business_day(calendar, date(2026, 12, 29)) == date(2026, 12, 29)


def test_days_are_not_counted_backwards_nor_where_nobody_ever_works() -> None:
    with pytest.raises(ValueError, match="forwards"):
        add_business_days(Calendar(), MON, -1)
    never = Calendar(hours={})
    with pytest.raises(ValueError, match="no business day"):
        add_business_days(never, MON, 1)
    with pytest.raises(ValueError, match="never opens"):
        add_office_time(never, at("2026-11-23 12:00"), timedelta(hours=1))
    assert next_opening(never, at("2026-11-23 12:00")) is None
    assert open_from(never, at("2026-11-23 12:00")) == at("2026-11-23 12:00")


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 60))
def test_there_are_as_many_business_days_as_were_counted(start: date, count: int) -> None:
    end = add_business_days(Calendar(), start, count)
    days = [date.fromordinal(one) for one in range(start.toordinal() + 1, end.toordinal() + 1)]
    assert sum(is_business_day(Calendar(), day) for day in days) == count
    assert is_business_day(Calendar(), end)


def test_a_day_begins_at_midnight_of_its_zone() -> None:
    assert day_begins(Calendar(zone=LISBON), WED) == datetime(2026, 11, 25, tzinfo=UTC)
    assert day_begins(Calendar(zone="Asia/Tokyo"), WED) == datetime(2026, 11, 24, 15, tzinfo=UTC)
    assert day_begins(Calendar(zone=PACIFIC), WED) == datetime(2026, 11, 25, 8, tzinfo=UTC)
    # In Santiago the clock skips midnight: the day begins at one, which is 04:00 UTC.
    assert day_begins(Calendar(zone="America/Santiago"), date(2026, 9, 6)) == datetime(
        2026, 9, 6, 4, tzinfo=UTC
    )


def test_a_zone_that_is_not_known_counts_as_utc() -> None:
    assert day_begins(Calendar(zone="Nowhere/Land"), WED) == datetime(2026, 11, 25, tzinfo=UTC)


def at(text: str, zone: str = LISBON, fold: int = 0) -> datetime:
    there = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return there.astimezone(UTC)


FRIDAYS = Calendar(
    zone=LISBON,
    hours=same_hours(frozenset(range(4)), time(9), time(17)) | {4: OfficeHours(closes=time(13))},
    holidays={date(2026, 12, 1): "Restoration of Independence", date(2026, 12, 8): "Immaculate Conception"},
)

OPEN: list[tuple[str, bool, str | None]] = [
    ("2026-11-27 12:59", True, None),
    ("2026-11-27 13:00", False, "2026-11-30 09:00"),
    ("2026-11-30 17:00", False, "2026-12-02 09:00"),  # the Tuesday is a holiday
    ("2026-12-01 12:00", False, "2026-12-02 09:00"),
]


@pytest.mark.parametrize(("now", "open_now", "opens"), OPEN)
def test_each_weekday_has_its_hours_and_holidays_are_skipped(
    now: str, open_now: bool, opens: str | None
) -> None:
    assert is_open(FRIDAYS, at(now)) is open_now
    expected = at(opens) if opens else at(now)
    assert open_from(FRIDAYS, at(now)) == expected
    assert opens is None or next_opening(FRIDAYS, at(now)) == expected


def test_office_hours_end_when_that_weekdays_hours_say() -> None:
    assert closing(FRIDAYS, at("2026-11-27 10:00")) == at("2026-11-27 13:00")
    assert closing(FRIDAYS, at("2026-12-01 10:00")) is None


def test_every_stretch_has_its_reason_and_the_holiday_its_name() -> None:
    found = intervals(FRIDAYS, at("2026-11-27 12:00"), at("2026-12-02 10:00"))
    assert [(one.why, one.holiday, one.length / timedelta(hours=1)) for one in found] == [
        (Why.OFFICE, "", 1),  # Friday until 13:00
        (Why.NIGHT, "", 11),  # the rest of Friday
        (Why.WEEKEND, "", 48),
        (Why.NIGHT, "", 9),
        (Why.OFFICE, "", 8),  # Monday
        (Why.NIGHT, "", 7),
        (Why.HOLIDAY, "Restoration of Independence", 24),
        (Why.NIGHT, "", 9),
        (Why.OFFICE, "", 1),
    ]


CHANGES: list[tuple[str, str, str, str, float, float]] = [
    # zone, begins, ends, why, hours of the first stretch, hours of office time
    (PACIFIC, "2026-03-06 17:00", "2026-03-09 17:00", "night", 7, 8),  # the weekend has 47 hours
    (PACIFIC, "2026-10-30 17:00", "2026-11-02 17:00", "night", 7, 8),  # and here 49
    (SYDNEY, "2026-10-02 17:00", "2026-10-05 17:00", "night", 7, 8),
]


@pytest.mark.parametrize(("zone", "begins", "ends", "why", "first", "office"), CHANGES)
def test_a_weekend_on_which_clocks_change_changes_no_office_hours(
    zone: str, begins: str, ends: str, why: str, first: float, office: float
) -> None:
    calendar = Calendar(zone=zone)
    found = intervals(calendar, at(begins, zone), at(ends, zone))
    assert (found[0].why, found[0].length) == (Why(why), timedelta(hours=first))
    assert office_time(calendar, at(begins, zone), at(ends, zone)) == timedelta(hours=office)
    weekend = next(one for one in found if one.why is Why.WEEKEND)
    assert weekend.length in (timedelta(hours=47), timedelta(hours=49))


ADDED: list[tuple[str, float, str]] = [
    ("2026-11-27 12:00", 0, "2026-11-27 12:00"),
    ("2026-11-27 12:00", 1, "2026-11-27 13:00"),
    ("2026-11-27 12:00", 2, "2026-11-30 10:00"),
    ("2026-11-28 12:00", 8, "2026-11-30 17:00"),
    ("2026-11-28 12:00", 9, "2026-12-02 10:00"),  # over the holiday
]


@pytest.mark.parametrize(("start", "hours", "end"), ADDED)
def test_office_hours_are_added_over_nights_weekends_and_holidays(start: str, hours: float, end: str) -> None:
    assert add_office_time(FRIDAYS, at(start), timedelta(hours=hours)) == at(end)


def test_an_instant_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 11, 23, 9)  # noqa: DTZ001
    with pytest.raises(ValueError, match="has no time zone"):
        is_open(Calendar(), naive)
    with pytest.raises(ValueError, match="has no time zone"):
        intervals(Calendar(), naive, at("2026-11-24 09:00"))


QUARTER = timedelta(minutes=15)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Calendars of day-time hours, whose slow reading needs no word on clock changes."""
    hours = {
        day: OfficeHours(opens=time(draw(st.integers(6, 10))), closes=time(draw(st.integers(12, 20)), 30))
        for day in draw(st.sets(st.integers(0, 6), min_size=1))
    }
    offs = draw(st.sets(st.integers(0, 400), max_size=12))
    holidays = {date(2025, 12, 25) + timedelta(days=one): f"Holiday {one % 3}" for one in offs}
    zone = draw(st.sampled_from([LISBON, PACIFIC, SYDNEY, KATHMANDU, "UTC"]))
    return Calendar(zone=zone, hours=hours, holidays=holidays)


def slowly(calendar: Calendar, instant: datetime) -> tuple[Why, str]:
    """What a person with a wall clock and a wall calendar would say of an instant."""
    there = instant.astimezone(ZoneInfo(calendar.zone))
    hours = calendar.hours.get(there.weekday())
    if hours is None:
        return Why.WEEKEND, ""
    if there.date() in calendar.holidays:
        return Why.HOLIDAY, calendar.holidays[there.date()]
    return (Why.OFFICE if hours.opens <= there.time() < hours.closes else Why.NIGHT), ""


@given(calendar=calendars(), start=st.integers(0, 366 * 96), length=st.integers(1, 12 * 96))
@settings(max_examples=60, deadline=None)
def test_intervals_say_of_every_quarter_of_an_hour_what_a_person_would(
    calendar: Calendar, start: int, length: int
) -> None:
    begins = datetime(2026, 1, 1, tzinfo=UTC) + start * QUARTER
    ends = begins + length * QUARTER
    found = intervals(calendar, begins, ends)
    assert (found[0].begins, found[-1].ends) == (begins, ends)
    assert all(one.ends == after.begins for one, after in pairwise(found))
    quarters = [(one.why, one.holiday) for one in found for _ in range(round(one.length / QUARTER))]
    assert quarters == [slowly(calendar, begins + number * QUARTER) for number in range(length)]
    worked = office_time(calendar, begins, ends)
    assert worked == QUARTER * sum(one is Why.OFFICE for one, _ in quarters)
    assert is_open(calendar, begins) is (quarters[0][0] is Why.OFFICE)
    if worked:
        end = add_office_time(calendar, begins, worked)
        assert end <= ends
        assert office_time(calendar, begins, end) == worked
