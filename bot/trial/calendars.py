"""When the trial's teams work, who is on duty, and who is away: `filling.py` sets it up in the present.

The past was acted out without it: with a roster, cases of severity 1 would have found their owners by it.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot.domain.calendars import same_hours
from bot.domain.ids import CallKey, PersonId, SlackUserId, TeamId
from bot.domain.people import PersonRef
from bot.domain.rosters import Shift
from bot.domain.team_calendars import TeamCalendar
from bot.services import calendars
from bot.services.desk import Desk
from bot.trial.cast import ADMINISTRATOR, Ids, slack_id

WORKDAYS, EVERY_DAY = frozenset(range(5)), frozenset(range(7))

AWAY, DEPUTY = "jun", "ines"
LEAVE = timedelta(days=4)
TEAM_DAY = timedelta(days=11)
"""How far from the present everybody of Integrations is out of office."""

MIDNIGHT = time(0)
ROSTER: tuple[tuple[str, str, frozenset[int], time, time], ...] = (
    # whose roster ("" is the managers'), who, on which weekdays, from when to when
    ("Level one", "chloe", WORKDAYS, time(8), time(18)),
    ("Level two", "ana", frozenset({0, 1, 2}), MIDNIGHT, MIDNIGHT),
    ("Level two", "ben", frozenset({3, 4, 5, 6}), MIDNIGHT, MIDNIGHT),
    ("Integrations", DEPUTY, EVERY_DAY, MIDNIGHT, MIDNIGHT),
    ("", "maria", EVERY_DAY, MIDNIGHT, MIDNIGHT),
)
"""The same time twice is the whole day: somebody is named for severity 1 at any hour that a visitor comes."""


def team_calendars(ids: Ids, today: date) -> tuple[TeamCalendar, ...]:
    """The desk's own calendar, and those of the teams that have one; Level one goes by the desk's."""
    return (
        TeamCalendar(hours=same_hours(WORKDAYS, time(9), time(18)), country="GB"),
        TeamCalendar(
            team_id=ids.teams["Level two"],
            zone="Europe/London",
            hours=same_hours(WORKDAYS, time(8), time(18)),
            country="GB",
            region="ENG",
        ),
        TeamCalendar(
            team_id=ids.teams["Integrations"],
            zone="Europe/Prague",
            country="CZ",
            own={_workday(today + TEAM_DAY): "Team day"},
        ),
    )


def _workday(day: date) -> date:
    """The day itself, or the Monday after it."""
    return day if day.weekday() in WORKDAYS else day + timedelta(days=7 - day.weekday())


async def set_up_calendars(desk: Desk, ids: Ids, present: datetime) -> None:
    """Calendars, rosters, the manager on duty, and somebody's leave with a deputy."""
    by, today = slack_id(ADMINISTRATOR), present.date()
    for number, calendar in enumerate(team_calendars(ids, today)):
        await calendars.set_calendar(desk, calendar, by, CallKey(f"trial calendar {number}"))
    for number, (team, who, weekdays, begins, ends) in enumerate(ROSTER):
        shift = _shift(ids.teams[team] if team else None, weekdays, begins, ends)
        await calendars.add_shift(desk, shift, slack_id(who), by, CallKey(f"trial shift {number}"))
    # By their own date, and not on a day on which they have still written.
    first = (present + timedelta(hours=14)).date()
    await calendars.add_absence(
        desk, slack_id(AWAY), first, first + LEAVE, slack_id(DEPUTY), by, CallKey("trial leave")
    )


def _shift(team_id: TeamId | None, weekdays: frozenset[int], begins: time, ends: time) -> Shift:
    """A shift whose person the service fills in."""
    somebody = PersonRef(id=PersonId(0), slack_user_id=SlackUserId(""), name="")
    return Shift(person=somebody, weekdays=weekdays, begins=begins, ends=ends, team_id=team_id)
