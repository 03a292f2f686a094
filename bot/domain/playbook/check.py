"""Finds what is wrong with a playbook before a caller does: `caseline playbook check` and `/desk` call it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from bot.domain.playbook.check_messages import message_faults
from bot.domain.playbook.check_rules import rule_faults
from bot.domain.playbook.faults import Fault, FaultKind
from bot.domain.playbook.routes import UNKNOWN, Routes, Situation, routes
from bot.domain.playbook.script import (
    DECIDES,
    FACTS,
    PROMPT_FIELDS,
    RETURN,
    SENDS,
    Answer,
    Playbook,
    Script,
    Step,
    StepKind,
)

LIMITS = {"title": 150, "say": 3000, "do_next": 2000}
"""Characters that Slack takes for a header, a section and a hint."""

LONGEST_LABEL = 75  # the text of a button
LONGEST_MODAL_TITLE = 24
LONGEST_HINT = 150
LONGEST_FIELD_LABEL = 2000
MOST_ANSWERS = 20  # buttons of one block are 25; Back, notes, hand over and the footer need theirs
MOST_FIELDS = 20


def check(playbook: Playbook) -> tuple[Fault, ...]:
    """All that is wrong, in the order of the files; () for a playbook that calls can go by."""
    found = list[Fault]()
    for script in playbook.scripts:
        found += script_faults(playbook, script)
    found += rule_faults(playbook.rules, playbook.association)
    found += message_faults(playbook)
    return tuple(dict.fromkeys(found))


def script_faults(playbook: Playbook, script: Script) -> Iterator[Fault]:
    """What is wrong with one script."""
    checker = _Script(playbook, script)
    yield from checker.targets()
    yield from checker.names()
    yield from checker.lengths()
    yield from checker.ways()


class _Script:
    def __init__(self, playbook: Playbook, script: Script) -> None:
        self.playbook, self.script = playbook, script
        self.file = f"{script.name}.toml"
        self.main = routes(script, script.start)
        self.aside = [routes(script, one.go) for one in script.anytime]

    def fault(self, kind: FaultKind, key: str, wrong: str, remedy: str) -> Fault:
        return Fault(kind=kind, file=self.file, key=key, wrong=wrong, remedy=remedy)

    def answers(self) -> Iterator[tuple[str, Step | None, Answer]]:
        """Every answer with where it stands; those of `anytime` have no step."""
        for step in self.script.steps:
            for position, answer in enumerate(step.answers, start=1):
                yield f"steps.{step.id}.answers {position}", step, answer
        for position, answer in enumerate(self.script.anytime, start=1):
            yield f"anytime {position}", None, answer

    def targets(self) -> Iterator[Fault]:
        known = ", ".join(step.id for step in self.script.steps)
        unknown = FaultKind.UNKNOWN_TARGET
        if self.script.step(self.script.start) is None:
            yield self.fault(
                unknown, "start", f"is “{self.script.start}”, which is no step.", f"Name one of {known}."
            )
        for key, step, answer in self.answers():
            if answer.go == RETURN and (step is None or step.id in self.main.steps):
                yield self.fault(
                    unknown,
                    f"{key}.go",
                    "returns, but nothing was interrupted here.",
                    "Name a step; “return” is for steps that only an answer at any time leads to.",
                )
            elif answer.go != RETURN and self.script.step(answer.go) is None:
                yield self.fault(
                    unknown,
                    f"{key}.go",
                    f"leads to “{answer.go}”, which is no step.",
                    f"Name one of {known}.",
                )

    def names(self) -> Iterator[Fault]:
        fields = {one.name for one in self.script.fields}
        for title, times in Counter(step.title for step in self.script.steps).items():
            if times > 1:
                yield self.fault(
                    FaultKind.TWICE,
                    "steps",
                    f"{times} of them have the title “{title}”.",
                    "Give each a title of its own, so that people can tell them apart.",
                )
        for name in sorted(fields & FACTS.keys()):
            yield self.fault(
                FaultKind.TWICE,
                f"fields.{name}",
                "is what the verdict says of a caller, and not for people to write.",
                "Give the field another name.",
            )
        for step in self.script.steps:
            key = f"steps.{step.id}"
            for name in step.fields:
                if name not in fields:
                    yield self._unknown(f"{key}.fields", f"names “{name}”", f"[fields] of {self.file}")
            for name in re.findall(r"\{([^{}]*)\}", step.say + step.do_next):
                if name not in fields | set(PROMPT_FIELDS):
                    yield self._unknown(f"{key}.say", f"names {{{name}}}", "[fields], or take {desk}")
            yield from self._twice(step)
            yield from self._kind(step)
        for key, where, answer in self.answers():
            yield from self._answer_names(key, where, answer)

    def _unknown(self, key: str, what: str, where: str) -> Fault:
        return self.fault(FaultKind.UNKNOWN_NAME, key, f"{what}, which is not there.", f"Add it to {where}.")

    def _answer_names(self, key: str, step: Step | None, answer: Answer) -> Iterator[Fault]:
        shown = step.fields if step else ()
        for name in (*answer.needs, *answer.needs_any):
            if name not in shown:
                yield self._unknown(f"{key}.needs", f"asks for “{name}”", "the `fields` of this step")
        for fact, values in answer.only:
            known = FACTS.get(fact, ())
            if not known:
                yield self._unknown(f"{key}.only", f"asks for “{fact}”", f"`only` one of {', '.join(FACTS)}")
            for value in set(values) - set(known) if known else ():
                yield self._unknown(
                    f"{key}.only.{fact}", f"has “{value}”", f"it one of {', '.join(known)} instead"
                )

    def _twice(self, step: Step) -> Iterator[Fault]:
        anytime = () if step.kind in (StepKind.DECIDE, StepKind.END) else self.script.anytime
        for value, times in Counter(one.value for one in (*step.answers, *anytime)).items():
            if times > 1:
                yield self.fault(
                    FaultKind.TWICE,
                    f"steps.{step.id}.answers",
                    f"“{value}” is there {times} times.",
                    "Give each answer a value of its own.",
                )
        for label, times in Counter(one.label for one in step.answers).items():
            if times > 1:
                yield self.fault(
                    FaultKind.TWICE,
                    f"steps.{step.id}.answers",
                    f"the label “{label}” is there {times} times.",
                    "Give each a label of its own, so that people can tell them apart.",
                )

    def _kind(self, step: Step) -> Iterator[Fault]:
        key = f"steps.{step.id}.answers"
        values = {one.value for one in step.answers}
        if step.kind is StepKind.END and step.answers:
            yield self.fault(
                FaultKind.SHAPE, key, "are there, but the step is an end.", "Take them out, or its kind."
            )
        if step.kind is StepKind.SEND and SENDS not in values:
            yield self.fault(
                FaultKind.DEAD_END, key, "have none that sends.", f'Add one with value = "{SENDS}".'
            )
        if step.by is None:
            return
        for value in DECIDES[step.by]:
            if value not in values:
                yield self.fault(
                    FaultKind.DEAD_END, key, f"say nothing for “{value}”.", "Add an answer with that value."
                )
        for value in values - set(DECIDES[step.by]):
            known = ", ".join(DECIDES[step.by])
            yield self._unknown(key, f"have “{value}”", f"this step only what it can decide: {known}")

    def lengths(self) -> Iterator[Fault]:
        script = self.script
        yield from self._long("title", script.title, LONGEST_MODAL_TITLE)
        for field in script.fields:
            yield from self._long(f"fields.{field.name}.label", field.label, LONGEST_FIELD_LABEL)
            yield from self._long(f"fields.{field.name}.hint", field.hint, LONGEST_HINT)
        for step in script.steps:
            for name, most in LIMITS.items():
                yield from self._long(f"steps.{step.id}.{name}", getattr(step, name), most)
            for name, most in (("answers", MOST_ANSWERS), ("fields", MOST_FIELDS)):
                if len(getattr(step, name)) > most:
                    yield self.fault(
                        FaultKind.TOO_LONG,
                        f"steps.{step.id}.{name}",
                        f"are {len(getattr(step, name))}; a window shows at most {most}.",
                        "Make two steps of it.",
                    )
        for key, _, answer in self.answers():
            yield from self._long(f"{key}.label", answer.label, LONGEST_LABEL)
            yield from self._long(f"{key}.value", answer.value, LONGEST_LABEL)

    def _long(self, key: str, text: str, most: int) -> Iterator[Fault]:
        if len(text) > most:
            yield self.fault(
                FaultKind.TOO_LONG,
                key,
                f"has {len(text)} characters; Slack takes at most {most}.",
                "Say it shorter.",
            )

    def ways(self) -> Iterator[Fault]:
        """What only shows when the script is walked in every way: ends, and what is chosen on the way."""
        reached = self.main.steps.union(*(one.steps for one in self.aside))
        for step in self.script.steps:
            if step.id not in reached:
                yield self.fault(
                    FaultKind.UNREACHABLE,
                    f"steps.{step.id}",
                    f"“{step.title}” is never reached.",
                    "Let an answer lead to it, or take it out.",
                )
        for found in (self.main, *self.aside):
            yield from self._dead_ends(found)
            yield from self._loops(found)
            yield from self._choices(found)

    def _dead_ends(self, found: Routes) -> Iterator[Fault]:
        for step in self.script.steps:
            stuck = [one for one in found.stuck if one.step == step.id]
            if stuck:
                who = "" if not step.answers else f" for {_whom(stuck[0])}"
                yield self.fault(
                    FaultKind.DEAD_END,
                    f"steps.{step.id}",
                    f"“{step.title}” leads nowhere{who}.",
                    'Add an answer, or make it an end with kind = "end" and an outcome.',
                )

    def _loops(self, found: Routes) -> Iterator[Fault]:
        endless = {one.step for one in found.without_end()}
        names = [step for step in self.script.steps if step.id in endless]
        if names:
            round_and_round = ", ".join(f"“{step.title}”" for step in names)
            yield self.fault(
                FaultKind.LOOP,
                f"steps.{names[0].id}",
                f"no end is ever reached from {round_and_round}.",
                "Add an answer that leads out of the circle.",
            )

    def _choices(self, found: Routes) -> Iterator[Fault]:
        """Messages and cases that are needed but not chosen, or chosen for callers whom they do not suit."""
        for here in found.nexts:
            step = self.script.step(here.step)
            if step is None:
                continue
            if step.kind is StepKind.CASE and not here.has_case:
                yield self.fault(
                    FaultKind.UNKNOWN_NAME,
                    f"steps.{step.id}",
                    f"“{step.title}” opens a case, but on some way to it nothing says why.",
                    'Add case = "..." to the answers that lead there.',
                )
            if step.kind is StepKind.SEND:
                yield from self._message_at(step, here)

    def _message_at(self, step: Step, here: Situation) -> Iterator[Fault]:
        chosen = here.message
        if not chosen.what:
            yield self.fault(
                FaultKind.MESSAGE_MISSING,
                f"steps.{step.id}",
                f"“{step.title}” sends, but on some way to it no message was chosen.",
                'Add message = "..." to the answers that lead there.',
            )
            return
        message = self.playbook.message(chosen.what)
        if message is None or here.caller == UNKNOWN or here.facts["verdict"] in message.fits:
            return
        yield self.fault(
            FaultKind.CONTRADICTION,
            f"steps.{chosen.step}.answers",
            f"“{chosen.answer}” sends “{message.title}” under the verdict {here.facts['verdict']}, "
            "which that message does not fit.",
            "Choose another message, narrow the answer by `only`, or widen the message's `fits`.",
        )


def _whom(here: Situation) -> str:
    if here.caller == UNKNOWN:
        return "anybody, because no verdict is known yet that its answers ask for"
    return "a caller with " + ", ".join(f"{fact} = {value}" for fact, value in here.facts.items())
