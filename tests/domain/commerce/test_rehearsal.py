"""The rehearsal: shows what will be done, and is refused when the order has changed meanwhile."""

from __future__ import annotations

from dataclasses import replace
from time import process_time

import pytest
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
)
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.cautions import Beware
from bot.domain.commerce.documents import RefundSource
from bot.domain.commerce.faults import ActRefused
from bot.domain.commerce.performing import perform
from bot.domain.commerce.quantities import UnitAct
from bot.domain.commerce.refunding import moved_refund
from bot.domain.commerce.rehearsal import (
    DocumentKind,
    Rehearsal,
    StaleRehearsal,
    confirm,
    rehearse,
    token_of,
)
from bot.domain.commerce.removal import Item, ShippingRule
from bot.domain.commerce.states import RefundMove, ReturnMove, ReturnStage
from tests.domain.commerce.books import books, charge, line, orders, paid, worked

ONE = CancelItems(items=(Item(line_no=1, quantity=1),))
ALL = CancelItems(items=(Item(line_no=1, quantity=3), Item(line_no=2, quantity=2)))


def documents(shown: Rehearsal) -> list[tuple[DocumentKind, str, int]]:
    return [(one.kind, one.number, one.amount) for one in shown.documents]


def cautions(shown: Rehearsal) -> dict[Beware, int]:
    return {one.what: one.amount or one.units for one in shown.cautions}


def sent() -> OrderBooks:
    order = worked()
    for act in (UnitAct.ALLOCATE, UnitAct.FULFIL):
        order = perform(order, MoveUnits(act=act, units=(Units(line_no=1, quantity=2),))).after
    return order


def test_a_rehearsal_shows_the_line_before_and_after_the_totals_and_what_arises() -> None:
    shown = rehearse(worked(), ONE)
    (one,) = shown.lines
    assert (one.before.canceled, one.after.canceled) == (0, 1)
    assert (one.change.line, one.change.tax) == (-99_95, -8_25)
    assert (shown.totals_before.grand, shown.totals_after.grand, shown.comes_off) == (388_71, 280_51, 108_20)
    assert documents(shown) == [(DocumentKind.CHANGE_ORDER, "1042-C1", 108_20)]
    assert (shown.funds_before.excess, shown.funds_after.excess, shown.at_stake) == (0, 108_20, 108_20)
    assert cautions(shown) == {}


def test_a_return_shows_what_will_come_off_once_the_goods_are_there() -> None:
    shown = rehearse(sent(), ReturnItems(items=(Item(line_no=1, quantity=2),)))
    assert (shown.comes_off, shown.on_receipt, shown.at_stake) == (0, 216_39, 216_39)
    assert documents(shown) == [(DocumentKind.RETURN, "1042-R1", 0)]


@settings(max_examples=25)
@given(orders(), st.data())
def test_what_a_return_will_take_off_is_what_its_goods_take_off(
    order: OrderBooks, data: st.DataObject
) -> None:
    items = []
    for one in order.order.products:
        for act in (UnitAct.ALLOCATE, UnitAct.FULFIL):
            units = (Units(line_no=one.line_no, quantity=one.ordered),)
            order = perform(order, MoveUnits(act=act, units=units)).after
        ship = data.draw(st.sampled_from([None, True, False]))
        items.append(Item(line_no=one.line_no, quantity=data.draw(st.integers(1, one.ordered)), ship=ship))
    shown = rehearse(order, ReturnItems(items=tuple(items)))
    order = confirm(order, shown.act, shown.token).after
    order = perform(order, MoveReturn(number="1042-R1", move=ReturnMove.APPROVE)).after
    goods = tuple(Goods(line_no=one.line_no, accepted=one.quantity) for one in items)
    done = perform(order, ReceiveGoods(number="1042-R1", goods=goods))
    assert shown.on_receipt == sum(one.comes_off for one in done.changes)


def test_a_refund_over_two_payments_shows_both() -> None:
    order = books(line(1, 4, 10_00), payments=(paid(15_00, "A"), paid(25_00, "B")))
    order = perform(order, CancelItems(items=(Item(line_no=1, quantity=3),))).after
    shown = rehearse(order, RefundMoney(source=RefundSource.EXCESS, amount=30_00))
    assert documents(shown) == [
        (DocumentKind.REFUND, "1042-F1", 15_00),
        (DocumentKind.REFUND, "1042-F2", 15_00),
    ]
    assert cautions(shown) == {Beware.SEVERAL_PAYMENTS: 2}  # that it was owed is why it is paid


def _allocated() -> OrderBooks:
    return perform(worked(), MoveUnits(act=UnitAct.ALLOCATE, units=(Units(line_no=1, quantity=1),))).after


def _unknown() -> OrderBooks:
    order = perform(worked(), ONE).after
    order = perform(order, RefundMoney(source=RefundSource.EXCESS, amount=100_00)).after
    for move in (RefundMove.SEND, RefundMove.LOSE):
        order = moved_refund(order, "1042-F1", move)
    return order


def _poor() -> OrderBooks:
    goodwill = RefundMoney(source=RefundSource.MANUAL, amount=350_00, payment="P1", reason="Two weeks late")
    return perform(worked(), goodwill).after


