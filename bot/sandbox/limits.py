"""Slack's rates: which call is answered 429, and for how long; `faults.py` asks when they are switched on."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.records import Json

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls a minute, as documented ("20+" and so on: we stop at the figure that is promised)."""

METHOD_TIERS: dict[str, int] = {
    "apps.connections.open": 1,
    "chat.postEphemeral": 4,
    "chat.update": 3,
    "conversations.history": 3,
    "conversations.info": 3,
    "conversations.members": 4,
    "conversations.open": 3,
    "conversations.replies": 3,
    "files.info": 4,
    "users.conversations": 3,
    "users.info": 4,
    "users.list": 2,
    "views.open": 4,
    "views.publish": 4,
    "views.push": 4,
    "views.update": 4,
}
"""chat.postMessage, auth.test and chat.getPermalink have rules of their own, the last two generous ones."""

SPECIAL = 300
"""Calls a minute of what Slack says "hundreds" of."""

LEAST_BURST = 12
"""A tier's minute may be used at once, and no bucket is smaller: ten sockets may be opened in a row."""

CHANNEL_RATE = 1.0
CHANNEL_BURST = 5
"""Messages a second in one channel, and how many may come at once before that counts."""


@dataclass
class Bucket:
    """Fills with `rate` calls a second up to `size`; each call takes one out."""

    rate: float
    size: float
    full: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until a call may go; 0 means now. Takes nothing out."""
        self.full = min(self.size, self.full + (now - self.at) * self.rate)
        self.at = now
        return 0.0 if self.full >= 1 else (1 - self.full) / self.rate


class Limits:
    """The rates of one app in one workspace. `hurry` makes time, and Retry-After, that many times faster."""

    def __init__(
        self,
        workspace_cap: int,
        workspace_burst: int,
        *,
        hurry: float = 1.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._cap = workspace_cap
        self._burst = workspace_burst
        self._hurry = hurry
        self._now = now
        self._buckets: dict[str, Bucket] = {}

    def refused(self, method: str, args: Json) -> float | None:
        """None if the call may go, which counts it; else the seconds of Retry-After, whole unless hurried."""
        now = self._now() * self._hurry
        buckets = self._of(method, args, now)
        wait = max(bucket.wait(now) for bucket in buckets)
        if wait > 0:
            return math.ceil(wait) / self._hurry
        for bucket in buckets:
            bucket.full -= 1
        return None

    def _of(self, method: str, args: Json, now: float) -> list[Bucket]:
        if method != "chat.postMessage":
            per_minute = TIERS[METHOD_TIERS[method]] if method in METHOD_TIERS else SPECIAL
            return [self._bucket(method, per_minute / 60, max(per_minute, LEAST_BURST), now)]
        return [
            self._bucket(method, self._cap / 60, self._burst, now),
            self._bucket(f"channel {args.get('channel')}", CHANNEL_RATE, CHANNEL_BURST, now),
        ]

    def _bucket(self, key: str, rate: float, size: float, now: float) -> Bucket:
        return self._buckets.setdefault(key, Bucket(rate=rate, size=size, full=size, at=now))
