"""Calendars of teams, shifts and leave in the database; `services.calendars` and the timed rules ask."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, insert, or_, select, update

from bot.domain.calendars import OfficeHours
from bot.domain.ids import PersonId, TeamId
from bot.domain.people import Viewer
from bot.domain.refusals import Reason, Refusal
from bot.domain.rosters import Absence, Roster, Shift
from bot.domain.team_calendars import TeamCalendar
from bot.store.at_once import insert_new
from bot.store.cases import ref
from bot.store.schema import absences, people, shifts, team_calendars
from bot.store.work import Work

DESK = "desk"

_CALENDARS = select(team_calendars).where(team_calendars.c.workspace_id == bindparam("workspace"))


def all_calendars(connection: Connection, viewer: Viewer) -> Mapping[TeamId | None, TeamCalendar]:
    """Whatever was set up: by team, and the desk's own under None. Everybody with a role is served by it."""
    if not viewer.is_staff and viewer.account_id is None:
        return {}
    asked = {"workspace": viewer.workspace_id}
    found = [_calendar(row) for row in connection.execute(_CALENDARS, asked)]
    return {one.team_id: one for one in found}


def save_calendar(work: Work, calendar: TeamCalendar) -> None:
    """Keep a calendar; its `version` is what somebody was looking at, 0 for none. Raises SET_UP_MEANWHILE."""
    facts = {
        "timezone": calendar.zone,
        "hours": {
            str(day): [f"{hours.opens:%H:%M}", f"{hours.closes:%H:%M}"]
            for day, hours in calendar.hours.items()
        },
        "country": calendar.country,
        "region": calendar.region,
        "own_days": {day.isoformat(): name for day, name in calendar.own.items()},
        "worked_days": [day.isoformat() for day in sorted(calendar.worked)],
        "office_clock": calendar.office_clock,
        "version": calendar.version + 1,
    }
    if calendar.version:
        mine = _mine(work, calendar.team_id) & (team_calendars.c.version == calendar.version)
        done = work.connection.execute(update(team_calendars).where(mine).values(**facts))
    else:
        key = {"workspace_id": work.workspace_id, "scope": _scope(calendar.team_id)}
        row = insert_new(work.connection, team_calendars).values(**key, team_id=calendar.team_id, **facts)
        done = work.connection.execute(row)
    if done.rowcount != 1:
        raise Refusal(Reason.SET_UP_MEANWHILE)


def drop_calendar(work: Work, team_id: TeamId | None, version: int) -> None:
    """Let the desk's calendar count for a team again. Raises SET_UP_MEANWHILE."""
    mine = _mine(work, team_id) & (team_calendars.c.version == version)
    if work.connection.execute(delete(team_calendars).where(mine)).rowcount != 1:
        raise Refusal(Reason.SET_UP_MEANWHILE)


def rosters(connection: Connection, viewer: Viewer, since: date) -> Mapping[TeamId | None, Roster]:
    """Who is on duty when, by team, the managers under None; with the leave that ends on `since` or later.

    Only staff see it. A team without shifts is not in it.
    """
    if not viewer.is_staff:
        return {}
    rows = connection.execute(_SHIFTS, {"workspace": viewer.workspace_id}).all()
    if not rows:
        return {}
    away, zones = leave(connection, viewer, since)
    found: dict[TeamId | None, list[Shift]] = {}
    for row in rows:
        shift = _shift(row)
        found.setdefault(shift.team_id, []).append(shift)
    return {
        team_id: Roster(shifts=tuple(theirs), absences=away, zones=zones) for team_id, theirs in found.items()
    }


def leave(
    connection: Connection, viewer: Viewer, since: date
) -> tuple[tuple[Absence, ...], Mapping[PersonId, str]]:
    """The leave that ends on `since` or later, soonest first, and the zones of all who are named there."""
    if not viewer.is_staff:
        return (), {}
    rows = connection.execute(_ENDS_LATER, {"workspace": viewer.workspace_id, "since": since}).all()
    zones = {PersonId(row.person_id): row.timezone for row in rows}
    zones |= {PersonId(row.deputy_id): row.deputy_zone for row in rows if row.deputy_id is not None}
    return tuple(_absence(row) for row in rows), zones


def _leave() -> Select[Any]:
    """Leave with who is away and who stands in."""
    deputies = people.alias("deputies")
    return (
        select(
            absences,
            people.c.slack_user_id,
            people.c.name,
            people.c.timezone,
            deputies.c.slack_user_id.label("deputy_slack"),
            deputies.c.name.label("deputy_name"),
            deputies.c.timezone.label("deputy_zone"),
        )
        .join(people, people.c.id == absences.c.person_id)
        .outerjoin(deputies, deputies.c.id == absences.c.deputy_id)
    )


