"""Cases and comments for an export, read as a stream and through the eyes of whoever asked for it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from bot.domain.commands import Audience
from bot.domain.exports import ExportedCase, ExportedComment
from bot.domain.ids import CaseId, CaseNumber, CommentId
from bot.domain.people import Viewer
from bot.store.cases import visible
from bot.store.records import readable
from bot.store.schema import accounts, cases, comments, people, teams

_owner = people.alias("owner")
_creator = people.alias("creator")


CHUNK = 500
"""Rows that are fetched at once: few enough that nothing else waits for it."""


def exported_cases(connection: Connection, viewer: Viewer) -> Iterator[ExportedCase]:
    """The cases that the viewer may see, oldest first."""
    query = (
        select(
            cases,
            accounts.c.name.label("account"),
            teams.c.name.label("team"),
            _owner.c.name.label("owner"),
            _creator.c.name.label("creator"),
        )
        .join(accounts, accounts.c.id == cases.c.account_id)
        .join(_creator, _creator.c.id == cases.c.creator_id)
        .outerjoin(_owner, _owner.c.id == cases.c.owner_id)
        .outerjoin(teams, teams.c.id == cases.c.team_id)
        .where(visible(viewer))
        .order_by(cases.c.id)
    )
    for row in connection.execute(query, execution_options={"yield_per": CHUNK}):
        yield ExportedCase(
            id=CaseId(row.id),
            number=CaseNumber(row.number),
            title=row.title,
            description=row.description,
            status=row.status,
            severity=row.severity,
            kind=row.kind,
            business_impact=row.business_impact,
            account=row.account,
            org_id_or_mid=row.org_id_or_mid,
            owner=row.owner or "",
            opened_by=row.creator,
            contact_name=row.contact_name,
            contact_email=row.contact_email,
            contact_phone=row.contact_phone,
            timezone=row.timezone,
            resolution=row.resolution,
            team=(row.team or "") if viewer.is_staff else "",
            opened_at=row.created_at,
            changed_at=row.updated_at,
            closed_at=row.closed_at,
        )


def exported_comments(connection: Connection, viewer: Viewer) -> Iterator[ExportedComment]:
    """The comments that the viewer may read, oldest first; of a deleted one there is nothing to read."""
    query = (
        select(
            comments.c.id,
            cases.c.number,
            comments.c.created_at,
            comments.c.audience,
            comments.c.text,
            people.c.name.label("author"),
        )
        .select_from(comments)
        .join(cases, cases.c.id == comments.c.case_id)
        .join(people, people.c.id == comments.c.author_id)
        .where(visible(viewer), readable(viewer, comments.c.audience))
        .where(comments.c.deleted_at.is_(None))
        .order_by(comments.c.id)
    )
    for row in connection.execute(query, execution_options={"yield_per": CHUNK}):
        yield ExportedComment(
            id=CommentId(row.id),
            number=CaseNumber(row.number),
            at=row.created_at,
            author=row.author,
            audience=Audience(row.audience),
            text=row.text,
        )
