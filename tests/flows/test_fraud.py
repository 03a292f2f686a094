"""`/order fraud`: doubted orders are approved or rejected, once; above a limit by two people."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from bot.domain.ids import SlackUserId
from bot.domain.people import Role
from bot.sandbox import Person
from bot.store.calendars import add_absence
from bot.store.people import find_person
from bot.store.schema_shop import orders
from bot.store.work import Work
from bot.trial import shop
from bot.trial.shop_cast import CHARACTERS, Character, Sold
from tests.flows.conftest import LEVEL_ONE, Workplace

TODAY = date(2026, 11, 22)
SMALL, LARGE = "100901", "100902"

DOUBTED = Character(
    why="two orders that nothing was sent of: one below every limit, one above that of agents",
    number="C-40990",
    name="Rita Lund",
    company="Lund Lamps",
    site="lund-lamps.example",
    orders=(
        Sold(number=SMALL, days=1, sku="THEME", captured=False),
        Sold(number=LARGE, days=2, sku="GOLD", units=2),
    ),
)


@pytest.fixture
async def there(workplace: Workplace, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    """A workplace with a shop, two orders of which wait for somebody."""
    monkeypatch.setattr(shop, "CHARACTERS", (*CHARACTERS, DOUBTED))
    await shop.bring(workplace.bot.desk, TODAY, crowd=False)
    return workplace


def shown(person: Person) -> str:
    assert person.modal is not None, person.reply
    return person.modal.text


async def suspended(there: Workplace, number: str) -> bool:
    found = select(orders.c.is_suspended).where(orders.c.number == number)
    return await there.bot.desk.store.look(lambda c: bool(c.execute(found).scalar_one()))


async def test_an_order_is_looked_at_and_approved_and_goes_on(there: Workplace) -> None:
    ana = there.person("ana")
    await ana.runs("/order fraud")
    assert f"Order {SMALL}" in shown(ana)
    assert "Waits for a decision" in shown(ana)
    await ana.clicks("Filter...")
    await ana.submits(state="waiting", score="1")
    assert f"Order {SMALL}" in shown(ana)
    assert "Waits for a decision · score from 1" in shown(ana)
    assert await suspended(there, SMALL)
    ana.reloads()
    await ana.runs(f"/order fraud {SMALL}")
    page = shown(ana)
    for told in ("Symptoms", "Harrier Checks", "USD 54.99", "Rita Lund", "1 other order"):
        assert told in page
    await ana.clicks("Approve")
    assert "It is not suspended any more." in shown(ana)
    await ana.submits(remark="Known customer")
    assert f"Order {SMALL} is approved." in shown(ana)
    assert "Known customer" in shown(ana)
    assert not await suspended(there, SMALL)
    ana.reloads()
    await ana.runs("/order fraud")
    assert f"Order {SMALL}" not in shown(ana)


async def test_a_report_is_of_the_order_that_was_typed_and_never_of_one_alike(there: Workplace) -> None:
    ana = there.person("ana")
    alike = update(orders).where(orders.c.number == LARGE).values(number=f"0{SMALL}", number_key=SMALL)
    await there.bot.desk.write(lambda work: work.connection.execute(alike))
    for number in (SMALL, f"0{SMALL}"):
        await ana.runs(f"/order fraud {number}")
        assert f"Order {number}" in shown(ana)
        await ana.closes()
    for word in ("fraud", "show", "cancel"):
        await ana.runs(f"/order {word} #{SMALL}")
        assert f"Several orders may be meant: {SMALL}, 0{SMALL}." in ana.reply, word
        assert ana.modal is None
    await ana.runs("/order fraud #100417")
    assert "Order 100417" in shown(ana)  # written otherwise, but it can be no other


async def test_of_two_who_press_at_once_one_decides_and_the_other_sees_who(there: Workplace) -> None:
    ana, ben = there.people("ana ben")
    for one in (ana, ben):
        await one.runs(f"/order fraud {SMALL}")
    await ana.clicks("Approve")
    await ben.clicks("Reject")
    await ana.submits()
    await ben.submits(remark="Stolen card")
    assert "Ana Lima has approved this order already" in shown(ben)
    assert "You wrote: Stolen card" in shown(ben), "to tell her by other ways"
    assert not await suspended(there, SMALL)


async def test_rejecting_needs_a_reason_and_says_what_is_still_to_be_done(there: Workplace) -> None:
    ana = there.person("ana")
    await ana.runs(f"/order fraud {SMALL}")
    await ana.clicks("Reject")
    assert "1 unit to cancel, USD 54.99 comes off; USD 54.99 of the authorisation to give back" in shown(ana)
    changed = update(orders).where(orders.c.number == SMALL).values(version=orders.c.version + 1)
    await there.bot.desk.write(lambda work: work.connection.execute(changed) and None)
    await ana.submits(remark="Stolen card")
    assert "The order changed meanwhile, so nothing is decided." in shown(ana)
    await ana.submits()  # what was written stands there, and the figures are fresh
    page = shown(ana)
    assert f"Order {SMALL} is rejected." in page
    assert "Stolen card" in page
    assert "Cancelling it: Done." in page
    for _ in range(3):
        if "Still to be done" in shown(ana):
            await ana.clicks("Do the next of it")
    assert "Nothing of the order is left to cancel, and nothing is owed back." in shown(ana)


async def test_above_a_limit_a_second_person_is_asked_and_never_the_same(there: Workplace) -> None:
    ana, maria = there.people("ana maria")
    await ana.runs(f"/order fraud {LARGE}")
    assert "Alone you decide up to USD 200.00. A second person has to agree" in shown(ana)
    await ana.clicks("Approve")
    await ana.submits(remark="Looks fine")
    assert "It counts once a second person agrees" in shown(ana)
    assert "Agree" not in [one["text"]["text"] for one in buttons(ana)]
    assert await suspended(there, LARGE)
    await there.settled()
    asked = [one for one in maria.dms if "is above their limit" in one.all_text]
    assert len(asked) == 1
    assert "Looks fine" in asked[0].all_text
    await maria.clicks("Look at it", on=asked[0])
    await maria.clicks("Agree")
    await maria.submits()
    assert f"Order {LARGE} is approved." in shown(maria)
    assert not await suspended(there, LARGE)
    await there.settled()
    assert any("agreed: order" in one.text for one in ana.dms)


async def test_whom_the_asker_stood_in_for_does_not_agree_once_they_are_back(there: Workplace) -> None:
    ana, maria, omar = there.people("ana maria omar")

    def away(work: Work) -> None:
        found = [find_person(work.connection, work.workspace_id, SlackUserId(one.id)) for one in (maria, ana)]
        absent, deputy = (one.id for one in found if one is not None)
        add_absence(work, absent, work.now.date(), work.now.date(), deputy)

    await there.bot.desk.write(away)
    await ana.runs(f"/order fraud {LARGE}")
    await ana.clicks("Approve")
    await ana.submits(remark="Looks fine")
    await there.sandbox.travel(there.sandbox.clock.now() + timedelta(days=3))
    await maria.runs(f"/order fraud {LARGE}")
    assert "Agree" not in [one["text"]["text"] for one in buttons(maria)]
    assert "You had a part in this request." in shown(maria)
    await omar.runs(f"/order fraud {LARGE}")
    assert "Agree" in [one["text"]["text"] for one in buttons(omar)]


async def test_what_is_declined_waits_again(there: Workplace) -> None:
    ana, maria = there.people("ana maria")
    await ana.runs(f"/order fraud {LARGE}")
    await ana.clicks("Reject")
    await ana.submits(remark="Several cards")
    await maria.runs(f"/order fraud {LARGE}")
    await maria.clicks("Decline")
    await maria.submits(remark="I know them")
    assert "It waits for a decision again." in shown(maria)
    await there.settled()
    assert any(
        f"Maria Keller declined what you wanted for order {LARGE}: I know them" in one.text for one in ana.dms
    )
    ana.reloads()
    await ana.runs(f"/order fraud {LARGE}")
    assert "*Declined* by" in shown(ana)
    assert "I know them" in shown(ana)


async def test_level_one_and_customers_are_refused_politely(there: Workplace) -> None:
    await there.role_of("ben", Role.AGENT, None, (LEVEL_ONE,))
    ben, linda = there.people("ben linda")
    await ben.runs(f"/order fraud {SMALL}")
    assert "People of Level one may not decide a fraud report" in shown(ben)
    assert "Approve" not in [one["text"]["text"] for one in buttons(ben)]
    await linda.runs("/order fraud")
    assert "Only support staff may read orders" in linda.reply


def buttons(person: Person) -> list[dict[str, dict[str, str]]]:
    assert person.modal is not None
    rows = [one["elements"] for one in person.modal.blocks if one["type"] == "actions"]
    return [one for row in rows for one in row if one["type"] == "button"]
