"""The door to the database: `write` runs a unit in one transaction, `read` asks through a viewer's eyes."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import asdict
from typing import TypeVar, cast

from sqlalchemy import Connection, bindparam, select, update

from bot.domain.ids import SlackUserId, WorkspaceId
from bot.domain.people import Viewer, stranger
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.store.at_once import insert_new
from bot.store.database import PATIENCE, open_database
from bot.store.people import find_person
from bot.store.schema import calls
from bot.store.work import Query, Stamp, Unit, Work

R = TypeVar("R")


class Store:
    """The desk's way to its database. `start` before use, `stop` after."""

    def __init__(self, database_url: str) -> None:
        self.database = open_database(database_url)
        self._listeners: list[Callable[[], None]] = []

    def start(self) -> None:
        self.database.start()

    async def stop(self) -> None:
        await self.database.stop()

    def on_write(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every commit; the sender of the outbox wakes by it."""
        self._listeners.append(listener)

    async def write(
        self, unit: Unit[R], stamp: Stamp, patience: float = PATIENCE, quietly: bool = False
    ) -> R:
        """Run `unit` in one transaction; what it returns is durable when this returns.

        With `stamp.key` the unit must return a Receipt, and the same key again returns the first one without
        running it. `quietly` leaves the listeners alone. Raises whatever the unit raises (nothing is kept
        then), StillSaving or DatabaseAway.
        """

        def run(connection: Connection) -> R:
            return _once(unit, Work(connection=connection, stamp=stamp))

        result = await self.database.write(run, patience)
        for listener in () if quietly else self._listeners:
            listener()
        return result

    async def read(self, query: Query[R], viewer: Viewer, *, brief: bool = False) -> R:
        """Run `query(connection, viewer)`; many at once, beside what is written. Raises DatabaseAway.

        `brief` promises a page by an index (`Database.read`).
        """
        return await self.database.read(lambda connection: query(connection, viewer), brief=brief)

    async def read_as(
        self, workspace_id: WorkspaceId, who: SlackUserId, query: Query[R], *, brief: bool = False
    ) -> R:
        """Run `query` as a Slack user: who that is to the desk is read on the way, in the same trip."""

        def run(connection: Connection) -> R:
            person = find_person(connection, workspace_id, who) or stranger(workspace_id, who)
            return query(connection, Viewer(person))

        return await self.look(run, brief=brief)

    def stream(self, query: Query[Iterator[R]], viewer: Viewer, size: int) -> AsyncGenerator[list[R], None]:
        """What `query(connection, viewer)` yields as it reads, so many at a time; see `Database.stream`."""
        return self.database.stream(lambda connection: query(connection, viewer), size)

    async def look(self, query: Callable[[Connection], R], *, brief: bool = False) -> R:
        """Read what belongs to the machinery (outbox, leases, who somebody is) and to no viewer."""
        return await self.database.read(query, brief=brief)


# Statements that every call runs are built once: building them costs more than running them.
_MINE = (calls.c.workspace_id == bindparam("workspace")) & (calls.c.key == bindparam("call"))
_ANSWERED = select(calls.c.receipt, calls.c.content).where(_MINE)
_ANSWER = update(calls).where(_MINE).values(receipt=bindparam("made"))


def _once(unit: Unit[R], work: Work) -> R:
    """Run the unit, unless its key has been answered before.

    The key is claimed before anything else: the same call at the same moment waits here for the first one,
    and then gets its receipt instead of being told that somebody was faster.
    """
    key = work.stamp.key
    if key is None:
        return unit(work)
    mine = {"workspace": work.workspace_id, "call": key.name}
    claim = {
        "workspace_id": work.workspace_id,
        "key": key.name,
        "content": key.content,
        "receipt": {},
        "at": work.stamp.real_now,
    }
    if work.connection.execute(insert_new(work.connection, calls), claim).rowcount == 0:
        answered = work.connection.execute(_ANSWERED, mine).one()
        first = Receipt(**answered.receipt)
        if answered.content != key.content:
            raise Refusal(Reason.SAVED_BEFORE, {"number": first.number})
        return cast(R, first)
    result = unit(work)
    if not isinstance(result, Receipt):
        raise TypeError("a unit with a call key must return a Receipt")
    work.connection.execute(_ANSWER, {**mine, "made": asdict(result)})
    return result
