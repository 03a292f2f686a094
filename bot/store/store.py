"""The door to the database: `write` runs a unit in one transaction, `read` asks through a viewer's eyes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar, cast

from sqlalchemy import Connection, event, insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.domain.ids import SlackUserId, WorkspaceId
from bot.domain.people import Viewer, stranger
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.store.people import find_person
from bot.store.schema import calls
from bot.store.work import Query, Stamp, Unit, Work
from bot.store.writer import PRAGMAS, SqliteWriter

R = TypeVar("R")

PATIENCE = 2.0
"""Seconds that a person's change may wait for its turn: Slack wants an answer within three."""


class Store:
    """One database. `start` before use, `stop` after: an open aiosqlite connection keeps a process alive."""

    def __init__(self, database_url: str) -> None:
        self._path = database_path(database_url)
        self._writer = SqliteWriter(self._path)
        self._engine = _reading_engine(self._path)
        self._listeners: list[Callable[[], None]] = []

    def start(self) -> None:
        self._writer.start()

    async def stop(self) -> None:
        await self._writer.stop()
        await self._engine.dispose()

    def on_write(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every commit; the sender of the outbox wakes by it."""
        self._listeners.append(listener)

    async def write(
        self, unit: Unit[R], stamp: Stamp, patience: float = PATIENCE, quietly: bool = False
    ) -> R:
        """Run `unit` in one transaction; what it returns is durable when this returns.

        With `stamp.key` the unit must return a Receipt, and the same key again returns the first one without
        running it. `quietly` leaves the listeners alone. Raises whatever the unit raises (nothing is kept
        then), or StillSaving.
        """

        def run(connection: Connection) -> R:
            return _once(unit, Work(connection=connection, stamp=stamp))

        result: R = await self._writer.submit(run, patience)
        for listener in () if quietly else self._listeners:
            listener()
        return result

    async def read(self, query: Query[R], viewer: Viewer) -> R:
        """Run `query(connection, viewer)`; many at once, beside the writer."""
        async with self._engine.connect() as connection:
            return await connection.run_sync(query, viewer)

    async def read_as(self, workspace_id: WorkspaceId, who: SlackUserId, query: Query[R]) -> R:
        """Run `query` as a Slack user: who that is to the desk is read on the way, in the same trip."""

        def run(connection: Connection) -> R:
            person = find_person(connection, workspace_id, who) or stranger(workspace_id, who)
            return query(connection, Viewer(person))

        return await self.look(run)

    async def look(self, query: Callable[[Connection], R]) -> R:
        """Read what belongs to the machinery (outbox, leases, who somebody is) and to no viewer."""
        async with self._engine.connect() as connection:
            return await connection.run_sync(query)


def database_path(database_url: str) -> str:
    """The file that an SQLite address names; its folder is made if it is missing."""
    path = make_url(database_url).database
    if not path or path == ":memory:":
        raise ValueError("the desk needs a database file: an address in memory forgets every case")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    return path


def _reading_engine(path: str) -> AsyncEngine:
    # The driver begins no transaction for reads: a rollback after each is a trip to its thread for nothing.
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}",
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    return engine


def _once(unit: Unit[R], work: Work) -> R:
    """Run the unit, unless its key has been answered before."""
    key = work.stamp.key
    if key is None:
        return unit(work)
    mine = (calls.c.workspace_id == work.workspace_id) & (calls.c.key == key.name)
    answered = work.connection.execute(select(calls.c.receipt, calls.c.content).where(mine)).first()
    if answered is not None:
        first = Receipt(**answered.receipt)
        if answered.content != key.content:
            raise Refusal(Reason.SAVED_BEFORE, {"number": first.number})
        return cast(R, first)
    result = unit(work)
    if not isinstance(result, Receipt):
        raise TypeError("a unit with a call key must return a Receipt")
    work.connection.execute(
        insert(calls).values(
            workspace_id=work.workspace_id,
            key=key.name,
            content=key.content,
            receipt=asdict(result),
            at=work.stamp.real_now,
        )
    )
    return result
