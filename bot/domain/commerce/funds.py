"""Whose money it is: excess funds, open credit memos, what can be refunded (domain.md 1.3). Pure.

All of it is over the whole order, never over one act alone: screens say so.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import ChangeOrder, CreditMemo, RefundSource
from bot.domain.commerce.states import RefundState
from bot.domain.shop.orders import LineType


@dataclass(frozen=True, kw_only=True)
class Funds:
    """The money of an order, in minor units.

    `excess` is captured money that is owed back and stands in no memo; `memos` is what memos still owe;
    `without_memo` is owed for returned goods that no memo has been written for yet. `available` is what the
    payments can give back at all. `uncovered` is owed in memos for goods whose money was never captured: it
    is not paid back, so much less is captured instead.
    """

    captured: int
    excess: int
    memos: int
    without_memo: int
    available: int
    uncovered: int
    to_capture: int
    """What of the authorisations can still be captured."""
    owed_yet: int
    """What the customer has not paid yet of what is not cancelled."""

    @property
    def refundable(self) -> int:
        """What is owed back: excess funds and what is open after fulfilment, as far as it was captured."""
        return max(0, self.excess + self.memos + self.without_memo - self.uncovered)

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
    memoed = {number for memo in books.memos for number in memo.changes}
    in_memos = sum(one.comes_off for one in books.changes if one.is_pre_fulfillment and one.number in memoed)
    loose = sum(one.comes_off for one in without_memo(books) if not one.is_pre_fulfillment)
    memos = sum(memo_open(books, one) for one in books.memos)
    back = unrecorded_refunds(books) + _counted(books, RefundSource.EXCESS)
    excess = max(0, captured - to_pay - back - in_memos)
    spare = max(0, captured - back - _counted(books, RefundSource.MEMO) - kept_by_customer(books))
    uncovered = max(0, memos + loose - max(0, spare - excess))
    pending = sum(one.pending_capture for one in payments)
    return Funds(
        captured=captured,
        excess=excess,
        memos=memos,
        without_memo=loose,
        available=sum(one.available_to_refund for one in payments),
        uncovered=uncovered,
        to_capture=sum(one.available_to_capture for one in payments),
        owed_yet=max(0, to_pay - captured - pending - uncovered),
    )


def kept_by_customer(books: OrderBooks) -> int:
    """What the goods come to that a customer has and keeps, and their delivery: money that is not owed back.

    A part of a line is rounded down, so that no refund fails for a cent of rounding.
    """
    goods, groups = 0, set[int]()
    for now in books.lines.values():
        has = now.line.fulfilled - now.line.returned
        if has > 0 and now.line.type is LineType.PRODUCT:
            goods += now.amounts.owed(books.tax_type) * has // now.line.quantity
            groups.add(now.line.group)
    charges = (one for one in books.lines.values() if one.line.type is LineType.CHARGE)
    return goods + sum(one.amounts.owed(books.tax_type) for one in charges if one.line.group in groups)


def memo_refundable(books: OrderBooks, memo: CreditMemo) -> int:
    """What of a memo can be paid back: what it owes, as far as its goods' money was captured."""
    funds = funds_of(books)
    return min(memo_open(books, memo), max(0, funds.memos + funds.without_memo - funds.uncovered))


def _counted(books: OrderBooks, source: RefundSource) -> int:
    return sum(one.amount for one in books.refunds if one.counts and one.source is source)


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
