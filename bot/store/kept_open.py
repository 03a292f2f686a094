"""The connections that reads of a PostgreSQL database use, one read after the other; `postgres.py` has them.

Taking a connection out of SQLAlchemy's pool and giving it back takes longer than a page by an index does.
What reads without a transaction leaves nothing behind: the next read can have the connection as it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

R = TypeVar("R")


class KeptOpen:
    """So many connections of an engine at most. `stop` when done."""

    def __init__(self, engine: AsyncEngine, size: int, patience: float) -> None:
        self._engine, self._patience = engine, patience
        self._turns = asyncio.Semaphore(size)
        self._idle: list[AsyncConnection] = []

    async def stop(self) -> None:
        while self._idle:
            await self._idle.pop().close()
        await self._engine.dispose()

    async def read(self, run: Callable[[Connection], R]) -> R:
        """Run `run`, which only reads. Raises what it raises, and NoConnectionFree."""
        await self._turn()
        try:
            connection = self._fresh() or await self._engine.connect()
            try:
                result = await connection.run_sync(_forgetting, run)
            except BaseException:  # what an error or a cancelled read leaves behind is the pool's to mend
                await asyncio.shield(asyncio.ensure_future(connection.close()))
                raise
            self._idle.append(connection)
            return result
        finally:
            self._turns.release()

    @asynccontextmanager
    async def own(self) -> AsyncGenerator[AsyncConnection, None]:
        """A connection for what changes how it works; it goes back to the pool, which makes it as it was."""
        await self._turn()
        try:
            if self._idle:  # the pool has no more than turns
                await self._idle.pop().close()
            async with self._engine.connect() as connection:
                yield connection
        finally:
            self._turns.release()

    async def _turn(self) -> None:
        if not self._turns.locked():
            await self._turns.acquire()  # at once
            return
        try:
            async with asyncio.timeout(self._patience):
                await self._turns.acquire()
        except TimeoutError:
            raise NoConnectionFree(f"no connection was free for {self._patience:g} s") from None

    def _fresh(self) -> AsyncConnection | None:
        """One that is still there: asyncpg notices by itself when the server hangs up, nothing is asked."""
        while self._idle:
            connection = self._idle.pop()
            raw: Any = connection.sync_connection
            if not raw.connection.driver_connection.is_closed():
                return connection
            raw.invalidate()
        return None


def _forgetting(connection: Connection, run: Callable[[Connection], R]) -> R:
    """What SQLAlchemy has in its books of a transaction ends with the read; the server knows of none."""
    try:
        return run(connection)
    finally:
        if connection.in_transaction():
            connection.rollback()
