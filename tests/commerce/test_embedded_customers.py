"""Customers and carts of the embedded shop, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import insert

from bot.commerce.embedded import EmbeddedShop
from bot.domain.commerce.port import Changed, Declined, Done, Write
from bot.domain.shop.carts import Cart
from bot.domain.shop.customers import Customer, CustomerFacts
from bot.domain.shop.lookup import Find, FindKey
from bot.store.schema_shop import cart_lines, carts
from bot.store.work import Work
from tests.commerce.tried import ANA, ASK, SHOPS, Tried, write
from tests.factories import NOON, stamp
from tests.store.order_making import a_customer

pytestmark = pytest.mark.parametrize(
    "tried", [one for one in SHOPS if one.startswith("embedded")], indirect=True
)


def _fill_cart(work: Work) -> None:
    """2 x 25.00 and one thing of 99.95 with 10.00 off: 139.95."""
    here = {"workspace_id": work.workspace_id}
    cart = {"number": "K-1", "customer_id": 1, "site": "harbour.example", "currency": "USD"}
    added = insert(carts).returning(carts.c.id)
    cart_id = work.connection.execute(added, here | cart | {"updated_at": NOON, "total": 139_95}).scalar_one()
    own = here | {"cart_id": cart_id, "sku": ""}
    work.connection.execute(
        insert(cart_lines),
        [
            own | {"line_no": 1, "name": "Socks", "quantity": 2, "unit_price": 25_00, "discount": 0},
            own | {"line_no": 2, "name": "Boots", "quantity": 1, "unit_price": 99_95, "discount": -10_00},
        ],
    )


async def _cart(tried: Tried) -> Cart:
    assert isinstance(tried.shop, EmbeddedShop)
    await tried.shop.store.write(_fill_cart, stamp())
    (found,) = await tried.shop.carts(ASK, "C-1")
    return found


async def test_a_cart_becomes_an_order_of_what_was_in_it_and_is_a_cart_no_more(tried: Tried) -> None:
    cart = await _cart(tried)
    done = await tried.shop.place_cart(write("K1", cart.version), "K-1")
    assert done == Done(ref="D000001", version="1")
    order = (await tried.books("D000001")).order
    assert (order.totals.grand, order.customer_name, order.site) == (
        139_95,
        "Harbour Books",
        "harbour.example",
    )
    assert [(one.name, one.ordered, one.line_discount) for one in order.lines] == [
        ("Socks", 2, 0),
        ("Boots", 1, -10_00),
    ]
    assert await tried.shop.carts(ASK, "C-1") == ()
    assert (await tried.shop.order_history(ASK, "C-1", 0, 10))[0].number == "D000001"


async def test_twenty_people_who_place_one_cart_make_one_order(tried: Tried) -> None:
    cart = await _cart(tried)
    asked = (
        tried.shop.place_cart(Write(by=ANA, key=f"K{one}", version=cart.version, seconds=30), "K-1")
        for one in range(20)
    )
    answers = await asyncio.gather(*asked)
    assert [one for one in answers if isinstance(one, Done)] == [Done(ref="D000001", version="1")]
    assert answers.count(Declined(said="Cart K-1 was placed already, as order D000001.")) == 19
    assert len(await tried.shop.order_history(ASK, "C-1", 0, 10)) == 2


async def test_a_cart_that_changed_since_it_was_seen_is_not_placed(tried: Tried) -> None:
    cart = await _cart(tried)
    with pytest.raises(Changed):
        await tried.shop.place_cart(write("K1", replace(cart, lines=cart.lines[:1]).version), "K-1")
    assert await tried.shop.place_cart(write("K2", cart.version), "K-9") == Declined(
        said="The shop has no such cart."
    )
    assert len(await tried.shop.order_history(ASK, "C-1", 0, 10)) == 1


async def _customer(tried: Tried) -> Customer:
    found = await tried.shop.customer(ASK, "C-1")
    assert found is not None
    return found


async def test_a_customer_is_changed_on_the_version_that_was_seen_and_found_by_the_new_name(
    tried: Tried,
) -> None:
    facts = CustomerFacts(name="Harbour Papers", email="post@harbour.example")
    assert isinstance(await tried.shop.update_customer(write("K1", "1"), "C-1", facts), Done)
    with pytest.raises(Changed):
        await tried.shop.update_customer(write("K2", "1"), "C-1", facts)
    after = await _customer(tried)
    assert (after.name, after.email, after.version) == ("Harbour Papers", "post@harbour.example", 2)
    hits = await tried.shop.find_customers(ASK, Find(text="papers", key=FindKey.NAME), 5)
    assert [one.number for one in hits.hits] == ["C-1"]
    assert not (await tried.shop.find_customers(ASK, Find(text="books", key=FindKey.NAME), 5)).hits


async def test_lists_are_as_long_as_is_asked(tried: Tried) -> None:
    assert isinstance(tried.shop, EmbeddedShop)
    await tried.shop.store.write(lambda work: a_customer(work, "C-2"), stamp())
    hits = await tried.shop.find_customers(ASK, Find(text="C-2", key=FindKey.NAME), 1)
    assert len(hits.hits) <= 1
    assert len(await tried.shop.order_history(ASK, "C-1", 0, 1)) == 1
    assert await tried.shop.order_history(ASK, "C-1", 1, 5) == ()
    assert await tried.shop.subscriptions(ASK, "C-1") == ()
    assert await tried.shop.customer(ASK, "C-9") is None
