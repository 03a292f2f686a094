"""`/customer` and `/order`: customers are found, looked at, made and changed; orders are looked at."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.ids import SlackUserId
from bot.domain.people import Viewer
from bot.domain.playbook.canned import FilledMessage
from bot.domain.shop.customers import Address, AddressKind, Customer, CustomerFacts
from bot.sandbox import Person
from bot.store import canned, customers, phone_calls
from bot.store.people import find_person
from bot.store.work import Connection, Work
from bot.trial import shop
from tests.flows.conftest import Workplace

TODAY = date(2026, 11, 22)


@pytest.fixture
async def there(workplace: Workplace) -> Workplace:
    """A workplace with a shop."""
    await shop.bring(workplace.bot.desk, TODAY, crowd=False)
    return workplace


def shown(person: Person) -> str:
    assert person.modal is not None, person.reply
    return person.modal.text


async def test_a_customer_is_found_by_a_part_of_the_site_and_looked_at(there: Workplace) -> None:
    ana = there.person("ana")
    await ana.runs("/customer find ima-coffee")
    assert "Lima Coffee Roasters" in shown(ana)
    assert "j…@lima-coffee.example" in shown(ana)
    assert "jose@" not in shown(ana), "a list shows no whole address"
    await ana.submits(text="Quisbe", key="Name")
    assert "José Quispe" in shown(ana)
    assert "one letter differs" in shown(ana)
    await ana.clicks("Show")
    page = shown(ana)
    for told in ("C-40701", "jose@lima-coffee.example", "version 7.2", "licence …4T1Z", "100380", "K-100380"):
        assert told in page
    await ana.clicks("order.show")
    order = shown(ana)
    for told in (
        "1 × Gold licence (GOLD): 299.00 each = 299.00",
        "Total: USD 308.99",
        "Captured: USD 308.99",
    ):
        assert told in order
    assert "licence for lima-coffee.example" in order.lower()


async def test_a_customers_page_tells_all_that_happened_and_one_kind_of_it(there: Workplace) -> None:
    ana, linda = there.people("ana linda")
    number = await there.case_of("linda", title="A broken box")

    def call(work: Work) -> None:
        staff = find_person(work.connection, work.workspace_id, SlackUserId("U0ANA"))
        customer = customers.by_number(work.connection, Viewer(staff), "C-40017") if staff else None
        assert staff is not None
        assert customer is not None
        made = phone_calls.insert_call(
            work, staff.id, script="phone", revision=1, step="greet", customer_id=customer.id
        )
        letter = FilledMessage(id="resources", version=1, subject="What developers need", body="", aloud=())
        canned.send(work, made, letter, customer.email, TODAY, staff.id)

    await there.bot.desk.write(call)
    await ana.runs("/customer show C-40017")
    page = shown(ana)
    for told in ("What happened", "newest first", "Open cases", "A broken box", "Order", "Call Ana Lima"):
        assert told in page.replace("*", ""), told
    assert "What developers need" in page
    await ana.clicks("Messages (1)")
    page = shown(ana)
    assert "What developers need" in page
    assert "Call" not in page.split("Messages")[-1]
    await ana.clicks("Returns (1)")
    assert "1 returned" in shown(ana)
    assert "100233" not in shown(ana), "nothing of it came back"
    await ana.clicks("Cases (1)")
    await ana.clicks("case.page")
    assert number in shown(ana)
    await linda.runs("/customer show C-40017")
    assert "Only support staff may" in linda.reply


async def test_all_six_keys_find_and_what_nobody_has_says_so(there: Workplace) -> None:
    chloe = there.person("chloe")
    for words, name in (
        ("lima-coffee.example", "Lima Coffee Roasters"),
        ("Dmitri Sokolov", "Sokolov Instruments"),
        ("Fromages Dupond", "Fromages Dupont"),
        ("AIKO@mori-paper.example", "Mori Paper"),
        ("#100061", "Sokolov Instruments"),
        ("soko 1187 prio 22xy", "Sokolov Instruments"),
    ):
        await chloe.runs(f"/customer find {words}")
        assert name in shown(chloe), words
        await chloe.closes(everything=True)
    await chloe.runs("/customer find Zebra Airlines")
    assert "Nobody is found by “Zebra Airlines”. Try another key, or a part of it." in shown(chloe)


async def test_an_order_shows_what_became_of_each_unit_and_what_money_moved(there: Workplace) -> None:
    ana = there.person("ana")
    await ana.runs("/order show 100417")
    order = shown(ana)
    for told in (
        "3 × Gold licence (GOLD): 299.00 each = 897.00. Fulfilled, 2 allocated, 2 fulfilled, 1 cancelled",
        "2 can be returned",
        "Delivery: 9.99",
        "Total: USD 607.99",
        "Total when placed: USD 906.99",
        "2 of 2 units are on their way or there.",
        "Three shops, one cancelled",
    ):
        assert told in order
    await ana.clicks("Customer")
    assert "Cloud Nine Shoes" in shown(ana)
    assert "Returns" in shown(ana), "an older order has a unit that came back"
    await ana.closes(everything=True)
    await ana.runs("/order find 100390")
    assert "Total: JPY 8,949" in shown(ana)
    await ana.closes(everything=True)
    await ana.runs("/order find Rossi")
    assert "Rossi Group" in shown(ana)
    await ana.closes(everything=True)
    await ana.runs("/order show 999")
    assert "The desk has no such order." in ana.reply


async def test_a_cart_is_shown_and_is_no_order(there: Workplace) -> None:
    ana = there.person("ana")
    await ana.runs("/customer show C-40701")
    await ana.clicks("order.cart")
    assert "1 × Priority support, a year: 249.00 each = 249.00" in shown(ana)
    assert "Nothing of it is ordered yet." in shown(ana)


async def test_who_looks_alike_is_shown_before_a_second_record_is_made(there: Workplace) -> None:
    ana = there.person("ana")
    await ana.runs("/customer new Jose Quispe")
    await ana.submits(company="Lima Coffee Roaster", email="jose@other.example")
    assert "Is it one of these?" in shown(ana)
    assert "Lima Coffee Roasters looks like the same customer." in shown(ana)
    await ana.submits(other="None of them: this is another customer")
    assert ana.errors == {}, ana.errors
    assert "Lima Coffee Roaster is saved." in shown(ana)
    assert "D00001" in shown(ana)
    await ana.closes(everything=True)
    await ana.runs("/customer find Lima Coffee Roaster")
    assert "2 found" in shown(ana)


async def test_a_site_belongs_to_one_customer(there: Workplace) -> None:
    ana = there.person("ana")
    await ana.runs("/customer new")
    await ana.submits(name="Somebody New", site="https://www.lima-coffee.example/")
    assert "belongs to Lima Coffee Roasters already" in ana.errors["site"]


async def test_level_one_makes_a_callers_record_and_no_more(there: Workplace) -> None:
    chloe = there.person("chloe")
    await chloe.runs("/customer new Rita Caller")
    fields = [block["block_id"] for block in chloe.modal.blocks if block["type"] == "input"]  # type: ignore[union-attr]
    assert fields == ["name", "company", "email", "phone", "kind", "site"]
    await chloe.submits(email="rita@caller.example", site="caller.example")
    assert "Rita Caller is saved." in shown(chloe)
    assert "Edit" not in shown(chloe)
    await chloe.closes(everything=True)
    await chloe.runs("/customer edit C-40701")
    assert "People of Level one may not change customers." in chloe.reply
    await chloe.runs("/customer find caller.example")
    assert "Rita Caller" in shown(chloe)


async def test_a_stale_edit_keeps_what_was_typed_and_shows_what_changed(there: Workplace) -> None:
    ana, ben = there.people("ana ben")
    await ana.runs("/customer edit C-40701")
    await ben.runs("/customer edit C-40701")
    await ben.submits(phone="+51 1 555 0100", address_shipping="Calle 9\nLima")
    assert "Shipping address: Calle 9, Lima" in shown(ben)
    await ana.submits(company="Lima Coffee & Tea")
    assert "Somebody changed this customer meanwhile" in shown(ana)
    await ana.submits()
    page = shown(ana)
    assert "Lima Coffee & Tea is saved." in page
    assert "+51 1 555 0100" in page, "what Ben changed stays"
    await ana.closes(everything=True)
    await ana.runs("/customer find Lima Coffee & Tea")
    assert "1 found" in shown(ana)
    await ana.closes(everything=True)
    await ana.runs("/customer edit C-40701")
    await ana.submits()
    assert "Nothing is different from before." in " ".join(ana.errors.values())


async def test_a_long_name_of_an_import_is_whole_after_an_edit_of_something_else(there: Workplace) -> None:
    name, street = "Ωmega-Versand " * 14, "Industriestraße 99, Halle 7\n" * 35
    facts = CustomerFacts(
        name=name.strip(), addresses=(Address(kind=AddressKind.BILLING, lines=street.strip()),)
    )
    await there.bot.desk.write(lambda work: customers.insert_customer(work, "C-LONG", facts, None))
    ana = there.person("ana")
    await ana.runs("/customer edit C-LONG")
    await ana.submits(phone="+49 30 1")
    assert ana.errors == {}, ana.errors

    def kept(connection: Connection, viewer: Viewer) -> Customer | None:
        return customers.by_number(connection, viewer, "C-LONG")

    after = await there.bot.desk.read(kept, SlackUserId("U0ANA"))
    assert after is not None
    assert (after.phone, after.name, after.addresses) == ("+49 30 1", facts.name, facts.addresses)


async def test_nobody_of_a_customer_sees_the_shops_customers(there: Workplace) -> None:
    linda, tess, sam = there.people("linda tess sam")
    for person in (linda, tess, sam):
        for command in (
            "/customer find Lima",
            "/customer show C-40701",
            "/order show 100417",
            "/customer new",
        ):
            await person.runs(command)
            assert person.modal is None
            assert "Lima" not in person.reply
    assert "Only agents" in linda.reply or "Only " in linda.reply


async def test_what_is_not_understood_is_answered_with_the_usage(there: Workplace) -> None:
    ana = there.person("ana")
    for line in (
        "/customer",
        "/customer help",
        "/customer sell",
        "/order",
        "/order dance",
    ):
        await ana.runs(line)
        assert "find a customer by site" in ana.reply or "find an order by its number" in ana.reply
