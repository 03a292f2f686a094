"""The two clocks: business time, which a trial may move forward, and real time, which never jumps.

Everybody who needs the time gets a `Clock` passed in; the rules in `bot/domain` get plain instants.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Business time: rules, due times, reports. In production it is wall time, always."""

    def now(self) -> datetime:
        """The business instant, aware, in UTC."""
        return datetime.now(UTC)

    def real_now(self) -> datetime:
        """The real instant, aware, in UTC: leases, backoff, pacing, signatures. Never offset."""
        return datetime.now(UTC)


class TravellingClock(Clock):
    """Business time with an offset that only goes forward: the sandbox and the tests own one.

    An offset below zero is a start in the past: a trial desk is seeded there and then travels to the present.
    """

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self._offset = offset

    @property
    def offset(self) -> timedelta:
        return self._offset

    def now(self) -> datetime:
        return super().now() + self._offset

    def travel(self, offset: timedelta) -> None:
        """Move to wall time plus `offset`. Raises `ClockWouldGoBack` if that lies before now."""
        if offset < self._offset:
            raise ClockWouldGoBack(f"the clock stands at {self._offset}, {offset} lies before it")
        self._offset = offset


class ClockWouldGoBack(ValueError):
    """A travel backwards was asked for; what was dated later would lie in the future."""
