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
    merged, figures = dict(known), _Figures(books)
    for one in ours:
        refund, there = one.refund, known.get(one.refund.number)
        counted = refund.counts and figures.have(one)
        merged[refund.number] = _both(refund, there) if there is not None else refund
        if not refund.holds or (there is not None and there.counts):
            continue
        if there is None and counted:
            # The shop's figures have it, as paid or as on its way.
            merged[refund.number] = replace(refund, state=figures.state_of(refund))
        else:
            books = _promised(books, refund)
    return replace(books, refunds=tuple(merged.values()))


def _both(ours: Refund, theirs: Refund) -> Refund:
    """One refund that both know: the shop knows whether its money moved, the desk the rest."""
    if theirs.counts:
        return replace(ours, state=theirs.state, provider_ref=theirs.provider_ref or ours.provider_ref)
    return ours


def gone_back(payment: OrderPayment) -> int:
    """What went back by a payment, or is about to, by the shop's own figures."""
    return payment.refunded + payment.pending_refund


class _Figures:
    """What a shop's own figures have of refunds that it lists nowhere: money that went once is of one refund.

    The desk's promises are no part of them.
    """

    def __init__(self, books: OrderBooks) -> None:
        self._gone = {one.ref: gone_back(one) for one in books.order.payments}
        self._explained = dict.fromkeys(self._gone, 0)
        self._on_its_way = {one.ref: one.pending_refund for one in books.order.payments}
        for listed in books.refunds:
            if listed.holds and listed.payment_ref in self._on_its_way:
                self._on_its_way[listed.payment_ref] -= listed.amount

    def have(self, one: DeskRefund) -> bool:
        """Whether they have a refund, beside what they had before it and those looked at already."""
        ref = one.refund.payment_ref
        if one.back_before is None or ref not in self._gone:
            return False
        with_it = max(one.back_before, self._explained[ref]) + one.refund.amount
        if self._gone[ref] < with_it:
            return False
        self._explained[ref] = with_it
        return True

    def state_of(self, refund: Refund) -> RefundState:
        """As what they have it."""
        if self._on_its_way[refund.payment_ref] < refund.amount:
            return RefundState.SETTLED
        self._on_its_way[refund.payment_ref] -= refund.amount
        return RefundState.PENDING


def _promised(books: OrderBooks, refund: Refund) -> OrderBooks:
    payment = books.payment(refund.payment_ref)
    if payment is None:
        return books
    return books.with_payment(replace(payment, pending_refund=payment.pending_refund + refund.amount))
