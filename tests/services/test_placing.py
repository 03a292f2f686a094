"""A cart placed as an order: four eyes by every path, and what a bot left that died over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, cast

import pytest
from sqlalchemy import insert, select, update

from bot.domain.commands import SetUpPerson
from bot.domain.commerce.port import Ask, Capabilities, Capability, CommercePort, Done, NoAnswer, Write
from bot.domain.ids import CallKey, CartId, CustomerId, PlacingId, SlackUserId
from bot.domain.people import Role, channel_viewer
from bot.domain.placing import DecidePlacing, PlaceCart, PlacingState
from bot.domain.refusals import Reason, Refusal
from bot.domain.shop.carts import Cart
from bot.domain.shop.customers import CustomerFacts
from bot.scheduler.cart_sweeping import LONGEST_REST, CartSweeping
from bot.services import cart_sending, people, placing
from bot.store import carts as cart_store
from bot.store import placings
from bot.store.calendars import add_absence
from bot.store.people import find_person, set_profile
from bot.store.schema import cart_placings, outbox
from bot.store.schema_shop import cart_lines, carts, orders
from bot.store.work import Work
from tests.factories import NOON
from tests.orders.conftest import MovingClock
from tests.services.conftest import OMAR, Office
from tests.store.shop_making import make_customer

ANA, BEN, MARIA = (SlackUserId(f"U0{name}") for name in ("ANA", "BEN", "MARIA"))


@pytest.fixture
async def counter(office: Office) -> Office:
    """A desk whose clock goes on, with one cart of USD 900."""
    office.desk = replace(office.desk, clock=MovingClock())

    def unit(work: Work) -> None:
        facts = CustomerFacts(name="Grace Chen", email="grace@cloud.example")
        customer: CustomerId = make_customer(work, "C-1", facts, "cloud.example")
        row = {"workspace_id": work.workspace_id, "number": "K-1", "customer_id": customer, "site": ""}
        made = insert(carts).values(**row, currency="USD", updated_at=NOON, total=90000)
        cart = work.connection.execute(made.returning(carts.c.id)).scalar_one()
        line = {"line_no": 1, "sku": "B", "name": "Beans", "quantity": 1, "unit_price": 90000, "discount": 0}
        work.connection.execute(
            insert(cart_lines).values(workspace_id=work.workspace_id, cart_id=cart, **line)
        )

    await office.desk.write(unit)
    return office


async def cart_of(office: Office) -> Cart:
    eyes = channel_viewer(office.desk.workspace_id)
    cart = await office.desk.store.read(lambda c, v: cart_store.cart(c, v, CartId(1)), eyes)
    assert cart is not None
    return cart


async def places(office: Office, by: SlackUserId) -> None:
    cart = await cart_of(office)
    await placing.place(office.desk, PlaceCart(cart_id=CartId(1), version=cart.version), by, office.key())


async def state(office: Office) -> tuple[str, int]:
    """How the placing stands, and how many orders there are."""

    def query(connection: Any) -> tuple[str, int]:
        told = connection.execute(select(cart_placings.c.state)).scalar_one()
        return told, len(connection.execute(select(orders.c.id)).all())

    return await office.desk.store.look(query)


async def told(office: Office) -> list[str]:
    """Whom the outbox has something for about a cart."""
    asked = select(outbox.c.conversation).where(outbox.c.kind == "cart_placing").order_by(outbox.c.id)
    found = await office.desk.store.look(lambda c: c.execute(asked).scalars().all())
    return [one.rpartition(":")[2] for one in found]


async def stands_in(office: Office) -> None:
    def unit(work: Work) -> None:
        maria, ana = (find_person(work.connection, work.workspace_id, who) for who in (MARIA, ANA))
        assert maria is not None
        assert ana is not None
        add_absence(work, maria.id, NOON.date(), NOON.date(), ana.id)

    await office.desk.write(unit)


async def is_the_customer(office: Office) -> None:
    def unit(work: Work) -> None:
        maria = find_person(work.connection, work.workspace_id, MARIA)
        assert maria is not None
        set_profile(work, maria.id, maria.name, "UTC", "Grace@cloud.example")

    await office.desk.write(unit)


@pytest.mark.parametrize("becomes", [stands_in, is_the_customer])
async def test_neither_whom_its_asker_stands_in_for_nor_the_customer_decides(
    counter: Office, becomes: Any
) -> None:
    await becomes(counter)
    await places(counter, ANA)
    assert await told(counter) == [OMAR]
    assert not (await placing.rehearse(counter.desk, MARIA, CartId(1))).may_decide
    for approve in (True, False):
        command = DecidePlacing(placing_id=PlacingId(1), approve=approve, reason="So be it")
        with pytest.raises(Refusal) as refused:
            await placing.decide(counter.desk, command, MARIA, counter.key())
        assert refused.value.reason is Reason.OWN_PLACING
    yes = DecidePlacing(placing_id=PlacingId(1), approve=True)
    await placing.decide(counter.desk, yes, OMAR, counter.key())
    assert await state(counter) == (PlacingState.PLACED, 1)


async def test_who_may_approve_no_more_is_not_asked_any_more(counter: Office) -> None:
    await places(counter, ANA)
    agent = SetUpPerson(slack_user_id=MARIA, role=Role.AGENT, account_id=None, team_ids=())
    await people.set_up_person(counter.desk, agent, OMAR, CallKey("agent"))
    for who, is_for_them in ((MARIA, False), (OMAR, True)):
        person = await counter.desk.store.look(
            lambda c, who=who: find_person(c, counter.desk.workspace_id, who)
        )
        assert person is not None
        assert (await placing.told(counter.desk, person, PlacingId(1)) is not None) is is_for_them


async def dies(office: Office, monkeypatch: pytest.MonkeyPatch, *, asked: bool) -> None:
    """The bot ends once the placing is committed, before or after the shop has made the order of it."""

    class Killed(BaseException):
        pass

    async def killed(desk: Any, placing_id: PlacingId) -> None:
        if asked:
            found = await cart_sending._found(desk, placing_id)
            assert found is not None
            await cart_sending._asked(desk, found[0], found[1])
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(placing, "send", killed)
        with pytest.raises(Killed):
            await places(office, OMAR)


async def looks(office: Office, sweeping: CartSweeping, **later: float) -> None:
    assert isinstance(office.desk.clock, MovingClock)
    office.desk.clock.moves(**later)
    await sweeping.look()


async def test_killed_after_the_shop_made_the_order_it_is_found_and_told(
    counter: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await dies(counter, monkeypatch, asked=True)
    assert await state(counter) == (PlacingState.SENDING, 1)
    sweeping = CartSweeping(counter.desk)
    await looks(counter, sweeping, seconds=10)
    assert await state(counter) == (PlacingState.SENDING, 1)  # whoever asks may still be at it
    await looks(counter, sweeping, seconds=11)
    assert await state(counter) == (PlacingState.PLACED, 1)
    assert await told(counter) == [OMAR]


async def test_killed_before_the_shop_was_asked_nothing_is_placed_unasked_and_it_is_told_once(
    counter: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await dies(counter, monkeypatch, asked=False)
    sweeping = CartSweeping(counter.desk)
    for _ in range(3):
        await looks(counter, sweeping, minutes=11)
    assert await state(counter) == (PlacingState.UNKNOWN, 0)
    assert await told(counter) == [OMAR]
    await placing.look_again(counter.desk, OMAR, PlacingId(1))
    assert await state(counter) == (PlacingState.PLACED, 1)


async def test_what_stays_unknown_is_read_ever_more_seldom(
    counter: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await dies(counter, monkeypatch, asked=False)
    sweeping, reads = CartSweeping(counter.desk), list[PlacingId]()
    real = cart_sending.take_up

    async def counted(desk: Any, placing_id: PlacingId) -> None:
        reads.append(placing_id)
        await real(desk, placing_id)

    monkeypatch.setattr(cart_sending, "take_up", counted)
    for _ in range(60):
        await looks(counter, sweeping, seconds=20)
    assert 5 <= len(reads) <= 7  # of sixty looks in twenty minutes
    done = update(cart_placings).values(settled_at=NOON, state=PlacingState.DECLINED.value)
    await counter.desk.write(lambda work: work.connection.execute(done) and None)
    await looks(counter, sweeping, seconds=LONGEST_REST.total_seconds() + 1)
    assert len(reads) <= 7


async def test_many_that_stay_unknown_keep_no_newer_one_back(
    counter: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await dies(counter, monkeypatch, asked=False)
    await counter.desk.write(partial(more_like_it, 4))
    monkeypatch.setattr(placings, "MOST_LEFT", 2)
    sweeping, reads = CartSweeping(counter.desk), list[PlacingId]()

    async def counted(desk: Any, placing_id: PlacingId) -> None:
        reads.append(placing_id)

    monkeypatch.setattr(cart_sending, "take_up", counted)
    await looks(counter, sweeping, seconds=21)
    for _ in range(2):
        await looks(counter, sweeping, seconds=2)
    assert reads == [1, 2, 3, 4, 5]
    for _ in range(20):
        await looks(counter, sweeping, minutes=11)
    assert {reads.count(PlacingId(one)) for one in range(1, 6)} <= {7, 8}, "each in its turn"


def _but_id(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}


def more_like_it(count: int, work: Work) -> None:
    """As many carts and placings as that, like the ones that are there."""
    for number in range(count):
        cart = work.connection.execute(select(carts)).mappings().first()
        placing_ = work.connection.execute(select(cart_placings)).mappings().first()
        assert cart is not None
        assert placing_ is not None
        made = insert(carts).values({**_but_id(cart), "number": f"more-{number}"}).returning(carts.c.id)
        cart_id = work.connection.execute(made).scalar_one()
        work.connection.execute(insert(cart_placings).values({**_but_id(placing_), "cart_id": cart_id}))


class Elsewhere:
    """A shop that keeps to no keys, and whose own cart says that it was placed; the desk's does not yet."""

    def __init__(self, inner: Any, cart: Cart) -> None:
        self.inner, self.cart = inner, cart
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def capabilities(self) -> Capabilities:
        return Capabilities(name="elsewhere", can=frozenset(Capability), promises=frozenset())

    async def carts(self, ask: Ask, customer: str) -> list[Cart]:
        assert customer == "C-1"
        return [replace(self.cart, placed_as="7001")]

    async def place_cart(self, write: Write, cart: str) -> Done:
        self.asked += 1
        raise NoAnswer


async def test_a_shop_without_keys_is_read_and_what_it_has_placed_is_not_placed_again(
    counter: Office,
) -> None:
    shop = Elsewhere(counter.desk.shop, await cart_of(counter))
    counter.desk = replace(counter.desk, shop=cast("CommercePort", shop))
    await places(counter, OMAR)
    assert await state(counter) == (PlacingState.UNKNOWN, 0)
    await placing.look_again(counter.desk, OMAR, PlacingId(1))
    assert await state(counter) == (PlacingState.PLACED, 0)
    assert not (await placing.rehearse(counter.desk, OMAR, CartId(1))).offers
    with pytest.raises(Refusal) as refused:
        await places(counter, OMAR)
    assert refused.value.reason is Reason.CART_UNDER_WAY
    assert shop.asked == 1
