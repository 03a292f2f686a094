"""Product reviews, fraud reports and requests for tests of the store; their reads for `test_viewers`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import insert, select

from bot.domain.commands import Audience
from bot.domain.commerce.queue_filters import FraudFilter, ReviewFilter
from bot.domain.commerce.requests import STATES_OPEN, RequestState
from bot.domain.ids import (
    CustomerId,
    FraudReportId,
    HistoryId,
    OrderId,
    OrderRequestId,
    PersonId,
    ProductReviewId,
)
from bot.store import finance_files, fraud_reports, order_queues, product_reviews, records
from bot.store.order_queues import Filter
from bot.store.schema import history, people
from bot.store.schema_requests import order_requests
from bot.store.schema_shop import customers, orders
from bot.store.shop_import import upsert_fraud, upsert_reviews
from bot.store.work import Connection, Work

FIRST_REVIEW, FIRST_REPORT, FIRST_REQUEST = ProductReviewId(1), FraudReportId(1), OrderRequestId(1)


def make(work: Work, actor: PersonId) -> None:
    """A review, a report and a request of somebody else that wait, and history that tells of them."""
    customer = work.connection.execute(select(customers.c.id).order_by(customers.c.id)).scalars().first()
    order = work.connection.execute(select(orders.c.id).order_by(orders.c.id)).scalars().first()
    upsert_reviews(work, {"R-1": {"number": "R-1", "customer_id": customer, "rating": 4, "sku": "GOLD"}})
    upsert_fraud(
        work,
        {
            (order or 0, "Harrier"): {
                "order_id": order,
                "provider": "Harrier",
                "score": 60,
                "symptoms": [["a", 60]],
            }
        },
    )
    others = select(people.c.id).where(people.c.workspace_id == work.workspace_id, people.c.id != actor)
    asker = work.connection.execute(others).scalars().first()
    work.connection.execute(insert(order_requests).values(request_row(asker, work)))
    for changes in (
        {"fraud_report": (None, "1")},
        {"filter": (None, "status:pending")},
        {"file": (None, "1")},
    ):
        records.insert_history(
            work,
            "asked",
            actor_id=actor,
            audience=Audience.INTERNAL,
            changes=changes,  # type: ignore[arg-type]
        )


def request_row(asked_by: int | None, work: Work) -> dict[str, Any]:
    """A request that waits for approval, as the table has it."""
    return {
        "workspace_id": work.workspace_id,
        "order_number": "1042",
        "kind": "cancel",
        "state": RequestState.AWAITS_APPROVAL.value,
        "currency": "USD",
        "act": {},
        "terms": {},
        "at_stake": 1,
        "token": "",
        "asked_by": asked_by,
        "asked_at": work.now,
        "said": {},
        "done": [],
        "return_number": "",
        "documents": [],
        "hands": [],
        "needs_approval": True,
        "why": "",
        "trouble": "",
        "version": 1,
    }


def told(connection: Connection, name: str) -> HistoryId:
    """The row of history that tells of something."""
    rows = connection.execute(select(history.c.id, history.c.changes))
    return HistoryId(next(row.id for row in rows if name in (row.changes or {})))


READS: dict[str, Callable[..., Any]] = {
    "product_reviews.review_page": lambda c, v, w: product_reviews.review_page(ReviewFilter())(c, v).rows,
    "product_reviews.next_pending": lambda c, v, w: product_reviews.next_pending(c, v),
    "product_reviews.review": lambda c, v, w: product_reviews.review(c, v, FIRST_REVIEW),
    "product_reviews.numbered": lambda c, v, w: product_reviews.numbered(c, v, "R-1"),
    "product_reviews.exported_reviews": lambda c, v, w: list(
        product_reviews.exported_reviews(ReviewFilter(status=None))(c, v)
    ),
    "product_reviews.asked_in": lambda c, v, w: (
        product_reviews.asked_in(c, v, told(c, "filter")) != "status:all"
    ),
    "fraud_reports.fraud_page": lambda c, v, w: fraud_reports.fraud_page(FraudFilter())(c, v).rows,
    "fraud_reports.of_order": lambda c, v, w: fraud_reports.of_order(c, v, _order(c)),
    "fraud_reports.report": lambda c, v, w: fraud_reports.report(c, v, FIRST_REPORT),
    "fraud_reports.past_of": lambda c, v, w: (
        fraud_reports.past_of(c, v, _customer(c), OrderId(999999)).orders
    ),
    "finance_files.told_of": lambda c, v, w: finance_files.told_of(c, v, told(c, "file")),
    "order_queues.page": lambda c, v, w: order_queues.page(c, v, Filter(states=STATES_OPEN), 0, 9).total,
    "order_queues.lines": lambda c, v, w: order_queues.lines(c, v, [FIRST_REQUEST]),
    "order_queues.of_others": lambda c, v, w: order_queues.of_others(c, v, RequestState.AWAITS_APPROVAL, 9),
    "fraud_reports.told_of": lambda c, v, w: fraud_reports.told_of(c, v, told(c, "fraud_report")),
}


def _order(connection: Connection) -> OrderId:
    return OrderId(connection.execute(select(orders.c.id).order_by(orders.c.id)).scalars().first() or 0)


def _customer(connection: Connection) -> CustomerId:
    rows = select(orders.c.customer_id).order_by(orders.c.id)
    return CustomerId(connection.execute(rows).scalars().first() or 0)
