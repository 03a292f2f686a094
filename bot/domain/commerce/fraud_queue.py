"""The queue of fraud reports: who may decide, when a second person has to agree, what comes of it. Pure.

`fraud.py` has the rule of one decision; services ask here before and after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.commerce.acts import OrderAct, RefundMoney, ReverseAuthorization
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import RefundSource
from bot.domain.commerce.fraud import FRAUD_REASON, FraudReport, FraudRuling, beyond_reach, cancellation
from bot.domain.commerce.funds import Funds, funds_of
from bot.domain.commerce.limits import NoApproval
from bot.domain.commerce.performing import perform
from bot.domain.commerce.queue_filters import FraudFilter, FraudState
from bot.domain.ids import CustomerId, FraudReportId, OrderId
from bot.domain.people import Person, PersonRef
from bot.domain.refusals import Refusal
from bot.domain.shop.customers import AddressKind, Customer
from bot.domain.shop.money import Money
from bot.domain.shop.orders import DeliveryGroup, OrderSummary
from bot.domain.shop.sheets import FraudStatus

_OF_STATUS = {
    FraudStatus.OK: FraudState.OK,
    FraudStatus.CHECK: FraudState.WAITING,
    FraudStatus.FRAUD: FraudState.FRAUD,
}
_OF_RULING = {FraudRuling.APPROVE: FraudState.APPROVED, FraudRuling.REJECT: FraudState.REJECTED}


def state_after(before: FraudState | None, status: FraudStatus) -> FraudState:
    """Where a report stands once the provider says `status` (again): a decision of people stays."""
    if before in (FraudState.APPROVED, FraudState.REJECTED):
        return before
    if before is FraudState.PROPOSED and status is FraudStatus.CHECK:
        return before
    return _OF_STATUS[status]


def state_of(ruling: FraudRuling) -> FraudState:
    """Where a report stands once it is decided so."""
    return _OF_RULING[ruling]


def may_continue(others: Sequence[FraudState]) -> bool:
    """Whether an order goes on once one of its reports is approved, by where its other reports stand."""
    return all(one in (FraudState.OK, FraudState.APPROVED) for one in others)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A decision above somebody's limit: it counts once a second person agrees."""

    ruling: FraudRuling
    by: PersonRef
    at: datetime
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class AgreedBy:
    """The second person of a decision."""

    by: PersonRef
    at: datetime
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class Declined:
    """What somebody wanted, and the second person who said no to it, and why."""

    proposal: Proposal
    second: AgreedBy


@dataclass(frozen=True, kw_only=True)
class FraudRow:
    """A line of the queue."""

    id: FraudReportId
    order_id: OrderId
    order_number: str
    customer_name: str
    amount: Money
    provider: str
    score: int
    symptoms: tuple[tuple[str, int], ...]
    state: FraudState
    ordered_at: datetime
    is_suspended: bool


@dataclass(frozen=True, kw_only=True)
class FraudPage:
    """A page of the queue. `starts` are where it and the pages before it begin; `total` is counted so far as
    `is_more` does not say that there are more.
    """

    person: Person
    filter: FraudFilter
    rows: tuple[FraudRow, ...] = ()
    starts: tuple[FraudReportId, ...] = ()
    further: FraudReportId | None = None
    total: int = 0
    is_more: bool = False


@dataclass(frozen=True, kw_only=True)
class CustomerPast:
    """What is known of a customer besides this order, counted."""

    customer_id: CustomerId
    orders: int
    first_ordered_at: datetime | None
    canceled: int
    with_returns: int
    rejected: int
    """Orders of theirs that were rejected for fraud."""


@dataclass(frozen=True, kw_only=True)
class Rejecting:
    """What rejecting an order would do, by the same rules as the act itself. Amounts are of the order.

    `stays` are units (line, how many) that it cannot stop any more.
    """

    units: int
    comes_off: int
    to_refund: int
    to_reverse: int
    stays: tuple[tuple[int, int], ...]


def rejecting(books: OrderBooks) -> Rejecting:
    """What would come of it. Raises ActRefused where the order cannot be acted on at all."""
    act = cancellation(books)
    after = perform(books, act).after if act is not None else books
    funds = funds_of(after)
    return Rejecting(
        units=sum(one.quantity for one in act.items) if act is not None else 0,
        comes_off=books.totals.grand - after.totals.grand,
        to_refund=min(funds.excess, funds.available),
        to_reverse=funds.to_reverse,
        stays=beyond_reach(books),
    )


def reversals(books: OrderBooks, funds: Funds) -> tuple[ReverseAuthorization, ...]:
    """The acts that give back what nobody will capture any more, over the payments that can bear it."""
    left, acts = funds.to_reverse, list[ReverseAuthorization]()
    for payment in books.order.payments:
        amount = min(left, max(0, payment.available_to_capture))
        if amount:
            acts.append(ReverseAuthorization(payment=payment.ref, amount=amount))
            left -= amount
    return tuple(acts)


def next_act(books: OrderBooks) -> OrderAct | None:
    """What a rejected order needs next: cancelled first, then given back and refunded; None at its end."""
    cancelling = cancellation(books)
    if cancelling is not None:
        return cancelling
    funds = funds_of(books)
    for reversal in reversals(books, funds):
        return reversal
    amount = min(funds.excess, funds.available)
    if not amount:
        return None
    return RefundMoney(source=RefundSource.EXCESS, amount=amount, reason=FRAUD_REASON)


@dataclass(frozen=True, kw_only=True)
class FraudShown:
    """A report to look at, with what one needs to decide, and what this person may do.

    `refusal` is why they may not decide; None where they may. `limit` is what they decide alone, None for no
    limit. With a `proposal`, `no_approval` says why they may not agree to it.
    """

    id: FraudReportId
    report: FraudReport
    state: FraudState
    order: OrderSummary
    customer: Customer | None
    past: CustomerPast
    person: Person
    agreed: AgreedBy | None = None
    proposal: Proposal | None = None
    declined: Declined | None = None
    """The newest of what was declined."""
    others: tuple[tuple[str, FraudState], ...] = ()
    """The other reports of the order: who made them, and where they stand."""
    refusal: Refusal | None = None
    needs_second: bool = False
    limit: Money | None = None
    no_approval: NoApproval | None = None
    now: Money | None = None
    """What the order comes to without what was cancelled and returned before."""
    rejecting: Rejecting | None = None
    trouble: str = ""
    """Why it cannot be reckoned what rejecting would do."""

    @property
    def waits(self) -> bool:
        return self.state in (FraudState.WAITING, FraudState.PROPOSED)

    @property
    def bill_to(self) -> str:
        """The address of the bill, where it is known."""
        found = self.customer.addresses if self.customer else ()
        return next((one.written for one in found if one.kind is AddressKind.BILLING), "")

    @property
    def elsewhere(self) -> tuple[DeliveryGroup, ...]:
        """What is sent to an address that has no line in common with that of the bill."""
        bill = _lines(self.bill_to)
        sent = ((one, _lines(one.address)) for one in self.order.deliveries)
        return tuple(one for one, lines in sent if bill and lines and not bill & lines)


def _lines(address: str) -> set[str]:
    """The lines of an address as two are compared: letters and digits alone."""
    plain = (
        "".join(filter(str.isalnum, line.casefold())) for line in address.replace(";", "\n").splitlines()
    )
    return set(filter(None, plain))
