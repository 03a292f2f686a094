"""What is wrong with a flow: a safeguard out or out of place, names, lengths; so that it can be mended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from bot.domain.commerce.flow_messages import message_faults
from bot.domain.commerce.flows import (
    NOTE,
    REASON,
    Flow,
    FlowKind,
    FlowStep,
    FormKind,
    StepKind,
    Told,
    WaitFor,
    When,
)
from bot.domain.playbook.faults import Fault, FaultKind

LONGEST = {"title": 75, "say": 3000}
LONGEST_LABEL = 75
LONGEST_HINT = 150
MOST_STEPS = 40
MOST_FIELDS = 20
MOST_CHOICES = 100
LONGEST_WAIT = 365

MARKS: Mapping[str, Callable[[FlowStep], bool]] = {
    "preview": lambda one: one.kind is StepKind.PREVIEW,
    "approval above the limit": lambda one: one.kind is StepKind.APPROVAL and one.when is When.ABOVE_LIMIT,
    "submit": lambda one: one.kind is StepKind.SUBMIT,
    "return label": lambda one: one.kind is StepKind.RETURN_LABEL,
    "wait for the goods": lambda one: one.kind is StepKind.WAIT and one.waits_for is WaitFor.GOODS,
    "credit memo": lambda one: one.kind is StepKind.MEMO,
    "refund": lambda one: one.kind is StepKind.REFUND,
    "notice to the customer": lambda one: one.kind is StepKind.NOTIFY and Told.CUSTOMER in one.to,
}
"""The steps that money hangs on, by the words that people are told."""

SAFEGUARDS = {
    FlowKind.CANCEL: ("preview", "approval above the limit", "submit"),
    FlowKind.RETURN: ("preview", "approval above the limit", "submit", "wait for the goods", "credit memo"),
}
"""What stands in every flow: nobody may take it out."""

ONCE = ("preview", "approval above the limit", "submit", "wait for the goods", "credit memo", "refund")
"""What no flow has twice, and nobody goes round by an `only`."""

BEFORE = (
    ("preview", "approval above the limit"),
    ("preview", "submit"),
    ("approval above the limit", "submit"),
    ("submit", "return label"),
    ("return label", "wait for the goods"),
    ("submit", "wait for the goods"),
    ("submit", "credit memo"),
    ("wait for the goods", "credit memo"),
    ("submit", "refund"),
    ("credit memo", "refund"),
    ("submit", "notice to the customer"),
)
"""What comes before what."""

NOT_SENT = ("return label", "wait for the goods")
"""What a cancellation has no use for: its units have not left."""


def flow_faults(flow: Flow, file: str) -> Iterator[Fault]:
    """All that is wrong with a flow, safeguards first."""
    checker = _Flow(flow, file)
    yield from checker.safeguards()
    yield from checker.places()
    yield from checker.names()
    yield from checker.steps()
    yield from checker.lengths()
    yield from message_faults(flow, file)


class _Flow:
    def __init__(self, flow: Flow, file: str) -> None:
        self.flow, self.file = flow, file

    def fault(self, kind: FaultKind, key: str, wrong: str, remedy: str) -> Fault:
        return Fault(kind=kind, file=self.file, key=key, wrong=wrong, remedy=remedy)

    def where(self, mark: str) -> list[int]:
        return [place for place, one in enumerate(self.flow.steps) if MARKS[mark](one)]

    def safeguards(self) -> Iterator[Fault]:
        """What may not be taken out, and what may not be there twice or for some alone."""
        for mark in SAFEGUARDS[self.flow.kind]:
            if not self.where(mark):
                yield self.fault(
                    FaultKind.CONTRADICTION,
                    "steps",
                    f"have no {mark}.",
                    "Put it back: it is a safeguard, and stands in every flow of this kind.",
                )
        for mark in ONCE:
            for place in self.where(mark)[1:]:
                yield self.fault(
                    FaultKind.TWICE, self.key(place), f"is a second {mark}.", "Take it out: one is enough."
                )
            for place in self.where(mark):
                if self.flow.steps[place].only:
                    yield self.fault(
                        FaultKind.CONTRADICTION,
                        f"{self.key(place)}.only",
                        f"would let some go round the {mark}.",
                        "Take it out: this step is for everybody.",
                    )

    def places(self) -> Iterator[Fault]:
        """What has to come after what, and what is of no use."""
        for first, second in BEFORE:
            for place in self.where(second):
                if place < max(self.where(first), default=0):
                    yield self.fault(
                        FaultKind.CONTRADICTION,
                        self.key(place),
                        f"is the {second}, and stands before the {first}.",
                        f"Move it below the {first}.",
                    )
        for place in self._agreed_too_late():
            yield self.fault(
                FaultKind.CONTRADICTION,
                self.key(place),
                "is an approval of what is done by then.",
                "Move it above the submit: who agrees is shown what will come of it.",
            )
        for mark in NOT_SENT if self.flow.kind is FlowKind.CANCEL else ():
            for place in self.where(mark):
                yield self.fault(
                    FaultKind.CONTRADICTION,
                    self.key(place),
                    f"is a {mark}, and nothing of what is cancelled was sent.",
                    "Take it out.",
                )

    def _agreed_too_late(self) -> Iterator[int]:
        """Approvals behind the submit; the one above the limit is told among those that nothing moves."""
        submit = min(self.where("submit"), default=len(self.flow.steps))
        limits = self.where("approval above the limit")
        for place, one in enumerate(self.flow.steps):
            if one.kind is StepKind.APPROVAL and place > submit and place not in limits:
                yield place

    def names(self) -> Iterator[Fault]:
        for name, times in Counter(one.id for one in self.flow.steps).items():
            if times > 1:
                yield self.fault(
                    FaultKind.TWICE, "steps", f"{times} have the id “{name}”.", "Give each an id of its own."
                )
        fields = [one.name for step in self.flow.steps for one in step.fields]
        taken = {REASON: "the reason itself", NOTE: "the note to who approves"}
        taken |= {one.id: "the id of a step" for one in self.flow.steps}
        for name, times in Counter(fields).items():
            if times > 1 or name in taken:
                what = f"“{name}” is {taken[name]}" if name in taken else f"{times} are called “{name}”"
                yield self.fault(FaultKind.TWICE, "steps", f"fields: {what}.", "Give it another name.")
        known: dict[str, tuple[str, ...]] = {REASON: self.flow.reasons}
        for place, step in enumerate(self.flow.steps):
            yield from self._only(place, step, known)
            known |= {one.name: one.values for one in step.fields if one.values and not step.only}

    def _only(self, place: int, step: FlowStep, known: Mapping[str, tuple[str, ...]]) -> Iterator[Fault]:
        """A step asks for what is surely said by then: by a form before it that everybody fills in."""
        for name, values in step.only:
            key = f"{self.key(place)}.only.{name}"
            if name not in known:
                yield self.fault(
                    FaultKind.UNKNOWN_NAME,
                    key,
                    "is no choice of a form before it.",
                    f"Ask for one of {', '.join(known)}.",
                )
                continue
            for value in values:
                if value not in known[name]:
                    yield self.fault(
                        FaultKind.UNKNOWN_NAME,
                        key,
                        f"has “{value}”.",
                        f"Choose among {', '.join(known[name])}.",
                    )

    def steps(self) -> Iterator[Fault]:
        """What each kind of step needs to have."""
        for place, step in enumerate(self.flow.steps):
            key = self.key(place)
            for name, wrong, remedy in _lacks(step):
                yield self.fault(FaultKind.SHAPE, f"{key}.{name}", wrong, remedy)
            for one in step.fields:
                if (one.kind is FormKind.CHOICE) != bool(one.choices):
                    yield self.fault(
                        FaultKind.SHAPE,
                        f"{key}.fields",
                        f"“{one.label}” has choices without being one, or none although it is.",
                        'Write kind = "choice" with choices = [...], or neither.',
                    )

    def lengths(self) -> Iterator[Fault]:
        if len(self.flow.steps) > MOST_STEPS:
            yield self.fault(
                FaultKind.TOO_LONG,
                "steps",
                f"are {len(self.flow.steps)}.",
                f"A flow has at most {MOST_STEPS}.",
            )
        if len(self.flow.reasons) > MOST_CHOICES:
            said = f"are {len(self.flow.reasons)}."
            yield self.fault(FaultKind.TOO_LONG, "reasons", said, f"A list shows at most {MOST_CHOICES}.")
        for reason in self.flow.reasons:
            yield from self._long("reasons", reason, LONGEST_LABEL)
        for place, step in enumerate(self.flow.steps):
            for name, most in LONGEST.items():
                yield from self._long(f"{self.key(place)}.{name}", getattr(step, name), most)
            if len(step.fields) > MOST_FIELDS:
                said = f"are {len(step.fields)}; a window shows at most {MOST_FIELDS}."
                yield self.fault(
                    FaultKind.TOO_LONG, f"{self.key(place)}.fields", said, "Make two forms of it."
                )
            for one in step.fields:
                for text, most in ((one.label, LONGEST_LABEL), (one.hint, LONGEST_HINT)):
                    yield from self._long(f"{self.key(place)}.fields", text, most)
                for choice in one.choices:
                    yield from self._long(f"{self.key(place)}.fields", choice, LONGEST_LABEL)

    def _long(self, key: str, text: str, most: int) -> Iterator[Fault]:
        if len(text) > most:
            said = f"has {len(text)} characters; Slack takes at most {most}."
            yield self.fault(FaultKind.TOO_LONG, key, said, "Say it shorter.")

    def key(self, place: int) -> str:
        return f"steps {place + 1}"


def _lacks(step: FlowStep) -> Iterator[tuple[str, str, str]]:
    """What a step of its kind has to have and has not: the key, what is wrong, what to do."""
    match step.kind:
        case StepKind.FORM if not step.fields:
            yield "fields", "asks for nothing.", "Add a field, or take the form out."
        case StepKind.MESSAGE if not step.say:
            yield "say", "says nothing.", "Write what whoever does it should read."
        case StepKind.NOTIFY if not step.to:
            yield "to", "tells nobody.", f"Name some of {', '.join(Told)}."
        case StepKind.APPROVAL if (step.when is When.ABOVE) != (step.above is not None):
            yield "above", "and when do not fit.", 'Write when = "above" with above = 100, or neither.'
        case StepKind.WAIT if (step.waits_for is WaitFor.DAYS) != (step.days is not None):
            yield "days", "and waits_for do not fit.", 'Write waits_for = "days" with days = 3, or neither.'
        case StepKind.WAIT if step.days is not None and not 1 <= step.days <= LONGEST_WAIT:
            yield "days", f"is {step.days}.", f"Write 1 to {LONGEST_WAIT}."
        case _:
            return
