"""What is done with an order or a cart stands in the history of the case that is about it, by its numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import insert

from bot.blocks import changes
from bot.domain.cases import ChangeKind
from bot.domain.commerce.acts import CancelItems
from bot.domain.commerce.fraud import FraudRuling
from bot.domain.commerce.limits import MoneyLimits, RoleLimits
from bot.domain.commerce.removal import Item
from bot.domain.commerce.requests import OrderAsk
from bot.domain.ids import CartId, CaseId, FraudReportId, SlackUserId
from bot.domain.placing import DecidePlacing, PlaceCart, PlacingState
from bot.domain.playbook.association import Thing
from bot.domain.shop.ties import Tieable
from bot.services import fraud, order_acts, placing, reading, sessions
from bot.store import customers, ties
from bot.store.schema_shop import cart_lines
from bot.store.schema_shop import carts as cart_table
from bot.store.shop_import import upsert_fraud
from bot.store.work import Work
from tests.domain.commerce.books import worked
from tests.factories import NOON
from tests.services.conftest import Office
from tests.store.order_making import a_customer, placed

ANA, MARIA = SlackUserId("U0ANA"), SlackUserId("U0MARIA")
CART = CartId(1)
REPORT = FraudReportId(1)


@pytest.fixture
async def about(office: Office) -> tuple[CaseId, CaseId]:
    """Two cases of Cloud Nine: one about order 1042, which a provider doubts, one about cart K-1."""
    order_case, cart_case = (await office.opened()).id, (await office.opened()).id

    def unit(work: Work) -> None:
        customer = a_customer(work)
        customers.set_account(work, customer, office.cloud)
        order_id = placed(work, worked(), customer, "1042").order.id
        row = {"order_id": order_id, "provider": "Harrier", "score": 60, "symptoms": [["a", 60]]}
        upsert_fraud(work, {(order_id, "Harrier"): row})
        here = {"workspace_id": work.workspace_id}
        cart = here | {"number": "K-1", "customer_id": customer, "site": "", "currency": "USD"}
        work.connection.execute(insert(cart_table), cart | {"updated_at": NOON, "total": 120_00})
        line = here | {"cart_id": 1, "line_no": 1, "sku": "GOLD", "name": "Gold", "quantity": 1}
        work.connection.execute(insert(cart_lines), line | {"unit_price": 120_00, "discount": 0})
        for case_id, thing, number, id_ in (
            (order_case, Thing.ORDER, "1042", order_id),
            (cart_case, Thing.CART, "K-1", 1),
        ):
            ties.save_tie(work, case_id, Tieable(thing=thing, number=number, id=id_, at=NOON))

    await office.desk.write(unit)
    return order_case, cart_case


async def receipts(office: Office, case_id: CaseId) -> list[str]:
    """The receipts of a case, oldest first, as its history shows them."""
    page = await reading.history_page(office.desk, ANA, case_id)
    return [
        f"{one.actor.name}{f' for {one.on_behalf_of}' if one.on_behalf_of else ''} {changes.told(one)}"
        for one in reversed(page.entries)
        if one.kind is ChangeKind.ORDER_ACT
    ]


def stricter(office: Office, agent: int) -> None:
    office.desk.policy = replace(office.desk.policy, money=MoneyLimits(desk=RoleLimits(agent=agent)))


async def test_a_decision_on_fraud_names_report_score_and_amount(
    office: Office, about: tuple[CaseId, CaseId]
) -> None:
    stricter(office, 200)
    shown = await fraud.show(office.desk, ANA, REPORT)
    await fraud.decide(office.desk, ANA, office.key(), REPORT, shown.order.version, FraudRuling.APPROVE)
    await fraud.second(office.desk, MARIA, office.key(), REPORT, shown.order.version, agree=True)
    what = "report 1 of Harrier, score 60, USD 388.71"
    assert [one.split(" ", 1)[1] for one in await receipts(office, about[0])] == [
        f"wants order 1042 approved after a report of fraud, and asks a second person: {what}",
        f"agreed: order 1042 is approved after a report of fraud: {what}",
    ]
    assert await receipts(office, about[1]) == []


async def test_a_placed_cart_names_cart_order_and_amount_and_for_whom(
    office: Office, about: tuple[CaseId, CaseId]
) -> None:
    whose = (await placing.rehearse(office.desk, ANA, CART)).cart
    await sessions.assist(office.desk, ANA, whose.customer_id, office.key())
    await placing.place(office.desk, PlaceCart(cart_id=CART, version=whose.version), ANA, office.key())
    made = (await placing.rehearse(office.desk, ANA, CART)).placing
    assert made is not None
    assert made.state is PlacingState.PLACED
    [told] = await receipts(office, about[1])
    assert told.endswith(
        f" for Harbour Books placed a cart as order {made.order_number}: cart K-1 USD 120.00"
    )


async def test_a_cart_above_a_limit_tells_who_wanted_it_and_who_refused(
    office: Office, about: tuple[CaseId, CaseId]
) -> None:
    stricter(office, 100)
    whose = (await placing.rehearse(office.desk, ANA, CART)).cart
    await placing.place(office.desk, PlaceCart(cart_id=CART, version=whose.version), ANA, office.key())
    made = (await placing.rehearse(office.desk, MARIA, CART)).placing
    assert made is not None
    no = DecidePlacing(placing_id=made.id, approve=False, reason="Too dear")
    await placing.decide(office.desk, no, MARIA, office.key())
    assert [one.split(" ", 1)[1] for one in await receipts(office, about[1])] == [
        "wants a cart placed as an order, and asks a second person: cart K-1 USD 120.00",
        "did not agree that a cart is placed as an order: cart K-1 USD 120.00",
    ]


async def test_an_act_that_was_begun_in_no_case_stands_in_the_tied_one_by_its_customers_name(
    office: Office, about: tuple[CaseId, CaseId]
) -> None:
    """The session is over by the time that somebody reads it: the name stands there still, and no number."""
    customer = (await placing.rehearse(office.desk, ANA, CART)).cart.customer_id
    act = CancelItems(items=(Item(line_no=1, quantity=1, reason="Too slow"),))
    ask = OrderAsk(order_number="1042", act=act, on_behalf_of=customer)
    shown = await order_acts.rehearse(office.desk, ANA, ask)
    await order_acts.submit(office.desk, ANA, ask, shown.token, office.key())
    await office.desk.doing.stop(5)
    first = (await receipts(office, about[0]))[0]
    assert " for Harbour Books cancelled items of order 1042: " in first
    assert "1042-C1 USD 108.20" in first
