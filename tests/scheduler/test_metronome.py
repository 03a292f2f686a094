"""Jobs that time starts: once for each period over all bots, in order, whatever happened meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.domain.timetable import Slot, TimedJob
from bot.scheduler.jobs import Job
from bot.scheduler.metronome import AGAIN, Metronome
from bot.services.desk import Desk
from tests.scheduler.conftest import HandClock, PostRoom

Ran = list[tuple[str, str, bool]]
"""Job, period, and whether it knew that it was late."""


def job(ran: Ran, name: str, hour: int, fails: Callable[[], bool] = lambda: False) -> Job:
    async def run(desk: Desk, slot: Slot) -> None:
        if fails():
            raise RuntimeError(f"{name} is broken")
        ran.append((name, slot.period, slot.late))

    return Job(timed=TimedJob(name=name, hour=hour), run=run)


async def test_a_job_is_run_when_its_time_comes_and_not_before(desk: Desk, clock: HandClock) -> None:
    ran: Ran = []
    metronome = Metronome(desk, [job(ran, "remind", 15)])
    clock.passes(hours=2, minutes=59)
    await metronome.tick()
    assert ran == []
    clock.passes(minutes=1)
    await metronome.tick()
    await metronome.tick()
    assert ran == [("remind", "2026-11-23", False)]
    clock.passes(days=1)
    await metronome.tick()
    assert [period for _, period, _ in ran] == ["2026-11-23", "2026-11-24"]


async def test_two_bots_on_one_database_run_a_job_once(desk: Desk, clock: HandClock) -> None:
    ran: Ran = []
    bots = [Metronome(desk, [job(ran, "remind", 15)]) for _ in range(2)]
    clock.passes(hours=3)
    await asyncio.gather(*(bot.tick() for bot in bots), *(bot.tick() for bot in bots))
    assert ran == [("remind", "2026-11-23", False)]


async def test_a_desk_that_was_set_up_at_noon_owes_no_morning_job(desk: Desk, clock: HandClock) -> None:
    ran: Ran = []
    metronome = Metronome(desk, [job(ran, "remind", 9)])
    await metronome.catch_up()
    assert ran == []


async def test_what_was_missed_while_no_bot_ran_is_done_once_and_knows_that_it_is_late(
    desk: Desk, clock: HandClock
) -> None:
    ran: Ran = []
    jobs = [job(ran, "remind", 15)]
    first = Metronome(desk, jobs)
    clock.passes(hours=3)
    await first.tick()
    clock.passes(days=3, hours=4)  # a weekend without the bot
    again = Metronome(desk, jobs)
    await again.catch_up()
    await again.tick()
    assert ran == [("remind", "2026-11-23", False), ("remind", "2026-11-26", True)]


async def test_a_restart_on_the_same_day_does_not_run_a_job_again(desk: Desk, clock: HandClock) -> None:
    ran: Ran = []
    jobs = [job(ran, "remind", 15)]
    first = Metronome(desk, jobs)
    clock.passes(hours=3)
    await first.tick()
    clock.passes(minutes=1)
    await Metronome(desk, jobs).catch_up()
    assert len(ran) == 1


async def test_a_job_that_fails_does_not_stop_the_others(
    desk: Desk, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    ran: Ran = []
    metronome = Metronome(desk, [job(ran, "broken", 14, lambda: True), job(ran, "sound", 15)])
    clock.passes(hours=3)
    await metronome.tick()
    assert [name for name, _, _ in ran] == ["sound"]
    assert "the job broken failed" in caplog.text


async def test_a_job_that_failed_is_tried_again_after_a_minute_until_it_is_done(
    desk: Desk, clock: HandClock
) -> None:
    ran: Ran = []
    troubles = [True, True, False]
    metronome = Metronome(desk, [job(ran, "remind", 15, lambda: troubles.pop(0))])
    clock.passes(hours=3)
    await metronome.tick()
    await metronome.tick()
    assert len(troubles) == 2, "it rests before it is tried again"
    for _ in range(3):
        clock.at += AGAIN
        await metronome.tick()
    assert troubles == []
    assert ran == [("remind", "2026-11-23", False)]


async def test_after_a_jump_of_the_clock_jobs_run_in_the_order_in_which_they_were_due(
    desk: Desk, clock: HandClock
) -> None:
    ran: Ran = []
    jobs = [job(ran, "evening", 21), job(ran, "afternoon", 15), job(ran, "morning", 9)]
    metronome = Metronome(desk, jobs)
    clock.jumps(hours=22)  # to 10:00 of Tuesday
    await metronome.tick()
    assert [(name, period) for name, period, _ in ran] == [
        ("afternoon", "2026-11-23"),
        ("evening", "2026-11-23"),
        ("morning", "2026-11-24"),
    ]


async def test_it_says_when_the_next_job_is_due(desk: Desk, clock: HandClock) -> None:
    ran: Ran = []
    metronome = Metronome(desk, [job(ran, "evening", 21), job(ran, "afternoon", 15)])
    assert await metronome.next_due() == datetime(2026, 11, 23, 15, tzinfo=UTC)
    clock.passes(hours=3)
    assert await metronome.next_due() == datetime(2026, 11, 23, 21, tzinfo=UTC)
    assert await Metronome(desk, []).next_due() is None


async def test_it_beats_by_itself(desk: Desk, clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.scheduler.metronome.BEAT", 0.01)
    done = asyncio.Event()

    async def run(desk: Desk, slot: Slot) -> None:
        done.set()

    metronome = Metronome(desk, [Job(timed=TimedJob(name="remind", hour=15), run=run)])
    clock.passes(hours=3)
    metronome.start()
    try:
        async with asyncio.timeout(5):
            await done.wait()
    finally:
        await metronome.stop()


async def test_delivered_rows_are_thrown_away_after_a_month_and_waiting_ones_never(
    room: PostRoom, clock: HandClock
) -> None:
    await room.opens()
    room.begins()
    await room.rests()
    [sender] = room.senders
    await sender.stop()
    await room.opens()
    metronome = Metronome(room.desk)
    opened = ["pending", "pending"]  # both cases may be escalated meanwhile: their cards are drawn again
    clock.passes(days=29)
    await metronome.tick()
    assert await room.states() == ["sent", "pending", *opened]
    clock.passes(days=3)
    await metronome.tick()
    assert await room.states() == ["pending", *opened]
