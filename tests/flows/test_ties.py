"""A case ties itself to the order that its words name, asks among several, and never names another's."""

from __future__ import annotations

import re
from datetime import date

import pytest

from bot.domain.refusals import Reason, Refusal
from bot.sandbox import Person
from bot.trial import shop
from tests.flows.conftest import Workplace, held

TODAY = date(2026, 11, 22)


@pytest.fixture
async def there(workplace: Workplace) -> Workplace:
    """Cloud Nine has orders 100417, 100233, 100198 and cart K-100417; order 100380 is another customer's."""
    await shop.bring(workplace.bot.desk, TODAY, crowd=False)
    return workplace


async def page(person: Person, number: str) -> str:
    await person.runs(f"/case show {number}")
    assert person.modal is not None, person.reply
    text: str = person.modal.text
    await person.closes(everything=True)
    return text


async def test_one_order_in_the_words_ties_itself(there: Workplace) -> None:
    ana, linda = there.people("ana linda")
    number = await there.case_of("linda", title="Order 100417 came with one box too few")
    told = await page(ana, number)
    assert "About: order 100417 (its text names it)" in told
    assert "About: order 100417" in await page(linda, number)
    await ana.runs(f"/case show {number}")
    await ana.clicks("Show the order")
    assert ana.modal is not None
    assert "Gold licence" in ana.modal.text


async def test_several_ask_and_somebody_chooses(there: Workplace) -> None:
    ana = there.person("ana")
    number = await there.case_of("linda", description="It is order 100417 or order 100233, we do not know.")
    assert "Its text may name several orders or carts. Choose which it is about." in await page(ana, number)
    await ana.runs(f"/case show {number}")
    await ana.clicks("Choose")
    offered = [one["text"]["text"] for one in await ana.suggestions("thing", "")]
    assert offered == ["Order 100417", "Order 100233", "Cart K-100417", "Order 100198"], (
        "the likely ones first"
    )
    await ana.submits(thing="Order 100233")
    assert ana.modal is not None
    assert "About: order 100233" in ana.modal.text
    await ana.clicks("History")
    assert "tied the case to 100233" in ana.modal.text


async def test_another_accounts_order_is_neither_tied_nor_named(there: Workplace) -> None:
    ana, viktor = there.people("ana viktor")
    number = await there.case_of("viktor", title="Where is order 100417?")
    told = await page(ana, number)
    assert "About:" not in told
    assert "It is tied to no order" not in told, "the account has none at all"
    await viktor.runs("/case open")
    assert viktor.modal is not None
    assert "Order or cart" not in viktor.modal.text, "his account has none"
    with pytest.raises(Refusal) as refused:
        await there.case_of("viktor", about="order.1")
    assert refused.value.reason is Reason.NOT_OF_THE_ACCOUNT


async def test_the_form_offers_what_the_chosen_account_has(there: Workplace) -> None:
    ana, linda = there.people("ana linda")
    await linda.runs("/case open")
    offered = [one["value"] for one in await linda.suggestions("thing", "1004")]
    assert len(offered) == 1
    await linda.submits(
        title="A broken box",
        description="One box is broken.",
        business_impact="orders_held",
        severity="2",
        thing="Order 100417",
    )
    assert linda.errors == {}, linda.errors
    assert linda.modal is not None
    number = re.findall(r"\d{8}", linda.modal.text)[0]
    assert "About: order 100417" in await page(ana, number)
    await ana.runs("/case open")
    await ana.fills(title="Half a title", account="Harbour Optics")
    assert ana.modal is not None
    assert "Order or cart" not in ana.modal.text, "Harbour has none"
    await ana.fills(account="Cloud Nine Shoes")
    assert held(ana, "title") == "Half a title", "what was typed stays"
    assert len(await ana.suggestions("thing", "")) == 4


