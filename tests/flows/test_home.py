"""App Home: two lists a person, by what they are to the desk; published again after each act of theirs."""

from __future__ import annotations

import pytest

from tests.flows.conftest import HARBOUR, Role, Workplace, does, open_case
from tests.flows.forging import forge_act, forge_button


@pytest.mark.parametrize(
    ("handle", "who", "sections", "opens"),
    [
        ("ana", "Ana Lima · Agent · Level two", ["My cases", "Cases I created"], True),
        ("maria", "Maria Keller · Manager", ["My cases", "Cases I created"], True),
        ("omar", "Omar Reyes · Administrator", ["My cases", "Cases I created"], True),
        (
            "linda",
            "Linda Berg · Designated support contact · Cloud Nine Shoes",
            ["Cases I created", "My account's cases"],
            True,
        ),
        (
            "tess",
            "Tess Young · Community user · Cloud Nine Shoes",
            ["Cases I created", "My account's cases"],
            False,
        ),
    ],
)
async def test_home_has_two_sections_that_suit_the_person(
    workplace: Workplace, handle: str, who: str, sections: list[str], opens: bool
) -> None:
    person = workplace.person(handle)
    await person.opens_home()
    assert person.home is not None
    assert who in person.home.text
    heads = [line for line in person.home.text.split("\n") if line.startswith("*")]
    assert heads == [f"*{name}* (0)" for name in sections]
    assert ("Open a case" in person.home.buttons) == opens
    assert ("/desk people" in person.home.text) == (handle == "omar")


async def test_somebody_not_set_up_finds_a_friendly_first_step(workplace: Workplace) -> None:
    sam = workplace.person("sam")
    await workplace.case_of("ana")
    await sam.opens_home()
    assert sam.home is not None
    assert "ask an administrator of the desk" in sam.home.text
    assert sam.home.buttons == []
    assert "00001001" not in sam.home.text


async def test_the_two_lists_differ(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("ana", owner="ben", title="Opened by me")
    await workplace.case_of("linda", owner="ana", title="Owned by me")
    await workplace.case_of("linda", owner="ben", title="Not mine")
    await ana.opens_home()
    assert ana.home is not None
    mine, created = ana.home.text.split("*Cases I created*")
    assert "*My cases* (1)" in mine
    assert "Owned by me" in mine
    assert "Opened by me" not in mine
    assert created.startswith(" (1)")
    assert "Opened by me" in created
    assert "Not mine" not in ana.home.text


async def test_the_customer_sides_home_shows_its_own_account_only(workplace: Workplace) -> None:
    await workplace.case_of("linda", title="Opened by Linda")
    await workplace.case_of("ana", title="Opened for us")
    await workplace.case_of("viktor", title="Secret of Harbour")
    await workplace.case_of("ana", account_id=HARBOUR, title="Secret for Harbour")
    for handle in ("linda", "raj", "tess"):
        person = workplace.person(handle)
        await person.opens_home()
        assert person.home is not None
        created, account = person.home.text.split("*My account's cases*")
        assert ("Opened by Linda" in created) == (handle == "linda")
        assert account.startswith(" (2)")
        assert "Opened by Linda" in account
        assert "Opened for us" in account
        assert "Secret" not in person.home.text


async def test_home_follows_ones_own_acts(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    card = await workplace.card(await workplace.case_of("linda"))
    await ana.opens_home()
    assert ana.home is not None
    assert "*My cases* (0)" in ana.home.text
    await ana.clicks("Take", on=card)
    await workplace.settled()
    assert "*My cases* (1)" in ana.home.text
    assert "Open · Severity 2 - High" in ana.home.text
    await does(ana, "/case comment 1001", text="on it")
    await workplace.settled()
    assert "Working · Severity 2 - High" in ana.home.text
    await does(ana, "/case close 1001", resolution="solved")
    await workplace.settled()
    assert "*My cases* (0)" in ana.home.text


async def test_a_case_is_opened_and_looked_at_from_home(workplace: Workplace) -> None:
    linda = workplace.person("linda")
    await linda.opens_home()
    await linda.clicks("Open a case")
    assert linda.modal is not None
    assert linda.modal.title == "Open a case"
    await linda.submits(
        title="Printer on fire", description="Smoke", business_impact="none", severity="4", kind="enquiry"
    )
    assert linda.errors == {}
    await linda.closes()
    await workplace.settled()
    await linda.opens_home()
    assert linda.home is not None
    assert "00001001 · Printer on fire" in linda.home.text
    await linda.clicks("Show")
    assert linda.modal is not None
    assert linda.modal.title == "Case 00001001"


async def test_home_shows_ten_of_each_and_leads_to_all(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    for _ in range(12):
        await workplace.case_of("ana")
    await ana.opens_home()
    assert ana.home is not None
    assert "*Cases I created* (12)" in ana.home.text
    assert ana.home.buttons.count("Show") == 10
    await ana.clicks("See all")
    assert ana.modal is not None
    assert ana.modal.title == "Cases I created"
    assert "1-10 of 12" in ana.modal.text


async def test_home_changes_with_ones_role(workplace: Workplace) -> None:
    sam = workplace.person("sam")
    await sam.opens_home()
    await workplace.role_of("sam", Role.DSC, HARBOUR)
    await workplace.settled()
    assert sam.home is not None
    assert "Sam Newcomer · Designated support contact · Harbour Optics" in sam.home.text
    await workplace.role_of("sam", None)
    await workplace.settled()
    assert "ask an administrator of the desk" in sam.home.text


async def test_forged_buttons_of_home_show_nothing_of_another_account(workplace: Workplace) -> None:
    viktor = workplace.person("viktor")
    await workplace.case_of("linda", title="Secret of Cloud Nine")
    await workplace.case_of("viktor")
    await viktor.opens_home()
    forge_button(workplace, viktor, "case.page", "1.1")
    await viktor.clicks("Show")
    assert viktor.modal is not None
    assert "This case does not exist, or you may not see it." in viktor.modal.text
    await viktor.closes()
    for kind in ("mine", "created", "team", "account"):
        await viktor.opens_home()
        await viktor.clicks(forge_act(workplace, viktor, "home.list", kind))
        assert not viktor.sees("Secret of Cloud Nine"), kind
        await viktor.closes()


async def test_a_community_user_cannot_open_a_case_by_a_forged_button(workplace: Workplace) -> None:
    tess = workplace.person("tess")
    await workplace.case_of("linda")
    await tess.opens_home()
    await tess.clicks(forge_act(workplace, tess, "home.open", "open"))
    assert tess.modal is not None
    assert "Only the account's support contacts and support staff may open a case." in tess.modal.text


async def test_home_is_published_only_for_people_who_look_at_it(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await open_case(ana)
    await workplace.settled()
    assert ana.home is None
