"""Laws of the money, over any order and any acts: nothing is lost to rounding, nothing is paid twice."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from hypothesis import given, settings
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
from bot.domain.commerce.amounts import Amounts, half_up, placed
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import ChangeOrder, RefundSource
from bot.domain.commerce.faults import ActRefused
from bot.domain.commerce.funds import funds_of, kept_by_customer, memo_open
from bot.domain.commerce.performing import perform
from bot.domain.commerce.quantities import UnitAct, most
from bot.domain.commerce.refunding import moved_refund
from bot.domain.commerce.removal import Item, ShippingRule
from bot.domain.commerce.states import REFUND, ReturnMove, ReturnStage
from bot.domain.shop.orders import LineType, OrderLine
from tests.domain.commerce.books import CURRENCIES, books, line, orders, paid

COMPONENTS = ("line", "line_discount", "order_discount", "tax")
DRAW = st.data()


def _rounded(exact: Fraction) -> int:
    """Half away from zero, written as it would be on paper and not as the bot does it."""
    whole = int(abs(exact) + Fraction(1, 2))
    return -whole if exact < 0 else whole


def _left(one: OrderLine) -> Amounts:
    """What a line must come to when its first `canceled + returned` units are gone: the formula of 1.3."""
    gone, whole = one.canceled + one.returned, placed(one)
    return Amounts(
        **{
            name: getattr(whole, name) - _rounded(Fraction(getattr(whole, name) * gone, one.ordered))
            for name in COMPONENTS
        }
    )


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_halves_are_rounded_away_from_zero(numerator: int, denominator: int) -> None:
    assert half_up(numerator, denominator) == _rounded(Fraction(numerator, denominator))


@st.composite
def _splits(draw: st.DrawFn) -> tuple[OrderLine, list[int]]:
    ordered = draw(st.integers(1, 24))
    whole = draw(st.integers(0, 10**7))
    own = draw(st.integers(0, ordered * whole))
    one = line(1, ordered, whole, line_discount=-own, tax=draw(st.integers(0, 10**7)))
    parts, left = list[int](), ordered
    while left:
        parts.append(draw(st.integers(1, left)))
        left -= parts[-1]
    return one, parts


@given(_splits(), st.sampled_from(sorted(CURRENCIES)))
def test_however_a_line_is_split_its_units_take_exactly_what_it_was(
    case: tuple[OrderLine, list[int]], currency: str
) -> None:
    one, parts = case
    order = books(one, currency=currency)
    for position, quantity in enumerate(parts, start=1):
        order = perform(order, CancelItems(items=(Item(line_no=1, quantity=quantity),))).after
        gone = sum(parts[:position])
        for name in COMPONENTS:
            taken = -sum(getattr(entry.amounts, name) for change in order.changes for entry in change.lines)
            assert taken == _rounded(Fraction(getattr(placed(one), name) * gone, one.ordered)), name
    assert order.totals.grand == 0


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


def _run(data: st.DataObject, order: OrderBooks, steps: int) -> list[OrderBooks]:
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
                seen.append(perform(seen[-1], act, terms).after)
            except ActRefused:
                continue
    return seen


@settings(max_examples=45)
@given(orders(is_under_way=True), st.data())
def test_the_order_before_and_its_change_orders_are_the_order_after(
    order: OrderBooks, data: st.DataObject
) -> None:
    after = _run(data, order, 12)[-1]
    _sums_up(order, after, after.changes)


def _sums_up(order: OrderBooks, after: OrderBooks, changes: tuple[ChangeOrder, ...]) -> None:
    lines = [one for change in changes for one in change.lines]
    for number, now in after.lines.items():
        mine = [one for one in lines if one.line_no == number]
        was = order.lines[number]
        assert was.line.quantity + sum(one.quantity for one in mine) == now.line.quantity
        if now.line.type is LineType.PRODUCT:
            assert now.amounts == _left(now.line)  # by the formula alone, whatever the documents say
        for name in COMPONENTS:
            total = getattr(was.amounts, name) + sum(getattr(one.amounts, name) for one in mine)
            assert total == getattr(now.amounts, name), name
            # Nothing is turned round by taking more off than there was.
            assert total * (1 if getattr(placed(now.line), name) >= 0 else -1) >= 0
    for name in ("products", "delivery", "tax", "grand"):
        total = getattr(order.totals, name) + sum(getattr(one, name) for one in changes)
        assert total == getattr(after.totals, name), name


@settings(max_examples=45)
@given(orders(is_under_way=True), st.data())
def test_no_payment_ever_gives_back_more_than_it_took(order: OrderBooks, data: st.DataObject) -> None:
    for now in _run(data, order, 14):
        for payment in now.order.payments:
            mine = [one for one in now.refunds if one.payment_ref == payment.ref]
            counted = sum(one.amount for one in mine if one.counts)
            assert payment.refunded + payment.pending_refund == counted
            assert 0 <= counted <= payment.captured
        funds = funds_of(now)
        assert funds.can_be_refunded <= sum(one.available_to_refund for one in now.order.payments)


@settings(max_examples=45)
@given(orders(is_under_way=True), st.data())
def test_what_is_owed_is_refunded_once_and_no_more(order: OrderBooks, data: st.DataObject) -> None:
    """Without goodwill, what went back never exceeds what came off of what was captured."""
    before = 0
    for now in _run(data, order, 14):
        by_hand = sum(one.amount for one in now.refunds if one.counts and one.source is RefundSource.MANUAL)
        owed = sum(one.amount for one in now.refunds if one.counts) - by_hand
        came_off = sum(one.comes_off for one in now.changes)
        captured = sum(one.captured for one in order.order.payments)
        overpaid = max(0, captured - order.totals.grand)
        # A unit may come to a cent below nothing where price, discounts and tax round apart.
        assert owed <= max(0, came_off) + overpaid + len(now.changes)
        # What a customer keeps is never paid back, whatever was captured when; a cent a line is rounding.
        paid_in = sum(one.captured for one in now.order.payments)
        assert owed <= max(0, paid_in - kept_by_customer(now) + len(now.changes)) or owed <= before
        before = owed
        for memo in now.memos:
            assert memo_open(now, memo) >= 0


@settings(max_examples=45)
@given(orders(), st.data())
def test_when_everything_goes_the_delivery_charge_is_gone_to_the_last_cent(
    order: OrderBooks, data: st.DataObject
) -> None:
    rule = data.draw(st.sampled_from([ShippingRule.WHOLE_GROUP, ShippingRule.SHARE]))
    terms = Terms(shipping=rule)
    for one in order.order.products:
        first = data.draw(st.integers(0, one.ordered))
        for quantity in filter(None, (first, one.ordered - first)):
            act = CancelItems(items=(Item(line_no=one.line_no, quantity=quantity),))
            order = perform(order, act, terms).after
    groups = {one.group for one in order.order.products}
    for now in order.lines.values():
        if now.line.type is LineType.PRODUCT or now.line.group in groups:
            assert now.amounts == Amounts()


def test_a_thousand_yen_over_three_units_is_333_and_334_and_333() -> None:
    order = books(line(1, 3, 333, tax=1), currency="JPY", payments=(paid(1000),))
    took = []
    for _ in range(3):
        order = perform(order, CancelItems(items=(Item(line_no=1, quantity=1),))).after
        took.append(order.changes[-1].comes_off)
    assert took == [333, 334, 333]
