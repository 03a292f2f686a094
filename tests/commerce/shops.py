"""Shops in memory for the tests of the port: one that keeps its word, and one that is out to cost money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NoReturn

from bot.domain.commerce.acts import CancelItems, OrderAct, Terms
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import Refund
from bot.domain.commerce.faults import ActRefused
from bot.domain.commerce.fraud import FraudReport, FraudRuling
from bot.domain.commerce.funds import funds_of
from bot.domain.commerce.moderation import ProductReview, ReviewMove
from bot.domain.commerce.performing import perform
from bot.domain.commerce.port import (
    Ask,
    Capabilities,
    Capability,
    Changed,
    Declined,
    Done,
    NoAnswer,
    NotOffered,
    OrderRead,
    Preview,
    Promise,
    RefundSeen,
    Write,
    needed,
)
from bot.domain.shop.carts import Cart
from bot.domain.shop.customers import Customer, CustomerFacts, Site
from bot.domain.shop.lookup import Find, Hits
from bot.domain.shop.orders import OrderRow

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ORDERS = frozenset(
    {
        Capability.ORDERS,
        Capability.PREVIEW,
        Capability.CANCEL,
        Capability.FULFILMENT,
        Capability.RELEASE,
        Capability.RETURNS,
        Capability.CREDIT_MEMOS,
        Capability.REVERSE,
        Capability.REFUND,
        Capability.MANUAL_REFUND,
    }
)


class _OrdersOnly:
    """What a shop without customers, carts, fraud reports and reviews says when it is asked all the same."""

    async def find_customers(self, ask: Ask, find: Find, limit: int) -> Hits:
        _no(Capability.FIND_CUSTOMERS)

    async def customer(self, ask: Ask, number: str) -> Customer | None:
        _no(Capability.FIND_CUSTOMERS)

    async def update_customer(self, write: Write, number: str, facts: CustomerFacts) -> Done | Declined:
        _no(Capability.EDIT_CUSTOMERS)

    async def order_history(self, ask: Ask, customer: str, offset: int, limit: int) -> Sequence[OrderRow]:
        _no(Capability.FIND_CUSTOMERS)

    async def carts(self, ask: Ask, customer: str) -> Sequence[Cart]:
        _no(Capability.CARTS)

    async def place_cart(self, write: Write, cart: str) -> Done | Declined:
        _no(Capability.PLACE_CART)

    async def subscriptions(self, ask: Ask, customer: str) -> Sequence[Site]:
        _no(Capability.SUBSCRIPTIONS)

    async def personal_data(self, ask: Ask, customer: str) -> Sequence[tuple[str, object]]:
        _no(Capability.PERSONAL_DATA)

    async def fraud_queue(self, ask: Ask, offset: int, limit: int) -> Sequence[FraudReport]:
        _no(Capability.FRAUD)

    async def decide_fraud(self, write: Write, report: FraudReport, ruling: FraudRuling) -> Done | Declined:
        _no(Capability.FRAUD)

    async def reviews(self, ask: Ask, offset: int, limit: int) -> Sequence[ProductReview]:
        _no(Capability.REVIEWS)

    async def decide_review(
        self, write: Write, review: str, move: ReviewMove, reason: str
    ) -> Done | Declined:
        _no(Capability.REVIEWS)

    async def close(self) -> None:
        return None


@dataclass
class MemoryShop(_OrdersOnly):
    """Keeps every promise: keys, versions, and no more back than it took."""

    can: frozenset[Capability] = ORDERS
    promises: frozenset[Promise] = frozenset(Promise)
    orders: dict[str, OrderBooks] = field(default_factory=dict)
    answers: dict[str, Done | Declined] = field(default_factory=dict)
    paid: dict[str, list[int]] = field(default_factory=dict)
    """What went back, by the key of its sending: a list, because an unfriendly shop may pay twice."""

    def capabilities(self) -> Capabilities:
        return Capabilities(name="memory", can=self.can, promises=self.promises)

    def place(self, books: OrderBooks) -> str:
        """Put an order in, as a customer would."""
        self.orders[books.order.number] = books
        return books.order.number

    async def order(self, ask: Ask, number: str) -> OrderRead | None:
        books = self.orders.get(number)
        version = str(books.order.version) if books else ""
        return OrderRead(books=books, version=version, read_at=NOON) if books else None

    async def preview(self, ask: Ask, number: str, act: OrderAct, terms: Terms) -> Preview | Declined:
        try:
            after = perform(self.orders[number], act, terms).after
        except ActRefused as refusal:
            return Declined(said=str(refusal))
        return Preview(totals=after.totals, funds=funds_of(after))

    async def submit(self, write: Write, number: str, act: OrderAct, terms: Terms) -> Done | Declined:
        if needed(act) not in self.can:
            _no(needed(act))
        if write.key in self.answers and Promise.KEYS in self.promises:
            return self.answers[write.key]
        if Promise.VERSIONS in self.promises and write.version != str(self.orders[number].order.version):
            raise Changed(number)
        self.answers[write.key] = self._submitted(number, act, terms)
        return self.answers[write.key]

    def _submitted(self, number: str, act: OrderAct, terms: Terms) -> Done | Declined:
        try:
            after = perform(self.orders[number], act, terms).after
        except ActRefused as refusal:
            return Declined(said=str(refusal))
        self.orders[number] = after
        return Done(ref=f"{number}-{after.order.version}", version=str(after.order.version))

    async def refund(self, write: Write, number: str, refund: Refund) -> Done | Declined:
        if refund.sending_key in self.paid and Promise.KEYS in self.promises:
            return Done(ref=refund.sending_key)
        payment = self.orders[number].payment(refund.payment_ref)
        if payment is None:
            return Declined(said=f"no payment {refund.payment_ref}")
        if Promise.REFUND_CAP in self.promises and refund.amount > payment.captured - payment.refunded:
            return Declined(said="more than was captured")
        self.paid.setdefault(refund.sending_key, []).append(refund.amount)
        changed = replace(payment, refunded=payment.refunded + refund.amount)
        books = self.orders[number].with_payment(changed)
        order = replace(books.order, version=books.order.version + 1)
        self.orders[number] = replace(books, order=order)
        return Done(ref=refund.sending_key)

    async def refund_status(self, ask: Ask, number: str, refund: Refund) -> RefundSeen:
        if Promise.READ_BY_KEY not in self.promises:
            return RefundSeen.CANNOT_TELL
        return RefundSeen.PAID if refund.sending_key in self.paid else RefundSeen.NOTHING


@dataclass
class UnfriendlyShop(MemoryShop):
    """Keeps no promise: no keys, no versions, no cap; with `loses` the answer is lost after the effect.

    With `twice` it does what it is told two times, as a shop does that tries again by itself.
    """

    promises: frozenset[Promise] = frozenset({Promise.READ_BY_KEY})
    loses: bool = False
    twice: bool = False

    async def submit(self, write: Write, number: str, act: OrderAct, terms: Terms) -> Done | Declined:
        if needed(act) not in self.can:
            _no(needed(act))
        answer = self._submitted(number, act, terms)
        if self.twice and isinstance(act, CancelItems):
            self._submitted(number, act, terms)
        if self.loses:
            raise NoAnswer
        return answer

    async def refund(self, write: Write, number: str, refund: Refund) -> Done | Declined:
        answer = await super().refund(write, number, refund)
        if self.loses:
            raise NoAnswer
        return answer


def _no(capability: Capability) -> NoReturn:
    raise NotOffered(capability)
