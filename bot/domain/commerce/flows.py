"""Flows: the steps by which a team cancels and takes back, and where one stands in them (1.3). Pure.

A team inserts, moves and rewords steps. What keeps money safe is no step that could be taken out: units and
money are checked by `performing`, limits by `limits`, and `flow_check` holds the rest in place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.commerce.acts import DEFAULT_TERMS, Terms
from bot.domain.shop.money import Money, decimals

REASON = "reason"
"""What `only` may always ask for, beside the choices of forms: why the customer wants it."""

NOTE = "note"
"""What stands beside the answers of forms: a word to whoever approves it."""


class FlowKind(StrEnum):
    """What a flow is for."""

    CANCEL = "cancel"
    RETURN = "return"


class StepKind(StrEnum):
    """What happens at a step."""

    PREVIEW = "preview"  # the rehearsal, and the question whether it is meant
    FORM = "form"  # something is asked and written down
    MESSAGE = "message"  # something is said to whoever does it
    APPROVAL = "approval"  # somebody else agrees
    WAIT = "wait"  # for the goods, or for days
    RETURN_LABEL = "return_label"  # the customer is sent what to put on the parcel
    SUBMIT = "submit"  # it is done: units move, documents arise
    MEMO = "memo"  # the credit memo is written
    REFUND = "refund"  # what is owed is paid back
    NOTIFY = "notify"  # somebody is told


class FormKind(StrEnum):
    """How a field of a form is filled in."""

    LINE = "line"
    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    YES_NO = "yes_no"


class When(StrEnum):
    """When an approval is needed. Above the limit of whoever asks it always is: no flow can say otherwise."""

    ABOVE_LIMIT = "above_limit"
    ABOVE = "above"  # an amount of this flow's own
    ALWAYS = "always"


class WaitFor(StrEnum):
    GOODS = "goods"
    DAYS = "days"


class Told(StrEnum):
    """Whom a step tells."""

    CUSTOMER = "customer"
    CREATOR = "creator"
    OWNER = "owner"
    TEAM = "team"


@dataclass(frozen=True, kw_only=True)
class FormField:
    """One field of a form. `choices` are those of a choice; `needed` ones must be filled in."""

    name: str
    label: str
    kind: FormKind = FormKind.LINE
    hint: str = ""
    choices: tuple[str, ...] = ()
    needed: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        """What it can hold, where that is known: then `only` may ask for it."""
        return ("yes", "no") if self.kind is FormKind.YES_NO else self.choices


@dataclass(frozen=True, kw_only=True)
class FlowStep:
    """One step. `only` limits it to cases by reason or by what a form before it says.

    `when` and `above` (whole units of the order's currency) are an approval's, `waits_for` and `days` a
    wait's, `to` a notice's; `message` is the id of the flow's text that goes to the customer.
    """

    id: str
    kind: StepKind
    title: str
    say: str = ""
    fields: tuple[FormField, ...] = ()
    when: When | None = None
    above: int | None = None
    waits_for: WaitFor | None = None
    days: int | None = None
    to: tuple[Told, ...] = ()
    message: str = ""
    only: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def mails(self) -> bool:
        """Whether the customer hears of it: by the flow's text, or from a person where it has none."""
        return self.kind is StepKind.RETURN_LABEL or (
            self.kind is StepKind.NOTIFY and Told.CUSTOMER in self.to
        )


@dataclass(frozen=True, kw_only=True)
class FlowMessage:
    """A text that goes to the customer, with values in curly brackets."""

    id: str
    subject: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A flow in one version; `digest` tells two of the same number apart. `reasons` are a team's own list."""

    kind: FlowKind
    version: int
    title: str
    steps: tuple[FlowStep, ...]
    reasons: tuple[str, ...]
    terms: Terms = DEFAULT_TERMS
    by_customer: bool = False
    """Whether the customer may ask for it without a member of staff."""
    digest: str = ""
    messages: tuple[FlowMessage, ...] = ()

    @property
    def stamp(self) -> str:
        """As each document names the flow that it arose from."""
        return f"{self.kind.value} {self.version} ({self.digest[:8]})"

    def step(self, name: str) -> FlowStep | None:
        return next((one for one in self.steps if one.id == name), None)

    def message(self, name: str) -> FlowMessage | None:
        return next((one for one in self.messages if one.id == name), None)

    @property
    def has_memo(self) -> bool:
        return any(one.kind is StepKind.MEMO for one in self.steps)


@dataclass(frozen=True, kw_only=True)
class FlowFacts:
    """What decides which steps apply: what was at stake in the preview, and what was said in forms since."""

    at_stake: Money
    above_limit: bool
    said: Mapping[str, str] = field(default_factory=dict)


class OtherFlow(ValueError):
    """Steps that this flow does not have, or not so far: they belong to another version of it."""


def applies(step: FlowStep, facts: FlowFacts) -> bool:
    """Whether a step is gone through under these facts; what is not yet said suits no `only`."""
    if not all(facts.said.get(name, "") in values for name, values in step.only):
        return False
    if step.kind is not StepKind.APPROVAL or step.when is When.ALWAYS:
        return True
    if step.when is When.ABOVE_LIMIT:
        return facts.above_limit
    limit: int = (step.above or 0) * 10 ** decimals(facts.at_stake.currency)
    return facts.at_stake.minor > limit


def next_step(flow: Flow, done: Sequence[str], facts: FlowFacts) -> FlowStep | None:
    """The step that comes after those that were done, by their ids; None at the end. Raises OtherFlow.

    Everything before it has been done or does not apply, so that nothing is jumped over.
    """
    left = list(done)
    for step in flow.steps:
        if left and left[0] == step.id:
            left.pop(0)
        elif applies(step, facts):
            if left:
                raise OtherFlow(f"{step.id} comes before {left[0]}")
            return step
    if left:
        raise OtherFlow(f"{flow.stamp} has no step {left[0]} there")
    return None


def path(flow: Flow, facts: FlowFacts) -> tuple[FlowStep, ...]:
    """All steps that would be gone through, for whoever wants to see what is coming."""
    return tuple(one for one in flow.steps if applies(one, facts))


def missing(step: FlowStep, said: Mapping[str, str]) -> tuple[FormField, ...]:
    """The fields of a form that still have to be filled in, or hold what they cannot."""
    return tuple(one for one in step.fields if not _fits(one, said.get(one.name, "").strip()))


def _fits(one: FormField, text: str) -> bool:
    if not text:
        return not one.needed
    if one.kind is FormKind.NUMBER:
        return text.isascii() and text.isdecimal()
    return not one.values or text in one.values
