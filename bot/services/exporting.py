"""Exports of cases: asked for by a command, made behind it for the same person, as a stream."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import TypeVar

from bot.domain.commands import Audience
from bot.domain.commerce.queue_filters import ReviewFilter, read_reviews
from bot.domain.commerce.review_queue import ExportedReview
from bot.domain.exports import ExportedCase, ExportedComment
from bot.domain.ids import CallKey, HistoryId, SlackUserId
from bot.domain.people import Viewer
from bot.domain.permissions import Act, require
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.services.desk import Desk, actor
from bot.store import product_reviews, records
from bot.store.exports import exported_cases, exported_comments
from bot.store.outbox import Announcement, Kind, announce, is_waiting
from bot.store.work import Connection, Query, Work

R = TypeVar("R")

PAGE = 500
"""Rows between two looks at whoever asked."""


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


def case_pages(desk: Desk, by: SlackUserId) -> AsyncGenerator[list[ExportedCase], None]:
    """Every case that they may export, as of one moment.

    Whoever asked is looked at again before each page: who has lost the right gets no more. Raises NOT_SET_UP,
    NOT_YOUR_ROLE or SET_UP_MEANWHILE.
    """
    return _pages(desk, by, exported_cases)


def comment_pages(desk: Desk, by: SlackUserId) -> AsyncGenerator[list[ExportedComment], None]:
    """Every comment on them that they may read; raises what `case_pages` raises."""
    return _pages(desk, by, exported_comments)


async def reviews_asked(desk: Desk, by: SlackUserId, history_id: HistoryId) -> ReviewFilter:
    """Which reviews somebody asked for. Raises NOT_SET_UP or NOT_YOUR_ROLE."""

    def query(connection: Connection, viewer: Viewer) -> ReviewFilter:
        require(Act.EXPORT_REVIEWS, viewer.person)
        return read_reviews(product_reviews.asked_in(connection, viewer, history_id))

    return await desk.read(query, by)


def review_pages(
    desk: Desk, by: SlackUserId, asked: ReviewFilter
) -> AsyncGenerator[list[ExportedReview], None]:
    """The product reviews of a filter; raises what `case_pages` raises."""
    return _pages(desk, by, product_reviews.exported_reviews(asked), _review_exporter)


async def _pages(
    desk: Desk, by: SlackUserId, rows: Query[Iterator[R]], exporter: Query[Viewer] | None = None
) -> AsyncGenerator[list[R], None]:
    looked = exporter or _exporter
    began = await desk.read(looked, by)
    async with aclosing(desk.store.stream(rows, began, PAGE)) as pages:
        async for page in pages:
            now = await desk.read(looked, by)
            if (now.role, now.account_id) != (began.role, began.account_id):
                raise Refusal(Reason.SET_UP_MEANWHILE)
            yield page


def _review_exporter(_connection: Connection, viewer: Viewer) -> Viewer:
    require(Act.EXPORT_REVIEWS, viewer.person)
    return viewer


def _exporter(_connection: Connection, viewer: Viewer) -> Viewer:
    require(Act.EXPORT_CASES, viewer.person)
    return viewer
