"""What payments can still give back, and moving their money; checked before and after (domain.md 1.3). Pure.

Always: 0 <= refunded + pending_refund <= captured.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.domain.commerce.faults import ActFault, ActRefused, Wrong, refused
from bot.domain.shop.money import plain
from bot.domain.shop.orders import OrderPayment

MONEY = (
    "authorized",
    "captured",
    "refunded",
    "reversed",
    "pending_capture",
    "pending_reversal",
    "pending_refund",
)


def payment_faults(payment: OrderPayment, currency: str) -> Iterator[ActFault]:
    """Every invariant that a payment breaks, the equation in figures."""
    for name in MONEY:
        if getattr(payment, name) < 0:
            yield _broken(payment, f"{name} = {plain(getattr(payment, name), currency)} is below 0.")
    yield from _within(payment, currency, "captured", ("refunded", "pending_refund"))
    used = ("reversed", "captured", "pending_capture", "pending_reversal")
    yield from _within(payment, currency, "authorized", used)


def promise_refund(payment: OrderPayment, amount: int, currency: str) -> OrderPayment:
    """The payment with an amount held for a refund. Raises ActRefused where it has not so much to give."""
    if amount < 1:
        raise refused(Wrong.TOO_FEW, f"{plain(amount, currency)} to refund is below the smallest amount.")
    if amount > payment.available_to_refund:
        raise refused(
            Wrong.NOT_AVAILABLE, f"{plain(amount, currency)} to refund, but {available(payment, currency)}."
        )
    return _checked(replace(payment, pending_refund=payment.pending_refund + amount), currency)


def settle_refund(payment: OrderPayment, amount: int, currency: str) -> OrderPayment:
    """The payment when a promised refund was paid."""
    done = replace(
        payment, pending_refund=payment.pending_refund - amount, refunded=payment.refunded + amount
    )
    return _checked(done, currency)


def drop_refund(payment: OrderPayment, amount: int, currency: str) -> OrderPayment:
    """The payment when a promised refund will not be paid: its money can be refunded again."""
    return _checked(replace(payment, pending_refund=payment.pending_refund - amount), currency)


def captured_more(payment: OrderPayment, amount: int, currency: str) -> OrderPayment:
    """The payment when an amount was captured. Raises ActRefused above what is authorised for it."""
    _at_most_capturable(payment, amount, currency, "capture")
    return _checked(replace(payment, captured=payment.captured + amount), currency)


def reversed_more(payment: OrderPayment, amount: int, currency: str) -> OrderPayment:
    """The payment when a part of its authorisation was given back. Raises ActRefused above that."""
    _at_most_capturable(payment, amount, currency, "reverse")
    return _checked(replace(payment, reversed=payment.reversed + amount), currency)


def allocate(
    payments: Sequence[OrderPayment], amount: int, currency: str, first: str = ""
) -> tuple[tuple[str, int], ...]:
    """By which payments an amount goes back: (ref, amount) each. Raises ActRefused when all have too little.

    As few as can be: one that can bear all of it, `first` before the others; else each to its end, in turn.
    """
    if amount < 1:
        raise refused(Wrong.TOO_FEW, f"{plain(amount, currency)} to refund is below the smallest amount.")
    able = sorted((one for one in payments if one.available_to_refund), key=lambda one: one.ref != first)
    together = sum(one.available_to_refund for one in able)
    if amount > together:
        sums = (
            " + ".join(f"{one.ref} {plain(one.available_to_refund, currency)}" for one in able) or "nothing"
        )
        said = f"{plain(amount, currency)} to refund, but {sums} = {plain(together, currency)} is available."
        raise refused(Wrong.NOT_AVAILABLE, said)
    if not (able[0].ref == first and first):
        whole = next((one for one in able if one.available_to_refund >= amount), None)
        if whole is not None:
            return ((whole.ref, amount),)
    return tuple(_in_turn(able, amount))


def available(payment: OrderPayment, currency: str) -> str:
    """How much a payment can give back, as the sum that says why."""
    names = ("captured", "refunded", "pending_capture", "pending_refund")
    terms = (f"{name} {plain(getattr(payment, name), currency)}" for name in names if _counts(payment, name))
    return f"{payment.ref}: {' - '.join(terms)} = {plain(payment.available_to_refund, currency)}"


def _counts(payment: OrderPayment, name: str) -> bool:
    return name in ("captured", "refunded") or getattr(payment, name) != 0


def _in_turn(payments: Sequence[OrderPayment], amount: int) -> Iterator[tuple[str, int]]:
    left = amount
    for one in payments:
        part = min(left, one.available_to_refund)
        if part:
            yield one.ref, part
        left -= part


def _at_most_capturable(payment: OrderPayment, amount: int, currency: str, word: str) -> None:
    if amount < 1:
        raise refused(Wrong.TOO_FEW, f"{plain(amount, currency)} to {word} is below the smallest amount.")
    if amount > payment.available_to_capture:
        left = plain(payment.available_to_capture, currency)
        said = f"{plain(amount, currency)} to {word}, but {payment.ref} has {left} authorised and not used."
        raise refused(Wrong.NOT_AVAILABLE, said)


def _checked(payment: OrderPayment, currency: str) -> OrderPayment:
    faults = tuple(payment_faults(payment, currency))
    if faults:
        raise ActRefused(faults)
    return payment


def _within(payment: OrderPayment, currency: str, most: str, names: tuple[str, ...]) -> Iterator[ActFault]:
    used = sum(getattr(payment, name) for name in names)
    if used > getattr(payment, most):
        sums = " + ".join(f"{name} {plain(getattr(payment, name), currency)}" for name in names)
        whole = plain(getattr(payment, most), currency)
        yield _broken(payment, f"{sums} = {plain(used, currency)} is above {most} {whole}.")


def _broken(payment: OrderPayment, said: str) -> ActFault:
    return ActFault(wrong=Wrong.BROKEN_PAYMENT, said=f"payment {payment.ref}: {said}")
