"""What was said in Slack about a case: where a thread belongs, messages as comments, what they said."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from bot.domain.commands import Audience
from bot.domain.ids import CaseId, ChannelId, CommentId, MessageTs, PersonId, WorkspaceId
from bot.domain.talk import Said, Wording, instant
from bot.store.cases import by_thread
from bot.store.schema import comment_versions, comments, threads
from bot.store.work import Work


@dataclass(frozen=True, kw_only=True)
class Whereabouts:
    """The case that a message belongs to. `comment_id` where it is known already as a comment.

    `thread_id` says that it stands in a thread that became the case, and not in the thread of its card;
    `audience` is that thread's, None until it is known who is in the channel.
    """

    case_id: CaseId
    comment_id: CommentId | None = None
    thread_id: int | None = None
    audience: Audience | None = None


def whereabouts(
    connection: Connection,
    workspace_id: WorkspaceId,
    channel: ChannelId,
    ts: MessageTs | None,
    thread_ts: MessageTs,
) -> Whereabouts | None:
    """Which case a message belongs to, if any. No viewer: it tells nothing of the case."""
    known = None
    if ts is not None:
        here = (comments.c.workspace_id == workspace_id) & (comments.c.channel == channel)
        mine = select(comments.c.id, comments.c.case_id).where(here, comments.c.ts == ts)
        known = connection.execute(mine).first()
    became = (threads.c.workspace_id == workspace_id) & (threads.c.channel == channel)
    thread = connection.execute(
        select(threads.c.id, threads.c.case_id, threads.c.audience).where(
            became, threads.c.root_ts == thread_ts
        )
    ).first()
    of_card = None if known or thread else by_thread(connection, workspace_id, channel, thread_ts)
    if known is None and thread is None and of_card is None:
        return None
    if of_card is None:
        of_card = CaseId(known.case_id if known else thread.case_id)  # type: ignore[union-attr]
    return Whereabouts(
        case_id=of_card,
        comment_id=CommentId(known.id) if known else None,
        thread_id=thread.id if thread and thread.case_id == of_card else None,
        audience=Audience(thread.audience) if thread and thread.audience else None,
    )


def said(work: Work, comment_id: CommentId) -> Said:
    """All that is known of the message that a comment is. Hold its case before."""
    row = work.connection.execute(select(comments).where(comments.c.id == comment_id)).one()
    earlier = work.connection.execute(
        select(comment_versions.c.at, comment_versions.c.text)
        .where(comment_versions.c.comment_id == comment_id)
        .order_by(comment_versions.c.at)
    ).all()
    now = row.edited_at or (instant(row.ts) if row.ts else row.created_at)
    wordings = [Wording(at=one.at, text=one.text) for one in earlier]
    return Said(wordings=(*wordings, Wording(at=now, text=row.text)), deleted_at=row.deleted_at)


def set_said(work: Work, comment_id: CommentId, author_id: PersonId, known: Said) -> None:
    """Write what is known of a message over what was known before."""
    said_now = update(comments).where(comments.c.id == comment_id)
    work.connection.execute(
        said_now.values(
            text=known.text, version=known.version, edited_at=known.edited_at, deleted_at=known.deleted_at
        )
    )
    work.connection.execute(delete(comment_versions).where(comment_versions.c.comment_id == comment_id))
    insert_versions(work, comment_id, author_id, known)


def insert_versions(work: Work, comment_id: CommentId, author_id: PersonId, known: Said) -> None:
    """Keep what a message said before it was edited."""
    rows = [
        {
            "workspace_id": work.workspace_id,
            "comment_id": comment_id,
            "version": number,
            "author_id": author_id,
            "text": wording.text,
            "at": wording.at,
        }
        for number, wording in enumerate(known.wordings[:-1], start=1)
    ]
    if rows:
        work.connection.execute(insert(comment_versions), rows)


def author_of(work: Work, comment_id: CommentId) -> PersonId:
    found = select(comments.c.author_id).where(comments.c.id == comment_id)
    return PersonId(work.connection.execute(found).scalar_one())
