"""Receipts: what was done with an order or a cart is written into the history of the case that is about it.

Acts on orders, decisions on fraud and placed carts call it. Numbers of documents stand in it; staff see it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.cases import Case, ChangeKind
from bot.domain.commands import Audience
from bot.domain.commerce.rehearsal import DocumentToBe
from bot.domain.ids import CartId, CaseId, CustomerId
from bot.domain.people import Person
from bot.domain.shop.money import Money, plain
from bot.services.announcing import record
from bot.services.on_call import eyes
from bot.store import cases, ties
from bot.store.work import Work


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What was done: `what` is a key of `words_orders.DID`, `arose` are numbers and amounts. Raw text."""

    what: str
    order: str = ""
    arose: str = ""
    on_behalf_of: CustomerId | None = None
    mail: str = ""


def keep_in(work: Work, case_ids: Iterable[CaseId], receipt: Receipt, by: Person | None) -> None:
    """Write a receipt into these cases. `by` is None where the desk did it by itself."""
    told: dict[str, tuple[str | None, str | None]] = {
        "order": (None, receipt.order or None),
        "order_act": (None, receipt.what),
    }
    if receipt.mail:
        told["mail"] = (None, receipt.mail)
    if receipt.arose:
        told["documents"] = (None, receipt.arose)
    if receipt.on_behalf_of is not None:
        told["on_behalf_of"] = (None, str(receipt.on_behalf_of))
    for case_id in case_ids:
        case: Case | None = cases.by_id(work.connection, eyes(work), case_id)
        if case is not None:
            record(
                work,
                case,
                ChangeKind.ORDER_ACT,
                by,
                changes={},
                audience=Audience.INTERNAL,
                told=told,
                quietly=True,
            )


def of_order(work: Work, number: str) -> tuple[CaseId, ...]:
    """The cases that are about an order, by its number."""
    return ties.cases_about(work.connection, eyes(work), order_number=number)


def of_cart(work: Work, cart_id: CartId) -> tuple[CaseId, ...]:
    """The same of a cart."""
    return ties.cases_about(work.connection, eyes(work), cart_id=cart_id)


def said(documents: Iterable[DocumentToBe], currency: str) -> str:
    """Documents with their numbers and amounts."""
    return ", ".join(
        f"{one.number} {currency} {plain(one.amount, currency)}" if one.amount else one.number
        for one in documents
    )


def with_amount(number: str, amount: Money) -> str:
    """One document with its amount."""
    return f"{number} {amount}"
