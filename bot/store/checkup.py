"""What a database is, whether it can be used, and a copy of it; `/desk health`, `doctor` and `backup` ask."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bot.store.migrate import current_revision

SERVER_SECONDS = 5.0
"""How long a database server may take to answer when it is only asked whether it is there."""

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def database_name(connection: Connection) -> str:
    """The product's name, as people write it."""
    return NAMES.get(connection.dialect.name, connection.dialect.name)


@dataclass(frozen=True, kw_only=True)
class Checkup:
    """What became of trying a database. `wrong` is why it cannot be used, None if it can.

    `where` names it without its password; `revision` is None where nothing was made in it yet.
    """

    kind: str
    where: str
    wrong: str | None = None
    revision: str | None = None


def is_writable(folder: Path) -> bool:
    """Whether files can be made in a folder: it is tried, with one that has no name and is gone at once."""
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


async def try_database(database_url: str) -> Checkup:
    """Look whether a database can be reached and written to, and which form it has. Nothing is changed."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return await asyncio.to_thread(_try_file, Path(url.database or ""))
    return await _try_server(database_url)


def _try_file(path: Path) -> Checkup:
    where = str(path)
    if not path.exists():
        folder = next(one for one in path.absolute().parents if one.exists())
        wrong = None if is_writable(folder) else f"nothing can be made in {folder}"
        return Checkup(kind="SQLite", where=where, wrong=wrong)
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)
        ) as connection:
            connection.isolation_level = None
            connection.execute("PRAGMA busy_timeout=3000")
            connection.execute("BEGIN IMMEDIATE")
            known = connection.execute(
                "SELECT name FROM sqlite_master WHERE name = 'alembic_version'"
            ).fetchone()
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if known else None
            connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        return Checkup(kind="SQLite", where=where, wrong=str(error))
    return Checkup(kind="SQLite", where=where, revision=row[0] if row else None)


async def _try_server(database_url: str) -> Checkup:
    # They bring a driver along, and what it needs, for PostgreSQL alone.
    from sqlalchemy.ext.asyncio import create_async_engine

    from bot.store.postgres import address_of

    url, options = address_of(database_url)
    where = f"{url.host or 'this machine'}/{url.database}"
    engine = create_async_engine(url, connect_args=options, hide_parameters=True)
    try:
        async with asyncio.timeout(SERVER_SECONDS), engine.connect() as connection:
            wrong, found = await connection.run_sync(_ask_server)
    except TimeoutError:
        return Checkup(kind="PostgreSQL", where=where, wrong=f"no answer within {SERVER_SECONDS:g} seconds")
    except (DBAPIError, OSError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        return Checkup(kind="PostgreSQL", where=where, wrong=str(reason).partition("\n")[0])
    finally:
        await engine.dispose()
    return Checkup(kind="PostgreSQL", where=where, wrong=wrong, revision=found)


def _ask_server(connection: Connection) -> tuple[str | None, str | None]:
    """Why it cannot be written to, if so, and its revision."""
    if connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar_one():
        return "it is a replica that only reads", current_revision(connection)
    may = "SELECT has_schema_privilege(current_schema(), 'CREATE')"
    if not connection.exec_driver_sql(may).scalar_one():
        return "this user may not make tables in it", current_revision(connection)
    return None, current_revision(connection)


def back_up(database_url: str, target: Path) -> int:
    """Copy an SQLite database, also while a bot works on it, to a new file; how many cases the copy holds.

    In the copy, what waits to be sent is marked as perhaps sent: most of it will be by the time that the
    copy is used, and a bot looks up before it sends such a row. Raises OSError and sqlite3.Error.
    """
    source = Path(make_url(database_url).database or "")
    half = target.with_name(f"{target.name}.part")
    half.unlink(missing_ok=True)
    half.touch(mode=0o600)
    try:
        with (
            contextlib.closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as here,
            contextlib.closing(sqlite3.connect(half)) as there,
        ):
            here.backup(there, pages=1000)
            there.execute("PRAGMA journal_mode=DELETE")
            there.execute("UPDATE outbox SET state = 'sending' WHERE state = 'pending'")
            there.commit()
            [(found,)] = there.execute("PRAGMA integrity_check(1)").fetchall()
            if found != "ok":
                raise sqlite3.DatabaseError(f"the copy is damaged: {found}")
            [count] = there.execute("SELECT count(*) FROM cases").fetchone()
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    return int(count)


def is_server(database_url: str) -> bool:
    """Whether the database is kept by a server of its own, which brings its own tools for backups."""
    return make_url(database_url).get_backend_name() != "sqlite"
