"""A cart is placed as an order for its customer: shown first, within a limit, above it by two, once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from bot.domain.commerce.port import Capabilities, Capability, NoAnswer, Promise
from bot.domain.people import Role
from bot.sandbox import Message, Person
from bot.store.schema import cart_placings
from bot.store.schema_shop import cart_lines, carts, orders
from bot.store.work import Work
from bot.trial import shop
from tests.flows.conftest import Workplace

TODAY = date(2026, 11, 22)


@pytest.fixture
async def there(workplace: Workplace) -> Workplace:
    await shop.bring(workplace.bot.desk, TODAY, crowd=False)
    return workplace


def shown(person: Person) -> str:
    assert person.modal is not None, person.reply
    return person.modal.text.replace("*", "")


async def a_cart(there: Workplace, *, dollars: int) -> int:
    """One cart with one line of that price, whoever's it is."""

    def unit(work: Work) -> int:
        cart: int = work.connection.execute(select(func.min(carts.c.id))).scalar_one()
        lines = update(cart_lines).where(cart_lines.c.cart_id == cart)
        work.connection.execute(lines.values(quantity=1, unit_price=0, discount=0))
        one = lines.where(cart_lines.c.line_no == 1)
        work.connection.execute(one.values(unit_price=dollars * 100))
        return cart

    return await there.bot.desk.write(unit)


async def looks(there: Workplace, person: Person, cart: int) -> None:
    """Open the cart's page by its customer's, and the rehearsal on top."""

    def whose(connection: Connection) -> str:
        from bot.store.schema_shop import customers

        joined = select(customers.c.number).join(carts, carts.c.customer_id == customers.c.id)
        return str(connection.execute(joined.where(carts.c.id == cart)).scalar_one())

    person.reloads()
    await person.runs(f"/customer show {await there.bot.desk.store.look(whose)}")
    await person.clicks("order.cart")
    await person.clicks("Place as an order...")


async def counted(there: Workplace) -> tuple[int, list[str]]:
    """How many orders there are, and how the placings stand."""

    def query(connection: Connection) -> tuple[int, list[str]]:
        many = connection.execute(select(func.count()).select_from(orders)).scalar_one()
        states = select(cart_placings.c.state).order_by(cart_placings.c.id)
        return many, list(connection.execute(states).scalars())

    return await there.bot.desk.store.look(query)


def asked(person: Person) -> Message:
    return next(one for one in reversed(person.dms) if "asks you to agree that cart" in one.text)


async def test_within_the_limit_it_is_placed_at_once_and_only_once(there: Workplace) -> None:
    ana, cart = there.person("ana"), await a_cart(there, dollars=120)
    before, _ = await counted(there)
    await looks(there, ana, cart)
    page = shown(ana)
    for told in ("Total: USD 120.00", "What will arise", "An order of USD 120.00", "Nothing is paid"):
        assert told in page, told
    await ana.submits()
    assert ana.errors == {}
    assert "Ana Lima placed it as order" in shown(ana)
    assert await counted(there) == (before + 1, ["placed"])
    assert "Place the order" not in shown(ana)


async def test_above_the_limit_a_second_person_agrees_and_never_the_one_who_asked(there: Workplace) -> None:
    ana, maria, omar = there.people("ana maria omar")
    cart = await a_cart(there, dollars=900)
    before, _ = await counted(there)
    await looks(there, ana, cart)
    assert "It is above USD 200.00" in shown(ana)
    await ana.submits()
    assert "It waits for a second person." in shown(ana)
    await there.settled()
    assert await counted(there) == (before, ["waits"])
    assert "cart" not in "".join(one.text for one in ana.dms)
    await there.role_of("ana", Role.MANAGER)
    await looks(there, ana, cart)
    assert "Your decision" not in shown(ana)
    await maria.clicks("Look at it", on=asked(maria))
    await omar.clicks("Look at it", on=asked(omar))
    await maria.submits(decision="Approve: the order is placed now")
    assert "placed it as order" in shown(maria)
    await omar.submits(decision="Refuse: nothing is placed", reason="Too dear")
    assert "You wrote: Too dear" in shown(omar)
    assert "placed it as order" in shown(omar)
    await there.settled()
    assert await counted(there) == (before + 1, ["placed"])
    assert "placed it as order" in ana.dms[-1].text


async def test_a_refusal_needs_a_reason_and_is_told(there: Workplace) -> None:
    ana, maria = there.people("ana maria")
    await looks(there, ana, await a_cart(there, dollars=900))
    await ana.submits()
    await there.settled()
    await maria.clicks("Look at it", on=asked(maria))
    await maria.submits(decision="Refuse: nothing is placed")
    assert "Say why" in maria.errors["reason"]
    await maria.submits(decision="Refuse: nothing is placed", reason="They have it already")
    await there.settled()
    assert "They have it already" in ana.dms[-1].text
    assert (await counted(there))[1] == ["refused"]


async def test_a_cart_that_has_changed_is_shown_anew_and_nothing_is_placed(there: Workplace) -> None:
    ana, cart = there.person("ana"), await a_cart(there, dollars=120)
    await looks(there, ana, cart)
    await a_cart(there, dollars=130)
    await ana.submits()
    assert "The cart is not as it was shown" in shown(ana)
    assert "USD 130.00" in shown(ana)
    assert (await counted(there))[1] == []


class Silent:
    """The desk's own shop behind a line that breaks after the effect: once."""

    def __init__(self, inner: Any, *, keys: bool) -> None:
        self.inner, self.keys, self.breaks = inner, keys, True

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def capabilities(self) -> Capabilities:
        promises = frozenset({Promise.KEYS}) if self.keys else frozenset()
        return Capabilities(name="silent", can=frozenset(Capability), promises=promises)

    async def place_cart(self, write: Any, cart: str) -> Any:
        answer = await self.inner.place_cart(write, cart)
        if self.breaks:
            self.breaks = False
            raise NoAnswer
        return answer


async def test_no_answer_is_unknown_and_looking_again_finds_the_one_order(there: Workplace) -> None:
    ana, desk = there.person("ana"), there.bot.desk
    desk.shop = Silent(desk.shop, keys=True)
    before, _ = await counted(there)
    await looks(there, ana, await a_cart(there, dollars=120))
    await ana.submits()
    assert "there may be an order or not" in shown(ana)
    assert (await counted(there))[1] == ["unknown"]
    await ana.clicks("Look again")
    assert "placed it as order" in shown(ana)
    assert await counted(there) == (before + 1, ["placed"])


async def test_level_one_may_look_and_not_place(there: Workplace) -> None:
    chloe = there.person("chloe")
    await looks(there, chloe, await a_cart(there, dollars=120))
    assert "Hand it over to level two." in shown(chloe)
    assert chloe.modal is not None
    assert "Place the order" not in chloe.modal.text
