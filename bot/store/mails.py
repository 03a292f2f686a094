"""E-mails that the desk wrote: to whom, about what, what became of each; and by which token they are known.

Rows of the outbox go after a month; these stay, because people answer old mails.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, or_, select, update

from bot.domain.commands import Audience
from bot.domain.ids import CaseId, CommentId, PersonId, WorkspaceId
from bot.domain.mail import MailState, SentMail
from bot.domain.people import Viewer
from bot.store.cases import ref, visible
from bot.store.outbox import Announcement, Kind, announce
from bot.store.records import readable
from bot.store.schema import cases, mails, people
from bot.store.work import Work


def announce_mails(work: Work, *letters: tuple[Announcement, str]) -> None:
    """Let e-mails be sent: each announcement with the address that it goes to; no more than one to each."""
    if not letters:
        return
    by_address = {address: item for item, address in reversed(letters)}
    announce(work, *reversed(by_address.values()))
    rows = [
        {
            "workspace_id": work.workspace_id,
            "token": item.token,
            "case_id": item.case_id,
            "comment_id": item.comment_id,
            "person_id": item.person_id,
            "address": address,
            "audience": item.audience.value,
            "state": MailState.WAITING.value,
            "error": "",
            "created_at": work.now,
        }
        for address, item in reversed(by_address.items())
    ]
    work.connection.execute(insert(mails), rows)


def settle(work: Work, token: str, state: MailState, error: str = "") -> None:
    """Keep what became of an e-mail; what is known already to have come back stays so."""
    mine = (mails.c.workspace_id == work.workspace_id) & (mails.c.token == token)
    if state is MailState.SENT:
        mine &= mails.c.state != MailState.RETURNED.value
    settled_at = None if state is MailState.WAITING else work.now
    change = update(mails).where(mine)
    work.connection.execute(change.values(state=state.value, error=error, settled_at=settled_at))


def sent_mail(connection: Connection, workspace_id: WorkspaceId, token: str) -> SentMail | None:
    """The e-mail that a token belongs to. No viewer: it is for sending it, and for knowing an answer."""
    mine = (mails.c.workspace_id == workspace_id) & (mails.c.token == token)
    row = connection.execute(_mails().where(mine)).first()
    return _mail(row) if row else None


def mails_of_case(
    connection: Connection, viewer: Viewer, case_id: CaseId, limit: int
) -> tuple[tuple[SentMail, ...], int]:
    """The newest e-mails about a case, newest first, and how many there are.

    The customer side sees those to itself and to the case's contact, and staff all.
    """
    mine = visible(viewer) & (mails.c.case_id == case_id) & readable(viewer, mails.c.audience)
    if not viewer.is_staff:
        mine &= or_(mails.c.person_id.is_(None), mails.c.person_id == viewer.person_id)
    rows = connection.execute(_mails().where(mine).order_by(mails.c.id.desc()).limit(limit)).all()
    joined = mails.join(cases, cases.c.id == mails.c.case_id)
    count = connection.execute(select(func.count()).select_from(joined).where(mine)).scalar_one()
    return tuple(_mail(row) for row in rows), count


def people_without_address(work: Work, limit: int) -> list[Announcement]:
    """What learns the e-mail of those people of the desk of whom it is not known yet."""
    unknown = select(people.c.id, people.c.slack_user_id).where(
        people.c.workspace_id == work.workspace_id, people.c.role.is_not(None), people.c.email == ""
    )
    rows = work.connection.execute(unknown.order_by(people.c.id).limit(limit)).all()
    return [
        Announcement(kind=Kind.PROFILE, conversation=row.slack_user_id, person_id=PersonId(row.id))
        for row in rows
    ]


def _mails() -> Select[Any]:
    return (
        select(mails, people.c.name.label("person_name"), people.c.slack_user_id.label("person_slack"))
        .select_from(mails)
        .join(cases, cases.c.id == mails.c.case_id)
        .outerjoin(people, people.c.id == mails.c.person_id)
    )


def _mail(row: Row[Any]) -> SentMail:
    return SentMail(
        id=row.id,
        case_id=CaseId(row.case_id),
        token=row.token,
        address=row.address,
        audience=Audience(row.audience),
        state=MailState(row.state),
        error=row.error,
        created_at=row.created_at,
        settled_at=row.settled_at,
        person=ref(row.person_id, row.person_slack, row.person_name),
        comment_id=CommentId(row.comment_id) if row.comment_id is not None else None,
    )
