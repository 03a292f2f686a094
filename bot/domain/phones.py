"""When a desk answers its phones: numbers, weekdays and hours, and the rule T14 (domain.md 3).

Severity 1 is answered always; everything else in office hours, on the clocks of the desk's or the account's
zone. Services read the hours, blocks say when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.ids import TeamId
from bot.domain.people import Team
from bot.domain.policy import Policy

ALWAYS_OPEN = 1
"""The severity that is answered at any hour."""

WORKDAYS = frozenset(range(5))


@dataclass(frozen=True, kw_only=True)
class PhoneHours:
    """Phone numbers and their office hours; weekdays from 0, Monday.

    `zone` is an IANA name, empty for the account's own. What closes at or before it opens closes on the next
    day, so 00:00 to 00:00 is the whole day. `team_id` is None for the desk's own, which count for every team
    that has none.
    """

    numbers: tuple[str, ...] = ()
    weekdays: frozenset[int] = WORKDAYS
    opens: time = time(9)
    closes: time = time(17)
    zone: str = ""
    team_id: TeamId | None = None
    version: int = 0


DEFAULT_HOURS = PhoneHours()
"""Where nobody has set up any: Monday to Friday, 09:00 to 17:00 in the account's zone."""


@dataclass(frozen=True, kw_only=True)
class PhoneAnswer:
    """What is said of the phones: whether they are open for this severity now (UTC), and until or from when.

    `until` is None while they never close, `opens` while they are open or never open.
    """

    hours: PhoneHours
    zone: str
    severity: int
    is_open: bool
    until: datetime | None = None
    opens: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PhoneList:
    """All hours that are set up: by team, the desk's own under None."""

    teams: tuple[Team, ...]
    hours: Mapping[TeamId | None, PhoneHours]


@dataclass(frozen=True, kw_only=True)
class PhoneForm:
    """The hours of a team, or of the desk (None), to edit; `is_own` says that they are not taken over."""

    policy: Policy
    team: Team | None
    hours: PhoneHours
    is_own: bool


def phones(hours: PhoneHours, severity: int, now: datetime, zone: str) -> PhoneAnswer:
    """The whole answer. `now` is aware; `zone`, an IANA name, counts where the hours name none."""
    where = hours.zone or zone
    is_open = phones_open(hours, severity, now, zone)
    always = severity == ALWAYS_OPEN
    return PhoneAnswer(
        hours=hours,
        zone=where,
        severity=severity,
        is_open=is_open,
        until=closing(hours, now, zone) if is_open and not always else None,
        opens=None if is_open else next_opening(hours, now, zone),
    )


def phones_open(hours: PhoneHours, severity: int, now: datetime, zone: str) -> bool:
    """Whether somebody answers now (T14). Raises `ValueError` for a naive instant."""
    _aware(now)
    if severity == ALWAYS_OPEN:
        return True
    return any(begins <= now < ends for begins, ends in _spans(hours, now, zone))


def next_opening(hours: PhoneHours, now: datetime, zone: str) -> datetime | None:
    """When office hours begin next, strictly after `now`, in UTC; None where they never do."""
    _aware(now)
    return next((begins for begins, _ in _spans(hours, now, zone) if begins > now), None)


def closing(hours: PhoneHours, now: datetime, zone: str) -> datetime | None:
    """When the office hours that run now end, in UTC; None where none run, or where they never end.

    Hours that follow each other without a gap are one: what is open around the clock does not close at
    midnight.
    """
    _aware(now)
    end = None
    for begins, ends in _spans(hours, now, zone):
        if begins <= now < ends or begins == end:
            end = ends
    return None if end is None or end - now > timedelta(days=7) else end


def _spans(hours: PhoneHours, now: datetime, zone: str) -> list[tuple[datetime, datetime]]:
    """The office hours from yesterday on for nine days, in order, in UTC."""
    there = ZoneInfo(hours.zone or zone)
    first = now.astimezone(there).date() - timedelta(days=1)
    days = [first + timedelta(days=number) for number in range(10)]
    spans = [_span(hours, day, there) for day in days if day.weekday() in hours.weekdays]
    return [span for span in spans if span[0] < span[1]]


def _span(hours: PhoneHours, day: date, there: ZoneInfo) -> tuple[datetime, datetime]:
    """One day's hours. A time that the clock skips moves on with it; one that comes twice opens the first
    time and closes the second: nobody who calls in office hours meets a closed line.
    """
    last = day if hours.closes > hours.opens else day + timedelta(days=1)
    opens = datetime.combine(day, hours.opens, tzinfo=there)
    closes = datetime.combine(last, hours.closes, tzinfo=there)
    if _is_repeated(closes):
        closes = closes.replace(fold=1)
    return opens.astimezone(UTC), closes.astimezone(UTC)


def _is_repeated(instant: datetime) -> bool:
    """Whether the clock shows this time twice: set back, and not forward."""
    first, second = instant.replace(fold=0).utcoffset(), instant.replace(fold=1).utcoffset()
    return first is not None and second is not None and first > second


def _aware(now: datetime) -> None:
    if now.utcoffset() is None:
        raise ValueError(f"{now} has no time zone")
