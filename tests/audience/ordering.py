"""Acts on an order among the secrets: one asked for and approved, one of which nobody knows what became."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import update

from bot.domain.commerce.acts import CancelItems, OrderAct, RefundMoney, ReturnItems
from bot.domain.commerce.documents import RefundSource
from bot.domain.commerce.flows import FlowKind
from bot.domain.commerce.removal import Item
from bot.domain.commerce.requests import OrderAsk, RequestState
from bot.domain.ids import CallKey, CaseId, OrderRequestId, SlackUserId
from bot.flow_file import packaged_text
from bot.services import order_acts, order_flows, order_mails, order_requests
from bot.store.schema import customers
from tests.audience.conftest import Guarded
from tests.commerce.shops import UnfriendlyShop
from tests.dialogs.order_samples import sent
from tests.domain.commerce.books import worked

BY_HAND = RefundMoney(source=RefundSource.MANUAL, amount=250_00, payment="P1", reason="Goodwill")
CANCEL = CancelItems(items=(Item(line_no=1, quantity=1),))
GIVE_BACK = ReturnItems(items=(Item(line_no=1, quantity=1),))
ANOTHER = "1043"
LABEL = '    { id = "label", kind = "return_label", title = "Send the label", message = "label" },\n'


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
            await self._label(shop)
            shop.twice = True
            await self._does(CANCEL, "cancel", RequestState.FOR_A_PERSON)
            await there.settled()
        finally:
            desk.shop = usual

    async def _label(self, shop: UnfriendlyShop) -> None:
        """One unit comes back, and its customer is e-mailed what to put on the parcel."""
        desk, ana = self.there.bot.desk, SlackUserId(self.there.person("ana").id)
        text = packaged_text(FlowKind.RETURN).replace("{return_address}", "our house")
        maria = SlackUserId(self.there.person("maria").id)
        text = text.replace('    { id = "goods"', LABEL + '    { id = "goods"')
        await order_flows.publish(desk, FlowKind.RETURN, text, 0, maria, CallKey("order:flow"))
        rita = update(customers).where(customers.c.id == worked().order.customer_id)
        await desk.write(
            lambda work: work.connection.execute(rita.values(email="rita@lund.example")) and None
        )
        books = sent(worked())
        shop.place(replace(books, order=replace(books.order, number=ANOTHER)))
        asked = await self._does(GIVE_BACK, "give back", RequestState.ASKS, ANOTHER)
        draft = (await order_mails.page(desk, ana, asked)).draft
        assert draft is not None
        assert draft.may_go, draft
        await order_mails.send(desk, ana, asked, draft.digest, CallKey("order:label"))
        await self.there.settled()

    async def _does(
        self,
        act: OrderAct,
        key: str,
        wanted: RequestState = RequestState.AWAITS_APPROVAL,
        number: str = "1042",
    ) -> OrderRequestId:
        desk, ana = self.there.bot.desk, SlackUserId(self.there.person("ana").id)
        ask = OrderAsk(order_number=number, act=act, case_id=self.case_id)
        shown = await order_acts.rehearse(desk, ana, ask)
        request = (await order_acts.submit(desk, ana, ask, shown.token, CallKey(f"order:{key}"))).request
        assert request is not None
        assert request.state is wanted
        return request.id
