"""The queue of product reviews as one person sees it: its lines, a page of it, one review whole. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.commerce.moderation import ProductReview
from bot.domain.commerce.queue_filters import ReviewFilter
from bot.domain.ids import CustomerId, ProductReviewId
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.shop.sheets import ReviewStatus


@dataclass(frozen=True, kw_only=True)
class ReviewRow:
    """A line of the queue."""

    id: ProductReviewId
    number: str
    sku: str
    rating: int
    headline: str
    text: str
    customer_name: str
    status: ReviewStatus
    written_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReviewPage:
    """A page of the queue. `starts` are where it and the pages before it begin; there are more than `total`
    where it says `is_more`.
    """

    person: Person
    filter: ReviewFilter
    rows: tuple[ReviewRow, ...] = ()
    starts: tuple[ProductReviewId, ...] = ()
    further: ProductReviewId | None = None
    total: int = 0
    is_more: bool = False
    may_export: bool = False


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How many reviews wait; there are more than `count` where it says `is_more`."""

    count: int = 0
    is_more: bool = False


@dataclass(frozen=True, kw_only=True)
class ReviewShown:
    """A review to look at: who wrote it, what else they wrote, how many wait, and what this person may do.

    `refusal` is why they may not decide on it; None where they may.
    """

    id: ProductReviewId
    review: ProductReview
    customer_id: CustomerId
    customer_name: str
    written_at: datetime
    person: Person
    waiting: Waiting = field(default_factory=Waiting)
    theirs: Mapping[ReviewStatus, int] = field(default_factory=dict)
    """How many other reviews of the same customer stand where."""
    refusal: Refusal | None = None


@dataclass(frozen=True, kw_only=True)
class ExportedReview:
    """A review as the export has it, with the last decision on it."""

    id: ProductReviewId
    number: str
    sku: str
    rating: int
    status: str
    headline: str
    text: str
    customer_no: str
    customer_name: str
    written_at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str
    reversals: int


REVIEW_COLUMNS = (
    "number", "sku", "rating", "status", "headline", "text", "customer_no", "customer_name", "written_at",
    "decided_by", "decided_at", "reason", "reversals",
)  # fmt: skip
