"""How people are told: never by no way at all, and a digest at their own hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from bot.domain.calendars import WORKDAYS, Calendar, same_hours
from bot.domain.notify import Pace, Preference, Way, digest_at, ways
from bot.domain.refusals import Reason, Refusal

S, E = Way.SLACK, Way.EMAIL
WAYS: list[tuple[bool, bool, bool, set[Way]]] = [
    # Slack ticked, e-mail ticked, e-mail is set up, by which ways
    (True, True, True, {S, E}),
    (True, False, True, {S}),
    (False, True, True, {E}),
    (True, True, False, {S}),
    (True, False, False, {S}),
    (False, True, False, {S}),  # never none
]


@pytest.mark.parametrize(("slack", "email", "ready", "told"), WAYS)
def test_nobody_is_ever_told_by_no_way(slack: bool, email: bool, ready: bool, told: set[Way]) -> None:
    assert ways(Preference(slack=slack, email=email), email_ready=ready) == told


def test_neither_way_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        Preference(slack=False, email=False)
    assert refused.value.reason is Reason.NO_WAY_LEFT
    with pytest.raises(Refusal):
        Preference(hour=24)


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


LONG = same_hours(WORKDAYS, time(5), time(20))
AT: list[tuple[int, str, datetime, datetime]] = [
    # hour, zone, now, when the digest comes
    (8, "UTC", utc(11, 23, 7), utc(11, 23, 8)),
    (8, "UTC", utc(11, 23, 8), utc(11, 24, 8)),
    (8, "Asia/Tokyo", utc(11, 23, 7), utc(11, 23, 23)),
    (17, "America/Los_Angeles", utc(11, 23, 7), utc(11, 24, 1)),
    (8, "Europe/Berlin", utc(10, 23, 5), utc(10, 23, 6)),
    (8, "Europe/Berlin", utc(10, 23, 12), utc(10, 26, 7)),  # over a weekend in which summer time ended
    (8, "UTC", utc(11, 20, 12), utc(11, 23, 8)),  # Friday: on Monday
    (8, "UTC", utc(11, 24, 12), utc(11, 26, 8)),  # Wednesday is a holiday
    (8, "America/Los_Angeles", utc(11, 20, 20), utc(11, 23, 16)),
    (8, "Nowhere/Land", utc(11, 23, 7), utc(11, 23, 8)),
]


@pytest.mark.parametrize(("hour", "zone", "now", "comes"), AT)
def test_a_digest_comes_at_the_hour_of_its_reader(
    hour: int, zone: str, now: datetime, comes: datetime
) -> None:
    calendar = Calendar(zone=zone, hours=LONG, holidays={date(2026, 11, 25): "The Day"})
    assert digest_at(Preference(pace=Pace.DIGEST, hour=hour), now, calendar) == comes


@pytest.mark.parametrize(
    ("hour", "now", "comes"),
    [
        (3, utc(11, 23, 1), utc(11, 23, 5)),
        (5, utc(11, 23, 1), utc(11, 23, 5)),
        (19, utc(11, 23, 7), utc(11, 23, 19)),
        (20, utc(11, 23, 7), utc(11, 24, 5)),  # when the office closes: with the next morning
        (23, utc(11, 20, 7), utc(11, 23, 5)),  # Friday night: on Monday
    ],
)
def test_outside_the_office_hours_of_its_reader_a_digest_waits_for_them(
    hour: int, now: datetime, comes: datetime
) -> None:
    calendar = Calendar(zone="UTC", hours=LONG)
    assert digest_at(Preference(pace=Pace.DIGEST, hour=hour), now, calendar) == comes


def test_where_no_day_is_an_office_day_a_digest_comes_each_day() -> None:
    never = Calendar(zone="UTC", hours={})
    assert digest_at(Preference(pace=Pace.DIGEST), utc(11, 20, 12), never) == utc(11, 21, 8)
