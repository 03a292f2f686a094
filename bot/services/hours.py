"""When somebody may be told what the desk tells by itself: their own office hours (domain.md 3).

What a person does is told as each has chosen, at any hour; `announcing` and `notify` ask here for the rest.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.calendars import Calendar, is_open, open_from
from bot.domain.cases import Case
from bot.domain.ids import TeamId
from bot.domain.people import Person, channel_viewer
from bot.domain.team_calendars import personal
from bot.services import calendars
from bot.store.work import Connection, Work

HELD_UP = timedelta(hours=1)
"""What comes so much later than it was due comes at another hour than its reader's."""


def own_calendar(connection: Connection, person: Person, now: datetime) -> Calendar:
    """The calendar of somebody's first team, or else the desk's, on their own clocks."""
    team_id = person.teams[0].id if person.teams else None
    return _calendar(connection, person, team_id, person.timezone, now)


def opens_for(work: Work, case: Case, person: Person) -> datetime:
    """When somebody may be told of a case by the desk itself: now, or when their office opens."""
    found = _calendar(work.connection, person, case.team_id, case.timezone, work.now)
    return open_from(found, work.now)


def after_a_pause(work: Work, person: Person, due: datetime) -> datetime:
    """When what was due then is told: now, but where the desk was away for long not in somebody's night."""
    calendar = own_calendar(work.connection, person, work.now)
    if work.now - due <= HELD_UP or is_open(calendar, work.now):
        return work.now
    return open_from(calendar, work.now)


def _calendar(
    connection: Connection, person: Person, team_id: TeamId | None, zone: str, now: datetime
) -> Calendar:
    eyes = channel_viewer(person.workspace_id)
    return personal(calendars.calendar_for(connection, eyes, team_id, zone, now), person)
