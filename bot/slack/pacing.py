"""Keeps our own messages below the rates that Slack allows; the client asks it before each call."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.slack.faults import SlackBusy


@dataclass(frozen=True, kw_only=True)
class Pace:
    """At most one call every `interval` seconds, after a first burst of `burst` calls."""

    interval: float
    burst: int = 1


PER_CHANNEL = Pace(interval=1.0, burst=3)
"""Slack allows about one message a second in a channel, and short bursts over it (slack.md, 9)."""

PER_METHOD: dict[str, Pace] = {
    "chat.postMessage": Pace(interval=0.1, burst=20),
    "chat.update": Pace(interval=1.2, burst=20),
    "conversations.open": Pace(interval=1.2, burst=20),
    "conversations.history": Pace(interval=1.2, burst=20),
    "conversations.replies": Pace(interval=1.2, burst=20),
    "users.info": Pace(interval=0.6, burst=50),
    "views.publish": Pace(interval=0.6, burst=20),
}
"""Documented tiers: tier 3 is 50 calls a minute, tier 4 is 100; bursts are ours, and small."""


LONGEST_PAUSE = 2.0
"""Seconds of a pause that a call sits out. The outbox can wait better, and a person cannot wait longer."""


class Pacer:
    """Hands out turns. `enabled=False` is for a workspace without limits: the trial while it is filled.

    `now`, monotonic seconds, and `sleep` are real time; tests of the sums pass their own.
    """

    def __init__(
        self,
        enabled: bool = True,
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.enabled = enabled
        self._now = now
        self._sleep = sleep
        self._next_free: dict[str, float] = {}
        self._paused_until: dict[str, float] = {}

    async def turn(self, method: str, channel: str | None = None, *, at_once: bool = False) -> None:
        """Wait until a call of `method`, and a message to `channel` if one is named, may go.

        `at_once` takes a turn without waiting for it: somebody looks at the screen. Raises SlackBusy where
        Slack has asked for a pause that is longer than anybody should wait here.
        """
        self._refuse_long_pause(method)
        wait = 0.0
        if self.enabled:
            if method in PER_METHOD:
                wait = max(wait, self._reserve(method, PER_METHOD[method]))
            if channel is not None:
                wait = max(wait, self._reserve(f"channel {channel}", PER_CHANNEL))
        if at_once:
            wait = 0.0
        # A pause may begin, or grow, while we sleep.
        while (wait := max(wait, self._pause_left(method))) > 0:
            await self._sleep(wait)
            self._refuse_long_pause(method)
            wait = 0.0

    def _refuse_long_pause(self, method: str) -> None:
        left = self._pause_left(method)
        if left > LONGEST_PAUSE:
            raise SlackBusy(method, left)

    def _pause_left(self, method: str) -> float:
        return self._paused_until.get(method, -math.inf) - self._now()

    def pause(self, method: str, seconds: float) -> None:
        """Let nobody call `method` for a while: Slack asked for it. The longest of several pauses counts."""
        until = self._now() + seconds
        self._paused_until[method] = max(self._paused_until.get(method, until), until)

    def _reserve(self, key: str, pace: Pace) -> float:
        """Take the next turn of a bucket and return how long until it comes."""
        now = self._now()
        earliest = now - pace.interval * (pace.burst - 1)
        turn = max(self._next_free.get(key, -math.inf), earliest)
        self._next_free[key] = turn + pace.interval
        return turn - now
