"""What windows about acts on orders ask besides the order: a team's reasons, and what the shop can do."""

from __future__ import annotations

from bot.domain.commerce.acts import DEFAULT_TERMS
from bot.domain.commerce.port import Capability
from bot.domain.commerce.removal import ShippingRule
from bot.domain.commerce.requests import RequestKind
from bot.domain.ids import SlackUserId
from bot.domain.people import Viewer
from bot.domain.permissions import Act, require
from bot.services import order_flows
from bot.services.desk import Desk
from bot.services.order_shop import shop_of
from bot.store.work import Connection


async def of_flow(desk: Desk, by: SlackUserId, kind: RequestKind) -> tuple[tuple[str, ...], ShippingRule]:
    """Why a customer may want it, and what becomes of the delivery charge, as the team's flow has it.

    No reasons, and the usual rule, for what has no flow. Raises NOT_YOUR_ROLE.
    """

    def query(connection: Connection, viewer: Viewer) -> tuple[tuple[str, ...], ShippingRule]:
        require(Act.REHEARSE_ORDER_ACT, viewer.person)
        flow = order_flows.flow_for(desk, connection, kind)
        return (flow.reasons, flow.terms.shipping) if flow is not None else ((), DEFAULT_TERMS.shipping)

    return await desk.read(query, by)


def refunds_by_hand(desk: Desk) -> bool:
    """Whether the shop can pay back what nothing owes."""
    return Capability.MANUAL_REFUND in shop_of(desk).capabilities().can
