"""The triage queue: new cases of customers that level one is to look at, and those asked for more."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from bot.domain.call_rows import CallRow
from bot.domain.ids import CaseId, CaseNumber, PersonId, PhoneCallId
from bot.domain.lifecycle import Status
from bot.domain.people import Person, TeamKind, Viewer
from bot.domain.phone_calls import TRIAGE
from bot.domain.web_forms import NOTHING_TO_TRIAGE, QueuedCase, TriageQueue
from bot.store.cases import ref, visible
from bot.store.people import people_by_ids
from bot.store.schema import (
    GOES_ON,
    TO_TRIAGE,
    accounts,
    cases,
    people,
    phone_calls,
    team_members,
    teams,
    triage_queue,
)
from bot.store.work import Work


def enter(work: Work, case_id: CaseId) -> None:
    """A new case of a customer is to be looked at."""
    row = {
        "workspace_id": work.workspace_id,
        "case_id": case_id,
        "since": work.now,
        "asked_at": None,
        "again": False,
    }
    work.connection.execute(insert(triage_queue), row)


def asked(work: Work, case_id: CaseId) -> None:
    """More was asked for: the case waits for its customer."""
    changed = update(triage_queue).where(_mine(work, case_id)).values(asked_at=work.now)
    if not work.connection.execute(changed).rowcount:
        enter(work, case_id)
        work.connection.execute(changed)


def answered(work: Work, case_id: CaseId) -> bool:
    """The customer has said more: the case comes back. False where nothing was asked of them."""
    waiting = _mine(work, case_id) & triage_queue.c.asked_at.is_not(None)
    changed = update(triage_queue).where(waiting).values(asked_at=None, since=work.now, again=True)
    return bool(work.connection.execute(changed).rowcount)


def leave(work: Work, case_id: CaseId) -> bool:
    """It is done; whether it was there."""
    return bool(work.connection.execute(delete(triage_queue).where(_mine(work, case_id))).rowcount)


def _mine(work: Work, case_id: CaseId) -> Any:
    return (triage_queue.c.workspace_id == work.workspace_id) & (triage_queue.c.case_id == case_id)


def queue(connection: Connection, viewer: Viewer, limit: int) -> TriageQueue:
    """What waits, the longest first; for staff. What somebody owns, or is closed, waits no more."""
    if not viewer.is_staff:
        return NOTHING_TO_TRIAGE
    there = triage_queue.join(cases, cases.c.id == triage_queue.c.case_id)
    waiting = and_(
        triage_queue.c.workspace_id == viewer.workspace_id,
        TO_TRIAGE,
        # In other words than the indexes of open cases: of those there are many, in the queue few.
        cases.c.status.concat("") != Status.CLOSED.value,
        (cases.c.owner_id + 0).is_(None),
        visible(viewer),
    )
    walk = and_(phone_calls.c.case_id == cases.c.id, phone_calls.c.script == TRIAGE, GOES_ON)
    joined = (
        there.join(accounts, accounts.c.id == cases.c.account_id)
        .outerjoin(phone_calls, walk)
        .outerjoin(people, people.c.id == phone_calls.c.owner_id)
    )
    rows = connection.execute(
        select(
            cases.c.id,
            cases.c.number,
            cases.c.version,
            cases.c.title,
            cases.c.severity,
            accounts.c.name.label("account_name"),
            triage_queue.c.since,
            triage_queue.c.again,
            phone_calls.c.id.label("call_id"),
            phone_calls.c.version.label("call_version"),
            phone_calls.c.owner_id,
            phone_calls.c.began_at,
            phone_calls.c.step_number,
            phone_calls.c.label,
            people.c.slack_user_id.label("owner_slack"),
            people.c.name.label("owner_name"),
        )
        .select_from(joined)
        .where(waiting)
        .order_by(triage_queue.c.since, triage_queue.c.case_id)
        .limit(limit)
    ).all()
    if len(rows) < limit:
        total = len(rows)
    else:
        total = connection.execute(select(func.count()).select_from(there).where(waiting)).scalar_one()
    return TriageQueue(cases=tuple(_queued(row) for row in rows), total=total)


def watchers(work: Work) -> list[Person]:
    """Whose Home shows the queue and has been looked at."""
    found = (
        select(people.c.id)
        .join(team_members, team_members.c.person_id == people.c.id)
        .join(teams, teams.c.id == team_members.c.team_id)
        .where(
            people.c.workspace_id == work.workspace_id,
            people.c.role.is_not(None),
            people.c.home_seen,
            teams.c.kind == TeamKind.LEVEL_ONE.value,
        )
        .distinct()
    )
    ids = [PersonId(one) for one in work.connection.execute(found).scalars()]
    return list(people_by_ids(work.connection, ids)) if ids else []


def _queued(row: Any) -> QueuedCase:
    owner = ref(row.owner_id, row.owner_slack, row.owner_name)
    return QueuedCase(
        id=CaseId(row.id),
        number=CaseNumber(row.number),
        version=row.version,
        title=row.title,
        account_name=row.account_name,
        severity=row.severity,
        since=row.since,
        again=row.again,
        at_it=CallRow(
            id=PhoneCallId(row.call_id),
            version=row.call_version,
            script=TRIAGE,
            owner=owner,
            began_at=row.began_at,
            step_number=row.step_number,
            label=row.label,
        )
        if owner is not None
        else None,
    )
