"""What is delivered or pressed twice is done once."""

from __future__ import annotations

import re

import pytest

from bot.sandbox import Message, Person
from tests.flows.conftest import OPEN_FORM, Workplace, open_case

NUMBER = "00001001"


async def history(workplace: Workplace, number: str = NUMBER) -> list[str]:
    """What the history of a case tells, newest first."""
    maria = workplace.person("maria")
    await maria.runs(f"/case show {number}")
    await maria.clicks("History")
    assert maria.modal is not None
    lines = [line for line in maria.modal.text.splitlines() if line.startswith("@")]
    maria.reloads()
    return lines


async def cards(workplace: Workplace) -> list[Message]:
    await workplace.settled()
    return [one for one in workplace.person("omar").messages("support-cases") if one.buttons]


@pytest.mark.parametrize("at_once", [False, True])
async def test_a_form_that_arrives_three_times_opens_one_case(workplace: Workplace, at_once: bool) -> None:
    ana = workplace.person("ana")
    await ana.runs("/case open")
    await ana.submits(deliveries=3, at_once=at_once, **OPEN_FORM)
    assert ana.errors == {}
    assert ana.modal is not None
    assert NUMBER in ana.modal.text
    assert len(await cards(workplace)) == 1
    await open_case(workplace.person("ben"))
    assert ["00001002" in card.all_text for card in await cards(workplace)] == [False, True]


@pytest.mark.parametrize("at_once", [False, True])
@pytest.mark.parametrize(
    ("button", "fields", "told"),
    [
        ("Comment", {"text": "Have you tried water?"}, 2),  # the words, and the status that they move
        ("Set status", {"status": "working"}, 1),
        ("Close case", {"resolution": "solved", "note": "It is out."}, 1),
    ],
)
async def test_a_form_about_a_case_that_arrives_three_times_is_taken_once(
    workplace: Workplace, button: str, fields: dict[str, str], told: int, at_once: bool
) -> None:
    ana = workplace.person("ana")
    await open_case(ana)
    ana.reloads()
    card = await workplace.card(NUMBER)
    await ana.clicks(button, on=card)
    if "resolution" in fields:
        fields = fields | {"resolution": resolution(ana)}
    await ana.submits(deliveries=3, at_once=at_once, **fields)
    assert (ana.errors, ana.failure) == ({}, "")
    await workplace.settled()
    assert len(await history(workplace)) == 1 + told
    assert len(card.replies) == (1 if "text" in fields or "note" in fields else 0)


def resolution(person: Person) -> str:
    """The first way in which a case can end."""
    assert person.modal is not None
    [block] = [one for one in person.modal.blocks if one["block_id"] == "resolution"]
    return str(block["element"]["options"][0]["value"])


async def test_a_double_click_on_take_takes_once(workplace: Workplace) -> None:
    ana, ben = workplace.person("ana"), workplace.person("ben")
    await open_case(ana)
    ana.reloads()
    card = await workplace.card(NUMBER)
    await ben.clicks("Take", on=card, times=2)
    assert ben.ephemerals == []
    await workplace.settled()
    assert "Owner: Ben Okafor" in card.all_text
    assert len(await history(workplace)) == 2
    assert len(ana.dms) == 1


async def test_a_double_click_on_take_in_the_case_page_takes_once(workplace: Workplace) -> None:
    ana, ben = workplace.person("ana"), workplace.person("ben")
    await open_case(ana)
    await ben.runs("/case show 1001")
    await ben.clicks("Take", times=2)
    assert [modal.title for modal in ben.modals] == [f"Case {NUMBER}"]
    assert ben.modal is not None
    assert "faster" not in ben.modal.text
    await workplace.settled()
    assert len(await history(workplace)) == 2


@pytest.mark.parametrize("button", ["Comment", "Set status", "Close case", "More..."])
async def test_a_double_click_that_opens_a_window_changes_nothing(workplace: Workplace, button: str) -> None:
    ana = workplace.person("ana")
    await open_case(ana)
    ana.reloads()
    card = await workplace.card(NUMBER)
    await ana.clicks(button, on=card, times=2)
    assert ana.failure == ""
    assert len(ana.modals) == 1
    assert len(await history(workplace)) == 1


async def test_a_double_click_in_a_window_opens_no_more_than_slack_allows(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await open_case(ana)
    await ana.runs("/case show 1001")
    await ana.clicks("Comment", times=2)
    assert ana.failure == ""
    assert len(ana.modals) <= 3
    await ana.submits(text="Only once.")
    await workplace.settled()
    assert len((await workplace.card(NUMBER)).replies) == 1


async def test_a_reply_in_the_thread_that_arrives_again_is_one_comment(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await open_case(ana)
    card = await workplace.card(NUMBER)
    await ana.says("Said once.", channel="support-cases", thread=card)
    [delivery] = [
        one
        for one in workplace.sandbox.deliveries
        if one.payload.get("event", {}).get("text") == "Said once."
    ]
    await workplace.sandbox.sockets.deliver(
        "events_api", delivery.payload, accepts_response=False, retry_attempt=1
    )
    await workplace.settled()
    assert ana.ephemerals == []
    ana.reloads()
    await ana.runs("/case show 1001")
    assert ana.modal is not None
    assert len(re.findall("Said once", ana.modal.text)) == 1
