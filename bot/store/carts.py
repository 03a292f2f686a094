"""Carts, read through a viewer's eyes; and which rows of the shop a viewer sees at all."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, bindparam, false, func, select

from bot.domain.ids import CartId, CustomerId
from bot.domain.people import Viewer
from bot.domain.permissions import Act, allowed
from bot.domain.shop.carts import Cart, CartLine, CartRow
from bot.domain.shop.money import Money
from bot.store.planning import beside
from bot.store.schema_shop import cart_lines, carts, customers

MOST_CARTS = 10


def seen(viewer: Viewer, of: Any = customers, *, by_index: bool = True) -> Any:
    """The rows of customers, orders or carts that a viewer may see: staff all, the customer side none.

    Not `by_index` where nothing of an index stands beside the workspace: see `beside`.
    """
    here = (of.c.workspace_id if by_index else beside(of.c.workspace_id)) == viewer.workspace_id
    return here if allowed(Act.READ_CUSTOMERS, viewer.person) else here & false()


def cart_rows(connection: Connection, viewer: Viewer, customer_id: CustomerId) -> tuple[CartRow, ...]:
    """The newest carts of a customer."""
    if not allowed(Act.READ_CUSTOMERS, viewer.person):
        return ()
    asked = {"workspace": viewer.workspace_id, "customer": customer_id}
    return tuple(_cart_row(row) for row in connection.execute(_CARTS, asked))


def cart(connection: Connection, viewer: Viewer, cart_id: CartId) -> Cart | None:
    """A cart whole."""
    found = select(carts, customers.c.name.label("customer_name")).join(
        customers, customers.c.id == carts.c.customer_id
    )
    row = connection.execute(found.where(seen(viewer, carts), carts.c.id == cart_id)).first()
    if row is None:
        return None
    lines = select(cart_lines).where(cart_lines.c.cart_id == cart_id).order_by(cart_lines.c.line_no)
    return Cart(
        id=CartId(row.id),
        number=row.number,
        customer_id=CustomerId(row.customer_id),
        customer_name=row.customer_name,
        currency=row.currency,
        updated_at=row.updated_at,
        site=row.site,
        lines=tuple(
            CartLine(
                line_no=one.line_no,
                name=one.name,
                sku=one.sku,
                quantity=one.quantity,
                unit_price=one.unit_price,
                discount=one.discount,
            )
            for one in connection.execute(lines)
        ),
    )


_LINES_OF_CART = (
    select(func.count())
    .select_from(cart_lines)
    .where(cart_lines.c.cart_id == carts.c.id)
    .correlate(carts)
    .scalar_subquery()
)
_CARTS = (
    select(carts, _LINES_OF_CART.label("lines"))
    .where(
        beside(carts.c.workspace_id) == bindparam("workspace"), carts.c.customer_id == bindparam("customer")
    )
    .order_by(carts.c.updated_at.desc(), carts.c.id.desc())
    .limit(MOST_CARTS)
)


def _cart_row(row: Row[Any]) -> CartRow:
    return CartRow(
        id=CartId(row.id),
        number=row.number,
        customer_id=CustomerId(row.customer_id),
        site=row.site,
        updated_at=row.updated_at,
        total=Money(minor=row.total, currency=row.currency),
        lines=row.lines,
    )
