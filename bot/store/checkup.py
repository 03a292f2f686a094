"""What a database is and which form it has; `/desk health` and `caseline doctor` ask."""

from __future__ import annotations

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.store.migrate import MIGRATIONS

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def database_name(connection: Connection) -> str:
    """The product's name, as people write it."""
    return NAMES.get(connection.dialect.name, connection.dialect.name)


def revision(connection: Connection) -> str | None:
    """The revision of the schema; None for a database in which nothing was ever made."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str:
    """The revision that this version makes."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config).get_current_head() or "nothing"
