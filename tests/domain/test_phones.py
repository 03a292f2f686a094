"""When the phones are open (T14): weekdays, zones, nights, the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendars import closing, next_opening
from bot.domain.phones import DEFAULT_HOURS, PhoneHours, calendar_of, phones

LISBON, PACIFIC, SYDNEY = "Europe/Lisbon", "America/Los_Angeles", "Australia/Sydney"
EVERY_DAY = frozenset(range(7))
AROUND_THE_CLOCK = PhoneHours(weekdays=EVERY_DAY, opens=time(0), closes=time(0))
NIGHTS = PhoneHours(weekdays=EVERY_DAY, opens=time(22), closes=time(6))
SMALL_HOURS = PhoneHours(weekdays=EVERY_DAY, opens=time(1, 30), closes=time(4))
BEFORE_TWO = PhoneHours(weekdays=EVERY_DAY, opens=time(0), closes=time(1, 30))
NEVER = PhoneHours(weekdays=frozenset())


def phones_open(hours: PhoneHours, severity: int, now: datetime, zone: str) -> bool:
    return phones(hours, severity, now, zone).is_open


def at(text: str, zone: str = "UTC", fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


# Monday is 2026-11-23. What the phones say at that moment, and when they open next if they are closed.
OPEN: list[tuple[PhoneHours, str, str, bool, str | None]] = [
    (DEFAULT_HOURS, "2026-11-23 08:59", LISBON, False, "2026-11-23 09:00"),
    (DEFAULT_HOURS, "2026-11-23 09:00", LISBON, True, None),
    (DEFAULT_HOURS, "2026-11-23 16:59:59", LISBON, True, None),
    (DEFAULT_HOURS, "2026-11-23 17:00", LISBON, False, "2026-11-24 09:00"),
    (DEFAULT_HOURS, "2026-11-27 17:00", LISBON, False, "2026-11-30 09:00"),  # Friday evening to Monday
    (DEFAULT_HOURS, "2026-11-28 12:00", LISBON, False, "2026-11-30 09:00"),  # Saturday
    (DEFAULT_HOURS, "2026-11-23 09:00", PACIFIC, True, None),
    (NIGHTS, "2026-11-23 23:00", LISBON, True, None),
    (NIGHTS, "2026-11-24 05:59", LISBON, True, None),
    (NIGHTS, "2026-11-24 06:00", LISBON, False, "2026-11-24 22:00"),
    (AROUND_THE_CLOCK, "2026-11-22 03:00", SYDNEY, True, None),
    (NEVER, "2026-11-23 12:00", LISBON, False, None),
    # Clocks forward: 2026-03-08 02:00 becomes 03:00 in Los Angeles. 01:30 to 04:00 has one hour and a half.
    (SMALL_HOURS, "2026-03-08 01:29", PACIFIC, False, "2026-03-08 01:30"),
    (SMALL_HOURS, "2026-03-08 03:59", PACIFIC, True, None),
    (SMALL_HOURS, "2026-03-08 04:00", PACIFIC, False, "2026-03-09 01:30"),
    # Clocks back: 2026-11-01 02:00 becomes 01:00 again. Who opens at 01:30 opens the first time.
    (SMALL_HOURS, "2026-11-01 01:29", PACIFIC, False, "2026-11-01 01:30"),
    (SMALL_HOURS, "2026-11-01 03:00", PACIFIC, True, None),
    # The weekend over which clocks change is an hour shorter or longer; Monday is at nine all the same.
    (DEFAULT_HOURS, "2026-03-06 17:00", PACIFIC, False, "2026-03-09 09:00"),
    (DEFAULT_HOURS, "2026-10-30 17:00", PACIFIC, False, "2026-11-02 09:00"),
    (DEFAULT_HOURS, "2026-10-02 17:00", SYDNEY, False, "2026-10-05 09:00"),
]


@pytest.mark.parametrize(("hours", "now", "zone", "is_open", "opens"), OPEN)
def test_the_phones_are_open_in_office_hours_and_say_when_next(
    hours: PhoneHours, now: str, zone: str, is_open: bool, opens: str | None
) -> None:
    moment = at(now, zone)
    assert phones_open(hours, 2, moment, zone) is is_open
    answer = phones(hours, 3, moment.astimezone(UTC), zone)
    assert (answer.is_open, answer.zone) == (is_open, zone)
    # By the instant: Python holds times that a clock shows twice for unlike any other (PEP 495).
    assert answer.opens == (at(opens, zone).astimezone(UTC) if opens else None)
    assert phones_open(hours, 1, moment, zone)  # severity 1: always
    assert (phones(hours, 1, moment, zone).until, phones(hours, 1, moment, zone).opens) == (None, None)


def test_both_of_the_hours_that_come_twice_are_open() -> None:
    for fold in (0, 1):
        moment = at("2026-11-01 01:45", PACIFIC, fold)
        assert phones_open(SMALL_HOURS, 4, moment, PACIFIC)
        assert closing(calendar_of(SMALL_HOURS, PACIFIC), moment) == at("2026-11-01 04:00", PACIFIC)
        assert phones_open(BEFORE_TWO, 4, at("2026-11-01 01:15", PACIFIC, fold), PACIFIC)
    assert not phones_open(BEFORE_TWO, 4, at("2026-11-01 01:30", PACIFIC, 1), PACIFIC)


def test_the_hours_own_zone_comes_before_the_accounts() -> None:
    hours = PhoneHours(zone=LISBON)
    assert phones_open(hours, 2, at("2026-11-23 09:00", LISBON), PACIFIC)
    assert not phones_open(DEFAULT_HOURS, 2, at("2026-11-23 09:00", LISBON), PACIFIC)
    assert phones(hours, 2, at("2026-11-23 09:00", LISBON), PACIFIC).zone == LISBON


ENDS: list[tuple[PhoneHours, str, str | None]] = [
    (DEFAULT_HOURS, "2026-11-23 09:00", "2026-11-23 17:00"),
    (DEFAULT_HOURS, "2026-11-23 08:00", None),
    (NIGHTS, "2026-11-23 23:00", "2026-11-24 06:00"),
    (AROUND_THE_CLOCK, "2026-11-23 23:00", None),  # it does not close at midnight
    (PhoneHours(opens=time(0), closes=time(0)), "2026-11-23 23:00", "2026-11-28 00:00"),  # on workdays
]


@pytest.mark.parametrize(("hours", "now", "until"), ENDS)
def test_open_phones_say_until_when(hours: PhoneHours, now: str, until: str | None) -> None:
    expected = at(until, LISBON) if until else None
    assert closing(calendar_of(hours, LISBON), at(now, LISBON)) == expected


def test_an_instant_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 11, 23, 9)  # noqa: DTZ001
    for ask in (next_opening, closing):
        with pytest.raises(ValueError, match="has no time zone"):
            ask(calendar_of(DEFAULT_HOURS, LISBON), naive)
    with pytest.raises(ValueError, match="has no time zone"):
        phones(DEFAULT_HOURS, 2, naive, LISBON)


def test_the_phones_are_silent_on_a_holiday_but_for_severity_1() -> None:
    holidays = {date(2026, 12, 25): "Christmas Day"}
    noon = at("2026-12-25 12:00", LISBON)
    assert phones(DEFAULT_HOURS, 2, noon, LISBON, holidays).opens == at("2026-12-28 09:00", LISBON)
    assert phones(DEFAULT_HOURS, 1, noon, LISBON, holidays).is_open


TIMES = st.integers(0, 24 * 4 - 1).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))


@given(
    weekdays=st.frozensets(st.integers(0, 6)),
    opens=TIMES,
    closes=TIMES,
    zone=st.sampled_from([LISBON, PACIFIC, SYDNEY, "Asia/Kathmandu", "UTC"]),
    minutes=st.integers(0, 366 * 24 * 60),
)
@settings(max_examples=150, deadline=None)
def test_what_is_closed_opens_at_the_moment_that_was_said_and_not_before(minutes: int, **given: Any) -> None:
    zone = given.pop("zone")
    hours = PhoneHours(**given)
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    answer = phones(hours, 2, now, zone)
    if answer.is_open:
        ends = answer.until
        assert ends is None or not phones_open(hours, 2, ends, zone)
        assert ends is None or phones_open(hours, 2, ends - timedelta(seconds=1), zone)
    elif answer.opens is None:
        assert not hours.weekdays
    else:
        assert phones_open(hours, 2, answer.opens, zone)
        assert not phones_open(hours, 2, answer.opens - timedelta(seconds=1), zone)
