"""Escalation (A5): the card says when and grows the button at the minute; asking, escalating, the call."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.sandbox import Message
from tests.flows.conftest import Workplace, does, fields_of, held, options, without_reports

WAITING = ["Tell me then", "Ask to expedite"]


def now(workplace: Workplace) -> datetime:
    return workplace.bot.clock.now()


@pytest.fixture(autouse=True)
async def office(workplace: Workplace) -> None:
    """Whatever day it is: reminders are told at once."""
    await workplace.never_closes()


async def later(workplace: Workplace, **hours: float) -> None:
    """Time passes, and nobody does anything."""
    await workplace.sandbox.travel(now(workplace) + timedelta(**hours))
    await workplace.settled()


def newest(messages: list[Message]) -> str:
    return messages[-1].all_text if messages else ""


async def test_the_card_says_when_and_grows_the_button_by_itself_at_the_minute(workplace: Workplace) -> None:
    number = await workplace.case_of("linda", owner="ana")  # Premier, severity 2: two hours
    card = await workplace.card(number)
    opens = now(workplace) + timedelta(hours=2)
    assert "Escalation opens" in card.all_text
    assert "Premier, severity 2, 2 hours after it was opened" in card.all_text
    assert "Ana Lima owes a first answer by" in card.all_text
    assert card.buttons == ["Comment", "Set status", "Close case", *WAITING, "More..."]
    await workplace.sandbox.travel(opens - timedelta(minutes=1))
    assert (await workplace.card(number)).buttons == card.buttons
    await workplace.sandbox.travel(opens)
    grown = await workplace.card(number)
    assert grown.ts == card.ts
    assert grown.buttons == ["Comment", "Set status", "Close case", "Escalate", "More..."]
    assert "May be escalated since" in grown.all_text
    assert "owes a first answer by" in grown.all_text
    assert "overdue" in grown.all_text


async def test_tell_me_then_tells_at_that_minute_with_the_button(workplace: Workplace) -> None:
    linda, ana = workplace.people("linda ana")
    number = await workplace.case_of("linda", owner="ana")
    await linda.runs(f"/case show {number}")
    await linda.clicks("Tell me then")
    assert linda.modal is not None
    assert "You are told in a direct message" in linda.modal.text
    await linda.closes()
    await ana.clicks("Tell me then", on=await workplace.card(number))
    assert "You are told in a direct message" in ana.reply
    before = len(linda.dms)
    await later(workplace, hours=1, minutes=58)
    assert len(linda.dms) == before
    await later(workplace, minutes=3)
    for person in (linda, ana):
        assert "may be escalated now" in newest(person.dms)
    assert linda.dms[-1].buttons == ["Escalate", "Show case"]
    await linda.clicks("Escalate", on=linda.dms[-1])
    await linda.submits(reason="too_long", note="We lose orders by the minute")
    assert linda.errors == {}
    await later(workplace, hours=1)
    assert sum("may be escalated now" in one.all_text for one in linda.dms) == 1


async def test_before_the_time_it_is_refused_with_the_hour(workplace: Workplace) -> None:
    linda = workplace.person("linda")
    number = await workplace.case_of("linda")
    await linda.runs(f"/case escalate {number}")
    assert linda.modal is None
    assert "Escalation of case 00001001 opens" in linda.reply
    assert "/case show offers Tell me then and Ask to expedite" in linda.reply


async def test_escalating_tells_the_channel_the_owner_and_the_managers_and_marks_the_case(
    workplace: Workplace,
) -> None:
    linda, ana, maria, raj = workplace.people("linda ana maria raj")
    number = await workplace.case_of("linda", owner="ana")
    await ana.opens_home()
    await later(workplace, hours=2, minutes=1)
    await linda.runs(f"/case escalate {number}")
    assert fields_of(linda) == ["reason", "note"]
    assert options(linda, "reason") == [
        "Too much time has passed",
        "The problem has become worse",
        "The financial impact has become worse",
        "Another reason",
    ]
    assert linda.modal is not None
    assert "public: staff and Cloud Nine Shoes" in linda.modal.text
    await linda.submits(reason=None)
    assert "reason" in linda.errors
    await linda.submits(reason="other")
    assert linda.errors == {"note": "Another reason needs words. Say here what it is."}
    await linda.submits(reason="financial", note="A campaign starts at six")
    assert linda.errors == {}
    assert linda.modal is not None
    assert "Escalated" in linda.modal.text
    assert "by Linda Berg: The financial impact has become worse" in linda.modal.text
    await linda.closes()

    card = await workplace.card(number)
    assert "by Linda Berg: The financial impact has become worse" in card.all_text
    assert "Request a manager's call" in card.buttons
    assert "Escalate" not in card.buttons
    assert "Status Open" in card.text  # a flag, not a state
    said = [one.all_text for one in card.replies]
    assert any("A campaign starts at six" in one for one in said)
    assert any("Escalated by Linda Berg: The financial impact has become worse" in one for one in said)
    for person in (ana, maria):
        assert "escalated the case: The financial impact has become worse" in newest(person.dms)
        assert "A campaign starts at six" in newest(person.dms)
    assert not raj.dms
    await ana.runs("/case list mine")
    assert ana.modal is not None
    assert "Escalated · Open · Severity 2" in ana.modal.text
    await ana.closes()
    await ana.opens_home()
    assert ana.home is not None
    assert "Escalated · Open" in ana.home.text
    await raj.runs(f"/case escalate {number}")
    assert "Linda Berg escalated case 00001001 already" in raj.reply


async def test_asking_to_expedite_is_a_public_comment_that_tells_the_owner_once_per_while(
    workplace: Workplace,
) -> None:
    linda, ana, ben = workplace.people("linda ana ben")
    number = await workplace.case_of("viktor", owner="ana")  # Standard: two days
    viktor = workplace.person("viktor")
    await viktor.runs(f"/case show {number}")
    await viktor.clicks("Ask to expedite")
    assert "Please expedite" in str(held(viktor, "text"))
    assert viktor.modal is not None
    assert "public: staff and Harbour Optics" in viktor.modal.text
    assert "Standard, severity 2, 48 hours after it was opened" in viktor.modal.text
    await viktor.submits(text="We open a shop tomorrow, please hurry")
    assert viktor.errors == {}
    assert viktor.modal is not None
    assert "Asked to expedite" in viktor.modal.text
    assert "We open a shop tomorrow" in viktor.modal.text
    await workplace.settled()
    assert "asked to expedite the case" in newest(ana.dms)
    assert "We open a shop tomorrow" in newest(ana.dms)
    (comment,) = (await workplace.card(number)).replies
    assert "public: staff and Harbour Optics" in comment.all_text
    await ben.clicks("Ask to expedite", on=await workplace.card(number))
    assert ben.modal is None
    assert "Somebody asked to expedite case 00001001 lately. You may ask again" in ben.reply
    await later(workplace, hours=4, minutes=1)
    await ben.clicks("Ask to expedite", on=await workplace.card(number))
    await ben.submits()
    assert ben.errors == {}
    await workplace.settled()
    assert sum("asked to expedite" in one.all_text for one in ana.dms) == 2
    assert not linda.sees("We open a shop tomorrow")


async def test_who_may_not_write_public_comments_asks_among_staff(workplace: Workplace) -> None:
    ines, linda = workplace.people("ines linda")
    number = await workplace.case_of("linda")
    await ines.clicks("Ask to expedite", on=await workplace.card(number))
    assert ines.modal is not None
    assert "internal: staff only" in ines.modal.text
    await ines.submits(text="secretly urgent")
    await workplace.settled()
    assert ines.sees("secretly urgent", channel="support-cases")
    assert not linda.sees("secretly urgent")


async def test_a_manager_calls_back_after_escalation_and_is_reminded_until_it_is_done(
    workplace: Workplace,
) -> None:
    linda, ana, maria = workplace.people("linda ana maria")
    number = await workplace.case_of("linda", owner="ana", severity=1)
    await linda.runs(f"/case show {number}")
    assert linda.modal is not None
    assert "Request a manager's call" not in linda.modal.buttons
    await linda.closes()
    await later(workplace, hours=1)
    await does(linda, f"/case escalate {number}", reason="too_long")
    await linda.runs(f"/case show {number}")
    await linda.clicks("Request a manager's call")
    await linda.submits(phone="call me")
    assert linda.errors == {"phone": "This is no phone number. Write it in digits."}
    await linda.submits(phone="+1 555 0100", wanted="after four, please")
    assert linda.errors == {}
    assert linda.modal is not None
    assert "A manager's call is owed by" in linda.modal.text
    assert "Phone: +1 555 0100" in linda.modal.text
    await linda.closes()
    for other in workplace.people("raj tess"):  # number and hour are between who asked and staff
        await other.runs(f"/case show {number}")
        assert other.modal is not None
        assert "A manager's call is owed by" in other.modal.text
        assert "555" not in other.modal.text
        await other.closes()
    await workplace.settled()
    for person in (ana, maria):
        assert "asked for a manager's call" in newest(person.dms)
        assert "+1 555 0100" in newest(person.dms)
        assert "after four, please" in newest(person.dms)
        assert person.dms[-1].buttons == ["Called back", "Show case"]
    card = await workplace.card(number)
    assert "A manager's call is owed by" in card.all_text
    assert "555" not in card.all_text
    assert "Called back" in card.buttons
    told = len(without_reports(maria.dms))
    await later(workplace, hours=24, minutes=1)
    assert len(without_reports(maria.dms)) == told + 1
    assert "needs a manager's call" in newest(without_reports(maria.dms))
    assert "+1 555 0100" in newest(without_reports(maria.dms))
    await later(workplace, hours=24)
    assert len(without_reports(maria.dms)) == told + 3
    assert "which is overdue" in newest(without_reports(maria.dms))
    await maria.clicks("Called back", on=without_reports(maria.dms)[-1])
    assert "the call is noted" in maria.reply
    await workplace.settled()
    assert "made the manager's call" in newest(linda.dms)
    assert "call is owed" not in (await workplace.card(number)).all_text
    await later(workplace, hours=72)
    assert len(without_reports(maria.dms)) == told + 3
    await maria.clicks("Called back", on=without_reports(maria.dms)[-1])
    asked = next(one for one in reversed(ana.dms) if "Called back" in one.buttons)
    await ana.clicks("Called back", on=asked)
    assert "No manager's call is owed for case 00001001 now" in ana.reply


async def test_a_change_of_severity_moves_the_hour_and_says_so(workplace: Workplace) -> None:
    linda, ana = workplace.people("linda ana")
    number = await workplace.case_of("linda", owner="ana", severity=4)  # eight hours
    await linda.runs(f"/case show {number}")
    await linda.clicks("Tell me then")
    await linda.closes()
    await does(linda, f"/case edit {number}", severity="3")
    await workplace.settled()
    assert "Escalation opens" in newest(ana.dms)
    card = await workplace.card(number)
    assert "severity 3, 4 hours after it was opened" in card.all_text
    await linda.runs(f"/case show {number}")
    await linda.clicks("History")
    assert linda.modal is not None
    assert "Escalation opens" in linda.modal.text
    await linda.closes(everything=True)
    await later(workplace, hours=4, minutes=1)
    assert "Escalate" in (await workplace.card(number)).buttons
    assert "may be escalated now" in newest(linda.dms)
    await does(linda, f"/case edit {number}", severity="4")
    assert "Escalate" in (await workplace.card(number)).buttons  # once shown never hidden
    await later(workplace, hours=5)
    assert sum("may be escalated now" in one.all_text for one in linda.dms) == 1


async def test_a_worse_severity_may_open_it_at_once(workplace: Workplace) -> None:
    linda = workplace.person("linda")
    number = await workplace.case_of("linda", severity=4)
    await later(workplace, hours=3)
    await does(linda, f"/case edit {number}", severity="2")
    assert "Escalate" in (await workplace.card(number)).buttons


async def test_closing_takes_the_hour_away_and_reopening_does_not_restart_it(workplace: Workplace) -> None:
    linda = workplace.person("linda")
    number = await workplace.case_of("linda")
    await later(workplace, hours=1)
    await does(linda, f"/case close {number}", resolution="answered")
    assert (await workplace.card(number)).buttons == ["Comment", "Reopen", "More..."]
    await later(workplace, minutes=30)
    await does(linda, f"/case reopen {number}", reason="no")
    card = await workplace.card(number)
    assert "2 hours after it was opened" in card.all_text
    await later(workplace, minutes=31)
    assert "Escalate" in (await workplace.card(number)).buttons


async def test_a_critical_case_of_premier_that_nobody_owns_is_told_to_the_managers(
    workplace: Workplace,
) -> None:
    maria, linda, omar = workplace.people("maria linda omar")
    number = await workplace.case_of("linda", severity=1)
    await workplace.case_of("viktor", severity=1)  # Standard
    await workplace.settled()
    assert len(without_reports(maria.dms)) == 1
    assert f"{number}" in newest(without_reports(maria.dms))
    assert "nobody owns it" in newest(without_reports(maria.dms))
    assert not omar.dms
    other = await workplace.case_of("linda", severity=3, title="Slow")
    await does(linda, f"/case edit {other}", severity="1")
    await workplace.settled()
    assert other in newest(without_reports(maria.dms))


async def test_the_first_answer_is_owed_until_the_customer_can_read_one(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    number = await workplace.case_of("linda")
    assert "Somebody owes a first answer by" in (await workplace.card(number)).all_text
    await does(ana, f"/case comment {number}", text="looking", audience="internal")
    assert "owes a first answer" in (await workplace.card(number)).all_text
    await does(ana, f"/case comment {number}", text="we look into it", audience="public")
    assert "owes a first answer" not in (await workplace.card(number)).all_text


async def test_another_account_and_community_users_are_kept_out(workplace: Workplace) -> None:
    viktor, tess = workplace.people("viktor tess")
    number = await workplace.case_of("linda")
    await later(workplace, hours=3)
    await viktor.runs(f"/case escalate {number}")
    assert "does not exist, or you may not see it" in viktor.reply
    await tess.runs(f"/case escalate {number}")
    assert "Only the account's support contacts and support staff may escalate a case" in tess.reply
    await tess.runs(f"/case show {number}")
    assert tess.modal is not None
    assert "Escalate" not in tess.modal.buttons


async def test_the_button_grows_after_a_restart_too(workplace: Workplace) -> None:
    linda = workplace.person("linda")
    number = await workplace.case_of("linda")
    await linda.runs(f"/case show {number}")
    await linda.clicks("Tell me then")
    await linda.closes()
    await workplace.restart()
    await later(workplace, hours=3)
    assert "Escalate" in (await workplace.card(number)).buttons
    assert sum("may be escalated now" in one.all_text for one in linda.dms) == 1