@pytest.mark.parametrize(
    ("order", "act", "terms", "said"),
    [
        (worked(captured=0), ONE, Terms(), {Beware.NOT_CAPTURED: 108_20, Beware.CAN_BE_REVERSED: 108_20}),
        (_allocated(), ONE, Terms(), {Beware.ALLOCATED: 1}),
        (worked(), ALL, Terms(), {Beware.DELIVERY_GOES: 9_99, Beware.NOTHING_LEFT: 0}),
        (
            worked(),
            ALL,
            Terms(shipping=ShippingRule.NEVER),
            {Beware.DELIVERY_STAYS: 9_99, Beware.NOTHING_LEFT: 0},
        ),
        (books(line(1, 2, 10_00, order_discount=-4_00)), ONE, Terms(), None),
        (_unknown(), ONE, Terms(), {Beware.UNKNOWN_REFUND: 100_00, Beware.OWED_BEFORE: 8_20}),
        (_poor(), ONE, Terms(), {Beware.PAYMENTS_SHORT: 69_49}),
        (replace(worked(), order=replace(worked().order, is_suspended=True)), ONE, Terms(), None),
    ],
)
def test_what_should_be_known_is_said_with_its_figures(
    order: OrderBooks, act: OrderAct, terms: Terms, said: dict[Beware, int] | None
) -> None:
    found = cautions(rehearse(order, act, terms))
    if said is not None:
        assert found == said
    elif order.order.is_suspended:
        assert Beware.ORDER_SUSPENDED in found
    else:
        assert found[Beware.DISCOUNT_GOES] == 2_00


def test_rejected_goods_are_said_to_stay_the_customers() -> None:
    order = perform(sent(), ReturnItems(items=(Item(line_no=1, quantity=2),))).after
    order = replace(order, returns=(replace(order.returns[0], stage=ReturnStage.WAITING_FOR_GOODS),))
    goods = (Goods(line_no=1, accepted=1, rejected=1, rejection="Opened"),)
    shown = rehearse(order, ReceiveGoods(number="1042-R1", goods=goods))
    assert cautions(shown) == {Beware.REJECTED: 1}
    assert documents(shown) == [
        (DocumentKind.CHANGE_ORDER, "1042-C1", 108_20),
        (DocumentKind.CREDIT_MEMO, "1042-M1", 108_20),
    ]


def test_what_was_shown_is_what_is_done() -> None:
    shown = rehearse(worked(), ALL)
    done = confirm(worked(), ALL, shown.token)
    assert done.after.totals == shown.totals_after
    assert [one.number for one in done.changes] == [one.number for one in shown.documents]


@pytest.mark.parametrize(
    "changed",
    [
        lambda order: perform(order, ONE).after,
        lambda order: order.with_payment(replace(order.order.payments[0], captured=1)),
        lambda order: order.with_lines({2: replace(order.lines[2].line, allocated=1)}),
        lambda order: replace(order, order=replace(order.order, version=9)),
    ],
)
def test_an_order_that_has_changed_is_shown_afresh_and_nothing_is_done(changed) -> None:  # type: ignore[no-untyped-def]
    shown = rehearse(worked(), ONE)
    now = changed(worked())
    with pytest.raises(StaleRehearsal) as stale:
        confirm(now, ONE, shown.token)
    assert stale.value.fresh == rehearse(now, ONE)
    assert confirm(now, ONE, stale.value.fresh.token).before == now


def test_a_token_is_for_its_own_act_and_its_own_terms() -> None:
    tokens = {
        token_of(worked(), ONE),
        token_of(worked(), ALL),
        token_of(worked(), CancelItems(items=(Item(line_no=1, quantity=1, ship=True),))),
        token_of(worked(), ONE, Terms(shipping=ShippingRule.NEVER)),
    }
    assert len(tokens) == 4
    with pytest.raises(StaleRehearsal):
        confirm(worked(), ALL, token_of(worked(), ONE))


def test_what_cannot_be_done_any_more_is_refused_with_its_reason() -> None:
    shown = rehearse(worked(), ALL)
    with pytest.raises(ActRefused, match="order is canceled"):
        confirm(perform(worked(), ALL).after, ALL, shown.token)


@pytest.mark.parametrize(
    ("terms", "act", "said"),
    [
        (
            Terms(part_of_line=False),
            ONE,
            "Line 1: 1 of 3 to cancel, but lines are only cancelled whole here.",
        ),
        (Terms(part_of_order=False), ONE, "4 units would stay, but orders are only cancelled whole here."),
    ],
)
def test_a_team_may_keep_its_people_from_cancelling_a_part(terms: Terms, act: OrderAct, said: str) -> None:
    with pytest.raises(ActRefused) as refusal:
        rehearse(worked(), act, terms)
    assert str(refusal.value) == said
    assert rehearse(worked(), ALL, terms).totals_after.grand == 0


@settings(max_examples=25)
@given(orders(), st.data())
def test_the_same_order_and_act_always_have_the_same_token(order: OrderBooks, data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(order.order.products))
    act = CancelItems(items=(Item(line_no=one.line_no, quantity=data.draw(st.integers(1, one.ordered))),))
    again = OrderBooks(replace(order.order, lines=tuple(replace(one) for one in order.order.lines)))
    assert rehearse(order, act) == rehearse(again, act)


def test_an_order_of_two_hundred_lines_is_rehearsed_well_within_fifty_milliseconds() -> None:
    order = books(
        *(line(no, 3, 99_95, tax=24_74, order_discount=-7, group=no % 4) for no in range(1, 201)),
        *(charge(900 + group, 9_99, group=group) for group in range(4)),
        payments=(paid(100_000_00),),
    )
    for no in range(1, 21):
        order = perform(order, CancelItems(items=(Item(line_no=no, quantity=1),))).after
    act = CancelItems(items=tuple(Item(line_no=no, quantity=1, ship=True) for no in range(1, 201)))
    took = []
    for _ in range(5):
        start = process_time()
        rehearse(replace(order), act)
        took.append(process_time() - start)
    assert min(took) < 0.05, took
