"""Time passes: every second, and after every jump of the clock, what is due is done and due jobs are run."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.domain.timetable import Slot, due, next_due
from bot.scheduler.due import DueTimes
from bot.scheduler.jobs import JOBS, Job
from bot.services.desk import Desk
from bot.services.policies import refresh
from bot.services.slots import arm
from bot.store.upkeep import claim_run, finish_run, last_run, unclaim_run

log = logging.getLogger(__name__)

BEAT = 1.0

CATCHING_UP = 2.0
"""Seconds that what was missed may keep people from being answered at a start; the rest comes by beats."""

AGAIN = timedelta(minutes=1)
"""How long a job that failed rests, in real time, before it is tried again."""

ZONE = ZoneInfo("UTC")
"""The zone of the desk's own book-keeping; jobs for people come with the zones of people."""


class Metronome:
    """Asks `due` at every beat and runs what it says, once for each period over all bots."""

    def __init__(self, desk: Desk, jobs: Sequence[Job] = JOBS) -> None:
        self._desk = desk
        self._jobs = jobs
        self._due_times = DueTimes(desk)
        self._since = desk.clock.now()
        self._dealt_with: dict[str, datetime] = {}
        self._resting: dict[str, datetime] = {}
        self._ticking = asyncio.Lock()
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.add_job(self.tick, "interval", seconds=BEAT, max_instances=1, coalesce=True)

    def start(self) -> None:
        self._scheduler.start()

    async def stop(self) -> None:
        """Wait for the beat that is under way, then fall silent."""
        async with self._ticking:
            self._scheduler.shutdown(wait=False)

    async def tick(self, seconds: float = math.inf) -> None:
        """Do everything that is due now: due times, then jobs, each in the order in which they became due.

        What `seconds` do not suffice for is left to the next beat.
        """
        async with self._ticking:
            await refresh(self._desk)
            await self._due_times.sweep(seconds)
            for job, slot in sorted(self._due(), key=lambda found: found[1].at):
                try:
                    await self._run(job, slot)
                except Exception:
                    log.exception("the job %s failed; it is tried again in %s", slot.job, AGAIN)
                    self._resting[slot.job] = self._desk.clock.real_now() + AGAIN

    async def next_due(self) -> datetime | None:
        """The business instant at which the next job or due time is due."""
        now = self._desk.clock.now()
        instants = [next_due(job.timed, now, ZONE).at for job in self._jobs]
        waiting = await self._due_times.next_due()
        return min([*instants, waiting] if waiting else instants, default=None)

    def late(self) -> list[str]:
        """The jobs that are overdue: they failed, or another bot claimed them and is not done."""
        return sorted(job.timed.name for job, slot in self._due() if slot.late)

    def _due(self) -> list[tuple[Job, Slot]]:
        now, real_now = self._desk.clock.now(), self._desk.clock.real_now()
        found = []
        for job in self._jobs:
            name = job.timed.name
            slot = due(job.timed, self._dealt_with.get(name, self._since), now, ZONE)
            if slot is not None and self._resting.get(name, real_now) <= real_now:
                found.append((job, slot))
        return found

    async def _run(self, job: Job, slot: Slot) -> None:
        """Run a slot, unless another bot has claimed it. A run that fails gives its claim back."""
        if await self._desk.write(lambda work: claim_run(work, slot.job, slot.period, slot.at)):
            try:
                await job.run(self._desk, slot)
            except Exception:
                await self._desk.write(lambda work: unclaim_run(work, slot.job, slot.period))
                raise
            await self._desk.write(lambda work: finish_run(work, slot.job, slot.period))
        self._dealt_with[slot.job] = slot.at

    async def catch_up(self) -> None:
        """At the start: what was missed while no bot ran is due once, late."""
        workspace_id = self._desk.workspace_id
        for job in self._jobs:
            name = job.timed.name
            last = await self._desk.store.look(partial(last_run, workspace_id=workspace_id, job=name))
            if last is not None:
                self._dealt_with[name] = last
        await arm(self._desk)
        await self.tick(CATCHING_UP)
