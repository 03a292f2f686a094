"""An order with all its documents, and what its lines come to now; every act is reckoned from here. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from bot.domain.commerce.amounts import Amounts, placed
from bot.domain.commerce.documents import (
    ChangeLine,
    ChangeOrder,
    ChangeType,
    CreditMemo,
    Refund,
    ReturnOrder,
)
from bot.domain.commerce.faults import ActFault, Wrong
from bot.domain.commerce.payments import payment_faults
from bot.domain.commerce.quantities import line_faults
from bot.domain.commerce.states import RefundState
from bot.domain.shop.money import plain
from bot.domain.shop.orders import LineType, OrderLine, OrderPayment, OrderSummary, OrderTotals, TaxType


@dataclass(frozen=True, kw_only=True)
class LineNow:
    """A line as it stands: what is left of its money, and what its units are shared out from.

    `base` was the money of `units` units, of which `gone` went since: the line as it was placed, or as the
    last change of its price left it. `unrecorded` units went before the desk kept change orders.
    """

    line: OrderLine
    amounts: Amounts
    base: Amounts
    units: int
    gone: int
    unrecorded: int = 0

    def coming_off(self, quantity: int) -> Amounts:
        """What so many more units take with them; positive. All of a line's units take exactly the whole."""
        return self.base.of_units(self.gone, quantity, self.units)


@dataclass(frozen=True)
class OrderBooks:
    """An order as the shop placed it, with the quantities of today, and every document since."""

    order: OrderSummary
    changes: tuple[ChangeOrder, ...] = ()
    memos: tuple[CreditMemo, ...] = ()
    refunds: tuple[Refund, ...] = ()
    returns: tuple[ReturnOrder, ...] = ()

    @property
    def tax_type(self) -> TaxType:
        return self.order.tax_type

    @property
    def currency(self) -> str:
        return self.order.currency

    @cached_property
    def lines(self) -> Mapping[int, LineNow]:
        """Every line as it stands now, by its number."""
        return lines_now(self.order.lines, self.changes)

    @cached_property
    def totals(self) -> OrderTotals:
        """What the order comes to now."""
        return _totals(self.lines.values(), self.tax_type)

    @cached_property
    def awaited(self) -> Counter[int]:
        """How many units returns still wait for, by line."""
        found = Counter[int]()
        for back in self.returns:
            found.update({one.line_no: one.open for one in back.lines})
        return found

    @cached_property
    def faults(self) -> tuple[ActFault, ...]:
        """Everything in which they contradict themselves; looked for once, because books never change."""
        return tuple(book_faults(self))

    def change(self, number: str) -> ChangeOrder | None:
        return next((one for one in self.changes if one.number == number), None)

    def memo(self, number: str) -> CreditMemo | None:
        return next((one for one in self.memos if one.number == number), None)

    def refund(self, number: str) -> Refund | None:
        return next((one for one in self.refunds if one.number == number), None)

    def return_order(self, number: str) -> ReturnOrder | None:
        return next((one for one in self.returns if one.number == number), None)

    def payment(self, ref: str) -> OrderPayment | None:
        return next((one for one in self.order.payments if one.ref == ref), None)

    def said(self, minor: int) -> str:
        """An amount of this order in digits, for the sentences of what is wrong."""
        return plain(minor, self.currency)

    def with_lines(self, changed: Mapping[int, OrderLine]) -> OrderBooks:
        """The same with these lines in place of those with their numbers."""
        lines = tuple(changed.get(one.line_no, one) for one in self.order.lines)
        return replace(self, order=replace(self.order, lines=lines))

    def with_payment(self, payment: OrderPayment) -> OrderBooks:
        """The same with this payment in place of the one of its name."""
        payments = tuple(payment if one.ref == payment.ref else one for one in self.order.payments)
        return replace(self, order=replace(self.order, payments=payments))


def lines_now(lines: Iterable[OrderLine], changes: Iterable[ChangeOrder]) -> Mapping[int, LineNow]:
    """Lines as they stand after change orders, by number."""
    recorded = defaultdict[int, list[tuple[ChangeType, ChangeLine]]](list)
    for change in changes:
        for one in change.lines:
            recorded[one.line_no].append((change.type, one))
    return {line.line_no: _line_now(line, recorded[line.line_no]) for line in lines}


