"""What the store asks of a database, whichever it is; `sqlite.py` and `postgres.py` are the two."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url

R = TypeVar("R")

PATIENCE = 2.0
"""Seconds that a person's change may wait for its turn: Slack wants an answer within three."""


class Database(Protocol):
    """One database of a desk. `start` before use, `stop` after; `snapshot` and `alter` need neither."""

    @property
    def writing(self) -> Engine:
        """The engine that units run on; tests listen to it."""

    def start(self) -> None: ...

    async def stop(self) -> None:
        """Finish what has begun, then close every connection."""

    async def write(self, run: Callable[[Connection], R], patience: float) -> R:
        """Run `run` in one transaction, which is durable when this returns; once begun it is waited for.

        Raises whatever `run` raises (nothing is kept then), StillSaving when it could not begin within
        `patience` seconds, and DatabaseAway.
        """

    async def read(self, run: Callable[[Connection], R], *, brief: bool = False) -> R:
        """Run `run`, which only reads, beside everything else. Raises DatabaseAway.

        `brief` promises that it reads a page by an index: on SQLite it then begins on the loop's own thread,
        and may be begun once more on another.
        """

    def stream(self, run: Callable[[Connection], Iterator[R]], size: int) -> AsyncGenerator[list[R], None]:
        """What `run` yields as it reads, so many at a time: for what takes minutes. Raises DatabaseAway.

        One statement sees one moment. Close it (`contextlib.aclosing`) before its end, or come to its end.
        """

    def snapshot(self, run: Callable[[Connection], R]) -> R:
        """Run `run`, which only reads, on the database as it is at one moment; nobody is kept waiting."""

    def alter(self, change: Callable[[Connection], R]) -> R:
        """Change the schema, whole or not at all, and with no other bot doing so at the same time."""


def open_database(database_url: str) -> Database:
    """The database that an address names, as settings spell it; nothing is connected yet."""
    # Each brings its driver along, and a desk needs only one of them.
    if make_url(database_url).get_backend_name() == "postgresql":
        from bot.store.postgres import PostgresDatabase

        return PostgresDatabase(database_url)
    from bot.store.sqlite import SqliteDatabase

    return SqliteDatabase(database_url)
