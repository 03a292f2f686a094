"""The customer side sees and touches the cases of its own account, and nothing else, whatever it sends."""

from __future__ import annotations

import pytest

from bot.sandbox import Person
from tests.flows.conftest import Role, Workplace, does
from tests.flows.forging import forge_act, forge_reference

SECRET = "Secret of Cloud Nine"
ON_MESSAGES = ("case.page", "case.take", "case.comment", "case.status", "case.close", "case.reopen")
"""What a button of a message can do."""


async def two_accounts(workplace: Workplace) -> None:
    """1001 belongs to Cloud Nine Shoes, 1002 to Harbour Optics; their ids are 1 and 2."""
    await workplace.case_of("linda", title=SECRET, description=SECRET, owner="ana")
    await workplace.case_of("viktor", owner="ana")
    await workplace.settled()


def refused(person: Person) -> bool:
    """Whether the person was told politely that this is not theirs."""
    said = person.reply + (person.modal.text if person.modal else "") + "".join(person.errors.values())
    return "you may not see it" in said or "Only support staff may" in said or "Only the account's" in said


@pytest.mark.parametrize("handle", ["viktor", "nadia"])
async def test_commands_about_a_case_of_another_account_find_none(workplace: Workplace, handle: str) -> None:
    person = workplace.person(handle)
    await two_accounts(workplace)
    for word in ("show", "edit", "comment", "assign", "status", "close", "reopen"):
        await person.runs(f"/case {word} 1001")
        assert person.modal is None, word
        assert person.reply == (
            "Case 00001001 does not exist, or you may not see it. Check the number with /case list."
        ), word
    assert not person.sees(SECRET)


@pytest.mark.parametrize("handle", ["viktor", "nadia"])
async def test_lists_and_home_hold_no_case_of_another_account(workplace: Workplace, handle: str) -> None:
    person = workplace.person(handle)
    await two_accounts(workplace)
    for words in ("", "mine", "created", "team", "account"):
        await person.runs(f"/case list {words}")
        assert person.modal is not None
        assert "00001001" not in person.modal.text
        await person.closes()
    await person.opens_home()
    assert person.home is not None
    assert "00001001" not in person.home.text
    assert "00001002" in person.home.text


async def test_forged_ids_in_a_direct_messages_button_do_nothing(workplace: Workplace) -> None:
    viktor = workplace.person("viktor")
    await two_accounts(workplace)
    (notice,) = viktor.dms
    for act in ON_MESSAGES:
        await viktor.clicks(forge_act(workplace, viktor, act, "1.2", on=notice), on=notice)
        assert viktor.modal is None, act
        assert refused(viktor), f"{act}: {viktor.failure} {viktor.reply!r}"
        viktor.reloads()
    assert not viktor.sees(SECRET)
    card = await workplace.card("00001001")
    assert "Status Open" in card.text
    assert "Owner: Ana Lima" in card.all_text


async def test_forged_ids_in_forms_change_nothing(workplace: Workplace) -> None:
    viktor = workplace.person("viktor")
    await two_accounts(workplace)
    forms: dict[str, dict[str, str]] = {
        "comment": {"text": "hello over there"},
        "edit": {"severity": "4"},
        "close": {"resolution": "solved"},
    }
    for word, fields in forms.items():
        for version in (1, 2, 3):
            await viktor.runs(f"/case {word} 1002")
            forge_reference(workplace, viktor, case=1, version=version)
            await viktor.submits(**fields)
            assert refused(viktor), word
            assert viktor.errors, word
            await viktor.closes()
    assert not viktor.sees(SECRET)
    card = await workplace.card("00001001")
    assert card.replies == []
    assert "Severity 2 - High" in card.all_text
    assert "Status Open" in card.text


