"""People of the run who talk in a channel, and make a case of it; `acting.py` calls this."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.sandbox import Person
from tests.faults_runs.script import Step

if TYPE_CHECKING:
    from tests.faults_runs.acting import Crew

CHANNEL = "cloud-nine"
FORM = {"description": "It drips.", "business_impact": "orders_held", "severity": "2"}


async def talks(crew: Crew, person: Person, step: Step) -> None:
    """Say, change or delete something. Slack brings it to the bot, again where it must."""
    mine = (step.case, step.who)
    match step.act:
        case "chat":
            root = crew.chats[step.case] = await person.says(f"{step.case}\nIt drips", channel=CHANNEL)
            picture = {"drip.txt": f"Drip of {step.case}".encode()}
            crew.said[mine] = await person.says("Like this", channel=CHANNEL, thread=root, files=picture)
        case "says":
            chat = crew.chats[step.case]
            crew.said[mine] = await person.says(f"Said {step.n}", channel=CHANNEL, thread=chat)
        case "rewords":
            await person.edits(crew.said[mine], f"Said {step.n}, to be exact")
        case "unsays":
            await person.deletes(crew.said[mine])


async def makes_a_case(crew: Crew, person: Person, step: Step) -> None:
    """Use the message menu on an answer in the chat, and fill the form."""
    opens = partial(person.uses, "Open a case from thread", on=crew.chats[step.case].replies[0])
    await crew.fill(person, step, opens, FORM | step.fields | {"title": step.case})
