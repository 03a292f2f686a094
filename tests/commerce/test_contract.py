"""The contract of the port, for every shop behind it; `tried.py` has the shops."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commerce.embedded import EmbeddedShop
from bot.domain.commerce.acts import (
    DEFAULT_TERMS,
    CancelItems,
    Goods,
    MoveReturn,
    MoveUnits,
    OrderAct,
    ReceiveGoods,
    ReturnItems,
    Units,
)
from bot.domain.commerce.documents import Refund, RefundSource
from bot.domain.commerce.intents import LATE_EFFECT, Intent, IntentMove, IntentState, expected, read_back
from bot.domain.commerce.port import (
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
)
from bot.domain.commerce.quantities import UnitAct
from bot.domain.commerce.rehearsal import rehearse
from bot.domain.commerce.removal import Item
from bot.domain.commerce.states import ReturnMove, ReturnStage
from bot.domain.shop.customers import CustomerFacts
from tests.commerce.shops import NOON, MemoryShop, UnfriendlyShop
from tests.commerce.tried import ASK, Tried, able, promising, unable, write
from tests.domain.commerce.books import worked

ONE = CancelItems(items=(Item(line_no=1, quantity=1),))
TOO_MANY = CancelItems(items=(Item(line_no=1, quantity=4),))
REFUND = Refund(number="1042-F1", source=RefundSource.MANUAL, payment_ref="P1", amount=100_00)


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


async def test_an_order_is_read_whole_and_without_contradiction(tried: Tried) -> None:
    read = await tried.read()
    assert (read.books.faults, read.version) == ((), "1")
    assert read.books.lines == worked().lines
    assert read.books.order.payments == worked().order.payments
    assert await tried.shop.order(ASK, "9999") is None


async def test_an_act_has_the_effect_that_the_desk_rehearsed(tried: Tried) -> None:
    before = await tried.books()
    shown = rehearse(before, ONE)
    assert isinstance(await tried.shop.submit(write(), "1042", ONE, DEFAULT_TERMS), Done)
    after = await tried.books()
    assert after.totals == shown.totals_after
    assert read_back(intent(), before, after, NOON) is IntentMove.READ_DONE


async def test_what_cannot_be_done_is_declined_and_changes_nothing(tried: Tried) -> None:
    before = await tried.books()
    assert isinstance(await tried.shop.submit(write(), "1042", TOO_MANY, DEFAULT_TERMS), Declined)
    assert await tried.books() == before


@able(Capability.PREVIEW)
async def test_a_preview_says_what_the_rehearsal_says_and_leaves_nothing_behind(tried: Tried) -> None:
    before = await tried.books()
    seen = await tried.shop.preview(ASK, "1042", ONE, DEFAULT_TERMS)
    assert isinstance(seen, Preview)
    assert seen.totals == rehearse(before, ONE).totals_after
    assert isinstance(await tried.shop.preview(ASK, "1042", TOO_MANY, DEFAULT_TERMS), Declined)
    assert await tried.books() == before


@able(Capability.RETURNS)
async def test_a_return_goes_from_its_approval_to_its_memo_and_its_refund(tried: Tried) -> None:
    """The worked example of domain.md 1.3: 108.20, then 108.19, and 216.39 went back."""
    moves: list[OrderAct] = [
        ONE,
        MoveUnits(act=UnitAct.ALLOCATE, units=(Units(line_no=1, quantity=2),)),
        MoveUnits(act=UnitAct.FULFIL, units=(Units(line_no=1, quantity=2),)),
        ReturnItems(items=(Item(line_no=1, quantity=1),)),
        MoveReturn(number="1042-R1", move=ReturnMove.APPROVE),
        ReceiveGoods(number="1042-R1", goods=(Goods(line_no=1, accepted=1),)),
    ]
    for step, act in enumerate(moves, start=1):
        answer = await tried.shop.submit(write(f"K{step}", str(step)), "1042", act, DEFAULT_TERMS)
        assert isinstance(answer, Done), answer
    owed = (
        replace(REFUND, source=RefundSource.EXCESS, amount=108_20),
        replace(REFUND, number="1042-F2", source=RefundSource.MEMO, memo="1042-M1", amount=108_19),
    )
    for step, refund in enumerate(owed, start=len(moves) + 1):
        answer = await tried.shop.refund(write(f"K{step}", str(step)), "1042", refund)
        assert isinstance(answer, Done), answer
    after = await tried.books()
    assert [one.comes_off for one in after.changes] == [108_20, 108_19]
    assert [(one.number, one.amount) for one in after.memos] == [("1042-M1", 108_19)]
    assert after.returns[0].stage is ReturnStage.RECEIVED
    assert (after.totals.grand, after.order.refunded.minor, after.faults) == (172_32, 216_39, ())


@promising(Promise.KEYS)
async def test_the_same_key_does_nothing_twice(tried: Tried) -> None:
    first = await tried.shop.submit(write(), "1042", ONE, DEFAULT_TERMS)
    assert await tried.shop.submit(write(), "1042", ONE, DEFAULT_TERMS) == first
    await tried.shop.refund(write("R", "2"), "1042", REFUND)
    await tried.shop.refund(write("R", "2"), "1042", REFUND)
    after = await tried.books()
    assert (len(after.changes), after.order.refunded.minor) == (1, 100_00)


@promising(Promise.KEYS)
async def test_a_refusal_is_the_answer_to_its_key_too(tried: Tried) -> None:
    first = await tried.shop.submit(write(), "1042", TOO_MANY, DEFAULT_TERMS)
    assert isinstance(first, Declined)
    assert await tried.shop.submit(write(), "1042", TOO_MANY, DEFAULT_TERMS) == first


@promising(Promise.VERSIONS)
async def test_a_write_on_another_version_is_refused(tried: Tried) -> None:
    await tried.shop.submit(write(), "1042", ONE, DEFAULT_TERMS)
    with pytest.raises(Changed):
        await tried.shop.submit(write("K2", "1"), "1042", ONE, DEFAULT_TERMS)
    assert len((await tried.books()).changes) == 1


@promising(Promise.VERSIONS)
async def test_a_key_that_met_another_version_may_be_used_anew(tried: Tried) -> None:
    """Changed says that nothing was changed: the key was not answered."""
    with pytest.raises(Changed):
        await tried.shop.submit(write("K2", "7"), "1042", ONE, DEFAULT_TERMS)
    assert isinstance(await tried.shop.submit(write("K2", "1"), "1042", ONE, DEFAULT_TERMS), Done)


@promising(Promise.REFUND_CAP)
async def test_no_more_goes_back_than_came_in(tried: Tried) -> None:
    more = replace(REFUND, amount=388_72)
    assert isinstance(await tried.shop.refund(write(), "1042", more), Declined)
    assert (await tried.books()).order.refunded.minor == 0


async def test_what_became_of_a_refund_can_be_read_and_is_never_guessed(tried: Tried) -> None:
    knows = Promise.READ_BY_KEY in tried.shop.capabilities().promises
    before = await tried.shop.refund_status(ASK, "1042", REFUND)
    await tried.shop.refund(write(), "1042", REFUND)
    after = await tried.shop.refund_status(ASK, "1042", REFUND)
    cannot = RefundSeen.CANNOT_TELL
    assert (before, after) == ((RefundSeen.NOTHING, RefundSeen.PAID) if knows else (cannot, cannot))


async def test_what_a_shop_has_not_it_says_and_never_fakes() -> None:
    shop = MemoryShop(can=frozenset({Capability.ORDERS}))
    shop.place(worked())
    release = MoveUnits(act=UnitAct.RELEASE, units=(Units(line_no=1, quantity=1),))
    for act in (ONE, release):
        assert not shop.capabilities().offers(act)
        with pytest.raises(NotOffered):
            await shop.submit(write(), "1042", act, DEFAULT_TERMS)
    assert shop.orders["1042"] == worked()


ASKED: dict[Capability, Callable[[CommercePort], Awaitable[object]]] = {
    Capability.FIND_CUSTOMERS: lambda shop: shop.customer(ASK, "C-1"),
    Capability.EDIT_CUSTOMERS: lambda shop: shop.update_customer(write(), "C-1", CustomerFacts(name="Ann")),
    Capability.CARTS: lambda shop: shop.carts(ASK, "C-1"),
    Capability.PLACE_CART: lambda shop: shop.place_cart(write(), "K-1"),
    Capability.SUBSCRIPTIONS: lambda shop: shop.subscriptions(ASK, "C-1"),
    Capability.PERSONAL_DATA: lambda shop: shop.personal_data(ASK, "C-1"),
    Capability.FRAUD: lambda shop: shop.fraud_queue(ASK, 0, 10),
    Capability.REVIEWS: lambda shop: shop.reviews(ASK, 0, 10),
}


@pytest.mark.parametrize(
    ("tried", "capability"),
    [(name, one) for one in ASKED for name in unable(one)],
    indirect=["tried"],
)
async def test_what_nobody_should_have_asked_a_shop_for_it_refuses(
    tried: Tried, capability: Capability
) -> None:
    with pytest.raises(NotOffered) as refused:
        await ASKED[capability](tried.shop)
    assert refused.value.capability not in tried.shop.capabilities().can


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


def test_all_shops_are_what_the_port_asks_for() -> None:
    """For the type checker above all: what the port asks for is there, with the same signatures."""
    shops: list[type[CommercePort]] = [MemoryShop, UnfriendlyShop, EmbeddedShop]
    asked = {name for name in dir(CommercePort) if not name.startswith("_")}
    assert all(asked <= set(dir(one)) for one in shops)
