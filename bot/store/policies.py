"""Revisions of the policy: what each says, where it came from and who made it. Replicas read the newest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.domain.ids import PersonId, WorkspaceId
from bot.store.at_once import insert_new
from bot.store.schema import people, policy_revisions
from bot.store.work import Work

Settings = Mapping[str, Mapping[str, Any]]
"""By table, then by setting; as they stand in JSON."""

FILE, DESK = "file", "desk"


@dataclass(frozen=True, kw_only=True)
class Revision:
    """One revision. `digest` is of the file under it, `own` what was set in the desk over that.

    `content` is all that it says, None for one of an older release.
    """

    number: int
    digest: str
    at: datetime
    source: str = FILE
    own: Settings
    content: Mapping[str, Any] | None
    by: str = ""


def newest(connection: Connection, workspace_id: WorkspaceId) -> Revision | None:
    """The revision that counts; None for a desk that was never started. It is no secret of anybody's."""
    row = connection.execute(
        select(policy_revisions, people.c.name)
        .outerjoin(people, people.c.id == policy_revisions.c.by_id)
        .where(policy_revisions.c.workspace_id == workspace_id)
        .order_by(policy_revisions.c.revision.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return Revision(
        number=row.revision,
        digest=row.digest,
        at=row.at,
        source=row.source,
        own=row.own or {},
        content=row.content,
        by=row.name or "",
    )


def newest_number(connection: Connection, workspace_id: WorkspaceId) -> int | None:
    """The number of the revision that counts: what every bot asks at every beat."""
    mine = policy_revisions.c.workspace_id == workspace_id
    asked = select(policy_revisions.c.revision).where(mine).order_by(policy_revisions.c.revision.desc())
    found: int | None = connection.execute(asked.limit(1)).scalar()
    return found


def add_revision(
    work: Work,
    number: int,
    digest: str,
    content: Mapping[str, Any],
    *,
    own: Settings,
    source: str,
    by: PersonId | None = None,
) -> bool:
    """Write a revision; False when another bot or person has just written that number."""
    row = {
        "workspace_id": work.workspace_id,
        "revision": number,
        "digest": digest,
        "at": work.now,
        "source": source,
        "own": dict(own),
        "content": dict(content),
        "by_id": by,
    }
    made = insert_new(work.connection, policy_revisions).values(**row)
    return bool(work.connection.execute(made).rowcount == 1)


def fill_in(work: Work, number: int, content: Mapping[str, Any]) -> None:
    """Say what a revision of an older release says."""
    mine = (policy_revisions.c.workspace_id == work.workspace_id) & (policy_revisions.c.revision == number)
    work.connection.execute(policy_revisions.update().where(mine).values(content=dict(content), own={}))
