"""The daily review (T9): in each one's own morning, on office days, answered in one tap, never at night."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.domain.ids import CallKey, SlackUserId
from bot.domain.notify import Preference
from bot.sandbox import Message, Person
from bot.services import calendars, notify
from bot.store.schema import slots
from tests.flows.conftest import Workplace, does

MONDAY, TUESDAY, WEDNESDAY, SATURDAY = 0, 1, 2, 5


def next_at(now: datetime, weekday: int, hour: int) -> datetime:
    """The next such weekday at that hour of UTC, strictly after now."""
    day = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    while day <= now or day.weekday() != weekday:
        day += timedelta(days=1)
    return day


async def travels(workplace: Workplace, weekday: int, hour: int = 16) -> None:
    """To the end of an office day in Europe: every morning there has passed."""
    await workplace.sandbox.travel(next_at(workplace.sandbox.clock.now(), weekday, hour))
    await workplace.settled()


def reviews(person: Person) -> list[Message]:
    return [one for one in person.dms if one.text.startswith(("Your review:", "For "))]


def review(person: Person) -> Message:
    return reviews(person)[-1]


def part(message: Message, text: str) -> str:
    """What stands in the message from a heading on."""
    assert text in message.all_text, message.all_text
    return message.all_text.partition(text)[2]


async def ledger(workplace: Workplace) -> list[tuple[Any, ...]]:
    asked = select(slots.c.period, slots.c.audience, slots.c.state).where(slots.c.job.startswith("review."))
    found = asked.order_by(slots.c.due_at, slots.c.audience)
    return await workplace.bot.desk.store.look(lambda c: [tuple(row) for row in c.execute(found)])


async def test_each_owner_finds_two_lists_in_their_own_morning(workplace: Workplace) -> None:
    ana, ben, jun = workplace.people("ana ben jun")
    owned = await workplace.case_of("linda", "ana", title="Orders <!channel> stuck")
    created = await workplace.case_of("ana", "ben", title="Made by Ana")
    both = await workplace.case_of("ana", "ana", title="Both of it")
    await travels(workplace, MONDAY)
    (mine,) = reviews(ana)
    assert mine.text.startswith("Your review: 3 cases. Cases I own:")
    first, second = mine.text.split("Cases I created:")
    assert owned in first
    assert both in first
    assert created in second
    assert both not in second  # a case of the first list is not repeated
    assert "No phone number is noted" in mine.all_text
    assert "Not reviewed yet" in second or "took the case" in second
    (theirs,) = reviews(ben)
    assert theirs.text.startswith("Your review: 1 case.")
    assert reviews(jun) == []  # nothing due: no message
    assert [state for *_, state in await ledger(workplace)].count("nothing") >= 1


async def test_one_tap_answers_a_case_and_it_comes_again_when_something_was_added(
    workplace: Workplace,
) -> None:
    ana, ben = workplace.people("ana ben")
    number = await workplace.case_of("linda", "ana")
    other = await workplace.case_of("linda", "ana", title="Another")
    await travels(workplace, MONDAY)
    await ana.clicks(f"Reviewed: case {number}", on=review(ana))
    assert f"✓ {number} · Printer on fire · reviewed" in review(ana).all_text
    assert review(ana).text.startswith("Your review: 1 case.")
    await ana.clicks("Reviewed", on=review(ana))
    assert review(ana).text.startswith("Your review: all reviewed.")
    await travels(workplace, TUESDAY)
    assert len(reviews(ana)) == 1  # nothing due: no message
    await does(ben, f"/case comment {number}", text="The customer called again.", audience="internal")
    await workplace.settled()
    assert "The customer called again." in review(ana).all_text  # it keeps up with the cases
    await travels(workplace, WEDNESDAY)
    assert len(reviews(ana)) == 2
    assert "Ben Okafor wrote an internal comment" in review(ana).all_text
    assert other not in review(ana).all_text


async def test_the_acts_of_a_row_are_done_from_the_message(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    await workplace.never_closes()
    closed, handed, waiting, snoozed = [
        await workplace.case_of("linda", "ana", title=title) for title in ("One", "Two", "Three", "Four")
    ]
    await does(ana, f"/case comment {waiting}", text="Which printer?", audience="internal")
    await does(linda, f"/case comment {waiting}", text="The red one.")
    await travels(workplace, MONDAY)
    assert "The red one." in review(ana).all_text
    await ana.clicks(f"Close: case {closed}", on=review(ana))
    await ana.submits(resolution="solved", note="", audience="internal")
    await ana.clicks(f"Hand over: case {handed}", on=review(ana))
    await ana.submits(owner=workplace.person("ben").id)
    await ana.clicks(f"Waits for information: {waiting}", on=review(ana))
    await workplace.settled()  # only the last row has it now
    await ana.clicks("In a week", on=review(ana))
    await workplace.settled()
    said = review(ana).all_text
    assert f"✓ {closed} · One · closed" in said
    assert f"✓ {handed} · Two · now with Ben Okafor" in said
    assert f"✓ {snoozed} · Four · snoozed until" in said
    assert waiting in part(review(ana), "Waiting for others: nothing is owed")
    assert review(ana).text.startswith("Your review: all reviewed.")
    await travels(workplace, WEDNESDAY)
    assert len(reviews(ana)) == 1
    await travels(workplace, MONDAY)
    (_, back) = reviews(ana)
    assert f"{snoozed}, Four" in back.text
    assert "Nothing was added: you had put it off until now." in back.text
    await ana.clicks(f"Reviewed: case {snoozed}", on=back)
    assert f"✓ {snoozed} · Four · reviewed" in review(ana).all_text
    await travels(workplace, WEDNESDAY)
    assert len(reviews(ana)) == 2


async def test_a_deputy_gets_the_review_of_who_is_on_leave(workplace: Workplace) -> None:
    ana, ben = workplace.people("ana ben")
    theirs = await workplace.case_of("linda", "ana")
    shared = await workplace.case_of("ana", "ben")
    desk = workplace.bot.desk
    first = workplace.sandbox.clock.now().date()
    by = SlackUserId(workplace.person("maria").id)
    who, deputy = SlackUserId(ana.id), SlackUserId(ben.id)
    last = first + timedelta(days=8)
    await calendars.add_absence(desk, who, first, last, deputy, by, CallKey("leave"))
    await travels(workplace, MONDAY)
    assert reviews(ana) == []
    own, instead = sorted(reviews(ben), key=lambda one: one.text.startswith("For "))
    assert instead.text.startswith("For Ana Lima, who is away: 1 case. They own:")
    assert theirs in instead.text
    assert shared in own.text
    assert shared not in instead.text  # no two say the same
    await ben.clicks("Reviewed", on=instead)
    assert sum("all reviewed" in one.text for one in reviews(ben)) == 1


async def test_no_review_on_a_day_off_and_none_at_night(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    desk = workplace.bot.desk
    await workplace.case_of("linda", "ana")
    await travels(workplace, SATURDAY, 23)
    before = len(reviews(ana))
    await workplace.sandbox.travel(next_at(workplace.sandbox.clock.now(), MONDAY, 3))
    await workplace.settled()
    assert len(reviews(ana)) == before
    await notify.choose(desk, Preference(review_hour=11), SlackUserId(ana.id), CallKey("later"))
    await workplace.sandbox.travel(next_at(workplace.sandbox.clock.now(), MONDAY, 9))
    await workplace.settled()
    assert len(reviews(ana)) == before
    await workplace.sandbox.travel(next_at(workplace.sandbox.clock.now(), MONDAY, 12))
    await workplace.settled()
    assert len(reviews(ana)) == before + 1


async def test_whoever_has_lost_the_message_finds_what_is_due_by_a_command(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    await ana.runs("/case review")
    assert ana.modal is not None
    assert "Nothing is due." in ana.modal.text
    number = await workplace.case_of("linda", "ana")
    await travels(workplace, MONDAY)
    await ana.runs("/case review")
    assert "1-1 of 1" in ana.modal.text
    await ana.clicks(f"Reviewed: case {number}")
    await workplace.settled()
    assert "Nothing is due." in ana.modal.text
    assert review(ana).text.startswith("Your review: all reviewed.")  # the message keeps up
    await linda.runs("/case review")
    assert linda.modal is None


async def test_a_missed_review_comes_once_when_the_office_opens_and_says_so(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("linda", "ana")
    clock = workplace.sandbox.clock
    await workplace.sandbox.travel(clock.now() + timedelta(minutes=1))  # it has looked for reviews once
    await workplace.settled()
    await workplace.bot.stop()
    workplace.sandbox.control = None
    noon = next_at(clock.now(), TUESDAY, 12)
    clock.travel(noon - clock.real_now())
    await workplace.restart()
    await workplace.settled()
    (late,) = reviews(ana)
    assert "Late: it was due" in late.all_text
    await workplace.restart()
    await workplace.settled()
    assert len(reviews(ana)) == 1


async def test_more_than_a_message_holds_stands_in_a_window(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    for number in range(17):
        await workplace.case_of("linda", "ana", title=f"{number} " + "Long title " * 20)
    await travels(workplace, MONDAY)
    message = review(ana)
    assert message.text.startswith("Your review: 17 cases.")
    assert "And 5 more." in message.all_text
    await ana.clicks("Show all 17", on=message)
    assert ana.modal is not None
    assert "1-15 of 17" in ana.modal.text
    await ana.clicks("On")
    assert "16-17 of 17" in ana.modal.text
    await ana.clicks("Reviewed")
    assert "16-16 of 16" in ana.modal.text


async def test_a_review_that_nobody_answered_is_folded_when_the_next_comes(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    number = await workplace.case_of("linda", "ana")
    await travels(workplace, MONDAY)
    (first,) = reviews(ana)
    assert "Reviewed" in first.all_text
    await travels(workplace, TUESDAY)
    folded, newest = reviews(ana)
    assert folded.ts == first.ts
    assert folded.all_text == "Your review: this one is over. What is still due stands in the newest."
    assert number in newest.all_text
    assert "Reviewed" in newest.all_text
