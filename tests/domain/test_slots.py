"""When slots are due: holidays, both clock changes, missed and meeting slots; tables with the days beside."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendars import Calendar
from bot.domain.slots import Rhythm, due, next_due, occasions

REPORT = Rhythm(weekdays=frozenset({0, 3}), hour=8)  # Mondays and Thursdays
LISBON = Calendar(zone="Europe/Lisbon")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def closed(*days: str) -> Calendar:
    return Calendar(zone="Europe/Lisbon", holidays={date.fromisoformat(day): "Holiday" for day in days})


@pytest.mark.parametrize(
    ("last", "now", "period", "late"),
    [
        ("2026-11-19 08:00", "2026-11-23 07:59", None, False),  # Monday, a minute early
        ("2026-11-19 08:00", "2026-11-23 08:00", "2026-11-23", False),
        ("2026-11-19 08:00", "2026-11-23 08:15", "2026-11-23", False),
        ("2026-11-19 08:00", "2026-11-23 08:16", "2026-11-23", True),
        ("2026-11-23 08:00", "2026-11-23 09:00", None, False),  # it is claimed already
        ("2026-11-23 08:30", "2026-11-23 09:00", None, False),  # set up after its time
        ("2026-11-23 08:00", "2026-11-26 08:00", "2026-11-26", False),
    ],
)
def test_the_report_is_due_at_its_minute_and_is_late_after_a_quarter_of_an_hour(
    last: str, now: str, period: str | None, late: bool
) -> None:
    found = due(REPORT, at(last), at(now), LISBON)
    assert (found and found.occasion.period, bool(found and found.late)) == (period, late)


def test_a_holiday_that_is_declared_after_its_report_was_sent_sends_it_no_second_time() -> None:
    told, monday, noon = date(2026, 11, 23), at("2026-11-23 08:00"), "{} 12:00"
    off = closed("2026-11-23")
    assert due(REPORT, monday, at(noon.format("2026-11-24")), off) is not None
    assert due(REPORT, monday, at(noon.format("2026-11-24")), off, told) is None
    found = due(REPORT, monday, at(noon.format("2026-11-26")), off, told)  # Thursday's comes as ever
    assert found is not None
    assert (found.occasion.period, found.missed) == ("2026-11-26", ())
    off = closed("2026-11-23", "2026-11-24", "2026-11-25")  # it would have met Thursday's
    found = due(REPORT, monday, at(noon.format("2026-11-26")), off, told)
    assert found is not None
    assert found.occasion.period == "2026-11-26"


@pytest.mark.parametrize(
    ("calendar", "now", "period", "meant"),
    [
        (closed("2026-11-23"), "2026-11-23 12:00", None, ()),  # the holiday itself
        (closed("2026-11-23"), "2026-11-24 08:00", "2026-11-24", ("2026-11-23",)),
        (closed("2026-11-23", "2026-11-24"), "2026-11-25 08:00", "2026-11-25", ("2026-11-23",)),
        (  # Monday to Wednesday closed: Monday's report meets Thursday's
            closed("2026-11-23", "2026-11-24", "2026-11-25"),
            "2026-11-26 08:00",
            "2026-11-26",
            ("2026-11-23", "2026-11-26"),
        ),
        (  # Thursday and Friday closed: it goes over the weekend, and meets Monday's
            closed("2026-11-26", "2026-11-27"),
            "2026-11-30 08:00",
            "2026-11-30",
            ("2026-11-26", "2026-11-30"),
        ),
    ],
)
def test_a_holiday_moves_the_report_to_the_next_business_day_and_two_that_meet_are_one(
    calendar: Calendar, now: str, period: str | None, meant: tuple[str, ...]
) -> None:
    last = "2026-11-23 08:00" if period == "2026-11-30" else "2026-11-19 08:00"
    found = due(REPORT, at(last), at(now), calendar)
    assert (found.occasion.period if found else None) == period
    assert tuple(day.isoformat() for day in (found.occasion.meant if found else ())) == meant


def test_missed_slots_are_one_that_names_the_others() -> None:
    found = due(REPORT, at("2026-11-12 08:00"), at("2026-11-23 09:00"), LISBON)
    assert found is not None
    assert found.late
    assert found.occasion.period == "2026-11-23"
    assert [one.period for one in found.missed] == ["2026-11-16", "2026-11-19"]


def test_a_desk_that_slept_for_a_year_owes_one_report() -> None:
    found = due(REPORT, at("2025-11-20 08:00"), at("2026-11-23 09:00"), LISBON)
    assert found is not None
    assert found.occasion.period == "2026-11-23"
    assert 0 < len(found.missed) <= 20


@pytest.mark.parametrize(
    ("zone", "hour", "day", "instant"),
    [
        ("Europe/Lisbon", 8, "2026-03-30", "2026-03-30 07:00"),  # the day after clocks went on
        ("Europe/Lisbon", 8, "2026-10-26", "2026-10-26 08:00"),  # the day after they went back
        ("America/New_York", 8, "2026-03-09", "2026-03-09 12:00"),
        ("America/New_York", 8, "2026-11-02", "2026-11-02 13:00"),
        ("Asia/Kolkata", 8, "2026-11-23", "2026-11-23 02:30"),
        ("Europe/Berlin", 2, "2026-03-29", "2026-03-29 01:00"),  # 02:00 is skipped: 03:00 there
        ("Europe/Berlin", 2, "2026-10-25", "2026-10-25 00:00"),  # 02:00 comes twice: the first
    ],
)
def test_the_hour_is_the_hour_on_the_wall_over_both_clock_changes(
    zone: str, hour: int, day: str, instant: str
) -> None:
    every_day = Calendar(zone=zone, hours=dict.fromkeys(range(7), LISBON.hours[0]))
    rhythm = Rhythm(weekdays=frozenset(range(7)), hour=hour)
    found = next_due(rhythm, at(f"{day} 00:00") - timedelta(hours=12), every_day)
    while found is not None and found.period < day:
        found = next_due(rhythm, found.at, every_day)
    assert found is not None
    assert (found.period, found.at) == (day, at(instant))


def test_an_hour_that_comes_twice_is_one_slot() -> None:
    berlin = Calendar(zone="Europe/Berlin", hours=dict.fromkeys(range(7), LISBON.hours[0]))
    rhythm = Rhythm(weekdays=frozenset(range(7)), hour=2, minute=30)
    found = occasions(rhythm, at("2026-10-24 12:00"), at("2026-10-25 12:00"), berlin)
    assert [one.period for one in found] == ["2026-10-25"]


def test_what_does_not_move_is_left_out_on_a_holiday() -> None:
    review = Rhythm(weekdays=frozenset(range(5)), hour=9, moves=False)
    found = occasions(review, at("2026-11-20 12:00"), at("2026-11-25 12:00"), closed("2026-11-24"))
    assert [one.period for one in found] == ["2026-11-23", "2026-11-25"]


def test_a_calendar_that_never_opens_moves_nothing() -> None:
    never = Calendar(zone="UTC", hours={})
    found = due(REPORT, at("2026-11-20 08:00"), at("2026-11-23 08:00"), never)
    assert found is not None
    assert found.occasion.period == "2026-11-23"


def test_an_hour_or_a_day_that_there_is_not_is_refused() -> None:
    for wrong in (
        {"weekdays": {0}, "hour": 24},
        {"weekdays": {7}, "hour": 8},
        {"weekdays": set(), "hour": 8},
    ):
        with pytest.raises(ValueError, match=r"hour|weekdays"):
            Rhythm(weekdays=frozenset(wrong["weekdays"]), hour=wrong["hour"])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no time zone"):
        due(REPORT, datetime(2026, 11, 23), at("2026-11-23 09:00"), LISBON)  # noqa: DTZ001


@given(
    days=st.frozensets(st.integers(0, 6), min_size=1),
    hour=st.integers(0, 23),
    zone=st.sampled_from(["Europe/Lisbon", "America/New_York", "Asia/Kolkata", "Pacific/Apia"]),
    closed_days=st.frozensets(st.integers(0, 40), max_size=15),
    steps=st.lists(st.integers(1, 60 * 60 * 24 * 6), min_size=1, max_size=12),
)
def test_however_time_is_cut_into_looks_each_slot_is_found_once(
    days: frozenset[int], hour: int, zone: str, closed_days: frozenset[int], steps: list[int]
) -> None:
    begin = at("2026-10-15 00:00")
    holidays = {begin.date() + timedelta(days=number): "Holiday" for number in closed_days}
    calendar, rhythm = Calendar(zone=zone, holidays=holidays), Rhythm(weekdays=days, hour=hour)
    last, now, found = begin, begin, []
    for step in steps:
        now += timedelta(seconds=step)
        owed = due(rhythm, last, now, calendar)
        if owed is not None:
            found += [one.period for one in (*owed.missed, owed.occasion)]
            last = owed.occasion.at
    assert found == [one.period for one in occasions(rhythm, begin, now, calendar)]
    assert len(found) == len(set(found))
    local = [one.at.astimezone(ZoneInfo(zone)).date() for one in occasions(rhythm, begin, now, calendar)]
    assert [day.isoformat() for day in local] == found
