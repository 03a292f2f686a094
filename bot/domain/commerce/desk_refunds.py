"""The desk's own refunds laid over the books as a shop has them: what is promised is promised once. Pure.

A shop may know nothing of a refund that waits for its approval, and may show one that it pays in its figures
alone. Where the two differ the desk counts what leaves less to be refunded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import Refund
from bot.domain.commerce.states import RefundState
from bot.domain.shop.orders import OrderPayment


@dataclass(frozen=True, kw_only=True)
class DeskRefund:
    """A refund that the desk asked for. `back_before` is what had gone back by its payment, or was about to
    by the shop's own figures, when it was sent; None: it was not.
    """

    refund: Refund
    back_before: int | None = None


def with_desk_refunds(books: OrderBooks, ours: Sequence[DeskRefund]) -> OrderBooks:
    """The books with the desk's refunds in them, each once, and their money promised by its payment."""
    known = {one.number: one for one in books.refunds}
    merged = dict(known)
    for one in ours:
        number = one.refund.number
        there = known.get(number)
        if there is None:
            seen = _is_counted(books, one)
            merged[number] = one.refund
            if one.refund.holds and not seen:
                books = _promised(books, one.refund)
            elif one.refund.holds and seen:
                # The shop's figures have it, as paid or as on its way.
                merged[number] = _as_counted(books, one.refund)
        else:
            merged[number] = _both(one.refund, there)
            if one.refund.holds and not there.counts:
                books = _promised(books, one.refund)
    return replace(books, refunds=tuple(merged.values()))


def _both(ours: Refund, theirs: Refund) -> Refund:
    """One refund that both know: the shop knows whether its money moved, the desk the rest."""
    if theirs.counts:
        return replace(ours, state=theirs.state, provider_ref=theirs.provider_ref or ours.provider_ref)
    return ours


def _is_counted(books: OrderBooks, one: DeskRefund) -> bool:
    """Whether the figures of its payment have a refund that the shop lists nowhere."""
    payment = books.payment(one.refund.payment_ref)
    if one.back_before is None or payment is None:
        return False
    return gone_back(payment) >= one.back_before + one.refund.amount


def gone_back(payment: OrderPayment) -> int:
    """What went back by a payment, or is about to, by the shop's own figures."""
    return payment.refunded + payment.pending_refund


def _as_counted(books: OrderBooks, refund: Refund) -> Refund:
    payment = books.payment(refund.payment_ref)
    held = sum(one.amount for one in books.refunds if one.holds and one.payment_ref == refund.payment_ref)
    pays = payment is not None and payment.pending_refund >= held + refund.amount
    return replace(refund, state=RefundState.PENDING if pays else RefundState.SETTLED)


def _promised(books: OrderBooks, refund: Refund) -> OrderBooks:
    payment = books.payment(refund.payment_ref)
    if payment is None:
        return books
    return books.with_payment(replace(payment, pending_refund=payment.pending_refund + refund.amount))
