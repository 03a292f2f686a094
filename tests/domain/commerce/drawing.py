"""Any acts on any order, drawn one after the other: for the laws of the money, and for what keeps books."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from bot.domain.commerce.acts import (
    CancelItems,
    Goods,
    MoveReturn,
    MoveUnits,
    OrderAct,
    ReceiveGoods,
    RefundMoney,
    ReturnItems,
    Terms,
    Units,
    WriteMemo,
)
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import RefundSource, Stamp
from bot.domain.commerce.faults import ActRefused
from bot.domain.commerce.funds import funds_of, memo_open
from bot.domain.commerce.performing import perform
from bot.domain.commerce.quantities import UnitAct, most
from bot.domain.commerce.refunding import moved_refund
from bot.domain.commerce.removal import Item, ShippingRule
from bot.domain.commerce.states import REFUND, ReturnMove, ReturnStage


def _draw_act(draw: Callable[..., object], order: OrderBooks) -> OrderAct | None:
    """Some act that the order is ripe for, so that a walk comes as far as memos and refunds."""
    stages = {one.stage for one in order.returns}
    funds = funds_of(order)
    ripe = {
        _cancel: any(one.available_to_cancel for one in order.order.products),
        _move: True,
        _return: any(one.available_to_return for one in order.order.products),
        _approve: ReturnStage.APPROVAL_PENDING in stages,
        _receive: ReturnStage.WAITING_FOR_GOODS in stages,
        _memo: bool(order.changes),
        _refund: funds.available > 0,
        _refund_owed: min(funds.available, funds.refundable) > 0,
    }
    nearest = [one for one in (_receive, _approve, _refund_owed) if ripe[one]]
    able = [one for one, is_ripe in ripe.items() if is_ripe]
    made = draw(st.sampled_from(nearest if nearest and draw(st.booleans()) else able))
    return made(draw, order)  # type: ignore[operator,no-any-return]


def _some(draw, order: OrderBooks, act: UnitAct) -> tuple[int, int] | None:  # type: ignore[no-untyped-def]
    able = [one for one in order.order.products if most(one, act) > 0]
    if not able:
        return None
    one = draw(st.sampled_from(able))
    return one.line_no, draw(st.integers(1, most(one, act)))


def _cancel(draw, order: OrderBooks) -> OrderAct | None:  # type: ignore[no-untyped-def]
    some = _some(draw, order, UnitAct.CANCEL)
    ship = draw(st.sampled_from([None, True, False]))
    return some and CancelItems(items=(Item(line_no=some[0], quantity=some[1], ship=ship),))


def _move(draw, order: OrderBooks) -> OrderAct | None:  # type: ignore[no-untyped-def]
    act = draw(st.sampled_from([UnitAct.ALLOCATE, UnitAct.FULFIL, UnitAct.FULFIL, UnitAct.RELEASE]))
    some = _some(draw, order, act)
    return some and MoveUnits(act=act, units=(Units(line_no=some[0], quantity=some[1]),))


def _return(draw, order: OrderBooks) -> OrderAct | None:  # type: ignore[no-untyped-def]
    some = _some(draw, order, UnitAct.START_RETURN)
    ship = draw(st.sampled_from([None, True, False]))
    return some and ReturnItems(items=(Item(line_no=some[0], quantity=some[1], ship=ship),))


def _refund_owed(draw, order: OrderBooks) -> OrderAct | None:  # type: ignore[no-untyped-def]
    """As much as is owed, or a little more than may be: by a memo where one owes, else from the excess."""
    owing = [one for one in order.memos if memo_open(order, one) > 0]
    if not owing:
        amount = max(1, funds_of(order).excess + draw(st.sampled_from([0, 0, 1])))
        return RefundMoney(source=RefundSource.EXCESS, amount=amount)
    memo = draw(st.sampled_from(owing))
    amount = draw(st.sampled_from([memo_open(order, memo), memo_open(order, memo) + 1, 1]))
    return RefundMoney(source=RefundSource.MEMO, amount=amount, memo=memo.number)


def _approve(draw, order: OrderBooks) -> OrderAct | None:  # type: ignore[no-untyped-def]
    if not order.returns:
        return None
    move = draw(st.sampled_from([ReturnMove.APPROVE] * 5 + [ReturnMove.CANCEL]))
    waits = [one for one in order.returns if one.stage is ReturnStage.APPROVAL_PENDING]
    return MoveReturn(number=draw(st.sampled_from(waits or order.returns)).number, move=move)


def _receive(draw, order: OrderBooks) -> OrderAct | None:  # type: ignore[no-untyped-def]
    open_ = [one for one in order.returns if one.stage is ReturnStage.WAITING_FOR_GOODS]
    if not open_:
        return None
    back = draw(st.sampled_from(open_))
    awaited = next(one for one in back.lines if one.open)
    accepted = draw(st.integers(0, awaited.open))
    rejected = draw(st.integers(0, awaited.open - accepted))
    goods = Goods(line_no=awaited.line_no, accepted=accepted, rejected=rejected, rejection="Worn")
    return ReceiveGoods(
        number=back.number,
        goods=(goods,) if accepted + rejected else (),
        rest_is_lost=draw(st.booleans()),
        with_memo=draw(st.booleans()),
    )


def _memo(draw, order: OrderBooks) -> OrderAct | None:  # type: ignore[no-untyped-def]
    return WriteMemo(changes=(draw(st.sampled_from(order.changes)).number,)) if order.changes else None


def _refund(draw, order: OrderBooks) -> OrderAct | None:  # type: ignore[no-untyped-def]
    source = draw(st.sampled_from(RefundSource))
    memo, cap = "", max(1, funds_of(order).available)
    if source is RefundSource.EXCESS:
        cap = max(1, funds_of(order).excess)
    elif source is RefundSource.MEMO:
        if not order.memos:
            return None
        chosen = draw(st.sampled_from(order.memos))
        memo, cap = chosen.number, max(1, memo_open(order, chosen))
    amount = draw(st.integers(1, cap + 1))
    payment = draw(st.sampled_from(order.order.payments)).ref
    return RefundMoney(source=source, amount=amount, memo=memo, payment=payment, reason="Goodwill")


def _move_a_refund(draw, order: OrderBooks) -> OrderBooks:  # type: ignore[no-untyped-def]
    able = [one for one in order.refunds if REFUND.moves(one.state)]
    if not able:
        return order
    one = draw(st.sampled_from(able))
    try:
        return moved_refund(order, one.number, draw(st.sampled_from(REFUND.moves(one.state))))
    except ActRefused:
        return order  # trying again, but the money is gone by now


def drawn(data: st.DataObject, order: OrderBooks, steps: int, stamp: Stamp | None = None) -> list[OrderBooks]:
    """The books after each of some acts; what is refused leaves them as they are."""
    seen = [order]
    for _ in range(steps):
        if seen[-1].refunds and data.draw(st.integers(0, 3)) == 0:
            seen.append(_move_a_refund(data.draw, seen[-1]))
            continue
        act = _draw_act(data.draw, seen[-1])
        terms = Terms(shipping=data.draw(st.sampled_from(ShippingRule)))
        if act is not None:
            try:
                seen.append(perform(seen[-1], act, terms, stamp).after)
            except ActRefused:
                continue
    return seen
