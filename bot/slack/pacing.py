"""Keeps our own calls below the rates that Slack allows, and finds the rates that it does not tell.

The client asks for a turn before each call. A `Pacer` belongs to one workspace and has one limiter for each
method, one for each channel. Where Slack says 429 all the same, the method pauses for as long as Slack asks,
for everybody, and goes on at half the pace, from which it rises again slowly. All of it is real time.
"""

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

    @property
    def per_minute(self) -> float:
        return 60.0 / self.interval


PER_CHANNEL = Pace(interval=1.0, burst=3)
"""Slack allows about one message a second in a channel, and short bursts over it (slack.md, 9)."""

PER_METHOD: dict[str, Pace] = {
    "chat.update": Pace(interval=1.2, burst=20),
    "conversations.open": Pace(interval=1.2, burst=20),
    "conversations.history": Pace(interval=1.2, burst=20),
    "conversations.members": Pace(interval=0.6, burst=20),
    "conversations.replies": Pace(interval=1.2, burst=20),
    "files.delete": Pace(interval=1.2, burst=20),
    "users.info": Pace(interval=0.6, burst=50),
    "views.publish": Pace(interval=0.6, burst=20),
}
"""Documented tiers: tier 3 is 50 calls a minute, tier 4 is 100; bursts are ours, and small."""

POSTING = "chat.postMessage"
MESSAGES_PER_MINUTE = 240.0
"""What we take a workspace to bear where its operator says nothing. Slack publishes no figure."""

FIRST_PER_MINUTE = 60.0
"""Where posting begins: a message a second is what Slack allows even to a single channel."""

HEADROOM = 0.95
"""We aim below the cap. The rest is our burst, so that no minute ever holds more than the cap."""

FIRST_RISE = 40
"""Turns from nothing to the cap, until Slack says 429 for the first time."""

RISE = 0.2
"""Calls a minute that every turn adds afterwards: half the pace comes back within minutes, not seconds."""

LEAST_PER_MINUTE = 6.0
"""No pace falls below this: the pause that Slack asks for does the rest."""

LONGEST_PAUSE = 2.0
"""Seconds of a pause that a call sits out. The outbox can wait better, and a person cannot wait longer."""

LONGEST_TURN = 5.0
"""Seconds that a call waits for its turn; who would wait longer is told when to come again.

An attempt of the outbox may take several calls, and must end well before its lease does.
"""


class Limiter:
    """One key's turns, a bucket of `burst` calls that fills at the pace; below nothing, callers queue.

    The pace halves when Slack says 429 and rises with every turn, up to its ceiling.
    """

    def __init__(self, start: float, ceiling: float, burst: int, first_rise: float = 0.0) -> None:
        """`start` and `ceiling` are calls a minute; `first_rise` is what a turn adds before the first 429."""
        self.per_minute = start
        self._ceiling = ceiling
        self._burst = burst
        self._rise = first_rise
        self._left = float(burst)
        self._counted_at = -math.inf

    def wait(self, now: float) -> float:
        """Seconds until the next turn; it is not taken yet."""
        self._fill(now)
        return max(0.0, (1 - self._left) * 60 / self.per_minute)

    def take(self, now: float) -> None:
        self._fill(now)
        self._left -= 1
        self.per_minute = min(self._ceiling, self.per_minute + self._rise)

    def halve(self) -> None:
        """Slack refused: go on at half the pace, and rise carefully from there."""
        self.per_minute = max(self.per_minute / 2, min(LEAST_PER_MINUTE, self._ceiling))
        self._rise = RISE

    def rested(self, now: float) -> bool:
        """Whether the whole burst has grown back, so that a new limiter would say the same."""
        self._fill(now)
        return self._left >= self._burst

    def _fill(self, now: float) -> None:
        self._left = min(self._burst, self._left + (now - self._counted_at) * self.per_minute / 60)
        self._counted_at = now


