"""A script walked in the terminal with a made-up caller: no database, no Slack, no mail."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.entitlement import EntitlementReceipt, judge
from bot.domain.playbook.canned import Blocked, Hindrance, fill, hindrances
from bot.domain.playbook.script import (
    SENDS,
    Answer,
    Decider,
    Playbook,
    Script,
    StepKind,
    completeness,
)
from bot.domain.playbook.walk import Answers, Place, StillMissing, at, back, facts_of, take, written_down
from bot.domain.verdict import Verdict
from bot.playbook_tool.callers import MadeUpCaller

Ask = Callable[[str], str]
Tell = Callable[[str], None]

STORE = ZoneInfo("UTC")
PROMPT = {"agent": "Ana", "case_number": "00001001"}
BLOCKED = {
    Hindrance.VALUE_MISSING: "values are missing",
    Hindrance.CONTRADICTS_VERDICT: "it contradicts the verdict",
    Hindrance.SENT_TODAY: "the same went out today",
}


class Hung(Exception):
    """Whoever tried it has had enough."""


class DryRun:
    """One walk. `ask` brings a line that was typed, `tell` shows one."""

    def __init__(
        self, playbook: Playbook, script: Script, caller: MadeUpCaller, *, phones: str, now: datetime
    ) -> None:
        self.playbook, self.script, self.caller, self.phones = playbook, script, caller, phones
        self.samples = {one.name: one.sample for one in playbook.message_fields}
        self.receipt: EntitlementReceipt = judge(playbook.rules, caller.standing, now, STORE, playbook.digest)
        self.answers: Answers = ()
        self.presses = 0
        self.sent = set[str]()

    def run(self, ask: Ask, tell: Tell) -> None:
        """Walk to an end, or until `q` or the end of the input."""
        tell(f"A dry run of “{self.script.title}”. {self.caller.about}")
        tell("Type the number of an answer; b goes back, q ends. Enter takes what stands in brackets.")
        try:
            while not self._step(ask, tell):
                pass
        except (Hung, EOFError, KeyboardInterrupt):
            tell("\nEnded before its end.")
        tell("Nothing was written, and nothing was sent.")

    def _step(self, ask: Ask, tell: Tell) -> bool:
        """Show where the walk stands, and take one answer. Whether it is over."""
        place = at(self.script, self.answers)
        self._show(place, tell)
        if place.is_over:
            tell(f"Outcome: {place.step.outcome}, after {self.presses} answers by hand.")
            return True
        if place.is_decided:
            value, data = self._decided(place, tell)
            self._take(place, value, data)
            return False
        if place.step.kind is StepKind.SEND:
            self._preview(place, tell)
        if place.step.kind is StepKind.CASE:
            tell(f"  The case is {place.case}, and takes along:")
            for field, text in written_down(self.script, place):
                tell(_wrapped(text, f"  | {field.label}: "))
        for number, answer in enumerate(place.offers, start=1):
            tell(f"  {number}  {answer.label}")
        typed = _line(ask, "> ")
        if typed == "b":
            self.answers = back(self.script, self.answers)
        elif typed.isdecimal() and 1 <= int(typed) <= len(place.offers):
            self._press(place, place.offers[int(typed) - 1], ask, tell)
        else:
            tell(f"“{typed}” is no answer. Type a number from 1 to {len(place.offers)}, b or q.")
        return False

    def _show(self, place: Place, tell: Tell) -> None:
        tell("")
        tell(f"{place.step.node}  {place.step.title}".upper())
        tell(_wrapped(self._filled(place.step.say, place.data), "  Say: "))
        if place.step.do_next:
            tell(_wrapped(self._filled(place.step.do_next, place.data), "  Then: "))

    def _decided(self, place: Place, tell: Tell) -> tuple[str, dict[str, str]]:
        """What the desk would answer by itself."""
        if place.step.by is Decider.VERDICT:
            value, data = facts_of(self.receipt)
            tell(_wrapped(f"{value}. {self.receipt.because}", "  Verdict: "))
            return value, data
        if place.step.by is Decider.PHONES:
            value = self.phones
        else:
            order, words = place.data.get("order", ""), self.caller.says.get("issue", "")
            value = completeness(order, words, False, self.playbook.thinness)
        chosen = place.step.answer(value)
        tell(f"  Decided: {chosen.label if chosen else value}")
        return value, {}

    def _press(self, place: Place, answer: Answer, ask: Ask, tell: Tell) -> None:
        """Ask for the fields that this answer needs, and go on; or stay where something is missing."""
        data = dict[str, str]()
        for name in (*answer.needs, *answer.needs_any[:1]):
            field = self.script.field(name)
            made_up = place.data.get(name) or self.caller.says.get(name) or f"made up {name}"
            data[name] = _line(ask, f"  {field.label if field else name} [{made_up}]: ") or made_up
        if place.step.kind is StepKind.SEND and answer.value == SENDS:
            blocked = self._blocked(place, data)
            if blocked:
                tell(f"  It would not be sent: {_why(blocked)}.")
                return
            self.sent.add(place.message)
            tell(f"  In a real call, this e-mail would now go to {data.get('email', 'them')}.")
        try:
            self._take(place, answer.value, data)
        except StillMissing as missing:
            tell(f"  That cannot be right: {missing}. Try again.")
            return
        self.presses += 1

    def _take(self, place: Place, value: str, data: Mapping[str, str]) -> None:
        given, _ = take(self.script, place, value, data)
        self.answers = (*self.answers, given)

    def _values(self, place: Place, data: Mapping[str, str] | None = None) -> dict[str, str]:
        site = self.caller.standing.site
        real = {"version": site.version} if site else {}
        return {**self.samples, **real, **self.caller.says, **place.data, **(data or {})}

    def _preview(self, place: Place, tell: Tell) -> None:
        message = self.playbook.message(place.message)
        if message is None:
            return
        filled = fill(message, self._values(place))
        tell(f"  E-mail “{message.title}”, version {message.version}. Subject: {filled.subject}")
        tell(textwrap.indent(filled.body.rstrip(), "  | ", lambda line: True))

    def _blocked(self, place: Place, data: Mapping[str, str]) -> tuple[Blocked, ...]:
        message = self.playbook.message(place.message)
        if message is None:
            return ()
        verdict = Verdict(place.data["verdict"])
        again = place.message in self.sent
        return hindrances(message, self._values(place, data), verdict, sent_today=again)

    def _filled(self, text: str, data: Mapping[str, str]) -> str:
        values = {**self.samples, **PROMPT, **data}
        return re.sub(r"\{([a-z_]+)\}", lambda found: values.get(found.group(1), found.group()), text)


def _line(ask: Ask, prompt: str) -> str:
    typed = ask(prompt).strip()
    if typed == "q":
        raise Hung
    return typed


def _why(blocked: tuple[Blocked, ...]) -> str:
    return ", ".join(
        BLOCKED[one.why] + (f" ({', '.join(one.fields)})" if one.fields else "") for one in blocked
    )


def _wrapped(text: str, head: str) -> str:
    return textwrap.fill(text, 100, initial_indent=head, subsequent_indent=" " * len(head))
