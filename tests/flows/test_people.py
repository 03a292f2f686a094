"""`/desk people`: an administrator says what somebody is to the desk; it counts from then on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.sandbox import Person
from tests.flows.conftest import LEVEL_TWO, Role, Workplace, does, fields_of, held, options

DAY = date(2026, 11, 2)


async def sets(person: Person, who: str, **fields: object) -> None:
    """Set somebody up through the window."""
    await person.runs(f"/desk people @{who}")
    assert person.modal is not None, person.reply
    await person.submits(**fields)


async def test_a_role_is_given_changed_and_taken_away(workplace: Workplace) -> None:
    omar, sam = workplace.people("omar sam")
    number = await workplace.case_of("linda")
    await sam.runs(f"/case show {number}")
    assert "You are not set up here yet." in sam.reply

    await sets(omar, "sam", role="agent", teams=["Level two"])
    assert omar.modal is not None
    assert "@sam is set up: Agent in Level two. It counts from now on." in omar.modal.text
    await omar.closes()
    await sam.runs(f"/case show {number}")
    assert sam.modal is not None
    assert "Set status" in sam.modal.buttons
    await sam.closes()

    await sets(omar, "sam", role="dsc", account="Harbour Optics", teams=None, named_by="Petra", named_on=DAY)
    assert omar.modal is not None
    assert "@sam is set up: Designated support contact of Harbour Optics." in omar.modal.text
    assert "Named by Petra on 2 Nov 2026." in omar.modal.text
    assert "Harbour Optics has 2 support contacts (3 to 5 expected)." in omar.modal.text
    await omar.closes()
    await sam.runs(f"/case show {number}")
    assert sam.modal is None
    assert "does not exist, or you may not see it" in sam.reply
    await sam.runs("/case open")
    assert options(sam, "account") == ["Harbour Optics"]
    await sam.closes()

    await sets(omar, "sam", role="No role", account="No account")
    assert omar.modal is not None
    assert "@sam has no role any more." in omar.modal.text
    await sam.runs("/case list")
    assert sam.modal is None
    assert "You are not set up here yet." in sam.reply


async def test_the_window_shows_what_somebody_is_now(workplace: Workplace) -> None:
    omar = workplace.person("omar")
    await omar.runs("/desk people @ana")
    assert held(omar, "person") == "U0ANA"
    assert held(omar, "role") == "agent"
    assert held(omar, "account") == "-"
    assert omar.modal is not None
    (teams,) = omar.modal.values["teams"].values()
    assert [one["text"]["text"] for one in teams["selected_options"]] == ["Level two"]
    await omar.fills(person="linda")  # another one: the window follows
    assert held(omar, "role") == "dsc"
    assert omar.modal is not None
    (account,) = omar.modal.values["account"].values()
    assert account["selected_option"]["text"]["text"] == "Cloud Nine Shoes"
    (teams,) = omar.modal.values["teams"].values()
    assert teams["selected_options"] == []


async def test_without_a_name_there_is_the_list_and_its_window_asks_who_first(workplace: Workplace) -> None:
    omar = workplace.person("omar")
    await omar.runs("/desk people")
    await omar.clicks("Set up somebody")
    assert fields_of(omar) == ["person"]
    await omar.fills(person="sam")
    assert fields_of(omar) == ["person", "role", "account", "named_by", "named_on", "teams"]
    await omar.submits(role="manager")
    assert omar.modal is not None
    assert omar.modal.title == "People"  # the list again, with what came of it on top
    assert "@sam is set up: Manager." in omar.modal.text


async def test_who_saves_before_the_window_follows_saves_nothing_for_the_wrong_person(
    workplace: Workplace,
) -> None:
    omar, raj = workplace.people("omar raj")
    await omar.runs("/desk people @ana")

    async def too_slow(moment: str, method: str, _: dict[str, Any]) -> None:
        if (moment, method) == ("before", "views.update"):
            raise ConnectionError("the line is cut")

    workplace.sandbox.interfere = too_slow
    await omar.fills(person="raj")
    workplace.sandbox.interfere = None
    await omar.closes()  # a fault was told; below it the window still shows Ana's settings
    await omar.submits(role="manager")
    assert omar.modal is not None
    assert "Nothing is saved yet." in omar.modal.text
    assert held(omar, "person") == "U0RAJ"
    assert held(omar, "role") == "dsc"
    await raj.runs("/desk people")
    assert "Only administrators may set up the desk." in raj.reply
    await raj.runs("/case open")
    assert options(raj, "account") == ["Cloud Nine Shoes"]
    await omar.submits(role="manager", account="No account")
    assert "@raj is set up: Manager." in omar.modal.text


@pytest.mark.parametrize("handle", ["ana", "maria", "linda", "tess", "sam"])
async def test_only_administrators_set_people_up(workplace: Workplace, handle: str) -> None:
    person = workplace.person(handle)
    await person.runs(f"/desk people @{handle}")
    assert person.modal is None
    if handle == "sam":
        assert person.reply.startswith("You are not set up here yet.")
    else:
        assert person.reply == "Only administrators may set up the desk. Ask one of them."


async def test_who_is_no_administrator_any_more_saves_nothing(workplace: Workplace) -> None:
    omar, maria, sam = workplace.people("omar maria sam")
    await workplace.role_of("maria", Role.ADMINISTRATOR)
    await maria.runs("/desk people @sam")
    await sets(omar, "maria", role="manager")
    await maria.submits(role="administrator")
    assert list(maria.errors.values()) == ["Only administrators may set up the desk. Ask one of them."]
    await sam.runs("/case list")
    assert "You are not set up here yet." in sam.reply


async def test_the_last_administrator_stays(workplace: Workplace) -> None:
    omar, maria = workplace.people("omar maria")
    for role in ("manager", "agent", "No role"):
        await sets(omar, "omar", role=role)
        assert list(omar.errors.values()) == [
            "This is the last administrator, and a desk needs one. Make somebody else administrator first."
        ], role
        await omar.closes()
    await sets(omar, "maria", role="administrator")
    await omar.closes()
    await sets(omar, "omar", role="agent")
    assert omar.errors == {}
    await omar.closes()
    await omar.runs("/desk people @sam")
    assert omar.modal is None
    assert "Only administrators may set up the desk." in omar.reply
    await sets(maria, "omar", role="administrator")
    assert maria.errors == {}


async def test_people_of_the_customer_side_need_an_account_and_no_team(workplace: Workplace) -> None:
    omar, sam = workplace.people("omar sam")
    for role in ("dsc", "community"):
        await sets(omar, "sam", role=role, named_by="Petra")
        assert omar.errors == {"account": "Customer-side people belong to an account. Choose theirs."}
        await omar.submits(account="Cloud Nine Shoes", teams=["Level one"])
        assert omar.errors == {"teams": "Only support staff are in teams. Choose none."}
        await omar.closes()
    for role in ("agent", "manager", "administrator", "No role"):
        await sets(omar, "sam", role=role, account="Cloud Nine Shoes")
        assert omar.errors == {"account": "Only customer-side people have an account. Choose no account."}, (
            role
        )
        await omar.closes()
    await sam.runs("/case list")
    assert "You are not set up here yet." in sam.reply


async def test_somebody_never_seen_before_gets_their_name_from_slack(workplace: Workplace) -> None:
    omar, sam, ana = workplace.people("omar sam ana")
    await sets(omar, "sam", role="agent", teams=["Level two"])
    number = await workplace.case_of("linda")
    await does(ana, f"/case assign {number}", owner="sam")
    card = await workplace.card(number)
    assert "Owner: Sam Newcomer" in card.all_text
    await sam.opens_home()
    assert sam.home is not None
    assert "Sam Newcomer · Agent · Level two" in sam.home.text


async def test_a_name_without_a_mention_finds_people_in_the_list(workplace: Workplace) -> None:
    omar = workplace.person("omar")
    await omar.runs("/desk people @nobody-at-all")
    assert omar.modal is not None
    assert "Nothing has “@nobody-at-all” in it." in omar.modal.text
    await omar.runs("/desk people ana")  # no mention
    assert omar.modal is not None
    assert "1-1 of 1" in omar.modal.text
    assert "Ana Lima" in omar.modal.text
    await omar.clicks("Change")
    assert held(omar, "person") == "U0ANA"


async def test_a_new_role_counts_for_windows_that_are_open_already(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    number = await workplace.case_of("linda")
    await ana.runs("/case comment 1001")
    await linda.runs("/case close 1001")
    await workplace.role_of("ana", None)
    await workplace.role_of("linda", None)
    await ana.submits(text="too late")
    assert "You are not set up here yet." in ana.errors["text"]
    await linda.submits(resolution="solved")
    assert "You are not set up here yet." in linda.errors["resolution"]
    await workplace.role_of("ana", Role.AGENT, team_ids=(LEVEL_TWO,))
    assert "Status New" in (await workplace.card(number)).text
