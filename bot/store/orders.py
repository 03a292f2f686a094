"""Orders whole, read through a viewer's eyes; `customers.py` reads lists of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.domain.ids import CustomerId, OrderId
from bot.domain.people import Viewer
from bot.domain.permissions import Act, allowed
from bot.domain.playbook.association import number_key
from bot.domain.shop.orders import (
    DeliveryGroup,
    LineType,
    OrderLine,
    OrderPayment,
    OrderRow,
    OrderStatus,
    OrderSummary,
    TaxType,
)
from bot.store.carts import seen
from bot.store.customers import order_row, order_rows
from bot.store.schema_shop import customers, order_lines, order_payments, orders

MOST_FOUND = 20


def summary(connection: Connection, viewer: Viewer, order_id: OrderId) -> OrderSummary | None:
    """An order with its lines, payments and deliveries; None for who may not read orders."""
    if not allowed(Act.READ_ORDERS, viewer.person):
        return None
    found = select(orders, customers.c.name.label("customer_name")).join(
        customers, customers.c.id == orders.c.customer_id
    )
    row = connection.execute(found.where(seen(viewer, orders), orders.c.id == order_id)).first()
    if row is None:
        return None
    lines = select(order_lines).where(order_lines.c.order_id == order_id).order_by(order_lines.c.line_no)
    payments = select(order_payments).where(order_payments.c.order_id == order_id)
    return summary_of(
        row,
        [line_of(one) for one in connection.execute(lines)],
        [payment_of(one) for one in connection.execute(payments.order_by(order_payments.c.ref))],
    )


def summary_of(row: Row[Any], lines: Iterable[OrderLine], payments: Iterable[OrderPayment]) -> OrderSummary:
    """An order as its row and what belongs to it say."""
    return OrderSummary(
        id=OrderId(row.id),
        number=row.number,
        customer_id=CustomerId(row.customer_id),
        customer_name=row.customer_name,
        currency=row.currency,
        tax_type=TaxType(row.tax_type),
        ordered_at=row.ordered_at,
        status=OrderStatus(row.status),
        site=row.site,
        notes=row.notes,
        is_suspended=row.is_suspended,
        lines=tuple(lines),
        payments=tuple(payments),
        deliveries=tuple(DeliveryGroup(**one) for one in row.deliveries),
        is_void=row.is_void,
        version=row.version,
    )


def numbered(connection: Connection, viewer: Viewer, number: str) -> tuple[OrderRow, ...]:
    """The orders that have this number, however it is written: one, unless two differ by zeros in front."""
    if not allowed(Act.READ_ORDERS, viewer.person):
        return ()
    mine = seen(viewer, orders) & (orders.c.number_key == number_key(number))
    rows = connection.execute(order_rows().where(mine).order_by(orders.c.id).limit(MOST_FOUND))
    return tuple(order_row(row) for row in rows)


def line_of(row: Row[Any]) -> OrderLine:
    """A line as the table has it."""
    return OrderLine(
        line_no=row.line_no,
        type=LineType(row.type),
        name=row.name,
        sku=row.sku,
        ordered=row.ordered,
        unit_price=row.unit_price,
        line_discount=row.line_discount,
        order_discount=row.order_discount,
        tax=row.tax,
        allocated=row.allocated,
        fulfilled=row.fulfilled,
        canceled=row.canceled,
        return_initiated=row.return_initiated,
        returned=row.returned,
        group=row.delivery_group,
    )


def payment_of(row: Row[Any]) -> OrderPayment:
    """A payment as the table has it."""
    return OrderPayment(
        ref=row.ref,
        method=row.method,
        authorized=row.authorized,
        captured=row.captured,
        refunded=row.refunded,
        reversed=row.reversed,
        pending_capture=row.pending_capture,
        pending_reversal=row.pending_reversal,
        pending_refund=row.pending_refund,
    )
