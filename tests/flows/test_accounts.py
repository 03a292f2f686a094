"""`/desk accounts` and `/desk teams`: an administrator sets them up; lists of very many turn pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.domain.commands import AddAccount
from bot.domain.people import SuccessPlan
from bot.sandbox import Person
from bot.services import accounts as account_service
from tests.flows.conftest import OMAR, Role, Workplace, fields_of, held, open_case, options

NEW = {"name": "Lotus Bikes", "org_id": "MID-9", "plan": "Premier+", "timezone": "Lisbon"}


def shown(person: Person) -> str:
    assert person.modal is not None, person.reply
    return person.modal.text


async def test_an_account_is_added_and_cases_can_be_opened_for_it(workplace: Workplace) -> None:
    omar, ana = workplace.people("omar ana")
    await omar.runs("/desk accounts")
    assert "1-2 of 2" in shown(omar)
    assert "MID-40017 · Premier · Los Angeles" in shown(omar)
    assert "2 support contacts (3 to 5 expected) · 1 community user" in shown(omar)
    await omar.clicks("Add an account")
    await omar.submits(**NEW)
    assert omar.errors == {}
    assert len(omar.modals) == 1
    assert "Lotus Bikes is saved." in shown(omar)
    assert "Lotus Bikes has 0 support contacts (3 to 5 expected)." in shown(omar)
    assert "1-3 of 3" in shown(omar)
    await open_case(ana, account="Lotus Bikes")


async def test_an_org_id_that_another_account_has_is_refused_kindly(workplace: Workplace) -> None:
    omar = workplace.person("omar")
    await omar.runs("/desk accounts")
    await omar.clicks("Add an account")
    await omar.submits(**{**NEW, "org_id": "mid-40017"})
    assert omar.errors == {
        "org_id": "Cloud Nine Shoes has this org id or MID already. Edit that account, or correct the id."
    }
    await omar.submits(org_id="MID-9")
    assert "Lotus Bikes is saved." in shown(omar)


async def test_of_two_administrators_the_second_sees_what_the_first_changed_and_keeps_her_own(
    workplace: Workplace,
) -> None:
    omar, maria = workplace.people("omar maria")
    await workplace.role_of("maria", Role.ADMINISTRATOR)
    for person in (omar, maria):
        await person.runs("/desk accounts harbour")
        await person.clicks("Edit")
    await omar.submits(plan="Premier")
    await maria.submits(name="Harbour Optics Ltd")
    assert maria.modal is not None
    assert "Somebody changed these settings meanwhile, so nothing is saved yet." in shown(maria)
    assert held(maria, "plan") == "Premier"
    assert held(maria, "name") == "Harbour Optics Ltd"
    await maria.submits()
    assert "Harbour Optics Ltd is saved." in shown(maria)
    await omar.runs("/desk accounts mid-40555")
    assert "Harbour Optics Ltd" in shown(omar)
    assert "· Premier ·" in shown(omar)


async def test_a_contact_is_added_from_the_accounts_window_and_named(workplace: Workplace) -> None:
    omar, sam = workplace.people("omar sam")
    await omar.runs("/desk accounts cloud")
    await omar.clicks("Edit")
    assert "Support contacts (2)" in shown(omar).replace("*", "")
    assert "Cloud Nine Shoes has 2 support contacts (3 to 5 expected)." in shown(omar)
    await omar.clicks("Add a person")
    await omar.fills(person="sam")
    assert (held(omar, "role"), fields_of(omar)[0]) == ("dsc", "person")
    await omar.submits()
    assert list(omar.errors) == ["named_by"]
    await omar.submits(named_by="Grace", named_on=date(2099, 1, 1))
    assert omar.errors == {"named_on": "This day is still to come. Choose today or an earlier one."}
    await omar.submits(named_on=date(2026, 11, 2))
    assert omar.modal is not None
    assert omar.modal.title == "Edit an account"
    assert "@sam is set up: Designated support contact of Cloud Nine Shoes." in shown(omar)
    assert "Named by Grace on 2 Nov 2026." in shown(omar)
    assert "expected" not in shown(omar)
    await workplace.settled()
    await sam.runs("/case open")
    assert options(sam, "account") == ["Cloud Nine Shoes"]


async def test_an_account_that_loses_a_contact_is_warned_of(workplace: Workplace) -> None:
    omar = workplace.person("omar")
    await omar.runs("/desk people @raj")
    await omar.submits(role="agent", account="No account")
    assert "@raj is set up: Agent." in shown(omar)
    assert "Cloud Nine Shoes has 1 support contact (3 to 5 expected)." in shown(omar)


async def test_two_who_set_up_one_person_do_not_undo_each_other(workplace: Workplace) -> None:
    omar, maria = workplace.people("omar maria")
    await workplace.role_of("maria", Role.ADMINISTRATOR)
    await omar.runs("/desk people @ana")
    await maria.runs("/desk people @ana")
    await omar.submits(role="manager")
    await maria.submits(teams=["Level one"])
    assert "Somebody changed these settings meanwhile" in shown(maria)
    assert held(maria, "role") == "manager"
    await maria.submits()
    assert "@ana is set up: Manager in Level one." in shown(maria)


async def test_an_administrator_who_steps_down_is_told_that_it_is_saved(workplace: Workplace) -> None:
    maria = workplace.person("maria")
    await workplace.role_of("maria", Role.ADMINISTRATOR)
    await maria.runs("/desk people @maria")
    await maria.submits(role="agent")
    assert "@maria is set up: Agent." in shown(maria)


async def test_a_team_gets_its_channel_and_its_lock(workplace: Workplace) -> None:
    omar, ana = workplace.people("omar ana")
    await omar.runs("/desk teams")
    assert "Integrations · cards in #integrations · 2 people · public comments locked" in shown(omar)
    await omar.clicks("Add a team")
    await omar.submits(name="level TWO", kind="other")
    assert omar.errors == {
        "name": "A team of this name is there already. Edit that one, or choose another name."
    }
    await omar.submits(name="Night shift", channel="level-two", options=["locked"])
    assert "Night shift is saved. It counts from now on." in shown(omar)
    assert "Type /invite @Caseline in #level-two" in shown(omar).replace("`", "")
    await omar.closes()
    await omar.runs("/desk people @ana")
    await omar.submits(teams=["Night shift"])
    assert "@ana is set up: Agent in Night shift." in shown(omar)
    number = await workplace.case_of("linda")
    await ana.runs(f"/case comment {number}")
    assert "Public comments are locked for Night shift." in shown(ana)
    await ana.closes()
    await ana.runs("/case open")
    await ana.submits(
        account="Cloud Nine",
        title="By night",
        description="Dark",
        business_impact="orders_held",
        severity="2",
        team="Night shift",
    )
    assert "By night" in (await workplace.card("00001002", channel="level-two")).all_text
    await omar.runs("/desk teams night")
    await omar.clicks("Edit")
    assert "Ana Lima" in shown(omar)
    await omar.submits(options=["desks_channel"])
    assert "Other · cards in the desk's channel · 1 person" in shown(omar)
    assert "public comments locked" not in shown(omar)


async def test_a_hundred_and_fifty_accounts_turn_pages_and_can_all_be_chosen(workplace: Workplace) -> None:
    omar, ana = workplace.people("omar ana")
    for number in range(150):
        command = AddAccount(
            name=f"Shop {number:03}",
            org_id_or_mid=f"S-{number}",
            success_plan=SuccessPlan.STANDARD,
            timezone="UTC",
        )
        await account_service.add_account(workplace.bot.desk, command, OMAR)
    await omar.runs("/desk accounts")
    assert "1-10 of 152" in shown(omar)
    await omar.clicks("Later")
    assert "11-20 of 152" in shown(omar)
    await omar.clicks("Later")
    await omar.clicks("Earlier")
    assert "11-20 of 152" in shown(omar)
    await omar.clicks("desk.account.edit")
    await omar.submits(plan="Premier")
    assert "11-20 of 152" in shown(omar), "saved, one is where one was"
    await omar.closes()
    await omar.runs("/desk people @sam")
    await omar.submits(role="community", account="Shop 149")
    assert "@sam is set up: Community user of Shop 149." in shown(omar)
    await omar.runs("/desk people shop 149")
    assert "Community user · Shop 149" in shown(omar)
    await open_case(ana, account="Shop 120")


async def test_a_saved_form_that_is_delivered_twice_makes_one_account(workplace: Workplace) -> None:
    omar = workplace.person("omar")
    await omar.runs("/desk accounts")
    await omar.clicks("Add an account")
    await omar.submits(deliveries=2, **as_any(NEW))
    assert omar.errors == {}
    await omar.runs("/desk accounts lotus")
    assert "1-1 of 1" in shown(omar)


def as_any(fields: dict[str, str]) -> dict[str, Any]:
    return dict(fields)
