"""The desk's refunds over a shop's figures: each counts once, and never two for money that went once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.desk_refunds import DeskRefund, with_desk_refunds
from bot.domain.commerce.documents import Refund, RefundSource
from bot.domain.commerce.states import RefundState
from tests.domain.commerce.books import worked

PENDING, SETTLED, FAILED = RefundState.PENDING, RefundState.SETTLED, RefundState.FAILED


def ours(number: int, amount: int, back_before: int | None, state: RefundState = PENDING) -> DeskRefund:
    refund = Refund(
        number=f"1042-F{number}",
        source=RefundSource.MANUAL,
        payment_ref="P1",
        amount=amount,
        state=state,
    )
    return DeskRefund(refund=refund, back_before=back_before)


def shop(refunded: int, pending: int = 0) -> OrderBooks:
    books = worked()
    [payment] = books.order.payments
    return books.with_payment(replace(payment, refunded=refunded, pending_refund=pending))


# What a shop's figures have as gone and as on its way, our refunds; then what both leave of 388.71.
FIGURES = [
    (0, 0, [ours(1, 50_00, 0), ours(2, 50_00, 0)], 288_71),
    # Only one of two equal ones shows yet: the other is promised still.
    (50_00, 0, [ours(1, 50_00, 0), ours(2, 50_00, 0)], 288_71),
    (100_00, 0, [ours(1, 50_00, 0), ours(2, 50_00, 0)], 288_71),
    (0, 50_00, [ours(1, 50_00, 0), ours(2, 50_00, 0)], 288_71),
    (50_00, 50_00, [ours(1, 50_00, 0), ours(2, 50_00, 0)], 288_71),
    # The smaller one shows first, or the shop paid 20.00 by itself between the two.
    (30_00, 0, [ours(1, 50_00, 0), ours(2, 30_00, 0)], 308_71),
    (120_00, 0, [ours(1, 50_00, 0), ours(2, 50_00, 70_00)], 268_71),
    # One that was paid before, or that failed, stands in nobody's way.
    (50_00, 0, [ours(1, 50_00, 0, SETTLED), ours(2, 50_00, 50_00)], 288_71),
    (50_00, 0, [ours(1, 50_00, 0, FAILED), ours(2, 50_00, 0)], 338_71),
    (50_00, 0, [ours(1, 50_00, None)], 288_71),
]


@pytest.mark.parametrize(("refunded", "pending", "refunds", "left"), FIGURES)
def test_a_refund_is_counted_once_wherever_it_shows(
    refunded: int, pending: int, refunds: list[DeskRefund], left: int
) -> None:
    books = with_desk_refunds(shop(refunded, pending), refunds)
    [payment] = books.order.payments
    assert payment.available_to_refund == left
    assert books.faults == ()
