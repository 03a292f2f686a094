"""Product reviews and fraud reports to draw, as hostile as they may be, and every window of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bot.blocks import queue_notices
from bot.blocks.kit import Message
from bot.dialogs import fraud, fraud_queue, product_reviews
from bot.domain.commerce.fraud import FraudDecision, FraudReport, FraudRuling
from bot.domain.commerce.fraud_queue import (
    AgreedBy,
    CustomerPast,
    FraudPage,
    FraudRow,
    FraudShown,
    Proposal,
    Rejecting,
)
from bot.domain.commerce.limits import NoApproval
from bot.domain.commerce.moderation import Moderated, ProductReview
from bot.domain.commerce.queue_filters import FraudFilter, FraudState, ReviewFilter
from bot.domain.commerce.review_queue import ReviewPage, ReviewRow, ReviewShown, Waiting
from bot.domain.ids import CustomerId, FraudReportId, OrderId, ProductReviewId
from bot.domain.permissions import Act
from bot.domain.refusals import Reason, Refusal
from bot.domain.shop.money import Money
from bot.domain.shop.sheets import FraudStatus, ReviewStatus
from tests.blocks import shop_samples
from tests.blocks.samples import NOON, OMAR, POLICY
from tests.blocks.shop_samples import HOSTILE, ORDER

REFUSED = Refusal(
    Reason.TAKEN_FROM_YOUR_TEAM, {"act": Act.DECIDE_FRAUD.value, "team": HOSTILE, "who": "agent"}
)
DECIDED = Moderated(status=ReviewStatus.REJECTED, by=OMAR.ref, at=NOON, reason=HOSTILE * 3, is_reversal=True)

REVIEW = ReviewShown(
    id=ProductReviewId(1),
    review=ProductReview(
        id=HOSTILE, sku=HOSTILE, customer_no=HOSTILE, rating=1, headline=HOSTILE, text=HOSTILE * 20
    ),
    customer_id=CustomerId(1),
    customer_name=HOSTILE,
    written_at=NOON,
    person=OMAR,
    waiting=Waiting(count=1000, is_more=True),
    theirs={ReviewStatus.APPROVED: 3, ReviewStatus.REJECTED: 1},
)
ROWS = tuple(
    ReviewRow(
        id=ProductReviewId(number),
        number=HOSTILE,
        sku=HOSTILE,
        rating=number % 5 + 1,
        headline=HOSTILE,
        text=HOSTILE,
        customer_name=HOSTILE,
        status=ReviewStatus.PENDING,
        written_at=NOON,
    )
    for number in range(1, 9)
)

REPORT = FraudShown(
    id=FraudReportId(1),
    report=FraudReport(
        order_number=HOSTILE,
        provider=HOSTILE,
        score=999999,
        status=FraudStatus.CHECK,
        symptoms=tuple((f"{HOSTILE} {number}", number) for number in range(30)),
    ),
    state=FraudState.WAITING,
    order=ORDER,
    customer=shop_samples.page().standing.customer,
    past=CustomerPast(
        customer_id=CustomerId(1), orders=4, first_ordered_at=NOON, canceled=1, with_returns=2, rejected=1
    ),
    person=OMAR,
    others=((HOSTILE, FraudState.FRAUD),),
    needs_second=True,
    limit=Money(minor=200_000, currency="KWD"),
    rejecting=Rejecting(units=60, comes_off=99, to_refund=5, to_reverse=6, stays=((1, 4),)),
)
PROPOSED = replace(
    REPORT,
    state=FraudState.PROPOSED,
    proposal=Proposal(ruling=FraudRuling.REJECT, by=OMAR.ref, at=NOON, remark=HOSTILE),
)
REJECTED = replace(
    REPORT,
    state=FraudState.REJECTED,
    report=replace(
        REPORT.report,
        decision=FraudDecision(ruling=FraudRuling.REJECT, by=OMAR.ref, at=NOON, remark=HOSTILE),
    ),
    agreed=AgreedBy(by=OMAR.ref, at=NOON, remark=HOSTILE),
)
FRAUD_ROWS = tuple(
    FraudRow(
        id=FraudReportId(number),
        order_id=OrderId(number),
        order_number=HOSTILE,
        customer_name=HOSTILE,
        amount=Money(minor=10**15, currency="KWD"),
        provider=HOSTILE,
        score=999999,
        symptoms=REPORT.report.symptoms,
        state=FraudState.WAITING,
        ordered_at=NOON,
        is_suspended=True,
    )
    for number in range(1, 9)
)


def modals() -> Iterator[dict[str, Any]]:
    """Every window of the queues."""
    yield from _reviews()
    yield from _reports()


def _reviews() -> Iterator[dict[str, Any]]:
    some = ReviewPage(
        person=OMAR,
        filter=ReviewFilter(sku=HOSTILE[:90], stars=frozenset((1, 2))),
        rows=ROWS,
        starts=(ProductReviewId(1),),
        further=ProductReviewId(9),
        total=1000,
        is_more=True,
        may_export=True,
    )
    yield product_reviews.listing(some, HOSTILE)
    yield product_reviews.listing(some, narrowing=True)
    yield product_reviews.listing(ReviewPage(person=OMAR, filter=ReviewFilter()))
    yield product_reviews.page(REVIEW, POLICY, banner=HOSTILE)
    yield product_reviews.page(replace(REVIEW, refusal=REFUSED), POLICY, room=0)
    for status in (ReviewStatus.APPROVED, ReviewStatus.REJECTED):
        review = replace(REVIEW.review, status=status, decisions=(DECIDED,) * 9)
        shown = replace(REVIEW, review=review)
        yield product_reviews.page(shown, POLICY)
        yield product_reviews.form(shown, POLICY, {"reason": HOSTILE}, HOSTILE)
    yield product_reviews.form(REVIEW, POLICY)
    yield product_reviews.all_done(HOSTILE)


def _reports() -> Iterator[dict[str, Any]]:
    some = FraudPage(
        person=OMAR,
        filter=FraudFilter(score=50),
        rows=FRAUD_ROWS,
        starts=(FraudReportId(1),),
        further=FraudReportId(9),
        total=9,
    )
    yield fraud_queue.listing(some, HOSTILE)
    yield fraud_queue.listing(some, narrowing=True)
    yield fraud_queue.listing(FraudPage(person=OMAR, filter=FraudFilter()))
    own = replace(PROPOSED, no_approval=NoApproval.OWN_REQUEST)
    broken = replace(REJECTED, rejecting=None, trouble=HOSTILE)
    for shown in (REPORT, PROPOSED, own, REJECTED, broken, replace(REPORT, refusal=REFUSED)):
        yield fraud.page(shown, banner=HOSTILE)
    for way in ("approve", "reject"):
        yield fraud.form(REPORT, way, {"remark": HOSTILE}, HOSTILE)
    for way in ("agree", "decline"):
        yield fraud.form(PROPOSED, way)


def messages() -> Iterator[Message]:
    """Every message about them."""
    yield queue_notices.proposed(PROPOSED)
    yield queue_notices.settled(REJECTED)
    yield queue_notices.settled(REPORT)
