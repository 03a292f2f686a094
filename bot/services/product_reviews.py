"""Product reviews: the queue, one of them, and decisions on them; `handlers.product_reviews` calls it.

Not the daily review of cases: that is `services.reviews`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.commands import Audience
from bot.domain.commerce.moderation import (
    Moderated,
    ProductReview,
    ReviewMove,
    ReviewNeedsReason,
    SameDecision,
    act_for,
    moderated,
)
from bot.domain.commerce.queue_filters import ReviewFilter
from bot.domain.commerce.review_queue import ReviewPage, ReviewShown
from bot.domain.ids import CallKey, ProductReviewId, SlackUserId
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act, obstacle, require
from bot.domain.receipts import Receipt
from bot.domain.refusals import Fact, Reason, Refusal
from bot.domain.shop.sheets import ReviewStatus
from bot.services.desk import Desk, actor
from bot.store import product_reviews as store
from bot.store import records
from bot.store.outbox import Announcement, Kind, announce
from bot.store.work import Connection, Work


async def page(
    desk: Desk, by: SlackUserId, asked: ReviewFilter, starts: Sequence[ProductReviewId] = ()
) -> ReviewPage:
    """A page of the queue, the one that begins at the last of `starts`. Raises NOT_SET_UP, NOT_YOUR_ROLE."""

    def query(connection: Connection, viewer: Viewer) -> ReviewPage:
        require(Act.READ_CUSTOMERS, viewer.person)
        return store.review_page(asked, starts)(connection, viewer)

    return await desk.read(query, by, brief=True)


async def show(desk: Desk, by: SlackUserId, review_id: ProductReviewId) -> ReviewShown:
    """One review whole. Raises NOT_SET_UP, NOT_YOUR_ROLE, NO_SUCH_REVIEW."""
    return await desk.read(lambda connection, viewer: _show(connection, viewer, review_id), by)


async def show_numbered(desk: Desk, by: SlackUserId, number: str) -> ReviewShown:
    """The review that the shop calls so. Raises NOT_SET_UP, NOT_YOUR_ROLE, NO_SUCH_REVIEW."""

    def query(connection: Connection, viewer: Viewer) -> ReviewShown:
        require(Act.READ_CUSTOMERS, viewer.person)
        return _found(store.numbered(connection, viewer, number))

    return await desk.read(query, by)


async def show_next(desk: Desk, by: SlackUserId, after: ProductReviewId | None = None) -> ReviewShown | None:
    """The review that waits longest, or the next one behind `after`; None where none waits.

    Raises NOT_SET_UP, NOT_YOUR_ROLE.
    """

    def query(connection: Connection, viewer: Viewer) -> ReviewShown | None:
        require(Act.READ_CUSTOMERS, viewer.person)
        found = store.next_pending(connection, viewer, after)
        return _show(connection, viewer, found) if found is not None else None

    return await desk.read(query, by)


def _show(connection: Connection, viewer: Viewer, review_id: ProductReviewId) -> ReviewShown:
    require(Act.READ_CUSTOMERS, viewer.person)
    return _found(store.review(connection, viewer, review_id))


def _found(shown: ReviewShown | None) -> ReviewShown:
    """The review, with why its reader may not decide on it."""
    if shown is None:
        raise Refusal(Reason.NO_SUCH_REVIEW)
    return replace(shown, refusal=obstacle(act_for(shown.review), shown.person))


async def decide(
    desk: Desk,
    by: SlackUserId,
    key: CallKey,
    review_id: ProductReviewId,
    version: int,
    move: ReviewMove,
    reason: str = "",
) -> Receipt:
    """Approve or reject a review that was read at `version`; a decision is changed by managers alone.

    Two people at once: one decides, the other is told who did. Raises NOT_SET_UP, NOT_YOUR_ROLE,
    TAKEN_FROM_YOUR_TEAM, NO_SUCH_REVIEW, REVIEW_DECIDED, REVIEW_IS_SO, REVIEW_CHANGED, REVIEW_REASON.
    """

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.DECIDE_REVIEW, person)
        store.hold(work, review_id)
        shown = store.review(work.connection, Viewer(person), review_id)
        if shown is None:
            raise Refusal(Reason.NO_SUCH_REVIEW)
        before = shown.review
        _check_seen(before, version)
        require(act_for(before), person)
        after = _moved(work, before, move, person, reason)
        store.save_decision(work, review_id, before, after)
        records.insert_history(
            work,
            "review_reversed" if after.decisions[-1].is_reversal else "review_decided",
            actor_id=person.id,
            audience=Audience.INTERNAL,
            changes={
                "product_review": (None, before.id),
                "status": (before.status.value, after.status.value),
            },
        )
        return Receipt(version=after.version)

    return await desk.write(unit, key)


def _check_seen(review: ProductReview, version: int) -> None:
    """Nobody decides on what they have not read."""
    if review.version == version:
        return
    last = review.decided
    if last is None or review.status is ReviewStatus.PENDING:
        raise Refusal(Reason.REVIEW_CHANGED)
    raise _decided_by(last)


def _moved(work: Work, review: ProductReview, move: ReviewMove, person: Person, reason: str) -> ProductReview:
    try:
        return moderated(review, move, person.ref, work.now, reason)
    except ReviewNeedsReason as error:
        raise Refusal(Reason.REVIEW_REASON) from error
    except SameDecision as error:
        last = error.last
        if last is None:
            raise Refusal(Reason.REVIEW_IS_SO, {"value": review.status.value}) from error
        raise _decided_by(last) from error


def _decided_by(last: Moderated) -> Refusal:
    facts: dict[str, Fact] = {"by": last.by.name, "at": last.at, "value": last.status.value}
    return Refusal(Reason.REVIEW_DECIDED, facts)


async def ask_export(desk: Desk, by: SlackUserId, key: CallKey, asked: ReviewFilter) -> Receipt:
    """The reviews of a filter as a file: it comes as a direct message. Raises NOT_SET_UP or NOT_YOUR_ROLE.

    Who asks again for the same while theirs is being made gets one file.
    """

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.EXPORT_REVIEWS, person)
        if not store.is_asked_for(work, person.id, asked):
            history_id = records.insert_history(
                work,
                "reviews_exported",
                actor_id=person.id,
                audience=Audience.INTERNAL,
                changes={"filter": (None, asked.text)},
                person_id=person.id,
            )
            announce(
                work,
                Announcement(
                    kind=Kind.REVIEW_EXPORT,
                    conversation=person.slack_user_id,
                    person_id=person.id,
                    history_id=history_id,
                ),
            )
        return Receipt()

    return await desk.write(unit, key)
