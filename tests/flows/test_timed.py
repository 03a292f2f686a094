"""What the desk does by itself, as people see it: a direct message that is answered in one tap."""

from __future__ import annotations

from datetime import timedelta

from bot.sandbox import Person
from tests.flows.conftest import INTEGRATIONS, Workplace
from tests.flows.test_calendar import opens
from tests.flows.test_escalation import later

EVERY_DAY = list("0123456")


def about(person: Person, words: str) -> int:
    return sum(words in one.all_text for one in person.dms)


async def test_a_left_message_closes_the_case_after_a_warning_and_a_comment_keeps_it_open(
    workplace: Workplace,
) -> None:
    await workplace.never_closes()
    ana = workplace.person("ana")
    first = await workplace.case_of("linda", owner="ana", severity=4)
    second = await workplace.case_of("linda", owner="ana", severity=4, title="Another")
    for number in (first, second):
        await ana.runs(f"/case comment {number}")
        await ana.submits(text="Left a message", outcomes=["left_message"])
        assert ana.errors == {}
    await later(workplace, hours=44, minutes=1)
    warned = [one for one in ana.dms if "is about to be closed" in one.all_text]
    assert len(warned) == 2
    assert warned[0].buttons == ["Comment", "Close case", "Show case"]
    await ana.clicks("Comment", on=next(one for one in warned if first in one.all_text))
    await ana.submits(text="I try once more")
    await later(workplace, hours=4)
    await ana.runs(f"/case show {second}")
    assert ana.modal is not None
    assert "Status: Closed" in ana.modal.text
    await ana.clicks("History")
    assert "No answer from the customer, by rule T5 (Left a message), which Ana Lima ticked" in ana.modal.text
    await ana.closes(everything=True)
    await ana.runs(f"/case show {first}")
    assert "Status: Working" in ana.modal.text


async def test_integrations_are_reminded_of_a_first_comment_until_they_write_it(workplace: Workplace) -> None:
    await workplace.never_closes()
    ines = workplace.person("ines")
    await workplace.case_of("ana", "ines", team_id=INTEGRATIONS, severity=4)
    await later(workplace, hours=36, minutes=1)
    assert about(ines, "waits for the first comment of Integrations.") == 1
    await later(workplace, hours=12)
    assert about(ines, "waits for the first comment of Integrations, and is overdue.") == 1
    await ines.clicks("Comment", on=ines.dms[-1])
    await ines.submits(text="We look into it")
    assert ines.errors == {}
    told = len(ines.dms)
    await later(workplace, hours=100)
    assert about(ines, "waits for the first comment") == 2, told


async def test_severity_1_of_premier_is_given_to_who_is_on_duty(workplace: Workplace) -> None:
    omar, ana = workplace.people("omar ana")
    await opens(omar, "Roster of Level two")
    await omar.clicks("Add a shift")
    await omar.submits(person=ana.id, weekdays=EVERY_DAY, opens="00:00", closes="00:00")
    await omar.closes(everything=True)
    number = await workplace.case_of("ben", severity=1, team_id=2)
    await workplace.sandbox.travel(workplace.bot.clock.now() + timedelta(minutes=1))
    await workplace.settled()
    assert "Ana Lima" in (await workplace.card(number)).all_text
