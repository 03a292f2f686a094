"""Product reviews and the decisions on them, read through a viewer's eyes; and decisions written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, Row, Select, String, bindparam, func, insert, select, update

from bot.domain.commerce.moderation import Moderated, ProductReview
from bot.domain.commerce.queue_filters import ReviewFilter
from bot.domain.commerce.review_queue import ExportedReview, ReviewPage, ReviewRow, ReviewShown, Waiting
from bot.domain.ids import CustomerId, HistoryId, PersonId, ProductReviewId
from bot.domain.people import Viewer
from bot.domain.permissions import Act, allowed
from bot.domain.refusals import Reason, Refusal
from bot.domain.shop.sheets import ReviewStatus
from bot.store.at_once import keep
from bot.store.carts import seen
from bot.store.cases import ref
from bot.store.direct import instants
from bot.store.outbox_kinds import Kind
from bot.store.schema import IS_WAITING, history, outbox, people
from bot.store.schema_decisions import review_decisions
from bot.store.schema_shop import customers, product_reviews
from bot.store.stretches import AT, ID, count_of, counted, lines_of, page_of, told
from bot.store.types import UtcDateTime
from bot.store.work import Query, Work

PAGE = 8
CHUNK = 500
"""Rows that an export fetches at once: few enough that nothing else waits for it."""


class _Shape(NamedTuple):
    """What decides how the statements of a filter read: all but their parameters."""

    statuses: tuple[str, ...]
    stars: int
    has_sku: bool
    since: bool
    until: bool


def review_page(
    asked: ReviewFilter, starts: Sequence[ProductReviewId] = (), *, limit: int = PAGE
) -> Query[ReviewPage]:
    """A page of the queue: what waits longest first, what is decided newest first."""

    def query(connection: Connection, viewer: Viewer) -> ReviewPage:
        begun, may_export = tuple(starts), allowed(Act.EXPORT_REVIEWS, viewer.person)
        if not allowed(Act.READ_CUSTOMERS, viewer.person):
            return ReviewPage(person=viewer.person, filter=asked, starts=begun, may_export=may_export)
        shape, given = _shape(asked), _given(asked, viewer)
        begins = _place(connection, viewer, starts[-1]) if starts else None
        newest_first = asked.status is not ReviewStatus.PENDING
        keys = _page(shape, limit, newest_first, begins is not None)
        ids = [one[0] for one in told(connection, keys, given | (begins or {}))]
        is_whole = begins is None and len(ids) <= limit
        total, is_more = counted(len(ids) if is_whole else told(connection, _count(shape), given)[0][0])
        return ReviewPage(
            person=viewer.person,
            filter=asked,
            rows=_rows(connection, ids[:limit]),
            starts=begun,
            further=ProductReviewId(ids[limit]) if len(ids) > limit else None,
            total=total,
            is_more=is_more,
            may_export=may_export,
        )

    return query


def waiting(connection: Connection, viewer: Viewer) -> Waiting:
    """How many reviews wait for somebody."""
    if not allowed(Act.READ_CUSTOMERS, viewer.person):
        return Waiting()
    asked = ReviewFilter()
    [[found]] = told(connection, _count(_shape(asked)), _given(asked, viewer))
    count, is_more = counted(found)
    return Waiting(count=count, is_more=is_more)


def next_pending(
    connection: Connection, viewer: Viewer, after: ProductReviewId | None = None
) -> ProductReviewId | None:
    """The review that waits longest, or the next one behind `after`; then it begins from the front again."""
    if not allowed(Act.READ_CUSTOMERS, viewer.person):
        return None
    asked = ReviewFilter()
    shape, given = _shape(asked), _given(asked, viewer)
    begins = _place(connection, viewer, after) if after is not None else None
    for place in (begins, None) if begins is not None else (None,):
        found = connection.execute(_page(shape, 1, False, place is not None), given | (place or {})).all()
        behind = [one.id for one in found if one.id != after]
        if behind:
            return ProductReviewId(behind[0])
    return None


def review(connection: Connection, viewer: Viewer, review_id: ProductReviewId) -> ReviewShown | None:
    """One review whole, with all decisions; None for who may not read customers, or none is so."""
    return _shown(connection, viewer, product_reviews.c.id == review_id)


def numbered(connection: Connection, viewer: Viewer, number: str) -> ReviewShown | None:
    """The review that the shop calls so."""
    return _shown(connection, viewer, product_reviews.c.number == number.strip())


def _shown(connection: Connection, viewer: Viewer, which: Any) -> ReviewShown | None:
    whole = _whole().where(seen(viewer, product_reviews), which)
    row = connection.execute(whole.add_columns(product_reviews.c.version)).first()
    if row is None:
        return None
    theirs = select(product_reviews.c.status, func.count().label("times")).where(
        seen(viewer, product_reviews, by_index=False),
        product_reviews.c.customer_id == row.customer_id,
        product_reviews.c.id != row.id,
    )
    found = connection.execute(theirs.group_by(product_reviews.c.status))
    return ReviewShown(
        id=ProductReviewId(row.id),
        review=ProductReview(
            id=row.number,
            sku=row.sku,
            customer_no=row.customer_no,
            rating=row.rating,
            headline=row.headline,
            text=row.text,
            status=ReviewStatus(row.status),
            decisions=_decisions(connection, row.id),
            version=row.version,
        ),
        customer_id=CustomerId(row.customer_id),
        customer_name=row.customer_name,
        written_at=row.written_at,
        person=viewer.person,
        waiting=waiting(connection, viewer),
        theirs={ReviewStatus(one.status): one.times for one in found},
    )


def _decisions(connection: Connection, review_id: int) -> tuple[Moderated, ...]:
    rows = connection.execute(
        select(review_decisions, people.c.name, people.c.slack_user_id)
        .join(people, people.c.id == review_decisions.c.by_id)
        .where(review_decisions.c.review_id == review_id)
        .order_by(review_decisions.c.version)
    )
    return tuple(
        Moderated(
            status=ReviewStatus(row.status), by=by, at=row.at, reason=row.reason, is_reversal=row.is_reversal
        )
        for row in rows
        if (by := ref(row.by_id, row.slack_user_id, row.name)) is not None
    )


# --- statements, built once for each shape ------------------------------------------------------------------


def _shape(asked: ReviewFilter) -> _Shape:
    statuses = (asked.status,) if asked.status is not None else tuple(ReviewStatus)
    return _Shape(
        statuses=tuple(one.value for one in statuses),
        stars=len(asked.stars),
        has_sku=bool(asked.sku),
        since=asked.since is not None,
        until=asked.until is not None,
    )


def _given(asked: ReviewFilter, viewer: Viewer) -> dict[str, Any]:
    since, until = asked.span(viewer.person.timezone)
    stars = {f"stars_{place}": one for place, one in enumerate(sorted(asked.stars))}
    return stars | {
        "workspace": viewer.workspace_id,
        "sku": asked.sku,
        "since": since or datetime.min.replace(tzinfo=UTC),
        "until": until or datetime.max.replace(tzinfo=UTC),
    }


def _stretches(shape: _Shape) -> list[Any]:
    """With a product its own index has few rows of each state, which are looked through for their stars."""
    of = product_reviews.c
    narrow = of.workspace_id == bindparam("workspace", type_=String)
    if shape.has_sku:
        narrow &= of.sku == bindparam("sku", type_=String)
    if shape.since:
        narrow &= of.written_at >= bindparam("since", type_=UtcDateTime)
    if shape.until:
        narrow &= of.written_at < bindparam("until", type_=UtcDateTime)
    stars = [of.rating == bindparam(f"stars_{place}", type_=Integer) for place in range(shape.stars)]
    states = [narrow & (of.status == one) for one in shape.statuses]
    return [state & one for state, one in product(states, stars)] if stars else states


@lru_cache(128)
def _page(shape: _Shape, size: int, newest_first: bool, turned: bool) -> Select[Any]:
    of = product_reviews.c
    return page_of(
        of.id,
        of.written_at,
        _stretches(shape),
        size=size,
        turned=turned,
        newest_first=newest_first,
    )


@lru_cache(64)
def _count(shape: _Shape) -> Select[Any]:
    return count_of(product_reviews.c.id, product_reviews.c.written_at, _stretches(shape))


def _whole() -> Select[Any]:
    of = product_reviews.c
    named = (customers.c.name.label("customer_name"), customers.c.number.label("customer_no"))
    return (
        select(
            of.id,
            of.number,
            of.sku,
            of.rating,
            of.headline,
            of.text,
            of.status,
            of.written_at,
            of.customer_id,
            *named,
        )
        .select_from(product_reviews)
        .join(customers, customers.c.id == of.customer_id)
    )


_LINES = _whole()


def _place(connection: Connection, viewer: Viewer, review_id: ProductReviewId) -> dict[str, Any] | None:
    """Where a page begins; None where the review is no more, and so at the front."""
    mine = seen(viewer, product_reviews, by_index=False) & (product_reviews.c.id == review_id)
    at = connection.execute(select(product_reviews.c.written_at).where(mine)).scalar()
    return {AT: at, ID: review_id} if at is not None else None


def _rows(connection: Connection, ids: Sequence[int]) -> tuple[ReviewRow, ...]:
    if not ids:
        return ()
    instant = instants(connection)
    made = []
    for id_, number, sku, rating, headline, text, status, at, _, name, _ in lines_of(connection, _LINES, ids):
        written_at = instant(at)
        assert written_at is not None, "a review has a day"
        made.append(
            ReviewRow(
                id=ProductReviewId(id_),
                number=number,
                sku=sku,
                rating=rating,
                headline=headline,
                text=text,
                customer_name=name,
                status=ReviewStatus(status),
                written_at=written_at,
            )
        )
    return tuple(made)


# --- writing ------------------------------------------------------------------------------------------------


def hold(work: Work, review_id: ProductReviewId) -> None:
    """Keep a review from others until this transaction ends. Load it after this and not before."""
    mine = (product_reviews.c.workspace_id == work.workspace_id) & (product_reviews.c.id == review_id)
    keep(work.connection, select(product_reviews.c.id).where(mine))


def save_decision(
    work: Work, review_id: ProductReviewId, before: ProductReview, after: ProductReview
) -> None:
    """Write the newest decision of a review that was held. Raises REVIEW_CHANGED."""
    newest = after.decisions[-1]
    mine = (product_reviews.c.workspace_id == work.workspace_id) & (product_reviews.c.id == review_id)
    changed = update(product_reviews).where(mine, product_reviews.c.version == before.version)
    saved = work.connection.execute(changed.values(status=after.status.value, version=after.version))
    if saved.rowcount != 1:
        raise Refusal(Reason.REVIEW_CHANGED)
    work.connection.execute(
        insert(review_decisions).values(
            workspace_id=work.workspace_id,
            review_id=review_id,
            version=after.version,
            status=newest.status.value,
            reason=newest.reason,
            is_reversal=newest.is_reversal,
            by_id=newest.by.id,
            at=newest.at,
        )
    )


# --- the export ---------------------------------------------------------------------------------------------


def exported_reviews(asked: ReviewFilter) -> Query[Iterator[ExportedReview]]:
    """The reviews of a filter, oldest first, each with the last decision on it."""

    def query(connection: Connection, viewer: Viewer) -> Iterator[ExportedReview]:
        if not allowed(Act.EXPORT_REVIEWS, viewer.person):
            return
        shape, given = _shape(asked), _given(asked, viewer)
        for stretch in _stretches(shape):
            whole = _whole().where(stretch).order_by(product_reviews.c.written_at, product_reviews.c.id)
            rows = connection.execute(whole, given, execution_options={"yield_per": CHUNK})
            for some in rows.partitions(CHUNK):
                yield from _with_decisions(connection, some)

    return query


def is_asked_for(work: Work, person_id: PersonId, asked: ReviewFilter) -> bool:
    """Whether the file of just these reviews is on its way to somebody."""
    mine = (outbox.c.workspace_id == work.workspace_id) & (outbox.c.person_id == person_id)
    rows = work.connection.execute(
        select(history.c.changes)
        .join(outbox, outbox.c.history_id == history.c.id)
        .where(mine, outbox.c.kind == Kind.REVIEW_EXPORT.value, IS_WAITING)
    )
    return any(row.changes["filter"][1] == asked.text for row in rows)


def asked_in(connection: Connection, viewer: Viewer, history_id: HistoryId) -> str:
    """Which reviews the viewer's own request for a file was about."""
    mine = (history.c.workspace_id == viewer.workspace_id) & (history.c.id == history_id)
    found = select(history.c.changes).where(mine, history.c.actor_id == viewer.person_id)
    told = (connection.execute(found).scalar() or {}).get("filter")
    return str(told[1]) if told else "status:all"


def _with_decisions(connection: Connection, rows: Sequence[Row[Any]]) -> Iterator[ExportedReview]:
    found = defaultdict[int, list[Row[Any]]](list)
    ids = [row.id for row in rows]
    decided = (
        select(review_decisions, people.c.name)
        .join(people, people.c.id == review_decisions.c.by_id)
        .where(review_decisions.c.review_id.in_(ids))
        .order_by(review_decisions.c.review_id, review_decisions.c.version)
    )
    for one in connection.execute(decided):
        found[one.review_id].append(one)
    for row in rows:
        theirs = found[row.id]
        last = theirs[-1] if theirs else None
        yield ExportedReview(
            id=ProductReviewId(row.id),
            number=row.number,
            sku=row.sku,
            rating=row.rating,
            status=row.status,
            headline=row.headline,
            text=row.text,
            customer_no=row.customer_no,
            customer_name=row.customer_name,
            written_at=row.written_at,
            decided_by=last.name if last else "",
            decided_at=last.at if last else None,
            reason=last.reason if last else "",
            reversals=sum(one.is_reversal for one in theirs),
        )
