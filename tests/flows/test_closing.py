"""Closing and reopening: who may (domain.md 5), what is asked, what everybody sees afterwards."""

from __future__ import annotations

import pytest

from tests.flows.conftest import Workplace, does, fields_of, held, options, sends
from tests.flows.forging import forge_option, forge_reference

WHO_CLOSES: list[tuple[str, str | None, dict[str, bool | None]]] = [
    # A case created by staff: its creator, anyone of the creator's team, a manager.
    (
        "ana",
        "ines",
        {
            "ana": True,
            "ben": True,
            "maria": True,
            "omar": True,
            "ines": False,
            "chloe": False,
            "linda": False,
            "tess": False,
            "viktor": None,
        },
    ),
    # A case created by the customer side: its owner, a manager, a support contact of the account.
    (
        "linda",
        "ana",
        {
            "ana": True,
            "maria": True,
            "omar": True,
            "linda": True,
            "raj": True,
            "ben": False,
            "ines": False,
            "chloe": False,
            "tess": False,
            "viktor": None,
        },
    ),
    # Nobody owns it yet: nobody of staff but managers.
    ("linda", None, {"ana": False, "maria": True, "raj": True}),
]
"""Creator, owner, and who may close: True, False (told who could), None (told of no such case)."""


@pytest.mark.parametrize(("creator", "owner", "closers"), WHO_CLOSES)
async def test_who_closes_and_reopens(
    workplace: Workplace, creator: str, owner: str | None, closers: dict[str, bool | None]
) -> None:
    number = await workplace.case_of(creator, owner=owner)

    async def try_all(word: str, title: str) -> None:
        for handle, allowed in closers.items():
            person = workplace.person(handle)
            await person.runs(f"/case {word} {number}")
            if allowed:
                assert person.modal is not None, f"{handle}: {person.reply}"
                assert person.modal.title == title
                await person.closes()
                continue
            assert person.modal is None, handle
            if handle == "tess" and word == "reopen":  # community users see open cases only
                assert "does not exist, or you may not see it" in person.reply
            elif handle == "tess":
                assert person.reply == (
                    "Only the account's support contacts and support staff may close a case. Ask one of them."
                )
            elif allowed is None:
                assert "does not exist, or you may not see it" in person.reply
            elif creator == "ana":
                assert person.reply == (
                    "Only Ana Lima, their team and managers may close or reopen this case. "
                    "Hand it back with a comment."
                )
            else:
                name = "Ana Lima" if owner else "its owner"
                assert person.reply == (
                    f"Only {name}, managers and the account's support contacts may close or reopen "
                    "this case. Hand it back with a comment."
                )

    await try_all("close", f"Close case {number}")
    await does(workplace.person("maria"), f"/case close {number}", resolution="solved")
    await try_all("reopen", f"Reopen case {number}")


