"""Acts on an order among the secrets: one asked for and approved, one of which nobody knows what became."""

from __future__ import annotations

from bot.domain.commerce.acts import CancelItems, OrderAct, RefundMoney
from bot.domain.commerce.documents import RefundSource
from bot.domain.commerce.removal import Item
from bot.domain.commerce.requests import OrderAsk, RequestState
from bot.domain.ids import CallKey, CaseId, OrderRequestId, SlackUserId
from bot.services import order_acts, order_requests
from tests.audience.conftest import Guarded
from tests.commerce.shops import UnfriendlyShop
from tests.domain.commerce.books import worked

BY_HAND = RefundMoney(source=RefundSource.MANUAL, amount=250_00, payment="P1", reason="Goodwill")
CANCEL = CancelItems(items=(Item(line_no=1, quantity=1),))


class Orders:
    """Ana acts on an order of a shop that does twice what it is told; Maria agrees."""

    def __init__(self, there: Guarded, case_id: CaseId) -> None:
        self.there, self.case_id = there, case_id

    async def happen(self) -> None:
        there, desk = self.there, self.there.bot.desk
        maria, usual = SlackUserId(there.person("maria").id), desk.shop
        shop = UnfriendlyShop()
        shop.place(worked())
        desk.shop = shop
        try:
            asked = await self._does(BY_HAND, "by hand")
            await there.settled()
            await order_requests.decide(desk, maria, asked, True, "So be it", CallKey("order:agreed"))
            await there.settled()
            shop.twice = True
            await self._does(CANCEL, "cancel", RequestState.FOR_A_PERSON)
            await there.settled()
        finally:
            desk.shop = usual

    async def _does(
        self, act: OrderAct, key: str, wanted: RequestState = RequestState.AWAITS_APPROVAL
    ) -> OrderRequestId:
        desk, ana = self.there.bot.desk, SlackUserId(self.there.person("ana").id)
        ask = OrderAsk(order_number="1042", act=act, case_id=self.case_id)
        shown = await order_acts.rehearse(desk, ana, ask)
        request = (await order_acts.submit(desk, ana, ask, shown.token, CallKey(f"order:{key}"))).request
        assert request is not None
        assert request.state is wanted
        return request.id
