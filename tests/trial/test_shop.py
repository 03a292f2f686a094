"""The made-up shop keeps its own arithmetic, and has a customer for every verdict of the phone script."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.funds import funds_of, memo_open
from bot.domain.commerce.port import Ask
from bot.domain.commerce.states import ReturnStage
from bot.domain.ids import PersonId
from bot.domain.people import PersonRef, Role, Viewer
from bot.domain.shop.lookup import Find
from bot.services.desk import Desk
from bot.store import customer_find, customers
from bot.store.work import Connection
from bot.trial import order_stories, shop
from bot.trial.shop_cast import CHARACTERS
from tests.factories import person
from tests.transfer.conftest import OMAR, Operator
from tests.transfer.conftest import operator as operator

TODAY = date(2026, 11, 22)
BY = PersonRef(id=PersonId(1), slack_user_id=OMAR, name="Omar")


@pytest.mark.parametrize("operator", ["sqlite"], indirect=True)
def test_every_character_is_there_with_orders_that_add_up(operator: Operator) -> None:
    async def look(desk: Desk) -> dict[str, tuple[str, bool]]:
        report = await shop.bring(desk, TODAY)
        assert all(not one.changed and not one.same for one in report.tallies.values())
        again = await shop.bring(desk, TODAY)
        assert all(not one.changed and not one.added for one in again.tallies.values())
        here = Viewer(replace(person("Ana", Role.AGENT), workspace_id=desk.workspace_id))

        def query(connection: Connection) -> dict[str, tuple[str, bool]]:
            found = {}
            for one in CHARACTERS:
                hits = customer_find.find(connection, here, Find(text=one.site)).hits
                standing = customers.standing(connection, here, hits[0].customer_id)
                assert standing is not None
                newest = standing.newest_counting(standing.site_named(one.site))
                found[hits[0].number] = (newest.number if newest else "", bool(standing.carts))
            return found

        return await desk.store.look(query)

    found = operator.does(look)
    assert len(found) == len(CHARACTERS)
    assert found["C-40750"][0] == "100300", "a cancelled order does not count"
    assert found["C-40751"][0] == "100150", "nor does a refunded one"
    assert found["C-40760"][0] == "100405"
    assert found["C-40710"] == ("", False)


@pytest.mark.parametrize("operator", ["sqlite"], indirect=True)
def test_every_act_can_be_tried_on_an_order_whose_documents_add_up(operator: Operator) -> None:
    async def look(desk: Desk) -> dict[str, OrderBooks]:
        await shop.bring(desk, TODAY, crowd=False)
        await order_stories.tell(desk, OMAR)
        whole = {one.number: one for one in CHARACTERS}["C-40780"]
        read = [await desk.shop.order(Ask(by=BY), sold.number) for sold in whole.orders]
        return {one.books.order.number: one.books for one in read if one is not None}

    found = operator.does(look)
    assert len(found) == 6
    assert all(not one.faults for one in found.values())
    funds = {number: funds_of(one) for number, one in found.items()}
    assert (funds["100501"].excess, funds["100505"].to_reverse) == (299_00, 99_95)
    assert [found[one].returns[0].stage for one in ("100502", "100503", "100504")] == [
        ReturnStage.APPROVAL_PENDING,
        ReturnStage.WAITING_FOR_GOODS,
        ReturnStage.RECEIVED,
    ]
    memo = found["100504"].memos[0]
    assert (memo.amount, memo_open(found["100504"], memo)) == (99_95, 49_95)
    spare = found["100506"].lines[1].line
    assert (spare.available_to_cancel, spare.allocated - spare.fulfilled) == (2, 1)
