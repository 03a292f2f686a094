"""The worked order of domain.md 1.3, act by act, to the cent."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.commerce.acts import (
    CancelItems,
    Goods,
    MoveReturn,
    MoveUnits,
    ReceiveGoods,
    RefundMoney,
    ReturnItems,
    Units,
)
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import RefundSource
from bot.domain.commerce.funds import funds_of
from bot.domain.commerce.performing import perform
from bot.domain.commerce.quantities import UnitAct
from bot.domain.commerce.refunding import moved_refund
from bot.domain.commerce.removal import Item
from bot.domain.commerce.states import RefundMove, RefundState, ReturnMove, ReturnStage
from tests.domain.commerce.books import worked


def _paid_back(books: OrderBooks) -> OrderBooks:
    number = books.refunds[-1].number
    return moved_refund(moved_refund(books, number, RefundMove.SEND), number, RefundMove.PAID)


def _cancelled() -> OrderBooks:
    return perform(worked(), CancelItems(items=(Item(line_no=1, quantity=1),))).after


def _with_both_sent(books: OrderBooks) -> OrderBooks:
    for act in (UnitAct.ALLOCATE, UnitAct.FULFIL):
        books = perform(books, MoveUnits(act=act, units=(Units(line_no=1, quantity=2),))).after
    return books


def _one_returned(books: OrderBooks) -> OrderBooks:
    books = perform(books, ReturnItems(items=(Item(line_no=1, quantity=1),))).after
    books = perform(books, MoveReturn(number="1042-R1", move=ReturnMove.APPROVE)).after
    goods = (Goods(line_no=1, accepted=1),)
    return perform(books, ReceiveGoods(number="1042-R1", goods=goods)).after


def test_the_order_comes_to_what_was_captured() -> None:
    totals = worked().totals
    assert (totals.products, totals.delivery, totals.tax, totals.grand) == (349_85, 9_99, 28_87, 388_71)


def test_cancelling_one_unit_leaves_280_51_and_108_20_of_excess_funds_and_no_memo() -> None:
    books = _cancelled()
    (change,) = books.changes
    assert (books.totals.grand, change.grand, change.quantity) == (280_51, -108_20, -1)
    assert change.is_pre_fulfillment
    assert (funds_of(books).excess, books.memos) == (108_20, ())


def test_returning_one_unit_makes_a_change_order_and_a_memo_of_108_19() -> None:
    books = _one_returned(_with_both_sent(_cancelled()))
    change, (memo,) = books.changes[-1], books.memos
    assert (change.grand, change.is_pre_fulfillment, change.return_number) == (-108_19, False, "1042-R1")
    assert (memo.amount, memo.changes) == (108_19, (change.number,))
    assert books.returns[0].stage is ReturnStage.RECEIVED
    assert (books.totals.grand, funds_of(books).refundable) == (172_32, 216_39)


def test_216_39_is_refunded_in_all_and_nothing_more() -> None:
    excess = RefundMoney(source=RefundSource.EXCESS, amount=108_20)
    memo = RefundMoney(source=RefundSource.MEMO, amount=108_19, memo="1042-M1")
    books = _paid_back(perform(_cancelled(), excess).after)
    books = _paid_back(perform(_one_returned(_with_both_sent(books)), memo).after)
    assert books.order.refunded.minor == 216_39
    assert [one.state for one in books.refunds] == [RefundState.SETTLED] * 2
    assert funds_of(books).refundable == 0
    assert books.order.captured.minor - books.order.refunded.minor == books.totals.grand


def test_the_third_unit_gives_108_20_so_that_all_three_sum_up() -> None:
    books = _one_returned(_with_both_sent(_cancelled()))
    books = perform(books, ReturnItems(items=(Item(line_no=1, quantity=1),))).after
    books = perform(books, MoveReturn(number="1042-R2", move=ReturnMove.APPROVE)).after
    books = perform(books, ReceiveGoods(number="1042-R2", goods=(Goods(line_no=1, accepted=1),))).after
    assert [one.comes_off for one in books.changes] == [108_20, 108_19, 108_20]
    assert books.lines[1].amounts.owed(books.tax_type) == 0


def test_a_cancel_of_what_is_only_authorised_owes_nobody_anything() -> None:
    books = perform(worked(captured=0), CancelItems(items=(Item(line_no=1, quantity=1),))).after
    funds = funds_of(books)
    assert (funds.excess, funds.refundable, funds.owed_yet, funds.to_reverse) == (0, 0, 280_51, 108_20)


def test_a_backend_that_captures_the_old_sum_leaves_excess_funds() -> None:
    books = perform(worked(captured=0), CancelItems(items=(Item(line_no=1, quantity=1),))).after
    (payment,) = books.order.payments
    books = books.with_payment(replace(payment, captured=388_71))
    assert funds_of(books).excess == 108_20
