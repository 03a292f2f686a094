"""Account contacts and the recognitions that come of them, in the database; services and imports ask."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import Connection, Row, Select, insert, select, update

from bot.domain.contacts import AccountContact, Decision, Recognition, email_key
from bot.domain.ids import AccountId, ChannelId, HistoryId, MessageTs, PersonId, SlackUserId, WorkspaceId
from bot.domain.people import Person, Role, Viewer
from bot.domain.permissions import RIGHTS, Act, allowed
from bot.store.at_once import insert_new, keep
from bot.store.people import people_by_ids
from bot.store.schema import account_contacts, accounts, people, recognitions
from bot.store.schema_desk import recognition_messages
from bot.store.work import Work

_decider = people.alias("decider")


def upsert_contact(work: Work, contact: AccountContact) -> Literal["added", "changed", "same"]:
    """Keep a contact under its e-mail address, of which a workspace has one."""
    facts = {
        "account_id": contact.account_id,
        "name": contact.name,
        "email": contact.email,
        "phone": contact.phone,
        "role": contact.role.value,
        "named_by": contact.named_by,
    }
    mine = _with_key(work.workspace_id, email_key(contact.email))
    before = work.connection.execute(select(account_contacts).where(mine)).first()
    if before is not None:
        if all(getattr(before, name) == value for name, value in facts.items()):
            return "same"
        work.connection.execute(update(account_contacts).where(mine).values(**facts))
        return "changed"
    row = {"workspace_id": work.workspace_id, "email_key": email_key(contact.email), "created_at": work.now}
    work.connection.execute(insert(account_contacts).values(**row, **facts))
    return "added"


def contact_with(work: Work, email: str) -> tuple[int, AccountContact] | None:
    """The contact of an e-mail address, with its id."""
    found = work.connection.execute(
        select(account_contacts).where(_with_key(work.workspace_id, email_key(email)))
    ).first()
    return (found.id, _contact(found)) if found else None


def list_contacts(connection: Connection, workspace_id: WorkspaceId) -> tuple[AccountContact, ...]:
    """Every contact, by e-mail address, for the operator's export."""
    mine = account_contacts.c.workspace_id == workspace_id
    rows = connection.execute(select(account_contacts).where(mine).order_by(account_contacts.c.email_key))
    return tuple(_contact(row) for row in rows)


def has_contacts(connection: Connection, workspace_id: WorkspaceId) -> bool:
    """Whether there is anybody to recognise at all."""
    mine = account_contacts.c.workspace_id == workspace_id
    return connection.execute(select(account_contacts.c.id).where(mine).limit(1)).first() is not None


def unplaced_with(work: Work, email: str) -> tuple[PersonId, ...]:
    """The people without a role whom Slack knows by this e-mail address."""
    mine = (people.c.workspace_id == work.workspace_id) & people.c.role.is_(None) & (people.c.email != "")
    found = work.connection.execute(select(people.c.id, people.c.email).where(mine))
    return tuple(PersonId(row.id) for row in found if email_key(row.email) == email_key(email))


def email_of(connection: Connection, person_id: PersonId) -> str:
    """What Slack says is somebody's e-mail address; empty while it has not said."""
    return connection.execute(select(people.c.email).where(people.c.id == person_id)).scalar() or ""


def set_email(work: Work, person_id: PersonId, email: str) -> None:
    work.connection.execute(update(people).where(people.c.id == person_id).values(email=email))


def deciders(work: Work) -> tuple[Person, ...]:
    """Whoever may confirm people."""
    mine = (people.c.workspace_id == work.workspace_id) & people.c.role.in_(_DECIDING)
    ids = work.connection.execute(select(people.c.id).where(mine).order_by(people.c.id))
    found = people_by_ids(work.connection, [PersonId(one) for one in ids.scalars()])
    return tuple(one for one in found if allowed(Act.CONFIRM_PERSON, one))


