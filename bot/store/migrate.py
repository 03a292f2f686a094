"""Brings a database to the newest schema; run at every start and by `caseline migrate`."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from bot.store.database import open_database

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database_url: str, revision: str = "head") -> str:
    """Upgrade the database at `database_url` and return the revision that it has then.

    Whole or not at all: raises what a migration raises, and leaves the database as it was before it. Of two
    bots that start at once, one upgrades and the other waits. Raises DatabaseAway.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    def change(connection: Connection) -> str:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        return MigrationContext.configure(connection).get_current_revision() or "nothing"

    return open_database(database_url).alter(change)
