"""Recurring jobs: once a slot, over restarts, clock changes and pauses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.timetable import EVERY_DAY, WORKDAYS, Slot, TimedJob, due, instant_of, next_due

BERLIN = ZoneInfo("Europe/Berlin")  # 2026: summer time from 29 March 02:00 to 25 October 03:00
REVIEW = TimedJob(name="review", hour=9, weekdays=WORKDAYS)
REPORT = TimedJob(name="report", hour=8, weekdays=frozenset({0, 3}))
NIGHTLY = TimedJob(name="nightly", hour=2, minute=30)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("job", "last", "now", "expected"),
    [
        # In November Berlin is UTC+1: 09:00 there is 08:00 UTC. 23 November 2026 is a Monday.
        (REVIEW, "2026-11-20T08:00", "2026-11-23T07:59:59", None),
        (REVIEW, "2026-11-20T08:00", "2026-11-23T08:00", ("2026-11-23", "2026-11-23T08:00", False)),
        (REVIEW, "2026-11-20T08:00", "2026-11-23T08:15", ("2026-11-23", "2026-11-23T08:00", False)),
        (REVIEW, "2026-11-20T08:00", "2026-11-23T08:15:01", ("2026-11-23", "2026-11-23T08:00", True)),
        # Done is done, whether `last` is the slot's own instant or the moment when it was run.
        (REVIEW, "2026-11-23T08:00", "2026-11-23T08:00:30", None),
        (REVIEW, "2026-11-23T08:00:10", "2026-11-23T08:00:30", None),
        # Saturday and Sunday have no slot; on Sunday a missed Friday is still owed, late.
        (REVIEW, "2026-11-20T08:00", "2026-11-22T12:00", None),
        (REVIEW, "2026-11-19T08:00", "2026-11-22T12:00", ("2026-11-20", "2026-11-20T08:00", True)),
        # A week's pause: five slots were missed, one comes, the latest.
        (REVIEW, "2026-11-16T08:00", "2026-11-24T06:00", ("2026-11-23", "2026-11-23T08:00", True)),
        # Mondays and Thursdays at 08:00 (07:00 UTC): on Wednesday Monday's is still the latest.
        (REPORT, "2026-11-19T07:00", "2026-11-25T10:00", ("2026-11-23", "2026-11-23T07:00", True)),
        (REPORT, "2026-11-23T07:00", "2026-11-26T06:59", None),
        (REPORT, "2026-11-23T07:00", "2026-11-26T07:00", ("2026-11-26", "2026-11-26T07:00", False)),
        # Never run: what is due this minute counts, what was before the desk existed does not.
        (REVIEW, None, "2026-11-23T08:05", ("2026-11-23", "2026-11-23T08:00", False)),
        (REVIEW, None, "2026-11-23T14:00", None),
        # 29 March has no 02:30; it runs at 03:30 summer time (01:30 UTC).
        (NIGHTLY, "2026-03-28T01:30", "2026-03-29T01:29", None),
        (NIGHTLY, "2026-03-28T01:30", "2026-03-29T01:30", ("2026-03-29", "2026-03-29T01:30", False)),
        # 25 October has 02:30 twice, at 00:30 and 01:30 UTC; only the first counts.
        (NIGHTLY, "2026-10-24T00:30", "2026-10-25T00:30", ("2026-10-25", "2026-10-25T00:30", False)),
        (NIGHTLY, "2026-10-25T00:30", "2026-10-25T01:30", None),
    ],
)
def test_a_job_is_due_once_for_each_slot(
    job: TimedJob, last: str | None, now: str, expected: tuple[str, str, bool] | None
) -> None:
    slot = due(job, utc(last) if last else None, utc(now), BERLIN)
    assert slot == (
        expected and Slot(job=job.name, period=expected[0], at=utc(expected[1]), late=expected[2])
    )


@pytest.mark.parametrize(
    ("job", "after", "period", "at"),
    [
        (REVIEW, "2026-11-23T07:59", "2026-11-23", "2026-11-23T08:00"),
        (REVIEW, "2026-11-23T08:00", "2026-11-24", "2026-11-24T08:00"),
        (REVIEW, "2026-11-20T08:00", "2026-11-23", "2026-11-23T08:00"),  # over the weekend
        (REPORT, "2026-11-23T07:00", "2026-11-26", "2026-11-26T07:00"),
        (
            REPORT,
            "2026-10-22T06:00",
            "2026-10-26",
            "2026-10-26T07:00",
        ),  # 06:00 UTC in summer, 07:00 in winter
        (NIGHTLY, "2026-10-25T00:30", "2026-10-26", "2026-10-26T01:30"),  # the second 02:30 is no slot
    ],
)
def test_the_next_slot_is_known_ahead(job: TimedJob, after: str, period: str, at: str) -> None:
    assert next_due(job, utc(after), BERLIN) == Slot(job=job.name, period=period, at=utc(at), late=False)


def test_a_slot_on_a_day_that_the_calendar_skipped_runs_with_the_next_and_only_once() -> None:
    apia = ZoneInfo("Pacific/Apia")  # moved over the date line: there was no 30 December 2011
    nine = TimedJob(name="review", hour=9)
    slot = due(nine, instant_of(date(2011, 12, 29), nine, apia), utc("2011-12-30T19:00"), apia)
    assert slot is not None
    assert (slot.period, slot.at) == ("2011-12-31", utc("2011-12-30T19:00"))
    assert due(nine, slot.at, utc("2011-12-30T19:01"), apia) is None


def test_a_clock_set_back_over_midnight_does_not_run_the_new_day_again() -> None:
    st_johns = ZoneInfo("America/St_Johns")  # on 7 November 2010 at 00:01 it became 23:01 of the 6th again
    midnight = TimedJob(name="tidy", hour=0)
    slot = due(midnight, utc("2010-11-06T02:30"), utc("2010-11-07T02:30"), st_johns)
    assert slot is not None
    assert slot.period == "2010-11-07"
    assert due(midnight, slot.at, utc("2010-11-07T03:00"), st_johns) is None  # 23:30 of the 6th, again


@pytest.mark.parametrize(
    "wrong",
    [
        {"hour": 24},
        {"hour": 9, "minute": 60},
        {"hour": 9, "weekdays": frozenset()},
        {"hour": 9, "weekdays": frozenset({7})},
        {"hour": 9, "late_after": timedelta(seconds=-1)},
    ],
)
def test_a_job_at_a_time_that_no_clock_shows_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"hour|minute|weekdays|late_after"):
        TimedJob(name="odd", **wrong)  # type: ignore[arg-type]


def test_an_instant_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 11, 23, 9)  # noqa: DTZ001 - what is refused
    with pytest.raises(ValueError, match="no time zone"):
        due(REVIEW, None, naive, BERLIN)
    with pytest.raises(ValueError, match="no time zone"):
        due(REVIEW, naive, utc("2026-11-23T08:00"), BERLIN)
    with pytest.raises(ValueError, match="no time zone"):
        next_due(REVIEW, naive, BERLIN)


ZONES = st.sampled_from(
    [
        ZoneInfo(key)
        for key in ("UTC", "Europe/Berlin", "America/St_Johns", "Africa/Cairo", "Australia/Lord_Howe")
    ]
)
JOBS = st.builds(
    TimedJob,
    name=st.just("job"),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    weekdays=st.sets(st.sampled_from(sorted(EVERY_DAY)), min_size=1).map(frozenset),
)
INSTANTS = st.integers(0, 28 * 365 * 24 * 3600).map(
    lambda seconds: utc("2008-01-01") + timedelta(seconds=seconds)
)


@given(JOBS, INSTANTS, ZONES)
def test_what_is_announced_as_next_is_due_at_that_instant_and_not_a_moment_before(
    job: TimedJob, now: datetime, zone: ZoneInfo
) -> None:
    upcoming = next_due(job, now, zone)
    assert upcoming.at > now
    assert due(job, now, upcoming.at - timedelta(microseconds=1), zone) is None
    assert due(job, now, upcoming.at, zone) == upcoming


@given(JOBS, INSTANTS, ZONES, st.lists(st.integers(1, 20_000), min_size=1, max_size=40))
def test_however_the_ticks_fall_no_period_runs_twice_and_time_never_goes_back(
    job: TimedJob, start: datetime, zone: ZoneInfo, pauses_in_minutes: list[int]
) -> None:
    now, last, ran = start, start, list[Slot]()
    for pause in pauses_in_minutes:
        now += timedelta(minutes=pause)
        if slot := due(job, last, now, zone):
            assert last < slot.at <= now
            ran.append(slot)
            last = slot.at
    assert len({slot.period for slot in ran}) == len(ran)
    assert [slot.at for slot in ran] == sorted(slot.at for slot in ran)


@given(JOBS, INSTANTS, ZONES)
def test_with_a_tick_each_hour_every_slot_of_a_month_runs(
    job: TimedJob, start: datetime, zone: ZoneInfo
) -> None:
    end = start + timedelta(days=30)
    expected, slot = list[str](), next_due(job, start, zone)
    while slot.at <= end:
        expected.append(slot.period)
        slot = next_due(job, slot.at, zone)
    ran, last = list[str](), start
    for hour in range(30 * 24 + 1):
        if found := due(job, last, start + timedelta(hours=hour), zone):
            ran.append(found.period)
            last = found.at
    assert ran == expected


@given(JOBS, INSTANTS, ZONES)
def test_a_slot_stands_on_the_date_and_weekday_that_people_read_on_their_wall(
    job: TimedJob, now: datetime, zone: ZoneInfo
) -> None:
    slot = next_due(job, now, zone)
    local = slot.at.astimezone(zone)
    assume((local.hour, local.minute) == (job.hour, job.minute))  # all but the hours that a clock skips
    assert slot.period == local.date().isoformat()
    assert local.weekday() in job.weekdays
