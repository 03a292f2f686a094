"""Does an act on an order's books: the new books with their documents, or everything that forbids it. Pure.

The rehearsal and the act itself call the same function, so that what was shown is what is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.commerce import refunding, returning
from bot.domain.commerce.acts import (
    DEFAULT_TERMS,
    CancelItems,
    MoveReturn,
    MoveUnits,
    OrderAct,
    ReceiveGoods,
    RefundMoney,
    ReturnItems,
    ReverseAuthorization,
    Terms,
    WriteMemo,
)
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import (
    ChangeOrder,
    ChangeType,
    CreditMemo,
    Refund,
    ReturnOrder,
    Stamp,
)
from bot.domain.commerce.faults import ActFault, ActRefused, Wrong
from bot.domain.commerce.quantities import UnitAct
from bot.domain.commerce.removal import Item, removal
from bot.domain.commerce.units import moved
from bot.domain.shop.orders import OrderStatus, is_void


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """An act that was done: the books before and after it."""

    before: OrderBooks
    after: OrderBooks

    @property
    def changes(self) -> tuple[ChangeOrder, ...]:
        """The change orders that arose."""
        return self.after.changes[len(self.before.changes) :]

    @property
    def memos(self) -> tuple[CreditMemo, ...]:
        return self.after.memos[len(self.before.memos) :]

    @property
    def refunds(self) -> tuple[Refund, ...]:
        """The refunds that were asked for; each waits to be sent."""
        return self.after.refunds[len(self.before.refunds) :]

    @property
    def returns(self) -> tuple[ReturnOrder, ...]:
        """The returns that arose or moved."""
        return tuple(one for one in self.after.returns if one not in self.before.returns)


def perform(
    books: OrderBooks, act: OrderAct, terms: Terms = DEFAULT_TERMS, stamp: Stamp | None = None
) -> Outcome:
    """The books after an act. Raises ActRefused with everything that forbids it; nothing is changed then.

    The books are checked before and after: what contradicts itself is not touched.
    """
    check_books(books)
    done = _done(books, act, terms, stamp or Stamp())
    order = replace(done.order, version=books.order.version + 1)
    status = _status(order.status, done)
    void = is_void(status, order.lines, order.payments)
    after = replace(done, order=replace(order, status=status, is_void=void))
    check_books(after)
    return Outcome(before=books, after=after)


def check_books(books: OrderBooks) -> None:
    """Raise ActRefused with all in which an order's books contradict themselves."""
    _hold(books.faults)


def _done(books: OrderBooks, act: OrderAct, terms: Terms, stamp: Stamp) -> OrderBooks:
    match act:
        case CancelItems():
            return _cancel(books, act, terms, stamp)
        case MoveUnits():
            _hold(_order_open(books))
            return moved(books, act.act, act.units)
        case ReturnItems():
            return returning.opened(books, act, stamp)
        case MoveReturn():
            return returning.moved_on(books, act)
        case ReceiveGoods():
            return returning.received(books, act, terms, stamp)
        case WriteMemo():
            return refunding.with_memo(books, act.changes, stamp)
        case RefundMoney():
            return refunding.requested(books, act, stamp)
        case ReverseAuthorization():
            return refunding.reversed_authorization(books, act)


def _cancel(books: OrderBooks, act: CancelItems, terms: Terms, stamp: Stamp) -> OrderBooks:
    _hold(_order_open(books))
    after = moved(books, UnitAct.CANCEL, act.items)
    _hold(_parts(books, after, act.items, terms))
    change = ChangeOrder(
        number=f"{books.order.number}-C{len(books.changes) + 1}",
        type=ChangeType.CANCEL,
        is_pre_fulfillment=True,
        lines=removal(books, after, act.items, terms.shipping),
        tax_type=books.tax_type,
        stamp=stamp,
    )
    return replace(after, changes=(*books.changes, change))


def _order_open(books: OrderBooks) -> Iterator[ActFault]:
    if books.order.status is OrderStatus.CANCELED:
        yield ActFault(wrong=Wrong.ORDER_IS_CANCELED, said="The order is canceled; nothing of it can move.")


def _parts(before: OrderBooks, after: OrderBooks, items: Sequence[Item], terms: Terms) -> Iterator[ActFault]:
    """What a team does not let be cancelled in part."""
    for item in items if not terms.part_of_line else ():
        line = before.lines[item.line_no].line
        if item.quantity < line.quantity:
            said = f"{item.quantity} of {line.quantity} to cancel, but lines are only cancelled whole here."
            yield ActFault(wrong=Wrong.PART_NOT_ALLOWED, said=said, line_no=item.line_no)
    left = sum(one.quantity for one in after.order.products)
    if not terms.part_of_order and left:
        said = f"{left} units would stay, but orders are only cancelled whole here."
        yield ActFault(wrong=Wrong.PART_NOT_ALLOWED, said=said)


def _status(status: OrderStatus, after: OrderBooks) -> OrderStatus:
    """Cancelled with its last unit, fulfilled with its last one on the way; else as the shop has it."""
    products = after.order.products
    if status in (OrderStatus.CANCELED, OrderStatus.CLOSED) or not products:
        return status
    if all(one.net_ordered == 0 for one in products):
        return OrderStatus.CANCELED
    if all(one.fulfilled == one.net_ordered for one in products):
        return OrderStatus.FULFILLED
    return status


def _hold(faults: Iterable[ActFault]) -> None:
    found = tuple(faults)
    if found:
        raise ActRefused(found)
