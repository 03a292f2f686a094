"""What can be wrong with canned messages: missing ones, values that nothing fills, texts too long."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.playbook.canned import CannedMessage, Source, stray_braces
from bot.domain.playbook.faults import Fault, FaultKind
from bot.domain.playbook.reading import MESSAGES
from bot.domain.playbook.routes import collected
from bot.domain.playbook.script import SENDS, Answer, Playbook, Script, StepKind

LONGEST = {"title": 75, "subject": 150, "body": 3000}
"""Characters: a button, a header and a section of the window that previews it."""

MOST_ALOUD = 10
LONGEST_ALOUD = 300


def message_faults(playbook: Playbook) -> Iterator[Fault]:
    """What is wrong with the messages, and with how scripts use them."""
    for script in playbook.scripts:
        yield from _in_script(playbook, script)
    used = {one.message for script in playbook.scripts for one in _answers(script)}
    declared = {one.name for one in playbook.message_fields}
    for message in playbook.messages:
        yield from _lengths(message)
        key = f"messages.{message.id}"
        if message.id not in used:
            yield _fault(
                FaultKind.MESSAGE_UNUSED,
                key,
                "is sent by no answer.",
                "Let an answer send it, or take it out.",
            )
        if not message.fits:
            yield _fault(
                FaultKind.CONTRADICTION,
                f"{key}.fits",
                "names no verdict, so that it could never be sent.",
                "Name those that it fits.",
            )
        for name in message.fields:
            if name not in declared:
                yield _fault(
                    FaultKind.MESSAGE_UNFILLED,
                    key,
                    f"names {{{name}}}, and nothing says where its value comes from.",
                    "Add it to [fields], or correct its name.",
                )
        if stray_braces((message.subject, message.body, *message.aloud)):
            yield _fault(
                FaultKind.MESSAGE_UNFILLED,
                key,
                "has a curly bracket that belongs to no field.",
                "Write fields as {name}, in small letters.",
            )


def _in_script(playbook: Playbook, script: Script) -> Iterator[Fault]:
    """Answers that name a message that is not there or is not sent, and messages whose values may lack."""
    known = ", ".join(one.id for one in playbook.messages)
    before = collected(script)
    sources = {one.name: one.source for one in playbook.message_fields}
    for step in script.steps:
        for position, answer in enumerate(step.answers, start=1):
            if not answer.message:
                continue
            key = f"steps.{step.id}.answers {position}.message"
            file = f"{script.name}.toml"
            message, target = playbook.message(answer.message), script.step(answer.go)
            if message is None:
                what = f"is “{answer.message}”, which is not among the messages."
                yield _fault(FaultKind.MESSAGE_MISSING, key, what, f"Name one of {known}.", file)
            elif target is not None and target.kind is not StepKind.SEND:
                what = f"is chosen, but “{target.title}” sends nothing."
                yield _fault(FaultKind.SHAPE, key, what, 'Lead to a step of kind "send".', file)
            elif target is not None:
                sending = target.answer(SENDS)
                filled = before[target.id] | set(sending.needs if sending else ())
                for name in message.fields:
                    if sources.get(name) is Source.CALL and name not in filled:
                        what = f"needs {{{name}}}, which is not written down on every way there."
                        remedy = f'Add it to the `needs` of the answer "{SENDS}" of step {target.id}.'
                        yield _fault(FaultKind.MESSAGE_UNFILLED, key, what, remedy, file)


def _lengths(message: CannedMessage) -> Iterator[Fault]:
    key = f"messages.{message.id}"
    for name, most in LONGEST.items():
        if len(getattr(message, name)) > most:
            what = f"has {len(getattr(message, name))} characters; Slack shows at most {most}."
            yield _fault(FaultKind.TOO_LONG, f"{key}.{name}", what, "Say it shorter.")
    if len(message.aloud) > MOST_ALOUD or any(len(one) > LONGEST_ALOUD for one in message.aloud):
        what = f"is too much to read aloud: at most {MOST_ALOUD} steps of {LONGEST_ALOUD} characters."
        yield _fault(FaultKind.TOO_LONG, f"{key}.aloud", what, "Say it shorter.")


def _answers(script: Script) -> Iterator[Answer]:
    for step in script.steps:
        yield from step.answers
    yield from script.anytime


def _fault(kind: FaultKind, key: str, wrong: str, remedy: str, file: str = MESSAGES) -> Fault:
    return Fault(kind=kind, file=file, key=key, wrong=wrong, remedy=remedy)
