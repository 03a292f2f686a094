"""Orders: their lines and payments with the arithmetic of quantities and money (domain.md 1.2, 1.3). Pure.

Amounts are whole minor units in the order's one currency; discounts are negative, as the records have them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.ids import CustomerId, OrderId
from bot.domain.shop.money import Money


class LineType(StrEnum):
    """What a line is for."""

    PRODUCT = "Product"
    CHARGE = "Charge"  # delivery


class TaxType(StrEnum):
    """Whether the prices of an order have the tax in them."""

    NET = "Net"
    GROSS = "Gross"


class OrderStatus(StrEnum):
    """As the shop calls it. What became of each unit is in the lines."""

    CREATED = "Created"
    APPROVED = "Approved"
    FULFILLED = "Fulfilled"
    CANCELED = "Canceled"
    CLOSED = "Closed"


class LineState(StrEnum):
    """What became of a line, told by its quantities alone; never stored."""

    ORDERED = "ordered"
    PARTLY_ALLOCATED = "partly allocated"
    ALLOCATED = "allocated"
    PARTLY_FULFILLED = "partly fulfilled"
    FULFILLED = "fulfilled"
    RETURNED = "returned"
    CANCELED = "canceled"


@dataclass(frozen=True, kw_only=True)
class OrderLine:
    """One line. Quantities are units since the order was placed; `quantity` is what is left of them.

    With gross prices `tax` is part of the amounts, with net prices it comes on top.
    """

    line_no: int
    type: LineType
    name: str
    sku: str = ""
    ordered: int
    unit_price: int
    line_discount: int = 0
    order_discount: int = 0
    tax: int = 0
    allocated: int = 0
    fulfilled: int = 0
    canceled: int = 0
    return_initiated: int = 0
    returned: int = 0
    group: int = 1

    @property
    def total_line_amount(self) -> int:
        return self.ordered * self.unit_price

    @property
    def adjusted_line_amount(self) -> int:
        return self.total_line_amount + self.line_discount + self.order_discount

    @property
    def quantity(self) -> int:
        return self.ordered - self.canceled - self.returned

    @property
    def net_ordered(self) -> int:
        return self.ordered - self.canceled

    @property
    def available_to_cancel(self) -> int:
        """None of a charge: it goes with what it delivers."""
        return self.net_ordered - self.allocated if self.type is LineType.PRODUCT else 0

    @property
    def available_to_return(self) -> int:
        return self.fulfilled - self.return_initiated if self.type is LineType.PRODUCT else 0

    @property
    def state(self) -> LineState:
        left = self.net_ordered
        if left == 0:
            return LineState.CANCELED
        if self.returned == left:
            return LineState.RETURNED
        if self.fulfilled:
            return LineState.FULFILLED if self.fulfilled == left else LineState.PARTLY_FULFILLED
        if self.allocated:
            return LineState.ALLOCATED if self.allocated == left else LineState.PARTLY_ALLOCATED
        return LineState.ORDERED


@dataclass(frozen=True, kw_only=True)
class OrderPayment:
    """One payment of an order. What is pending was asked of the provider, and its answer is not known yet."""

    ref: str
    method: str
    authorized: int = 0
    captured: int = 0
    refunded: int = 0
    reversed: int = 0
    """Of the authorisation, given back without ever having been captured."""
    pending_capture: int = 0
    pending_reversal: int = 0
    pending_refund: int = 0

    @property
    def available_to_capture(self) -> int:
        return self.authorized - self.reversed - self.captured - self.pending_capture - self.pending_reversal

    @property
    def available_to_refund(self) -> int:
        """As documented, a pending capture lowers it too: that errs on the safe side (domain.md 1.3)."""
        return max(0, self.captured - self.refunded - self.pending_capture - self.pending_refund)


@dataclass(frozen=True, kw_only=True)
class DeliveryGroup:
    """Lines that are sent to one address in one way; they share its delivery charge."""

    number: int = 1
    method: str = ""
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderTotals:
    """What an order came to when it was placed, by the names of domain.md 1.1."""

    products: int = 0
    delivery: int = 0
    tax: int = 0
    is_gross: bool = False

    @property
    def amount(self) -> int:
        return self.products + self.delivery

    @property
    def grand(self) -> int:
        return self.amount if self.is_gross else self.amount + self.tax


@dataclass(frozen=True, kw_only=True)
class OrderRow:
    """One line of a list of orders. `is_void`: nothing of it is left, so that no plan rests on it (T16)."""

    id: OrderId
    number: str
    customer_id: CustomerId
    customer_name: str
    site: str
    ordered_at: datetime
    status: OrderStatus
    grand_total: Money
    is_void: bool = False
    in_return: int = 0
    """Units that are on their way back."""
    returned: int = 0
    is_suspended: bool = False

    def age(self, today: date, zone: ZoneInfo) -> int:
        """Days since it was placed, between calendar dates in the store's zone (T16)."""
        return max(0, (today - self.ordered_at.astimezone(zone).date()).days)


@dataclass(frozen=True, kw_only=True)
class OrderSummary:
    """An order whole: products, charges, payments, fulfilment, shipping. `version` grows with each change."""

    id: OrderId
    number: str
    customer_id: CustomerId
    customer_name: str
    currency: str
    tax_type: TaxType
    ordered_at: datetime
    status: OrderStatus
    site: str = ""
    notes: str = ""
    is_suspended: bool = False
    lines: tuple[OrderLine, ...] = ()
    payments: tuple[OrderPayment, ...] = ()
    deliveries: tuple[DeliveryGroup, ...] = ()
    is_void: bool = False
    version: int = 1

    @property
    def products(self) -> tuple[OrderLine, ...]:
        return tuple(one for one in self.lines if one.type is LineType.PRODUCT)

    @property
    def charges(self) -> tuple[OrderLine, ...]:
        return tuple(one for one in self.lines if one.type is LineType.CHARGE)

    @property
    def totals(self) -> OrderTotals:
        return totals_of(self.lines, self.tax_type)

    @property
    def authorized(self) -> Money:
        return self.money(sum(one.authorized for one in self.payments))

    @property
    def captured(self) -> Money:
        return self.money(sum(one.captured for one in self.payments))

    @property
    def refunded(self) -> Money:
        return self.money(sum(one.refunded for one in self.payments))

    def money(self, minor: int) -> Money:
        return Money(minor=minor, currency=self.currency)


def totals_of(lines: Sequence[OrderLine], tax_type: TaxType) -> OrderTotals:
    """What lines come to."""

    def adjusted(kind: LineType) -> int:
        return sum(one.adjusted_line_amount for one in lines if one.type is kind)

    return OrderTotals(
        products=adjusted(LineType.PRODUCT),
        delivery=adjusted(LineType.CHARGE),
        tax=sum(one.tax for one in lines),
        is_gross=tax_type is TaxType.GROSS,
    )


def is_void(status: OrderStatus, lines: Sequence[OrderLine], payments: Sequence[OrderPayment]) -> bool:
    """Whether an order is cancelled or refunded down to the last unit, so that no plan rests on it (T16)."""
    if status is OrderStatus.CANCELED:
        return True
    products = [one for one in lines if one.type is LineType.PRODUCT]
    if products and all(one.quantity == 0 for one in products):
        return True
    captured = sum(one.captured for one in payments)
    return captured > 0 and sum(one.refunded for one in payments) >= captured


def number_shown(number: str) -> str:
    """An order's or a cart's number as people see it."""
    return f"#{number.lstrip('#')}"
