"""Chat threads that became cases: kept with what of them could be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.domain.cases import Case
from bot.domain.commands import Audience
from bot.domain.ids import CaseId, ChannelId, CommentId, MessageTs, WorkspaceId
from bot.domain.people import Role
from bot.domain.threads import ThreadPlace
from bot.store.at_once import insert_new
from bot.store.schema import IS_WAITING, comments, outbox, people, threads
from bot.store.work import Work


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How far the reading of a thread is. `read_to` is the last message that was read, None at the start."""

    place: ThreadPlace
    read_to: MessageTs | None
    total: int
    captured: int
    unreadable: Mapping[str, int]
    audience: Audience | None
    permalink: str | None
    noted: bool


def insert_thread(work: Work, case_id: CaseId, place: ThreadPlace) -> bool:
    """Make a thread a case's; False where it is one already."""
    row = insert_new(work.connection, threads).values(
        workspace_id=work.workspace_id,
        case_id=case_id,
        channel=place.channel,
        root_ts=place.ts,
        total=0,
        captured=0,
        unreadable={},
        created_at=work.now,
    )
    return bool(work.connection.execute(row).rowcount)


def reading_of(connection: Connection, case_id: CaseId) -> Reading | None:
    """How far the thread of a case is read; for whoever reads on."""
    row = connection.execute(select(threads).where(threads.c.case_id == case_id)).first()
    return _reading(row) if row else None


def _reading(row: Row[Any]) -> Reading:
    return Reading(
        place=ThreadPlace(channel=ChannelId(row.channel), ts=MessageTs(row.root_ts)),
        read_to=MessageTs(row.read_to) if row.read_to else None,
        total=row.total,
        captured=row.captured,
        unreadable=row.unreadable,
        audience=Audience(row.audience) if row.audience else None,
        permalink=row.permalink,
        noted=row.note_ts is not None,
    )


def set_thread(work: Work, case_id: CaseId, **values: object) -> None:
    """Write what has become known of a case's thread, by the columns of the table."""
    work.connection.execute(update(threads).where(threads.c.case_id == case_id).values(**values))


def cases_in(connection: Connection, workspace_id: WorkspaceId, channel: ChannelId) -> list[CaseId]:
    """The cases whose threads stand in a channel; which ones, and nothing of them."""
    mine = (threads.c.workspace_id == workspace_id) & (threads.c.channel == channel)
    found = connection.execute(select(threads.c.case_id).where(mine).order_by(threads.c.case_id))
    return [CaseId(one) for one in found.scalars()]


def hurry(work: Work, conversation: str) -> bool:
    """Let what waits in a conversation go at once, for what it waited for may have come; was there any?"""
    mine = (outbox.c.workspace_id == work.workspace_id) & (outbox.c.conversation == conversation)
    waiting = update(outbox).where(mine, IS_WAITING)
    return bool(work.connection.execute(waiting.values(not_before=work.stamp.real_now)).rowcount)


def customers_of(work: Work, case: Case) -> frozenset[str]:
    """The Slack ids of the people of a case's account: who of them is in a channel decides its audience."""
    roles = (Role.DSC.value, Role.COMMUNITY.value)
    mine = (people.c.account_id == case.account_id) & people.c.role.in_(roles)
    return frozenset(work.connection.execute(select(people.c.slack_user_id).where(mine)).scalars())


def comments_at(
    work: Work, channel: ChannelId, stamps: list[MessageTs]
) -> dict[str, tuple[CommentId, CaseId]]:
    """Which messages of a channel are comments already, and of which case, by their time stamps."""
    here = (comments.c.workspace_id == work.workspace_id) & (comments.c.channel == channel)
    found = work.connection.execute(
        select(comments.c.ts, comments.c.id, comments.c.case_id).where(here, comments.c.ts.in_(stamps))
    )
    return {row.ts: (CommentId(row.id), CaseId(row.case_id)) for row in found}
