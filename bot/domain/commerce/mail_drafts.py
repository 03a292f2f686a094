"""What a step would tell the customer: its text with the values of now, or why it cannot go. Pure.

`services/order_mails.py` drafts it, and sends it as it was shown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.commerce.acts import CancelItems, ReturnItems
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import Refund
from bot.domain.commerce.flow_messages import filled, names_in
from bot.domain.commerce.flows import FlowMessage, FlowStep
from bot.domain.commerce.requests import Request
from bot.domain.commerce.states import RefundState
from bot.domain.mail import address_of
from bot.domain.shop.customers import Customer
from bot.domain.shop.money import Money

NONE_OF_THEM = "none"
"""What stands for units of which there are none, where that is known."""


class ByHand(StrEnum):
    """Why a step's e-mail cannot go, so that a person tells the customer."""

    NO_TEXT = "no_text"  # the flow has none for this step
    NO_EMAIL = "no_email"  # the desk cannot send any
    NO_CUSTOMER = "no_customer"  # the desk does not know whose order it is
    NO_ADDRESS = "no_address"
    VALUE_MISSING = "value_missing"


@dataclass(frozen=True, kw_only=True)
class MailDraft:
    """What a step would send, as its recipient would read it. `missing` are names of values.

    `subject` and `body` are empty while one lacks. `attempt` counts the e-mails of this step.
    """

    step: str
    message: str
    address: str = ""
    to_name: str = ""
    subject: str = ""
    body: str = ""
    by_hand: tuple[ByHand, ...] = ()
    missing: tuple[str, ...] = ()
    attempt: int = 1
    summary: str = ""
    """What it says of units and money, in one line, for the receipt in the case."""

    @property
    def may_go(self) -> bool:
        return not self.by_hand

    @property
    def digest(self) -> str:
        """By which a window knows that what it showed is what would go."""
        whole = [self.step, self.message, self.address, self.subject, self.body, self.attempt]
        return hashlib.sha256(json.dumps(whole).encode()).hexdigest()[:32]


def values_for(
    request: Request,
    books: OrderBooks,
    refunds: Iterable[Refund],
    customer: Customer | None,
    desk: str,
    return_address: str,
) -> dict[str, str]:
    """What stands for the names in a text; what nobody knows is left out."""
    known = {
        **{name: text for name, text in request.said.items() if _is_asked(request, name)},
        "customer": customer.name if customer is not None else "",
        "desk": desk,
        "order": request.order_number,
        "items": _items(request, books),
        "amount": str(request.stake) if request.at_stake else "",
        "return_number": request.return_number,
        "return_address": return_address,
        **_received(request, books),
        "refunded": _refunded(refunds, request.currency),
    }
    return {name: text for name, text in known.items() if text.strip()}


def _is_asked(request: Request, name: str) -> bool:
    steps = request.flow.steps if request.flow is not None else ()
    return name == "reason" or any(one.name == name for step in steps for one in step.fields)


def _items(request: Request, books: OrderBooks) -> str:
    if not isinstance(request.act, CancelItems | ReturnItems):
        return ""
    return "\n".join(_units(books, one.line_no, one.quantity) for one in request.act.items)


def _received(request: Request, books: OrderBooks) -> dict[str, str]:
    """Units that were accepted and rejected, once the goods have come."""
    back = books.return_order(request.return_number) if request.return_number else None
    if back is None or back.is_awaited:
        return {}
    accepted = [_units(books, one.line_no, one.accepted) for one in back.lines if one.accepted]
    rejected = [
        _units(books, one.line_no, one.rejected) + (f": {one.rejection}" if one.rejection else "")
        for one in back.lines
        if one.rejected
    ]
    return {
        "accepted": "\n".join(accepted) or NONE_OF_THEM,
        "rejected": "\n".join(rejected) or NONE_OF_THEM,
    }


def _units(books: OrderBooks, line_no: int, quantity: int) -> str:
    line = next((one for one in books.order.lines if one.line_no == line_no), None)
    name = " ".join(line.name.split()) if line is not None else f"line {line_no}"
    return f"- {quantity} × {name}"


PROMISED = frozenset({RefundState.REQUESTED, RefundState.SENDING, RefundState.PENDING, RefundState.SETTLED})
"""Refunds that a customer may be told of: the others failed, wait for somebody, or are in doubt."""


def _refunded(refunds: Iterable[Refund], currency: str) -> str:
    minor = sum(one.amount for one in refunds if one.state in PROMISED)
    return str(Money(minor=minor, currency=currency)) if minor else ""


def draft(
    step: FlowStep,
    message: FlowMessage | None,
    customer: Customer | None,
    values: Mapping[str, str],
    *,
    email_ready: bool,
) -> MailDraft:
    """What a step would send, or all that stands against it."""
    address = address_of(customer.email) if customer is not None else None
    missing = tuple(one for one in names_in(message) if one not in values) if message is not None else ()
    against = {
        ByHand.NO_TEXT: message is None,
        ByHand.NO_EMAIL: not email_ready,
        ByHand.NO_CUSTOMER: customer is None,
        ByHand.NO_ADDRESS: customer is not None and address is None,
        ByHand.VALUE_MISSING: bool(missing),
    }
    subject, body = filled(message, values) if message is not None and not missing else ("", "")
    return MailDraft(
        step=step.id,
        message=message.id if message is not None else "",
        address=address or "",
        to_name=customer.name if customer is not None else "",
        subject=subject,
        body=body,
        by_hand=tuple(why for why, holds in against.items() if holds),
        missing=missing,
        summary=_summary(subject, message, values) if subject else "",
    )


def _summary(subject: str, message: FlowMessage | None, values: Mapping[str, str]) -> str:
    """The subject, then the units and amounts that the text names."""
    named = names_in(message) if message is not None else ()
    told = [
        ", ".join(line.removeprefix("- ") for line in values[name].splitlines())
        for name in ("items", "amount", "accepted", "rejected", "refunded")
        if name in named
    ]
    return f"“{subject}” ({'; '.join(told)})" if told else f"“{subject}”"
