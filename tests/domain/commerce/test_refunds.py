"""Refunds, memos and payments: who owes what, what is promised, what failed (domain.md 1.3, 2)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.commerce.acts import (
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
from bot.domain.commerce.documents import RefundSource, Stamp
from bot.domain.commerce.faults import ActRefused, Wrong
from bot.domain.commerce.funds import funds_of
from bot.domain.commerce.payments import (
    allocate,
    captured_more,
    payment_faults,
    promise_refund,
    reversed_more,
)
from bot.domain.commerce.performing import perform
from bot.domain.commerce.quantities import UnitAct
from bot.domain.commerce.refunding import moved_refund
from bot.domain.commerce.removal import Item
from bot.domain.commerce.states import REFUND, RefundMove, RefundState, ReturnMove
from bot.domain.shop.orders import OrderPayment
from tests.domain.commerce.books import books, line, paid, worked

EXCESS, MANUAL, MEMO = RefundSource.EXCESS, RefundSource.MANUAL, RefundSource.MEMO
move = RefundMove


def cancelled(captured: int = 388_71) -> OrderBooks:
    return perform(worked(captured), CancelItems(items=(Item(line_no=1, quantity=1),))).after


def asked(amount: int = 108_20, before: OrderBooks | None = None) -> OrderBooks:
    return perform(before or cancelled(), RefundMoney(source=EXCESS, amount=amount)).after


def walked(before: OrderBooks, *moves: RefundMove) -> OrderBooks:
    for one in moves:
        before = moved_refund(before, "1042-F1", one)
    return before


@pytest.mark.parametrize(
    ("act", "wrong", "said"),
    [
        (
            RefundMoney(source=EXCESS, amount=108_21),
            Wrong.NOT_REFUNDABLE,
            "108.21 to refund, but excess funds are 108.20.",
        ),
        (RefundMoney(source=EXCESS, amount=0), Wrong.TOO_FEW, "0.00 to refund is below the smallest amount."),
        (RefundMoney(source=EXCESS, amount=-5), Wrong.TOO_FEW, "-0.05 to refund is below"),
        (RefundMoney(source=MEMO, amount=1, memo="M7"), Wrong.NO_SUCH_MEMO, "no credit memo M7"),
        (
            RefundMoney(source=EXCESS, amount=1, payment="P9"),
            Wrong.NO_SUCH_PAYMENT,
            "The order has no payment P9.",
        ),
        (RefundMoney(source=MANUAL, amount=1, payment="P1"), Wrong.NEEDS_REASON, "says why"),
        (RefundMoney(source=MANUAL, amount=1, reason="Late"), Wrong.NO_SUCH_PAYMENT, "names the payment"),
        (
            RefundMoney(source=MANUAL, amount=388_72, payment="P1", reason="Late"),
            Wrong.NOT_AVAILABLE,
            "388.72 to refund, but P1: captured 388.71 - refunded 0.00 = 388.71.",
        ),
        (WriteMemo(changes=()), Wrong.NO_ITEMS, "No change order is named"),
        (WriteMemo(changes=("1042-C7",)), Wrong.NO_SUCH_CHANGE, "no change order 1042-C7"),
    ],
)
def test_what_is_not_owed_is_not_refunded(act: OrderAct, wrong: Wrong, said: str) -> None:
    with pytest.raises(ActRefused) as refusal:
        perform(cancelled(), act)
    assert [one.wrong for one in refusal.value.faults] == [wrong]
    assert said in str(refusal.value)


def test_a_promised_refund_is_promised_to_nobody_else() -> None:
    after = asked(100_00)
    assert (funds_of(after).excess, after.order.payments[0].pending_refund) == (8_20, 100_00)
    with pytest.raises(ActRefused, match=r"8.21 to refund, but excess funds are 8.20"):
        asked(8_21, after)


@pytest.mark.parametrize(
    ("moves", "state", "refunded", "pending", "excess"),
    [
        ((), RefundState.REQUESTED, 0, 108_20, 0),
        ((move.ASK,), RefundState.AWAITING_APPROVAL, 0, 108_20, 0),
        ((move.ASK, move.DECLINE), RefundState.DECLINED, 0, 0, 108_20),
        ((move.ASK, move.APPROVE, move.SEND, move.PAID), RefundState.SETTLED, 108_20, 0, 0),
        ((move.WITHDRAW,), RefundState.WITHDRAWN, 0, 0, 108_20),
        ((move.SEND, move.ACCEPTED), RefundState.PENDING, 0, 108_20, 0),
        ((move.SEND, move.ACCEPTED, move.READ_PAID), RefundState.SETTLED, 108_20, 0, 0),
        ((move.SEND, move.REFUSED), RefundState.FAILED, 0, 0, 108_20),
        ((move.SEND, move.LOSE), RefundState.UNKNOWN, 0, 108_20, 0),
        ((move.SEND, move.LOSE, move.READ_NOTHING), RefundState.FAILED, 0, 0, 108_20),
        ((move.SEND, move.LOSE, move.READ_PAID), RefundState.SETTLED, 108_20, 0, 0),
        ((move.SEND, move.REFUSED, move.RETRY, move.SEND), RefundState.SENDING, 0, 108_20, 0),
    ],
)
def test_where_a_refund_stands_its_money_stands(
    moves: tuple[RefundMove, ...], state: RefundState, refunded: int, pending: int, excess: int
) -> None:
    after = walked(asked(), *moves)
    payment = after.order.payments[0]
    assert after.refunds[0].state is state
    assert (payment.refunded, payment.pending_refund, funds_of(after).excess) == (refunded, pending, excess)


@pytest.mark.parametrize("again", [move.SEND, move.PAID, move.REFUSED, move.RETRY, move.WITHDRAW])
def test_an_unknown_refund_is_settled_by_reading_and_never_sent_again(again: RefundMove) -> None:
    unknown = walked(asked(), move.SEND, move.LOSE)
    with pytest.raises(ActRefused, match="refund that is unknown cannot"):
        walked(unknown, again)
    assert set(REFUND.moves(RefundState.UNKNOWN)) == {
        move.READ_PENDING,
        move.READ_PAID,
        move.READ_REFUSED,
        move.READ_NOTHING,
    }


def test_a_refund_above_a_limit_waits_from_its_first_moment_on_and_holds_its_money() -> None:
    act = RefundMoney(source=EXCESS, amount=108_20)
    waiting = perform(cancelled(), act, stamp=Stamp(needs_approval=True)).after
    assert (waiting.refunds[0].state, funds_of(waiting).excess) == (RefundState.AWAITING_APPROVAL, 0)
    with pytest.raises(ActRefused, match="awaiting_approval cannot send"):
        walked(waiting, move.SEND)
    assert walked(waiting, move.APPROVE, move.SEND).refunds[0].state is RefundState.SENDING


def test_a_paid_refund_is_paid_once() -> None:
    with pytest.raises(ActRefused, match="that is its end"):
        walked(asked(), move.SEND, move.PAID, move.PAID)


def test_trying_again_has_a_key_of_its_own_and_needs_the_money_to_be_there_still() -> None:
    failed = walked(asked(), move.SEND, move.REFUSED)
    first, again = failed.refunds[0], walked(failed, move.RETRY).refunds[0]
    assert (first.sending_key, again.sending_key) == ("1042-F1/1", "1042-F1/2")
    elsewhere = asked(100_00, failed)
    with pytest.raises(ActRefused, match=r"108.20 to refund, but excess funds are 8.20"):
        walked(elsewhere, move.RETRY)


def test_a_memo_of_a_cancellation_takes_its_money_out_of_the_excess_funds() -> None:
    after = perform(cancelled(), WriteMemo(changes=("1042-C1",))).after
    funds = funds_of(after)
    assert (funds.excess, funds.memos, funds.refundable) == (0, 108_20, 108_20)
    with pytest.raises(ActRefused, match="stands in credit memo 1042-M1 already"):
        perform(after, WriteMemo(changes=("1042-C1",)))


def test_no_memo_for_what_was_never_captured() -> None:
    with pytest.raises(ActRefused, match=r"108.20 was cancelled, but only 0.00 of it had been captured"):
        perform(cancelled(captured=0), WriteMemo(changes=("1042-C1",)))


def test_what_nobody_will_capture_is_given_back_and_no_more() -> None:
    order = cancelled(captured=0)
    with pytest.raises(ActRefused) as refusal:
        perform(order, ReverseAuthorization(payment="P1", amount=108_21))
    assert str(refusal.value) == (
        "108.21 to reverse, but authorised and not used 388.71 - not paid yet 280.51 = 108.20."
    )
    after = perform(order, ReverseAuthorization(payment="P1", amount=108_20)).after
    assert (funds_of(after).to_capture, funds_of(after).to_reverse, after.order.version) == (280_51, 0, 3)


def test_goodwill_changes_nothing_of_the_order_and_may_leave_too_little_for_what_is_owed() -> None:
    goodwill = RefundMoney(source=MANUAL, amount=300_00, payment="P1", reason="Two weeks late")
    after = perform(cancelled(), goodwill).after
    funds = funds_of(after)
    assert (after.totals.grand, after.changes) == (280_51, cancelled().changes)
    assert (funds.excess, funds.available, funds.can_be_refunded) == (108_20, 88_71, 88_71)


def test_mixed_payments_give_back_only_what_was_captured() -> None:
    payments = (paid(30_00, "card"), paid(70_00, "bank", captured=0))
    after = perform(
        books(line(1, 10, 10_00), payments=payments), CancelItems(items=(Item(line_no=1, quantity=8),))
    ).after
    funds = funds_of(after)
    assert (funds.excess, funds.available, funds.to_reverse) == (10_00, 30_00, 70_00)
    refund = perform(after, RefundMoney(source=EXCESS, amount=10_00)).after.refunds
    assert [(one.payment_ref, one.amount) for one in refund] == [("card", 10_00)]


THREE = (paid(50_00, "A"), paid(80_00, "B"), paid(20_00, "C", captured=0))


@pytest.mark.parametrize(
    ("amount", "first", "parts"),
    [
        (30_00, "", (("A", 30_00),)),
        (60_00, "", (("B", 60_00),)),  # one that bears it whole, before two in turn
        (30_00, "B", (("B", 30_00),)),
        (60_00, "A", (("A", 50_00), ("B", 10_00))),  # what is asked for comes first
        (130_00, "", (("A", 50_00), ("B", 80_00))),
        (30_00, "C", (("A", 30_00),)),  # nothing was captured by that one
    ],
)
def test_a_refund_goes_back_by_as_few_payments_as_can_be(
    amount: int, first: str, parts: tuple[tuple[str, int], ...]
) -> None:
    assert allocate(THREE, amount, "USD", first) == parts


def test_more_than_all_payments_have_is_refused_with_their_sum() -> None:
    with pytest.raises(ActRefused) as refusal:
        allocate(THREE, 130_01, "USD")
    assert str(refusal.value) == "130.01 to refund, but A 50.00 + B 80.00 = 130.00 is available."


@pytest.mark.parametrize(
    ("payment", "capture", "refund"),
    [
        (OrderPayment(ref="P", method="", authorized=100, captured=40), 60, 40),
        (OrderPayment(ref="P", method="", authorized=100, captured=40, pending_capture=30), 30, 10),
        (OrderPayment(ref="P", method="", authorized=100, captured=40, pending_reversal=25), 35, 40),
        (OrderPayment(ref="P", method="", authorized=100, captured=40, reversed=60), 0, 40),
        (
            OrderPayment(ref="P", method="", authorized=100, captured=40, refunded=15, pending_refund=5),
            60,
            20,
        ),
        (OrderPayment(ref="P", method="", authorized=100, captured=40, pending_capture=50), 10, 0),
    ],
)
def test_what_a_payment_has_to_give(payment: OrderPayment, capture: int, refund: int) -> None:
    assert list(payment_faults(payment, "USD")) == []
    assert (payment.available_to_capture, payment.available_to_refund) == (capture, refund)


def test_what_is_being_captured_is_not_promised_to_anybody() -> None:
    payment = OrderPayment(ref="P1", method="", authorized=100, captured=40, pending_capture=30)
    with pytest.raises(ActRefused) as refusal:
        promise_refund(payment, 11, "JPY")
    assert str(refusal.value) == ("11 to refund, but P1: captured 40 - refunded 0 - pending_capture 30 = 10.")
    assert promise_refund(payment, 10, "JPY").pending_refund == 10


def test_no_more_is_captured_or_reversed_than_is_authorised() -> None:
    payment = reversed_more(captured_more(paid(100, captured=0), 60, "JPY"), 40, "JPY")
    assert (payment.captured, payment.reversed, payment.available_to_capture) == (60, 40, 0)
    for step in (captured_more, reversed_more):
        with pytest.raises(ActRefused, match="P1 has 0 authorised and not used"):
            step(payment, 1, "JPY")


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"refunded": 300_00, "pending_refund": 88_72}, "refunded 300.00 + pending_refund 88.72 = 388.72"),
        ({"pending_capture": 1}, "pending_capture 0.01 + pending_reversal 0.00 = 388.72 is above authorized"),
        ({"refunded": -1}, "refunded = -0.01 is below 0"),
        ({"pending_refund": 5}, "pending_refund 0.05, but the refunds on their way come to 0.00"),
    ],
)
def test_nothing_is_done_on_an_order_whose_payments_contradict_themselves(
    broken: dict[str, int], said: str
) -> None:
    order = worked()
    order = order.with_payment(replace(order.order.payments[0], **broken))
    with pytest.raises(ActRefused) as refusal:
        perform(order, CancelItems(items=(Item(line_no=1, quantity=1),)))
    assert said in str(refusal.value)


def test_nothing_is_done_on_an_order_whose_documents_and_quantities_disagree() -> None:
    order = cancelled()
    for canceled, said in [
        (0, "its change orders take 1 units, but canceled 0 + returned 0 = 0"),
    ]:
        wrong = order.with_lines({1: replace(order.lines[1].line, canceled=canceled)})
        with pytest.raises(ActRefused) as refusal:
            perform(wrong, CancelItems(items=(Item(line_no=2, quantity=1),)))
        assert said in str(refusal.value)


def test_units_that_went_before_the_desk_kept_documents_count_as_gone_and_paid_back() -> None:
    order = books(
        line(1, 3, 99_95, tax=24_74, canceled=1),
        payments=(replace(paid(324_59), refunded=108_20),),
    )
    assert (order.totals.grand, funds_of(order).excess) == (216_39, 0)
    after = perform(order, CancelItems(items=(Item(line_no=1, quantity=1),))).after
    assert (after.changes[0].comes_off, funds_of(after).excess) == (108_19, 108_19)


def _back(captured: int, *, sent: int = 3) -> OrderBooks:
    """Three things of 100.00, `sent` of them fulfilled, one of these back and in a memo."""
    order = books(line(1, 3, 100_00), payments=(paid(300_00, captured=captured),))
    for act in (UnitAct.ALLOCATE, UnitAct.FULFIL):
        order = perform(order, MoveUnits(act=act, units=(Units(line_no=1, quantity=sent),))).after
    order = perform(order, ReturnItems(items=(Item(line_no=1, quantity=1),))).after
    order = perform(order, MoveReturn(number="1042-R1", move=ReturnMove.APPROVE)).after
    return perform(order, ReceiveGoods(number="1042-R1", goods=(Goods(line_no=1, accepted=1),))).after


@pytest.mark.parametrize(
    ("captured", "sent", "refundable", "owed_yet", "to_reverse"),
    [
        (300_00, 3, 100_00, 0, 0),  # all was captured: 100.00 goes back
        (0, 3, 0, 200_00, 100_00),  # nothing was: so much less is captured
        (200_00, 3, 0, 0, 100_00),  # the two that stay are paid, and nothing is owed either way
        (250_00, 3, 50_00, 0, 50_00),
        (100_00, 1, 100_00, 200_00, 0),  # captured as it was sent: the two to come are not paid yet
        (100_00, 2, 0, 100_00, 100_00),  # two were sent and one was paid: that one stays
    ],
)
def test_a_memo_pays_back_only_what_was_captured_for_goods_that_went_back(
    captured: int, sent: int, refundable: int, owed_yet: int, to_reverse: int
) -> None:
    order = _back(captured, sent=sent)
    funds = funds_of(order)
    assert (funds.memos, funds.refundable) == (100_00, refundable)
    assert (funds.owed_yet, funds.to_reverse) == (owed_yet, to_reverse)
    refund = RefundMoney(source=MEMO, memo="1042-M1", amount=refundable + 1)
    with pytest.raises(ActRefused) as refusal:
        perform(order, refund)
    assert [one.wrong for one in refusal.value.faults] == [Wrong.NOT_REFUNDABLE]
    if refundable:
        assert perform(order, replace(refund, amount=refundable)).after.refunds[0].amount == refundable


def test_captured_as_sent_a_refund_does_not_fail_for_a_cent_of_rounding() -> None:
    order = books(line(1, 3, 99_95, tax=24_74), payments=(paid(324_59, captured=216_39),))
    for act in (UnitAct.ALLOCATE, UnitAct.FULFIL):
        order = perform(order, MoveUnits(act=act, units=(Units(line_no=1, quantity=2),))).after
    order = perform(order, ReturnItems(items=(Item(line_no=1, quantity=1),))).after
    order = perform(order, MoveReturn(number="1042-R1", move=ReturnMove.APPROVE)).after
    order = perform(order, ReceiveGoods(number="1042-R1", goods=(Goods(line_no=1, accepted=1),))).after
    assert perform(order, RefundMoney(source=MEMO, memo="1042-M1", amount=108_20)).after.refunds


def test_a_memo_owes_again_what_failed_to_be_paid() -> None:
    order = perform(_back(300_00), RefundMoney(source=MEMO, memo="1042-M1", amount=60_00)).after
    assert funds_of(order).memos == 40_00
    assert funds_of(walked(order, move.SEND, move.REFUSED)).memos == 100_00
    assert funds_of(walked(order, move.SEND, move.PAID)).memos == 40_00
