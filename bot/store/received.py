"""E-mails that came in: each once, those that a machine cannot decide about kept for a person.

Their text stays only while somebody has to decide; afterwards it is in the comment, or nowhere.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, false, func, select, update

from bot.domain.ids import CaseId, CaseNumber, CommentId, PersonId
from bot.domain.mail import Fate, Held, HeldMail, Incoming, MailQueue, NamedCase
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act, allowed
from bot.store.at_once import insert_new
from bot.store.schema import IS_HELD, accounts, cases, received_mails
from bot.store.work import Work

PAGE = 5
LONGEST_TEXT = 20_000
"""What is kept of an e-mail: what is longer is a log, and stands in the mailbox."""


def is_known(work: Work, digest: str) -> bool:
    """Whether this e-mail has come before: by another bot, or before a crash."""
    mine = (received_mails.c.workspace_id == work.workspace_id) & (received_mails.c.digest == digest)
    return work.connection.execute(select(received_mails.c.id).where(mine)).first() is not None


def count_since(work: Work, sender: str, since: datetime) -> int:
    """How many e-mails came from an address since an instant (real time)."""
    mine = (received_mails.c.workspace_id == work.workspace_id) & (received_mails.c.sender == sender)
    counted = select(func.count()).select_from(received_mails)
    return work.connection.execute(counted.where(mine, received_mails.c.received_at >= since)).scalar_one()


def keep(
    work: Work,
    mail: Incoming,
    fate: Fate,
    *,
    why: Held | None = None,
    case_id: CaseId | None = None,
    comment_id: CommentId | None = None,
) -> bool:
    """Keep that it came and what became of it, with its text where a person decides; False if it is known."""
    row = {
        "workspace_id": work.workspace_id,
        "digest": mail.digest,
        "sender": mail.sender,
        "sender_name": mail.sender_name[:200],
        "subject": mail.subject[:500],
        "text": mail.text[:LONGEST_TEXT] if fate is Fate.HELD else "",
        "fate": fate.value,
        "why": why.value if why is not None else "",
        "case_id": case_id,
        "comment_id": comment_id,
        "received_at": work.stamp.real_now,
    }
    return work.connection.execute(insert_new(work.connection, received_mails), row).rowcount == 1


def queue(connection: Connection, viewer: Viewer, start: int | None = None) -> MailQueue:
    """A page of what waits for a person, oldest first, from the e-mail `start` on."""
    mine = IS_HELD & _theirs(viewer)
    here = mine if start is None else mine & (received_mails.c.id >= start)
    rows = connection.execute(_held().where(here).order_by(received_mails.c.id).limit(PAGE + 1)).all()
    counted = select(func.count()).select_from(received_mails).where(mine)
    return MailQueue(
        rows=tuple(_mail(row) for row in rows[:PAGE]),
        total=connection.execute(counted).scalar_one(),
        later=rows[PAGE].id if len(rows) > PAGE else None,
    )


def held_mail(connection: Connection, viewer: Viewer, mail_id: int) -> HeldMail | None:
    """One that waits for a person; None when somebody was faster."""
    mine = IS_HELD & _theirs(viewer) & (received_mails.c.id == mail_id)
    row = connection.execute(_held().where(mine)).first()
    return _mail(row) if row else None


def decide(
    work: Work,
    mail_id: int,
    fate: Fate,
    by: Person,
    *,
    case_id: CaseId | None = None,
    comment_id: CommentId | None = None,
) -> bool:
    """Take one out of the queue; False when somebody was faster. Its text goes."""
    mine = (received_mails.c.workspace_id == work.workspace_id) & (received_mails.c.id == mail_id)
    values: dict[str, Any] = {
        "fate": fate.value,
        "text": "",
        "comment_id": comment_id,
        "decided_by_id": PersonId(by.id),
        "decided_at": work.now,
    }
    if case_id is not None:
        values["case_id"] = case_id
    done = update(received_mails).where(mine, IS_HELD)
    return work.connection.execute(done.values(values)).rowcount == 1


def _theirs(viewer: Viewer) -> Any:
    here = received_mails.c.workspace_id == viewer.workspace_id
    return here if allowed(Act.SORT_MAIL, viewer.person) else here & false()


def _held() -> Select[Any]:
    named = select(received_mails, cases.c.number, cases.c.title, accounts.c.name.label("account_name"))
    of_case = named.outerjoin(cases, cases.c.id == received_mails.c.case_id)
    return of_case.outerjoin(accounts, accounts.c.id == cases.c.account_id)


def _mail(row: Row[Any]) -> HeldMail:
    return HeldMail(
        id=row.id,
        sender=row.sender,
        sender_name=row.sender_name,
        subject=row.subject,
        text=row.text,
        why=Held(row.why),
        received_at=row.received_at,
        perhaps=_named(row) if row.number is not None else None,
    )


def _named(row: Row[Any]) -> NamedCase:
    return NamedCase(
        id=CaseId(row.case_id),
        number=CaseNumber(row.number),
        title=row.title,
        account_name=row.account_name,
    )
