"""SQLite: one writer and many readers on one file; `database.py` opens it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url

from bot.store.database import PATIENCE
from bot.store.readers import SqliteReaders
from bot.store.writer import SqliteWriter, sqlite_engine

R = TypeVar("R")


class SqliteDatabase:
    """A file. Stop it: what was asked comes to its end then."""

    def __init__(self, database_url: str) -> None:
        self._path = database_path(database_url)
        self._writer = SqliteWriter(self._path)
        self._readers = SqliteReaders(self._path)

    @property
    def writing(self) -> Engine:
        return self._writer.engine

    def start(self) -> None:
        self._writer.start()
        self._readers.start()

    async def stop(self) -> None:
        await self._writer.stop()
        await self._readers.stop()

    async def write(self, run: Callable[[Connection], R], patience: float) -> R:
        result: R = await self._writer.submit(run, patience)
        return result

    async def read(self, run: Callable[[Connection], R], *, brief: bool = False) -> R:
        result: R = await self._readers.submit(run, PATIENCE, brief=brief)
        return result

    async def stream(
        self, run: Callable[[Connection], Iterator[R]], size: int
    ) -> AsyncGenerator[list[R], None]:
        # Here, because most bots never export anything, and this driver is a part of each start.
        from bot.store.streaming import in_chunks, sqlite_streams

        engine = sqlite_streams(self._path)
        async with engine.connect() as connection:
            async for chunk in in_chunks(connection, run, size):
                yield chunk

    def snapshot(self, run: Callable[[Connection], R]) -> R:
        engine = sqlite_engine(self._path, begin="BEGIN")
        try:
            with engine.begin() as connection:
                return run(connection)
        finally:
            engine.dispose()

    def alter(self, change: Callable[[Connection], R]) -> R:
        """As `Database.alter`; `BEGIN IMMEDIATE` keeps others out. Raises ValueError for lost references."""
        engine = sqlite_engine(self._path)
        try:
            with engine.connect() as connection:
                # To change a table, SQLite builds it anew and drops the old one, to which others refer
                # meanwhile: all references are checked at the end. (Inside a transaction this does nothing.)
                connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
                with connection.begin():
                    changed = change(connection)
                    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                    if dangling:
                        raise ValueError(
                            f"the migrations left references to rows that are gone: {dangling[:5]}"
                        )
                return changed
        finally:
            engine.dispose()


def database_path(database_url: str) -> str:
    """The file that an SQLite address names; its folder is made if it is missing."""
    path = make_url(database_url).database
    if not path or path == ":memory:":
        raise ValueError("the desk needs a database file: an address in memory forgets every case")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    return path
