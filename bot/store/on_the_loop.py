"""Brief reads of an SQLite database, on the event loop's own thread; what turns out long goes to a reader.

A page that finds its index is read in half a millisecond, and to hand it to another thread and back costs as
much again, twice that where the other processor's caches are cold. Only reads whose every step is short come
here (`Database.read(..., brief=True)`): SQLite can be told to stop between two steps, not within one.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

BRIEFLY = 0.01
"""Seconds of SQLite's work for which the loop waits."""

STEPS = 2000
"""How many steps of SQLite's machine lie between two looks at the clock: a fraction of a millisecond."""

NOT_HERE = frozenset({sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_BUSY})


class NotBrief(Exception):
    """The read is for a reader thread: it took too long, met a lock, or came from another thread."""


class LoopReader:
    """One connection of the thread that reads first, made when it does. `stop` when done."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._thread = 0
        self._ends_at = 0.0

    def read(self, run: Callable[[Connection], Any]) -> Any:
        """What `run`, which only reads, returns or raises. Raises NotBrief; to run it again is no harm."""
        if self._connection is None:
            self._connect()
        if self._connection is None or threading.get_ident() != self._thread:
            raise NotBrief
        self._ends_at = time.monotonic() + BRIEFLY
        try:
            return run(self._connection)
        except OperationalError as error:
            if getattr(error.orig, "sqlite_errorcode", None) in NOT_HERE:
                raise NotBrief from None
            raise
        finally:
            self._connection.rollback()  # only in SQLAlchemy's books: the database has no transaction open

    def stop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> None:
        self._thread = threading.get_ident()
        self._connection = self._engine.connect()
        raw: Any = self._connection.connection.dbapi_connection
        raw.execute("PRAGMA busy_timeout=0")  # whoever waits for a lock waits on a thread of their own
        raw.set_progress_handler(lambda: time.monotonic() > self._ends_at, STEPS)
