"""Carts: shown and tied to a case; nothing in one has been bought yet. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import CartId, CustomerId
from bot.domain.shop.money import Money


@dataclass(frozen=True, kw_only=True)
class CartLine:
    """One line of a cart; amounts are minor units in the cart's currency."""

    line_no: int
    name: str
    sku: str = ""
    quantity: int
    unit_price: int
    discount: int = 0

    @property
    def amount(self) -> int:
        return self.quantity * self.unit_price + self.discount


@dataclass(frozen=True, kw_only=True)
class CartRow:
    """One line of a list of carts."""

    id: CartId
    number: str
    customer_id: CustomerId
    site: str
    updated_at: datetime
    total: Money
    lines: int


@dataclass(frozen=True, kw_only=True)
class Cart:
    """A cart whole."""

    id: CartId
    number: str
    customer_id: CustomerId
    customer_name: str
    currency: str
    updated_at: datetime
    site: str = ""
    lines: tuple[CartLine, ...] = ()

    @property
    def total(self) -> Money:
        return Money(minor=sum(one.amount for one in self.lines), currency=self.currency)
