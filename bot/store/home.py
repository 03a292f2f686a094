"""What Home shows beside lists, each in one statement through the viewer's eyes; `services.home` asks."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, exists, func, literal, select, union_all

from bot.domain.access import AccessState
from bot.domain.home import Lacking
from bot.domain.ids import CaseId
from bot.domain.lifecycle import Status
from bot.domain.pages import CaseRow
from bot.domain.people import Role, Viewer
from bot.domain.permissions import RIGHTS, Act, Reach, allowed
from bot.store.access import visible as visible_requests
from bot.store.cases import visible
from bot.store.lists import case_rows
from bot.store.schema import (
    IS_ACCESS_OPEN,
    IS_HELD,
    IS_OWED,
    access_requests,
    accounts,
    call_backs,
    cases,
    people,
    phone_hours,
    received_mails,
    teams,
)

DUE = 5
TO_TAKE = 3
ESCALATED = 5


class DueNext(NamedTuple):
    """What the viewer owes, and what somebody has to take; what is due first before the rest."""

    own: tuple[CaseRow, ...] = ()
    to_take: tuple[CaseRow, ...] = ()


def due_next(connection: Connection, viewer: Viewer) -> DueNext:
    """The cases about which staff owe something: those that the viewer owns, and for managers those that are
    owed a call; and those that nobody owns, of their teams and of no team, for who may take cases.
    """
    if not viewer.is_staff:
        return DueNext()
    parts = [_part(_owed(cases.c.owner_id == viewer.person_id, DUE), viewer, own=True)]
    if viewer.role is Role.MANAGER:
        parts.append(_part(_calls(DUE), viewer, own=True))
    if allowed(Act.TAKE, viewer.person):
        theirs = [cases.c.team_id.is_(None), *(cases.c.team_id == team.id for team in viewer.person.teams)]
        nobodys = (_owed(cases.c.owner_id.is_(None) & team, TO_TAKE) for team in theirs)
        parts += [_part(one, viewer, own=False) for one in nobodys]
    rows = sorted({(row.at, row.id, row.own) for row in connection.execute(union_all(*parts))})
    own = list(dict.fromkeys(CaseId(row[1]) for row in rows if row[2]))[:DUE]
    to_take = [CaseId(row[1]) for row in rows if not row[2] and row[1] not in own][:TO_TAKE]
    known = {row.id: row for row in case_rows(connection, viewer, [*own, *to_take])}
    return DueNext(
        own=tuple(known[one] for one in own if one in known),
        to_take=tuple(known[one] for one in to_take if one in known),
    )


def _part(asked: Select[Any], viewer: Viewer, *, own: bool) -> Select[Any]:
    found = asked.where(visible(viewer)).subquery()
    return select(found.c.at, found.c.id, literal(1 if own else 0).label("own"))


def _owed(whose: Any, limit: int) -> Select[Any]:
    """The head of an index for each part: nothing is sorted."""
    asked = select(cases.c.duty_at.label("at"), cases.c.id).where(cases.c.duty_at.is_not(None), whose)
    return asked.order_by(cases.c.duty_at, cases.c.id).limit(limit)


def _calls(limit: int) -> Select[Any]:
    """Managers' calls that are owed: few, and none of them may be forgotten."""
    asked = select(call_backs.c.due_at.label("at"), cases.c.id).join(
        call_backs, (call_backs.c.case_id == cases.c.id) & IS_OWED
    )
    owed = asked.where(call_backs.c.workspace_id == cases.c.workspace_id)
    return owed.order_by(call_backs.c.due_at, cases.c.id).limit(limit)


def escalated(connection: Connection, viewer: Viewer, limit: int = ESCALATED) -> tuple[CaseRow, ...]:
    """The newest open cases that are escalated, one more than `limit` if there is: of the viewer's account,
    for managers and administrators of all.
    """
    # Said in other words than the indexes of open cases do: of those there are many, of escalated ones few.
    flagged = cases.c.escalated_at.is_not(None) & (cases.c.status.concat("") != Status.CLOSED.value)
    if viewer.account_id is not None:
        flagged &= cases.c.account_id == viewer.account_id
    elif viewer.role not in (Role.MANAGER, Role.ADMINISTRATOR):
        return ()
    found = select(cases.c.id).where(visible(viewer), flagged).order_by(cases.c.id.desc()).limit(limit + 1)
    ids = [CaseId(one) for one in connection.execute(found).scalars()]
    return case_rows(connection, viewer, ids)


def waiting(connection: Connection, viewer: Viewer) -> tuple[int, int]:
    """How many requests for access and how many e-mails wait for the viewer."""
    access, mails = _access(viewer), _mails(viewer)
    counted = connection.execute(select(access.label("access"), mails.label("mails"))).one()
    return counted.access, counted.mails


def _access(viewer: Viewer) -> Any:
    """Those that they have taken, and those that wait and that they may take (`domain.access`)."""
    if not allowed(Act.FINISH_ACCESS_REQUEST, viewer.person):
        return literal(0)
    waits = access_requests.c.state == AccessState.WAITING.value
    match RIGHTS[Act.FINISH_ACCESS_REQUEST].reach(viewer.role):
        case Reach.OWN_ACCOUNT:
            waits &= access_requests.c.account_id == viewer.account_id
        case Reach.WITHOUT_DSC:
            theirs = people.c.account_id == access_requests.c.account_id
            waits &= ~exists().where(theirs, people.c.role == Role.DSC.value)
    taken = access_requests.c.taken_by_id == viewer.person_id
    counted = select(func.count()).select_from(access_requests)
    return counted.where(visible_requests(viewer), IS_ACCESS_OPEN, waits | taken).scalar_subquery()


def _mails(viewer: Viewer) -> Any:
    if not allowed(Act.SORT_MAIL, viewer.person):
        return literal(0)
    here = received_mails.c.workspace_id == viewer.workspace_id
    return select(func.count()).select_from(received_mails).where(here, IS_HELD).scalar_subquery()


def lacking(connection: Connection, viewer: Viewer) -> frozenset[Lacking]:
    """What is still to be set up, for those who may: a new desk's next steps."""
    if not allowed(Act.SET_UP_DESK, viewer.person):
        return frozenset()
    here = viewer.workspace_id
    others = (people.c.workspace_id == here) & (people.c.id != viewer.person_id)
    staff = people.c.role.in_([Role.AGENT.value, Role.MANAGER.value])
    there = {
        Lacking.ACCOUNTS: exists().where(accounts.c.workspace_id == here),
        Lacking.TEAMS: exists().where(teams.c.workspace_id == here),
        Lacking.STAFF: exists().where(others, staff),
        Lacking.DEPUTY: exists().where(others, people.c.role == Role.ADMINISTRATOR.value),
        Lacking.PHONES: exists().where(phone_hours.c.workspace_id == here),
    }
    found = connection.execute(select(*(one.label(name.value) for name, one in there.items()))).one()
    return frozenset(name for name in there if not getattr(found, name.value))
