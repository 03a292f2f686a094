"""Returns: from the request over the goods to the memo (domain.md 1.2, 2)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.commerce.acts import Goods, MoveReturn, MoveUnits, ReceiveGoods, ReturnItems, Units, WriteMemo
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.faults import ActRefused, Wrong
from bot.domain.commerce.funds import funds_of
from bot.domain.commerce.performing import perform
from bot.domain.commerce.quantities import UnitAct
from bot.domain.commerce.removal import Item
from bot.domain.commerce.returning import unrecorded
from bot.domain.commerce.states import RETURN, ReturnMove, ReturnStage, ReturnStatus, status_of
from tests.domain.commerce.books import books, charge, line, paid

R1 = "1042-R1"


def sent(quantity: int = 4, *, with_charge: bool = False) -> OrderBooks:
    """Four things of 10.00, all with the customer; their delivery may have cost 6.00."""
    lines = [line(1, quantity, 10_00), *([charge(2, 6_00)] if with_charge else [])]
    order = books(*lines, payments=(paid(quantity * 10_00 + (6_00 if with_charge else 0)),))
    for act in (UnitAct.ALLOCATE, UnitAct.FULFIL):
        order = perform(order, MoveUnits(act=act, units=(Units(line_no=1, quantity=quantity),))).after
    return order


def on_its_way(quantity: int = 3, *, approved: bool = True) -> OrderBooks:
    order = perform(sent(), ReturnItems(items=(Item(line_no=1, quantity=quantity, reason="Damaged"),))).after
    if approved:
        order = perform(order, MoveReturn(number=R1, move=ReturnMove.APPROVE)).after
    return order


def got(order: OrderBooks, accepted: int, rejected: int = 0, *, lost: bool = False) -> OrderBooks:
    goods = Goods(line_no=1, accepted=accepted, rejected=rejected, rejection="Opened" if rejected else "")
    return perform(order, ReceiveGoods(number=R1, goods=(goods,), rest_is_lost=lost)).after


def test_a_return_takes_its_units_at_once_and_no_money_until_they_are_there() -> None:
    order = on_its_way(approved=False)
    assert order.lines[1].line.available_to_return == 1
    assert (order.changes, order.totals.grand) == ((), 40_00)
    assert (order.returns[0].stage, order.returns[0].status) == (
        ReturnStage.APPROVAL_PENDING,
        ReturnStatus.SUBMITTED,
    )


def test_two_units_are_accepted_and_one_is_rejected() -> None:
    order = got(on_its_way(), accepted=2, rejected=1)
    back, one = order.returns[0].lines[0], order.lines[1].line
    assert (back.expected, back.received, back.accepted, back.rejected, back.rejection) == (
        3,
        3,
        2,
        1,
        "Opened",
    )
    assert (one.returned, one.return_initiated, one.quantity) == (2, 2, 2)
    assert (order.totals.grand, order.memos[0].amount, order.returns[0].stage) == (
        20_00,
        20_00,
        ReturnStage.RECEIVED,
    )
    assert order.changes[0].lines[0].reason == "Damaged"


def test_goods_may_come_in_parts_and_each_part_has_its_documents() -> None:
    order = got(on_its_way(), accepted=1)
    assert order.returns[0].stage is ReturnStage.WAITING_FOR_GOODS
    order = got(order, accepted=2)
    assert order.returns[0].stage is ReturnStage.RECEIVED
    assert [one.amount for one in order.memos] == [10_00, 20_00]
    assert [one.number for one in order.changes] == ["1042-C1", "1042-C2"]


def test_what_never_comes_is_given_up_and_can_be_returned_another_time() -> None:
    order = got(on_its_way(), accepted=1, lost=True)
    assert (order.returns[0].lines[0].given_up, order.returns[0].stage) == (2, ReturnStage.RECEIVED)
    assert order.lines[1].line.available_to_return == 3
    nothing = perform(on_its_way(), ReceiveGoods(number=R1, rest_is_lost=True)).after
    assert (nothing.changes, nothing.memos, nothing.lines[1].line.return_initiated) == ((), (), 0)


@pytest.mark.parametrize(("ship", "comes_off"), [(None, 46_00), (False, 40_00)])
def test_when_all_of_a_delivery_comes_back_its_charge_is_owed_too(ship: bool | None, comes_off: int) -> None:
    order = sent(with_charge=True)
    order = perform(order, ReturnItems(items=(Item(line_no=1, quantity=4, ship=ship),))).after
    order = perform(order, MoveReturn(number=R1, move=ReturnMove.APPROVE)).after
    order = got(got(order, accepted=3), accepted=1)
    assert [one.delivery for one in order.changes] == [0, 40_00 - comes_off]
    assert sum(one.amount for one in order.memos) == comes_off


def test_a_return_of_rejected_units_alone_owes_nothing() -> None:
    order = got(on_its_way(1), accepted=0, rejected=1)
    assert (order.changes, order.memos, funds_of(order).refundable) == ((), (), 0)
    assert order.lines[1].line.available_to_return == 4


def test_a_cancelled_return_lets_its_units_go() -> None:
    order = perform(on_its_way(), MoveReturn(number=R1, move=ReturnMove.CANCEL)).after
    assert (order.returns[0].stage, order.lines[1].line.return_initiated) == (ReturnStage.CANCELED, 0)
    assert not order.returns[0].is_awaited
    again = perform(order, ReturnItems(items=(Item(line_no=1, quantity=4),))).after
    assert again.returns[1].number == "1042-R2"


def test_units_that_were_on_their_way_before_the_desk_knew_can_be_received() -> None:
    order = books(line(1, 4, 10_00, allocated=4, fulfilled=4, return_initiated=2), payments=(paid(40_00),))
    assert unrecorded(order) == (Units(line_no=1, quantity=2),)
    with pytest.raises(ActRefused, match="Line 1: 3 under way, but 2 are in no return yet"):
        perform(order, ReturnItems(items=(Item(line_no=1, quantity=3),), under_way=True))
    order = perform(order, ReturnItems(items=(Item(line_no=1, quantity=2),), under_way=True)).after
    assert (order.lines[1].line.return_initiated, unrecorded(order)) == (2, ())
    order = perform(order, MoveReturn(number=R1, move=ReturnMove.APPROVE)).after
    order = got(order, accepted=1, rejected=1)
    assert (order.memos[0].amount, order.lines[1].line.available_to_return) == (10_00, 3)


def test_a_return_that_waits_for_units_which_nobody_sent_is_found_out() -> None:
    order = on_its_way()
    wrong = order.with_lines({1: replace(order.lines[1].line, return_initiated=1)})
    assert [str(one) for one in wrong.faults] == [
        "Line 1: its returns wait for 3 units, but 1 are on their way."
    ]


def test_a_memo_may_wait_for_a_step_of_its_own_and_is_owed_meanwhile() -> None:
    goods = (Goods(line_no=1, accepted=3),)
    order = perform(on_its_way(), ReceiveGoods(number=R1, goods=goods, with_memo=False)).after
    assert (order.memos, funds_of(order).without_memo, funds_of(order).refundable) == ((), 30_00, 30_00)
    order = perform(order, WriteMemo(changes=("1042-C1",))).after
    assert (funds_of(order).memos, funds_of(order).without_memo) == (30_00, 0)


@pytest.mark.parametrize(
    ("order", "act", "wrong", "said"),
    [
        (on_its_way(), ReceiveGoods(number="R9"), Wrong.NO_SUCH_RETURN, "no return R9"),
        (on_its_way(), ReceiveGoods(number=R1), Wrong.NO_ITEMS, "Nothing is named"),
        (
            on_its_way(approved=False),
            ReceiveGoods(number=R1, goods=(Goods(line_no=1, accepted=1),)),
            Wrong.NOT_REACHABLE,
            "approval_pending cannot receive",
        ),
        (
            on_its_way(),
            ReceiveGoods(number=R1, goods=(Goods(line_no=1, accepted=4),)),
            Wrong.TOO_MANY,
            "accepted 4 + rejected 0 = 4 came back, but expected 3 - received 0 = 3",
        ),
        (
            on_its_way(),
            ReceiveGoods(number=R1, goods=(Goods(line_no=1, rejected=1),)),
            Wrong.NEEDS_REASON,
            "1 rejected, and no reason says why",
        ),
        (
            on_its_way(),
            ReceiveGoods(number=R1, goods=(Goods(line_no=2, accepted=1),)),
            Wrong.NO_SUCH_LINE,
            "is not in return 1042-R1",
        ),
        (
            got(on_its_way(), accepted=1),
            MoveReturn(number=R1, move=ReturnMove.CANCEL),
            Wrong.NOT_REACHABLE,
            "1 units came back already",
        ),
        (on_its_way(), MoveReturn(number=R1, move=ReturnMove.RECEIVE), Wrong.NOT_REACHABLE, "with its goods"),
        (
            got(on_its_way(), accepted=3),
            ReceiveGoods(number=R1, goods=(Goods(line_no=1, accepted=1),)),
            Wrong.NOT_REACHABLE,
            "received cannot receive",
        ),
    ],
)
def test_what_a_return_does_not_allow(
    order: OrderBooks, act: ReceiveGoods | MoveReturn, wrong: Wrong, said: str
) -> None:
    with pytest.raises(ActRefused) as refusal:
        perform(order, act)
    assert wrong in [one.wrong for one in refusal.value.faults]
    assert said in str(refusal.value)


def test_every_stage_of_a_return_has_a_word_and_a_way_to_an_end() -> None:
    words = {stage: status_of(stage) for stage in ReturnStage}
    closed = {stage for stage, word in words.items() if word is ReturnStatus.CLOSED}
    assert closed == {ReturnStage.COMPLETED, ReturnStage.CANCELED}
    for stage in ReturnStage:
        reached, todo = {stage}, [stage]
        while todo:
            now = todo.pop()
            ends = {RETURN.after(now, move) for move in RETURN.moves(now)} - reached
            reached |= ends
            todo += ends
        assert reached & closed, stage