_DECIDING = [role.value for role in RIGHTS[Act.CONFIRM_PERSON].roles()]


def ask(work: Work, person_id: PersonId, contact_id: int, history_id: HistoryId) -> None:
    """Keep that it was asked whether somebody is a contact."""
    work.connection.execute(
        insert_new(work.connection, recognitions).values(
            workspace_id=work.workspace_id,
            person_id=person_id,
            contact_id=contact_id,
            history_id=history_id,
            asked_at=work.now,
            state=Decision.ASKED.value,
        )
    )


def was_asked(work: Work, person_id: PersonId, contact_id: int) -> bool:
    mine = (recognitions.c.person_id == person_id) & (recognitions.c.contact_id == contact_id)
    return work.connection.execute(select(recognitions.c.id).where(mine)).first() is not None


def is_being_asked(connection: Connection, person_id: PersonId) -> bool:
    """Whether somebody waits to be confirmed."""
    mine = (recognitions.c.person_id == person_id) & (recognitions.c.state == Decision.ASKED.value)
    return connection.execute(select(recognitions.c.id).where(mine).limit(1)).first() is not None


def recognition(connection: Connection, viewer: Viewer, recognition_id: int) -> Recognition | None:
    """For those who decide; nobody else sees whom a customer has named."""
    if not allowed(Act.CONFIRM_PERSON, viewer.person):
        return None
    mine = (recognitions.c.workspace_id == viewer.workspace_id) & (recognitions.c.id == recognition_id)
    row = connection.execute(_recognitions().where(mine)).first()
    return _recognition(row) if row else None


def waiting_recognitions(
    connection: Connection, viewer: Viewer, limit: int
) -> tuple[tuple[Recognition, ...], int]:
    """The first people who wait to be confirmed, and how many there are; for those who decide."""
    if not allowed(Act.CONFIRM_PERSON, viewer.person):
        return (), 0
    asked = (recognitions.c.workspace_id == viewer.workspace_id) & (
        recognitions.c.state == Decision.ASKED.value
    )
    unplaced = recognitions.c.person_id.in_(select(people.c.id).where(people.c.role.is_(None)))
    ids = connection.execute(select(recognitions.c.id).where(asked, unplaced)).scalars().all()
    if not ids:
        return (), 0
    first = _recognitions().where(recognitions.c.id.in_(sorted(ids)[:limit])).order_by(recognitions.c.id)
    return tuple(_recognition(row) for row in connection.execute(first)), len(ids)


def recognition_of(connection: Connection, viewer: Viewer, history_id: HistoryId) -> Recognition | None:
    """What a message is about: for those who decide, and for whom it is about."""
    mine = (recognitions.c.workspace_id == viewer.workspace_id) & (recognitions.c.history_id == history_id)
    row = connection.execute(_recognitions().where(mine)).first()
    if row is None:
        return None
    is_theirs = row.person_id == viewer.person_id
    return _recognition(row) if is_theirs or allowed(Act.CONFIRM_PERSON, viewer.person) else None


def hold_recognition(work: Work, recognition_id: int) -> None:
    """Keep it from others until this transaction ends: the second one to decide sees the first's decision."""
    keep(work.connection, select(recognitions.c.id).where(recognitions.c.id == recognition_id))


def decide(work: Work, recognition_id: int, decision: Decision, by: PersonId, history_id: HistoryId) -> None:
    """Keep a decision. What was asked and not sent yet is about another row of history, and is dropped."""
    work.connection.execute(
        update(recognitions)
        .where(recognitions.c.id == recognition_id)
        .values(state=decision.value, decided_by_id=by, decided_at=work.now, history_id=history_id)
    )


def set_question(
    work: Work, recognition_id: int, person_id: PersonId, channel: ChannelId, ts: MessageTs
) -> None:
    """Remember which message asks somebody."""
    row = {
        "workspace_id": work.workspace_id,
        "recognition_id": recognition_id,
        "person_id": person_id,
        "channel": channel,
        "ts": ts,
    }
    work.connection.execute(insert_new(work.connection, recognition_messages).values(**row))


