"""When a desk answers its phones: numbers, weekdays and hours, and the rule T14 (domain.md 3).

Severity 1 is answered always; everything else in office hours, on the clocks of the desk's or the account's
zone. Services read the hours, blocks say when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.domain.calendars import WORKDAYS, Calendar, closing, is_open, next_opening, same_hours
from bot.domain.ids import TeamId
from bot.domain.people import Team
from bot.domain.policy import Policy

ALWAYS_OPEN = 1
"""The severity that is answered at any hour."""

NO_HOLIDAYS: Mapping[date, str] = {}


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


def calendar_of(hours: PhoneHours, zone: str, holidays: Mapping[date, str] = NO_HOLIDAYS) -> Calendar:
    """The hours as a calendar; `zone`, an IANA name, counts where they name none."""
    weekly = same_hours(hours.weekdays, hours.opens, hours.closes)
    return Calendar(zone=hours.zone or zone, hours=weekly, holidays=holidays)


def phones(
    hours: PhoneHours, severity: int, now: datetime, zone: str, holidays: Mapping[date, str] = NO_HOLIDAYS
) -> PhoneAnswer:
    """The whole answer. `now` is aware; `zone`, an IANA name, counts where the hours name none."""
    calendar = calendar_of(hours, zone, holidays)
    always = severity == ALWAYS_OPEN
    answered = always or is_open(calendar, now)
    return PhoneAnswer(
        hours=hours,
        zone=calendar.zone,
        severity=severity,
        is_open=answered,
        until=closing(calendar, now) if answered and not always else None,
        opens=None if answered else next_opening(calendar, now),
    )
