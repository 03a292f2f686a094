"""The shop that a desk has without any backend: its own tables, complete; `app.py` makes it the default.

It stands above the store, because it *is* our tables, and below the services, which know the port alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from bot.commerce.embedded_customers import EmbeddedCustomers
from bot.commerce.embedded_orders import EmbeddedOrders
from bot.domain.commerce.fraud import FraudReport, FraudRuling
from bot.domain.commerce.moderation import ProductReview, ReviewMove
from bot.domain.commerce.port import (
    Ask,
    Capabilities,
    Capability,
    Declined,
    Done,
    NotOffered,
    Promise,
    Write,
)

ELSEWHERE = frozenset({Capability.FRAUD, Capability.REVIEWS, Capability.PERSONAL_DATA})
"""The desk has these in its own tables whatever the shop is: it asks no shop for them here."""

CAPABILITIES = Capabilities(
    name="embedded", can=frozenset(Capability) - ELSEWHERE, promises=frozenset(Promise)
)


class EmbeddedShop(EmbeddedOrders, EmbeddedCustomers):
    """`CommercePort` in the desk's own tables. It keeps every promise."""

    def capabilities(self) -> Capabilities:
        return CAPABILITIES

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
        """Nothing of its own is open: the store is the desk's."""


def _no(capability: Capability) -> NoReturn:
    raise NotOffered(capability)
