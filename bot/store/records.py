"""What was said and what happened: comments and the append-only history of cases and people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select

from bot.domain.cases import ChangeKind, Comment
from bot.domain.commands import Audience
from bot.domain.ids import (
    AccountId,
    CaseId,
    ChannelId,
    CommentId,
    HistoryId,
    MessageTs,
    PersonId,
    TeamId,
)
from bot.domain.pages import HistoryEntry
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act, allowed
from bot.store.cases import ref, visible
from bot.store.schema import cases, comments, history, people
from bot.store.work import Work

_SAY = insert(comments).returning(comments.c.id)
_APPEND = insert(history).returning(history.c.id)

Changes = Mapping[str, tuple[str | None, str | None]]


def insert_comment(
    work: Work,
    case_id: CaseId,
    author: Person,
    audience: Audience,
    text: str,
    said_in: tuple[ChannelId, MessageTs] | None = None,
    *,
    by_mail: bool = False,
    mail_contact: bool = False,
) -> CommentId:
    """Keep a comment; `said_in` names the Slack message that it is, if it was said in a thread."""
    channel, ts = said_in or (None, None)
    row = {
        "workspace_id": work.workspace_id,
        "case_id": case_id,
        "author_id": author.id,
        "audience": audience.value,
        "text": text,
        "channel": channel,
        "ts": ts,
        "by_mail": by_mail,
        "mail_contact": mail_contact,
        "created_at": work.now,
    }
    return CommentId(work.connection.execute(_SAY, row).scalar_one())


def readable(viewer: Viewer, audience: Any) -> Any:
    """Which audiences a viewer belongs to, as SQL over the column `audience`."""
    internal = [Audience.INTERNAL.value] if allowed(Act.READ_INTERNAL, viewer.person) else []
    return audience.in_([Audience.PUBLIC.value, *internal])


def newest_comments(
    connection: Connection, viewer: Viewer, case_id: CaseId, limit: int
) -> tuple[tuple[Comment, ...], int]:
    """The newest comments of a case that the viewer may read, oldest first, and how many there are."""
    mine = (
        visible(viewer)
        & (comments.c.case_id == case_id)
        & (comments.c.case_id == cases.c.id)
        & readable(viewer, comments.c.audience)
    )
    rows = connection.execute(_comments().where(mine).order_by(comments.c.id.desc()).limit(limit)).all()
    counted = select(func.count()).select_from(comments.join(cases)).where(mine)
    return tuple(_comment(row) for row in reversed(rows)), connection.execute(counted).scalar_one()


def comment_by_id(connection: Connection, viewer: Viewer, comment_id: CommentId) -> Comment | None:
    mine = visible(viewer) & (comments.c.id == comment_id) & readable(viewer, comments.c.audience)
    row = connection.execute(_comments().where(mine)).first()
    return _comment(row) if row else None


def _comments() -> Select[Any]:
    return (
        select(comments, people.c.name.label("author_name"), people.c.slack_user_id.label("author_slack"))
        .select_from(comments)
        .join(cases, cases.c.id == comments.c.case_id)
        .join(people, people.c.id == comments.c.author_id)
    )


def _comment(row: Row[Any]) -> Comment:
    author = ref(row.author_id, row.author_slack, row.author_name)
    assert author is not None  # the join and NOT NULL say so
    return Comment(
        id=CommentId(row.id),
        case_id=CaseId(row.case_id),
        author=author,
        audience=Audience(row.audience),
        text=row.text,
        at=row.created_at,
        by_mail=row.by_mail,
    )


def insert_history(
    work: Work,
    kind: str,
    *,
    actor_id: PersonId | None,
    audience: Audience,
    changes: Changes,
    case_id: CaseId | None = None,
    person_id: PersonId | None = None,
    comment_id: CommentId | None = None,
    account_id: AccountId | None = None,
    team_id: TeamId | None = None,
) -> HistoryId:
    """Append one row. `changes` maps a field to (before, after); (None, None) for text that people wrote."""
    row = {
        "workspace_id": work.workspace_id,
        "case_id": case_id,
        "person_id": person_id,
        "account_id": account_id,
        "team_id": team_id,
        "comment_id": comment_id,
        "at": work.now,
        "kind": kind,
        "actor_id": actor_id,
        "source": "person" if actor_id is not None else "rule",
        "call_key": work.stamp.key.name if work.stamp.key else None,
        "policy_revision": work.stamp.policy_revision,
        "audience": audience.value,
        "changes": {field: list(change) for field, change in changes.items()},
    }
    return HistoryId(work.connection.execute(_APPEND, row).scalar_one())


def history_entry(
    connection: Connection, viewer: Viewer, history_id: HistoryId
) -> tuple[HistoryEntry, CommentId | None] | None:
    """One row of a case's history, if the viewer may see it, and the comment that it tells of."""
    row = connection.execute(_history(viewer).where(history.c.id == history_id)).first()
    return (_entry(row), row.comment_id) if row else None


def history_page(
    connection: Connection, viewer: Viewer, case_id: CaseId, start: HistoryId | None, limit: int
) -> tuple[HistoryEntry, ...]:
    """Rows of a case's history, newest first, from `start` (included) on downwards."""
    rows = _history(viewer).where(history.c.case_id == case_id)
    if start is not None:
        rows = rows.where(history.c.id <= start)
    found = connection.execute(rows.order_by(history.c.id.desc()).limit(limit)).all()
    return tuple(_entry(row) for row in found)


def history_ids_above(
    connection: Connection, viewer: Viewer, case_id: CaseId, start: HistoryId, limit: int
) -> tuple[HistoryId, ...]:
    """The ids of the rows just newer than `start`, nearest first: where the page before begins."""
    rows = _history(viewer).where(history.c.case_id == case_id, history.c.id > start)
    found = connection.execute(rows.order_by(history.c.id).limit(limit)).all()
    return tuple(HistoryId(row.id) for row in found)


def count_history(connection: Connection, viewer: Viewer, case_id: CaseId) -> int:
    rows = _history(viewer).where(history.c.case_id == case_id).subquery()
    return connection.execute(select(func.count()).select_from(rows)).scalar_one()


def _history(viewer: Viewer) -> Select[Any]:
    return (
        select(history, people.c.name.label("actor_name"), people.c.slack_user_id.label("actor_slack"))
        .join(cases, cases.c.id == history.c.case_id)
        .join(people, people.c.id == history.c.actor_id)
        .where(visible(viewer), readable(viewer, history.c.audience))
    )


def _entry(row: Row[Any]) -> HistoryEntry:
    actor = ref(row.actor_id, row.actor_slack, row.actor_name)
    assert actor is not None  # the join says so
    return HistoryEntry(
        id=HistoryId(row.id),
        at=row.at,
        kind=ChangeKind(row.kind),
        actor=actor,
        audience=Audience(row.audience),
        changes={field: (change[0], change[1]) for field, change in row.changes.items()},
    )