async def test_a_case_is_untied_by_hand_and_new_words_tie_it(there: Workplace) -> None:
    ana = there.person("ana")
    number = await there.case_of("linda", owner="ana", title="Cart K-100417 cannot be paid")
    assert "About: cart K-100417" in await page(ana, number)
    await ana.runs(f"/case show {number}")
    await ana.clicks("Choose")
    await ana.submits()
    assert ana.modal is not None
    assert "It is tied to no order or cart." in ana.modal.text
    await ana.closes(everything=True)
    await ana.runs(f"/case edit {number}")
    await ana.submits(title="Order no. 100198 cannot be paid")
    assert "About: order 100198" in await page(ana, number)


async def test_a_user_of_the_community_is_not_told_what_a_case_is_tied_to(there: Workplace) -> None:
    tess = there.person("tess")
    number = await there.case_of("linda", title="Order 100417 is late")
    assert "About:" not in await page(tess, number)


async def test_the_card_says_it_and_opens_the_order_for_staff_alone(there: Workplace) -> None:
    ana, linda = there.people("ana linda")
    number = await there.case_of("linda", title="Order 100417 came with one box too few")
    card = await there.card(number)
    assert "About: order 100417 (its text names it)" in card.all_text
    await ana.clicks("order.show", on=card)
    assert ana.modal is not None
    assert "Gold licence" in ana.modal.text
    await ana.closes(everything=True)
    channel = there.sandbox.workspace.channel_named("support-cases")
    assert channel is not None
    channel.members.add(linda.id)  # somebody let her in
    await linda.clicks("order.show", on=card)
    assert linda.modal is None
    assert "Only support staff may" in (linda.reply or "")

    await ana.runs(f"/case show {number}")
    await ana.clicks("Choose")
    await ana.submits(thing="Cart K-100417")
    card = await there.card(number)
    assert "About: cart K-100417" in card.all_text, "somebody said so: no word of its text"
    await ana.closes(everything=True)
    await ana.clicks("order.cart", on=card)
    assert ana.modal is not None
    assert "Nothing of it is ordered yet." in ana.modal.text
    await ana.closes(everything=True)
    several = await there.card(await there.case_of("linda", description="Order 100417 or order 100233."))
    assert "Several orders may be meant: More... asks which." in several.all_text
    harbours = await there.card(await there.case_of("viktor", title="Where is order 100417?"))
    assert not re.search("About|order.show|Several", harbours.all_text + str(harbours.buttons))


async def test_a_customer_who_becomes_another_accounts_takes_their_orders_along(there: Workplace) -> None:
    ana, viktor = there.people("ana viktor")
    number = await there.case_of("linda", title="Order 100417 is late")
    await ana.runs("/customer find 100417")
    await ana.clicks("customer.show")
    await ana.clicks("Edit")
    await ana.submits(account="Harbour Optics")
    assert ana.errors == {}, ana.errors
    await ana.closes(everything=True)
    assert "100417" not in (await page(ana, number)).replace("Order 100417 is late", "")
    assert "About: order 100417" in await page(viktor, await there.case_of("viktor", title="Order 100417"))


async def test_a_case_from_a_thread_asks_for_kind_and_order_of_who_wrote_it(there: Workplace) -> None:
    ana, linda, viktor = there.people("ana linda viktor")
    message = await linda.says("One box is broken", channel="general")
    await ana.uses("thread.open", on=message)
    assert ana.modal is not None
    assert "Kind" in ana.modal.text
    assert len(await ana.suggestions("thing", "")) == 4, "Cloud Nine's"
    await ana.submits(business_impact="orders_held", severity="2", kind="complaint", thing="Order 100233")
    assert ana.errors == {}, ana.errors
    number = re.findall(r"\d{8}", ana.modal.text)[0]
    assert "About: order 100233" in await page(ana, number)
    await ana.uses("thread.open", on=await viktor.says("Hello", channel="general"))
    assert "Order or cart" not in ana.modal.text, "Harbour has none"
