"""Carts, read through a viewer's eyes; and which rows of the shop a viewer sees at all."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, bindparam, false, func, select, update

from bot.domain.ids import CartId, CustomerId, OrderId
from bot.domain.people import Viewer
from bot.domain.permissions import Act, allowed
from bot.domain.shop.carts import Cart, CartLine, CartRow
from bot.domain.shop.money import Money
from bot.store.at_once import keep
from bot.store.planning import beside
from bot.store.schema_shop import cart_lines, carts, customers, orders
from bot.store.work import Work

MOST_CARTS = 10


def seen(viewer: Viewer, of: Any = customers, *, by_index: bool = True) -> Any:
    """The rows of customers, orders or carts that a viewer may see: staff all, the customer side none.

    Not `by_index` where nothing of an index stands beside the workspace: see `beside`.
    """
    here = (of.c.workspace_id if by_index else beside(of.c.workspace_id)) == viewer.workspace_id
    return here if allowed(Act.READ_CUSTOMERS, viewer.person) else here & false()


def cart_rows(connection: Connection, viewer: Viewer, customer_id: CustomerId) -> tuple[CartRow, ...]:
    """The newest carts of a customer that nobody has made an order of."""
    if not allowed(Act.READ_CUSTOMERS, viewer.person):
        return ()
    asked = {"workspace": viewer.workspace_id, "customer": customer_id}
    return tuple(_cart_row(row) for row in connection.execute(_CARTS, asked))


def cart(connection: Connection, viewer: Viewer, cart_id: CartId) -> Cart | None:
    """A cart whole."""
    row = connection.execute(_WHOLE.where(seen(viewer, carts), carts.c.id == cart_id)).first()
    return _cart(connection, row) if row is not None else None


def held_cart(work: Work, viewer: Viewer, number: str) -> Cart | None:
    """A cart by its number, kept from others until this transaction ends."""
    mine = seen(viewer, carts) & (carts.c.number == number)
    keep(work.connection, select(carts.c.id).where(mine))
    row = work.connection.execute(_WHOLE.where(mine)).first()
    return _cart(work.connection, row) if row is not None else None


def set_placed(work: Work, cart_id: CartId, order_id: OrderId) -> None:
    """Keep which order was made of a cart."""
    mine = (carts.c.workspace_id == work.workspace_id) & (carts.c.id == cart_id)
    work.connection.execute(update(carts).where(mine).values(placed_as_id=order_id))


_WHOLE = (
    select(carts, customers.c.name.label("customer_name"), orders.c.number.label("placed_as"))
    .join(customers, customers.c.id == carts.c.customer_id)
    .outerjoin(orders, orders.c.id == carts.c.placed_as_id)
)


def _cart(connection: Connection, row: Row[Any]) -> Cart:
    cart_id = row.id
    lines = select(cart_lines).where(cart_lines.c.cart_id == cart_id).order_by(cart_lines.c.line_no)
    return Cart(
        id=CartId(row.id),
        number=row.number,
        customer_id=CustomerId(row.customer_id),
        customer_name=row.customer_name,
        currency=row.currency,
        updated_at=row.updated_at,
        site=row.site,
        placed_as=row.placed_as or "",
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
        beside(carts.c.workspace_id) == bindparam("workspace"),
        carts.c.customer_id == bindparam("customer"),
        carts.c.placed_as_id.is_(None),
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
