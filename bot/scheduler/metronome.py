"""Time passes: every second, and after every jump of the clock, due jobs are claimed and run."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.domain.timetable import due, next_due
from bot.scheduler.jobs import JOBS, Job
from bot.services.desk import Desk
from bot.store.upkeep import claim_run, finish_run, last_run

log = logging.getLogger(__name__)

BEAT = 1.0
ZONE = ZoneInfo("UTC")
"""The zone of the desk's own book-keeping; jobs for people come with the zones of people."""


class Metronome:
    """Asks `due` at every beat and runs what it says, once for each period over all bots."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._since = desk.clock.now()
        self._dealt_with: dict[str, datetime] = {}
        self._ticking = asyncio.Lock()
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.add_job(self.tick, "interval", seconds=BEAT, max_instances=1, coalesce=True)

    def start(self) -> None:
        self._scheduler.start()

    async def stop(self) -> None:
        """Wait for the beat that is under way, then fall silent."""
        async with self._ticking:
            self._scheduler.shutdown(wait=False)

    async def tick(self) -> None:
        """Run everything that is due now."""
        async with self._ticking:
            for job in JOBS:
                try:
                    await self._run_if_due(job)
                except Exception:
                    log.exception("the job %s failed; it is tried again at the next beat", job.timed.name)

    def next_due(self) -> datetime | None:
        """The business instant at which the next job is due."""
        now = self._desk.clock.now()
        return min((next_due(job.timed, now, ZONE).at for job in JOBS), default=None)

    async def _run_if_due(self, job: Job) -> None:
        name = job.timed.name
        slot = due(job.timed, self._dealt_with.get(name, self._since), self._desk.clock.now(), ZONE)
        if slot is None:
            return
        if await self._desk.write(lambda work: claim_run(work, name, slot.period, slot.at)):
            await job.run(self._desk, slot)
            await self._desk.write(lambda work: finish_run(work, name, slot.period))
        self._dealt_with[name] = slot.at

    async def catch_up(self) -> None:
        """At the start: what was missed while no bot ran is due once, late."""
        workspace_id = self._desk.workspace_id
        for job in JOBS:
            name = job.timed.name
            last = await self._desk.store.look(partial(last_run, workspace_id=workspace_id, job=name))
            if last is not None:
                self._dealt_with[name] = last
        await self.tick()
