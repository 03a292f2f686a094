"""A customer is erased on request: rehearsed, typed, done to the end, and found nowhere afterwards."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.domain.commands import Contact
from bot.sandbox import Person
from bot.services import erasing
from bot.store import erasing as store
from bot.store.everything import carried
from bot.store.schema import cases, customers, erasures
from bot.store.schema_shop import order_payments, orders, product_reviews
from bot.store.shop_import import upsert_customers
from bot.store.work import Work
from bot.trial import shop
from tests.flows.conftest import Workplace, does

TODAY = date(2026, 11, 22)
NUMBER = "C-40701"
LIMA = ("Quispe", "Lima Coffee Roasters", "lima-coffee.example", "4T1Z")
"""What only the tables of Lima Coffee say."""


@pytest.fixture
async def there(workplace: Workplace) -> Workplace:
    """A workplace with a shop, and two cases about Lima Coffee that staff opened."""
    await shop.bring(workplace.bot.desk, TODAY, crowd=False)
    contact = Contact(name="José Quispe", email="jose@lima-coffee.example", phone="+51 1 555 0101")
    ana = workplace.person("ana")
    for title in ("Quispe cannot log in", "Refund for Lima Coffee Roasters"):
        number = await workplace.case_of("ana", title=title, contact=contact, description="José wrote.")
        await does(ana, f"/case comment {number}", text="José Quispe called again", audience="internal")
    card = await workplace.card("00001001")
    await ana.says("The passport", channel="support-cases", thread=card, files={"quispe.txt": b"quokka"})
    await workplace.settled()
    return workplace


def shown(person: Person) -> str:
    assert person.modal is not None, person.reply
    return person.modal.text


async def everything(there: Workplace) -> dict[str, str]:
    """All that the database holds, by table."""

    def query(connection: Connection) -> dict[str, str]:
        return {
            table.name: json.dumps(
                [list(row) for row in connection.execute(select(table))], default=str, ensure_ascii=False
            )
            for table in carried()
        }

    return await there.bot.desk.store.look(query)


async def rows(there: Workplace, *columns: Any) -> list[tuple[Any, ...]]:
    found = await there.bot.desk.store.look(lambda c: c.execute(select(*columns)).all())
    return sorted(tuple(row) for row in found)


async def erases(there: Workplace) -> None:
    omar = there.person("omar")
    await omar.runs(f"/customer erase {NUMBER}")
    await omar.submits(typed=NUMBER, reason="Letter of 20 November")
    assert omar.errors == {}, omar.errors
    await there.settled()


async def test_nothing_of_them_is_left_anywhere_but_what_bookkeeping_needs(there: Workplace) -> None:
    omar = there.person("omar")
    before = await everything(there)
    paid = await rows(there, order_payments.c.captured, order_payments.c.ref)
    totals = await rows(there, orders.c.number, orders.c.grand_total)
    assert all(any(word in text for text in before.values()) for word in LIMA)
    await erases(there)
    after = await everything(there)
    for word in (*LIMA, "jose@lima-coffee", "555 0101"):
        left = {name for name, text in after.items() if word in text}
        assert left <= {"people"}, f"{word} stands in {left}"
    assert await rows(there, order_payments.c.captured, order_payments.c.ref) == paid
    assert await rows(there, orders.c.number, orders.c.grand_total) == totals
    assert "The customer is erased, and is called “Erased customer" in omar.dms[-1].text


async def test_nobody_does_anything_with_them_until_an_import_brings_them_back(there: Workplace) -> None:
    await erases(there)
    ana, omar = there.people("ana omar")
    await ana.runs(f"/customer show {NUMBER}")
    assert ana.modal is not None
    assert "They are erased on request" in ana.modal.text
    assert not {"Edit", "Send the form", "Open a ticket", "Act for them"} & set(ana.modal.buttons)
    await ana.closes(everything=True)
    await ana.runs(f"/customer edit {NUMBER}")
    assert "This customer is erased" in ana.reply
    again = {NUMBER: {"name": "José Quispe", "email": "jose@lima-coffee.example"}}
    await there.bot.desk.write(lambda work: upsert_customers(work, again) and None)
    await ana.runs(f"/customer show {NUMBER}")
    assert "Edit" in ana.modal.buttons
    await erases(there)
    assert omar.errors == {}
    await ana.closes(everything=True)
    await ana.runs(f"/customer show {NUMBER}")
    assert "They are erased on request" in ana.modal.text
    assert "Quispe" not in ana.modal.text


async def test_homes_that_name_them_are_published_anew_without_being_opened(there: Workplace) -> None:
    """Slack shows a Home as it was last published: it must not keep the name until somebody opens it."""
    ana, ben = there.people("ana ben")
    for who in (ana, ben):
        await who.runs(f"/customer show {NUMBER}")
        await who.closes(everything=True)
        await who.opens_home()
        assert who.home is not None
        assert "Session: Lima Coffee Roasters" in who.home.text
    await erases(there)
    for who in (ana, ben):
        assert who.home is not None
        assert "Lima Coffee" not in who.home.text
        assert "Quispe" not in who.home.text
    assert ana.home is not None
    assert "[erased] cannot log in" in ana.home.text


async def test_search_finds_nothing_of_them_and_the_cases_go_on_under_a_pseudonym(there: Workplace) -> None:
    ana = there.person("ana")
    await erases(there)
    for words in ("Quispe", "Lima Coffee", "lima-coffee.example", "jose@lima-coffee.example"):
        await ana.runs(f"/customer find {words}")
        found = shown(ana).partition("Any of these six")[2].replace(words, "")
        assert "j…@lima-coffee.example" not in found, words
        assert "Roasters" not in found, words
        assert "Erased customer" not in found, words
        await ana.closes(everything=True)
    for words in ("quispe", "josé", "lima-coffee"):
        await ana.runs(f"/case search {words}")
        assert "00001001" not in shown(ana)
        await ana.closes(everything=True)
    await ana.runs("/case show 1001")
    page = shown(ana)
    assert "Erased customer" in page
    assert "[erased] cannot log in" in page
    assert "[erased] called again" in page
    card = await there.card("00001001")
    assert "Quispe" not in card.all_text
    assert not [one for one in ana.messages("support-cases") if "Quispe" in one.all_text]


async def test_it_is_shown_first_and_needs_the_number_typed(there: Workplace) -> None:
    omar = there.person("omar")
    await omar.runs(f"/customer show {NUMBER}")
    await omar.clicks("Erase...")
    page = shown(omar)
    for told in (
        "What goes, for good",
        "name, company, e-mail, phone, addresses",
        "What stays, and why",
        "bookkeeping has to keep them",
        "2 cases under the pseudonym",
    ):
        assert told in page, told
    await omar.submits(typed="C-1", reason="They asked")
    assert omar.errors["typed"] == (
        "This is not C-40701, so nothing is erased. Type the number as it stands above."
    )
    await there.settled()
    assert await rows(there, erasures.c.id) == []


@pytest.mark.parametrize("handle", ["ana", "chloe", "maria", "linda"])
async def test_only_administrators_erase(there: Workplace, handle: str) -> None:
    person = there.person(handle)
    await person.runs(f"/customer erase {NUMBER}")
    assert "Only " in person.reply


async def test_what_broke_off_in_between_is_gone_on_with(
    there: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bot dies after the first case: the names are still known, so that the second one loses them too."""
    monkeypatch.setattr(store, "CASES_AT_ONCE", 1)
    desk, steps = there.bot.desk, list[bool]()
    going_on = erasing.go_on

    async def dies(*arguments: Any) -> bool:
        steps.append(await going_on(*arguments))
        if len(steps) == 1:
            raise RuntimeError("killed")
        return steps[-1]

    monkeypatch.setattr(erasing, "go_on", dies)
    await erases(there)
    titles = dict(await rows(there, cases.c.number, cases.c.title))
    assert steps == [True, True, False]
    assert titles == {1001: "[erased] cannot log in", 1002: "Refund for [erased]"}
    (done,) = await rows(there, erasures.c.done_at)
    assert done[0] is not None
    assert not await desk.write(lambda work: _again(work))
    omar = there.person("omar")
    await omar.runs(f"/customer erase {NUMBER}")
    assert "was erased before" in shown(omar)


def _again(work: Work) -> bool:
    token = work.connection.execute(select(erasures.c.token)).scalar_one()
    return store.step(work, token)


async def test_the_customers_own_words_go_whole_and_reviews_keep_their_stars(there: Workplace) -> None:
    """Cloud Nine's people write themselves; the account is theirs alone."""
    omar, linda = there.people("omar linda")
    number = await there.case_of("linda", title="Our secret plan", description="Word by word")
    await does(linda, f"/case comment {number}", text="Nobody else may know")
    await there.settled()
    stars = await rows(there, product_reviews.c.rating)
    await omar.runs("/customer erase C-40017")
    await omar.submits(typed="C-40017", reason="They asked")
    await there.settled()
    left = "".join((await everything(there)).values())
    for word in ("Our secret plan", "Word by word", "Nobody else may know"):
        assert word not in left
    assert await rows(there, product_reviews.c.rating) == stars
    names = {row[0] for row in await rows(there, customers.c.name)}
    assert any(name.startswith("Erased customer") for name in names)
