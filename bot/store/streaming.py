"""Rows that come for minutes, in chunks and as of one moment: exports. Short reads go another way.

Here each chunk is a trip of its own, to a server or to aiosqlite's thread, and whoever writes files between
two of them keeps no thread of the others' reads.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncGenerator, Callable, Iterator
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, NullPool, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.store.writer import PRAGMAS

R = TypeVar("R")


async def in_chunks(
    connection: AsyncConnection, run: Callable[[Connection], Iterator[R]], size: int
) -> AsyncGenerator[list[R], None]:
    """What `run(connection)` yields, so many at a time."""
    rows = await connection.run_sync(run)
    while chunk := await connection.run_sync(lambda _: list(islice(rows, size))):
        yield chunk


def sqlite_streams(path: str) -> AsyncEngine:
    """aiosqlite, with a connection for each stream: one that is open keeps a process alive."""
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}",
        poolclass=NullPool,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",  # one statement sees one moment
        skip_autocommit_rollback=True,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in (*PRAGMAS, "PRAGMA query_only=ON"):
            cursor.execute(pragma)
        cursor.close()

    return engine
