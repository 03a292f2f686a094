"""Quantities, act by act: tables with the sum beside the row (domain.md 1.2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.commerce.acts import CancelItems, MoveUnits, ReturnItems, Units
from bot.domain.commerce.faults import ActRefused, Wrong
from bot.domain.commerce.performing import perform
from bot.domain.commerce.quantities import UnitAct, after, line_faults, most, received
from bot.domain.commerce.removal import Item
from bot.domain.shop.orders import OrderLine, OrderStatus
from tests.domain.commerce.books import books, charge, line


def five(**more: int) -> OrderLine:
    """The worked line of domain.md 1.2."""
    given = {"canceled": 1, "allocated": 3, "fulfilled": 2, "return_initiated": 1, **more}
    return line(1, 5, 10_00, **given)


@pytest.mark.parametrize(
    ("act", "quantity", "name", "now"),
    [
        (UnitAct.CANCEL, 1, "canceled", 2),
        (UnitAct.ALLOCATE, 1, "allocated", 4),
        (UnitAct.RELEASE, 1, "allocated", 2),
        (UnitAct.FULFIL, 1, "fulfilled", 3),
        (UnitAct.START_RETURN, 1, "return_initiated", 2),
        (UnitAct.DROP_RETURN, 1, "return_initiated", 0),
    ],
)
def test_an_act_moves_its_units(act: UnitAct, quantity: int, name: str, now: int) -> None:
    assert most(five(), act) == quantity
    assert getattr(after(five(), act, quantity), name) == now


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (UnitAct.CANCEL, "Line 1: 2 to cancel, but ordered 5 - canceled 1 - allocated 3 = 1."),
        (UnitAct.ALLOCATE, "Line 1: 2 to allocate, but ordered 5 - canceled 1 - allocated 3 = 1."),
        (UnitAct.RELEASE, "Line 1: 2 to release, but allocated 3 - fulfilled 2 = 1."),
        (UnitAct.FULFIL, "Line 1: 2 to fulfil, but allocated 3 - fulfilled 2 = 1."),
        (UnitAct.START_RETURN, "Line 1: 2 to return, but fulfilled 2 - return_initiated 1 = 1."),
        (UnitAct.DROP_RETURN, "Line 1: 2 to take off a return, but return_initiated 1 - returned 0 = 1."),
    ],
)
def test_one_unit_too_many_is_refused_with_the_sum(act: UnitAct, said: str) -> None:
    with pytest.raises(ActRefused) as refusal:
        after(five(), act, 2)
    assert str(refusal.value) == said


@pytest.mark.parametrize("act", list(UnitAct))
@pytest.mark.parametrize("quantity", [0, -1])
def test_nothing_and_less_is_no_act(act: UnitAct, quantity: int) -> None:
    with pytest.raises(ActRefused, match="is below 1"):
        after(five(), act, quantity)


def test_a_delivery_charge_is_neither_cancelled_nor_returned_by_itself() -> None:
    with pytest.raises(ActRefused, match="goes with what it delivers"):
        after(charge(9, 9_99), UnitAct.CANCEL, 1)


def test_accepted_units_are_returned_and_rejected_ones_can_be_sent_back_again() -> None:
    back = received(line(1, 5, 1, allocated=5, fulfilled=5, return_initiated=3), accepted=1, rejected=2)
    assert (back.returned, back.return_initiated, back.available_to_return, back.quantity) == (1, 1, 4, 4)


@pytest.mark.parametrize(
    ("accepted", "rejected", "said"),
    [
        (2, 0, "accepted 2 + rejected 0 = 2 came back, but return_initiated 1 - returned 0 = 1"),
        (1, 1, "accepted 1 + rejected 1 = 2 came back, but return_initiated 1 - returned 0 = 1"),
        (0, 0, "accepted 0 + rejected 0 is nothing that came back"),
        (2, -1, "accepted 2 + rejected -1 is nothing that came back"),
    ],
)
def test_no_more_comes_back_than_is_on_its_way(accepted: int, rejected: int, said: str) -> None:
    with pytest.raises(ActRefused) as refusal:
        received(five(), accepted, rejected)
    assert said in str(refusal.value)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (five(canceled=3), "qty - canceled - allocated = 5 - 3 - 3 = -1 is below 0."),
        (five(fulfilled=4), "allocated - fulfilled = 3 - 4 = -1 is below 0."),
        (five(return_initiated=3), "fulfilled - return_initiated = 2 - 3 = -1 is below 0."),
        (five(returned=2), "return_initiated - returned = 1 - 2 = -1 is below 0."),
        (five(returned=-1), "returned = -1 is below 0."),
    ],
)
def test_a_line_that_breaks_the_chain_is_not_touched(broken: OrderLine, said: str) -> None:
    assert [one.said for one in line_faults(broken)] == [said]
    with pytest.raises(ActRefused, match="is below 0"):
        after(broken, UnitAct.ALLOCATE, 1)


def test_all_that_is_wrong_with_a_request_is_told_at_once_and_nothing_is_done() -> None:
    order = books(line(1, 2, 1), line(2, 3, 1), line(3, 1, 1))
    items = tuple(
        Item(line_no=no, quantity=quantity) for no, quantity in [(1, 3), (2, 1), (2, 1), (8, 1), (3, 1)]
    )
    with pytest.raises(ActRefused) as refusal:
        perform(order, CancelItems(items=items))
    found = [(one.line_no, one.wrong) for one in refusal.value.faults]
    assert found == [(1, Wrong.TOO_MANY), (2, Wrong.LINE_TWICE), (8, Wrong.NO_SUCH_LINE)]


@pytest.mark.parametrize(
    "act", [CancelItems(items=()), ReturnItems(items=()), MoveUnits(act=UnitAct.FULFIL, units=())]
)
def test_an_act_on_nothing_is_refused(act: CancelItems) -> None:
    with pytest.raises(ActRefused) as refusal:
        perform(books(line(1, 2, 1)), act)
    assert [one.wrong for one in refusal.value.faults] == [Wrong.NO_ITEMS]


def test_a_cancelled_order_stays_as_it_is() -> None:
    order = books(line(1, 2, 1), status=OrderStatus.CANCELED)
    with pytest.raises(ActRefused, match="The order is canceled"):
        perform(order, CancelItems(items=(Item(line_no=1, quantity=1),)))


def test_an_order_is_cancelled_with_its_last_unit_and_fulfilled_with_the_last_on_its_way() -> None:
    order = books(line(1, 2, 1))
    gone = perform(order, CancelItems(items=(Item(line_no=1, quantity=2),))).after.order
    assert (gone.status, gone.is_void, gone.version) == (OrderStatus.CANCELED, True, 2)
    for act in (UnitAct.ALLOCATE, UnitAct.FULFIL):
        order = perform(order, MoveUnits(act=act, units=(Units(line_no=1, quantity=2),))).after
    assert (order.order.status, order.order.is_void, order.order.version) == (OrderStatus.FULFILLED, False, 3)


@given(st.integers(1, 30), st.lists(st.tuples(st.sampled_from(UnitAct), st.integers(1, 9)), max_size=30))
def test_whatever_is_done_the_chain_holds(ordered: int, acts: list[tuple[UnitAct, int]]) -> None:
    one = line(1, ordered, 1)
    for act, quantity in acts:
        allowed = 1 <= quantity <= most(one, act)
        try:
            one = after(one, act, quantity)
        except ActRefused:
            assert not allowed
        else:
            assert allowed
        assert 0 <= one.returned <= one.return_initiated <= one.fulfilled <= one.allocated <= one.net_ordered
        assert one.quantity == one.ordered - one.canceled - one.returned
