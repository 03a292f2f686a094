"""What an operator's probes ask the database: its migrations, and what waits in the outbox."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, column, func, select, table

from bot.domain.ids import WorkspaceId
from bot.store.migrate import MIGRATIONS
from bot.store.schema import IS_WAITING, outbox


def pending_migration(connection: Connection) -> str | None:
    """The revision of a database that lacks some of our migrations; None where it has them all.

    A revision that we do not know is a newer version's, which upgraded first: that is no reason to stop work.
    """
    # By hand, because Alembic writes two lines into the log each time, and probes come every few seconds.
    revision = connection.execute(
        select(column("version_num")).select_from(table("alembic_version"))
    ).scalar()
    known = _revisions()
    if revision is None:
        return "nothing"
    return None if revision == known[0] or revision not in known else str(revision)


@cache
def _revisions() -> tuple[str, ...]:
    """Every revision of this version, the newest first."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return tuple(script.revision for script in ScriptDirectory.from_config(config).walk_revisions())


def outbox_load(connection: Connection, workspace_id: WorkspaceId, now: datetime) -> tuple[int, float]:
    """How many rows wait in the outbox, and for how many real seconds the oldest has."""
    asked = select(func.count(), func.min(outbox.c.created_at)).where(
        outbox.c.workspace_id == workspace_id, IS_WAITING
    )
    waiting, oldest = connection.execute(asked).one()
    return waiting, (now - oldest).total_seconds() if oldest is not None else 0.0
