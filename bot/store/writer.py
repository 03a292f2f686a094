"""The one writer of an SQLite database: a thread that runs units strictly in turn and shares their commits.

A unit waits in a queue; the thread takes all that wait, runs each in a savepoint, and commits once.
Interleaved savepoints would erase each other's work, hence one thread and one connection.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

from bot.store.faults import StillSaving, TransactionLost
from bot.store.jobs import Job, job_of

BATCH = 64
"""How many units share a commit at most, so that the first of them does not wait long."""

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=5000",
)


def sqlite_engine(path: str, begin: str = "BEGIN IMMEDIATE") -> Engine:
    """A synchronous engine on an SQLite file whose transactions begin when we say so."""
    engine = create_engine(
        f"sqlite+pysqlite:///{path}",
        connect_args={"check_same_thread": False},
        hide_parameters=True,  # an error that is logged must not tell what people wrote
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions by itself
        for pragma in PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


class SqliteWriter:
    """Runs units on its own thread. `submit` from any event loop; `stop` waits for what was queued."""

    def __init__(self, path: str) -> None:
        self.engine = sqlite_engine(path)
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="caseline-writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    async def stop(self) -> None:
        """Finish what was queued, then close the connection."""
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)
        self.engine.dispose()

    async def submit(self, run: Callable[[Connection], Any], patience: float) -> Any:
        """Run `run(connection)` in a transaction and return its result once that is durable.

        Raises StillSaving when it could not start within `patience` seconds; once started it is waited for.
        """
        job = job_of(run)
        self._jobs.put(job)
        done, _ = await asyncio.wait({job.future}, timeout=patience)
        if not done and job.is_mine():
            raise StillSaving
        return await job.future

    def _run(self) -> None:
        with self.engine.connect() as connection:
            while (batch := self._next_batch()) is not None:
                self._commit(connection, batch)

    def _next_batch(self) -> list[Job] | None:
        first = self._jobs.get()
        if first is None:
            return None
        batch = [first]
        while len(batch) < BATCH:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._jobs.put(None)
                break
            batch.append(job)
        return batch

    def _commit(self, connection: Connection, batch: list[Job]) -> None:
        """Run what has not been given up meanwhile, and answer once all of it is durable or none."""
        started: list[Job] = []
        try:
            with connection.begin():
                for job in batch:
                    if job.is_mine():
                        started.append(job)
                        self._run_one(connection, job)
        except Exception as error:
            # Who still waited in this batch fails with it: nothing of it was kept, and waiting helps nobody.
            started += [job for job in batch if job not in started and job.is_mine()]
            for job in started:
                job.result, job.error = None, error
        for job in started:
            job.answer()

    def _run_one(self, connection: Connection, job: Job) -> None:
        savepoint = connection.begin_nested()
        try:
            job.result = job.run(connection)
            savepoint.commit()
        except Exception as error:
            dbapi = connection.connection.dbapi_connection
            if not getattr(dbapi, "in_transaction", True):
                raise TransactionLost from error
            savepoint.rollback()
            job.error = error
