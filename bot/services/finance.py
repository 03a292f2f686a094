"""Files of credit memos and refunds for the finance system: each line once, then reconciled.

An operator makes them on the machine (`transfer/finance.py`), a manager with `/order export`.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.commands import Audience
from bot.domain.commerce.finance import FinanceFile, NoSuchFile
from bot.domain.ids import CallKey, SlackUserId
from bot.domain.people import Person
from bot.domain.permissions import Act, require
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.services.desk import Desk, actor
from bot.store import finance_files as store
from bot.store import records
from bot.store.outbox import Announcement, Kind, announce
from bot.store.work import Work

SHOWN = 20


async def make(
    desk: Desk, since: datetime | None = None, until: datetime | None = None
) -> FinanceFile | None:
    """A file of what no file has yet, from `since` on and before `until`, which is now; None for nothing.

    Its lines are exported once this returns: a file that got lost is written again by its number.
    """

    return await desk.write(lambda work: store.make(work, since, until or work.now))


def _record(work: Work, person: Person, made: FinanceFile) -> None:
    records.insert_history(
        work,
        "finance_exported",
        actor_id=person.id,
        audience=Audience.INTERNAL,
        changes={"file": (None, str(made.number)), "lines": (None, str(len(made.lines)))},
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
        _record(work, person, made)
        announce(work, message)
        return Receipt(version=made.number)

    return await desk.write(unit, key)


async def asked_for(desk: Desk, by: SlackUserId, token: str) -> FinanceFile | None:
    """The file that a message brings to who asked for it; None where they may not have it any more."""
    return await desk.read(lambda connection, viewer: store.file_of(connection, viewer, token), by)


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
        if not store.reconcile(work, number):
            raise NoSuchFile(f"There is no file {number}.")

    await desk.write(unit)
