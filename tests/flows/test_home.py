"""App Home: two lists a person, by what they are to the desk; published again after each act of theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.access import AccessKind, RequestAccess
from bot.domain.ids import CallKey, SlackUserId
from bot.services import access, finding
from tests.flows.conftest import CLOUD_NINE, HARBOUR, LEVEL_TWO, Role, Workplace, does, open_case
from tests.flows.forging import forge_act, forge_button


@pytest.mark.parametrize(
    ("handle", "who", "sections", "opens"),
    [
        ("ana", "Ana Lima · Agent · Level two", ["My cases", "Cases I created"], True),
        ("maria", "Maria Keller · Manager", ["My cases", "Cases I created", "For my teams"], True),
        ("omar", "Omar Reyes · Administrator", ["My cases", "Cases I created", "For my teams"], True),
        (
            "linda",
            "Linda Berg · Designated support contact · Cloud Nine Shoes",
            ["Cases I created", "My account's cases"],
            True,
        ),
        (
            "tess",
            "Tess Young · Community user · Cloud Nine Shoes",
            ["My account's cases"],
            False,
        ),
    ],
)
async def test_home_has_the_lists_that_suit_the_person(
    workplace: Workplace, handle: str, who: str, sections: list[str], opens: bool
) -> None:
    person = workplace.person(handle)
    await person.opens_home()
    assert person.home is not None
    assert who in person.home.text
    heads = [line for line in person.home.text.split("\n") if line.endswith("* (0)")]
    assert heads == [f"*{name}* (0)" for name in sections]
    assert ("*Due next*" in person.home.text) == (handle in ("ana", "maria", "omar"))
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
        created, account = person.home.text.split("*My account's cases*")  # a community user opens none
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


async def test_home_shows_five_of_each_turns_its_pages_and_leads_to_all(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    for _ in range(12):
        await workplace.case_of("ana")
    await ana.opens_home()
    assert ana.home is not None
    assert "*Cases I created* (12) · 1-5" in ana.home.text
    await ana.clicks("Older")
    assert "*Cases I created* (12) · 6-10" in ana.home.text
    assert "00001007" in ana.home.text
    assert "00001012" not in ana.home.text
    await ana.clicks("Older")
    assert "*Cases I created* (12) · 11-12" in ana.home.text
    assert "Older" not in ana.home.buttons
    await ana.clicks("Newer")
    await ana.clicks("Newer")
    assert "00001012" in ana.home.text
    await ana.clicks("See all")
    assert ana.modal is not None
    assert ana.modal.title == "Cases I created"
    assert "1-10 of 12" in ana.modal.text


async def test_one_list_is_turned_and_the_others_stay_where_they_are(workplace: Workplace) -> None:
    linda = workplace.person("linda")
    for _ in range(6):
        await workplace.case_of("linda")
        await workplace.case_of("raj")
    await linda.opens_home()
    assert linda.home is not None
    await linda.clicks("Older")
    assert "*Cases I created* (6) · 6-6" in linda.home.text
    assert "*My account's cases* (12) · 1-5" in linda.home.text
    await linda.clicks("Older")  # of the other list: the first has none any more
    assert "*Cases I created* (6) · 6-6" in linda.home.text
    assert "*My account's cases* (12) · 6-10" in linda.home.text


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


async def test_what_is_owed_first_stands_first_with_its_hour(workplace: Workplace) -> None:
    ana, linda, maria = workplace.people("ana linda maria")
    later = await workplace.case_of("linda", owner="ana", title="Slow", severity=4)
    sooner = await workplace.case_of("linda", owner="ana", title="Down", severity=1)
    await ana.opens_home()
    assert ana.home is not None
    due = ana.home.text.split("*Due next*")[1].split("*My cases*")[0]
    assert due.index(sooner) < due.index(later)
    assert "*You owe a first answer by " in due
    for number in (sooner, later):
        await does(ana, f"/case comment {number}", text="we look", audience="public")
    await workplace.settled()
    assert "Nobody waits for you at the moment." in ana.home.text
    assert "*Cloud Nine Shoes owes the next word since " in ana.home.text  # in the rows of the list
    await does(linda, f"/case comment {later}", text="and now?")
    await ana.opens_home()
    assert "*You owe the customer an answer since " in ana.home.text.split("*My cases*")[0]
    await linda.opens_home()
    assert linda.home is not None
    assert "*Ana Lima owes you an answer since " in linda.home.text
    assert "*Your answer is awaited since " in linda.home.text
    await maria.runs("/case search slow")
    assert maria.modal is not None
    assert "*Ana Lima owes the customer an answer since " in maria.modal.text


async def test_what_staff_ask_each_other_is_owed_among_them_alone(workplace: Workplace) -> None:
    ana, ben, linda = workplace.people("ana ben linda")
    number = await workplace.case_of("linda", owner="ana")
    await does(ana, f"/case comment {number}", text="we look", audience="public")
    await ben.runs(f"/case show {number}")
    await ben.clicks("Ask a question")
    await ben.submits(text="Which fuser?")
    assert ben.errors == {}
    await ana.opens_home()
    assert ana.home is not None
    assert "*You owe an answer to a question since " in ana.home.text
    assert "Ana Lima owes an answer to a question since" in (await workplace.card(number)).all_text
    await linda.opens_home()
    await linda.runs(f"/case show {number}")
    assert linda.home is not None
    assert linda.modal is not None
    for text in (linda.home.text, linda.modal.text):
        assert "Your answer is awaited since" in text
        assert "question" not in text
    await does(ana, f"/case comment {number}", text="the upper one")
    await workplace.settled()
    assert "owe an answer to a question" not in ana.home.text


async def test_what_nobody_owns_is_for_its_team_to_take_and_without_a_team_for_everybody(
    workplace: Workplace,
) -> None:
    ben, ines, chloe = workplace.people("ben ines chloe")
    await workplace.case_of("ana", team_id=LEVEL_TWO, title="Of level two")
    await workplace.case_of("linda", title="Of no team")
    for person, sees in (
        (ben, ["Of level two", "Of no team"]),
        (ines, ["Of no team"]),
        (chloe, []),  # level one takes no cases
    ):
        await person.opens_home()
        assert person.home is not None
        to_take = person.home.text.partition("*To be taken*")[2].partition("*My cases*")[0]
        assert [title for title in ("Of level two", "Of no team") if title in to_take] == sees
        assert ("Somebody owes a first answer by" in to_take) is bool(sees)


async def test_the_accounts_escalations_stand_on_its_peoples_home(workplace: Workplace) -> None:
    linda, tess, viktor = workplace.people("linda tess viktor")
    number = await workplace.case_of("linda", severity=1, title="Shop is down")
    await workplace.sandbox.travel(workplace.sandbox.clock.now() + timedelta(hours=2))
    await does(linda, f"/case escalate {number}", reason="worse")
    await workplace.settled()
    for person, sees in ((linda, True), (tess, True), (viktor, False)):
        await person.opens_home()
        assert person.home is not None
        assert ("*Escalated* (1)" in person.home.text) is sees
        assert ("Shop is down" in person.home.text) is sees


async def test_what_others_wait_for_stands_on_home_with_the_way_to_it(workplace: Workplace) -> None:
    linda, ana = workplace.people("linda ana")
    asked = RequestAccess(kind=AccessKind.LOCKOUT, account_id=CLOUD_NINE, who_name="Jane", who_email="")
    await access.request_access(workplace.bot.desk, asked, SlackUserId("U0TESS"), CallKey("begin:access"))
    await linda.opens_home()
    assert linda.home is not None
    assert "1 request of people who cannot get in" in linda.home.text
    await linda.clicks("Look")
    assert linda.modal is not None
    assert "Jane" in linda.modal.text
    await ana.opens_home()
    assert ana.home is not None
    assert "cannot get in" not in ana.home.text  # the account's own contacts see to it


async def test_saved_searches_are_run_from_home(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("linda", title="Shop is down")
    desk, by = workplace.bot.desk, SlackUserId("U0ANA")
    await finding.save_query(desk, by, CallKey("begin:query"), None, "Open ones", "is:open", shared=False)
    await ana.opens_home()
    assert ana.home is not None
    assert "*Saved searches* (1)" in ana.home.text
    await ana.clicks(forge_act(workplace, ana, "home.saved", "1"))
    assert ana.modal is not None
    assert "Shop is down" in ana.modal.text


async def test_a_new_desk_tells_its_administrator_what_is_still_to_do(workplace: Workplace) -> None:
    omar, maria = workplace.people("omar maria")
    for person in (omar, maria):
        await person.opens_home()
        assert person.home is not None
    assert "To finish setting up this desk" in omar.home.text
    assert "/desk phones" in omar.home.text
    assert "To finish" not in maria.home.text
