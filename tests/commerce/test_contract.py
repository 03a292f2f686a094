"""The contract of the port, for every shop behind it; what a shop does not promise is not asked of it.

A new adapter adds itself to SHOPS, with a way to put an order in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.commerce.acts import DEFAULT_TERMS, CancelItems, MoveUnits, OrderAct, Units
from bot.domain.commerce.documents import Refund, RefundSource
from bot.domain.commerce.intents import LATE_EFFECT, Intent, IntentMove, IntentState, expected, read_back
from bot.domain.commerce.port import (
    Ask,
    Capability,
    Changed,
    CommercePort,
    Declined,
    Done,
    NoAnswer,
    NotOffered,
    Preview,
    Promise,
    RefundSeen,
    Write,
)
from bot.domain.commerce.quantities import UnitAct
from bot.domain.commerce.rehearsal import rehearse
from bot.domain.commerce.removal import Item
from bot.domain.ids import PersonId, SlackUserId
from bot.domain.people import PersonRef
from tests.commerce.shops import NOON, MemoryShop, UnfriendlyShop
from tests.domain.commerce.books import worked

SHOPS: dict[str, Callable[[], MemoryShop]] = {"memory": MemoryShop, "unfriendly": UnfriendlyShop}
ANA = PersonRef(id=PersonId(1), slack_user_id=SlackUserId("U1"), name="Ana")
ASK = Ask(by=ANA)
ONE = CancelItems(items=(Item(line_no=1, quantity=1),))
TOO_MANY = CancelItems(items=(Item(line_no=1, quantity=4),))
REFUND = Refund(number="1042-F1", source=RefundSource.MANUAL, payment_ref="P1", amount=100_00)


@pytest.fixture(params=list(SHOPS))
def shop(request: pytest.FixtureRequest) -> MemoryShop:
    made = SHOPS[request.param]()
    made.place(worked())
    return made


def write(key: str = "K1", version: str = "1") -> Write:
    return Write(by=ANA, key=key, version=version)


def intent(act: OrderAct = ONE) -> Intent:
    return Intent(
        key="K1",
        order_number="1042",
        act=act,
        terms=DEFAULT_TERMS,
        version="1",
        sent_by=NOON,
        state=IntentState.UNKNOWN,
    )


def promised(shop: CommercePort, promise: Promise) -> None:
    if promise not in shop.capabilities().promises:
        pytest.skip(f"this shop does not promise {promise.value}")


async def test_an_order_is_read_whole_and_without_contradiction(shop: MemoryShop) -> None:
    read = await shop.order(ASK, "1042")
    assert read is not None
    assert (read.books.faults, read.version) == ((), "1")
    assert await shop.order(ASK, "9999") is None


async def test_an_act_has_the_effect_that_the_desk_rehearsed(shop: MemoryShop) -> None:
    shown = rehearse(worked(), ONE)
    assert isinstance(await shop.submit(write(), "1042", ONE, DEFAULT_TERMS), Done)
    read = await shop.order(ASK, "1042")
    assert read is not None
    assert read.books.totals == shown.totals_after
    assert read_back(intent(), worked(), read.books, NOON) is IntentMove.READ_DONE


async def test_what_cannot_be_done_is_declined_and_changes_nothing(shop: MemoryShop) -> None:
    assert isinstance(await shop.submit(write(), "1042", TOO_MANY, DEFAULT_TERMS), Declined)
    read = await shop.order(ASK, "1042")
    assert read is not None
    assert read.books == worked()


async def test_a_preview_says_what_the_rehearsal_says_and_leaves_nothing_behind(shop: MemoryShop) -> None:
    if Capability.PREVIEW not in shop.capabilities().can:
        pytest.skip("this shop has no preview")
    seen = await shop.preview(ASK, "1042", ONE, DEFAULT_TERMS)
    assert isinstance(seen, Preview)
    assert seen.totals == rehearse(worked(), ONE).totals_after
    assert isinstance(await shop.preview(ASK, "1042", TOO_MANY, DEFAULT_TERMS), Declined)
    assert shop.orders["1042"] == worked()


async def test_the_same_key_does_nothing_twice(shop: MemoryShop) -> None:
    promised(shop, Promise.KEYS)
    first = await shop.submit(write(), "1042", ONE, DEFAULT_TERMS)
    assert await shop.submit(write(), "1042", ONE, DEFAULT_TERMS) == first
    await shop.refund(write("R", "2"), "1042", REFUND)
    await shop.refund(write("R", "2"), "1042", REFUND)
    assert (len(shop.orders["1042"].changes), shop.orders["1042"].order.refunded.minor) == (1, 100_00)


async def test_a_write_on_another_version_is_refused(shop: MemoryShop) -> None:
    promised(shop, Promise.VERSIONS)
    await shop.submit(write(), "1042", ONE, DEFAULT_TERMS)
    with pytest.raises(Changed):
        await shop.submit(write("K2", "1"), "1042", ONE, DEFAULT_TERMS)
    assert len(shop.orders["1042"].changes) == 1


async def test_no_more_goes_back_than_came_in(shop: MemoryShop) -> None:
    promised(shop, Promise.REFUND_CAP)
    more = replace(REFUND, amount=388_72)
    assert isinstance(await shop.refund(write(), "1042", more), Declined)
    assert shop.orders["1042"].order.refunded.minor == 0


async def test_what_became_of_a_refund_can_be_read_and_is_never_guessed(shop: MemoryShop) -> None:
    knows = Promise.READ_BY_KEY in shop.capabilities().promises
    before = await shop.refund_status(ASK, "1042", REFUND)
    await shop.refund(write(), "1042", REFUND)
    after = await shop.refund_status(ASK, "1042", REFUND)
    cannot = RefundSeen.CANNOT_TELL
    assert (before, after) == ((RefundSeen.NOTHING, RefundSeen.PAID) if knows else (cannot, cannot))


async def test_what_a_shop_has_not_it_says_and_never_fakes(shop: MemoryShop) -> None:
    shop.can = frozenset({Capability.ORDERS})
    release = MoveUnits(act=UnitAct.RELEASE, units=(Units(line_no=1, quantity=1),))
    for act in (ONE, release):
        assert not shop.capabilities().offers(act)
        with pytest.raises(NotOffered):
            await shop.submit(write(), "1042", act, DEFAULT_TERMS)
    with pytest.raises(NotOffered):
        await shop.carts(ASK, "C1")
    assert shop.orders["1042"] == worked()


async def test_an_answer_that_was_lost_after_the_effect_is_found_by_reading() -> None:
    shop = UnfriendlyShop(loses=True)
    shop.place(worked())
    with pytest.raises(NoAnswer):
        await shop.submit(write(), "1042", ONE, DEFAULT_TERMS)
    assert read_back(intent(), worked(), shop.orders["1042"], NOON) is IntentMove.READ_DONE
    with pytest.raises(NoAnswer):
        await shop.refund(write(), "1042", REFUND)
    assert await shop.refund_status(ASK, "1042", REFUND) is RefundSeen.PAID


async def test_a_shop_that_does_it_twice_is_found_out_and_a_person_looks() -> None:
    shop = UnfriendlyShop(twice=True)
    shop.place(worked())
    await shop.submit(write(), "1042", ONE, DEFAULT_TERMS)
    found = shop.orders["1042"]
    assert found != expected(worked(), intent())
    at = NOON + LATE_EFFECT + timedelta(days=1)
    assert read_back(intent(), worked(), found, at) is IntentMove.READ_ELSE


async def test_a_shop_without_a_cap_over_pays_if_it_is_let_and_the_books_say_so() -> None:
    shop = UnfriendlyShop()
    shop.place(worked())
    for key in ("K1", "K2", "K3", "K4"):
        await shop.refund(write(key), "1042", replace(REFUND, number=key))
    assert shop.orders["1042"].order.refunded.minor == 400_00
    said = [str(one) for one in shop.orders["1042"].faults]
    assert said == ["payment P1: refunded 400.00 + pending_refund 0.00 = 400.00 is above captured 388.71."]


def test_both_shops_are_what_the_port_asks_for() -> None:
    """For the type checker above all: what the port asks for is there, with the same signatures."""
    shops: list[CommercePort] = [MemoryShop(), UnfriendlyShop()]
    asked = {name for name in dir(CommercePort) if not name.startswith("_")}
    assert all(asked <= set(dir(one)) for one in shops)
