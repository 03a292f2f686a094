"""Lists of orders and returns, by pages of an index, through a viewer's eyes."""

from __future__ import annotations

from sqlalchemy import Connection, Integer, bindparam

from bot.domain.people import Viewer
from bot.domain.permissions import Act, allowed
from bot.domain.shop.orders import OrderRow
from bot.store.customers import order_row, order_rows
from bot.store.planning import beside
from bot.store.schema_shop import customers, orders


def of_customer(
    connection: Connection, viewer: Viewer, number: str, offset: int, limit: int
) -> tuple[OrderRow, ...]:
    """The orders of the customer whom the shop calls so, the newest first."""
    if not allowed(Act.READ_ORDERS, viewer.person):
        return ()
    asked = {"workspace": viewer.workspace_id, "number": number, "offset": offset, "size": limit}
    return tuple(order_row(row) for row in connection.execute(_OF_CUSTOMER, asked))


_OF_CUSTOMER = (
    order_rows()
    .where(
        customers.c.workspace_id == bindparam("workspace"),
        customers.c.number == bindparam("number"),
        beside(orders.c.workspace_id) == bindparam("workspace"),
    )
    .order_by(orders.c.ordered_at.desc(), orders.c.id.desc())
    .limit(bindparam("size", type_=Integer))
    .offset(bindparam("offset", type_=Integer))
)
