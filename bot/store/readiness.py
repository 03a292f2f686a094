"""What an operator's probes ask the database: what waits in the outbox, and what is overdue."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from bot.domain.ids import WorkspaceId
from bot.store.schema import IS_DUE, IS_WAITING, due_times, outbox

LATE = timedelta(minutes=1)


def outbox_load(connection: Connection, workspace_id: WorkspaceId, now: datetime) -> tuple[int, float]:
    """How many rows wait in the outbox, and for how many real seconds the oldest has."""
    asked = select(func.count(), func.min(outbox.c.created_at)).where(
        outbox.c.workspace_id == workspace_id, IS_WAITING
    )
    waiting, oldest = connection.execute(asked).one()
    return waiting, (now - oldest).total_seconds() if oldest is not None else 0.0


def late_due_times(connection: Connection, workspace_id: WorkspaceId, now: datetime) -> int:
    """How many due times passed more than `LATE` before `now` (business time) and are not done."""
    asked = select(func.count()).where(
        due_times.c.workspace_id == workspace_id, IS_DUE, due_times.c.due_at < now - LATE
    )
    return connection.execute(asked).scalar_one()
