"""How the bot is: what /readyz answers, and the numbers that are only taken when /metrics is asked for."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.metrics import Metrics
from bot.scheduler.delivery import Delivery
from bot.scheduler.metronome import Metronome
from bot.services.desk import Desk
from bot.store.migrate import pending_migration
from bot.store.readiness import late_due_times, outbox_load
from bot.store.store import Store

OK = "ok"
NOT_YET = "the bot is still starting"
PATIENCE = 2.0
"""Seconds that a probe waits for the database; Kubernetes' own patience is one by default."""


@dataclass(kw_only=True)
class Probes:
    """The parts that can fail, each known once it is at work. `connected` says whether Slack can reach us."""

    store: Store
    metrics: Metrics = field(default_factory=Metrics)
    desk: Desk | None = None
    delivery: Delivery | None = None
    metronome: Metronome | None = None
    connected: Callable[[], bool] | None = None

    async def readiness(self) -> dict[str, str]:
        """Each part with "ok" or with what is wrong with it."""
        database, migrations = await self._database()
        return {
            "database": database,
            "migrations": migrations,
            "slack": self._slack(),
            "outbox": self._outbox(),
        }

    async def _database(self) -> tuple[str, str]:
        try:
            async with asyncio.timeout(PATIENCE):
                pending = await self.store.look(pending_migration)
        except Exception as error:
            return f"cannot be read ({type(error).__name__})", "unknown, without the database"
        return OK, OK if pending is None else f"the database is at {pending}: run caseline migrate"

    def _slack(self) -> str:
        if self.desk is None:
            return "Slack has not said yet who we are"
        if self.connected is None:
            return NOT_YET
        return OK if self.connected() else "no connection; a new one is being made"

    def _outbox(self) -> str:
        if self.delivery is None:
            return NOT_YET
        return OK if self.delivery.alive else "its sender has ended: start the bot again"

    async def measure(self) -> None:
        """Take the numbers that nobody counts. What cannot be known now is not a number, and no old one."""
        depth = age = late = math.nan
        if self.desk is not None:
            desk, now, business = self.desk, self.desk.clock.real_now(), self.desk.clock.now()
            try:
                async with asyncio.timeout(PATIENCE):
                    (depth, age), late = await self.store.look(
                        lambda c: (
                            outbox_load(c, desk.workspace_id, now),
                            late_due_times(c, desk.workspace_id, business),
                        )
                    )
            except Exception:
                depth = age = late = math.nan
        if self.metronome is not None:
            late += len(self.metronome.late())
        self.metrics.outbox_depth.set(depth)
        self.metrics.outbox_age.set(age)
        self.metrics.due_late.set(late)
