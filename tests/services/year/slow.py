"""Time counted slowly, five minutes by five minutes and day by day; it shares nothing with `bot.domain`.

Everything in the simulated year happens on a mark of five minutes, so that this is exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import holidays

STEP = timedelta(minutes=5)
DAY = timedelta(days=1)
USUAL = tuple((day, time(9), time(17)) for day in range(5))

Pauses = tuple[tuple[datetime, datetime | None], ...]


@lru_cache
def public_holidays(country: str, region: str) -> frozenset[date]:
    if not country:
        return frozenset()
    return frozenset(holidays.country_holidays(country, subdiv=region or None, years=range(2025, 2029)))


@dataclass(frozen=True)
class Week:
    """When somebody works: (weekday, opens, closes), Monday is 0, on the clocks of a zone."""

    zone: str
    hours: tuple[tuple[int, time, time], ...] = USUAL
    country: str = ""
    region: str = ""
    own: frozenset[date] = field(default_factory=frozenset)

    def on_the_clocks_of(self, zone: str) -> Week:
        return replace(self, zone=zone)

    def works_on(self, day: date) -> bool:
        if day in self.own or day in public_holidays(self.country, self.region):
            return False
        return any(weekday == day.weekday() for weekday, _, _ in self.hours)

    def is_open(self, at: datetime) -> bool:
        there = at.astimezone(ZoneInfo(self.zone))
        if not self.works_on(there.date()):
            return False
        now = there.time()
        return any(weekday == there.weekday() and o <= now < c for weekday, o, c in self.hours)

    def opens(self, at: datetime) -> datetime:
        """`at`, or the first moment after it at which it is open."""
        return _first_open(self, at)

    def when(self, day: date, hour: int) -> datetime:
        """The first moment at which the clocks there show that hour of that day, or a later one."""
        wanted = datetime.combine(day, time(hour))
        at = datetime.combine(day, time(), tzinfo=UTC) - timedelta(hours=15)
        while at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None) < wanted:
            at += STEP
        return at

    def begin_of(self, day: date, after: datetime) -> datetime:
        """The first moment from `after` on at which that day, or a later one, is on the calendar there."""
        at = after
        while at.astimezone(ZoneInfo(self.zone)).date() < day:
            at += STEP
        return at


@cache
def _first_open(week: Week, at: datetime) -> datetime:
    while not week.is_open(at):
        at += STEP
    return at


@cache
def counted(begin: datetime, span: timedelta, pauses: Pauses, week: Week | None) -> datetime | None:
    """When so much time has passed since `begin`, without the pauses, and in office hours if there are any.

    None while it waits without an end.
    """
    at, left = begin, span
    while left > timedelta():
        waits = False
        for start, end in pauses:
            if start <= at and end is None:
                return None
            waits |= start <= at and (end is None or at < end)
        if not waits and (week is None or week.is_open(at)):
            left -= STEP
        at += STEP
    return at


@dataclass(frozen=True)
class Slot:
    """Where something comes that recurs, and the days that it stands for."""

    period: str
    at: datetime
    meant: str


def slots(
    week: Week, weekdays: Sequence[int], hour: int, after: datetime, until: datetime, *, moves: bool
) -> Iterator[Slot]:
    """Day by day: what falls on a day off comes on the next business day, or not at all."""
    days: dict[date, list[date]] = {}
    day = after.date() - 30 * DAY
    while day <= until.date() + DAY:
        if day.weekday() in weekdays:
            comes = day
            while moves and not week.works_on(comes):
                comes += DAY
            if week.works_on(comes):
                days.setdefault(comes, []).append(day)
        day += DAY
    for comes, meant in sorted(days.items()):
        at = week.when(comes, hour)
        if after < at <= until:
            yield Slot(comes.isoformat(), at, ",".join(one.isoformat() for one in meant))


@dataclass(frozen=True)
class Duty:
    """Somebody is on duty every day between two hours, on the clocks of a zone; 24 is midnight."""

    who: str
    begins: int
    ends: int
    zone: str

    def runs(self, at: datetime) -> bool:
        return self.begins <= at.astimezone(ZoneInfo(self.zone)).hour < self.ends


@dataclass(frozen=True)
class Leave:
    """Whole days on somebody's own clocks."""

    who: str
    first: date
    last: date
    deputy: str | None

    def covers(self, zone: str, at: datetime) -> bool:
        return self.first <= at.astimezone(ZoneInfo(zone)).date() <= self.last


def next_shift(roster: Sequence[Duty], leave: Sequence[tuple[Leave, str]], at: datetime) -> datetime:
    """When a shift begins or ends next, or the leave (with the zone of who takes it) of somebody there."""
    on = {one.who for one in roster}
    on |= {one.deputy or "" for one, _ in leave if one.who in on}

    def stands() -> list[bool]:
        away = [one.covers(zone, at) for one, zone in leave if one.who in on]
        return [one.runs(at) for one in roster] + away

    now = stands()
    while stands() == now:
        at += STEP
    return at
