"""Lists of customers for whoever may read them; `handlers.customer_area` asks."""

from __future__ import annotations

from bot.domain.ids import CustomerId, SlackUserId
from bot.domain.people import Viewer
from bot.domain.permissions import Act, require
from bot.domain.shop.customer_lists import CustomersPage
from bot.domain.verdict import CallerKind
from bot.services.desk import Desk
from bot.store import customer_lists as store
from bot.store.work import Connection


async def page(
    desk: Desk, by: SlackUserId, kind: CallerKind | None = None, start: CustomerId | None = None
) -> CustomersPage:
    """A page, the newest first. Raises NOT_SET_UP, NOT_YOUR_ROLE."""

    def query(connection: Connection, viewer: Viewer) -> CustomersPage:
        require(Act.READ_CUSTOMERS, viewer.person)
        return store.page(connection, viewer, kind, start)

    return await desk.read(query, by, brief=True)
