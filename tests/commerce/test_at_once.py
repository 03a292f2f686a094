"""Many at once on one order of the embedded shop: what the invariants allow happens, once for each key."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.domain.commerce.acts import DEFAULT_TERMS, CancelItems, OrderAct
from bot.domain.commerce.documents import Refund, RefundSource
from bot.domain.commerce.port import Changed, Declined, Done, NotSent, RefundSeen, Write
from bot.domain.commerce.removal import Item
from tests.commerce.tried import ANA, ASK, SHOPS, Tried, write
from tests.domain.commerce.books import books, line, paid

ONE = CancelItems(items=(Item(line_no=1, quantity=1),))
PART = Refund(number="1042-F1", source=RefundSource.MANUAL, payment_ref="P1", amount=100_00)
PEOPLE = 20

pytestmark = pytest.mark.parametrize(
    "tried", [one for one in SHOPS if one.startswith("embedded")], indirect=True
)


async def _until_done(tried: Tried, key: str, act: OrderAct) -> Done | Declined:
    """As a person does it who presses again when the order has changed meanwhile."""
    while True:
        version = (await tried.read()).version
        try:
            return await tried.shop.submit(
                Write(by=ANA, key=key, version=version, seconds=30), "1042", act, DEFAULT_TERMS
            )
        except (Changed, NotSent):
            continue


async def _refunded(tried: Tried, refund: Refund) -> Done | Declined:
    while True:
        version = (await tried.read()).version
        try:
            return await tried.shop.refund(
                Write(by=ANA, key=refund.sending_key, version=version, seconds=30), "1042", refund
            )
        except (Changed, NotSent):
            continue


async def test_the_same_click_twenty_times_makes_one_change_order(tried: Tried) -> None:
    answers = await asyncio.gather(*(_until_done(tried, "K1", ONE) for _ in range(PEOPLE)))
    assert len(set(answers)) == 1
    assert isinstance(answers[0], Done)
    assert [one.number for one in (await tried.books()).changes] == ["1042-C1"]


async def test_twenty_people_who_saw_one_version_make_one_change_order(tried: Tried) -> None:
    asked = (tried.shop.submit(write(f"K{number}"), "1042", ONE, DEFAULT_TERMS) for number in range(PEOPLE))
    ends = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(one, Done) for one in ends) == 1
    assert all(isinstance(one, Done | Changed | NotSent) for one in ends), ends
    after = await tried.books()
    assert (len(after.changes), after.order.version, after.faults) == (1, 2, ())


async def test_twenty_people_cancel_as_many_units_as_there_are(tried: Tried) -> None:
    answers = await asyncio.gather(*(_until_done(tried, f"K{one}", ONE) for one in range(PEOPLE)))
    assert sum(isinstance(one, Done) for one in answers) == 3
    after = await tried.books()
    assert [one.comes_off for one in after.changes] == [108_20, 108_19, 108_20]
    assert (after.order.lines[0].canceled, after.faults) == (3, ())


async def test_twenty_refunds_at_once_never_give_back_more_than_came_in(tried: Tried) -> None:
    refunds = [replace(PART, number=f"1042-F{number}") for number in range(1, PEOPLE + 1)]
    answers = await asyncio.gather(*(_refunded(tried, one) for one in refunds))
    assert sum(isinstance(one, Done) for one in answers) == 3
    after = await tried.books()
    assert (after.order.refunded.minor, after.faults) == (300_00, ())
    seen = [await tried.shop.refund_status(ASK, "1042", one) for one in refunds]
    wanted = [RefundSeen.PAID if isinstance(one, Done) else RefundSeen.REFUSED for one in answers]
    assert seen == wanted


async def test_the_same_refund_twenty_times_is_paid_once(tried: Tried) -> None:
    answers = await asyncio.gather(*(_refunded(tried, PART) for _ in range(PEOPLE)))
    assert len(set(answers)) == 1
    assert (await tried.books()).order.refunded.minor == 100_00


async def test_a_second_attempt_at_what_was_paid_pays_nothing(tried: Tried) -> None:
    """A desk that lost the first answer, and took it for failed, tries again under the next key."""
    await tried.shop.refund(write(), "1042", PART)
    again = await _refunded(tried, replace(PART, attempt=2))
    assert again == Declined(said="Refund 1042-F1 was paid already: 100.00.")
    assert (await tried.books()).order.refunded.minor == 100_00


async def test_a_key_that_asks_for_something_else_gets_no_answer_of_another(tried: Tried) -> None:
    await tried.shop.submit(write(), "1042", ONE, DEFAULT_TERMS)
    other = CancelItems(items=(Item(line_no=2, quantity=1),))
    assert await tried.shop.submit(write("K1", "2"), "1042", other, DEFAULT_TERMS) == Declined(
        said="The key K1 was used to ask for something else."
    )
    assert len((await tried.books()).changes) == 1


async def test_an_order_of_two_hundred_lines_is_acted_on_in_one_go(tried: Tried) -> None:
    many = books(*(line(number, 3, 10_00) for number in range(1, 201)), payments=(paid(6000_00),))
    order = replace(many.order, number="2001")
    await tried.place(replace(many, order=order))
    everything = CancelItems(items=tuple(Item(line_no=number, quantity=2) for number in range(1, 201)))
    assert isinstance(await tried.shop.submit(write(), "2001", everything, DEFAULT_TERMS), Done)
    after = await tried.books("2001")
    assert (after.totals.grand, len(after.changes[0].lines), after.faults) == (2000_00, 200, ())
