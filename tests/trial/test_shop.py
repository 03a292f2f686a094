"""The made-up shop keeps its own arithmetic, and has a customer for every verdict of the phone script."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.people import Role, Viewer
from bot.domain.shop.lookup import Find
from bot.services.desk import Desk
from bot.store import customer_find, customers
from bot.store.work import Connection
from bot.trial import shop
from bot.trial.shop_cast import CHARACTERS
from tests.factories import person
from tests.transfer.conftest import Operator
from tests.transfer.conftest import operator as operator

TODAY = date(2026, 11, 22)


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
