"""Orders and carts, each whole and through the asker's eyes; `handlers.orders` calls it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.ids import CartId, OrderId, SlackUserId
from bot.domain.people import Viewer
from bot.domain.permissions import Act, require
from bot.domain.refusals import Reason, Refusal
from bot.domain.shop.carts import Cart
from bot.domain.shop.orders import OrderRow, OrderSummary
from bot.services.desk import Desk
from bot.store import carts
from bot.store import orders as store
from bot.store.work import Connection


async def order(desk: Desk, by: SlackUserId, order_id: OrderId) -> OrderSummary:
    """An order whole. Raises NOT_YOUR_ROLE, NO_SUCH_ORDER."""

    def query(connection: Connection, viewer: Viewer) -> OrderSummary:
        require(Act.READ_ORDERS, viewer.person)
        found = store.summary(connection, viewer, order_id)
        if found is None:
            raise Refusal(Reason.NO_SUCH_ORDER)
        return found

    return await desk.read(query, by)


async def order_numbered(desk: Desk, by: SlackUserId, number: str) -> OrderSummary:
    """An order by its number, however it is written. Raises NOT_YOUR_ROLE, NO_SUCH_ORDER, SEVERAL_ORDERS."""

    def query(connection: Connection, viewer: Viewer) -> OrderSummary:
        require(Act.READ_ORDERS, viewer.person)
        meant = the_one(store.numbered(connection, viewer, number), number)
        found = store.summary(connection, viewer, meant.id)
        if found is None:
            raise Refusal(Reason.NO_SUCH_ORDER)
        return found

    return await desk.read(query, by)


def the_one(rows: Sequence[OrderRow], number: str) -> OrderRow:
    """The order that has exactly this number, or the only one that is written otherwise.

    Raises NO_SUCH_ORDER, and SEVERAL_ORDERS where nothing tells which one is meant.
    """
    found = [one for one in rows if one.number == number.strip()] or rows
    if not found:
        raise Refusal(Reason.NO_SUCH_ORDER)
    if len(found) > 1:
        raise Refusal(Reason.SEVERAL_ORDERS, {"value": ", ".join(one.number for one in found)})
    return found[0]


async def cart(desk: Desk, by: SlackUserId, cart_id: CartId) -> Cart:
    """A cart whole. Raises NOT_YOUR_ROLE, NO_SUCH_CART."""

    def query(connection: Connection, viewer: Viewer) -> Cart:
        require(Act.READ_ORDERS, viewer.person)
        found = carts.cart(connection, viewer, cart_id)
        if found is None:
            raise Refusal(Reason.NO_SUCH_CART)
        return found

    return await desk.read(query, by)
