"""Working a case: take, assign, comment, set the status; who may, and what each does to the case."""

from __future__ import annotations

import pytest

from bot.sandbox import Person
from tests.flows.conftest import (
    INTEGRATIONS,
    LEVEL_ONE,
    LEVEL_TWO,
    Role,
    Workplace,
    does,
    fields_of,
    held,
    options,
)
from tests.flows.forging import forge_button, forge_input, forge_option

# Taking


async def test_taking_a_case_makes_it_mine_and_open(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    number = await workplace.case_of("linda")
    await ana.clicks("Take", on=await workplace.card(number))
    assert ana.failure == ""
    assert ana.modal is None
    card = await workplace.card(number)
    assert "Owner: Ana Lima" in card.all_text
    assert "Open" in card.all_text
    assert "Take" not in card.buttons


async def test_who_comes_second_is_told_who_was_faster(workplace: Workplace) -> None:
    ana, ben = workplace.people("ana ben")
    card = await workplace.card(await workplace.case_of("linda"))
    await ben.clicks("More...", on=card)
    await ana.clicks("Take", on=card)
    await ben.clicks("Take")  # on his page, which still offers it
    assert ben.modal is not None
    assert "Ana Lima was faster and owns this case." in ben.modal.text
    assert "Take" not in ben.modal.buttons
    await ben.closes()
    assert "Owner: Ana Lima" in (await workplace.card("00001001")).all_text


async def test_a_late_click_on_the_card_is_answered_only_to_the_one_who_clicked(workplace: Workplace) -> None:
    ana, ben = workplace.people("ana ben")
    card = await workplace.card(await workplace.case_of("linda"))
    await ana.clicks("Take", on=card)
    await ben.clicks("Take", on=card)  # before the card could change
    assert ben.reply == "Ana Lima was faster and owns this case. Ask them, or assign it to somebody else."
    assert not ana.sees("was faster")


async def test_taking_works_from_the_page_of_the_case_too(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("linda")
    await ana.runs("/case show 1001")
    await ana.clicks("Take")
    assert ana.modal is not None
    assert "Owner: @ana" in ana.modal.text
    assert "Status: Open" in ana.modal.text
    assert "Take" not in ana.modal.buttons


async def test_level_one_takes_no_case(workplace: Workplace) -> None:
    chloe = workplace.person("chloe")
    card = await workplace.card(await workplace.case_of("linda"))
    await chloe.clicks("Take", on=card)
    assert chloe.reply == "People of Level one may not take a case. Ask support staff of another team."
    assert "Owner: nobody yet" in (await workplace.card("00001001")).all_text


async def test_who_is_in_another_team_as_well_may_take(workplace: Workplace) -> None:
    chloe = workplace.person("chloe")
    await workplace.role_of("chloe", Role.AGENT, team_ids=(LEVEL_ONE, LEVEL_TWO))
    await chloe.clicks("Take", on=await workplace.card(await workplace.case_of("linda")))
    assert "Owner: Chloé Martin" in (await workplace.card("00001001")).all_text


async def test_a_closed_case_is_taken_by_nobody(workplace: Workplace) -> None:
    ana, ben = workplace.people("ana ben")
    await workplace.case_of("ana")
    await ben.runs("/case show 1001")
    await does(ana, "/case close 1001", resolution="solved")
    await ben.clicks("Take")
    assert ben.modal is not None
    assert "Case 00001001 was closed by Ana Lima" in ben.modal.text
    assert "Owner: nobody yet" in ben.modal.text


# Assigning


async def test_assigning_to_a_colleague_hands_the_case_over(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    number = await workplace.case_of("linda", owner="ana")
    await does(ana, "/case assign 1001", owner="ben", note="Please look at the fuser.")
    card = await workplace.card(number)
    assert "Owner: Ben Okafor" in card.all_text
    (note,) = card.replies
    assert "Ana Lima" in note.all_text
    assert "internal: staff only" in note.all_text
    assert "Please look at the fuser." in note.all_text


async def test_somebody_named_behind_the_number_is_chosen_already(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("linda")
    await ana.runs("/case assign 1001 @ben")
    assert held(ana, "owner") == "U0BEN"
    await ana.submits()
    assert "Owner: Ben Okafor" in (await workplace.card("00001001")).all_text


@pytest.mark.parametrize(
    ("handle", "sentence"),
    [
        ("chloe", "Chloé Martin is in level one and may not work cases. Choose somebody of another team."),
        ("linda", "Linda Berg is not support staff and cannot own a case. Choose somebody who is."),
        ("tess", "Tess Young is not support staff and cannot own a case. Choose somebody who is."),
        ("sam", "The desk does not know this person. Ask an administrator to add them with /desk people."),
        ("ana", "Ana Lima owns this case already. Choose somebody else, or leave it."),
    ],
)
async def test_not_everybody_can_own_a_case(workplace: Workplace, handle: str, sentence: str) -> None:
    ana = workplace.person("ana")
    number = await workplace.case_of("linda", owner="ana")
    await ana.runs("/case assign 1001")
    await ana.submits(owner=handle, note="over to you")
    assert ana.errors == {"owner": sentence}
    assert held(ana, "note") == "over to you"
    card = await workplace.card(number)
    assert "Owner: Ana Lima" in card.all_text
    assert card.replies == []  # both or none
    await ana.submits(owner="ben")
    assert "Owner: Ben Okafor" in (await workplace.card(number)).all_text


async def test_level_one_hands_cases_to_others(workplace: Workplace) -> None:
    chloe = workplace.person("chloe")
    number = await workplace.case_of("linda")
    await does(chloe, "/case assign 1001", owner="ben")
    assert "Owner: Ben Okafor" in (await workplace.card(number)).all_text
    await chloe.runs("/case assign 1001")
    await chloe.submits(owner="chloe")
    assert "may not work cases" in chloe.errors["owner"]


async def test_the_customer_side_assigns_and_sets_nothing(workplace: Workplace) -> None:
    await workplace.case_of("linda")
    for handle in ("linda", "tess"):
        asker = workplace.person(handle)
        for word, act in (("assign", "assign a case"), ("status", "set a status")):
            await asker.runs(f"/case {word} 1001")
            assert asker.modal is None
            assert asker.reply == f"Only support staff may {act}. Ask one of them."


# Commenting


async def test_staff_write_internal_comments_unless_they_say_otherwise(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    number = await workplace.case_of("linda")
    await ana.runs("/case comment 1001 The fuser is broken")
    assert held(ana, "text") == "The fuser is broken"
    assert options(ana, "audience") == ["Internal: staff only", "Public: staff and Cloud Nine Shoes"]
    assert held(ana, "audience") == "internal"
    await ana.submits()
    await does(ana, "/case comment 1001", text="We are on it", audience="public")
    internal, public = (await workplace.card(number)).replies
    assert "internal: staff only" in internal.all_text
    assert "The fuser is broken" in internal.all_text
    assert "public: staff and Cloud Nine Shoes" in public.all_text
    assert "We are on it" in public.all_text


async def test_each_reads_the_comments_that_are_for_them(workplace: Workplace) -> None:
    ana, linda, raj, tess, ines = workplace.people("ana linda raj tess ines")
    await workplace.case_of("linda")
    await does(ana, "/case comment 1001", text="between us")
    await does(ana, "/case comment 1001", text="for all of you", audience="public")
    await does(linda, "/case comment 1001", text="from the customer")
    for reader in (ana, ines):
        await reader.runs("/case show 1001")
        assert reader.modal is not None
        assert "*Comments* (3)" in reader.modal.text or "Comments (3)" in reader.modal.text
        assert reader.sees("between us")
    for reader in (linda, raj, tess):
        await reader.runs("/case show 1001")
        assert reader.modal is not None
        assert "Comments* (2)" in reader.modal.text or "Comments (2)" in reader.modal.text
        assert "for all of you" in reader.modal.text
        assert "from the customer" in reader.modal.text
        await workplace.settled()
        assert not reader.sees("between us")


async def test_the_customer_side_always_writes_public(workplace: Workplace) -> None:
    linda, tess = workplace.people("linda tess")
    number = await workplace.case_of("linda")
    for writer, text in ((linda, "It smells"), (tess, "It burns")):
        await writer.runs("/case comment 1001")
        assert fields_of(writer) == ["text", "files"]
        assert writer.modal is not None
        assert "Public: staff and Cloud Nine Shoes" in writer.modal.text
        await writer.submits(text=text)
        assert writer.modal is not None
        assert text in writer.modal.text  # they do not see the card, so the window shows the case
        await writer.closes()
    for reply, text in zip((await workplace.card(number)).replies, ("It smells", "It burns"), strict=True):
        assert "public: staff and Cloud Nine Shoes" in reply.all_text
        assert text in reply.all_text


async def test_a_customer_cannot_forge_an_internal_comment(workplace: Workplace) -> None:
    linda = workplace.person("linda")
    number = await workplace.case_of("linda")
    await linda.runs("/case comment 1001")
    forge_input(workplace, linda, "audience")
    await linda.submits(text="psst", audience="internal")
    assert linda.errors == {"text": "Internal comments are for support staff. Write a public one instead."}
    assert (await workplace.card(number)).replies == []


async def test_integrations_write_internal_comments_only(workplace: Workplace) -> None:
    ines = workplace.person("ines")
    number = await workplace.case_of("linda")
    await ines.runs("/case comment 1001")
    assert fields_of(ines) == ["text", "outcomes", "files"]
    assert ines.modal is not None
    assert "Public comments are locked for Integrations." in ines.modal.text
    await ines.submits(text="found it")
    (reply,) = (await workplace.card(number)).replies
    assert "internal: staff only" in reply.all_text
    await ines.runs("/case comment 1001")
    forge_input(workplace, ines, "audience")
    await ines.submits(text="dear customer", audience="public")
    assert "Public comments are locked for Integrations." in ines.errors["text"]
    assert len((await workplace.card(number)).replies) == 1


async def test_who_has_a_team_without_the_lock_may_write_public(workplace: Workplace) -> None:
    ines = workplace.person("ines")
    await workplace.role_of("ines", Role.AGENT, team_ids=(INTEGRATIONS, LEVEL_TWO))
    await workplace.case_of("linda")
    await ines.runs("/case comment 1001")
    assert options(ines, "audience") == ["Internal: staff only", "Public: staff and Cloud Nine Shoes"]


async def test_an_empty_comment_is_none(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    number = await workplace.case_of("linda")
    await ana.runs("/case comment 1001")
    await ana.submits(text=None)
    assert "text" in ana.errors
    await ana.submits(text=" \n ")
    assert ana.errors == {"text": "There is no text to save. Write something first."}
    assert (await workplace.card(number)).replies == []


# The status

BEGINNINGS: dict[str, tuple[tuple[str, str, dict[str, str]], ...]] = {
    "New": (),
    "Open": (("ana", "take", {}),),
    "Working": (("ana", "status", {"status": "working"}),),
    "Waiting": (("ana", "status", {"status": "working"}), ("ana", "status", {"status": "waiting"})),
    "No response": (
        ("ines", "status", {"status": "working"}),
        ("ines", "status", {"status": "no_response"}),
    ),
    "Closed": (("linda", "close", {"resolution": "solved"}),),
    "Reopened": (("linda", "close", {"resolution": "solved"}), ("linda", "reopen", {"reason": "again"})),
}
"""How people bring a case of Linda's into each status."""


async def brought_to(workplace: Workplace, status: str) -> str:
    """A case in this status, brought there by people; its number."""
    number = await workplace.case_of("linda")
    for handle, word, fields in BEGINNINGS[status]:
        person = workplace.person(handle)
        if word == "take":
            await person.clicks("Take", on=await workplace.card(number))
        else:
            await does(person, f"/case {word} {number}", **fields)
    return number


async def status_of(workplace: Workplace, number: str) -> str:
    """The status that the card shows."""
    card = await workplace.card(number)
    return card.text.split("Status ")[1].split(".")[0]


@pytest.mark.parametrize(
    ("before", "after_staff", "after_customer"),
    [
        ("New", "Working", "New"),
        ("Open", "Working", "Open"),
        ("Working", "Working", "Working"),
        ("Waiting", "Waiting", "Waiting"),
        ("No response", "No response", "Working"),
        ("Reopened", "Working", "Reopened"),
        ("Closed", "Closed", "Closed"),
    ],
)
async def test_which_comment_moves_which_status(
    workplace: Workplace, before: str, after_staff: str, after_customer: str
) -> None:
    ana, linda = workplace.people("ana linda")
    number = await brought_to(workplace, before)
    assert await status_of(workplace, number) == before
    await does(linda, f"/case comment {number}", text="from the customer")
    assert await status_of(workplace, number) == after_customer
    number = await brought_to(workplace, before)
    await does(ana, f"/case comment {number}", text="from staff")
    assert await status_of(workplace, number) == after_staff


@pytest.mark.parametrize(
    ("before", "for_anybody", "for_integrations"),
    [
        ("New", ["Open", "Working"], ["Open", "Working"]),
        ("Open", ["Working"], ["Working"]),
        ("Working", ["Waiting"], ["Waiting", "No response"]),
        ("Waiting", ["Working"], ["Working", "No response"]),
        ("No response", ["Working"], ["Working"]),
        ("Reopened", ["Working"], ["Working"]),
    ],
)
async def test_which_status_can_be_set_by_hand(
    workplace: Workplace, before: str, for_anybody: list[str], for_integrations: list[str]
) -> None:
    ana, ines, maria = workplace.people("ana ines maria")
    number = await brought_to(workplace, before)
    for person, offered in ((ana, for_anybody), (maria, for_anybody), (ines, for_integrations)):
        await person.runs(f"/case status {number}")
        assert options(person, "status") == offered, person
        await person.closes()
    for wanted in for_integrations:
        number = await brought_to(workplace, before)
        await does(ines, f"/case status {number}", status=wanted)
        assert await status_of(workplace, number) == wanted


async def test_a_closed_case_has_no_status_to_set(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await brought_to(workplace, "Closed")
    await ana.runs("/case status 1001")
    assert ana.modal is None
    assert "Case 00001001 was closed by Linda Berg" in ana.reply
    assert "Set status" not in (await workplace.card("00001001")).buttons


async def submits_status(workplace: Workplace, person: Person, value: str) -> None:
    """Send a status that the form never offered."""
    await person.runs("/case status 1001")
    forge_option(workplace, person, "status", value)
    await person.submits(status=value)


async def test_a_forged_status_is_refused(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await brought_to(workplace, "Working")
    await submits_status(workplace, ana, "no_response")
    assert ana.errors == {"status": "Only Integrations may set No response. Ask one of their members."}
    await ana.closes()
    for value in ("new", "closed", "reopened", "open"):
        await submits_status(workplace, ana, value)
        assert "A case cannot go from Working to" in ana.errors["status"], value
        await ana.closes()
    await submits_status(workplace, ana, "nonsense")
    assert ana.errors == {"status": "No status is chosen. Choose one."}
    assert await status_of(workplace, "00001001") == "Working"


async def test_level_one_sets_no_status(workplace: Workplace) -> None:
    chloe = workplace.person("chloe")
    await workplace.case_of("linda")
    await chloe.runs("/case status 1001")
    assert chloe.modal is None
    assert chloe.reply == "People of Level one may not set a status. Ask support staff of another team."


async def test_a_status_that_somebody_else_moved_meanwhile_is_not_set_blindly(workplace: Workplace) -> None:
    ana, ben = workplace.people("ana ben")
    await brought_to(workplace, "Working")
    await ana.runs("/case status 1001")
    await does(ben, "/case status 1001", status="waiting")
    await ana.submits(status="waiting")
    assert ana.modal is not None
    assert "Somebody changed case 00001001 meanwhile" in ana.modal.text
    assert options(ana, "status") == ["Working"]
    await ana.submits(status="working")
    assert await status_of(workplace, "00001001") == "Working"


async def test_a_button_with_nonsense_in_it_is_answered_with_a_reference(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    card = await workplace.card(await workplace.case_of("linda"))
    forge_button(workplace, ana, "case.take", "nonsense", on=card)
    await ana.clicks("Take", on=card)
    assert "This could not be read, and nothing has changed." in ana.reply