def question_to(
    connection: Connection, recognition_id: int, person_id: PersonId
) -> tuple[ChannelId, MessageTs] | None:
    """The message that asks somebody; None while there is none."""
    mine = (recognition_messages.c.recognition_id == recognition_id) & (
        recognition_messages.c.person_id == person_id
    )
    columns = (recognition_messages.c.channel, recognition_messages.c.ts)
    row = connection.execute(select(*columns).where(mine)).first()
    return (ChannelId(row.channel), MessageTs(row.ts)) if row else None


def told_by(work: Work, recognition_id: int) -> HistoryId:
    """The row of history that messages about a recognition name."""
    mine = select(recognitions.c.history_id).where(recognitions.c.id == recognition_id)
    return HistoryId(work.connection.execute(mine).scalar_one())


def asked(work: Work, recognition_id: int) -> tuple[Person, ...]:
    """Everybody who has the question in a direct message, whether or not they may decide by now."""
    mine = recognition_messages.c.workspace_id == work.workspace_id
    mine &= recognition_messages.c.recognition_id == recognition_id
    ids = work.connection.execute(
        select(recognition_messages.c.person_id).where(mine).order_by(recognition_messages.c.person_id)
    )
    return people_by_ids(work.connection, [PersonId(one) for one in ids.scalars()])


def _with_key(workspace_id: WorkspaceId, key: str) -> Any:
    return (account_contacts.c.workspace_id == workspace_id) & (account_contacts.c.email_key == key)


def _recognitions() -> Select[Any]:
    return (
        select(
            recognitions,
            account_contacts.c.account_id,
            account_contacts.c.name,
            account_contacts.c.email,
            account_contacts.c.phone,
            account_contacts.c.role,
            account_contacts.c.named_by,
            accounts.c.name.label("account_name"),
            people.c.name.label("person_name"),
            people.c.slack_user_id,
            people.c.email.label("person_email"),
            _decider.c.name.label("decider_name"),
        )
        .join(account_contacts, account_contacts.c.id == recognitions.c.contact_id)
        .join(accounts, accounts.c.id == account_contacts.c.account_id)
        .join(people, people.c.id == recognitions.c.person_id)
        .outerjoin(_decider, _decider.c.id == recognitions.c.decided_by_id)
    )


def _recognition(row: Row[Any]) -> Recognition:
    return Recognition(
        id=row.id,
        person_id=PersonId(row.person_id),
        slack_user_id=SlackUserId(row.slack_user_id),
        person_name=row.person_name,
        email=row.person_email,
        contact=_contact(row),
        contact_id=row.contact_id,
        account_name=row.account_name,
        state=Decision(row.state),
        decided_by=row.decider_name or "",
        decided_at=row.decided_at,
    )


def _contact(row: Row[Any]) -> AccountContact:
    return AccountContact(
        account_id=AccountId(row.account_id),
        name=row.name,
        email=row.email,
        phone=row.phone,
        role=Role(row.role),
        named_by=row.named_by,
    )


def placed(connection: Connection, workspace_id: WorkspaceId) -> tuple[tuple[Person, str], ...]:
    """Everybody with a role, with the key of their e-mail address, for the operator's export."""
    mine = (people.c.workspace_id == workspace_id) & people.c.role.is_not(None)
    found = connection.execute(select(people.c.id, people.c.email).where(mine).order_by(people.c.id)).all()
    emails = {PersonId(row.id): email_key(row.email) for row in found}
    ids = list(emails)
    some = [ids[start : start + MANY] for start in range(0, len(ids), MANY)]
    everybody = [one for part in some for one in people_by_ids(connection, part)]
    return tuple((one, emails[one.id]) for one in everybody)


MANY = 500
"""Ids in one statement: databases have a limit."""
