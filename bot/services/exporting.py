"""Exports of cases: asked for by a command, made behind it for the same person, page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.domain.commands import Audience
from bot.domain.exports import ExportedCase, ExportedComment
from bot.domain.ids import CallKey, CaseId, CommentId, SlackUserId
from bot.domain.people import Viewer
from bot.domain.permissions import Act, require
from bot.domain.receipts import Receipt
from bot.services.desk import Desk, actor
from bot.store import records
from bot.store.exports import exported_cases, exported_comments
from bot.store.outbox import Announcement, Kind, announce, is_waiting
from bot.store.work import Connection, Work

PAGE = 500
"""Rows of one read: few enough that nothing else waits for it."""


async def ask(desk: Desk, by: SlackUserId, key: CallKey) -> Receipt:
    """`/case export`: the files come as a direct message. Raises NOT_SET_UP or NOT_YOUR_ROLE.

    Who asks again while theirs are being made gets one set of files.
    """

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.EXPORT_CASES, person)
        if not is_waiting(work, Kind.EXPORT, person.id):
            records.insert_history(
                work,
                "cases_exported",
                actor_id=person.id,
                audience=Audience.INTERNAL,
                changes={},
                person_id=person.id,
                account_id=person.account_id,
            )
            announce(
                work, Announcement(kind=Kind.EXPORT, conversation=person.slack_user_id, person_id=person.id)
            )
        return Receipt()

    return await desk.write(unit, key)


async def case_pages(desk: Desk, by: SlackUserId) -> AsyncIterator[tuple[ExportedCase, ...]]:
    """Every case that they may export, as things are now: whoever has lost the right gets nothing.

    Raises NOT_SET_UP or NOT_YOUR_ROLE, at each page.
    """
    after = CaseId(0)
    while True:

        def query(connection: Connection, viewer: Viewer, start: CaseId = after) -> tuple[ExportedCase, ...]:
            require(Act.EXPORT_CASES, viewer.person)
            return exported_cases(connection, viewer, start, PAGE)

        page = await desk.read(query, by)
        if not page:
            return
        yield page
        after = page[-1].id


async def comment_pages(desk: Desk, by: SlackUserId) -> AsyncIterator[tuple[ExportedComment, ...]]:
    """Every comment on them that they may read; raises what `case_pages` raises."""
    after = CommentId(0)
    while True:

        def query(
            connection: Connection, viewer: Viewer, start: CommentId = after
        ) -> tuple[ExportedComment, ...]:
            require(Act.EXPORT_CASES, viewer.person)
            return exported_comments(connection, viewer, start, PAGE)

        page = await desk.read(query, by)
        if not page:
            return
        yield page
        after = page[-1].id
