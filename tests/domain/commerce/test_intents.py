"""Intents: what a desk knows of a call whose answer never came, and which capability an act asks for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.commerce.acts import (
    DEFAULT_TERMS,
    CancelItems,
    Goods,
    MoveReturn,
    MoveUnits,
    OrderAct,
    ReceiveGoods,
    RefundMoney,
    ReturnItems,
    ReverseAuthorization,
    Units,
    WriteMemo,
)
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import RefundSource
from bot.domain.commerce.intents import (
    INTENT,
    LATE_EFFECT,
    Intent,
    IntentMove,
    IntentState,
    differences,
    expected,
    read_back,
    refund_move,
)
from bot.domain.commerce.machines import NotReachable
from bot.domain.commerce.performing import perform
from bot.domain.commerce.port import Capabilities, Capability, RefundSeen, needed
from bot.domain.commerce.quantities import UnitAct
from bot.domain.commerce.removal import Item
from bot.domain.commerce.states import REFUND, RefundMove, RefundState, ReturnMove
from tests.domain.commerce.books import worked

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOON + LATE_EFFECT
ONE = CancelItems(items=(Item(line_no=1, quantity=1),))
TWICE = CancelItems(items=(Item(line_no=1, quantity=2),))


def intent(act: OrderAct = ONE, state: IntentState = IntentState.UNKNOWN) -> Intent:
    return Intent(
        key="K1",
        order_number="1042",
        act=act,
        terms=DEFAULT_TERMS,
        version="1",
        sent_by=NOON,
        state=state,
    )


def _after(act: OrderAct) -> OrderBooks:
    return perform(worked(), act).after


def _allocated(order: OrderBooks) -> OrderBooks:
    return order.with_lines({2: replace(order.lines[2].line, allocated=1)})


@pytest.mark.parametrize(
    ("now", "at", "move"),
    [
        (_after(ONE), NOON, IntentMove.READ_DONE),
        (worked(), LATER, IntentMove.READ_AS_BEFORE),
        (worked(), LATER - timedelta(seconds=1), None),  # its effect may still come
        (_after(TWICE), NOON, IntentMove.READ_ELSE),  # the shop did it again
        (_allocated(_after(ONE)), NOON, IntentMove.READ_DONE),  # the warehouse went on meanwhile
        (_allocated(worked()), LATER, IntentMove.READ_AS_BEFORE),
    ],
)
def test_what_a_reading_shows_of_an_act_without_an_answer(
    now: OrderBooks, at: datetime, move: IntentMove | None
) -> None:
    assert read_back(intent(), worked(), now, at) is move


def test_what_the_warehouse_did_is_read_in_the_warehouses_figures() -> None:
    act = MoveUnits(act=UnitAct.ALLOCATE, units=(Units(line_no=2, quantity=1),))
    assert read_back(intent(act), worked(), _allocated(worked()), NOON) is IntentMove.READ_DONE
    assert read_back(intent(act), worked(), _after(ONE), LATER) is IntentMove.READ_AS_BEFORE


def test_an_authorisation_is_read_back_by_what_its_payment_says() -> None:
    before = perform(worked(captured=0), ONE).after
    act = ReverseAuthorization(payment="P1", amount=108_20)
    done = perform(before, act).after
    assert read_back(intent(act), before, done, NOON) is IntentMove.READ_DONE
    assert read_back(intent(act), before, before, LATER) is IntentMove.READ_AS_BEFORE


def test_a_refund_is_never_settled_by_the_orders_lines() -> None:
    act = RefundMoney(source=RefundSource.MANUAL, amount=1, payment="P1", reason="Late")
    with pytest.raises(TypeError, match="read back by its own number"):
        read_back(intent(act), worked(), worked(), LATER)


def test_an_intent_in_doubt_holds_its_order_until_it_is_settled() -> None:
    lost = intent(state=IntentState.WRITTEN).moved(IntentMove.LOST)
    assert lost.holds
    assert not intent(state=IntentState.DONE).holds
    for move in (IntentMove.READ_DONE, IntentMove.READ_AS_BEFORE):
        assert not lost.moved(move).holds
    person = lost.moved(IntentMove.READ_ELSE)
    assert (person.state, person.holds) == (IntentState.FOR_A_PERSON, True)
    assert not person.moved(IntentMove.SETTLED_NOT_DONE).holds


@pytest.mark.parametrize("move", list(IntentMove))
@pytest.mark.parametrize("state", [IntentState.DONE, IntentState.DECLINED, IntentState.NOT_DONE])
def test_a_settled_intent_stays_settled(state: IntentState, move: IntentMove) -> None:
    with pytest.raises(NotReachable, match="that is its end"):
        intent(state=state).moved(move)


def test_from_anywhere_an_intent_can_be_settled_and_unknown_is_never_sent_again() -> None:
    ends = {state for state in IntentState if INTENT.is_end(state)}
    assert ends == {IntentState.DONE, IntentState.DECLINED, IntentState.NOT_DONE}
    assert IntentState.WRITTEN not in {one.end for one in INTENT.arrows}


def test_a_person_is_told_in_figures_what_is_not_as_it_should_be() -> None:
    assert differences(expected(worked(), intent()), _after(TWICE)) == (
        "Line 1: canceled is 2, and should be 1.",
        "Line 1: comes to 108.20, and should to 216.39.",
    )
    assert differences(worked(), worked()) == ()


@pytest.mark.parametrize("seen", list(RefundSeen))
def test_every_reading_of_a_refund_is_a_move_that_an_unknown_one_makes(seen: RefundSeen) -> None:
    move = refund_move(seen)
    if seen is RefundSeen.CANNOT_TELL:
        assert move is None
    else:
        assert move is not None
        assert REFUND.may(RefundState.UNKNOWN, move)
    assert refund_move(RefundSeen.NOTHING) is RefundMove.READ_NOTHING


ITEMS = (Item(line_no=1, quantity=1),)


@pytest.mark.parametrize(
    ("act", "capability"),
    [
        (ONE, Capability.CANCEL),
        (MoveUnits(act=UnitAct.RELEASE, units=()), Capability.RELEASE),
        (MoveUnits(act=UnitAct.FULFIL, units=()), Capability.FULFILMENT),
        (ReturnItems(items=ITEMS), Capability.RETURNS),
        (MoveReturn(number="R", move=ReturnMove.APPROVE), Capability.RETURNS),
        (ReceiveGoods(number="R", goods=(Goods(line_no=1, accepted=1),)), Capability.RETURNS),
        (WriteMemo(changes=("C",)), Capability.CREDIT_MEMOS),
        (ReverseAuthorization(payment="P1", amount=1), Capability.REVERSE),
        (RefundMoney(source=RefundSource.EXCESS, amount=1), Capability.REFUND),
        (RefundMoney(source=RefundSource.MANUAL, amount=1), Capability.MANUAL_REFUND),
    ],
)
def test_an_act_is_offered_where_the_shop_can_do_it(act: OrderAct, capability: Capability) -> None:
    assert needed(act) is capability
    assert Capabilities(name="some", can=frozenset({capability})).offers(act)
    assert not Capabilities(name="other", can=frozenset(Capability) - {capability}).offers(act)
