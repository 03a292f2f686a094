"""The outbox: what is to be told, kept with the change that causes it, and sent one conversation at a time.

Rows hold intent, never text that people wrote: they are drawn when sent. All instants here are real time.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, or_, select, update

from bot.domain.commands import Audience
from bot.domain.ids import (
    AccessRequestId,
    CaseId,
    ChannelId,
    CommentId,
    HistoryId,
    OrderRequestId,
    PersonId,
    PhoneCallId,
    WorkspaceId,
    is_channel_id,
)
from bot.store.at_once import insert_new
from bot.store.outbox_kinds import Kind as Kind
from bot.store.outbox_kinds import State as State
from bot.store.schema import IS_WAITING, cases, leases, outbox
from bot.store.types import UtcDateTime
from bot.store.work import Work


def new_token() -> str:
    """A secret that a message is known by, and its outbox row."""
    return secrets.token_hex(16)


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """A row to be: what, to which conversation, about what."""

    kind: Kind
    conversation: str
    audience: Audience = Audience.INTERNAL
    case_id: CaseId | None = None
    comment_id: CommentId | None = None
    history_id: HistoryId | None = None
    person_id: PersonId | None = None
    access_request_id: AccessRequestId | None = None
    phone_call_id: PhoneCallId | None = None
    order_request_id: OrderRequestId | None = None
    not_before: datetime | None = None
    token: str = field(default_factory=new_token, compare=False)


@dataclass(frozen=True, kw_only=True)
class OutboxRow:
    """A row on its way. `maybe_sent` says that an earlier attempt may have reached Slack."""

    id: int
    workspace_id: WorkspaceId
    conversation: str
    kind: Kind
    audience: Audience
    case_id: CaseId | None
    comment_id: CommentId | None
    history_id: HistoryId | None
    person_id: PersonId | None
    access_request_id: AccessRequestId | None
    phone_call_id: PhoneCallId | None
    token: str
    attempts: int
    maybe_sent: bool
    order_request_id: OrderRequestId | None = None


def announce(work: Work, *announcements: Announcement) -> None:
    """Add rows to the outbox, in order; one statement for all of them."""
    if not announcements:
        return
    real_now = work.stamp.real_now
    rows = [
        {
            "workspace_id": work.workspace_id,
            "conversation": _road(item),
            "kind": item.kind.value,
            "audience": item.audience.value,
            "case_id": item.case_id,
            "comment_id": item.comment_id,
            "history_id": item.history_id,
            "person_id": item.person_id,
            "access_request_id": item.access_request_id,
            "phone_call_id": item.phone_call_id,
            "order_request_id": item.order_request_id,
            "token": item.token,
            "state": State.PENDING.value,
            "attempts": 0,
            "not_before": item.not_before or real_now,
            "created_at": real_now,
        }
        for item in announcements
    ]
    work.connection.execute(_ANNOUNCE, rows)


_ANNOUNCE = insert(outbox)


def is_on_its_way(work: Work, item: Announcement) -> bool:
    """Whether the same is to be sent already: drawn when sent, one of them says it all."""
    same = (outbox.c.workspace_id == work.workspace_id) & (outbox.c.conversation == _road(item))
    same &= (outbox.c.kind == item.kind.value) & (outbox.c.case_id == item.case_id)
    return work.connection.execute(select(outbox.c.id).where(same, IS_WAITING).limit(1)).first() is not None


APART = frozenset({Kind.HOME, Kind.PROFILE})
"""What is no message needs no place among the messages: a Home that fails holds up no notice.

