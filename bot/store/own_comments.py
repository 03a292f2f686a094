"""Comments that change after they were said: their versions, and where the bot has put them in Slack."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from bot.domain.cases import Comment
from bot.domain.ids import ChannelId, CommentId, MessageTs, PersonId
from bot.domain.people import Viewer
from bot.store.cases import visible
from bot.store.records import readable
from bot.store.schema import cases, comment_versions, comments
from bot.store.search_index import index_comment
from bot.store.work import Work


class Version(NamedTuple):
    """What a comment said before an edit, by whom, and when it was written."""

    version: int
    author_id: PersonId
    text: str
    at: datetime


def save_edit(work: Work, comment: Comment, text: str) -> bool:
    """Write what a comment says now and keep what it said; False when somebody has edited it meanwhile."""
    mine = (comments.c.workspace_id == work.workspace_id) & (comments.c.id == comment.id)
    as_seen = mine & (comments.c.version == comment.version) & comments.c.deleted_at.is_(None)
    changed = update(comments).where(as_seen)
    values = {"text": text, "version": comment.version + 1, "edited_at": work.now}
    if work.connection.execute(changed.values(**values)).rowcount != 1:
        return False
    before = {
        "workspace_id": work.workspace_id,
        "comment_id": comment.id,
        "version": comment.version,
        "author_id": comment.author.id,
        "text": comment.text,
        "at": comment.edited_at or comment.at,
    }
    work.connection.execute(insert(comment_versions), before)
    index_comment(work, comment.id, comment.case_id, comment.audience, text)
    return True


def versions_of(connection: Connection, viewer: Viewer, comment_id: CommentId) -> tuple[Version, ...]:
    """What a comment said before its edits, oldest first, for those who may read the comment."""
    mine = visible(viewer) & (comments.c.id == comment_id) & readable(viewer, comments.c.audience)
    rows = connection.execute(
        select(comment_versions)
        .select_from(comments.join(cases))
        .join(comment_versions, comment_versions.c.comment_id == comments.c.id)
        .where(mine)
        .order_by(comment_versions.c.version)
    )
    return tuple(Version(row.version, PersonId(row.author_id), row.text, row.at) for row in rows)


def set_posted(work: Work, comment_id: CommentId, channel: ChannelId, ts: MessageTs) -> None:
    """Remember which message of the bot's a comment is."""
    mine = (comments.c.workspace_id == work.workspace_id) & (comments.c.id == comment_id)
    work.connection.execute(update(comments).where(mine).values(posted_channel=channel, posted_ts=ts))


def posted(
    connection: Connection, viewer: Viewer, comment_id: CommentId
) -> tuple[ChannelId, MessageTs] | None:
    """Which message of the bot's a comment is; None for one that the bot has not posted (yet)."""
    mine = visible(viewer) & (comments.c.id == comment_id) & readable(viewer, comments.c.audience)
    columns = (comments.c.posted_channel, comments.c.posted_ts)
    row = connection.execute(select(*columns).select_from(comments.join(cases)).where(mine)).first()
    if row is None or row.posted_ts is None:
        return None
    return ChannelId(row.posted_channel), MessageTs(row.posted_ts)
