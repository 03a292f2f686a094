"""The values of a playbook: scripts of steps and answers, which its neighbours read, walk, draw and check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.playbook.association import AssociationRules
from bot.domain.playbook.canned import CannedMessage, MessageField
from bot.domain.verdict import CallerKind, Rules, Verdict

RETURN = "return"
"""Where an answer may lead instead of a step's name: to where the caller was interrupted."""

SENDS = "send"
"""The answer at a step of kind `send` that sends the message; its other answers go on without."""

PROMPT_FIELDS = ("desk", "agent", "support_admin", "case_number")
"""What a prompt may name in curly brackets, beside the fields of its script."""


class StepKind(StrEnum):
    """What happens at a step."""

    ASK = "ask"  # somebody is asked, and an answer pressed
    DECIDE = "decide"  # the desk knows the answer by itself
    SEND = "send"  # the canned message that was chosen is shown and sent
    CASE = "case"  # a case is opened or assigned with everything collected
    END = "end"


class Decider(StrEnum):
    """What the desk knows by itself, and at a step of kind `decide` answers."""

    VERDICT = "verdict"
    PHONES = "phones"
    COMPLETENESS = "completeness"


DECIDES: Mapping[Decider, tuple[str, ...]] = {
    Decider.VERDICT: tuple(one.value for one in Verdict),
    Decider.PHONES: ("open", "closed"),
    Decider.COMPLETENESS: ("complete", "missing", "asked_before"),
}
"""All that each decider may answer: a step has an answer for each."""

FACTS: Mapping[str, tuple[str, ...]] = {
    "verdict": tuple(one.value for one in Verdict),
    "caller": tuple(one.value for one in CallerKind),
    "hosting": ("yes", "no"),
    "priority": ("yes", "no"),
}
"""What an answer's `only` may ask for. All of it is known once the verdict is."""


class Outcome(StrEnum):
    """How a call or a triage ended."""

    SENT = "sent"
    TO_LEVEL_TWO = "to_level_two"
    TO_SALES = "to_sales"
    NOT_IDENTIFIED = "not_identified"
    CALLS_AGAIN = "calls_again"
    COMPLIMENT_OR_COMPLAINT = "compliment_or_complaint"
    ASKED_FOR_MORE = "asked_for_more"


class CaseReason(StrEnum):
    """Why a case goes to level two (domain.md 4, P8 and N3)."""

    PRIORITY = "priority"
    ELIGIBLE = "eligible"
    BUG = "bug"


class FieldKind(StrEnum):
    """How a field is filled in: typed, or picked from what the account has."""

    LINE = "line"
    TEXT = "text"
    EMAIL = "email"
    ACCOUNT = "account"
    SITE = "site"
    ORDER = "order"


class Panel(StrEnum):
    """What the screen shows beside the prompt."""

    SEARCH = "search"
    PHONE_HOURS = "phone_hours"
    HITS = "hits"
    ORDERS = "orders"
    VERDICT = "verdict"
    PREVIEW = "preview"
    DELIVERY = "delivery"
    READ_ALOUD = "read_aloud"
    SUMMARY = "summary"
    CONTACT = "contact"


@dataclass(frozen=True, kw_only=True)
class Field:
    """Something that is written down during a walk, kept under `name`."""

    name: str
    label: str
    kind: FieldKind = FieldKind.LINE
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One way on from a step. `value` is stored, `label` shown, `go` the next step.

    `needs` are fields that must be filled in, of `needs_any` at least one. `only` narrows it to callers of
    whom each fact named has one of the values. `message` is the canned message that it chooses, `case` why a
    case goes to level two.
    """

    value: str
    label: str
    go: str
    needs: tuple[str, ...] = ()
    needs_any: tuple[str, ...] = ()
    only: tuple[tuple[str, tuple[str, ...]], ...] = ()
    message: str = ""
    case: CaseReason | None = None

    def suits(self, data: Mapping[str, str]) -> bool:
        """Whether this answer is for a caller of whom `data` is known."""
        return all(data.get(fact) in values for fact, values in self.only)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: what to say, what to do next, what to write down, and the ways on.

    `node` is its name on the desk's plan (P0 to P8, N1 to N3). `by` is set for steps of kind `decide`,
    `outcome` for those of kind `end`.
    """

    id: str
    node: str
    title: str
    say: str
    kind: StepKind = StepKind.ASK
    do_next: str = ""
    fields: tuple[str, ...] = ()
    shows: tuple[Panel, ...] = ()
    answers: tuple[Answer, ...] = ()
    by: Decider | None = None
    outcome: Outcome | None = None

    def answer(self, value: str) -> Answer | None:
        return next((one for one in self.answers if one.value == value), None)


@dataclass(frozen=True, kw_only=True)
class Script:
    """Steps from a start to ends. `anytime` are answers that every step has which a person answers."""

    name: str
    title: str
    start: str
    fields: tuple[Field, ...]
    steps: tuple[Step, ...]
    anytime: tuple[Answer, ...] = ()

    def step(self, name: str) -> Step | None:
        return next((one for one in self.steps if one.id == name), None)

    def field(self, name: str) -> Field | None:
        return next((one for one in self.fields if one.name == name), None)


@dataclass(frozen=True, kw_only=True)
class Thinness:
    """When a new case's description is too thin to judge by: fewer words than this."""

    fewest_words: int = 8


@dataclass(frozen=True, kw_only=True)
class Playbook:
    """Everything that a desk's calls and triage go by.

    `digest` tells one revision from another. It is taken of what the files say, comments left out, so that it
    stays the same when Caseline learns something new.
    """

    digest: str
    phone: Script
    triage: Script
    thinness: Thinness
    rules: Rules
    association: AssociationRules
    messages: tuple[CannedMessage, ...]
    message_fields: tuple[MessageField, ...]

    def message(self, name: str) -> CannedMessage | None:
        return next((one for one in self.messages if one.id == name), None)

    @property
    def scripts(self) -> tuple[Script, ...]:
        return (self.phone, self.triage)


def completeness(order: str, description: str, asked_before: bool, thinness: Thinness) -> str:
    """What that decider answers on a new case: is there enough to judge by? It is asked for once only."""
    if order.strip() and len(description.split()) >= thinness.fewest_words:
        return "complete"
    return "asked_before" if asked_before else "missing"
