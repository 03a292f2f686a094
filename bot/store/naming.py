"""Accounts and people of staff by what somebody types of their names; searches and selects ask."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, false, select, true

from bot.domain.people import Role, Viewer
from bot.domain.permissions import RIGHTS, Act, Reach, allowed
from bot.domain.search import is_called
from bot.domain.viewing import roles_below
from bot.store.schema import accounts, people

MOST = 100
"""As many options as Slack takes in a select."""


class Name(NamedTuple):
    """Something that has a name. `also` is another word for it: an account's org id, a
    person's Slack id or role."""

    id: int
    name: str
    also: str


def account_names(connection: Connection, viewer: Viewer, typed: str, limit: int = MOST) -> tuple[Name, ...]:
    """The accounts whose cases the viewer may read and whose name or org id is like `typed`, by name."""
    reach = RIGHTS[Act.READ_CASE].reach(viewer.role)
    theirs: Any = accounts.c.id == viewer.account_id
    mine = true() if reach is Reach.ALL else false() if reach is Reach.NONE else theirs
    asked = select(accounts.c.id, accounts.c.name, accounts.c.org_id_or_mid.label("also"))
    wanted = asked.where(accounts.c.workspace_id == viewer.workspace_id, mine).order_by(accounts.c.name)
    return _like(connection, wanted, typed, limit)


def staff_names(connection: Connection, viewer: Viewer, typed: str, limit: int = MOST) -> tuple[Name, ...]:
    """Support staff whose name is like `typed`: owners of cases, whom everybody at the desk sees on them."""
    if viewer.role is None or (not viewer.is_staff and viewer.account_id is None):
        return ()
    staff = people.c.role.in_([role.value for role in Role if role.is_staff])
    asked = select(people.c.id, people.c.name, people.c.slack_user_id.label("also"))
    wanted = asked.where(people.c.workspace_id == viewer.workspace_id, staff).order_by(people.c.name)
    return _like(connection, wanted, typed, limit)


def viewable_names(connection: Connection, viewer: Viewer, typed: str, limit: int = MOST) -> tuple[Name, ...]:
    """The people as whom the viewer may look at the desk, and whose name is like `typed`."""
    if not allowed(Act.VIEW_AS, viewer.person):
        return ()
    roles = people.c.role.in_([role.value for role in roles_below(viewer.person)])
    asked = select(people.c.id, people.c.name, people.c.role.label("also")).order_by(people.c.name)
    others = (people.c.workspace_id == viewer.workspace_id) & (people.c.id != viewer.person_id)
    return _like(connection, asked.where(others, roles), typed, limit)


def _like(connection: Connection, wanted: Select[Any], typed: str, limit: int) -> tuple[Name, ...]:
    """Compared here and not in SQL: accents and capitals are folded alike on both databases."""
    found = [Name(row.id, row.name, row.also) for row in connection.execute(wanted).all()]
    if not typed.strip():
        return tuple(found[:limit])
    sought = typed.strip().casefold()
    return tuple(one for one in found if is_called(one.name, sought) or one.also.casefold() == sought)[:limit]