_ENDS_LATER = (
    _leave()
    .where(absences.c.workspace_id == bindparam("workspace"), absences.c.last >= bindparam("since"))
    .order_by(absences.c.first, absences.c.id)
)
_SHIFTS = (
    select(shifts, people.c.slack_user_id, people.c.name)
    .join(people, people.c.id == shifts.c.person_id)
    .where(shifts.c.workspace_id == bindparam("workspace"), people.c.role.is_not(None))
    .order_by(shifts.c.id)
)


def add_shift(work: Work, shift: Shift) -> None:
    row = {
        "workspace_id": work.workspace_id,
        "team_id": shift.team_id,
        "person_id": shift.person.id,
        "weekdays": "".join(str(day) for day in sorted(shift.weekdays)),
        "begins": f"{shift.begins:%H:%M}",
        "ends": f"{shift.ends:%H:%M}",
        "first": shift.first,
        "last": shift.last,
    }
    work.connection.execute(insert(shifts), row)


def drop_shift(work: Work, shift_id: int) -> Shift | None:
    """Take a shift away and return it; None where it is gone already."""
    mine = (shifts.c.workspace_id == work.workspace_id) & (shifts.c.id == shift_id)
    row = work.connection.execute(
        select(shifts, people.c.slack_user_id, people.c.name)
        .join(people, people.c.id == shifts.c.person_id)
        .where(mine)
    ).first()
    if row is None or work.connection.execute(delete(shifts).where(mine)).rowcount != 1:
        return None
    return _shift(row)


def add_absence(work: Work, person_id: PersonId, first: date, last: date, deputy: PersonId | None) -> None:
    row = {
        "workspace_id": work.workspace_id,
        "person_id": person_id,
        "first": first,
        "last": last,
        "deputy_id": deputy,
    }
    work.connection.execute(insert(absences), row)


def drop_absence(work: Work, absence_id: int) -> Absence | None:
    """Take somebody's leave away and return it; None where it is gone already."""
    mine = (absences.c.workspace_id == work.workspace_id) & (absences.c.id == absence_id)
    row = work.connection.execute(_leave().where(mine)).first()
    if row is None or work.connection.execute(delete(absences).where(mine)).rowcount != 1:
        return None
    return _absence(row)


def overlapping(work: Work, person_id: PersonId, first: date, last: date) -> bool:
    """Whether somebody has leave already on one of these days."""
    mine = (absences.c.workspace_id == work.workspace_id) & (absences.c.person_id == person_id)
    apart = or_(absences.c.first > last, absences.c.last < first)
    return work.connection.execute(select(absences.c.id).where(mine, ~apart)).first() is not None


def _mine(work: Work, team_id: TeamId | None) -> Any:
    here = team_calendars.c.workspace_id == work.workspace_id
    return here & (team_calendars.c.scope == _scope(team_id))


def _scope(team_id: TeamId | None) -> str:
    return DESK if team_id is None else f"team.{team_id}"


def _calendar(row: Row[Any]) -> TeamCalendar:
    return TeamCalendar(
        team_id=TeamId(row.team_id) if row.team_id is not None else None,
        zone=row.timezone,
        hours={
            int(day): OfficeHours(opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))
            for day, (opens, closes) in sorted(row.hours.items())
        },
        country=row.country,
        region=row.region,
        own={date.fromisoformat(day): name for day, name in sorted(row.own_days.items())},
        worked=frozenset(date.fromisoformat(day) for day in row.worked_days),
        office_clock=row.office_clock,
        version=row.version,
    )


def _shift(row: Row[Any]) -> Shift:
    person = ref(row.person_id, row.slack_user_id, row.name)
    assert person is not None  # the join says so
    return Shift(
        id=row.id,
        person=person,
        weekdays=frozenset(int(day) for day in row.weekdays),
        begins=time.fromisoformat(row.begins),
        ends=time.fromisoformat(row.ends),
        first=row.first,
        last=row.last,
        team_id=TeamId(row.team_id) if row.team_id is not None else None,
    )


def _absence(row: Row[Any]) -> Absence:
    person = ref(row.person_id, row.slack_user_id, row.name)
    assert person is not None  # the join says so
    return Absence(
        id=row.id,
        person=person,
        first=row.first,
        last=row.last,
        deputy=ref(row.deputy_id, row.deputy_slack, row.deputy_name),
    )
