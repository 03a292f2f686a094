"""Editing a case: who changes what, and what happens when two do it at once."""

from __future__ import annotations

from tests.flows.conftest import Workplace, does, fields_of, held
from tests.flows.forging import forge_input, forge_option

CHANGED = {
    "title": "Printer out of order",
    "description": "It is off now.",
    "severity": "4",
    "business_impact": "none",
    "kind": "enquiry",
    "timezone": "Asia/Dubai",
    "org_id": "MID-1",
    "contact_name": "Lou",
    "contact_email": "lou@cloudnine.example",
    "contact_phone": "555 0100",
}


async def test_staff_change_everything_a_case_says(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    number = await workplace.case_of("linda")
    await ana.runs("/case edit 1001")
    assert set(fields_of(ana)) == set(CHANGED)
    await ana.submits(**CHANGED)
    assert ana.modal is not None
    assert ana.modal.title == "Case 00001001"
    await ana.runs("/case show 1001")
    assert ana.modal is not None
    for line in (
        "Printer out of order",
        "It is off now.",
        "Severity: 4 - Low: a question or a wish",
        "Business impact: No impact now",
        "Kind: Enquiry",
        "Time zone: Dubai, Abu Dhabi",
        "Org id or MID: MID-1",
        "Contact: Lou · lou@cloudnine.example · 555 0100",
        "Status: New",  # an edit is no work
    ):
        assert line in ana.modal.text, line
    card = await workplace.card(number)
    assert "Printer out of order" in card.all_text
    assert "Severity 4 - Low" in card.all_text
    assert "Printer on fire" not in card.all_text


async def test_the_history_tells_an_edit_without_repeating_what_people_wrote(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("linda")
    await does(ana, "/case edit 1001", **CHANGED)
    await ana.runs("/case show 1001")
    await ana.clicks("History")
    assert ana.modal is not None
    told = next(line for line in ana.modal.text.split("\n") if "changed" in line)
    assert "severity from 2 - High: an important part fails to 4 - Low: a question or a wish" in told
    assert "business impact from Paid orders are held up to No impact now" in told
    assert "kind from Problem to Enquiry" in told
    assert "time zone from Lisbon to Dubai, Abu Dhabi" in told
    for name in ("title", "description", "org id or MID", "contact"):
        assert name in told
    for text in ("Printer on fire", "It is off now.", "MID-1", "Lou"):
        assert text not in told


async def test_an_edit_that_changes_nothing_says_so(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("linda")
    await ana.runs("/case edit 1001")
    await ana.submits()
    assert list(ana.errors.values()) == [
        "Nothing is different from before. Change something, or close this window."
    ]


async def test_what_a_case_needs_cannot_be_edited_away(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("linda")
    await ana.runs("/case edit 1001")
    await ana.submits(title="  ", description=" \n", contact_email="nowhere", contact_phone="x")
    assert set(ana.errors) == {"title", "description", "contact_email", "contact_phone"}
    forge_option(workplace, ana, "severity", "9")
    await ana.submits(title="T", description="D", contact_email=None, contact_phone=None, severity="9")
    assert list(ana.errors.values()) == ["This severity is no longer on the list. Choose another one."]
    assert "Printer on fire" in (await workplace.card("00001001")).all_text


async def test_a_support_contact_changes_what_is_theirs_to_say(workplace: Workplace) -> None:
    linda, raj = workplace.people("linda raj")
    number = await workplace.case_of("linda")
    await raj.runs("/case edit 1001")
    assert set(fields_of(raj)) == {
        "description",
        "severity",
        "business_impact",
        "contact_name",
        "contact_email",
        "contact_phone",
    }
    await raj.submits(severity="1", contact_name="Raj Patel")
    assert raj.modal is not None  # he does not see the card, so the window shows the case
    assert "Severity: 1 - Critical" in raj.modal.text
    assert "Contact: Raj Patel" in raj.modal.text
    assert "Severity 1 - Critical" in (await workplace.card(number)).all_text
    await linda.runs("/case edit 1001")
    forge_input(workplace, linda, "title")
    forge_input(workplace, linda, "org_id")
    await linda.submits(title="Mine now", org_id="MID-2", severity="3")
    assert list(linda.errors.values()) == [
        "Only support staff change org id or MID and title. Say what is wrong in a comment."
    ]
    card = await workplace.card(number)
    assert "Printer on fire" in card.all_text
    assert "Severity 1 - Critical" in card.all_text


async def test_community_users_edit_nothing(workplace: Workplace) -> None:
    tess = workplace.person("tess")
    await workplace.case_of("linda")
    await tess.runs("/case edit 1001")
    assert tess.modal is None
    assert tess.reply == (
        "Only the account's support contacts and support staff may edit a case. Ask one of them."
    )


async def test_a_stale_edit_keeps_what_was_typed_and_says_what_differs(workplace: Workplace) -> None:
    ana, ben = workplace.people("ana ben")
    number = await workplace.case_of("linda")
    await ana.runs("/case edit 1001")
    await does(ben, "/case edit 1001", title="Fire put out", severity="4", description="Only ashes left.")
    await ana.submits(title="Printer burns", business_impact="sales_stopped", description="Flames!")
    assert ana.modal is not None
    assert "Somebody changed case 00001001 meanwhile, so nothing is saved yet." in ana.modal.text
    banner = next(line for line in ana.modal.text.split("\n") if "It says now" in line)
    assert "title: Fire put out" in banner
    assert "severity" not in banner, "she has not touched it: it follows the case"
    assert "description" in banner
    assert held(ana, "title") == "Printer burns"
    assert held(ana, "description") == "Flames!"
    assert held(ana, "business_impact") == "sales_stopped"
    assert held(ana, "severity") == "4"
    assert "Fire put out" in (await workplace.card(number)).all_text
    await ana.submits()  # she has seen it, and means it
    assert ana.errors == {}
    card = await workplace.card(number)
    assert "Printer burns" in card.all_text
    assert "Sales have stopped" in card.all_text


async def test_a_comment_does_not_make_an_edit_stale(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    number = await workplace.case_of("linda")
    await ana.runs("/case edit 1001")
    await does(linda, "/case comment 1001", text="Hurry")
    await ana.submits(severity="1")
    assert ana.errors == {}
    assert "Severity 1 - Critical" in (await workplace.card(number)).all_text


async def test_a_closed_case_may_still_be_put_right(workplace: Workplace) -> None:
    linda = workplace.person("linda")
    number = await workplace.case_of("linda")
    await does(linda, "/case close 1001", resolution="solved")
    await does(linda, "/case edit 1001", severity="4")
    card = await workplace.card(number)
    assert "Severity 4 - Low" in card.all_text
    assert "Status Closed" in card.text
