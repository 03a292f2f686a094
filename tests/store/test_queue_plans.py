"""How both databases read the queues of product reviews and fraud reports among thousands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert

from bot.domain.commerce.queue_filters import read_fraud, read_reviews
from bot.domain.ids import FraudReportId, ProductReviewId
from bot.domain.people import Role, Viewer
from bot.store import fraud_reports, product_reviews
from bot.store.schema_shop import customers, orders
from bot.store.schema_shop import fraud_reports as reports_table
from bot.store.schema_shop import product_reviews as reviews_table
from bot.store.work import Work
from tests.factories import NOON, WORKSPACE, person
from tests.store.conftest import Table, Upgraded

AGENT = Viewer(person("Ana", Role.AGENT))
MANY = 4000
READ_THROUGH = re.compile(r"\b(?:SCAN|Seq Scan) (?:product_reviews|fraud_reports|orders|customers)\b")


@pytest.fixture(scope="module")
def crowd(upgraded: Upgraded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    with upgraded.copy(tmp_path_factory.mktemp("queues")) as url:
        table = Table(url)
        table.write(_fill)
        table.run(lambda connection: connection.exec_driver_sql("ANALYZE"))
        yield table
        table.close()


def _fill(work: Work) -> None:
    here, numbers = {"workspace_id": WORKSPACE}, range(1, MANY + 1)

    def of(table: object, rows: Iterator[dict[str, object]]) -> None:
        work.connection.execute(insert(table), [here | one for one in rows])  # type: ignore[arg-type]

    known = {"phone": "", "plan": "Standard", "timezone": "UTC", "kind": "customer", "addresses": []}
    known |= {
        "version": 1,
        "created_at": NOON,
        "updated_at": NOON,
        "company": "",
        "email": "",
        "email_key": "",
    }
    of(customers, (known | {"id": n, "number": f"C-{n}", "name": f"N{n}"} for n in numbers))
    sold = {"site": "", "currency": "USD", "tax_type": "Net", "status": "Created", "is_suspended": False}
    sold |= {"notes": "", "deliveries": [], "grand_total": 1, "is_void": False, "in_return": 0, "returned": 0}
    sold |= {"version": 1}
    of(
        orders,
        (
            sold | {"id": n, "number": f"{n}", "number_key": f"{n}", "customer_id": n, "ordered_at": NOON}
            for n in numbers
        ),
    )
    states = ("pending", "approved", "approved", "rejected")
    of(
        reviews_table,
        (
            {"number": f"R-{n}", "sku": f"S{n % 40}", "customer_id": n, "rating": n % 5 + 1, "headline": ""}
            | {"text": "", "status": states[n % 4], "written_at": NOON - timedelta(minutes=n % 999)}
            for n in numbers
        ),
    )
    queue = ("waiting", "ok", "ok", "approved", "rejected", "fraud", "ok", "proposed")
    of(
        reports_table,
        (
            {"order_id": n, "provider": "P", "score": n % 100, "status": "CHECK", "symptoms": []}
            | {"state": queue[n % 8], "arrived_at": NOON - timedelta(minutes=n % 999)}
            for n in numbers
        ),
    )


REVIEWS = {
    "status:pending": "ix_product_reviews_status",
    "status:approved": "ix_product_reviews_status",
    "status:all": "ix_product_reviews_status",
    "status:pending stars:1": "ix_product_reviews_rating",
    "status:all sku:S7": "ix_product_reviews_sku",
    "status:rejected from:2026-11-01 to:2026-11-30": "ix_product_reviews_status",
}


@pytest.mark.parametrize("starts", [(), (ProductReviewId(MANY // 2),)], ids=["first page", "later page"])
@pytest.mark.parametrize("text", REVIEWS)
def test_a_page_of_reviews_is_read_and_counted_by_its_index(
    crowd: Table, text: str, starts: tuple[ProductReviewId, ...]
) -> None:
    query = product_reviews.review_page(read_reviews(text), starts)
    plans = crowd.plans(lambda connection: query(connection, AGENT), is_crowded=True)
    assert any(REVIEWS[text] in plan for plan in plans), plans
    _by_index(plans)


@pytest.mark.parametrize("starts", [(), (FraudReportId(MANY // 2),)], ids=["first page", "later page"])
@pytest.mark.parametrize("text", ["status:waiting", "status:ok", "status:all", "status:waiting score:90"])
def test_a_page_of_fraud_reports_is_read_and_counted_by_its_index(
    crowd: Table, text: str, starts: tuple[FraudReportId, ...]
) -> None:
    query = fraud_reports.fraud_page(read_fraud(text), starts)
    plans = crowd.plans(lambda connection: query(connection, AGENT), is_crowded=True)
    assert any("ix_fraud_reports_state" in plan for plan in plans), plans
    _by_index(plans)


def test_what_comes_next_in_the_queue_is_read_by_its_index(crowd: Table) -> None:
    after = ProductReviewId(4)
    plans = crowd.plans(lambda c: product_reviews.next_pending(c, AGENT, after), is_crowded=True)
    _by_index(plans)


def _by_index(plans: list[str]) -> None:
    for plan in plans:
        assert not READ_THROUGH.search(plan), plan
        # A count may sort what a desk of this size has: it is bounded.
        alone = not any(word in plan for word in ("UNION ALL", "Append", "Aggregate"))
        assert not (alone and "USE TEMP B-TREE" in plan), plan


COUNTED = {"status:pending sku:S8": 100, "status:pending sku:S1": 0, "status:rejected stars:5 sku:S4": 0}


@pytest.mark.parametrize("text", COUNTED)
@pytest.mark.parametrize("over", [-1, 0, 1])
def test_a_queue_that_is_shown_whole_is_not_counted_besides(crowd: Table, text: str, over: int) -> None:
    count = COUNTED[text]
    asked, limit = read_reviews(text), max(1, count + over)

    def query(connection: Connection) -> object:
        return product_reviews.review_page(asked, limit=limit)(connection, AGENT)

    page = crowd.read(product_reviews.review_page(asked, limit=limit), AGENT)
    assert (page.total, page.is_more, len(page.rows)) == (count, False, min(count, limit))
    lines = 1 if count else 0
    counts = 1 if count > limit else 0
    assert len(crowd.plans(query, is_crowded=True)) == 1 + lines + counts