async def test_a_reply_in_the_thread_of_another_accounts_card_is_no_comment(workplace: Workplace) -> None:
    viktor, ana = workplace.people("viktor ana")
    team = await workplace.team_in("general")
    number = await workplace.case_of("linda", team_id=None, title=SECRET)
    number = await workplace.case_of("ana", team_id=team)
    card = await workplace.card(number, channel="general")
    await viktor.says("me too", channel="general", thread=card)
    assert "Your reply is not in the case." in viktor.reply
    await ana.runs(f"/case show {number}")
    assert ana.modal is not None
    assert "me too" not in ana.modal.text


async def test_whoever_changes_sides_sees_the_other_side_only(workplace: Workplace) -> None:
    linda = workplace.person("linda")
    await two_accounts(workplace)
    await linda.runs("/case show 1001")
    window = linda.modal
    assert window is not None
    await workplace.role_of("linda", Role.DSC, 2)
    await linda.clicks("Edit")
    assert linda.modal is not None
    assert "you may not see it" in linda.modal.text
    await linda.closes(everything=True)
    await linda.runs("/case show 1001")
    assert linda.modal is None
    await linda.runs("/case show 1002")
    assert linda.modal is not None
    await linda.closes()
    await linda.runs("/case list created")  # she created 1001, but it is not hers to see any more
    assert linda.modal is not None
    assert "00001001" not in linda.modal.text


async def test_the_customer_side_never_sees_what_is_internal(workplace: Workplace) -> None:
    ana, linda, tess = workplace.people("ana linda tess")
    await two_accounts(workplace)
    await does(ana, "/case comment 1001", text="not for customers")
    await does(ana, "/case assign 1001", owner="ben", note="not for customers either")
    for person in (linda, tess):
        await person.runs("/case show 1001")
        assert person.modal is not None
        assert "No comments yet." in person.modal.text
        await person.clicks("History")
        assert person.modal is not None
        assert "internal" not in person.modal.text
        await person.closes(everything=True)
        await person.opens_home()
        await workplace.settled()
        assert not person.sees("not for customers")


async def test_community_users_read_and_comment_on_open_cases_of_their_account(workplace: Workplace) -> None:
    tess, linda, ana = workplace.people("tess linda ana")
    await workplace.case_of("linda", owner="ana")
    await tess.runs("/case show 1001")
    assert tess.modal is not None
    assert tess.modal.buttons == ["Comment", "History", "Clocks"]
    await tess.clicks("Comment")
    await tess.submits(text="It burns in the shop")
    assert tess.modal is not None
    assert "It burns in the shop" in tess.modal.text
    await tess.closes()
    (reply,) = (await workplace.card("00001001")).replies
    assert "Tess Young" in reply.all_text
    for words in ("edit", "assign", "status", "close"):
        await tess.runs(f"/case {words} 1001")
        assert tess.modal is None
        assert refused(tess), words
    await does(linda, "/case close 1001", resolution="solved")
    for words in ("show", "comment", "reopen"):
        await tess.runs(f"/case {words} 1001")
        assert tess.modal is None
        assert "you may not see it" in tess.reply, words
    await linda.runs("/case show 1001")
    assert linda.modal is not None
    await ana.runs("/case reopen 1001")
    await ana.submits(reason="again")
    await tess.runs("/case show 1001")
    assert tess.modal is not None


async def test_a_community_users_open_window_does_not_outlive_the_case(workplace: Workplace) -> None:
    tess, linda = workplace.people("tess linda")
    await workplace.case_of("linda")
    await tess.runs("/case comment 1001")
    await does(linda, "/case close 1001", resolution="solved")
    await tess.submits(text="one more thing")
    assert "you may not see it" in tess.errors["text"]
    assert (await workplace.card("00001001")).replies == []


async def test_forged_acts_of_a_community_user_are_refused(workplace: Workplace) -> None:
    tess = workplace.person("tess")
    await workplace.case_of("linda")
    for act in ("case.take", "case.assign", "case.edit", "case.status", "case.close"):
        await tess.runs("/case show 1001")
        await tess.clicks(forge_act(workplace, tess, act, "1.1"))
        assert refused(tess), act
        await tess.closes(everything=True)
    card = await workplace.card("00001001")
    assert "Status New" in card.text
    assert "Owner: nobody yet" in card.all_text
