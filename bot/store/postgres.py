"""PostgreSQL through asyncpg: units at once on a few connections, READ COMMITTED; `database.py` opens it.

Rows that two units must not change at once are locked by the functions that load them (`cases.hold` and
its like); what is inserted at once is settled by unique keys (`at_once.insert_new`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import asyncpg
from sqlalchemy import URL, Connection, Engine, NullPool, event, func, select
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.store.database import PATIENCE
from bot.store.faults import DatabaseAway, StillSaving
from bot.store.kept_open import KeptOpen
from bot.store.streaming import in_chunks

R = TypeVar("R")

WRITERS = 8
READERS = 8
"""Connections of one bot at most: 16, where a server of PostgreSQL allows 100 unless it is told otherwise."""

CONNECTING = 2.5
"""Seconds to wait for a new connection: people wait behind it."""

ANSWERING = 60.0
"""Seconds to wait for the answer to one statement; then the network is taken for lost."""

SESSION = {
    "application_name": "caseline",
    "timezone": "UTC",
    "jit": "off",  # for reports over years, not for a page of twenty
    # One plan fits all values of a statement (`tests/store/test_plans.py`): to plan a search anew takes twice
    # as long as to run it.
    "plan_cache_mode": "force_generic_plan",
    "lock_timeout": str(int(PATIENCE * 1000)),
    # The locks of a bot whose machine has vanished must not outlive it for long.
    "idle_in_transaction_session_timeout": "30000",
}
UNHURRIED: dict[str, Any] = {"timeout": 15.0, "command_timeout": None}
"""For work that nobody in Slack waits for: exports, imports, migrations."""

ALTERING = SESSION | {"lock_timeout": "0"}
ALTERING_KEY = 0x0CA5E11E
"""The advisory lock of whoever changes the schema; any number will do that nobody else uses."""

NO_TURN = frozenset({"55P03", "40P01", "0A000"})
"""SQLSTATE: waited too long for a lock, or in a circle, or an upgrade came between; nothing was kept."""

AWAY = ("08", "53", "57P")
"""How the SQLSTATE begins of a connection lost, too many of them, a server that stops or starts."""


class PostgresDatabase:
    """A database on a server, shared by any number of bots."""

    def __init__(self, database_url: str) -> None:
        self._url, self._options = address_of(database_url)
        self._writing = self._engine(WRITERS)
        # Reads need no transaction: begin and rollback around each are two trips for nothing.
        reading = self._engine(READERS, isolation_level="AUTOCOMMIT", skip_autocommit_rollback=True)
        self._reading = KeptOpen(reading, READERS, PATIENCE)
        self._turns = asyncio.Semaphore(WRITERS)
        self._under_way: set[asyncio.Task[Any]] = set()

    @property
    def writing(self) -> Engine:
        return self._writing.sync_engine

    def start(self) -> None:
        """Nothing to do: connections are made when they are needed."""

    async def stop(self) -> None:
        if self._under_way:
            await asyncio.wait(self._under_way)
        await self._writing.dispose()
        await self._reading.stop()

    async def write(self, run: Callable[[Connection], R], patience: float) -> R:
        try:
            async with asyncio.timeout(patience):
                await self._turns.acquire()
        except TimeoutError:
            raise StillSaving from None
        # A task of its own: who goes away leaves a unit that has begun to its end, as on SQLite.
        task = asyncio.create_task(self._transaction(run))
        self._under_way.add(task)
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        self._turns.release()
        if not task.cancelled():
            task.exception()  # whoever still waits for it is told; if nobody does, it is not worth a log line

    async def _transaction(self, run: Callable[[Connection], R]) -> R:
        with _plainly_told():
            async with self._writing.begin() as connection:
                return await connection.run_sync(run)

    async def read(self, run: Callable[[Connection], R], *, brief: bool = False) -> R:
        with _plainly_told():
            return await self._reading.read(run)

    async def stream(
        self, run: Callable[[Connection], Iterator[R]], size: int
    ) -> AsyncGenerator[list[R], None]:
        with _plainly_told():
            async with self._reading.own() as connection:
                # A cursor stays open in a transaction only.
                await connection.execution_options(isolation_level="REPEATABLE READ")
                async for chunk in in_chunks(connection, run, size):
                    yield chunk

    def snapshot(self, run: Callable[[Connection], R]) -> R:
        return _aside(self._snapshot(run))

    async def _snapshot(self, run: Callable[[Connection], R]) -> R:
        options = self._options | UNHURRIED
        engine = create_async_engine(
            self._url,
            poolclass=NullPool,
            connect_args=options,
            hide_parameters=True,
            isolation_level="REPEATABLE READ",
        )
        try:
            with _plainly_told():
                async with engine.begin() as connection:
                    return await connection.run_sync(run)
        finally:
            await engine.dispose()

    def alter(self, change: Callable[[Connection], R]) -> R:
        """As `Database.alter`: a second bot waits until the first is done."""
        return _aside(self._alter(change))

    async def _alter(self, change: Callable[[Connection], R]) -> R:
        options = self._options | UNHURRIED | {"server_settings": ALTERING}
        engine = create_async_engine(
            self._url, poolclass=NullPool, connect_args=options, hide_parameters=True
        )
        try:
            with _plainly_told():
                async with engine.begin() as connection:
                    await connection.execute(select(func.pg_advisory_xact_lock(ALTERING_KEY)))
                    return await connection.run_sync(change)
        finally:
            await engine.dispose()

    def _engine(self, size: int, **more: Any) -> AsyncEngine:
        engine = create_async_engine(
            self._url,
            connect_args=self._options,
            hide_parameters=True,  # an error that is logged must not tell what people wrote
            pool_size=size,
            max_overflow=0,
            pool_timeout=PATIENCE,
            **more,
        )
        event.listen(engine.sync_engine, "checkout", _check)
        event.listen(engine.sync_engine, "handle_error", _hush)
        return engine


def address_of(database_url: str) -> tuple[URL, dict[str, Any]]:
    """The address for SQLAlchemy, and what asyncpg is told beside it."""
    url = make_url(database_url).set(drivername="postgresql+asyncpg")
    options: dict[str, Any] = {
        "server_settings": SESSION,
        "timeout": CONNECTING,
        "command_timeout": ANSWERING,
    }
    if "sslmode" in url.query:  # libpq's word, which hosts of databases put into their addresses
        options["ssl"] = url.query["sslmode"]
    return url.difference_update_query(["sslmode"]), options


def _check(dbapi_connection: Any, _record: object, _proxy: object) -> None:
    """Before a connection is used: asyncpg has noticed by itself when the server hung up, nothing is asked.

    The pool then makes a new one, and the person does not learn that the server was restarted.
    """
    if dbapi_connection.driver_connection.is_closed():
        raise DisconnectionError


def _hush(context: ExceptionContext) -> None:
    """Take the values out of an error before anybody can log them: PostgreSQL quotes whole rows."""
    error: BaseException | None = context.original_exception
    while error is not None:
        if isinstance(error, asyncpg.PostgresError):
            error.detail = None
        if isinstance(error, asyncpg.DataError) or isinstance(error.__cause__, asyncpg.DataError):
            error.args = ("a value that does not fit its column",)
        error = error.__cause__


@contextmanager
def _plainly_told() -> Iterator[None]:
    """Turn the driver's many ways to fail into the two that callers can do something about."""
    try:
        yield
    except DBAPIError as error:
        state = str(getattr(error.orig, "sqlstate", None) or "")
        if state in NO_TURN:
            raise StillSaving from error
        if error.connection_invalidated or state.startswith(AWAY):
            raise DatabaseAway("The connection to the database was lost.") from error
        raise
    except NoConnectionFree as error:
        raise DatabaseAway(f"No connection to the database was free for {PATIENCE:g} s.") from error
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise DatabaseAway(f"The database cannot be reached: {error or 'no answer'}.") from error


def _aside(work: Coroutine[Any, Any, R]) -> R:
    """Wait for a coroutine from plain code, whether or not this thread has an event loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(work)).result()
