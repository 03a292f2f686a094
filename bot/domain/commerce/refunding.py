"""Credit memos and refunds: what is owed, promised, paid or failed; `performing` calls it (1.3). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.domain.commerce.acts import RefundMoney, ReverseAuthorization
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import CreditMemo, Refund, RefundSource, Stamp
from bot.domain.commerce.faults import ActFault, ActRefused, Wrong, refused
from bot.domain.commerce.funds import funds_of, memo_open, memo_refundable
from bot.domain.commerce.machines import NotReachable
from bot.domain.commerce.payments import (
    allocate,
    available,
    drop_refund,
    promise_refund,
    reversed_more,
    settle_refund,
)
from bot.domain.commerce.states import HOLDING, REFUND, RefundMove, RefundState
from bot.domain.shop.orders import OrderPayment


def with_memo(books: OrderBooks, numbers: Sequence[str], stamp: Stamp) -> OrderBooks:
    """The books with a credit memo for change orders. Raises ActRefused.

    One for a cancellation moves what it owes from the excess funds to the memo: it must have been captured.
    """
    faults = tuple(_memo_faults(books, numbers))
    if faults:
        raise ActRefused(faults)
    chosen = [one for one in books.changes if one.number in numbers]
    amount = sum(one.comes_off for one in chosen)
    cancelled = sum(one.comes_off for one in chosen if one.is_pre_fulfillment)
    if amount < 1:
        raise refused(Wrong.TOO_FEW, f"{', '.join(numbers)} come to {books.said(amount)}: nothing is owed.")
    excess = funds_of(books).excess
    if cancelled > excess:
        said = (
            f"{books.said(cancelled)} was cancelled, but only {books.said(excess)} of it had been captured."
        )
        raise refused(Wrong.NOTHING_CAPTURED, said)
    number = f"{books.order.number}-M{len(books.memos) + 1}"
    memo = CreditMemo(number=number, changes=tuple(numbers), amount=amount, stamp=stamp)
    return replace(books, memos=(*books.memos, memo))


def requested(books: OrderBooks, act: RefundMoney, stamp: Stamp) -> OrderBooks:
    """The books with refunds asked for, one by each payment that bears a part of it. Raises ActRefused."""
    _check_source(books, act)
    if act.payment and books.payment(act.payment) is None:
        raise refused(Wrong.NO_SUCH_PAYMENT, f"The order has no payment {act.payment}.")
    for ref, amount in _parts(books, act):
        refund = Refund(
            number=f"{books.order.number}-F{len(books.refunds) + 1}",
            source=act.source,
            payment_ref=ref,
            amount=amount,
            memo=act.memo,
            reason=act.reason.strip(),
            state=RefundState.AWAITING_APPROVAL if stamp.needs_approval else RefundState.REQUESTED,
            stamp=stamp,
        )
        payment = promise_refund(_payment(books, ref), amount, books.currency)
        books = replace(books, refunds=(*books.refunds, refund)).with_payment(payment)
    return books


def reversed_authorization(books: OrderBooks, act: ReverseAuthorization) -> OrderBooks:
    """The books with a part of an authorisation given back, no more than the order has no use for."""
    payment = books.payment(act.payment)
    if payment is None:
        raise refused(Wrong.NO_SUCH_PAYMENT, f"The order has no payment {act.payment}.")
    funds = funds_of(books)
    if act.amount > funds.to_reverse:
        said = (
            f"{books.said(act.amount)} to reverse, but authorised and not used "
            f"{books.said(funds.to_capture)} - not paid yet {books.said(funds.owed_yet)} = "
            f"{books.said(funds.to_reverse)}."
        )
        raise refused(Wrong.NOT_AVAILABLE, said)
    return books.with_payment(reversed_more(payment, act.amount, books.currency))


def moved_refund(books: OrderBooks, number: str, move: RefundMove, *, provider_ref: str = "") -> OrderBooks:
    """The books with a refund a state further, its payment's money with it. Raises ActRefused.

    A failed one gives its money free; trying it again promises the money anew, if it is still there, under
    the next attempt's key.
    """
    refund = books.refund(number)
    if refund is None:
        raise refused(Wrong.NO_SUCH_REFUND, f"The order has no refund {number}.")
    try:
        state = REFUND.after(refund.state, move)
    except NotReachable as wrong:
        raise refused(Wrong.NOT_REACHABLE, f"Refund {number}: {wrong}") from None
    if move is RefundMove.RETRY:
        _check_capped(books, refund.source, refund.amount, refund.memo)
    payment = _paid(_payment(books, refund.payment_ref), refund, state, books.currency)
    done = refund.with_state(state, provider_ref=provider_ref)
    if move is RefundMove.RETRY:
        done = replace(done, attempt=refund.attempt + 1, provider_ref="")
    refunds = tuple(done if one.number == number else one for one in books.refunds)
    order = replace(books.order, version=books.order.version + 1)
    after = replace(books, order=order, refunds=refunds).with_payment(payment)
    if after.faults:
        raise ActRefused(after.faults)
    return after


def _paid(payment: OrderPayment, refund: Refund, state: RefundState, currency: str) -> OrderPayment:
    if refund.holds and state is RefundState.SETTLED:
        return settle_refund(payment, refund.amount, currency)
    if refund.holds and state not in HOLDING:
        return drop_refund(payment, refund.amount, currency)
    if not refund.holds and state in HOLDING:
        return promise_refund(payment, refund.amount, currency)
    return payment


def _check_source(books: OrderBooks, act: RefundMoney) -> None:
    if act.amount < 1:
        said = f"{books.said(act.amount)} to refund is below the smallest amount."
        raise refused(Wrong.TOO_FEW, said)
    if act.source is RefundSource.MANUAL:
        if not act.reason.strip():
            raise refused(Wrong.NEEDS_REASON, "A refund by hand says why.")
        if not act.payment:
            raise refused(Wrong.NO_SUCH_PAYMENT, "A refund by hand names the payment that it goes back by.")
    if act.source is RefundSource.MEMO and books.memo(act.memo) is None:
        raise refused(Wrong.NO_SUCH_MEMO, f"The order has no credit memo {act.memo}.")
    _check_capped(books, act.source, act.amount, act.memo)


def _check_capped(books: OrderBooks, source: RefundSource, amount: int, memo: str) -> None:
    """No more than is owed by what it pays back. By hand nothing is owed: what the payment has is the cap."""
    if source is RefundSource.EXCESS:
        cap, what = funds_of(books).excess, "excess funds are"
    elif found := books.memo(memo):
        cap, what = memo_open(books, found), f"credit memo {memo} still owes"
        covered = memo_refundable(books, found)
        if covered < cap:
            cap, what = covered, f"what was captured for the goods of credit memo {memo} and others is"
    else:
        return
    if amount > cap:
        said = f"{books.said(amount)} to refund, but {what} {books.said(cap)}."
        raise refused(Wrong.NOT_REFUNDABLE, said)


def _parts(books: OrderBooks, act: RefundMoney) -> tuple[tuple[str, int], ...]:
    if act.source is not RefundSource.MANUAL:
        return allocate(books.order.payments, act.amount, books.currency, act.payment)
    payment = _payment(books, act.payment)
    if act.amount > payment.available_to_refund:
        said = f"{books.said(act.amount)} to refund, but {available(payment, books.currency)}."
        raise refused(Wrong.NOT_AVAILABLE, said)
    return ((act.payment, act.amount),)


def _payment(books: OrderBooks, ref: str) -> OrderPayment:
    payment = books.payment(ref)
    assert payment is not None, f"refunds are checked against payments; {ref} is none"
    return payment


def _memo_faults(books: OrderBooks, numbers: Sequence[str]) -> Iterator[ActFault]:
    if not numbers:
        yield ActFault(wrong=Wrong.NO_ITEMS, said="No change order is named that the memo is for.")
    written = {number: memo.number for memo in books.memos for number in memo.changes}
    for number in numbers:
        if books.change(number) is None:
            yield ActFault(wrong=Wrong.NO_SUCH_CHANGE, said=f"The order has no change order {number}.")
        elif number in written:
            said = f"Change order {number} stands in credit memo {written[number]} already."
            yield ActFault(wrong=Wrong.MEMO_EXISTS, said=said)
