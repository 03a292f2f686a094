"""Which schema a database has, and how it gets the newest; starts, `caseline migrate` and probes ask."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

from bot.store.database import open_database

MIGRATIONS = Path(__file__).parent / "migrations"
NEWEST = "head"

_MARK = table("alembic_version", column("version_num"))


def upgrade(database_url: str, revision: str = NEWEST) -> str:
    """Upgrade the database at `database_url` and return the revision that it has then.

    Whole or not at all: raises what a migration raises, and leaves the database as it was before it. Of two
    bots that start at once, one upgrades and the other waits. Raises DatabaseAway.
    """

    def change(connection: Connection) -> str:
        if revision == NEWEST and current_revision(connection) == known_revisions()[0]:
            return known_revisions()[0]
        _migrate(connection, revision)
        return current_revision(connection) or "nothing"

    return open_database(database_url).alter(change)


def _migrate(connection: Connection, revision: str) -> None:
    # Here, because most starts have nothing to do, and Alembic costs them 0.2 s and 10 MiB.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def current_revision(connection: Connection) -> str | None:
    """The revision of a database; None where nothing was ever made in it."""
    if not inspect(connection).has_table(_MARK.name):
        return None
    found: str | None = connection.execute(select(_MARK.c.version_num)).scalar()
    return found


def known_revisions() -> tuple[str, ...]:
    """Every revision of this version, the newest first: their files are numbered in that order."""
    files = (MIGRATIONS / "versions").glob("[0-9]*_*.py")
    return tuple(sorted((file.name.partition("_")[0] for file in files), reverse=True))


def pending_migration(connection: Connection) -> str | None:
    """The revision of a database that lacks some of our migrations; None where it has them all.

    A revision that we do not know is a newer version's, which upgraded first: that is no reason to stop work.
    """
    revision, known = current_revision(connection), known_revisions()
    if revision is None:
        return "nothing"
    return None if revision == known[0] or revision not in known else revision
