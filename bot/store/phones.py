"""Phone numbers and office hours in the database; `services.phones` and the pages ask."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from bot.domain.ids import TeamId
from bot.domain.people import Viewer
from bot.domain.phones import DEFAULT_HOURS, PhoneHours
from bot.domain.refusals import Reason, Refusal
from bot.store.at_once import insert_new
from bot.store.schema import phone_hours
from bot.store.work import Work

DESK = "desk"

_HOURS = select(phone_hours).where(phone_hours.c.workspace_id == bindparam("workspace"))


def all_hours(connection: Connection, viewer: Viewer) -> Mapping[TeamId | None, PhoneHours]:
    """Whatever was set up: by team, and the desk's own under None. Everybody with a role may call."""
    if not viewer.is_staff and viewer.account_id is None:
        return {}
    found = connection.execute(_HOURS, {"workspace": viewer.workspace_id})
    read = [_hours(row) for row in found]
    return {one.team_id: one for one in read}


def hours_for(connection: Connection, viewer: Viewer, team_id: TeamId | None) -> PhoneHours:
    """The hours that count for a team: its own, else the desk's, else the rule's (T14)."""
    every = all_hours(connection, viewer)
    return every.get(team_id) or every.get(None) or DEFAULT_HOURS


def save_hours(work: Work, hours: PhoneHours) -> None:
    """Keep hours; `hours.version` is what somebody was looking at, 0 for none. Raises SET_UP_MEANWHILE."""
    facts = {
        "numbers": "\n".join(hours.numbers),
        "weekdays": "".join(str(day) for day in sorted(hours.weekdays)),
        "opens": hours.opens.strftime("%H:%M"),
        "closes": hours.closes.strftime("%H:%M"),
        "timezone": hours.zone,
        "version": hours.version + 1,
    }
    key = {"workspace_id": work.workspace_id, "scope": _scope(hours.team_id)}
    if hours.version:
        mine = _mine(work, hours.team_id) & (phone_hours.c.version == hours.version)
        done = work.connection.execute(update(phone_hours).where(mine).values(**facts))
    else:
        row = insert_new(work.connection, phone_hours).values(**key, team_id=hours.team_id, **facts)
        done = work.connection.execute(row)
    if done.rowcount != 1:
        raise Refusal(Reason.SET_UP_MEANWHILE)


def drop_hours(work: Work, team_id: TeamId | None, version: int) -> None:
    """Let the desk's hours count for a team again. Raises SET_UP_MEANWHILE."""
    mine = _mine(work, team_id) & (phone_hours.c.version == version)
    if work.connection.execute(delete(phone_hours).where(mine)).rowcount != 1:
        raise Refusal(Reason.SET_UP_MEANWHILE)


def _mine(work: Work, team_id: TeamId | None) -> Any:
    here = phone_hours.c.workspace_id == work.workspace_id
    return here & (phone_hours.c.scope == _scope(team_id))


def _scope(team_id: TeamId | None) -> str:
    return DESK if team_id is None else f"team.{team_id}"


def _hours(row: Row[Any]) -> PhoneHours:
    return PhoneHours(
        numbers=tuple(row.numbers.splitlines()),
        weekdays=frozenset(int(day) for day in row.weekdays),
        opens=time.fromisoformat(row.opens),
        closes=time.fromisoformat(row.closes),
        zone=row.timezone,
        team_id=TeamId(row.team_id) if row.team_id is not None else None,
        version=row.version,
    )
