"""Product reviews: approved, rejected with a reason, reversed by a manager (domain.md 2). Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.commerce.machines import machine
from bot.domain.people import PersonRef
from bot.domain.permissions import Act
from bot.domain.shop.sheets import ReviewStatus


class ReviewMove(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"


MODERATION = machine(
    "review",
    ReviewStatus.PENDING,
    [
        (ReviewStatus.PENDING, ReviewMove.APPROVE, ReviewStatus.APPROVED),
        (ReviewStatus.PENDING, ReviewMove.REJECT, ReviewStatus.REJECTED),
        (ReviewStatus.APPROVED, ReviewMove.REJECT, ReviewStatus.REJECTED),
        (ReviewStatus.REJECTED, ReviewMove.APPROVE, ReviewStatus.APPROVED),
    ],
)


@dataclass(frozen=True, kw_only=True)
class Moderated:
    """A decision on a review: what it made of it, by whom, when, why."""

    status: ReviewStatus
    by: PersonRef
    at: datetime
    reason: str = ""
    is_reversal: bool = False


@dataclass(frozen=True, kw_only=True)
class ProductReview:
    """What a customer wrote of a product, and every decision on it; the last one counts."""

    id: str
    sku: str
    customer_no: str
    rating: int
    headline: str
    text: str
    status: ReviewStatus = ReviewStatus.PENDING
    decisions: tuple[Moderated, ...] = ()
    version: int = 1

    @property
    def decided(self) -> Moderated | None:
        return self.decisions[-1] if self.decisions else None


class ReviewNeedsReason(ValueError):
    """Rejecting, and changing a decision, say why."""


class SameDecision(ValueError):
    """The review is so already; `last` says who decided, None if it was imported."""

    def __init__(self, last: Moderated | None) -> None:
        self.last = last
        super().__init__(f"It is {last.status.value} already." if last else "It is so already.")


def act_for(review: ProductReview) -> Act:
    """The right that deciding on a review needs now: a decision is only reversed by a manager."""
    return Act.DECIDE_REVIEW if review.status is ReviewStatus.PENDING else Act.REVERSE_REVIEW


def moderated(
    review: ProductReview, move: ReviewMove, by: PersonRef, at: datetime, reason: str = ""
) -> ProductReview:
    """The review after a decision; whether `by` has the right is for `act_for` and the permissions to say.

    Raises SameDecision, or ReviewNeedsReason.
    """
    if not MODERATION.may(review.status, move):
        raise SameDecision(review.decided)
    is_reversal = review.status is not ReviewStatus.PENDING
    if not reason.strip() and (is_reversal or move is ReviewMove.REJECT):
        raise ReviewNeedsReason("a reason is missing")
    status = MODERATION.after(review.status, move)
    decision = Moderated(status=status, by=by, at=at, reason=reason.strip(), is_reversal=is_reversal)
    return replace(review, status=status, decisions=(*review.decisions, decision), version=review.version + 1)