def posting_limiter(cap: float) -> Limiter:
    """The limiter of `chat.postMessage`, for a workspace that bears at most `cap` messages a minute."""
    ceiling = cap * HEADROOM
    burst = max(1, math.floor(cap - ceiling))
    return Limiter(min(FIRST_PER_MINUTE, ceiling), ceiling, burst, ceiling / FIRST_RISE)


def _fixed(pace: Pace) -> Limiter:
    return Limiter(pace.per_minute, pace.per_minute, pace.burst)


class Pacer:
    """Hands out turns of one workspace. `enabled=False` is for one without limits: a trial being filled.

    `cap` is how many messages a minute the workspace bears at most. `now`, monotonic seconds, and `sleep` are
    real time; tests of the sums pass their own.
    """

    def __init__(
        self,
        enabled: bool = True,
        *,
        cap: float = MESSAGES_PER_MINUTE,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.enabled = enabled
        self._now = now
        self._sleep = sleep
        self._methods = {method: _fixed(pace) for method, pace in PER_METHOD.items()}
        self._methods[POSTING] = posting_limiter(cap)
        self._channels: dict[str, Limiter] = {}
        self._paused_until: dict[str, float] = {}
        self._judged_from: dict[str, float] = {}
        self._slowed_at: float | None = None
        self.refused = 0

    @property
    def messages_per_minute(self) -> float:
        """The pace of posting at this moment."""
        return self._methods[POSTING].per_minute

    @property
    def slowed_for(self) -> float | None:
        """Seconds since Slack last asked us to slow down, by whatever method; None if it never did."""
        return None if self._slowed_at is None else self._now() - self._slowed_at

    async def turn(self, method: str, channel: str | None = None, *, at_once: bool = False) -> None:
        """Wait until a call of `method`, and a message to `channel` if one is named, may go.

        `at_once` takes a turn without waiting for it: somebody looks at the screen. Raises SlackBusy where
        Slack has asked for a pause, or where turns are so far off, that nobody should wait for it here.
        """
        self._refuse_long_pause(method)
        wait = self._take(method, channel, at_once) if self.enabled else 0.0
        # A pause may begin, or grow, while we sleep.
        while (wait := max(wait, self._pause_left(method))) > 0:
            await self._sleep(wait)
            self._refuse_long_pause(method)
            wait = 0.0

    def _take(self, method: str, channel: str | None, at_once: bool) -> float:
        """Take the next turns of a method and a channel, and say how long until they come."""
        now = self._now()
        limiters = [self._methods[method]] if method in self._methods else []
        if channel is not None:
            limiters.append(self._channel(channel, now))
        wait = max((one.wait(now) for one in limiters), default=0.0)
        if wait > LONGEST_TURN and not at_once:
            raise SlackBusy(method, wait)  # and no turn is lost by it
        for limiter in limiters:
            limiter.take(now)
        return 0.0 if at_once else wait

    def _channel(self, channel: str, now: float) -> Limiter:
        if channel not in self._channels:
            if len(self._channels) >= 1000:  # every direct message is one: keep those that still count
                self._channels = {name: one for name, one in self._channels.items() if not one.rested(now)}
            self._channels[channel] = _fixed(PER_CHANNEL)
        return self._channels[channel]

    def _refuse_long_pause(self, method: str) -> None:
        left = self._pause_left(method)
        if left > LONGEST_PAUSE:
            raise SlackBusy(method, left)

    def _pause_left(self, method: str) -> float:
        return self._paused_until.get(method, -math.inf) - self._now()

    def pause(self, method: str, seconds: float) -> None:
        """Let nobody call `method` for a while: Slack asked for it. The longest of several pauses counts.

        Calls that had their turn by the old pace may be refused together, or one by one for as long as a turn
        may be waited for: they halve the pace once.
        """
        now = self._now()
        if method in self._methods and now >= self._judged_from.get(method, -math.inf):
            self._methods[method].halve()
            self._judged_from[method] = now + seconds + LONGEST_TURN
        self.refused += 1
        self._slowed_at = now
        self._paused_until[method] = max(self._paused_until.get(method, -math.inf), now + seconds)
