"""What narrows the queues of product reviews and of fraud reports, read from text and written as text. Pure.

A saved query keeps the text; a form reads and writes the same.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.domain.refusals import Reason, Refusal
from bot.domain.shop.sheets import ReviewStatus

S = TypeVar("S", bound=StrEnum)

STARS = (1, 2, 3, 4, 5)
ANY = "all"
LONGEST_FILTER = 200

REVIEW_FILTERS = {
    "status": "status:pending",
    "stars": "stars:1,2",
    "sku": "sku:GOLD",
    "from": "from:2026-11-01",
    "to": "to:2026-11-30",
}
"""Every filter of reviews, with how it is written."""


class FraudState(StrEnum):
    """Where a report stands in the queue."""

    WAITING = "waiting"
    PROPOSED = "proposed"  # somebody has decided, and a second person has to agree
    APPROVED = "approved"
    REJECTED = "rejected"
    OK = "ok"  # the provider sees nothing: nobody has to look
    FRAUD = "fraud"  # the provider is sure: nobody is asked


FRAUD_FILTERS = {"status": "status:waiting", "score": "score:50"}
"""Every filter of fraud reports, with how it is written."""


@dataclass(frozen=True, kw_only=True)
class ReviewFilter:
    """Which reviews. Days are included, of the reader's calendar; `status` None is all of them."""

    status: ReviewStatus | None = ReviewStatus.PENDING
    stars: frozenset[int] = frozenset()
    sku: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def text(self) -> str:
        """As `read_reviews` reads it."""
        parts = [f"status:{self.status.value if self.status else ANY}"]
        if self.stars:
            parts.append(f"stars:{','.join(map(str, sorted(self.stars)))}")
        if self.sku:
            parts.append(f"sku:{shlex.quote(self.sku)}")
        if self.since:
            parts.append(f"from:{self.since.isoformat()}")
        if self.until:
            parts.append(f"to:{self.until.isoformat()}")
        return " ".join(parts)

    def span(self, zone: str) -> tuple[datetime | None, datetime | None]:
        """From when (included) to when (not included)."""
        return begins(self.since, zone), begins(self.until, zone, days=1)


@dataclass(frozen=True, kw_only=True)
class FraudFilter:
    """Which reports. `state` None is all of them; `score` is the lowest that counts."""

    state: FraudState | None = FraudState.WAITING
    score: int = 0

    @property
    def text(self) -> str:
        """As `read_fraud` reads it."""
        score = f" score:{self.score}" if self.score else ""
        return f"status:{self.state.value if self.state else ANY}{score}"


def read_reviews(text: str) -> ReviewFilter:
    """Filters as somebody typed them. Raises Refusal REVIEW_FILTER with the part that is none."""
    given = parts_of(text, REVIEW_FILTERS, Reason.REVIEW_FILTER)
    try:
        stars = frozenset(int(one) for one in given.get("stars", "").split(",") if one.strip())
        found = ReviewFilter(
            status=one_of(ReviewStatus, given.get("status", ReviewStatus.PENDING.value)),
            stars=stars,
            sku=given.get("sku", ""),
            since=day_of(given.get("from", "")),
            until=day_of(given.get("to", "")),
        )
        if not stars <= set(STARS) or (found.since and found.until and found.since > found.until):
            raise ValueError
    except ValueError:
        raise Refusal(Reason.REVIEW_FILTER, {"value": text}) from None
    return found


def are_filters(text: str) -> bool:
    """Whether what was typed narrows reviews, and is no other word: it begins with a filter or a status."""
    word = next(iter(text.split()), "")
    return ":" in word or word.casefold() in (ANY, *ReviewStatus)


def read_fraud(text: str) -> FraudFilter:
    """Filters as somebody typed them. Raises Refusal FRAUD_FILTER with the part that is none."""
    given = parts_of(text, FRAUD_FILTERS, Reason.FRAUD_FILTER)
    score = given.get("score", "0")
    try:
        if not score.isdecimal() or len(score) > 6:
            raise ValueError
        state = one_of(FraudState, given.get("status", FraudState.WAITING.value))
    except ValueError:
        raise Refusal(Reason.FRAUD_FILTER, {"value": text}) from None
    return FraudFilter(state=state, score=int(score))


def parts_of(text: str, known: Mapping[str, str], reason: Reason) -> dict[str, str]:
    """`name:value` by name. A word alone is of the first one known: `/review list rejected`."""
    try:
        words = shlex.split(text[:LONGEST_FILTER])
    except ValueError:  # a quote that is not closed
        raise Refusal(reason, {"value": text}) from None
    found = dict[str, str]()
    for word in words:
        name, colon, value = word.partition(":")
        if not colon:
            name, value = next(iter(known)), word
        name = name.casefold()
        if name not in known or not value or name in found:
            raise Refusal(reason, {"value": word})
        found[name] = value
    return found


def one_of(states: type[S], value: str) -> S | None:
    """Raises ValueError."""
    return None if value.casefold() == ANY else states(value.casefold())


def day_of(value: str) -> date | None:
    """Raises ValueError."""
    return date.fromisoformat(value) if value else None


@lru_cache(256)
def begins(day: date | None, zone: str, days: int = 0) -> datetime | None:
    """When a day begins in a time zone, or the one so many days behind it; UTC. None where there is none."""
    if day is None:
        return None
    try:
        begins = datetime.combine(day + timedelta(days=days), time(), ZoneInfo(zone))
        return begins.astimezone(UTC)
    except OverflowError:  # the last day that there is, and the first
        return None
