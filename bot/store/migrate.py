"""Brings a database to the newest schema; run at every start and by `caseline migrate`."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from bot.store.store import database_path
from bot.store.writer import sqlite_engine

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database_url: str, revision: str = "head") -> str:
    """Upgrade the database at `database_url` and return the revision that it has then.

    Whole or not at all: raises what a migration raises, and leaves the database as it was before it.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = sqlite_engine(database_path(database_url))
    try:
        with engine.connect() as connection:
            # To change a table, SQLite builds it anew and drops the old one, to which others refer meanwhile.
            # `env.py` checks all references before it commits. (Inside a transaction this has no effect.)
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            return MigrationContext.configure(connection).get_current_revision() or "nothing"
    finally:
        engine.dispose()
