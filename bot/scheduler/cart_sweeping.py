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

    async def look(self) -> None:
        """Take up what is left now, but for what was looked at lately."""
        from bot.services import cart_sending  # what it takes is loaded when it is first needed

        now = self._desk.clock.real_now()
        left = await cart_sending.left(self._desk)
        self._resting = {one: self._resting[one] for one in left if one in self._resting}
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
