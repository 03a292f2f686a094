"""Files of credit memos and refunds for the finance system: each line once, then reconciled.

An operator makes them on the machine (`transfer/finance.py`); whoever else asks needs the right.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.commands import Audience
from bot.domain.commerce.finance import FinanceFile, NoSuchFile
from bot.domain.ids import SlackUserId
from bot.domain.permissions import Act, require
from bot.services.desk import Desk, actor
from bot.store import finance_files as store
from bot.store import records
from bot.store.work import Work

SHOWN = 20


async def make(
    desk: Desk, since: datetime | None = None, until: datetime | None = None, by: SlackUserId | None = None
) -> FinanceFile | None:
    """A file of what no file has yet, from `since` on and before `until`, which is now; None for nothing.

    Its lines are exported once this returns: a file that got lost is made again by its number. Raises
    NOT_SET_UP, NOT_YOUR_ROLE.
    """

    def unit(work: Work) -> FinanceFile | None:
        person = actor(work, by) if by is not None else None
        if person is not None:
            require(Act.EXPORT_CREDIT_MEMOS, person)
        made = store.make(work, since, until or work.now, person.id if person else None)
        if made is not None and person is not None:
            records.insert_history(
                work,
                "finance_exported",
                actor_id=person.id,
                audience=Audience.INTERNAL,
                changes={"file": (None, str(made.number)), "lines": (None, str(len(made.lines)))},
                person_id=person.id,
            )
        return made

    return await desk.write(unit)


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


async def reconcile(desk: Desk, number: int, by: SlackUserId | None = None) -> None:
    """Keep that finance has a file in its books; again changes nothing. Raises NoSuchFile, NOT_YOUR_ROLE."""

    def unit(work: Work) -> None:
        if by is not None:
            require(Act.EXPORT_CREDIT_MEMOS, actor(work, by))
        if not store.reconcile(work, number):
            raise NoSuchFile(f"There is no file {number}.")

    await desk.write(unit)
