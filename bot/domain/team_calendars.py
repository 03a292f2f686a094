"""What a team's calendar is set up with, and the calendar that counts; services and dialogs use it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bot.domain.calendars import USUAL, WORKDAYS, Calendar, OfficeHours, same_hours
from bot.domain.ids import TeamId
from bot.domain.people import Person, Team
from bot.domain.policy import Policy
from bot.domain.rosters import Absence, OnDuty, Roster


@dataclass(frozen=True, kw_only=True)
class TeamCalendar:
    """The set-up of a team, or of the desk (None), whose calendar counts for every team that has none.

    `zone` is an IANA name, empty for that of whoever asks: the case's, or the reader's own. `country` and
    `region` are ISO codes whose public holidays count, but for `worked`; `own` are days off besides.
    """

    team_id: TeamId | None = None
    zone: str = ""
    hours: Mapping[int, OfficeHours] = field(
        default_factory=lambda: same_hours(WORKDAYS, USUAL.opens, USUAL.closes)
    )
    country: str = ""
    region: str = ""
    own: Mapping[date, str] = field(default_factory=dict)
    worked: frozenset[date] = frozenset()
    office_clock: bool = False
    """Whether T1, the first comment of Integrations, counts office hours only."""
    version: int = 0

    def calendar(self, public: Mapping[date, str], zone: str) -> Calendar:
        """The calendar itself. `public` are the country's holidays; `zone` counts where none is set up."""
        off = {**public, **self.own}
        holidays = {day: name for day, name in off.items() if day not in self.worked}
        return Calendar(zone=self.zone or zone, hours=self.hours, holidays=holidays)


DEFAULT_CALENDAR = TeamCalendar()
"""Where nobody has set up any: Monday to Friday, 09:00 to 17:00, on the clocks of whoever asks."""


def personal(calendar: Calendar, person: Person) -> Calendar:
    """The calendar on somebody's own clocks: when they may be written to without disturbing them."""
    return replace(calendar, zone=person.timezone or calendar.zone)


@dataclass(frozen=True, kw_only=True)
class CalendarRow:
    """A line of the list: a team, or the desk, its set-up if it has one, and who is on duty now."""

    team: Team | None
    calendar: TeamCalendar | None
    on_duty: OnDuty | None


@dataclass(frozen=True, kw_only=True)
class CalendarList:
    """`/desk calendar`: the desk first, then each team; and the leave of now and later."""

    rows: tuple[CalendarRow, ...]
    absences: tuple[Absence, ...]


@dataclass(frozen=True, kw_only=True)
class CalendarForm:
    """The calendar of a team, or of the desk (None), to edit; `is_own` says that it is not taken over."""

    policy: Policy
    team: Team | None
    calendar: TeamCalendar
    is_own: bool
    countries: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class RosterPage:
    """Who is on duty when: of a team, or the managers (None)."""

    team: Team | None
    roster: Roster
    zone: str
    on_duty: OnDuty | None
