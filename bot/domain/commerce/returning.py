"""Returns: opened, approved, received, given up; `performing` calls it (domain.md 1.2, 1.3, 2). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.domain.commerce.acts import Goods, MoveReturn, ReceiveGoods, ReturnItems, Terms, Units
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import ChangeOrder, ChangeType, ReturnLine, ReturnOrder, Stamp
from bot.domain.commerce.faults import ActFault, ActRefused, Wrong, refused
from bot.domain.commerce.machines import NotReachable
from bot.domain.commerce.quantities import UnitAct
from bot.domain.commerce.quantities import received as units_received
from bot.domain.commerce.refunding import with_memo
from bot.domain.commerce.removal import Item, removal
from bot.domain.commerce.states import RETURN, ReturnMove, ReturnStage
from bot.domain.commerce.units import each, moved
from bot.domain.shop.orders import OrderLine

MOVES = frozenset(ReturnMove) - {ReturnMove.SUBMIT, ReturnMove.RECEIVE, ReturnMove.RECEIVE_PART}
"""Moves that an act makes by itself; the others come with the return and with its goods."""


BY_HAND = (ReturnMove.APPROVE, ReturnMove.CANCEL, ReturnMove.COMPLETE)


def moves_by_hand(back: ReturnOrder, *, led: bool) -> tuple[ReturnMove, ...]:
    """What people may do with a return besides receiving its goods; a request that leads it completes it."""
    possible = (one for one in BY_HAND if RETURN.may(back.stage, one))
    return tuple(one for one in possible if not (led and one is ReturnMove.COMPLETE))


def opened(books: OrderBooks, act: ReturnItems, stamp: Stamp) -> OrderBooks:
    """The books with a return that waits for its approval; its units are on their way from now on."""
    after = _known_under_way(books, act) if act.under_way else moved(books, UnitAct.START_RETURN, act.items)
    opened_return = ReturnOrder(
        number=f"{books.order.number}-R{len(books.returns) + 1}",
        lines=tuple(
            ReturnLine(line_no=one.line_no, expected=one.quantity, reason=one.reason, ship=one.ship)
            for one in act.items
        ),
        stage=RETURN.after(ReturnStage.DRAFT, ReturnMove.SUBMIT),
        stamp=stamp,
    )
    return replace(after, returns=(*books.returns, opened_return))


def unrecorded(books: OrderBooks) -> tuple[Units, ...]:
    """Units on their way back that are in no return of the desk: an import brought them."""
    lines = books.order.products
    left = ((one, one.return_initiated - one.returned - books.awaited[one.line_no]) for one in lines)
    return tuple(Units(line_no=line.line_no, quantity=count) for line, count in left if count > 0)


def _known_under_way(books: OrderBooks, act: ReturnItems) -> OrderBooks:
    """The books as they are: the units of such a return left before. Raises ActRefused."""
    most = {one.line_no: one.quantity for one in unrecorded(books)}

    def known(line: OrderLine, one: Item) -> OrderLine:
        if not 1 <= one.quantity <= most.get(one.line_no, 0):
            said = f"{one.quantity} under way, but {most.get(one.line_no, 0)} are in no return yet."
            raise refused(Wrong.TOO_MANY, said, one.line_no)
        return line

    return each(books, act.items, known)


def moved_on(books: OrderBooks, act: MoveReturn) -> OrderBooks:
    """The books with a return a stage further. A cancelled one lets its units go; what came back stays."""
    found = _found(books, act.number)
    if act.move not in MOVES:
        raise refused(Wrong.NOT_REACHABLE, f"Return {act.number}: {act.move} comes with its goods.")
    stage = _after(found, act.move)
    if act.move is ReturnMove.CANCEL:
        came = sum(one.received for one in found.lines)
        if came:
            said = f"Return {act.number}: {came} units came back already. Give up the rest instead."
            raise refused(Wrong.NOT_REACHABLE, said)
        books = moved(books, UnitAct.DROP_RETURN, _open(found))
        found = _given_up(found)
    return _put(books, replace(found, stage=stage))


def received(books: OrderBooks, act: ReceiveGoods, terms: Terms, stamp: Stamp) -> OrderBooks:
    """The books with goods received: accepted units come off the order, rejected ones stay the customer's."""
    found = _found(books, act.number)
    if not RETURN.may(found.stage, ReturnMove.RECEIVE):
        _after(found, ReturnMove.RECEIVE)
    faults = tuple(_goods_faults(found, act.goods))
    if faults:
        raise ActRefused(faults)
    after = books
    if act.goods or not act.rest_is_lost:
        after = each(books, act.goods, lambda line, one: units_received(line, one.accepted, one.rejected))
    done = _with_goods(found, act.goods)
    if act.rest_is_lost and done.is_awaited:
        after = moved(after, UnitAct.DROP_RETURN, _open(done))
        done = _given_up(done)
    move = ReturnMove.RECEIVE_PART if done.is_awaited else ReturnMove.RECEIVE
    after = _put(after, replace(done, stage=RETURN.after(done.stage, move)))
    return _with_change(books, after, found, act, terms, stamp)


