"""Files of credit memos and refunds for the finance system: each line once, then reconciled.

An operator makes them on the machine (`transfer/finance.py`), a manager with `/order export`; `/order export
list` has them again.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.commands import Audience
from bot.domain.commerce.finance import FinanceFile, NoSuchFile
from bot.domain.ids import CallKey, HistoryId, SlackUserId
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act, require
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.services.desk import Desk, actor
from bot.store import finance_files as store
from bot.store import records
from bot.store.outbox import Announcement, Kind, announce
from bot.store.work import Connection, Work

SHOWN = 20


async def make(
    desk: Desk, since: datetime | None = None, until: datetime | None = None
) -> FinanceFile | None:
    """A file of what no file has yet, from `since` on and before `until`, which is now; None for nothing.

    Its lines are exported once this returns: a file that got lost is written again by its number.
    """

    return await desk.write(lambda work: store.make(work, since, until or work.now))


def _record(work: Work, kind: str, person: Person, number: int, lines: int | None = None) -> HistoryId:
    counted: records.Changes = {"lines": (None, str(lines))} if lines is not None else {}
    return records.insert_history(
        work,
        kind,
        actor_id=person.id,
        audience=Audience.INTERNAL,
        changes={"file": (None, str(number)), **counted},
        person_id=person.id,
    )


async def ask(
    desk: Desk, by: SlackUserId, key: CallKey, since: datetime | None = None, until: datetime | None = None
) -> Receipt:
    """`/order export`: the same, as files in a direct message; the receipt's version is the file's number.

    Raises NOT_SET_UP, NOT_YOUR_ROLE, NOTHING_TO_EXPORT.
    """

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.EXPORT_CREDIT_MEMOS, person)
        message = Announcement(kind=Kind.FINANCE, conversation=person.slack_user_id, person_id=person.id)
        made = store.make(work, since, until or work.now, person.id, message.token)
        if made is None:
            raise Refusal(Reason.NOTHING_TO_EXPORT)
        _record(work, "finance_exported", person, made.number, len(made.lines))
        announce(work, message)
        return Receipt(version=made.number)

    return await desk.write(unit, key)


async def asked_for(
    desk: Desk, by: SlackUserId, token: str, history_id: HistoryId | None = None
) -> FinanceFile | None:
    """The file that a message brings to who asked for it, or asked again, as `history_id` says.

    None where they may not have it any more.
    """

    def query(connection: Connection, viewer: Viewer) -> FinanceFile | None:
        if history_id is not None:
            return store.told_of(connection, viewer, history_id)
        return store.file_of(connection, viewer, token)

    return await desk.read(query, by)


async def listed(desk: Desk, by: SlackUserId) -> tuple[FinanceFile, ...]:
    """`/order export list`: the newest files, without their lines. Raises NOT_SET_UP, NOT_YOUR_ROLE."""

    def query(connection: Connection, viewer: Viewer) -> tuple[FinanceFile, ...]:
        require(Act.EXPORT_CREDIT_MEMOS, viewer.person)
        return store.listed(connection, viewer, SHOWN)

    return await desk.read(query, by)


async def ask_again(desk: Desk, by: SlackUserId, number: int, key: CallKey) -> Receipt:
    """*Send it again*: a file as it was made, in a direct message; nothing is marked.

    Raises NOT_SET_UP, NOT_YOUR_ROLE, NO_SUCH_FINANCE_FILE.
    """

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.EXPORT_CREDIT_MEMOS, person)
        if store.file_numbered(work.connection, work.workspace_id, number) is None:
            raise Refusal(Reason.NO_SUCH_FINANCE_FILE)
        history_id = _record(work, "finance_sent_again", person, number)
        where = person.slack_user_id
        announce(
            work,
            Announcement(kind=Kind.FINANCE, conversation=where, person_id=person.id, history_id=history_id),
        )
        return Receipt(version=number)

    return await desk.write(unit, key)


async def has_it(desk: Desk, by: SlackUserId, number: int, key: CallKey) -> Receipt:
    """*Finance has it*: its lines stand in finance's books; again changes nothing.

    Raises NOT_SET_UP, NOT_YOUR_ROLE, NO_SUCH_FINANCE_FILE.
    """

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.EXPORT_CREDIT_MEMOS, person)
        is_news = store.reconcile(work, number)
        if is_news is None:
            raise Refusal(Reason.NO_SUCH_FINANCE_FILE)
        if is_news:
            _record(work, "finance_reconciled", person, number)
        return Receipt(version=number)

    return await desk.write(unit, key)


async def again(desk: Desk, number: int) -> FinanceFile:
    """A file as it was made; nothing is marked. Raises NoSuchFile."""
    found = await desk.store.look(
        lambda connection: store.file_numbered(connection, desk.workspace_id, number)
    )
    if found is None:
        raise NoSuchFile(f"There is no file {number}.")
    return found


async def files(desk: Desk) -> tuple[FinanceFile, ...]:
    """The newest files, without their lines."""
    return await desk.store.look(lambda connection: store.files(connection, desk.workspace_id, SHOWN))


async def reconcile(desk: Desk, number: int) -> None:
    """Keep that finance has a file in its books; again changes nothing. Raises NoSuchFile."""

    def unit(work: Work) -> None:
        if store.reconcile(work, number) is None:
            raise NoSuchFile(f"There is no file {number}.")

    await desk.write(unit)
