"""Somebody new is recognised by their e-mail address, confirmed by a person, and never silently."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.contacts import AccountContact
from bot.domain.people import Role
from bot.sandbox import Message, Person
from bot.store.contacts import upsert_contact
from tests.flows.conftest import CLOUD_NINE, Workplace

ASKED = "Your e-mail address is known here."
BOTH = ("maria", "omar")


async def names(workplace: Workplace, role: Role = Role.DSC, email: str = "SAM@Newcomer.example") -> None:
    """The customer names Sam."""
    contact = AccountContact(
        account_id=CLOUD_NINE, name="Samira Odum", email=email, role=role, named_by="Ms Weber"
    )
    await workplace.bot.desk.write(lambda work: upsert_contact(work, contact))


def questions(person: Person) -> list[Message]:
    return [one for one in person.dms if "e-mail address is that of a contact" in one.all_text]


def told(person: Person) -> list[str]:
    return [one.text for one in person.dms]


async def test_a_contact_who_opens_home_is_asked_about_and_confirmed_by_a_manager(
    workplace: Workplace,
) -> None:
    sam, maria, omar, ana = workplace.people("sam maria omar ana")
    await names(workplace)
    await sam.opens_home()
    await workplace.settled()
    assert sam.home is not None
    assert ASKED in sam.home.text
    assert [len(questions(one)) for one in (maria, omar, ana)] == [1, 1, 0]
    (question,) = questions(maria)
    for fact in ("Samira Odum", "sam@newcomer.example", "Cloud Nine Shoes", "named by Ms Weber"):
        assert fact.casefold() in question.all_text.casefold()
    await sam.runs("/case list")
    assert ASKED in sam.reply  # nothing is theirs before somebody has said so

    await maria.clicks("Confirm", on=question)
    await workplace.settled()
    assert "is now a designated support contact of Cloud Nine Shoes" in maria.reply
    assert "has 3 support contacts" not in maria.reply  # three are enough
    assert any("You are set up" in one for one in told(sam))
    assert "My account's cases" in sam.home.text
    await sam.runs("/case open")
    assert sam.modal is not None
    await omar.runs("/desk people @sam")
    assert omar.modal is not None
    assert "Ms Weber" in omar.modal.text

    (settled,) = [one for one in omar.dms if "Is Sam Newcomer" in one.all_text]
    assert "Maria Keller confirmed it." in settled.all_text  # no button is left that leads nowhere
    assert settled.buttons == []
    assert "Maria Keller confirmed it." in maria.dms[-1].all_text


async def test_home_asks_too_and_says_what_came_of_it(workplace: Workplace) -> None:
    sam, maria, omar, ana = workplace.people("sam maria omar ana")
    await names(workplace)
    await sam.opens_home()
    await workplace.settled()
    for person, asks in ((maria, True), (omar, True), (ana, False)):
        await person.opens_home()
        assert person.home is not None
        assert ("Is Sam Newcomer a designated support contact" in person.home.text) is asks
        assert ("Confirm" in person.home.buttons) is asks
    assert maria.home is not None
    await maria.clicks("Confirm")
    assert "Sam Newcomer is now a designated support contact of Cloud Nine Shoes" in maria.home.text
    assert "Waiting for you" not in maria.home.text
    await workplace.settled()
    assert any("You are set up" in one for one in told(sam))
    await omar.opens_home()
    assert omar.home is not None
    assert "Is Sam Newcomer" not in omar.home.text


async def test_a_command_is_enough_to_be_recognised(workplace: Workplace) -> None:
    sam, omar = workplace.people("sam omar")
    await names(workplace, Role.COMMUNITY)
    await sam.runs("/case list")
    assert "You are not set up here yet." in sam.reply
    await workplace.settled()
    assert any(ASKED in one for one in told(sam))
    await omar.clicks("Confirm", on=questions(omar)[0])
    await workplace.settled()
    await sam.runs("/case open")
    assert "Only the account's support contacts" in sam.reply


async def test_who_is_not_the_contact_is_told_whom_to_ask_and_not_asked_about_again(
    workplace: Workplace,
) -> None:
    sam, maria = workplace.people("sam maria")
    await names(workplace)
    await sam.opens_home()
    await workplace.settled()
    await maria.clicks("Not them", on=questions(maria)[0])
    await workplace.settled()
    assert "is not set up" in maria.reply
    assert any("You could not be confirmed." in one for one in told(sam))
    await sam.opens_home()
    await sam.runs("/case list")
    await workplace.settled()
    assert "You are not set up here yet." in sam.reply
    assert sam.home is not None
    assert "You are not set up here yet." in sam.home.text
    assert len([one for one in maria.dms if "Is Sam Newcomer" in one.all_text]) == 1


async def test_a_stranger_who_is_nobodys_contact_is_told_whom_to_ask(workplace: Workplace) -> None:
    sam, maria = workplace.people("sam maria")
    await names(workplace, email="somebody.else@newcomer.example")
    await sam.opens_home()
    await sam.runs("/case list")
    await workplace.settled()
    assert "You are not set up here yet." in sam.reply
    assert questions(maria) == []


async def test_of_two_who_decide_at_once_one_does(workplace: Workplace) -> None:
    sam, maria, omar = workplace.people("sam maria omar")
    await names(workplace)
    await sam.opens_home()
    await workplace.settled()
    await asyncio.gather(
        maria.clicks("Confirm", on=questions(maria)[0]), omar.clicks("Not them", on=questions(omar)[0])
    )
    await workplace.settled()
    decided = [one for one in (maria, omar) if "has decided this already" in one.reply]
    assert len(decided) == 1
    assert len([one for one in told(sam) if "You are set up" in one or "could not be" in one]) == 1


@pytest.mark.parametrize("who", ["ana", "linda", "tess"])
async def test_nobody_else_may_confirm(workplace: Workplace, who: str) -> None:
    sam, maria = workplace.people("sam maria")
    await names(workplace)
    await sam.opens_home()
    await workplace.settled()
    await workplace.role_of(
        "maria",
        {"ana": Role.AGENT, "linda": Role.DSC, "tess": Role.COMMUNITY}[who],
        None if who == "ana" else CLOUD_NINE,
    )
    await maria.clicks("Confirm", on=questions(maria)[0])
    assert "Only managers and administrators may confirm who somebody is." in maria.reply
    await sam.runs("/case list")
    assert ASKED in sam.reply


async def test_who_was_set_up_meanwhile_is_not_set_up_twice(workplace: Workplace) -> None:
    sam, maria = workplace.people("sam maria")
    await names(workplace)
    await sam.opens_home()
    await workplace.settled()
    await workplace.role_of("sam", Role.AGENT)
    await maria.clicks("Confirm", on=questions(maria)[0])
    assert "is set up here already" in maria.reply
