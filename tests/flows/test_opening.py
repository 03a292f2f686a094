"""Opening a case: the window, what it asks, what it keeps, and where the card goes."""

from __future__ import annotations

from tests.flows.conftest import (
    OPEN_FORM,
    Workplace,
    fields_of,
    held,
    open_case,
    options,
)
from tests.flows.forging import forge_option

FULL = {
    "account": "Harbour Optics",
    "title": "Labels print upside down",
    "description": "Since this morning.\nAll of them.",
    "severity": "3",
    "business_impact": "staff_slowed",
    "kind": "complaint",
    "timezone": "Asia/Tokyo",
    "org_id": "MID-777",
    "contact_name": "Jana Dvořák",
    "contact_email": "jana@harbour.example",
    "contact_phone": "+420 (2) 555-0199 ext. 12",
    "team": "Level two",
}


async def test_every_field_is_kept_and_shown(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await open_case(ana, **FULL)
    await ana.closes()
    await ana.runs("/case show 1001")
    assert ana.modal is not None
    for line in (
        "Labels print upside down",
        "Since this morning.\nAll of them.",
        "Severity: 3 - Normal: something works wrongly",
        "Business impact: Our own staff lose time",
        "Kind: Complaint",
        "Time zone: Tokyo, Osaka",
        "Account: Harbour Optics",
        "Org id or MID: MID-777",
        "Contact: Jana Dvořák · jana@harbour.example · +420 (2) 555-0199 ext. 12",
        "Team: Level two",
        "Status: New",
        "Opened by: @ana",
        "Owner: nobody yet",
    ):
        assert line in ana.modal.text, line
    await ana.closes()
    await ana.runs("/case edit 1001")
    for field in fields_of(ana):
        assert held(ana, field) == FULL[field], field


async def test_the_card_says_what_matters(workplace: Workplace) -> None:
    await open_case(workplace.person("ana"), **{**FULL, "team": "No team yet"})
    card = await workplace.card("00001001")
    for words in (
        "00001001 · Labels print upside down",
        "New",
        "Severity 3 - Normal",
        "Owner: nobody yet",
        "Harbour Optics",
        "Opened by Ana Lima",
        "Our own staff lose time",
    ):
        assert words in card.all_text, words
    assert card.buttons == [
        *("Take", "Comment", "Set status", "Close case", "Tell me then", "Ask to expedite", "More...")
    ]
    assert "Labels print upside down" in card.text  # for screen readers


async def test_text_after_open_becomes_the_title(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    for typed, title in (
        ("Printer on fire", "Printer on fire"),
        ("  Printer   on fire ", "Printer   on fire"),
        ("a <b> & c for @ben in #general", "a <b> & c for @ben in #general"),
        ("<!channel> help", "<!channel> help"),
        ("שלום 😀 `x` *y*", "שלום 😀 `x` *y*"),
        ("x" * 400, "x" * 150),
        ("smoke " * 600, ("smoke " * 600)[:150]),
        ("", None),
    ):
        await ana.runs(f"/case open {typed}")
        assert held(ana, "title") == title, typed
        await ana.closes()


async def test_what_a_case_needs_must_be_said(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    needed = ("account", "title", "description", "severity", "business_impact", "kind")
    await ana.runs("/case open")
    await ana.submits(**dict.fromkeys(needed))
    assert set(ana.errors) == set(needed)
    await ana.submits(**{**OPEN_FORM, "title": "   ", "description": " \n "})
    assert ana.errors == {
        "title": "The title is missing. Say in a few words what it is about.",
        "description": "The description is missing. Say what happens.",
    }
    await workplace.settled()
    assert workplace.person("omar").messages("support-cases") == []


async def test_contact_details_are_checked_mildly_and_nothing_typed_is_lost(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await ana.runs("/case open")
    await ana.submits(**OPEN_FORM, contact_email="jana at home", contact_phone="call me")
    assert ana.errors == {
        "contact_email": "This is no e-mail address. Write it like name@example.com, or leave it empty.",
        "contact_phone": "This is no phone number. Write it in digits, or leave it empty.",
    }
    await ana.submits(contact_email="jana@home", contact_phone="0199")
    assert ana.errors == {}
    assert ana.modal is not None
    assert ana.modal.title == "Case opened"
    card = await workplace.card("00001001")
    assert "Printer on fire" in card.all_text


async def test_what_is_left_empty_comes_from_the_account_and_the_person(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    await ana.runs("/case open")
    for field in ("timezone", "contact_name", "account", "org_id"):
        assert held(ana, field) is None, field  # she has not said yet whose case it is
    await ana.submits(**OPEN_FORM)
    await ana.closes()
    await linda.runs("/case open")
    assert held(linda, "timezone") == "America/Los_Angeles"  # her account's
    assert held(linda, "contact_name") == "Linda Berg"
    await linda.submits(**OPEN_FORM)
    await linda.closes()
    for number, contact in ((1001, "not said"), (1002, "Linda Berg")):
        await ana.runs(f"/case show {number}")
        assert ana.modal is not None
        assert "Org id or MID: MID-40017" in ana.modal.text
        assert "Time zone: Los Angeles, San Francisco, Seattle" in ana.modal.text
        assert f"Contact: {contact}" in ana.modal.text
        await ana.closes()


async def test_a_support_contact_opens_cases_of_their_own_account_only(workplace: Workplace) -> None:
    linda, viktor, ana = workplace.people("linda viktor ana")
    await linda.runs("/case open")
    assert options(linda, "account") == ["Cloud Nine Shoes"]
    assert "team" not in fields_of(linda)
    await viktor.runs("/case open")
    assert options(viktor, "account") == ["Harbour Optics"]
    await ana.runs("/case open")
    assert options(ana, "account") == ["Cloud Nine Shoes", "Harbour Optics"]
    assert options(ana, "team") == ["No team yet", "Integrations", "Level one", "Level two"]


async def test_a_forged_account_opens_nothing(workplace: Workplace) -> None:
    linda = workplace.person("linda")
    await linda.runs("/case open")
    forge_option(workplace, linda, "account", "2")
    await linda.submits(**OPEN_FORM | {"account": "2"})
    assert "This account is not yours. Choose your own account." in linda.errors.values()
    await workplace.settled()
    assert workplace.person("omar").messages("support-cases") == []


async def test_a_forged_choice_is_refused_and_opens_nothing(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    for field, word in (
        ("severity", "severity"),
        ("business_impact", "business impact"),
        ("kind", "kind"),
        ("timezone", "time zone"),
    ):
        await ana.runs("/case open")
        forge_option(workplace, ana, field, "9")
        await ana.submits(**OPEN_FORM | {field: "9"})
        assert list(ana.errors.values()) == [f"This {word} is no longer on the list. Choose another one."]
        await ana.closes()
    await workplace.settled()
    assert workplace.person("omar").messages("support-cases") == []


async def test_community_users_are_told_politely_who_opens_cases(workplace: Workplace) -> None:
    tess = workplace.person("tess")
    await tess.runs("/case open Printer on fire")
    assert tess.modal is None
    assert tess.reply == (
        "Only the account's support contacts and support staff may open a case. Ask one of them."
    )


async def test_the_card_goes_to_the_channel_of_the_team(workplace: Workplace) -> None:
    ana, ines = workplace.people("ana ines")
    await open_case(ana, team="Integrations")
    await workplace.card("00001001", channel="integrations")
    assert ana.messages("support-cases") == []
    assert ines.sees("00001001", channel="integrations")
    await ana.closes()
    await open_case(ana, team="Level two")  # has no channel of its own
    await workplace.card("00001002")


async def test_the_window_shows_the_number_and_the_opener_is_not_told_again(workplace: Workplace) -> None:
    linda = workplace.person("linda")
    await open_case(linda, title="Printer on fire")
    assert linda.modal is not None
    assert linda.modal.title == "Case opened"
    assert "00001001 · Printer on fire" in linda.modal.text
    await workplace.settled()
    assert linda.dms == []


async def test_numbers_never_repeat(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    for number, opener in (("00001001", ana), ("00001002", linda), ("00001003", ana)):
        await open_case(opener)
        assert opener.modal is not None
        assert number in opener.modal.text
        await opener.closes()
    await linda.runs("/case open")
    forge_option(workplace, linda, "account", "2")
    await linda.submits(**OPEN_FORM | {"account": "2"})  # refused: may leave a gap, never a double
    await linda.closes()
    await ana.runs("/case close 1003")
    await ana.submits(resolution="duplicate")
    await open_case(ana)
    assert ana.modal is not None
    assert not any(number in ana.modal.text for number in ("00001001", "00001002", "00001003"))
    await workplace.settled()
    cards = workplace.person("omar").messages("support-cases")
    assert len({card.all_text.split("\n")[1][:8] for card in cards}) == 4


async def test_numbers_go_on_after_a_restart(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await open_case(ana)
    await ana.closes()
    await workplace.settled()
    await workplace.restart()
    await open_case(ana, title="Printer still on fire")
    assert ana.modal is not None
    assert "00001002 · Printer still on fire" in ana.modal.text
    await workplace.card("00001002")
    await workplace.card("00001001")
