"""What a second person decides by besides the figures of the act: whose order, which limit, what went back.

`services.order_grounds` gathers it, messages and pages about requests show it. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.commerce.books import OrderBooks
from bot.domain.ids import CaseNumber
from bot.domain.people import Role
from bot.domain.shop.money import Money


@dataclass(frozen=True, kw_only=True)
class CaseMention:
    """The case that a request is about. `permalink` is of its card; None where Slack has none yet."""

    number: CaseNumber
    title: str
    permalink: str | None = None


@dataclass(frozen=True, kw_only=True)
class Paid:
    """The money of an order as its payments say: over the whole order, never over one act alone."""

    total: Money
    """What the order comes to now."""
    captured: Money
    refunded: Money
    on_its_way: Money
    """Refunds that were asked of a provider and are not settled yet."""


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What to decide by. `limit` is what whoever asked decides alone in one act, None where they have none.

    `paid` is None where the shop has no such order any more; `for_customer` is whom somebody acted for.
    """

    customer: str = ""
    for_customer: str = ""
    paid: Paid | None = None
    limit: Money | None = None
    role: Role | None = None
    """Of whoever asked, as it is now: their limit is their role's."""
    case: CaseMention | None = None


def paid_of(books: OrderBooks) -> Paid:
    """What an order comes to, what of it was captured, and what went back."""
    payments, money = books.order.payments, books.order.money
    return Paid(
        total=money(books.totals.grand),
        captured=money(sum(one.captured for one in payments)),
        refunded=money(sum(one.refunded for one in payments)),
        on_its_way=money(sum(one.pending_refund for one in payments)),
    )
