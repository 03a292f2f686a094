"""People who do what the script says and do not give up; they note what they were told when it failed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox import Message, Person, Sandbox
from tests.faults_runs.script import Step
from tests.flows.conftest import OPEN_FORM

NUMBER = re.compile(r"\b0000\d{4}\b")
MOST_TRIES = 60


@dataclass
class Crew:
    """The people of one run. `numbers` are the cases' numbers by title, `told` what refusals said."""

    sandbox: Sandbox
    wait: Callable[[], Awaitable[None]]
    """Waits until the bot is there and has nothing left to do."""
    gives_up: Callable[[Step], bool] = lambda _: False
    """Whether a person does not try again when a submission was not acknowledged."""
    numbers: dict[str, str] = field(default_factory=dict)
    told: dict[int, str] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    """The sentences that people saw when something failed."""
    given_up: set[int] = field(default_factory=set)

    async def does(self, step: Step) -> None:
        """Do one step, until it is done or given up. Raises AssertionError where nobody says a word."""
        person = self.sandbox.act_as(step.who)
        match step.act:
            case "open":
                await self._fill(person, step, "/case open", OPEN_FORM | step.fields | {"title": step.case})
            case "form":
                line = f"/case {step.word} {self.numbers[step.case]}"
                await self._fill(person, step, line, step.fields)
            case "take":
                await self._take(person, step)
            case "reply" | "unheard reply":
                await person.says(
                    f"Reply {step.n}", channel=self.card(step.case).channel, thread=self.card(step.case)
                )
            case "refused":
                await self._is_refused(person, step)
        if step.act != "unheard reply":  # what it is answered with comes later, and `heard_of` reads it
            person.reloads()

    def heard_of(self, step: Step) -> None:
        """Note that, and what, somebody was told whose reply in a thread was not taken."""
        person = self.sandbox.act_as(step.who)
        said = [
            one.all_text for one in (*person.ephemerals, *person.dms) if "is not in the case" in one.all_text
        ]
        assert said, f"{step}: nobody told {step.who}"
        self.told[step.n] = NUMBER.sub("#", said[-1])
        person.reloads()

    def card(self, case: str) -> Message:
        """The card of a case, wherever it is."""
        found = [one for one in self.cards() if self.numbers[case] in one.all_text]
        assert len(found) == 1, f"{len(found)} cards of {case}"
        return found[0]

    def cards(self) -> list[Message]:
        """All messages of the bot in the main list of any channel."""
        omar = self.sandbox.act_as("omar")
        names = [one.name for one in self.sandbox.workspace.channels.values() if one.im_with is None]
        return [
            message
            for name in names
            for message in omar.messages(name)
            if message.user == self.sandbox.bot_user_id
        ]

    async def _fill(self, person: Person, step: Step, line: str, fields: dict[str, Any]) -> None:
        await self._open_window(person, step, line)
        for _ in range(MOST_TRIES):
            await person.submits(**fields)
            if not person.errors and not person.failure:
                if person.modal is None or person.modal.callback_id != "case.public":
                    break
                fields = {}  # what was typed is shown now, and sent by a second step
                continue
            self._must_be_told(person, step, *person.errors.values())
            assert person.modal is not None, f"{step}: the window is gone, and what was typed with it"
            kept = str(person.modal.values)
            for text in (fields.get("text"), fields.get("note"), fields.get("reason"), fields.get("title")):
                assert text is None or text in kept, f"{step}: {text!r} is lost"
            if person.failure and self.gives_up(step):
                self.given_up.add(step.n)
                return
            await self._breath()
        else:
            raise AssertionError(f"{step} never went through: {person.errors} {person.sentence}")
        if step.act == "open":
            assert person.modal is not None
            found = NUMBER.search(person.modal.text)
            assert found is not None, person.modal.text
            self.numbers[step.case] = found[0]

    async def _open_window(self, person: Person, step: Step, line: str) -> None:
        for _ in range(MOST_TRIES):
            await person.runs(line)
            if person.modal is not None and person.modal.submit:
                return
            self._must_be_told(person, step, person.reply)
            person.reloads()
            await self._breath()
        raise AssertionError(f"{step}: no window opened: {self.failures[-1]}")

    async def _take(self, person: Person, step: Step) -> None:
        for _ in range(MOST_TRIES):
            if "Take" not in self.card(step.case).buttons:
                return
            await person.clicks("Take", on=self.card(step.case))
            if person.failure:
                self._must_be_told(person, step)
            await self.wait()
        raise AssertionError(f"{step} never went through: {person.sentence} {person.reply}")

    async def _is_refused(self, person: Person, step: Step) -> None:
        for _ in range(MOST_TRIES):
            await person.runs(f"/case {step.word} {self.numbers[step.case]}")
            assert person.modal is None, f"{step} was not refused"
            assert person.reply, f"{step}: silence"
            if not person.failure:
                self.told[step.n] = NUMBER.sub("#", person.reply)
                return
            self._must_be_told(person, step)
            await self._breath()

    def _must_be_told(self, person: Person, step: Step, *more: str) -> None:
        direct = [one.all_text for one in person.dms[-1:]] if not any((person.sentence, *more)) else []
        said = [one for one in (person.sentence, *more, *direct) if one]
        assert said, f"{step} failed in silence"
        self.failures += said

    async def _breath(self) -> None:
        """What a person takes before trying again; the connection may have to come back too."""
        await self.sandbox.bot_connected(60)  # Slack lets an app connect once a minute
        await asyncio.sleep(0.02)
