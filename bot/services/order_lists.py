"""Lists of orders and of returns for whoever may read them; the areas Orders and Returns show them."""

from __future__ import annotations

from bot.domain.commerce.order_filters import OrderFilter
from bot.domain.commerce.states import ReturnStage
from bot.domain.ids import SlackUserId
from bot.domain.people import Viewer
from bot.domain.permissions import Act, require
from bot.domain.shop.order_lists import PAGE, OrderList, OrderPlace, ReturnList
from bot.services.desk import Desk
from bot.store import order_lists as store
from bot.store.work import Connection


async def orders(
    desk: Desk,
    by: SlackUserId,
    wanted: OrderFilter,
    start: OrderPlace | None = None,
    *,
    limit: int = PAGE,
) -> OrderList:
    """A page of orders, the newest first; days are those of the reader's calendar. Raises NOT_YOUR_ROLE."""

    def query(connection: Connection, viewer: Viewer) -> OrderList:
        require(Act.READ_ORDERS, viewer.person)
        asked = wanted.asked(viewer.person.timezone)
        return store.order_list(connection, viewer, asked, start, limit=limit)

    return await desk.read(query, by, brief=True)


async def returns(
    desk: Desk,
    by: SlackUserId,
    stage: ReturnStage | None = None,
    start: int | None = None,
    *,
    limit: int = PAGE,
) -> ReturnList:
    """A page of returns, of one stage or of all, the newest first. Raises NOT_YOUR_ROLE."""

    def query(connection: Connection, viewer: Viewer) -> ReturnList:
        require(Act.READ_ORDERS, viewer.person)
        return store.return_list(connection, viewer, stage, start, limit=limit)

    return await desk.read(query, by, brief=True)
