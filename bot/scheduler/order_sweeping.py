"""Every few seconds: what was left of acts on orders and carts is taken up again, by this bot or another."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import datetime

from bot.scheduler.cart_sweeping import CartSweeping
from bot.scheduler.metronome import Metronome
from bot.services.desk import Desk

log = logging.getLogger(__name__)

EVERY = 2.0
"""Seconds of real time between two looks."""

AT_FIRST = 3.0
"""Seconds after a start until the first one: people are answered first, and loading the rules takes time."""


class OrderSweeping:
    """The loop of one bot. A clock that travels asks it for a look of its own."""

    def __init__(self, desk: Desk, metronome: Metronome) -> None:
        self._desk, self._metronome = desk, metronome
        self._carts = CartSweeping(desk)
        self._ending = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._loop = asyncio.create_task(self._run(), name="sweep of orders")

    async def stop(self, patience: float) -> None:
        """Look no more, and give what is under way a moment: another bot reads back what was left."""
        self._ending.set()
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        await self._desk.doing.stop(patience / 2)

    async def tick(self) -> None:
        """After a jump of the clock: everything that is due, then what waits for days."""
        await self._metronome.tick()
        await self.look()

    async def next_due(self) -> datetime | None:
        """The business instant at which anything is due next."""
        from bot.services.order_sweep import next_wait

        instants = (await self._metronome.next_due(), await next_wait(self._desk))
        return min((one for one in instants if one is not None), default=None)

    async def look(self) -> None:
        """Take up what is there now."""
        from bot.services.order_sweep import sweep  # what it takes is loaded when it is first needed

        await sweep(self._desk)
        await self._carts.look()

    async def _run(self) -> None:
        pause = AT_FIRST
        while not self._ending.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), pause)
            pause = EVERY
            try:
                await self.look()
            except Exception:
                log.exception("what was left of acts on orders could not be taken up")
