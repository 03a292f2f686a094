"""Product reviews and fraud reports for tests of the store, and every read as `test_viewers` asks it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from bot.domain.commands import Audience
from bot.domain.commerce.queue_filters import FraudFilter, ReviewFilter
from bot.domain.ids import CustomerId, FraudReportId, HistoryId, OrderId, PersonId, ProductReviewId
from bot.store import finance_files, fraud_reports, product_reviews, records
from bot.store.schema import history
from bot.store.schema_shop import customers, orders
from bot.store.shop_import import upsert_fraud, upsert_reviews
from bot.store.work import Connection, Work

FIRST_REVIEW, FIRST_REPORT = ProductReviewId(1), FraudReportId(1)


def make(work: Work, actor: PersonId) -> None:
    """A review and a report that wait, of the first customer and order, and history that tells of them."""
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
    "fraud_reports.told_of": lambda c, v, w: fraud_reports.told_of(c, v, told(c, "fraud_report")),
}


def _order(connection: Connection) -> OrderId:
    return OrderId(connection.execute(select(orders.c.id).order_by(orders.c.id)).scalars().first() or 0)


def _customer(connection: Connection) -> CustomerId:
    rows = select(orders.c.customer_id).order_by(orders.c.id)
    return CustomerId(connection.execute(rows).scalars().first() or 0)
