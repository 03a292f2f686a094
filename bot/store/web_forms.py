"""Links to the form that were sent, and whose they are; the form itself is read by who holds such a link."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, insert, select, update

from bot.domain.ids import AccountId, CaseId, CaseNumber, CommentId, CustomerId, FormLinkId, WorkspaceId
from bot.domain.mail import MailState, address_of
from bot.domain.people import Viewer
from bot.domain.web_forms import FormLink, FormWriter, Ticket
from bot.store.cases import ref
from bot.store.outbox import Announcement, Kind, announce, new_token
from bot.store.schema import cases, customers, form_links, people
from bot.store.work import Work

MOST_SHOWN = 5
"""Of the links that went to one customer, the newest."""


def send(work: Work, customer_id: CustomerId, address: str, expires_at: datetime, by: int) -> Announcement:
    """A link to an empty form, by an e-mail of its own."""
    token = _insert(work, customer_id, address, expires_at, by, state=MailState.WAITING)
    item = Announcement(kind=Kind.FORM_LINK, conversation=f"mail:form:{customer_id}", token=token)
    announce(work, item)
    return item


def attach(
    work: Work,
    customer_id: CustomerId,
    address: str,
    expires_at: datetime,
    by: int,
    case_id: CaseId,
    comment_id: CommentId,
) -> None:
    """A link that asks more about a case: the e-mail of that comment has it."""
    _insert(
        work,
        customer_id,
        address,
        expires_at,
        by,
        state=MailState.SENT,
        asks_about_id=case_id,
        comment_id=comment_id,
    )


def go_along(
    work: Work,
    customer_id: CustomerId,
    address: str,
    expires_at: datetime,
    by: int,
    *,
    nonce: str,
    token: str,
) -> None:
    """A link to an empty form that the e-mail of another row of the outbox has."""
    _insert(work, customer_id, address, expires_at, by, state=MailState.WAITING, nonce=nonce, token=token)


def _insert(
    work: Work,
    customer_id: CustomerId,
    address: str,
    expires_at: datetime,
    by: int,
    *,
    state: MailState,
    nonce: str = "",
    token: str = "",
    **more: object,
) -> str:
    token = token or new_token()
    work.connection.execute(
        insert(form_links).values(
            workspace_id=work.workspace_id,
            nonce=nonce or new_token(),
            customer_id=customer_id,
            address=address,
            sent_by_id=by,
            sent_at=work.now,
            expires_at=expires_at,
            token=token,
            state=state.value,
            error="",
            **more,
        )
    )
    return token


def links_of(connection: Connection, viewer: Viewer, customer_id: CustomerId) -> tuple[FormLink, ...]:
    """The newest links that a customer was sent, newest first; for staff."""
    if not viewer.is_staff:
        return ()
    mine = (form_links.c.workspace_id == viewer.workspace_id) & (form_links.c.customer_id == customer_id)
    found = connection.execute(_links().where(mine).order_by(form_links.c.id.desc()).limit(MOST_SHOWN))
    return tuple(_link(row) for row in found)


def by_ticket(connection: Connection, workspace_id: WorkspaceId, ticket: Ticket) -> FormLink | None:
    """The link that a signed ticket is of; it must be the one that was made, and hold what was signed."""
    mine = (form_links.c.workspace_id == workspace_id) & (form_links.c.nonce == ticket.nonce)
    row = connection.execute(_links().where(mine)).first()
    found = _link(row) if row is not None else None
    return found if found is not None and found.ticket == ticket else None


def by_token(connection: Connection, workspace_id: WorkspaceId, token: str) -> FormLink | None:
    """The link that a row of the outbox is about."""
    mine = (form_links.c.workspace_id == workspace_id) & (form_links.c.token == token)
    row = connection.execute(_links().where(mine)).first()
    return _link(row) if row is not None else None


def of_comment(connection: Connection, workspace_id: WorkspaceId, comment_id: CommentId) -> FormLink | None:
    """The link that goes along with a question."""
    mine = (form_links.c.workspace_id == workspace_id) & (form_links.c.comment_id == comment_id)
    row = connection.execute(_links().where(mine).limit(1)).first()
    return _link(row) if row is not None else None


def writer_of(
    connection: Connection, workspace_id: WorkspaceId, customer_id: CustomerId
) -> FormWriter | None:
    """Whom a link belongs to; None where nobody is so any more, or they have no account."""
    mine = (customers.c.workspace_id == workspace_id) & (customers.c.id == customer_id)
    row = connection.execute(select(customers).where(mine, customers.c.account_id.is_not(None))).first()
    if row is None:
        return None
    return FormWriter(
        customer_id=CustomerId(row.id),
        name=row.name,
        company=row.company,
        email=address_of(row.email) or "",
        phone=row.phone,
        timezone=row.timezone,
        account_id=AccountId(row.account_id),
    )


def customer_of_case(connection: Connection, viewer: Viewer, case_id: CaseId) -> CustomerId | None:
    """Who opened a case by the form; for staff."""
    if not viewer.is_staff:
        return None
    mine = (form_links.c.workspace_id == viewer.workspace_id) & (form_links.c.case_id == case_id)
    found = connection.execute(
        select(form_links.c.customer_id)
        .where(mine, form_links.c.asks_about_id.is_(None))
        .order_by(form_links.c.id)
        .limit(1)
    ).scalar()
    return CustomerId(found) if found is not None else None


def use(work: Work, link_id: FormLinkId, case_id: CaseId | None = None) -> bool:
    """Use a link, once for all: False where it is used already. What came of it may be said later."""
    mine = (form_links.c.workspace_id == work.workspace_id) & (form_links.c.id == link_id)
    change = update(form_links).where(mine, form_links.c.used_at.is_(None))
    return bool(work.connection.execute(change.values(used_at=work.now, case_id=case_id)).rowcount)


def came_to(work: Work, link_id: FormLinkId, case_id: CaseId) -> None:
    """Keep what came of a link that is used."""
    mine = (form_links.c.workspace_id == work.workspace_id) & (form_links.c.id == link_id)
    work.connection.execute(update(form_links).where(mine).values(case_id=case_id))


def settle(work: Work, token: str, state: MailState, error: str = "") -> None:
    """Keep what became of the e-mail of a link; what is known already to have come back stays so."""
    mine = (form_links.c.workspace_id == work.workspace_id) & (form_links.c.token == token)
    if state is MailState.SENT:
        mine &= form_links.c.state != MailState.RETURNED.value
    settled_at = None if state is MailState.WAITING else work.now
    change = update(form_links).where(mine)
    work.connection.execute(change.values(state=state.value, error=error, settled_at=settled_at))


def _links() -> Select[Any]:
    return (
        select(
            form_links,
            people.c.name.label("sender_name"),
            people.c.slack_user_id.label("sender_slack"),
            cases.c.number.label("case_number"),
        )
        .select_from(form_links)
        .join(people, people.c.id == form_links.c.sent_by_id)
        .outerjoin(
            cases, and_(cases.c.id == form_links.c.case_id, cases.c.workspace_id == form_links.c.workspace_id)
        )
    )


def _link(row: Row[Any]) -> FormLink:
    sender = ref(row.sent_by_id, row.sender_slack, row.sender_name)
    assert sender is not None  # the join and NOT NULL say so
    return FormLink(
        id=FormLinkId(row.id),
        customer_id=CustomerId(row.customer_id),
        nonce=row.nonce,
        address=row.address,
        sent_by=sender,
        sent_at=row.sent_at,
        expires_at=row.expires_at,
        state=MailState(row.state),
        error=row.error,
        used_at=row.used_at,
        case_id=CaseId(row.case_id) if row.case_id is not None else None,
        case_number=CaseNumber(row.case_number) if row.case_number is not None else None,
        asks_about=CaseId(row.asks_about_id) if row.asks_about_id is not None else None,
    )
