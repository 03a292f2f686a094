"""Brings a database to the newest schema; run at every start and by `caseline migrate`."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from bot.store.store import database_path
from bot.store.writer import sqlite_engine


def upgrade(database_url: str, revision: str = "head") -> str:
    """Upgrade the database at `database_url` and return the revision that it has then."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    engine = sqlite_engine(database_path(database_url))
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            return MigrationContext.configure(connection).get_current_revision() or "nothing"
    finally:
        engine.dispose()
