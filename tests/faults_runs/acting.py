"""People who do what the script says and do not give up; they note what they were told when it failed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bot.domain.ids import CaseNumber
from bot.sandbox import Message, Person, Sandbox
from tests.faults_runs import chats, pages, post
from tests.faults_runs.script import MOST_TRIES, Step
from tests.flows.conftest import OPEN_FORM

NUMBER = re.compile(r"\b0000\d{4}\b")


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
    comes: Callable[[CaseNumber], Awaitable[None]] | None = None
    """Lets the hour of a case's escalation come."""
    chats: dict[str, Message] = field(default_factory=dict)
    """The first messages of threads that become cases, by the case's title."""
    said: dict[tuple[str, str], Message] = field(default_factory=dict)
    """What each person said last in the chat of a case."""

    async def does(self, step: Step) -> None:
        """Do one step, until it is done or given up. Raises AssertionError where nobody says a word."""
        if step.act == "hour":
            assert self.comes is not None
            return await self.comes(CaseNumber(int(self.numbers[step.case])))
        if step.act == "mail":
            return post.answers(self, step)
        person = self.sandbox.act_as(step.who)
        match step.act:
            case "open":
                opens = partial(person.runs, "/case open")
                await self.fill(person, step, opens, OPEN_FORM | step.fields | {"title": step.case})
            case "form":
                opens = partial(person.runs, f"/case {step.word} {self.numbers[step.case]}")
                await self.fill(person, step, opens, step.fields)
            case "button":
                await pages.presses(self, person, step)
            case "take back":
                await pages.takes_back(self, person, step)
            case "chat" | "says" | "rewords" | "unsays":
                await chats.talks(self, person, step)
            case "thread":
                await chats.makes_a_case(self, person, step)
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
        return None

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

    async def fill(
        self, person: Person, step: Step, opens: Callable[[], Awaitable[None]], fields: dict[str, Any]
    ) -> None:
        """Fill a form until it is taken; a public text of staff is sent by a second step, with its tick."""
        second = {name: value for name, value in fields.items() if name == "contact"}
        fields = {name: value for name, value in fields.items() if name not in second}
        await self._open_window(person, step, opens)
        for _ in range(MOST_TRIES):
            await person.submits(**fields)
            if not person.errors and not person.failure:
                if person.modal is None or person.modal.callback_id != "case.public":
                    break
                fields = second
                continue
            self.must_be_told(person, step, *person.errors.values())
            assert person.modal is not None, f"{step}: the window is gone, and what was typed with it"
            kept = str(person.modal.values)
            for text in (fields.get("text"), fields.get("note"), fields.get("reason"), fields.get("title")):
                assert text is None or text in kept, f"{step}: {text!r} is lost"
            if person.failure and self.gives_up(step):
                self.given_up.add(step.n)
                return
            await self.breath()
        else:
            raise AssertionError(f"{step} never went through: {person.errors} {person.sentence}")
        if step.act in ("open", "thread"):
            assert person.modal is not None
            found = NUMBER.search(person.modal.text)
            assert found is not None, person.modal.text
            self.numbers[step.case] = found[0]

    async def _open_window(self, person: Person, step: Step, opens: Callable[[], Awaitable[None]]) -> None:
        for _ in range(MOST_TRIES):
            await opens()
            if person.modal is not None and person.modal.submit:
                return
            self.must_be_told(person, step, person.reply)
            person.reloads()
            await self.breath()
        raise AssertionError(f"{step}: no window opened: {self.failures[-1]}")

    async def _take(self, person: Person, step: Step) -> None:
        for _ in range(MOST_TRIES):
            if "Take" not in self.card(step.case).buttons:
                return
            await person.clicks("Take", on=self.card(step.case))
            if person.failure:
                self.must_be_told(person, step)
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
            self.must_be_told(person, step)
            await self.breath()

    def must_be_told(self, person: Person, step: Step, *more: str) -> None:
        """A failure is never silent."""
        direct = [one.all_text for one in person.dms[-1:]] if not any((person.sentence, *more)) else []
        said = [one for one in (person.sentence, *more, *direct) if one]
        assert said, f"{step} failed in silence"
        self.failures += said

    async def breath(self) -> None:
        """What a person takes before trying again; the connection may have to come back too."""
        await self.sandbox.bot_connected(60)  # Slack lets an app connect once a minute
        await asyncio.sleep(0.02)
