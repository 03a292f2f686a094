"""Laws of the money, over any order and any acts: nothing is lost to rounding, nothing is paid twice."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.commerce.acts import (
    CancelItems,
    Terms,
)
from bot.domain.commerce.amounts import Amounts, half_up, placed
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import ChangeOrder, RefundSource
from bot.domain.commerce.funds import funds_of, kept_by_customer, memo_open
from bot.domain.commerce.performing import perform
from bot.domain.commerce.removal import Item, ShippingRule
from bot.domain.shop.orders import LineType, OrderLine
from tests.domain.commerce.books import CURRENCIES, books, line, orders, paid
from tests.domain.commerce.drawing import drawn

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


@settings(max_examples=45)
@given(orders(is_under_way=True), st.data())
def test_the_order_before_and_its_change_orders_are_the_order_after(
    order: OrderBooks, data: st.DataObject
) -> None:
    after = drawn(data, order, 12)[-1]
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
    for now in drawn(data, order, 14):
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
    for now in drawn(data, order, 14):
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
