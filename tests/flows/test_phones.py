"""Phones and office hours: set up by managers, told to whoever may call, for the severity of their case."""

from __future__ import annotations

from datetime import timedelta

from bot.sandbox import Person
from tests.flows.conftest import Workplace, held

EVERY_DAY = list("0123456")


async def sets_hours(person: Person, whose: str = "the desk", **fields: object) -> None:
    await person.runs("/desk phones")
    assert person.modal is not None, person.reply
    await person.clicks(f"Edit {whose}")
    await person.submits(**fields)
    assert person.errors == {}, person.errors


async def test_a_customer_sees_when_the_phones_are_open_for_the_severity(workplace: Workplace) -> None:
    maria, linda = workplace.people("maria linda")
    low = await workplace.case_of("linda", severity=3)
    worst = await workplace.case_of("linda", severity=1)
    await linda.opens_home()
    assert linda.home is not None
    assert "Phones" not in linda.home.text  # no number, nothing to call

    await sets_hours(maria, numbers="+1 555 010 0199\n+351 21 000 0000", weekdays=[])
    assert maria.modal is not None
    assert "The phones are saved." in maria.modal.text
    await linda.runs(f"/case show {low}")
    assert linda.modal is not None
    assert "Phones, severity 3: closed." in linda.modal.text
    await linda.closes()
    await linda.runs(f"/case show {worst}")
    assert "Phones, severity 1: open now, at any hour." in linda.modal.text
    assert "Call +1 555 010 0199 or +351 21 000 0000" in linda.modal.text
    await linda.closes()

    await sets_hours(maria, weekdays=["1"])
    await linda.opens_home()
    assert "severity 1 at any hour; other severities" in linda.home.text
    await sets_hours(maria, weekdays=EVERY_DAY, opens="00:00", closes="00:00")
    await linda.runs("/case open")
    assert "severity 1 at any hour; other severities open now, at any hour." in linda.modal.text


async def test_a_team_has_hours_of_its_own_until_it_takes_the_desks_again(workplace: Workplace) -> None:
    omar, linda = workplace.people("omar linda")
    number = await workplace.case_of("ana", team_id=2)
    await sets_hours(omar, numbers="+1 555 010 0001", weekdays=EVERY_DAY, opens="00:00", closes="00:00")
    await omar.closes(everything=True)
    await omar.runs("/desk phones")
    await omar.clicks("Edit Level two")
    assert held(omar, "numbers") == "+1 555 010 0001"  # begins as the desk's
    await omar.submits(numbers="+1 555 010 0002", weekdays=[])
    assert omar.modal is not None
    assert "Level two: +1 555 010 0002 · severity 1 only" in omar.modal.text
    await linda.runs(f"/case show {number}")
    assert linda.modal is not None
    assert "severity 2: closed." in linda.modal.text
    assert "+1 555 010 0002" in linda.modal.text
    await linda.closes()

    await omar.clicks("Edit Level two")
    await omar.submits(options=["desks_own"])
    assert "Level two: as the desk" in omar.modal.text
    await linda.runs(f"/case show {number}")
    assert "severity 2: open now, at any hour." in linda.modal.text


async def test_two_managers_do_not_undo_each_other(workplace: Workplace) -> None:
    omar, maria = workplace.people("omar maria")
    await omar.runs("/desk phones")
    await omar.clicks("Edit the desk")
    await sets_hours(maria, numbers="+1 555 010 0001", opens="08:00")
    await omar.submits(numbers="+1 555 010 0002")
    assert omar.modal is not None
    assert "Somebody changed these settings meanwhile" in omar.modal.text
    assert (held(omar, "numbers"), held(omar, "opens")) == ("+1 555 010 0002", None)
    await omar.submits()
    assert "+1 555 010 0002 · Monday to Friday, 08:00-17:00" in omar.modal.text


async def test_what_is_no_phone_number_is_said_at_its_field(workplace: Workplace) -> None:
    omar = workplace.person("omar")
    await omar.runs("/desk phones")
    await omar.clicks("Edit the desk")
    await omar.submits(numbers="call us")
    assert omar.errors == {"numbers": "A line has no phone number in it. Write one number a line."}
    await omar.submits(numbers="\n".join(f"+1 555 {n}" for n in range(100, 106)))
    assert "at most 5 numbers" in omar.errors["numbers"]


async def test_an_escalated_card_says_whether_the_phones_are_open_and_turns_with_them(
    workplace: Workplace,
) -> None:
    maria, linda = workplace.people("maria linda")
    number = await workplace.case_of("linda", severity=2)
    ahead = workplace.sandbox.clock.now() + timedelta(hours=4)
    hours = {"opens": f"{ahead:%H}:00", "closes": f"{ahead + timedelta(hours=2):%H}:00"}
    await sets_hours(maria, numbers="+1 555 010 0199", weekdays=EVERY_DAY, timezone="UTC", **hours)
    await maria.closes(everything=True)
    assert "Phones" not in (await workplace.card(number)).all_text  # not before it is escalated
    await workplace.sandbox.travel(ahead.replace(minute=0) - timedelta(minutes=30))
    await linda.runs(f"/case escalate {number}")
    await linda.submits(reason="too_long")
    assert linda.errors == {}
    card = await workplace.card(number)
    assert "Phones, severity 2: closed, open again" in card.all_text
    assert "Call +1 555 010 0199" in card.all_text
    assert "Phones, severity 2: closed, open again" in card.text  # for who listens to it
    await workplace.sandbox.travel(ahead.replace(minute=0) + timedelta(minutes=1))
    assert "Phones, severity 2: open now, until" in (await workplace.card(number)).all_text
    await sets_hours(maria, weekdays=[])
    assert "Phones, severity 2: closed. Open a case" in (await workplace.card(number)).all_text
    await workplace.sandbox.travel(ahead + timedelta(days=2))
    assert "Phones, severity 2: closed. Open a case" in (await workplace.card(number)).all_text
