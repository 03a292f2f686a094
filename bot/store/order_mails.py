"""E-mails that requests sent to customers, and what became of each; the outbox knows them by token."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, false, func, insert, select, update

from bot.domain.commerce.mail_drafts import MailDraft
from bot.domain.commerce.request_mails import RequestMail, RequestMailToSend
from bot.domain.commerce.requests import Request
from bot.domain.ids import OrderRequestId, PersonId, WorkspaceId
from bot.domain.mail import MailState
from bot.domain.people import PersonRef, Viewer
from bot.domain.permissions import Act, allowed
from bot.store.outbox import Announcement, Kind, State, announce
from bot.store.people import people_by_ids
from bot.store.schema import outbox
from bot.store.schema_requests import order_mails as table
from bot.store.work import Work

UNDECIDED = frozenset({State.PENDING.value, State.SENDING.value})


def add(work: Work, request: Request, draft: MailDraft, by: PersonId) -> str:
    """Let an e-mail be sent; its token of the outbox. The table has each attempt of a step once."""
    item = Announcement(
        kind=Kind.ORDER_MAIL,
        conversation=f"mail:order:{request.id}",
        case_id=request.case_id,
        order_request_id=request.id,
    )
    announce(work, item)
    work.connection.execute(
        insert(table).values(
            workspace_id=work.workspace_id,
            request_id=request.id,
            step=draft.step,
            attempt=draft.attempt,
            message=draft.message,
            flow=request.flow.stamp if request.flow is not None else "",
            address=draft.address,
            to_name=draft.to_name,
            subject=draft.subject,
            body=draft.body,
            token=item.token,
            state=MailState.WAITING.value,
            error="",
            by_id=by,
            created_at=work.now,
        )
    )
    return item.token


def of_request(connection: Connection, viewer: Viewer, request_id: OrderRequestId) -> tuple[RequestMail, ...]:
    """What a request sent, in its order, for who may read orders."""
    mine = table.c.workspace_id == viewer.workspace_id if allowed(Act.READ_ORDERS, viewer.person) else false()
    return _found(connection, mine & (table.c.request_id == request_id))


def itself(
    connection: Connection, workspace_id: WorkspaceId, request_id: OrderRequestId
) -> tuple[RequestMail, ...]:
    """The same for the desk itself, which decides by it."""
    return _found(connection, (table.c.workspace_id == workspace_id) & (table.c.request_id == request_id))


def _found(connection: Connection, mine: Any) -> tuple[RequestMail, ...]:
    rows = connection.execute(select(table).where(mine).order_by(table.c.id)).all()
    senders = people_by_ids(connection, sorted({row.by_id for row in rows})) if rows else []
    known = {one.id: one.ref for one in senders}
    return tuple(_mail(row, known[row.by_id]) for row in rows)


def to_send(connection: Connection, workspace_id: WorkspaceId, token: str) -> RequestMailToSend | None:
    """The e-mail of a row of the outbox."""
    row = connection.execute(select(table).where(_with(workspace_id, token))).first()
    if row is None:
        return None
    same = (table.c.request_id == row.request_id) & (table.c.step == row.step)
    newest = connection.execute(select(func.max(table.c.attempt)).where(same)).scalar_one()
    return RequestMailToSend(
        request_id=OrderRequestId(row.request_id),
        address=row.address,
        to_name=row.to_name,
        subject=row.subject,
        body=row.body,
        created_at=row.created_at,
        is_newest=newest == row.attempt,
    )


def settle(
    work: Work, token: str, state: MailState, error: str = ""
) -> tuple[OrderRequestId, RequestMail] | None:
    """Keep what became of an e-mail; the request and the e-mail, where that is news.

    What a mail server took can only come back any more, and what it refused was surely not taken: a later
    doubt, of somebody who tried again, does not change that.
    """
    kept = {MailState.WAITING} if state is not MailState.RETURNED else set(MailState) - {MailState.RETURNED}
    mine = _with(work.workspace_id, token) & table.c.state.in_([one.value for one in kept])
    settled_at = None if state is MailState.WAITING else work.now
    change = update(table).where(mine).values(state=state.value, error=error, settled_at=settled_at)
    if work.connection.execute(change).rowcount != 1:
        return None
    request_id = select(table.c.request_id).where(_with(work.workspace_id, token))
    (mail,) = _found(work.connection, _with(work.workspace_id, token))
    return OrderRequestId(work.connection.execute(request_id).scalar_one()), mail


def put_by(work: Work, request_id: OrderRequestId, step: str) -> bool:
    """Let no earlier e-mail of a step be sent any more; False where one is being sent just now."""
    mine = (table.c.workspace_id == work.workspace_id) & (table.c.request_id == request_id)
    tokens = select(table.c.token).where(mine, table.c.step == step)
    theirs = (outbox.c.workspace_id == work.workspace_id) & outbox.c.token.in_(tokens)
    if work.connection.execute(
        select(outbox.c.id).where(theirs, outbox.c.state.in_(UNDECIDED)).limit(1)
    ).first():
        return False
    dead = theirs & (outbox.c.state == State.DEAD.value)
    gone = {"state": State.DISCARDED.value, "sent_at": work.stamp.real_now}
    work.connection.execute(update(outbox).where(dead).values(**gone))
    return True


def _with(workspace_id: WorkspaceId, token: str) -> Any:
    return (table.c.workspace_id == workspace_id) & (table.c.token == token)


def _mail(row: Row[Any], by: PersonRef) -> RequestMail:
    return RequestMail(
        step=row.step,
        attempt=row.attempt,
        message=row.message,
        flow=row.flow,
        address=row.address,
        subject=row.subject,
        body=row.body,
        state=MailState(row.state),
        error=row.error,
        by=by,
        created_at=row.created_at,
        settled_at=row.settled_at,
    )
