"""The texts that a flow sends to customers: what they may name, what is wrong with them, filled in. Pure.

They stand in the flow's own file, so that a request keeps the words that it began with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.commerce.flows import REASON, Flow, FlowKind, FlowMessage, FlowStep, StepKind, WaitFor
from bot.domain.playbook.canned import stray_braces, unwrapped
from bot.domain.playbook.faults import Fault, FaultKind

LONGEST = {"subject": 150, "body": 3000}
"""Characters: a header, and a section of the window that previews it."""

MOST_MESSAGES = 20

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")

_RETURNS = frozenset({FlowKind.RETURN})

_Making = Callable[[FaultKind, str, str, str], Fault]
"""How a fault of one file is made: its kind, where, what is wrong, what to do."""


@dataclass(frozen=True, kw_only=True)
class MessageValue:
    """A value that texts may name. `kinds` are the flows that have it, `after` the step that brings it about.

    `lines`: it may have several, a line each; every other one is put into one line.
    """

    name: str
    meaning: str
    kinds: frozenset[FlowKind] = frozenset(FlowKind)
    after: StepKind | None = None
    lines: bool = False


VALUES: Mapping[str, MessageValue] = {
    one.name: one
    for one in (
        MessageValue(name="customer", meaning="The customer's name"),
        MessageValue(name="desk", meaning="The desk's name"),
        MessageValue(name="order", meaning="The number of the order"),
        MessageValue(name="items", meaning="What is cancelled or comes back, with quantities", lines=True),
        MessageValue(name="amount", meaning="What those items come to"),
        MessageValue(name="return_number", meaning="The number of the return", kinds=_RETURNS),
        MessageValue(
            name="return_address", meaning="Where goods are sent back to", kinds=_RETURNS, lines=True
        ),
        MessageValue(
            name="accepted",
            meaning="The units that were accepted",
            kinds=_RETURNS,
            after=StepKind.WAIT,
            lines=True,
        ),
        MessageValue(
            name="rejected",
            meaning="The units that were rejected, and why",
            kinds=_RETURNS,
            after=StepKind.WAIT,
            lines=True,
        ),
        MessageValue(name="refunded", meaning="What is paid back", after=StepKind.REFUND),
    )
}
"""What the desk knows by itself; a text may also name the reason, and a field of a form before it."""


def names_in(message: FlowMessage) -> tuple[str, ...]:
    """What a text names in curly brackets, each once, in the order in which they come."""
    return tuple(dict.fromkeys(_PLACE.findall(f"{message.subject}\n{message.body}")))


def filled(message: FlowMessage, values: Mapping[str, str]) -> tuple[str, str]:
    """Subject and body with their values. KeyError where one lacks.

    No value adds a line but those that are made of lines, and in the subject none does.
    """

    def one_line(found: re.Match[str]) -> str:
        return " ".join(values[found[1]].split())

    def as_it_is(found: re.Match[str]) -> str:
        value = VALUES.get(found[1])
        if value is None or not value.lines:
            return one_line(found)
        lines = (" ".join(line.split()) for line in values[found[1]].splitlines())
        return "\n".join(line for line in lines if line)

    body = _PLACE.sub(as_it_is, unwrapped(message.body))
    return _PLACE.sub(one_line, message.subject), body.strip() + "\n"


def message_faults(flow: Flow, file: str) -> Iterator[Fault]:
    """All that is wrong with a flow's texts, and with the steps that send them."""

    def fault(kind: FaultKind, key: str, wrong: str, remedy: str) -> Fault:
        return Fault(kind=kind, file=file, key=key, wrong=wrong, remedy=remedy)

    if len(flow.messages) > MOST_MESSAGES:
        wrong = f"are {len(flow.messages)}."
        yield fault(FaultKind.TOO_LONG, "messages", wrong, f"A flow has at most {MOST_MESSAGES}.")
    for message in flow.messages:
        key = f"messages.{message.id}"
        for name, most in LONGEST.items():
            length = len(getattr(message, name))
            if length > most:
                wrong = f"has {length} characters; a window shows at most {most}."
                yield fault(FaultKind.TOO_LONG, f"{key}.{name}", wrong, "Say it shorter.")
        if stray_braces((message.subject, message.body)):
            wrong = "has a curly bracket that belongs to no value."
            yield fault(FaultKind.MESSAGE_UNFILLED, key, wrong, "Write values as {name}, in small letters.")
        known = [*_known(flow, len(flow.steps))]
        for name in names_in(message):
            if name not in known:
                wrong = f"names {{{name}}}, which this flow does not know."
                yield fault(FaultKind.MESSAGE_UNFILLED, key, wrong, f"Use some of {', '.join(known)}.")
    for place, step in enumerate(flow.steps):
        yield from _step_faults(flow, place, step, fault)


def _step_faults(flow: Flow, place: int, step: FlowStep, fault: _Making) -> Iterator[Fault]:
    """A step that sends what is not there, to nobody, or before all that it names is known."""
    if not step.message:
        return
    key = f"steps {place + 1}.message"
    if not step.mails:
        wrong = "goes to nobody: this step does not tell the customer."
        yield fault(FaultKind.CONTRADICTION, key, wrong, 'Write to = ["customer"], or take the message out.')
        return
    message = flow.message(step.message)
    if message is None:
        there = ", ".join(one.id for one in flow.messages)
        wrong = f"is “{step.message}”, which is not among the messages of this file."
        remedy = f"Name one of {there}, or add it." if there else f"Add it as [messages.{step.message}]."
        yield fault(FaultKind.MESSAGE_MISSING, key, wrong, remedy)
        return
    so_far, in_the_end = _known(flow, place), _known(flow, len(flow.steps))
    for name in names_in(message):
        if name in in_the_end and name not in so_far:
            wrong = f"names {{{name}}}, which is not known yet at this step."
            remedy = "Move the step further down, or use another message."
            yield fault(FaultKind.MESSAGE_UNFILLED, key, wrong, remedy)


def _known(flow: Flow, place: int) -> tuple[str, ...]:
    """What a text may name at a step: what the desk knows by then, the reason, what everybody was asked."""
    before = flow.steps[:place]
    known = [one.name for one in VALUES.values() if flow.kind in one.kinds and _is_there(one, before)]
    asked = [one.name for step in before if not step.only for one in step.fields]
    return (*known, REASON, *asked)


def _is_there(value: MessageValue, before: Sequence[FlowStep]) -> bool:
    if value.after is StepKind.WAIT:
        return any(one.kind is StepKind.WAIT and one.waits_for is WaitFor.GOODS for one in before)
    return value.after is None or any(one.kind is value.after for one in before)
