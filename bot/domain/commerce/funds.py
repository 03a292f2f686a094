"""Whose money it is: excess funds, open credit memos, what can be refunded (domain.md 1.3). Pure.

All of it is over the whole order, never over one act alone: screens say so.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import ChangeOrder, CreditMemo, RefundSource
from bot.domain.commerce.states import RefundState


@dataclass(frozen=True, kw_only=True)
class Funds:
    """The money of an order, in minor units.

    `excess` is captured money that is owed back and stands in no memo; `memos` is what memos still owe;
    `without_memo` is owed for returned goods that no memo has been written for yet. `available` is what the
    payments can give back at all.
    """

    captured: int
    excess: int
    memos: int
    without_memo: int
    available: int
    to_capture: int
    """What of the authorisations can still be captured."""
    owed_yet: int
    """What the customer has not paid yet of what is not cancelled."""

    @property
    def refundable(self) -> int:
        """What is owed back: excess funds and what is open after fulfilment."""
        return max(0, self.excess + self.memos + self.without_memo)

    @property
    def can_be_refunded(self) -> int:
        """The same, as far as the payments have it."""
        return min(self.refundable, self.available)

    @property
    def to_reverse(self) -> int:
        """What of the authorisations nobody will capture any more."""
        return max(0, self.to_capture - self.owed_yet)


def funds_of(books: OrderBooks) -> Funds:
    """The money of an order as it stands."""
    payments = books.order.payments
    captured = sum(one.captured for one in payments)
    # Returned goods are settled by memos: what was to be paid is the order without its cancelled parts.
    to_pay = books.totals.grand - sum(one.grand for one in books.changes if not one.is_pre_fulfillment)
    paid_back = sum(one.amount for one in books.refunds if one.counts and one.source is RefundSource.EXCESS)
    paid_back += unrecorded_refunds(books)
    memoed = {number for memo in books.memos for number in memo.changes}
    in_memos = sum(one.comes_off for one in books.changes if one.is_pre_fulfillment and one.number in memoed)
    without_memo = sum(
        one.comes_off for one in books.changes if not one.is_pre_fulfillment and one.number not in memoed
    )
    return Funds(
        captured=captured,
        excess=max(0, captured - to_pay - paid_back - in_memos),
        memos=sum(memo_open(books, one) for one in books.memos),
        without_memo=without_memo,
        available=sum(one.available_to_refund for one in payments),
        to_capture=sum(one.available_to_capture for one in payments),
        owed_yet=max(0, to_pay - captured - sum(one.pending_capture for one in payments)),
    )


def unrecorded_refunds(books: OrderBooks) -> int:
    """What was refunded before the desk kept refunds: it is taken to have paid back what went until then."""
    recorded = sum(one.amount for one in books.refunds if one.state is RefundState.SETTLED)
    return sum(one.refunded for one in books.order.payments) - recorded


def memo_open(books: OrderBooks, memo: CreditMemo) -> int:
    """What a memo still owes."""
    return memo.amount - sum(
        one.amount
        for one in books.refunds
        if one.counts and one.source is RefundSource.MEMO and one.memo == memo.number
    )


def without_memo(books: OrderBooks) -> tuple[ChangeOrder, ...]:
    """The change orders that no memo has."""
    memoed = {number for memo in books.memos for number in memo.changes}
    return tuple(one for one in books.changes if one.number not in memoed)
