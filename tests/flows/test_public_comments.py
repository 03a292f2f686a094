"""Public is a second step for staff: shown with all who will read it, sent, taken back while nobody knows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.audiences import TAKE_BACK
from bot.domain.commands import Contact
from bot.sandbox import Person
from tests.flows.conftest import (
    INTEGRATIONS,
    LEVEL_TWO,
    Role,
    Workplace,
    does,
    held,
)
from tests.flows.forging import forge_input

WORDS = "We found the fuser"


@pytest.fixture
def take_back() -> timedelta:
    return TAKE_BACK


async def time_passes(workplace: Workplace, seconds: float = 11) -> None:
    """Business time goes on, and everything that is due is done and delivered."""
    await workplace.sandbox.travel(workplace.sandbox.clock.now() + timedelta(seconds=seconds))
    await workplace.settled()


async def writes_public(person: Person, text: str = WORDS) -> None:
    """Up to the window that shows it."""
    await person.runs("/case comment 1001")
    await person.submits(text=text, audience="public")
    assert person.errors == {}


async def nobody_outside_knows(workplace: Workplace, text: str = WORDS) -> None:
    await workplace.settled()
    for one in workplace.people("linda raj tess viktor nadia ben maria"):
        await one.runs("/case show 1001")
        assert not one.sees(text), one.handle
        assert not any(text in message.all_text for message in one.dms), one.handle
        if one.modal is not None:
            await one.closes(everything=True)
    assert (await workplace.card("00001001")).replies == []


async def test_the_final_text_and_everybody_who_will_read_it_come_first(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("linda", contact=Contact(name="Lou Reyes", email="lou@example.com"))
    await writes_public(ana)
    assert ana.modal is not None
    assert ana.modal.callback_id == "case.public"
    told = ana.modal.text
    assert WORDS in told
    assert "(3 outside of support)" in told
    for name in ("Linda Berg (designated support contact)", "Raj", "Tess Young (community user)"):
        assert name in told
    assert "Viktor" not in told  # of another account
    assert "lou@example.com" in str(ana.modal.blocks)
    assert "E-mail is not set up on this desk yet" in str(ana.modal.blocks)
    await nobody_outside_knows(workplace)  # nothing is sent by being shown


async def test_it_is_told_once_its_moment_is_over(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    await workplace.case_of("linda", owner="ana")
    await workplace.settled()
    linda_before = len(linda.dms)
    await writes_public(ana)
    await ana.submits()
    assert ana.modal is not None
    assert "Your comment goes out at" in ana.modal.text
    assert "Take it back" in ana.modal.buttons
    await nobody_outside_knows(workplace)
    await time_passes(workplace)
    (reply,) = (await workplace.card("00001001")).replies
    assert WORDS in reply.all_text
    assert "public: staff and Cloud Nine Shoes" in reply.all_text
    assert len(linda.dms) == linda_before + 1
    assert WORDS in linda.dms[-1].all_text
    await linda.runs("/case show 1001")
    assert linda.sees(WORDS)
    await time_passes(workplace, 60)
    assert len((await workplace.card("00001001")).replies) == 1, "once"


async def test_taken_back_nothing_was_ever_told(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("linda", owner="ana")
    await writes_public(ana)
    await ana.submits()
    await ana.clicks("Take it back")
    assert ana.modal is not None
    assert "Taken back: nobody was told." in ana.modal.text
    assert held(ana, "text") == WORDS  # to be written differently
    assert ana.modal.submit == "Comment"
    await time_passes(workplace)
    await nobody_outside_knows(workplace)
    await ana.submits(text="The fuser, between us", audience="internal")
    (reply,) = (await workplace.card("00001001")).replies
    assert "internal: staff only" in reply.all_text
    await time_passes(workplace)
    assert not workplace.person("linda").sees("fuser")


async def test_who_closed_the_window_takes_it_back_on_the_page_of_the_case(workplace: Workplace) -> None:
    ana, ben = workplace.people("ana ben")
    await workplace.case_of("linda", owner="ana")
    await writes_public(ana)
    await ana.submits()
    await ana.closes(everything=True)
    await ben.runs("/case show 1001")
    assert ben.modal is not None
    assert "Take it back" not in ben.modal.buttons  # nobody else's
    await ana.runs("/case show 1001")
    assert ana.modal is not None
    assert WORDS in ana.modal.text
    await ana.clicks("Take it back")
    assert ana.modal is not None
    assert "Take it back" not in ana.modal.buttons
    await time_passes(workplace)
    await nobody_outside_knows(workplace)


async def test_after_ten_seconds_it_is_too_late(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("linda")
    await writes_public(ana)
    await ana.submits()
    await time_passes(workplace)
    await ana.clicks("Take it back")
    assert ana.modal is not None
    assert "It is too late: the comment has been sent" in ana.modal.text
    assert len((await workplace.card("00001001")).replies) == 1


async def test_two_public_comments_at_once_both_go_out_in_order(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("linda")
    for text in ("first", "second"):
        await writes_public(ana, text)
        await ana.submits()
        await ana.closes(everything=True)
    await time_passes(workplace, 13)
    said = [reply.all_text for reply in (await workplace.card("00001001")).replies]
    assert ["first" in said[0], "second" in said[1]] == [True, True]


async def test_back_to_writing_keeps_every_word(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("linda")
    await writes_public(ana)
    await ana.clicks("Back to writing")
    assert (held(ana, "text"), held(ana, "audience")) == (WORDS, "public")
    await ana.submits(text="Better words")
    assert ana.modal is not None
    assert "Better words" in ana.modal.text
    assert WORDS not in ana.modal.text
    await ana.submits()
    await time_passes(workplace)
    (reply,) = (await workplace.card("00001001")).replies
    assert "Better words" in reply.all_text


async def test_closing_is_done_at_once_and_its_public_note_can_be_taken_back(workplace: Workplace) -> None:
    ana, linda, tess = workplace.people("ana linda tess")
    await workplace.case_of("linda", owner="ana")
    await ana.runs("/case close 1001")
    await ana.submits(resolution="solved", note="All well again", audience="public")
    assert ana.modal is not None
    assert "Linda Berg" in ana.modal.text
    assert "Tess Young" not in ana.modal.text  # community users read no closed case
    assert "Status Closed" not in (await workplace.card("00001001")).text  # only shown so far
    await ana.submits()
    card = await workplace.card("00001001")
    assert "Status Closed" in card.text
    assert not linda.sees("All well again")
    await ana.clicks("Take it back")
    await time_passes(workplace)
    assert (await workplace.card("00001001")).replies == []
    assert not linda.sees("All well again")
    assert not tess.sees("All well again")


async def test_reopening_tells_its_public_reason_a_moment_later(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    await workplace.case_of("linda", owner="ana")
    await does(ana, "/case close 1001", resolution="solved")
    await ana.runs("/case reopen 1001")
    await ana.submits(reason="Smoke again", audience="public")
    assert ana.modal is not None
    await ana.submits()
    await time_passes(workplace)
    card = await workplace.card("00001001")
    assert "Status Reopened" in card.text
    assert [("Smoke again" in reply.all_text) for reply in card.replies] == [True]
    assert linda.sees("Smoke again")


async def test_who_closed_it_meanwhile_costs_nobody_a_word(workplace: Workplace) -> None:
    ana, ben = workplace.people("ana ben")
    await workplace.case_of("ana", owner="ana")
    await ana.runs("/case close 1001")
    await ana.submits(resolution="solved", note=WORDS, audience="public")
    await does(ben, "/case close 1001", resolution="workaround")
    await ana.submits()
    assert ana.modal is not None
    assert "was closed by Ben Okafor" in ana.modal.text
    assert held(ana, "text") == WORDS


async def test_integrations_cannot_say_a_public_word_by_any_form(workplace: Workplace) -> None:
    ines = workplace.person("ines")
    await workplace.case_of("ines")
    for line, field, more in (
        ("/case comment 1001", "text", {}),
        ("/case close 1001", "note", {"resolution": "solved"}),
    ):
        await ines.runs(line)
        forge_input(workplace, ines, "audience")
        await ines.submits(**{field: WORDS, "audience": "public", **more})
        assert any("Public comments are locked for Integrations." in one for one in ines.errors.values())
        await ines.closes(everything=True)
    await time_passes(workplace)
    assert (await workplace.card("00001001")).replies == []


async def test_a_lock_that_comes_within_the_ten_seconds_still_holds(workplace: Workplace) -> None:
    ines = workplace.person("ines")
    await workplace.role_of("ines", Role.AGENT, team_ids=(INTEGRATIONS, LEVEL_TWO))
    await workplace.case_of("linda")
    await writes_public(ines)
    await workplace.role_of("ines", Role.AGENT, team_ids=(INTEGRATIONS,))
    await ines.submits()  # Send
    assert ines.modal is not None
    assert "Public comments are locked for Integrations." in ines.modal.text
    await workplace.role_of("ines", Role.AGENT, team_ids=(LEVEL_TWO,))
    await writes_public(ines)
    await ines.submits()
    await workplace.role_of("ines", Role.AGENT, team_ids=(INTEGRATIONS,))
    await time_passes(workplace)
    await nobody_outside_knows(workplace)


async def test_the_customer_side_needs_no_second_step(workplace: Workplace) -> None:
    linda = workplace.person("linda")
    await workplace.case_of("linda")
    await does(linda, "/case comment 1001", text="It smells")
    assert len((await workplace.card("00001001")).replies) == 1


async def test_what_waits_survives_the_bot(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    await workplace.case_of("linda")
    await writes_public(ana)
    await ana.submits()
    await workplace.restart()
    await time_passes(workplace)
    assert len((await workplace.card("00001001")).replies) == 1
    assert linda.sees(WORDS)


async def test_who_loses_the_right_within_the_ten_seconds_gets_every_word_back(workplace: Workplace) -> None:
    ines = workplace.person("ines")
    await workplace.role_of("ines", Role.AGENT, team_ids=(INTEGRATIONS, LEVEL_TWO))
    await workplace.case_of("linda")
    await writes_public(ines)
    await ines.submits()
    await workplace.role_of("ines", Role.AGENT, team_ids=(INTEGRATIONS,))
    await time_passes(workplace)
    (told,) = ines.dms
    assert "Your public comment on case 00001001 was not sent" in told.all_text
    assert WORDS in told.all_text
    assert WORDS in told.text  # for screen readers
    await ines.clicks("Keep it for staff", on=told)
    assert held(ines, "text") == WORDS
    await ines.submits()
    assert ines.errors == {}
    (reply,) = (await workplace.card("00001001")).replies
    assert WORDS in reply.all_text
    assert "internal: staff only" in reply.all_text
    for one in workplace.people("linda raj tess viktor"):
        assert not one.sees(WORDS), one.handle
    await time_passes(workplace, 60)
    assert len([one for one in ines.dms if "was not sent" in one.text]) == 1


async def test_who_is_nobody_here_any_more_gets_the_words_and_nothing_of_the_case(
    workplace: Workplace,
) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("linda")
    await writes_public(ana)
    await ana.submits()
    await workplace.role_of("ana", None)
    await time_passes(workplace)
    (told,) = ana.dms
    assert WORDS in told.all_text
    assert "Ask an administrator" in told.all_text
    assert "1001" not in told.all_text
    assert told.buttons == []
