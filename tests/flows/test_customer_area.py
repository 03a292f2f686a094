"""Home's areas Customers and Personal data: one step away, page by page, by kind."""

from __future__ import annotations

from datetime import date

import pytest

from bot.sandbox import Person
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


async def test_customers_are_one_step_from_home_and_turn_page_by_page(there: Workplace) -> None:
    ana = there.person("ana")
    await ana.opens_home()
    await ana.clicks("Customers")
    first = shown(ana)
    assert "newest first" in first
    assert first.count("Show") == 10
    await ana.clicks("Older")
    second = shown(ana)
    assert second != first
    assert "Newer" in second
    await ana.clicks("Newer")
    assert shown(ana) == first
    await ana.clicks("Find...")
    assert "Look for" in shown(ana)


async def test_a_kind_is_chosen_and_stays_chosen(there: Workplace) -> None:
    ana = there.person("ana")
    await ana.opens_home()
    await ana.clicks("Customers")
    assert "· Customer" in shown(ana)
    await ana.clicks("Evaluates")
    page = shown(ana)
    assert "· Evaluates" in page
    assert "· Customer" not in page


async def test_a_kind_of_customers_is_saved_and_run_by_its_name(there: Workplace) -> None:
    ana = there.person("ana")
    await ana.opens_home()
    await ana.clicks("Customers")
    await ana.clicks("Evaluates")
    await ana.clicks("Save this search")
    await ana.submits(name="Trials", words="kind:hermits")
    assert "Customers have no filter like kind:hermits." in ana.errors["words"]
    await ana.submits(name="Trials", words="evaluator")
    assert "Saved as Trials." in shown(ana)
    await ana.closes(everything=True)
    await ana.runs("/case list saved trials")
    assert "· Evaluates" in shown(ana)
    assert "· Customer" not in shown(ana)


async def test_reports_are_narrowed_by_how_they_stand_and_that_is_saved(there: Workplace) -> None:
    maria, chloe = there.people("maria chloe")
    await maria.runs("/customer data C-40701")
    await maria.submits(reason="They asked by letter")
    await there.settled()
    await maria.closes(everything=True)
    await maria.runs("/customer data")
    assert "They asked by letter" in shown(maria)
    await maria.clicks("Deleted")
    assert "No report stands so." in shown(maria)
    await maria.clicks("Sent")
    assert "They asked by letter" in shown(maria)
    await maria.clicks("Save this search")
    await maria.submits(name="Out there", words="status:sent", options=["shared"])
    assert "They asked by letter" in shown(maria)
    await maria.closes(everything=True)
    await maria.runs("/case list saved out there")
    assert "They asked by letter" in shown(maria)
    await chloe.runs("/case list saved out there")
    assert "People of Level one" in chloe.reply


async def test_the_log_of_reports_is_one_step_from_home_for_who_may(there: Workplace) -> None:
    maria, chloe = there.people("maria chloe")
    await maria.opens_home()
    await maria.clicks("Personal data")
    assert "Nobody has asked for a report yet." in shown(maria)
    await chloe.opens_home()
    assert chloe.home is not None
    assert "Customers" in chloe.home.buttons
    assert "Personal data" not in chloe.home.buttons
