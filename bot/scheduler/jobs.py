"""The jobs that time itself starts: one table; the metronome asks it what is due."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.timetable import Slot, TimedJob
from bot.services.desk import Desk
from bot.store.upkeep import sweep

KEPT = timedelta(days=30)
"""How long call keys and delivered outbox rows are kept, in real time: Slack retries for minutes only."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """What runs, and when."""

    timed: TimedJob
    run: Callable[[Desk, Slot], Awaitable[None]]


async def throw_away_old(desk: Desk, slot: Slot) -> None:
    """Keep the database small: what nobody can ask for again goes."""
    before = desk.clock.real_now() - KEPT
    while await desk.write(lambda work: sweep(work, before)):
        continue  # a batch a transaction, so that people's changes get their turn between two


JOBS = (Job(timed=TimedJob(name="throw_away_old", hour=3), run=throw_away_old),)
