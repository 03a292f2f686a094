"""A refund as whoever pays it back sees it: the shop of our own calls it, with no rule of the desk. Pure."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import Refund
from bot.domain.commerce.faults import Wrong, refused
from bot.domain.commerce.payments import promise_refund, settle_refund
from bot.domain.commerce.performing import check_books
from bot.domain.commerce.states import RefundState
from bot.domain.shop.orders import is_void


def paid_back(books: OrderBooks, refund: Refund) -> OrderBooks:
    """The books with a refund paid by its payment. Raises ActRefused above what the payment took in.

    A number is paid once, whatever attempt asks for it: a desk that lost the first answer pays nothing twice.
    """
    check_books(books)
    if (known := books.refund(refund.number)) is not None:
        raise refused(
            Wrong.NOT_REFUNDABLE, f"Refund {refund.number} was paid already: {books.said(known.amount)}."
        )
    payment = books.payment(refund.payment_ref)
    if payment is None:
        raise refused(Wrong.NO_SUCH_PAYMENT, f"The order has no payment {refund.payment_ref}.")
    held = promise_refund(payment, refund.amount, books.currency)
    paid = books.with_payment(settle_refund(held, refund.amount, books.currency))
    order = replace(
        paid.order,
        version=books.order.version + 1,
        is_void=is_void(paid.order.status, paid.order.lines, paid.order.payments),
    )
    done = refund.with_state(RefundState.SETTLED, provider_ref=refund.sending_key)
    after = replace(paid, order=order, refunds=(*books.refunds, done))
    check_books(after)
    return after
