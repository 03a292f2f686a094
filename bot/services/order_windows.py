"""What windows about acts on orders ask besides the order: a team's reasons, and what the shop can do."""

from __future__ import annotations

from bot.domain.commerce.port import Capability
from bot.domain.commerce.requests import RequestKind
from bot.domain.ids import SlackUserId
from bot.domain.people import Viewer
from bot.domain.permissions import Act, require
from bot.services import order_flows
from bot.services.desk import Desk
from bot.services.order_shop import shop_of
from bot.store.work import Connection


async def reasons(desk: Desk, by: SlackUserId, kind: RequestKind) -> tuple[str, ...]:
    """Why a customer may want it, as the team's flow has them; none for what has no flow. NOT_YOUR_ROLE."""

    def query(connection: Connection, viewer: Viewer) -> tuple[str, ...]:
        require(Act.REHEARSE_ORDER_ACT, viewer.person)
        flow = order_flows.flow_for(desk, connection, kind)
        return flow.reasons if flow is not None else ()

    return await desk.read(query, by)


def refunds_by_hand(desk: Desk) -> bool:
    """Whether the shop can pay back what nothing owes."""
    return Capability.MANUAL_REFUND in shop_of(desk).capabilities().can
