"""Revisions of the playbook in the database, and the settings that its prompts and messages name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from bot.domain.ids import PersonId, WorkspaceId
from bot.domain.phone_calls import PhoneSettings, PlaybookRevision
from bot.domain.refusals import Reason, Refusal
from bot.store.at_once import insert_new
from bot.store.schema import people, phone_settings, playbook_revisions
from bot.store.work import Work

PACKAGED, DESK = "packaged", "desk"
PAGE = 8

# Asked at each step of a call, and built once.
_DIGEST = select(playbook_revisions.c.digest).where(
    playbook_revisions.c.workspace_id == bindparam("workspace"),
    playbook_revisions.c.revision == bindparam("revision"),
)
_SETTINGS = select(phone_settings.c.content, phone_settings.c.version).where(
    phone_settings.c.workspace_id == bindparam("workspace")
)


def newest(connection: Connection, workspace_id: WorkspaceId) -> PlaybookRevision | None:
    """The revision that counts; None before the first call. It is no secret: every bot goes by it."""
    found = revisions(connection, workspace_id, 1)
    return found[0] if found else None


def revisions(
    connection: Connection, workspace_id: WorkspaceId, limit: int = PAGE
) -> tuple[PlaybookRevision, ...]:
    """The newest revisions, newest first."""
    rows = connection.execute(
        select(
            playbook_revisions.c.revision,
            playbook_revisions.c.digest,
            playbook_revisions.c.source,
            playbook_revisions.c.goes_back_to,
            playbook_revisions.c.at,
            people.c.name,
        )
        .outerjoin(people, people.c.id == playbook_revisions.c.by_id)
        .where(playbook_revisions.c.workspace_id == workspace_id)
        .order_by(playbook_revisions.c.revision.desc())
        .limit(limit)
    )
    return tuple(
        PlaybookRevision(
            number=row.revision,
            digest=row.digest,
            at=row.at,
            by=row.name or "",
            goes_back_to=row.goes_back_to,
            is_packaged=row.source == PACKAGED,
        )
        for row in rows
    )


def count(connection: Connection, workspace_id: WorkspaceId) -> int:
    """How many revisions there are."""
    mine = playbook_revisions.c.workspace_id == workspace_id
    return connection.execute(select(func.count()).select_from(playbook_revisions).where(mine)).scalar_one()


def digest_of(connection: Connection, workspace_id: WorkspaceId, revision: int) -> str | None:
    """What tells this revision's playbook from others; None where there is no such revision."""
    asked = {"workspace": workspace_id, "revision": revision}
    found: str | None = connection.execute(_DIGEST, asked).scalar()
    return found


def texts_of(connection: Connection, workspace_id: WorkspaceId, revision: int) -> dict[str, str] | None:
    """The texts of a revision, by the names of its files; None where there is no such revision."""
    found: dict[str, str] | None = connection.execute(
        select(playbook_revisions.c.texts).where(
            playbook_revisions.c.workspace_id == workspace_id, playbook_revisions.c.revision == revision
        )
    ).scalar()
    return found


def add_revision(
    work: Work,
    number: int,
    digest: str,
    texts: Mapping[str, str],
    *,
    by: PersonId | None = None,
    goes_back_to: int | None = None,
) -> bool:
    """Write a revision; False when another bot or person has just written that number."""
    made = insert_new(work.connection, playbook_revisions).values(
        workspace_id=work.workspace_id,
        revision=number,
        digest=digest,
        texts=dict(texts),
        source=DESK if by is not None else PACKAGED,
        goes_back_to=goes_back_to,
        at=work.now,
        by_id=by,
    )
    return bool(work.connection.execute(made).rowcount == 1)


def settings(connection: Connection, workspace_id: WorkspaceId) -> PhoneSettings:
    """What was set; callers hear it, so it is no secret of anybody's."""
    row = connection.execute(_SETTINGS, {"workspace": workspace_id}).first()
    if row is None:
        return PhoneSettings()
    known = {one.name for one in fields(PhoneSettings)} - {"version"}
    kept: dict[str, Any] = {name: str(value) for name, value in row.content.items() if name in known}
    return PhoneSettings(**kept, version=row.version)


def save_settings(work: Work, wanted: PhoneSettings) -> None:
    """Keep settings; `wanted.version` is what somebody was looking at, 0 for none. SET_UP_MEANWHILE."""
    content = {name: value for name, value in asdict(wanted).items() if name != "version"}
    if wanted.version:
        mine = (phone_settings.c.workspace_id == work.workspace_id) & (
            phone_settings.c.version == wanted.version
        )
        change = update(phone_settings).where(mine)
        done = work.connection.execute(change.values(content=content, version=wanted.version + 1))
    else:
        row = insert_new(work.connection, phone_settings)
        done = work.connection.execute(row.values(workspace_id=work.workspace_id, content=content, version=1))
    if done.rowcount != 1:
        raise Refusal(Reason.SET_UP_MEANWHILE)