async def test_closing_says_how_it_ended_and_keeps_the_last_comment(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    number = await workplace.case_of("linda", owner="ana")
    await ana.runs("/case close 1001")
    assert options(ana, "resolution") == [
        "Solved",
        "Question answered",
        "Way around given",
        "Duplicate of another case",
        "No answer from the customer",
        "Withdrawn by the customer",
        "Not our product",
        "Works as it is meant to",
    ]
    await ana.submits(resolution=None, note="New fuser fitted")
    assert "resolution" in ana.errors
    await ana.submits(resolution="workaround", audience="public")
    await sends(ana)
    assert ana.errors == {}
    assert ana.modal is not None
    assert "Status: Closed" in ana.modal.text  # typed where no card may be in sight, so the page shows it
    card = await workplace.card(number)
    assert "Closed by Ana Lima: Way around given" in card.all_text
    assert "Status Closed" in card.text
    assert card.buttons == ["Comment", "Reopen", "More..."]
    (note,) = card.replies
    assert "New fuser fitted" in note.all_text
    assert "public: staff and Cloud Nine Shoes" in note.all_text


async def test_a_last_comment_of_staff_is_internal_unless_said_otherwise(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    number = await workplace.case_of("linda", owner="ana")
    await ana.runs("/case close 1001")
    assert held(ana, "audience") == "internal"
    await ana.submits(resolution="solved", note="their own fault")
    (note,) = (await workplace.card(number)).replies
    assert "internal: staff only" in note.all_text
    await linda.runs("/case show 1001")
    assert linda.modal is not None
    assert "Closed by: @ana: Solved" in linda.modal.text
    assert not linda.sees("their own fault")


async def test_a_support_contact_closes_and_reopens_their_case(workplace: Workplace) -> None:
    linda = workplace.person("linda")
    number = await workplace.case_of("linda", owner="ana")
    await linda.runs("/case close 1001")
    assert fields_of(linda) == ["resolution", "note"]
    await linda.submits(resolution="withdrawn", note="We bought a new one")
    assert linda.modal is not None
    assert "Status: Closed" in linda.modal.text
    assert "We bought a new one" in linda.modal.text
    await linda.clicks("Reopen")
    await linda.submits(reason="It burns as well")
    assert linda.modal is not None  # the page below, drawn again
    assert "Status: Reopened" in linda.modal.text
    assert "It burns as well" in linda.modal.text
    closing, reopening = (await workplace.card(number)).replies
    assert "We bought a new one" in closing.all_text
    assert "It burns as well" in reopening.all_text


async def test_reopening_asks_why_and_starts_over(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    number = await workplace.case_of("linda", owner="ana")
    await does(ana, "/case close 1001", resolution="solved")
    await ana.clicks("Reopen", on=await workplace.card(number))
    await ana.submits(reason=None)
    assert "reason" in ana.errors
    await ana.submits(reason="  ")
    assert ana.errors == {"reason": "The reason is missing. Say why there is more to do."}
    await ana.submits(reason="Smoke again", audience="public")
    await sends(ana)
    card = await workplace.card(number)
    assert "Status Reopened" in card.text
    assert "Closed by" not in card.all_text
    assert card.buttons == [
        *("Comment", "Set status", "Close case", "Tell me then", "Ask to expedite", "More...")
    ]
    (why,) = card.replies
    assert "Smoke again" in why.all_text
    assert "public: staff and Cloud Nine Shoes" in why.all_text


async def test_a_closed_case_cannot_be_closed_again(workplace: Workplace) -> None:
    ana, maria = workplace.people("ana maria")
    await workplace.case_of("linda", owner="ana")
    await maria.runs("/case close 1001")
    await does(ana, "/case close 1001", resolution="solved")
    await ana.runs("/case close 1001")
    assert ana.modal is None
    assert "Case 00001001 was closed by Ana Lima" in ana.reply
    await maria.submits(resolution="duplicate", note="see 1002")
    assert maria.modal is not None
    assert "was closed by Ana Lima" in maria.modal.text
    assert held(maria, "text") == "see 1002"  # as a comment to be
    assert "Closed by Ana Lima: Solved" in (await workplace.card("00001001")).all_text


async def test_who_lost_the_right_while_the_window_was_open_closes_nothing(workplace: Workplace) -> None:
    ana, ben = workplace.people("ana ben")
    number = await workplace.case_of("linda", owner="ben")
    await ben.runs("/case close 1001")
    await does(ana, "/case assign 1001", owner="ana")
    await ben.submits(resolution="solved", note="all done")
    assert ben.errors == {
        "resolution": (
            "Only Ana Lima, managers and the account's support contacts may close or reopen this case. "
            "Hand it back with a comment."
        )
    }
    assert held(ben, "note") == "all done"
    assert "Status Open" in (await workplace.card(number)).text


async def test_a_case_that_changed_meanwhile_is_not_closed_blindly(workplace: Workplace) -> None:
    ana, ben = workplace.people("ana ben")
    number = await workplace.case_of("linda", owner="ana")
    await ana.runs("/case close 1001")
    await does(ben, "/case edit 1001", severity="1")
    await ana.submits(resolution="solved", note="all done")
    assert ana.modal is not None
    assert "Somebody changed case 00001001 meanwhile" in ana.modal.text
    assert held(ana, "resolution") == "solved"
    assert held(ana, "note") == "all done"
    assert "Status Open" in (await workplace.card(number)).text
    await ana.submits()
    assert "Closed by Ana Lima: Solved" in (await workplace.card(number)).all_text


async def test_a_forged_resolution_closes_nothing(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    number = await workplace.case_of("linda", owner="ana")
    await ana.runs("/case close 1001")
    forge_option(workplace, ana, "resolution", "magic")
    await ana.submits(resolution="magic")
    assert ana.errors == {"resolution": "This resolution is no longer on the list. Choose another one."}
    assert "Status Open" in (await workplace.card(number)).text


async def test_a_forged_case_id_closes_no_case_of_another_account(workplace: Workplace) -> None:
    viktor = workplace.person("viktor")
    theirs = await workplace.case_of("linda")
    await workplace.case_of("viktor")
    await viktor.runs("/case close 1002")
    forge_reference(workplace, viktor, case=1, version=1)
    await viktor.submits(resolution="solved")
    assert viktor.errors == {
        "resolution": "This case does not exist, or you may not see it. Check the number with /case list."
    }
    assert "Status New" in (await workplace.card(theirs)).text
