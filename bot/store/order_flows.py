"""The flows that a team has published, in numbered revisions; the packaged ones have no row."""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot.domain.commerce.flow_pages import FlowRevision
from bot.domain.commerce.flows import FlowKind
from bot.domain.ids import PersonId, WorkspaceId
from bot.store.at_once import insert_new
from bot.store.schema import people
from bot.store.schema_requests import flow_revisions
from bot.store.work import Work

PAGE = 8


def newest(connection: Connection, workspace_id: WorkspaceId, kind: FlowKind) -> FlowRevision | None:
    """The revision that counts; None where nobody published one. It is no secret: every act goes by it."""
    return next(iter(revisions(connection, workspace_id, kind, 1)), None)


def revisions(
    connection: Connection, workspace_id: WorkspaceId, kind: FlowKind, limit: int = PAGE
) -> tuple[FlowRevision, ...]:
    """The newest revisions, newest first."""
    mine = (flow_revisions.c.workspace_id == workspace_id) & (flow_revisions.c.kind == kind.value)
    rows = connection.execute(
        select(flow_revisions, people.c.name)
        .join(people, people.c.id == flow_revisions.c.by_id)
        .where(mine)
        .order_by(flow_revisions.c.revision.desc())
        .limit(limit)
    )
    return tuple(
        FlowRevision(
            number=row.revision,
            digest=row.digest,
            text=row.text,
            at=row.at,
            by=row.name,
            goes_back_to=row.goes_back_to,
        )
        for row in rows
    )


def text_of(connection: Connection, workspace_id: WorkspaceId, kind: FlowKind, revision: int) -> str | None:
    """The text of a revision; None where there is none of that number."""
    mine = (flow_revisions.c.workspace_id == workspace_id) & (flow_revisions.c.kind == kind.value)
    found: str | None = connection.execute(
        select(flow_revisions.c.text).where(mine, flow_revisions.c.revision == revision)
    ).scalar()
    return found


def add(
    work: Work,
    kind: FlowKind,
    number: int,
    digest: str,
    text: str,
    by: PersonId,
    goes_back_to: int | None = None,
) -> bool:
    """Write a revision; False when somebody else has just written that number."""
    row = insert_new(work.connection, flow_revisions).values(
        workspace_id=work.workspace_id,
        kind=kind.value,
        revision=number,
        digest=digest,
        text=text,
        goes_back_to=goes_back_to,
        at=work.now,
        by_id=by,
    )
    return bool(work.connection.execute(row).rowcount == 1)
