"""The readers of an SQLite database: a few threads that run whole reads, beside the one writer.

A read is one trip to a thread and back, however many statements it has: a trip costs more than a statement
that finds its index. What streams rows for minutes goes another way (`streaming.py`).
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import OperationalError

from bot.store.faults import DatabaseAway
from bot.store.jobs import Job, job_of
from bot.store.on_the_loop import LoopReader, NotBrief
from bot.store.writer import PRAGMAS

READERS = 4
"""Reads at once. Python runs one thread at a time; what they wait for in turn is SQLite and the disk."""

ANSWERING = 60.0
"""Seconds that one read may take, as on PostgreSQL; then it is given up: others wait for its thread."""

STOPPING = 2.0
"""Seconds that reads under way have left when the desk stops."""

STEPS = 200_000
"""How many steps of SQLite's machine lie between two looks at the clock: some milliseconds."""


class SqliteReaders:
    """Runs reads on threads of its own, each with its own connection. `stop` when done."""

    def __init__(self, path: str) -> None:
        self._engine = _reading_engine(path)
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._readers = [_Reader(self._engine, self._jobs) for _ in range(READERS)]
        self._here = LoopReader(self._engine)
        self._is_stopped = False

    def start(self) -> None:
        for reader in self._readers:
            reader.start()

    async def stop(self) -> None:
        """Let what was asked come to its end, but not for long; then close the connections."""
        self._is_stopped = True
        self._here.stop()
        for reader in self._readers:
            reader.ends_at = time.monotonic() + STOPPING
            self._jobs.put(None)
        await asyncio.to_thread(self._join)
        self._engine.dispose()

    def _join(self) -> None:
        for reader in self._readers:
            if reader.is_alive():
                reader.join()

    async def submit(self, run: Callable[[Connection], Any], patience: float, *, brief: bool) -> Any:
        """Run `run(connection)`, which only reads, on the next free thread; what is `brief` begins here.

        Raises DatabaseAway when none was free within `patience` seconds, or the read took too long. Whoever
        is cancelled takes their read with them.
        """
        if self._is_stopped:
            raise DatabaseAway("The desk has stopped.")
        if brief:
            with contextlib.suppress(NotBrief):
                return self._here.read(run)
        job = job_of(run)
        late = job.loop.call_later(patience, _give_up, job, patience)
        self._jobs.put(job)
        try:
            return await job.future
        finally:
            late.cancel()


def _give_up(job: Job, patience: float) -> None:
    if job.is_mine() and not job.future.done():
        job.future.set_exception(DatabaseAway(f"No reader of the database was free for {patience:g} s."))


class _Reader(threading.Thread):
    """One thread and its connection, which is made when it is first needed."""

    def __init__(self, engine: Engine, jobs: queue.SimpleQueue[Job | None]) -> None:
        super().__init__(name="caseline-reader", daemon=True)
        self._engine = engine
        self._jobs = jobs
        self._connection: Connection | None = None
        self._job: Job | None = None
        self._began = 0.0
        self.ends_at = float("inf")

    def run(self) -> None:
        while (job := self._jobs.get()) is not None:
            if job.is_mine() and not job.future.done():  # or else nobody waits for it any more
                self._job, self._began = job, time.monotonic()
                self._read(job)
                self._job = None
                job.answer()
            del job  # its rows are not kept until the next one comes
        if self._connection is not None:
            self._connection.close()

    def _read(self, job: Job) -> None:
        try:
            connection = self._connected()
            try:
                job.result = job.run(connection)
            finally:
                connection.rollback()  # only in SQLAlchemy's books: the database has no transaction open
        except OperationalError as error:
            is_given_up = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT
            job.error = DatabaseAway("A read took too long and was given up.") if is_given_up else error
        except BaseException as error:  # whatever it is, somebody waits for it
            job.error = error

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
            raw: Any = self._connection.connection.dbapi_connection
            raw.set_progress_handler(self._is_over, STEPS)
        return self._connection

    def _is_over(self) -> bool:
        """SQLite asks this while it works: whether to break off, because nobody waits or it took too long."""
        now = time.monotonic()
        is_alone = self._job is not None and self._job.future.done()
        return is_alone or now > self._began + ANSWERING or now > self.ends_at


def _reading_engine(path: str) -> Engine:
    engine = create_engine(
        f"sqlite+pysqlite:///{path}",
        poolclass=NullPool,  # a reader keeps its connection
        connect_args={"check_same_thread": False},
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",  # no transaction is begun for reads
        skip_autocommit_rollback=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in (*PRAGMAS, "PRAGMA query_only=ON"):
            connection.execute(pragma)

    return engine
