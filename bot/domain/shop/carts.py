"""Carts: shown and tied to a case; nothing in one has been bought yet. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import CartId, CustomerId, OrderId
from bot.domain.shop.money import Money
from bot.domain.shop.orders import LineType, OrderLine, OrderStatus, OrderSummary, TaxType


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
    placed_as: str = ""
    """The number of the order that was made of it; such a cart is placed no more."""

    @property
    def version(self) -> str:
        """What a writer has seen of it: another one when anything of it changes."""
        content = (self.number, self.customer_id, self.currency, self.site, self.lines, self.placed_as)
        return hashlib.sha256(repr(content).encode()).hexdigest()

    def as_order(self, number: str, at: datetime) -> OrderSummary:
        """The order that is made of it: nothing of it is paid, and no tax is known of yet."""
        return OrderSummary(
            id=OrderId(0),
            number=number,
            customer_id=self.customer_id,
            customer_name=self.customer_name,
            currency=self.currency,
            tax_type=TaxType.NET,
            ordered_at=at,
            status=OrderStatus.CREATED,
            site=self.site,
            notes=f"Placed from cart {self.number}.",
            lines=tuple(
                OrderLine(
                    line_no=one.line_no,
                    type=LineType.PRODUCT,
                    name=one.name,
                    sku=one.sku,
                    ordered=one.quantity,
                    unit_price=one.unit_price,
                    line_discount=one.discount,
                )
                for one in self.lines
            ),
        )

    @property
    def total(self) -> Money:
        return Money(minor=sum(one.amount for one in self.lines), currency=self.currency)