def accepted_items(found: ReturnOrder, goods: Sequence[Goods]) -> tuple[Item, ...]:
    """What of goods comes off the order, with the reason that the customer gave."""
    expected = {one.line_no: one for one in found.lines}
    return tuple(
        Item(
            line_no=one.line_no,
            quantity=one.accepted,
            reason=expected[one.line_no].reason,
            ship=expected[one.line_no].ship,
        )
        for one in goods
        if one.accepted
    )


def _with_change(
    before: OrderBooks, after: OrderBooks, found: ReturnOrder, act: ReceiveGoods, terms: Terms, stamp: Stamp
) -> OrderBooks:
    items = accepted_items(found, act.goods)
    if not items:
        return after
    change = ChangeOrder(
        number=f"{before.order.number}-C{len(before.changes) + 1}",
        type=ChangeType.RETURN,
        is_pre_fulfillment=False,
        lines=removal(before, after, items, terms.shipping),
        tax_type=before.tax_type,
        return_number=found.number,
        stamp=stamp,
    )
    after = replace(after, changes=(*before.changes, change))
    # What was free owes nothing: there is nothing to write a memo of.
    return with_memo(after, (change.number,), stamp) if act.with_memo and change.comes_off > 0 else after


def _goods_faults(found: ReturnOrder, goods: Sequence[Goods]) -> Iterator[ActFault]:
    expected = {one.line_no: one for one in found.lines}
    for one in goods:
        line = expected.get(one.line_no)
        if line is None:
            said = f"is not in return {found.number}."
            yield ActFault(wrong=Wrong.NO_SUCH_LINE, said=said, line_no=one.line_no)
            continue
        if one.accepted + one.rejected > line.open:
            came = f"accepted {one.accepted} + rejected {one.rejected} = {one.accepted + one.rejected}"
            gone = line.received + line.given_up
            said = f"{came} came back, but expected {line.expected} - received {gone} = {line.open}."
            yield ActFault(wrong=Wrong.TOO_MANY, said=said, line_no=one.line_no)
        if one.rejected and not one.rejection.strip():
            said = f"{one.rejected} rejected, and no reason says why."
            yield ActFault(wrong=Wrong.NEEDS_REASON, said=said, line_no=one.line_no)


def _with_goods(found: ReturnOrder, goods: Sequence[Goods]) -> ReturnOrder:
    came = {one.line_no: one for one in goods}
    lines = tuple(
        replace(
            line,
            accepted=line.accepted + one.accepted,
            rejected=line.rejected + one.rejected,
            rejection=one.rejection.strip() or line.rejection,
        )
        if (one := came.get(line.line_no))
        else line
        for line in found.lines
    )
    return replace(found, lines=lines)


def _given_up(found: ReturnOrder) -> ReturnOrder:
    return replace(found, lines=tuple(replace(one, given_up=one.given_up + one.open) for one in found.lines))


def _open(found: ReturnOrder) -> tuple[Units, ...]:
    return tuple(Units(line_no=one.line_no, quantity=one.open) for one in found.lines if one.open)


def _found(books: OrderBooks, number: str) -> ReturnOrder:
    found = books.return_order(number)
    if found is None:
        raise refused(Wrong.NO_SUCH_RETURN, f"The order has no return {number}.")
    return found


def _after(found: ReturnOrder, move: ReturnMove) -> ReturnStage:
    try:
        return RETURN.after(found.stage, move)
    except NotReachable as wrong:
        raise refused(Wrong.NOT_REACHABLE, f"Return {found.number}: {wrong}") from None


def _put(books: OrderBooks, changed: ReturnOrder) -> OrderBooks:
    returns = tuple(changed if one.number == changed.number else one for one in books.returns)
    return replace(books, returns=returns)
