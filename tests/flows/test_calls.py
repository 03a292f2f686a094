"""Level one takes calls through the window, as people do it: in Slack, with what the machine does to them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.ids import CallKey, SlackUserId
from bot.domain.people import Role
from bot.domain.phone_calls import PhoneSettings
from bot.sandbox import Person
from bot.services import playbooks
from bot.store.schema import phone_calls
from bot.store.work import Work
from tests.callers import add_caller
from tests.flows.conftest import CLOUD_NINE, LEVEL_ONE, OMAR, Workplace, held
from tests.services.test_phone_calls import PAGES

NAMES: dict[str, Any] = {**PAGES, "sales_channel": ""}


@pytest.fixture
async def chloe(workplace: Workplace) -> Person:
    """Somebody of level one, customers who call, and phones that are always open."""
    desk = workplace.bot.desk

    def shop(work: Work) -> None:
        mine = {"account_id": CLOUD_NINE}
        add_caller(work, "1", "Lena Fox", "Fox Outdoor", "fox-outdoor.example", ordered_days=12, **mine)
        add_caller(work, "2", "Omid Rahimi", "Lima Coffee", "lima-coffee.example", ordered_days=700)
        add_caller(work, "3", "Olga Lima", "Lima Toys", "lima-toys.example", ordered_days=700)

    await desk.write(shop)
    await workplace.never_closes()
    person = workplace.person("chloe")
    await workplace.role_of("chloe", Role.AGENT, None, (LEVEL_ONE,))
    key = CallKey("begin:names")
    await playbooks.set_settings(desk, PhoneSettings(**NAMES), OMAR, key)
    return person


def shown(person: Person) -> str:
    assert person.modal is not None, person.reply
    return person.modal.text


async def test_a_known_caller_gets_to_the_message_in_a_few_clicks(chloe: Person) -> None:
    await chloe.runs("/call")
    assert "which licensed site is this about" in shown(chloe)
    await chloe.submits(**{"f.greet.site": "fox-outdoor"})
    assert chloe.errors == {}, chloe.errors
    assert "Fox Outdoor" in shown(chloe)
    assert "12 days old" in shown(chloe)
    assert "*Session: Fox Outdoor*" in shown(chloe), "their caller is before them, as on the customer's page"
    await chloe.clicks("Go on")
    said = shown(chloe)
    if "is your shop down" in said.lower():  # the night of whoever runs this
        await chloe.clicks("Yes, severity 1")
    assert "Covered by a recent order" in shown(chloe)
    await chloe.clicks("Installation or the product")
    assert "May I read back the address" in shown(chloe)
    assert "E-mail is not set up here" in shown(chloe)  # then nothing is offered that cannot be done
    await chloe.clicks("Back")
    assert "In a sentence, what is it about?" in shown(chloe)
    await chloe.clicks("session.end")
    assert "In a sentence, what is it about?" in shown(chloe)
    assert "Session:" not in shown(chloe)


async def test_closing_the_window_loses_nothing_and_home_resumes(workplace: Workplace, chloe: Person) -> None:
    await chloe.opens_home()
    await chloe.clicks("Take a call")
    await chloe.fills(**{"f.greet.site": "lima", "notes": "Speaks fast"})
    await chloe.closes()  # by its cross: nothing was pressed
    await workplace.settled()
    await chloe.opens_home()
    await chloe.clicks("Resume")
    assert (held(chloe, "f.greet.site"), held(chloe, "notes")) == ("lima", "Speaks fast")
    await chloe.submits()
    assert "Lima Coffee" in shown(chloe)
    assert "Lima Toys" in shown(chloe)
    assert "Session:" not in shown(chloe), "nobody is known yet"
    await chloe.closes()
    await workplace.restart()
    await chloe.opens_home()
    assert chloe.home is not None
    assert "Resume the call: *lima*, step 2" in chloe.home.text
    await chloe.clicks("Resume")
    await chloe.clicks("This is Lima Toys")
    assert "Lima Toys" in shown(chloe)
    assert held(chloe, "notes") == "Speaks fast"
    await workplace.settled()
    await chloe.closes()
    await chloe.opens_home()
    assert chloe.home is not None
    assert "*Session: Lima Toys*" in chloe.home.text
    await chloe.clicks("Resume")
    await chloe.clicks("Hang up")
    assert "Ended before the script did" in shown(chloe)
    await chloe.fills(notes="Speaks fast, and rang off")
    await chloe.closes()
    await workplace.settled()
    kept = await workplace.bot.desk.store.look(lambda c: c.execute(select(phone_calls.c.notes)).scalar_one())
    assert kept == "Speaks fast, and rang off"
    await chloe.opens_home()
    assert "Resume the call" not in chloe.home.text


async def test_what_is_missing_is_said_at_its_field(chloe: Person) -> None:
    await chloe.uses("Take a call")
    await chloe.submits()
    assert "still missing" in str(chloe.errors.get("f.greet.site"))
    await chloe.clicks("They know none of these")
    assert "without the account I cannot help" in shown(chloe)
    await chloe.clicks("Told them; end the call")
    assert "Not identified" in shown(chloe)


async def test_a_manager_is_asked_and_overrules_from_the_message(workplace: Workplace, chloe: Person) -> None:
    for name in ("maria", "ben"):
        await workplace.role_of(name, Role.MANAGER)
    maria, ben = workplace.people("maria ben")
    await chloe.runs("/call")
    await chloe.submits(**{"f.greet.site": "lima-coffee"})
    await chloe.clicks("Go on")
    if "is your shop down" in shown(chloe).lower():
        await chloe.clicks("Yes, severity 1")
    assert "No support plan" in shown(chloe)
    await chloe.clicks("Ask a manager...")
    await chloe.submits(verdict="recent_order", reason="Sales promised another month")
    await workplace.settled()
    message = next(one for one in reversed(maria.dms) if "asks you about the verdict" in one.text)
    await maria.clicks("Decide...", on=message)
    await maria.submits(verdict="recent_order", reason="True: see the contract")
    await workplace.settled()
    assert any("is overruled" in one.text for one in chloe.dms)
    await chloe.clicks("Look again")
    assert "Covered by a recent order" in shown(chloe)
    assert "Overruled by Maria" in shown(chloe)
    for one in (maria, ben):  # there is nothing to decide for either of them
        assert "Maria Keller has overruled the verdict on Lima Coffee" in one.dms[-1].text
        assert "Decide..." not in str(one.dms[-1].blocks)


async def test_a_call_is_handed_over_and_two_windows_do_not_cross(
    workplace: Workplace, chloe: Person
) -> None:
    ana = workplace.person("ana")
    await chloe.runs("/call")
    await chloe.submits(**{"f.greet.site": "fox-outdoor"})
    await chloe.clicks("Hand over...")
    await chloe.submits(who=ana.id)
    assert chloe.errors == {}, chloe.errors
    assert "has this caller" in shown(chloe)
    await workplace.settled()
    message = next(one for one in reversed(ana.dms) if "is yours now" in one.text)
    await ana.clicks("Open the call", on=message)
    assert "Fox Outdoor" in shown(ana)
    await chloe.clicks("Take it over")
    await ana.clicks("Go on")
    assert "has this caller now" in shown(ana)


async def test_a_playbook_is_changed_checked_and_published(workplace: Workplace) -> None:
    omar = workplace.person("omar")
    await omar.runs("/desk playbooks")
    assert "Revision 1" in shown(omar)
    await omar.clicks("Edit Verdict")
    assert omar.modal is not None
    text = (await playbooks.page(workplace.bot.desk, SlackUserId(OMAR))).texts["verdict.toml"]
    broken = text.replace('verdict = "hosting"', 'verdict = "hosted"')
    await omar.submits(**{"part.0": broken, "wish": "publish"})
    assert "Nothing is published" in shown(omar)
    await omar.submits(**{"part.0": text.replace("to = 30", "to = 45").replace("from = 31", "from = 46")})
    if "Nothing is wrong" in shown(omar):
        await omar.submits(wish="publish")
    assert "Revision 2 is published" in shown(omar)
    await omar.clicks("Go back to it")
    assert "Revision 1 counts again" in shown(omar)
