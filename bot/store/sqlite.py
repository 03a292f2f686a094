"""SQLite: one writer and many readers on one file; `database.py` opens it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

from bot.store.writer import PRAGMAS, SqliteWriter, sqlite_engine

R = TypeVar("R")

READERS = 8
"""Reads at the same time at most, each in a thread of its own."""


class SqliteDatabase:
    """A file. A read is one trip to a thread: by aiosqlite each of its statements would be several."""

    def __init__(self, database_url: str) -> None:
        self._path = database_path(database_url)
        self._writer = SqliteWriter(self._path)
        self._reading = _reading_engine(self._path)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="caseline-reader")

    @property
    def writing(self) -> Engine:
        return self._writer.engine

    def start(self) -> None:
        self._writer.start()

    async def stop(self) -> None:
        await self._writer.stop()
        await asyncio.to_thread(self._readers.shutdown, cancel_futures=True)
        self._reading.dispose()

    async def write(self, run: Callable[[Connection], R], patience: float) -> R:
        result: R = await self._writer.submit(run, patience)
        return result

    async def read(self, run: Callable[[Connection], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, run)

    def _read(self, run: Callable[[Connection], R]) -> R:
        with self._reading.connect() as connection:
            return run(connection)

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


def _reading_engine(path: str) -> Engine:
    engine = create_engine(
        f"sqlite+pysqlite:///{path}",
        connect_args={"check_same_thread": False},
        pool_size=READERS,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",  # the driver begins no transaction for reads
        skip_autocommit_rollback=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in PRAGMAS:
            connection.execute(pragma)

    return engine
