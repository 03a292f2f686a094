"""Fraud reports: decided once, by whoever presses first; the other sees who and when (domain.md 2). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.commerce.acts import CancelItems
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.removal import Item
from bot.domain.people import PersonRef
from bot.domain.shop.sheets import FraudStatus

FRAUD_REASON = "Fraud"


class FraudRuling(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"


@dataclass(frozen=True, kw_only=True)
class FraudDecision:
    """What was decided, by whom, when."""

    ruling: FraudRuling
    by: PersonRef
    at: datetime
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class FraudReport:
    """What a provider thinks of an order: symptoms with their scores, which make the total."""

    order_number: str
    provider: str
    score: int
    status: FraudStatus
    symptoms: tuple[tuple[str, int], ...] = ()
    decision: FraudDecision | None = None

    @property
    def waits(self) -> bool:
        """Whether its order waits for somebody: only a report that says CHECK does."""
        return self.status is FraudStatus.CHECK and self.decision is None

    @property
    def ranked(self) -> tuple[tuple[str, int], ...]:
        """The symptoms, those that weigh most first."""
        return tuple(sorted(self.symptoms, key=lambda one: (-one[1], one[0])))


class NothingToDecide(ValueError):
    """A report that nobody has to look at."""

    def __init__(self, status: FraudStatus) -> None:
        self.status = status
        super().__init__(f"The report says {status.value}: only CHECK is decided by people.")


class DecidedAlready(ValueError):
    """Somebody was first; `decision` says who, what and when."""

    def __init__(self, decision: FraudDecision) -> None:
        self.decision = decision
        super().__init__(f"{decision.by.name} decided {decision.ruling.value} at {decision.at.isoformat()}.")


def decided(report: FraudReport, decision: FraudDecision) -> FraudReport:
    """The report with a decision, which is final. Raises NothingToDecide or DecidedAlready."""
    if report.decision is not None:
        raise DecidedAlready(report.decision)
    if report.status is not FraudStatus.CHECK:
        raise NothingToDecide(report.status)
    return replace(report, decision=decision)


def must_wait(reports: Sequence[FraudReport]) -> bool:
    """Whether an order may not be sent yet, because of any of its reports."""
    return any(one.waits for one in reports)


def cancellation(books: OrderBooks) -> CancelItems | None:
    """The act by which a rejected order is cancelled; None where nothing of it can be any more.

    What was captured for it becomes excess funds to refund; `funds_of(...).to_reverse` of the
    authorisations is given back.
    """
    items = tuple(
        Item(line_no=one.line_no, quantity=one.available_to_cancel, reason=FRAUD_REASON)
        for one in books.order.products
        if one.available_to_cancel
    )
    return CancelItems(items=items) if items else None


def beyond_reach(books: OrderBooks) -> tuple[tuple[int, int], ...]:
    """Units (line, how many) that rejecting cannot stop: allocated ones until released, and sent ones."""
    lines = books.order.products
    return tuple((one.line_no, one.allocated - one.returned) for one in lines if one.allocated > one.returned)
