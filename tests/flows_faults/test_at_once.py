"""Two people at one case: one is faster, the other loses nothing and is told who it was."""

from __future__ import annotations

import asyncio

import pytest

from bot.sandbox import Person
from tests.flows.conftest import Role, Workplace, open_case
from tests.flows_faults.test_twice import NUMBER, history, resolution


async def both_open(workplace: Workplace, button: str) -> tuple[Person, Person]:
    """Ana and Ben each have the same form on their screen."""
    ana, ben = workplace.person("ana"), workplace.person("ben")
    await open_case(ana)
    ana.reloads()
    card = await workplace.card(NUMBER)
    for person in (ana, ben):
        if button in card.buttons:
            await person.clicks(button, on=card)
        else:
            await person.runs("/case show 1001")
            await person.clicks(button)
    return ana, ben


def loser(ana: Person, ben: Person, still: str) -> tuple[Person, Person]:
    """Who was faster and who was not: one of them still has a form with a button called `still`."""
    left = [one for one in (ana, ben) if one.modal is not None and one.modal.submit == still]
    assert len(left) == 1, [(one, one.modal) for one in (ana, ben)]
    return (ben, ana) if left == [ana] else (ana, ben)


@pytest.mark.parametrize("at_once", [False, True])
async def test_two_people_close_a_case_and_the_slower_one_keeps_the_text(
    workplace: Workplace, at_once: bool
) -> None:
    ana, ben = await both_open(workplace, "Close case")
    closing = [
        person.submits(resolution=resolution(person), note=f"Last words of {person.handle}.")
        for person in (ana, ben)
    ]
    if at_once:
        await asyncio.gather(*closing)
    else:
        for one in closing:
            await one
    faster, slower = loser(ana, ben, "Comment")
    assert slower.modal is not None
    name = {"ana": "Ana Lima", "ben": "Ben Okafor"}[faster.handle]
    assert f"was closed by {name}" in slower.modal.text
    assert slower.modal.values["text"]["value"]["value"] == f"Last words of {slower.handle}."
    await workplace.settled()
    assert len(await history(workplace)) == 2
    await slower.submits()
    await workplace.settled()
    card = await workplace.card(NUMBER)
    assert [f"Last words of {slower.handle}." in one.all_text for one in card.replies] == [False, True]


@pytest.mark.parametrize("at_once", [False, True])
async def test_two_people_edit_a_case_and_the_slower_one_sees_what_is_different(
    workplace: Workplace, at_once: bool
) -> None:
    ana, ben = await both_open(workplace, "Edit")
    editing = [ana.submits(title="Ana's title"), ben.submits(title="Ben's title")]
    if at_once:
        await asyncio.gather(*editing)
    else:
        for one in editing:
            await one
    faster, slower = loser(ana, ben, "Save")
    assert slower.modal is not None
    assert "Somebody changed case 00001001 meanwhile, so nothing is saved yet." in slower.modal.text
    assert f"{faster.handle.title()}'s title" in slower.modal.text
    assert slower.modal.values["title"]["value"]["value"] == f"{slower.handle.title()}'s title"
    assert f"{faster.handle.title()}'s title" in (await workplace.card(NUMBER)).all_text
    await slower.submits()
    assert slower.errors == {}
    assert f"{slower.handle.title()}'s title" in (await workplace.card(NUMBER)).all_text


async def test_two_people_set_the_status_and_the_slower_one_chooses_again(workplace: Workplace) -> None:
    ana, ben = await both_open(workplace, "Set status")
    await asyncio.gather(ana.submits(status="open"), ben.submits(status="working"))
    _, slower = loser(ana, ben, "Set status")
    assert slower.modal is not None
    assert "nothing is saved yet" in slower.modal.text
    assert len(await history(workplace)) == 2


async def test_two_people_take_a_case_and_one_is_told_who_was_faster(workplace: Workplace) -> None:
    await open_case(workplace.person("chloe"))
    card = await workplace.card(NUMBER)
    ana, ben = workplace.person("ana"), workplace.person("ben")
    await asyncio.gather(ana.clicks("Take", on=card), ben.clicks("Take", on=card))
    await workplace.settled()
    [slower] = [one for one in (ana, ben) if one.ephemerals]
    faster = "Ben Okafor" if slower is ana else "Ana Lima"
    assert f"{faster} was faster and owns this case." in slower.reply
    assert f"Owner: {faster}" in card.all_text
    assert len(await history(workplace)) == 2


async def test_who_takes_in_the_case_page_what_another_has_taken_sees_it_there(workplace: Workplace) -> None:
    await open_case(workplace.person("chloe"))
    ana, ben = workplace.person("ana"), workplace.person("ben")
    await ana.runs("/case show 1001")
    await ben.runs("/case show 1001")
    await ana.clicks("Take")
    await ben.clicks("Take")
    assert ben.modal is not None
    assert "Ana Lima was faster and owns this case." in ben.modal.text
    assert "Take" not in ben.modal.buttons


async def test_a_status_for_a_case_that_was_closed_meanwhile_is_explained(workplace: Workplace) -> None:
    ana, ben = await both_open(workplace, "Set status")
    await ben.clicks("Close case", on=await workplace.card(NUMBER))
    await ben.submits(resolution=resolution(ben))
    await ana.submits(status="working")
    assert ana.modal is not None
    assert "This case is closed. Reopen it first." in ana.modal.text
    assert "Closed by Ben Okafor" in (await workplace.card(NUMBER)).all_text


async def test_two_administrators_who_add_the_same_account_at_once_add_one(workplace: Workplace) -> None:
    omar, maria = workplace.people("omar maria")
    await workplace.role_of("maria", Role.ADMINISTRATOR)
    for person in (omar, maria):
        await person.runs("/desk accounts")
        await person.clicks("Add an account")
    fields = {"name": "Lotus Bikes", "plan": "Premier", "timezone": "Lisbon"}
    await asyncio.gather(omar.submits(**fields, org_id="MID-9"), maria.submits(**fields, org_id="mid-9"))
    refused = [person.errors for person in (omar, maria) if person.errors]
    assert refused == [
        {"org_id": "Lotus Bikes has this org id or MID already. Edit that account, or correct the id."}
    ]
