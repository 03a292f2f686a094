"""E-mails that calls sent, as they were sent, and what became of each; the outbox knows them by token."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from bot.domain.ids import PersonId, PhoneCallId, WorkspaceId
from bot.domain.mail import MailState
from bot.domain.people import Viewer
from bot.domain.phone_calls import MailToSend, SentCanned
from bot.domain.playbook.canned import FilledMessage
from bot.store import web_forms
from bot.store.outbox import Announcement, Kind, announce
from bot.store.schema import canned_mails, phone_calls
from bot.store.work import Work


def send(
    work: Work, call_id: PhoneCallId, message: FilledMessage, address: str, day: date, by: PersonId
) -> str:
    """Let an e-mail be sent; `day` is today in the store's zone. Its token of the outbox."""
    item = Announcement(kind=Kind.CANNED, conversation=f"mail:call:{call_id}", phone_call_id=call_id)
    announce(work, item)
    work.connection.execute(
        insert(canned_mails).values(
            workspace_id=work.workspace_id,
            call_id=call_id,
            message=message.id,
            message_version=message.version,
            address=address,
            subject=message.subject,
            body=message.body,
            day=day,
            token=item.token,
            state=MailState.WAITING.value,
            error="",
            by_id=by,
            created_at=work.now,
        )
    )
    return item.token


def was_sent(
    connection: Connection, workspace_id: WorkspaceId, message: str, address: str, day: date
) -> bool:
    """Whether this message went to this address on that day; what could not be delivered does not count."""
    mine = (canned_mails.c.workspace_id == workspace_id) & (canned_mails.c.address == address)
    mine &= (canned_mails.c.day == day) & (canned_mails.c.message == message)
    gone = canned_mails.c.state.in_([MailState.WAITING.value, MailState.SENT.value])
    return connection.execute(select(canned_mails.c.id).where(mine, gone).limit(1)).first() is not None


def of_call(connection: Connection, viewer: Viewer, call_id: PhoneCallId) -> tuple[SentCanned, ...]:
    """What a call sent, in its order; for staff."""
    if not viewer.is_staff:
        return ()
    rows = connection.execute(_OF_CALL, {"workspace": viewer.workspace_id, "call": call_id})
    return tuple(_sent(row) for row in rows)


def to_send(connection: Connection, workspace_id: WorkspaceId, token: str) -> MailToSend | None:
    """The e-mail of a row of the outbox."""
    row = connection.execute(select(canned_mails).where(_with(workspace_id, token))).first()
    if row is None:
        return None
    return MailToSend(address=row.address, subject=row.subject, body=row.body, created_at=row.created_at)


def owner_of(connection: Connection, workspace_id: WorkspaceId, call_id: PhoneCallId) -> PersonId | None:
    """Who has a call: through whose eyes it is read for a reader without any."""
    found = connection.execute(
        select(phone_calls.c.owner_id).where(
            phone_calls.c.workspace_id == workspace_id, phone_calls.c.id == call_id
        )
    ).scalar()
    return PersonId(found) if found is not None else None


def settle(work: Work, token: str, state: MailState, error: str = "") -> None:
    """Keep what became of an e-mail; what is known already to have come back stays so."""
    mine = _with(work.workspace_id, token)
    if state is MailState.SENT:
        mine &= canned_mails.c.state != MailState.RETURNED.value
    settled_at = None if state is MailState.WAITING else work.now
    change = update(canned_mails).where(mine)
    work.connection.execute(change.values(state=state.value, error=error, settled_at=settled_at))
    web_forms.settle(work, token, state, error)  # of the link that goes along, where one does


_OF_CALL = (  # asked at each step of a call, and built once
    select(canned_mails)
    .join(phone_calls, phone_calls.c.id == canned_mails.c.call_id)
    .where(phone_calls.c.workspace_id == bindparam("workspace"), canned_mails.c.call_id == bindparam("call"))
    .order_by(canned_mails.c.id)
)


def _with(workspace_id: WorkspaceId, token: str) -> Any:
    return (canned_mails.c.workspace_id == workspace_id) & (canned_mails.c.token == token)


def _sent(row: Row[Any]) -> SentCanned:
    return SentCanned(
        message=row.message,
        message_version=row.message_version,
        address=row.address,
        subject=row.subject,
        state=MailState(row.state),
        error=row.error,
        created_at=row.created_at,
        settled_at=row.settled_at,
    )
