"""Reads carts again of which nobody knows whether they were placed; `order_sweeping` asks it to look."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.domain.ids import PlacingId
from bot.services.desk import Desk

log = logging.getLogger(__name__)

FIRST_REST = timedelta(seconds=10)
LONGEST_REST = timedelta(minutes=10)
"""Real time between two readings of the same cart: twice as long each time."""


class CartSweeping:
    """What one bot has looked at. Two bots may read the same cart: what they find is written down once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._resting: dict[PlacingId, tuple[datetime, timedelta]] = {}
        self._behind: PlacingId | None = None
        """Where the next look goes on, as one takes up only so many; None: at the oldest."""

    async def look(self) -> None:
        """Take up what is left now, but for what was looked at lately."""
        from bot.services import cart_sending  # what it takes is loaded when it is first needed

        now = self._desk.clock.real_now()
        left, behind = await cart_sending.left(self._desk, self._behind)
        self._forget(left, behind)
        for one in left:
            until, rest = self._resting.get(one, (now, FIRST_REST / 2))
            if until > now:
                continue
            rest = min(rest * 2, LONGEST_REST)
            self._resting[one] = (now + rest, rest)
            try:
                await cart_sending.take_up(self._desk, one)
            except Exception:
                log.exception("the cart of placing %d could not be read", one)

    def _forget(self, left: list[PlacingId], behind: PlacingId | None) -> None:
        """What is settled rests no more: it would stand among those that are left of this stretch."""
        first, last = self._behind, behind
        for one in list(self._resting):
            in_sight = (first is None or one > first) and (last is None or one <= last)
            if in_sight and one not in left:
                del self._resting[one]
        self._behind = behind
