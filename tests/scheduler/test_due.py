"""Due times: done at their time, once over all bots; moved, taken back; a failing one holds up no other."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.domain.due import DueKind, DueTime
from bot.scheduler.due import AGAIN, DueTimes
from bot.services.desk import Desk
from bot.store import due as store
from bot.store.readiness import late_due_times
from bot.store.work import Work
from tests.scheduler.conftest import MONDAY_NOON, HandClock

OPENS = DueKind.ESCALATION_OPENS


class Doing:
    """What was done, by the hour at which it was due; it fails as often as it is told to."""

    def __init__(self) -> None:
        self.done: list[datetime] = []
        self.failures: set[datetime] = set()

    def act(self, desk: Desk, work: Work, due: DueTime) -> None:
        if due.at in self.failures:
            raise RuntimeError("broken")
        self.done.append(due.at)


def hour(count: int) -> datetime:
    return MONDAY_NOON + timedelta(hours=count)


async def given(desk: Desk, *hours: int) -> None:
    """Due times of as many things that have neither case nor person in common."""
    for count in hours:
        at = hour(count)

        def unit(work: Work, at: datetime = at) -> None:
            store.insert_due(work, OPENS, at)

        await desk.write(unit)


async def test_what_is_due_is_done_at_its_time_in_order_and_once(desk: Desk, clock: HandClock) -> None:
    doing = Doing()
    due = DueTimes(desk, {OPENS: doing.act})
    await given(desk, 3, 1, 2)
    await due.sweep()
    assert doing.done == []
    assert await due.next_due() == hour(1)
    clock.passes(hours=2)
    await asyncio.gather(due.sweep(), DueTimes(desk, {OPENS: doing.act}).sweep())
    assert doing.done == [hour(1), hour(2)]
    assert await due.next_due() == hour(3)
    clock.passes(hours=1)
    await due.sweep()
    await due.sweep()
    assert doing.done == [hour(1), hour(2), hour(3)]
    assert await due.next_due() is None


async def test_it_moves_and_is_taken_back(desk: Desk, clock: HandClock) -> None:
    doing = Doing()
    due = DueTimes(desk, {OPENS: doing.act})
    await desk.write(lambda work: store.set_due(work, OPENS, hour(1)))
    await desk.write(lambda work: store.set_due(work, OPENS, hour(2)))
    clock.passes(hours=1)
    await due.sweep()
    assert doing.done == []
    assert await desk.store.look(lambda c: store.due_at(c, desk.workspace_id, OPENS)) == hour(2)
    assert await desk.write(lambda work: store.drop_due(work, OPENS)) is True
    assert await desk.write(lambda work: store.drop_due(work, OPENS)) is False
    clock.passes(hours=1)
    await due.sweep()
    assert doing.done == []


async def test_what_fails_rests_and_holds_up_no_other(
    desk: Desk, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    doing = Doing()
    doing.failures = {hour(1)}
    due = DueTimes(desk, {OPENS: doing.act})
    await given(desk, 1, 2)
    clock.passes(hours=2)
    await due.sweep()
    await due.sweep()
    assert doing.done == [hour(2)]
    assert await due.next_due() is None
    assert caplog.text.count("it is tried again") == 1
    doing.failures = set()
    clock.passes(minutes=AGAIN.total_seconds() / 60)
    await due.sweep()
    assert doing.done == [hour(2), hour(1)]


async def test_a_bot_that_was_away_does_what_it_missed(desk: Desk, clock: HandClock) -> None:
    doing = Doing()
    await given(desk, *range(1, 3 * store.BATCH))
    clock.passes(days=30)
    await DueTimes(desk, {OPENS: doing.act}).sweep()
    assert doing.done == [hour(count) for count in range(1, 3 * store.BATCH)]


async def test_what_is_late_is_counted_for_the_operator(desk: Desk, clock: HandClock) -> None:
    await given(desk, 1, 2, 3)
    clock.passes(hours=2)

    async def late() -> int:
        return await desk.store.look(lambda c: late_due_times(c, desk.workspace_id, clock.now()))

    assert await late() == 1  # the second is due this minute
    clock.passes(minutes=1, seconds=1)
    assert await late() == 2
    await DueTimes(desk, {OPENS: Doing().act}).sweep()
    assert await late() == 0
