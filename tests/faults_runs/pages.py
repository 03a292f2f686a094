"""People of the run who press buttons in windows; `acting.py` calls this."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.sandbox import Person
from tests.faults_runs.script import MOST_TRIES, Step

if TYPE_CHECKING:
    from tests.faults_runs.acting import Crew


TAKEN_BACK = "Taken back: nobody was told."


async def presses(crew: Crew, person: Person, step: Step) -> None:
    """Press a button of the case's page, until it is done; one that opens a form has its form filled."""
    if step.fields:
        return await crew.fill(person, step, partial(_opens, crew, person, step), step.fields)
    for _ in range(MOST_TRIES):
        await person.runs(f"/case show {crew.numbers[step.case]}")
        if person.modal is not None and step.word not in person.modal.buttons:
            return None  # it was done by a click that was not answered
        if person.modal is not None and not person.failure:
            await person.clicks(step.word)
            if not person.failure:
                return None
        crew.must_be_told(person, step, person.reply)
        person.reloads()
        await crew.breath()
    raise AssertionError(f"{step} never went through: {person.sentence} {person.reply}")


async def _opens(crew: Crew, person: Person, step: Step) -> None:
    await person.runs(f"/case show {crew.numbers[step.case]}")
    if person.modal is not None and not person.failure:
        await person.clicks(step.word)


async def takes_back(crew: Crew, person: Person, step: Step) -> None:
    """Send a public comment, and take it back while it waits."""
    opens = partial(person.runs, f"/case comment {crew.numbers[step.case]}")
    await crew.fill(person, step, opens, step.fields | {"audience": "public"})
    for _ in range(MOST_TRIES):
        assert person.modal is not None, f"{step}: the window is gone"
        if TAKEN_BACK in person.modal.text:
            return  # by a click whose answer was lost
        await person.clicks("Take it back")
        if not person.failure and TAKEN_BACK in person.modal.text:
            return
        if not person.failure:  # Slack did not take the window that says so: another one tells the trouble
            crew.failures.append(person.modal.text)
            await person.closes()
        else:
            crew.must_be_told(person, step)
        await crew.breath()
    raise AssertionError(f"{step} never went through: {person.sentence}")