def now_of(lines: Iterable[OrderLine], tax_type: TaxType, changes: Iterable[ChangeOrder]) -> OrderTotals:
    """What lines come to after change orders: an import asks, which has no whole order in hand."""
    return _totals(lines_now(lines, changes).values(), tax_type)


def _totals(now: Iterable[LineNow], tax_type: TaxType) -> OrderTotals:
    lines = list(now)
    return OrderTotals(
        products=sum(one.amounts.adjusted for one in lines if one.line.type is LineType.PRODUCT),
        delivery=sum(one.amounts.adjusted for one in lines if one.line.type is LineType.CHARGE),
        tax=sum(one.amounts.tax for one in lines),
        is_gross=tax_type is TaxType.GROSS,
    )


def book_faults(books: OrderBooks) -> Iterator[ActFault]:
    """Everything in which an order's books contradict themselves; nothing is done on such an order."""
    for line in books.order.lines:
        yield from line_faults(line)
    for now in books.lines.values():
        yield from _line_faults(books, now)
    yield from _return_faults(books)
    for payment in books.order.payments:
        yield from payment_faults(payment, books.currency)
        yield from _refund_faults(books, payment)


def _return_faults(books: OrderBooks) -> Iterator[ActFault]:
    """Units that returns wait for, and the line does not know to be on their way."""
    for line_no, count in books.awaited.items():
        now = books.lines.get(line_no)
        under_way = now.line.return_initiated - now.line.returned if now else 0
        if count > under_way:
            said = f"its returns wait for {count} units, but {under_way} are on their way."
            yield ActFault(wrong=Wrong.BROKEN_BOOKS, said=said, line_no=line_no)


def _refund_faults(books: OrderBooks, payment: OrderPayment) -> Iterator[ActFault]:
    mine = [one for one in books.refunds if one.payment_ref == payment.ref]
    held = sum(one.amount for one in mine if one.holds)
    if held != payment.pending_refund:
        said = (
            f"payment {payment.ref}: pending_refund {books.said(payment.pending_refund)}, but the refunds on "
            f"their way come to {books.said(held)}."
        )
        yield ActFault(wrong=Wrong.BROKEN_BOOKS, said=said)
    settled = sum(one.amount for one in mine if one.state is RefundState.SETTLED)
    if settled > payment.refunded:
        said = (
            f"payment {payment.ref}: refunded {books.said(payment.refunded)}, but the refunds that were paid "
            f"come to {books.said(settled)}."
        )
        yield ActFault(wrong=Wrong.BROKEN_BOOKS, said=said)


def _line_faults(books: OrderBooks, now: LineNow) -> Iterator[ActFault]:
    line = now.line
    if now.unrecorded < 0:
        went = line.canceled + line.returned
        said = (
            f"its change orders take {went - now.unrecorded} units, but canceled {line.canceled} + returned "
            f"{line.returned} = {went}."
        )
        yield ActFault(wrong=Wrong.BROKEN_BOOKS, said=said, line_no=line.line_no)
    elif line.type is LineType.PRODUCT:
        left = now.base - now.base.part(now.gone, now.units)
        if left != now.amounts:
            said = (
                f"{books.said(now.amounts.owed(books.tax_type))} is left by its change orders, but "
                f"{books.said(left.owed(books.tax_type))} by its {line.quantity} units."
            )
            yield ActFault(wrong=Wrong.BROKEN_BOOKS, said=said, line_no=line.line_no)


def _line_now(line: OrderLine, recorded: list[tuple[ChangeType, ChangeLine]]) -> LineNow:
    """Units that went before the desk kept change orders went first, at the same shares."""
    whole = placed(line)
    if not recorded and not line.canceled and not line.returned:
        return LineNow(line=line, amounts=whole, base=whole, units=line.ordered, gone=0)
    taken = -sum(one.quantity for kind, one in recorded if kind.takes_units)
    before = line.canceled + line.returned - taken
    amounts = whole - whole.part(max(0, before), line.ordered)
    base, units, gone = whole, line.ordered, before
    for kind, one in recorded:
        amounts += one.amounts
        if kind.takes_units:
            gone -= one.quantity
        else:  # a changed price: from now on its units share what is left
            base, units, gone = amounts, units - gone, 0
    return LineNow(line=line, amounts=amounts, base=base, units=units, gone=gone, unrecorded=before)
