"""The calls of a week, counted by the database through a viewer's eyes; `services.call_week` asks.

Calls that ended alike, after the same number of seconds, are one row: what leaves the database does not grow
with the number of calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)

from bot.domain.call_week import (
    LEFT_AFTER,
    LEFT_OPEN,
    CallCount,
    CallLine,
    CallsAsked,
    CallsTold,
    MessageCount,
    told,
)
from bot.domain.entitlement import from_record
from bot.domain.ids import CaseNumber, PhoneCallId, WorkspaceId
from bot.domain.mail import MailState
from bot.domain.people import Viewer
from bot.domain.phone_calls import HUNG_UP, PHONE, TO_SALES, TRIAGE
from bot.store.made_text import whole_seconds
from bot.store.schema import GOES_ON, canned_mails, cases, people, phone_calls, team_members


def first_call_at(connection: Connection, workspace_id: WorkspaceId) -> datetime | None:
    """When the first call of a desk began; None before that. For the machinery: it shows nobody anything."""
    mine = (phone_calls.c.workspace_id == workspace_id) & (phone_calls.c.script == PHONE)
    first = select(phone_calls.c.began_at).where(mine).order_by(phone_calls.c.began_at).limit(1)
    found: datetime | None = connection.execute(first).scalar()
    return found


def calls_told(connection: Connection, viewer: Viewer, asked: CallsAsked) -> CallsTold:
    """Calls by outcome and length, where people stopped, what was sent, and how many the time before had."""
    if not viewer.is_staff:
        return CallsTold()
    counts = _counts(connection, viewer, asked)
    return told(
        counts[PHONE],
        counts[TRIAGE],
        _messages(connection, viewer, asked),
        _before(connection, viewer, asked),
    )


def calls_of(
    connection: Connection, viewer: Viewer, asked: CallsAsked, after: PhoneCallId, limit: int
) -> list[CallLine]:
    """A page of those calls, one by one, from behind a call on; nobody but staff sees any."""
    if not viewer.is_staff:
        return []
    wanted = (
        select(phone_calls, people.c.name.label("owner_name"), cases.c.number.label("case_number"))
        .join(people, people.c.id == phone_calls.c.owner_id)
        .outerjoin(cases, cases.c.id == phone_calls.c.case_id)
        .where(_told(viewer, asked), phone_calls.c.script == PHONE, phone_calls.c.id > after)
        .order_by(phone_calls.c.id)
        .limit(limit)
    )
    rows = connection.execute(wanted).all()
    sent = _sent_by(connection, [row.id for row in rows])
    return [_line(row, sent.get(row.id, "")) for row in rows]


def _counts(connection: Connection, viewer: Viewer, asked: CallsAsked) -> dict[str, list[CallCount]]:
    of = phone_calls.c
    length = whole_seconds(connection.dialect.name, of.began_at, of.ended_at)
    lost: Any = case((of.outcome == HUNG_UP, of.step), else_="")
    over = select(of.script, of.outcome, lost.label("step"), type_coerce(length, Integer).label("seconds"))
    nameless = select(
        of.script, literal(LEFT_OPEN).label("outcome"), of.step, cast(null(), Integer).label("seconds")
    )
    each = union_all(
        over.where(_ended(viewer, asked)), nameless.where(_left(viewer, asked), of.script == PHONE)
    ).subquery()
    alike = (each.c.script, each.c.outcome, each.c.step, each.c.seconds)
    found: dict[str, list[CallCount]] = {PHONE: [], TRIAGE: []}
    for row in connection.execute(select(*alike, func.count().label("calls")).group_by(*alike)):
        count = CallCount(outcome=row.outcome, calls=row.calls, seconds=row.seconds, step=row.step)
        found.setdefault(row.script, []).append(count)
    return found


def _messages(connection: Connection, viewer: Viewer, asked: CallsAsked) -> list[MessageCount]:
    """What those calls sent to callers; a word to sales is told by their outcome."""
    mails = canned_mails.c
    wanted = (
        select(mails.message, mails.state, func.count().label("mails"))
        .join(phone_calls, phone_calls.c.id == mails.call_id)
        .where(_told(viewer, asked), phone_calls.c.script == PHONE, mails.message != TO_SALES)
        .group_by(mails.message, mails.state)
    )
    return [
        MessageCount(message=row.message, state=MailState(row.state), mails=row.mails)
        for row in connection.execute(wanted)
    ]


def _before(connection: Connection, viewer: Viewer, asked: CallsAsked) -> int:
    """How many calls the same time before had."""
    earlier = replace(asked, at=asked.since, since=asked.since - (asked.at - asked.since))
    counted = select(func.count()).where(_ended(viewer, earlier), phone_calls.c.script == PHONE)
    found: int = connection.execute(counted).scalar_one()
    return found


def _told(viewer: Viewer, asked: CallsAsked) -> Any:
    return or_(_ended(viewer, asked), _left(viewer, asked))


def _ended(viewer: Viewer, asked: CallsAsked) -> Any:
    return _mine(viewer, asked) & _between(phone_calls.c.ended_at, asked.since, asked.at)


def _left(viewer: Viewer, asked: CallsAsked) -> Any:
    """Left open, and not told of by the last report; who goes on with one takes it back."""
    since, until = asked.since - LEFT_AFTER, asked.at - LEFT_AFTER
    return _mine(viewer, asked) & GOES_ON & _between(phone_calls.c.changed_at, since, until)


def _between(column: Any, since: datetime, until: datetime) -> Any:
    return (column > since) & (column <= until)


def _mine(viewer: Viewer, asked: CallsAsked) -> Any:
    mine = phone_calls.c.workspace_id == viewer.workspace_id
    if asked.team_id is None:
        return mine
    theirs = select(team_members.c.person_id).where(team_members.c.team_id == asked.team_id)
    return mine & phone_calls.c.owner_id.in_(theirs)


def _sent_by(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """What each of those calls sent, in its order."""
    mails = canned_mails.c
    wanted = select(mails.call_id, mails.message).where(mails.call_id.in_(ids), mails.message != TO_SALES)
    found: dict[int, list[str]] = {}
    for row in connection.execute(wanted.order_by(mails.id)):
        found.setdefault(row.call_id, []).append(row.message)
    return {call: "; ".join(messages) for call, messages in found.items()}


def _line(row: Any, messages: str) -> CallLine:
    seconds = int(row.ended_at.timestamp()) - int(row.began_at.timestamp()) if row.ended_at else None
    return CallLine(
        id=PhoneCallId(row.id),
        began_at=row.began_at,
        ended_at=row.ended_at,
        seconds=seconds,
        outcome=row.outcome or LEFT_OPEN,
        step=row.step,
        step_number=row.step_number,
        owner=row.owner_name,
        customer=row.label,
        verdict=from_record(row.receipt).in_force.value if row.receipt else "",
        messages=messages,
        case_number=CaseNumber(row.case_number) if row.case_number is not None else None,
    )
