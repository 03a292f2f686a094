"""The daily review: its mornings as tables with the sum beside the row, and what is due in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendars import Calendar, OfficeHours, is_business_day, is_open, local_day, same_hours
from bot.domain.ids import CaseId, HistoryId, PersonId
from bot.domain.lifecycle import Status
from bot.domain.reviews import (
    Part,
    Snooze,
    Standing,
    lists,
    mornings,
    next_morning,
    person_in,
    review_job,
    snoozed_until,
)
from bot.domain.slots import together

LISBON = Calendar(zone="Europe/Lisbon", holidays={date(2026, 12, 8): "Immaculate Conception"})
TOKYO = Calendar(zone="Asia/Tokyo")
LATE = Calendar(
    zone="UTC", hours=same_hours(frozenset(range(5)), time(14), time(22))
)  # an office that opens at two
FRIDAY_OFF = Calendar(zone="UTC", hours={day: OfficeHours() for day in range(4)})
NEVER = Calendar(hours={})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("calendar", "hour", "after", "comes"),
    [
        (LISBON, 9, "2026-11-23 08:59", "2026-11-23 09:00"),  # a Monday; winter: Lisbon is on UTC
        (LISBON, 9, "2026-11-23 09:00", "2026-11-24 09:00"),  # strictly after
        (LISBON, 9, "2026-11-27 12:00", "2026-11-30 09:00"),  # Friday noon: Monday
        (LISBON, 9, "2026-12-07 12:00", "2026-12-09 09:00"),  # the 8th is a holiday
        (LISBON, 9, "2026-03-27 12:00", "2026-03-30 08:00"),  # summer time began on Sunday the 29th
        (LISBON, 9, "2026-10-23 12:00", "2026-10-26 09:00"),  # and ended on Sunday the 25th
        (TOKYO, 9, "2026-11-22 23:00", "2026-11-23 00:00"),  # nine hours ahead
        (TOKYO, 10, "2026-11-23 00:30", "2026-11-23 01:00"),  # an hour of one's own
        (LISBON, 7, "2026-11-23 00:00", "2026-11-23 09:00"),  # before the office opens: it waits
        (LATE, 9, "2026-11-23 00:00", "2026-11-23 14:00"),
        (LISBON, 20, "2026-11-23 12:00", "2026-11-24 09:00"),  # after it has closed: the next opening
        (LISBON, 20, "2026-11-27 12:00", "2026-11-30 09:00"),  # Friday's: on Monday
        (FRIDAY_OFF, 9, "2026-11-26 12:00", "2026-11-30 09:00"),  # their team has Fridays off
    ],
)
def test_a_review_comes_on_office_days_in_the_owners_own_morning(
    calendar: Calendar, hour: int, after: str, comes: str
) -> None:
    found = next_morning(calendar, hour, at(after))
    assert found is not None
    assert found.at == at(comes)
    assert mornings(calendar, hour, at(after), at(comes))[-1] == found


def test_an_office_that_never_opens_has_no_mornings() -> None:
    assert next_morning(NEVER, 9, at("2026-11-23 00:00")) is None
    assert mornings(NEVER, 9, at("2026-11-01 00:00"), at("2026-11-30 00:00")) == []


def test_mornings_that_were_missed_are_one_review_that_is_late() -> None:
    found = mornings(LISBON, 9, at("2026-11-20 09:00"), at("2026-11-24 15:00"))  # since Friday's
    assert [one.period for one in found] == ["2026-11-23", "2026-11-24"]
    due = together(found, at("2026-11-24 15:00"))
    assert due is not None
    assert (due.occasion.period, due.late, len(due.missed)) == ("2026-11-24", True, 1)
    punctual = together(found, at("2026-11-24 09:01"))
    assert punctual is not None
    assert not punctual.late
    assert together([], at("2026-11-24 15:00")) is None


ZONES = st.sampled_from(["Europe/Lisbon", "Asia/Tokyo", "America/Los_Angeles", "Australia/Lord_Howe", "UTC"])


@given(
    zone=ZONES,
    hour=st.integers(0, 23),
    opens=st.integers(0, 20),
    length=st.integers(1, 3),
    weekdays=st.sets(st.integers(0, 6), min_size=1),
    minutes=st.integers(0, 366 * 24 * 60),
)
def test_every_morning_is_in_office_hours_and_none_is_found_twice(
    zone: str, hour: int, opens: int, length: int, weekdays: set[int], minutes: int
) -> None:
    hours = same_hours(frozenset(weekdays), time(opens), time(opens + length))
    calendar, begin = Calendar(zone=zone, hours=hours), at("2026-01-01 00:00") + timedelta(minutes=minutes)
    until = begin + timedelta(days=20)
    found = mornings(calendar, hour, begin, until)
    assert all(is_open(calendar, one.at) and is_business_day(calendar, one.day) for one in found)
    assert all(one.day < other.day and one.at <= other.at for one, other in pairwise(found))
    half = begin + timedelta(days=9, hours=7)
    assert mornings(calendar, hour, begin, half) + mornings(calendar, hour, half, until) == found
    days = {begin.date() + timedelta(days=ahead) for ahead in range(-1, 22)}
    if opens <= hour < opens + length:  # within the hours: one on each of their days, at that hour
        wanted = [day for day in sorted(days) if is_business_day(calendar, day)]
        assert [one.day for one in found] == [
            day for day in wanted if begin < one_at(calendar, day, hour) <= until
        ]


def one_at(calendar: Calendar, day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=calendar.there).astimezone(UTC)


@pytest.mark.parametrize(
    ("chosen", "back"),
    [
        (Snooze.TOMORROW, "2026-11-24 00:00"),
        (Snooze.THREE_DAYS, "2026-11-26 00:00"),
        (Snooze.WEEK, "2026-11-30 00:00"),
        (Snooze.TWO_WEEKS, "2026-12-07 00:00"),
    ],
)
def test_a_snoozed_case_comes_back_in_the_morning_of_its_day(chosen: Snooze, back: str) -> None:
    assert snoozed_until(chosen, LISBON, at("2026-11-23 15:00")) == at(back)


def test_a_case_that_is_snoozed_over_a_weekend_comes_back_on_monday() -> None:
    assert snoozed_until(Snooze.TOMORROW, LISBON, at("2026-11-27 15:00")) == at("2026-11-30 00:00")
    assert snoozed_until(Snooze.TOMORROW, NEVER, at("2026-11-27 15:00")) == at("2026-11-28 15:00")
    assert local_day(TOKYO, snoozed_until(Snooze.TOMORROW, TOKYO, at("2026-11-23 20:00"))) == date(
        2026, 11, 25
    )


NOW = at("2026-11-24 09:00")
FRESH = Standing(case_id=CaseId(1), status=Status.WORKING, part=Part.OWNED)


def row(number: int) -> HistoryId:
    return HistoryId(number)


@pytest.mark.parametrize(
    ("standing", "due"),
    [
        (FRESH, True),  # never reviewed
        (replace(FRESH, changed_to=row(5), seen_to=row(5), seen_at=NOW), False),  # since its last change
        (replace(FRESH, changed_to=row(6), seen_to=row(5), seen_at=NOW), True),  # something was added
        (replace(FRESH, seen_to=row(0), seen_at=NOW), False),  # nobody else has done anything
        (replace(FRESH, seen_to=row(5), seen_at=NOW - timedelta(hours=9), duty_at=NOW), True),  # now owed
        (replace(FRESH, seen_to=row(5), seen_at=NOW, duty_at=NOW - timedelta(hours=1)), False),  # it was seen
        (replace(FRESH, seen_to=row(5), seen_at=NOW, duty_at=NOW + timedelta(hours=1)), False),  # not yet
        (replace(FRESH, changed_to=row(6), snoozed_until=NOW + timedelta(hours=1)), False),
        (replace(FRESH, seen_to=row(5), changed_to=row(6), snoozed_until=NOW), True),  # it is back
        (replace(FRESH, seen_to=row(5), seen_at=NOW - timedelta(days=1), snoozed_until=NOW), True),
        (replace(FRESH, seen_to=row(5), seen_at=NOW, snoozed_until=NOW), False),  # and answered since
        (replace(FRESH, status=Status.WAITING), False),  # T4
        (replace(FRESH, status=Status.NO_RESPONSE, changed_to=row(6)), False),
    ],
)
def test_what_was_reviewed_since_its_last_change_is_left_out(standing: Standing, due: bool) -> None:
    assert standing.is_due(NOW) is due


def test_two_lists_in_the_order_of_what_is_owed_next_and_what_waits_apart() -> None:
    def one(number: int, part: Part, hours: int | None, status: Status = Status.WORKING) -> Standing:
        duty = NOW + timedelta(hours=hours) if hours is not None else None
        return Standing(case_id=CaseId(number), status=status, part=part, duty_at=duty)

    found = lists(
        [
            one(1, Part.OWNED, None),
            one(2, Part.OWNED, 5),
            one(3, Part.CREATED, 1),
            one(4, Part.OWNED, -3),
            one(5, Part.CREATED, None, Status.WAITING),
            one(6, Part.OWNED, None),
        ],
        NOW,
    )
    assert [one.case_id for one in found.owned] == [4, 2, 1, 6]  # overdue, by its hour, then the oldest
    assert [one.case_id for one in found.created] == [3]
    assert [one.case_id for one in found.waiting] == [5]
    assert [one.case_id for one in found.due] == [4, 2, 1, 6, 3]


def test_a_job_says_whose_review_it_is() -> None:
    assert person_in(review_job(PersonId(12))) == 12
    assert person_in("report.own.12") is None
