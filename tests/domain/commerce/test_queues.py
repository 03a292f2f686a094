"""Filters of the queues are read as they are written; an order goes on when nothing else holds it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from bot.domain.commerce.customer_filters import (
    CustomerFilter,
    PersonalFilter,
    read_customers,
    read_personal,
)
from bot.domain.commerce.fraud_queue import may_continue, state_after
from bot.domain.commerce.order_filters import (
    BACK,
    SUSPENDED,
    OrderFilter,
    ReturnFilter,
    read_orders,
    read_returns,
)
from bot.domain.commerce.queue_filters import (
    FraudFilter,
    FraudState,
    ReviewFilter,
    read_fraud,
    read_reviews,
)
from bot.domain.commerce.states import ReturnStage
from bot.domain.personal import ReportState
from bot.domain.refusals import Reason, Refusal
from bot.domain.shop.orders import OrderStatus
from bot.domain.shop.sheets import FraudStatus, ReviewStatus
from bot.domain.verdict import CallerKind

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))

REVIEWS = [
    ("", ReviewFilter()),
    ("rejected", ReviewFilter(status=ReviewStatus.REJECTED)),
    ("status:all stars:2,1", ReviewFilter(status=None, stars=frozenset((1, 2)))),
    (
        "sku:'A B' from:2026-11-01 to:2026-11-30",
        ReviewFilter(sku="A B", since=NOVEMBER[0], until=NOVEMBER[1]),
    ),
]


@pytest.mark.parametrize(("text", "wanted"), REVIEWS)
def test_filters_of_reviews_are_read_as_they_are_written(text: str, wanted: ReviewFilter) -> None:
    assert read_reviews(text) == wanted
    assert read_reviews(wanted.text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "colour:red",
        "stars:6",
        "stars:x",
        "from:tomorrow",
        "from:2026-12-01 to:2026-11-01",
        "sku:",
        'sku:"a',
        "x",
    ],
)
def test_what_is_no_filter_of_reviews_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_reviews(text)
    assert refused.value.reason is Reason.REVIEW_FILTER


def test_days_are_those_of_the_readers_calendar() -> None:
    since, until = ReviewFilter(since=NOVEMBER[0], until=NOVEMBER[1]).span("America/Los_Angeles")
    assert since == datetime(2026, 11, 1, 7, tzinfo=UTC)
    assert until == datetime(2026, 12, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "wanted", [FraudFilter(), FraudFilter(state=None, score=50), FraudFilter(state=FraudState.REJECTED)]
)
def test_filters_of_fraud_reports_are_read_as_they_are_written(wanted: FraudFilter) -> None:
    assert read_fraud(wanted.text) == wanted


@pytest.mark.parametrize("text", ["score:x", "score:9999999", "status:maybe", "stars:1"])
def test_what_is_no_filter_of_fraud_reports_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_fraud(text)
    assert refused.value.reason is Reason.FRAUD_FILTER


@pytest.mark.parametrize(
    "wanted",
    [
        OrderFilter(),
        OrderFilter(kind=OrderStatus.APPROVED.value, currency="JPY"),
        OrderFilter(kind=SUSPENDED, since=NOVEMBER[0], until=NOVEMBER[1]),
        OrderFilter(kind=BACK, until=NOVEMBER[0]),
    ],
)
def test_filters_of_orders_are_read_as_they_are_written(wanted: OrderFilter) -> None:
    assert read_orders(wanted.text) == wanted
    assert read_orders(wanted.text.replace("status:", "").lower()) == wanted


def test_orders_are_asked_for_by_the_days_of_the_readers_calendar() -> None:
    wanted = OrderFilter(kind="Approved", since=NOVEMBER[0], until=NOVEMBER[1]).asked("America/Los_Angeles")
    assert wanted.status is OrderStatus.APPROVED
    assert wanted.since == datetime(2026, 11, 1, 7, tzinfo=UTC)
    assert wanted.until == datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert (OrderFilter(kind=SUSPENDED).asked("UTC").is_suspended, OrderFilter().asked("UTC").status) == (
        True,
        None,
    )
    assert OrderFilter(kind=BACK).asked("UTC").in_return


@pytest.mark.parametrize("wanted", [ReturnFilter(), *(ReturnFilter(stage=one) for one in ReturnStage)])
def test_filters_of_returns_are_read_as_they_are_written(wanted: ReturnFilter) -> None:
    assert read_returns(wanted.text) == wanted


@pytest.mark.parametrize("kind", [None, *CallerKind])
def test_filters_of_customers_are_read_as_they_are_written(kind: CallerKind | None) -> None:
    assert read_customers(CustomerFilter(kind=kind).text) == CustomerFilter(kind=kind)


@pytest.mark.parametrize("state", [None, *ReportState])
def test_filters_of_personal_data_reports_are_read_as_they_are_written(state: ReportState | None) -> None:
    assert read_personal(PersonalFilter(state=state).text) == PersonalFilter(state=state)


@pytest.mark.parametrize(
    ("read", "text", "reason"),
    [
        (read_orders, "status:lost", Reason.ORDER_FILTER),
        (read_orders, "currency:dollars", Reason.ORDER_FILTER),
        (read_orders, "from:2026-12-01 to:2026-11-01", Reason.ORDER_FILTER),
        (read_orders, "stars:1", Reason.ORDER_FILTER),
        (read_orders, 'status:"Approved', Reason.ORDER_FILTER),
        (read_returns, "status:lost", Reason.RETURN_FILTER),
        (read_returns, "currency:USD", Reason.RETURN_FILTER),
        (read_customers, "kind:lost", Reason.CUSTOMER_FILTER),
        (read_customers, "currency:USD", Reason.CUSTOMER_FILTER),
        (read_personal, "status:lost", Reason.PERSONAL_FILTER),
        (read_personal, "stars:1", Reason.PERSONAL_FILTER),
    ],
)
def test_what_is_no_filter_of_an_area_is_refused(
    read: Callable[[str], object], text: str, reason: Reason
) -> None:
    with pytest.raises(Refusal) as refused:
        read(text)
    assert refused.value.reason is reason


W, P, A, R, OK, F = (
    FraudState.WAITING,
    FraudState.PROPOSED,
    FraudState.APPROVED,
    FraudState.REJECTED,
    FraudState.OK,
    FraudState.FRAUD,
)


@pytest.mark.parametrize(
    ("before", "status", "after"),
    [
        (None, FraudStatus.CHECK, W),
        (None, FraudStatus.OK, OK),
        (W, FraudStatus.FRAUD, F),
        (P, FraudStatus.CHECK, P),
        (P, FraudStatus.OK, OK),
        (A, FraudStatus.CHECK, A),
        (R, FraudStatus.OK, R),
    ],
)
def test_what_people_decided_no_provider_takes_back(
    before: FraudState | None, status: FraudStatus, after: FraudState
) -> None:
    assert state_after(before, status) is after


@pytest.mark.parametrize(
    ("others", "goes_on"),
    [((), True), ((OK, A), True), ((W,), False), ((P,), False), ((F,), False), ((R,), False)],
)
def test_an_order_goes_on_once_none_of_its_reports_holds_it(
    others: tuple[FraudState, ...], goes_on: bool
) -> None:
    assert may_continue(others) is goes_on