The two keep their order between them, because a Home shows the name that the profile brings.
"""


LONG = frozenset(
    {Kind.EXPORT, Kind.FINANCE, Kind.PICTURE, Kind.PERSONAL_DATA, Kind.ERASURE, Kind.REVIEW_EXPORT}
)
"""What takes long: no notice shall wait behind it."""

WINDOW = "window:"
"""Before the name that Slack gives a window."""

REPORTS = "report:"
"""What stands in front of the conversation of a report: it goes its own way, in order."""

OF_REVIEW = frozenset({Kind.REVIEW, Kind.REVIEW_NEWS, Kind.REVIEW_OVER})

REVIEWS = "review:"
"""The same of a daily review."""


def _road(item: Announcement) -> str:
    if item.kind is Kind.HEALTH:  # it may have to wait, and then nothing may wait behind it
        return f"health:{item.conversation}"
    if item.kind in LONG:
        return f"{item.kind.value}:{item.conversation}"
    if item.kind in (Kind.REPORT, Kind.REPORT_FILE):  # the same: a report counts all cases
        return f"{REPORTS}{item.conversation}"
    if item.kind in OF_REVIEW:  # drawing it takes long: no notice shall wait behind it
        return f"{REVIEWS}{item.conversation}"
    if item.kind is Kind.CALL_WINDOW:  # now or never: no message may stand before it
        return f"{WINDOW}{item.conversation}"
    return f"home:{item.conversation}" if item.kind in APART else item.conversation


def ready_conversations(
    connection: Connection, workspace_id: WorkspaceId, now: datetime, owner: str
) -> list[str]:
    """Conversations whose first waiting row `owner` may send now, the longest waiting first."""
    asked = {"workspace": workspace_id, "moment": now, "me": owner}
    return list(connection.execute(_READY, asked).scalars())


def next_attempt(connection: Connection, workspace_id: WorkspaceId, now: datetime) -> datetime | None:
    """When the next row that may not go yet may go, in real time; None when there is none."""
    earliest: datetime | None = connection.execute(
        _EARLIEST, {"workspace": workspace_id, "moment": now}
    ).scalar_one()
    return earliest


# The sender asks these after every change; they are built once.
_HEADS = (
    select(func.min(outbox.c.id).label("head"))
    .where(outbox.c.workspace_id == bindparam("workspace"), IS_WAITING)
    .group_by(outbox.c.conversation)
    .subquery()
)
_TAKEN = (
    select(leases.c.conversation)
    .where(leases.c.workspace_id == bindparam("workspace"), leases.c.conversation == outbox.c.conversation)
    .where(leases.c.owner != bindparam("me"), leases.c.expires_at > bindparam("moment", type_=UtcDateTime))
    .exists()
)
_READY = (
    select(outbox.c.conversation)
    .join(_HEADS, _HEADS.c.head == outbox.c.id)
    .where(outbox.c.not_before <= bindparam("moment", type_=UtcDateTime), ~_TAKEN)
    .order_by(outbox.c.id)
)
_EARLIEST = (
    select(func.min(outbox.c.not_before))
    .select_from(outbox.join(_HEADS, _HEADS.c.head == outbox.c.id))
    .where(outbox.c.not_before > bindparam("moment", type_=UtcDateTime))
)


def lease(work: Work, conversation: str, owner: str, until: datetime) -> int | None:
    """Take or renew the lease of a conversation; its fencing number, or None while another bot holds it."""
    mine = (leases.c.workspace_id == work.workspace_id) & (leases.c.conversation == conversation)
    free = or_(leases.c.owner == owner, leases.c.expires_at <= work.stamp.real_now)
    taken = (
        update(leases)
        .where(mine, free)
        .values(owner=owner, expires_at=until, fence=leases.c.fence + 1)
        .returning(leases.c.fence)
    )
    fence: int | None = work.connection.execute(taken).scalar_one_or_none()
    if fence is not None:
        return fence
    first = insert_new(work.connection, leases).values(
        workspace_id=work.workspace_id, conversation=conversation, owner=owner, expires_at=until, fence=1
    )
    return 1 if work.connection.execute(first).rowcount == 1 else None


def holds(work: Work, conversation: str, owner: str, fence: int) -> bool:
    """Whether the lease is still the one that was taken: a slower bot must not write over a faster one.

    It cannot be taken away any more before this transaction ends.
    """
    mine = (leases.c.workspace_id == work.workspace_id) & (leases.c.conversation == conversation)
    found = select(leases.c.fence).where(mine, leases.c.owner == owner, leases.c.fence == fence)
    return work.connection.execute(found.with_for_update()).first() is not None


def release(work: Work, conversation: str, owner: str) -> None:
    mine = (leases.c.workspace_id == work.workspace_id) & (leases.c.conversation == conversation)
    freed = update(leases).where(mine, leases.c.owner == owner)
    work.connection.execute(freed.values(expires_at=work.stamp.real_now))


def release_all(work: Work, owner: str) -> None:
    """Give back every lease of a bot that ends. What it was sending keeps its mark and is looked up first."""
    mine = (leases.c.workspace_id == work.workspace_id) & (leases.c.owner == owner)
    held = mine & (leases.c.expires_at > work.stamp.real_now)
    work.connection.execute(update(leases).where(held).values(expires_at=work.stamp.real_now))


def claim_head(work: Work, conversation: str) -> OutboxRow | None:
    """Mark the first waiting row of a leased conversation as being sent, if its time has come.

    A card row takes along every later waiting row of the same card: one update says it all. So with a Home.
    """
    mine = (outbox.c.workspace_id == work.workspace_id) & (outbox.c.conversation == conversation) & IS_WAITING
    row = work.connection.execute(select(outbox).where(mine).order_by(outbox.c.id).limit(1)).first()
    if row is None or row.not_before > work.stamp.real_now:
        return None
    _set(work, row.id, state=State.SENDING, attempts=row.attempts + 1)
    drawn = {
        Kind.CARD.value: outbox.c.case_id == row.case_id,
        Kind.HOME.value: outbox.c.person_id == row.person_id,
        Kind.ACCESS.value: outbox.c.access_request_id == row.access_request_id,
        Kind.ORDER_APPROVAL.value: outbox.c.order_request_id == row.order_request_id,
        Kind.ORDER_IN_DOUBT.value: outbox.c.order_request_id == row.order_request_id,
        Kind.REVIEW_NEWS.value: outbox.c.person_id == row.person_id,
        Kind.HEALTH.value: outbox.c.person_id == row.person_id,  # two bots may have announced one each
    }
    if row.kind in drawn:
        later = mine & (outbox.c.id > row.id) & (outbox.c.kind == row.kind) & drawn[row.kind]
        work.connection.execute(update(outbox).where(later).values(state=State.COLLAPSED.value))
    return _row(row)


def sent(work: Work, row: OutboxRow) -> None:
    _set(work, row.id, state=State.SENT, sent_at=work.stamp.real_now, error=None)


def retry(work: Work, row: OutboxRow, error: str, not_before: datetime, *, maybe_sent: bool) -> None:
    """Put a row back; `maybe_sent` keeps the mark that it must be looked up first."""
    state = State.SENDING if maybe_sent else State.PENDING
    _set(work, row.id, state=state, error=error, not_before=not_before)


def bury(work: Work, row: OutboxRow, error: str) -> None:
    """Give a row up: a dead letter, which does not block its conversation."""
    _set(work, row.id, state=State.DEAD, error=error, sent_at=work.stamp.real_now)


def drop(work: Work, row: OutboxRow, error: str) -> None:
    """End a row that nobody needs to hear of: what it asks for is no more, or comes with the next change."""
    _set(work, row.id, state=State.DROPPED, error=error, sent_at=work.stamp.real_now)


def card_on_its_way(
    connection: Connection, workspace_id: WorkspaceId, channel: ChannelId, since: datetime
) -> bool:
    """Whether a case's first card may be in a channel already, posted since then, and not be known to us.

    It is asked for a thread that is no case's (yet). A place that is a name may be any channel.
    """
    found = connection.execute(
        select(cases.c.card_place)
        .join(outbox, outbox.c.case_id == cases.c.id)
        .where(
            outbox.c.workspace_id == workspace_id,
            outbox.c.kind == Kind.CARD.value,
            outbox.c.state == State.SENDING.value,
            IS_WAITING,  # says no more, but names the index
            outbox.c.created_at <= since,
            cases.c.card_ts.is_(None),
        )
    )
    return any(place == channel or not is_channel_id(place or "") for place in found.scalars())


def count_waiting(
    connection: Connection,
    workspace_id: WorkspaceId,
    besides: Collection[str] = frozenset(),
    digests_until: datetime | None = None,
) -> int:
    """How many rows wait, but for those of some conversations, and for digests that may not go yet."""
    counted = select(func.count()).select_from(outbox)
    waiting = counted.where(outbox.c.workspace_id == workspace_id, IS_WAITING)
    if besides:
        waiting = waiting.where(outbox.c.conversation.not_in(besides))
    if digests_until is not None:
        waiting = waiting.where(or_(outbox.c.kind != Kind.HEALTH.value, outbox.c.not_before <= digests_until))
    return connection.execute(waiting).scalar_one()


def is_waiting(work: Work, kind: Kind, person_id: PersonId) -> bool:
    """Whether something of this kind is on its way to somebody."""
    mine = (outbox.c.workspace_id == work.workspace_id) & (outbox.c.person_id == person_id)
    found = select(outbox.c.id).where(mine, outbox.c.kind == kind.value, IS_WAITING)
    return work.connection.execute(found.limit(1)).first() is not None


def prolong(work: Work, conversation: str, owner: str, fence: int, until: datetime) -> None:
    """Keep a lease for longer, as long as it is still the one that was taken."""
    mine = (leases.c.workspace_id == work.workspace_id) & (leases.c.conversation == conversation)
    held = mine & (leases.c.owner == owner) & (leases.c.fence == fence)
    work.connection.execute(update(leases).where(held).values(expires_at=until))


def _set(work: Work, row_id: int, *, state: State, **values: object) -> None:
    work.connection.execute(update(outbox).where(outbox.c.id == row_id).values(state=state.value, **values))


def _row(row: Row[Any]) -> OutboxRow:
    return OutboxRow(
        id=row.id,
        workspace_id=WorkspaceId(row.workspace_id),
        conversation=row.conversation,
        kind=Kind(row.kind),
        audience=Audience(row.audience),
        case_id=row.case_id,
        comment_id=row.comment_id,
        history_id=row.history_id,
        person_id=row.person_id,
        access_request_id=row.access_request_id,
        phone_call_id=row.phone_call_id,
        order_request_id=row.order_request_id,
        token=row.token,
        attempts=row.attempts + 1,
        maybe_sent=row.state == State.SENDING.value,
    )
