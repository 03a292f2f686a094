"""The window that shows what an act on an order would do, asks what its flow asks, and does it.

`handlers.order_acts` shows it. The token of the figures in sight stays in it; a fresh one comes with a
sentence that says what changed.
"""

from __future__ import annotations

from collections.abc import Mapping

import slackblocks as sb

from bot.blocks import inputs, kit, rehearsals, words
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.blocks.names_orders import REQUEST_NAMES
from bot.dialogs import asked_acts, forms
from bot.dialogs.asked_acts import About
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.commerce.acts import CancelItems, OrderAct, ReceiveGoods, RefundMoney, ReturnItems
from bot.domain.commerce.flows import NOTE, FlowStep, FormField, FormKind, StepKind
from bot.domain.commerce.requests import Hold, RequestKind, Shown, kind_of
from bot.domain.policy import Choice
from bot.domain.refusals import Reason, Refusal
from bot.domain.shop.money import Money

CALLBACK_ID = "order.rehearsal"
AGAIN = "order.rehearse"

LONGEST_ANSWER = 500
_ASKED = "asked."
"""What stands before the name of a form's field, so that no team's name meets one of ours."""

_YES_NO = (Choice(value="yes", label="Yes"), Choice(value="no", label="No"))


def view(shown: Shown, about: About, *, typed: Fields | None = None, said: str | None = None) -> View:
    """The window; `typed` is what its fields held before, `said` a sentence on top (raw text)."""
    rehearsal = shown.rehearsal
    kind = kind_of(rehearsal.act)
    blocks: list[sb.Block] = [
        *forms.banner(said),
        kit.small("about", kit.plain(f"Order {texts.inline(about.order, 40)}")),
        *held(shown.held),
        *rehearsals.blocks(rehearsal),
        *rehearsals.ahead(shown.steps if shown.flow is not None else (), "Steps"),
    ]
    if shown.only_shown is not None:
        blocks.append(kit.marked_section("only_shown", words.mrkdwn(shown.only_shown)))
    else:
        blocks += _asked_before(shown, typed)
    closed = shown.held is not None or shown.only_shown is not None
    submit = "Ask a manager" if shown.needs_approval else _button(kind)
    return kit.modal(
        REQUEST_NAMES[kind],
        blocks,
        callback_id=CALLBACK_ID,
        submit=None if closed or _nobody(shown) else submit,
        close="Close",
        metadata=asked_acts.keep(about, rehearsal.act, shown.token, rehearsals.figures(rehearsal)),
    )


def _asked_before(shown: Shown, typed: Fields | None) -> list[sb.Block]:
    """What is asked before it is done, and who else has to agree."""
    blocks: list[sb.Block] = []
    for step in shown.asks:
        blocks += asked(step, shown.ask.said, typed)
    return [*blocks, *_approval(shown, typed)] if shown.needs_approval else blocks


def _button(kind: RequestKind) -> str:
    return "Open the return" if kind is RequestKind.RETURN else "Do it"


def read(fields: Fields, metadata: str) -> dict[str, str]:
    """What was said: the reason of the items, what the flow's forms hold, and a note to the manager."""
    act = asked_acts.read(metadata).act
    answers = {
        name.removeprefix(_ASKED): texts.first(text, LONGEST_ANSWER)
        for name in fields
        if name.startswith(_ASKED) and (text := _answer(fields, name))
    }
    if isinstance(act, CancelItems | ReturnItems):
        answers["reason"] = act.items[0].reason
    if note := forms.text_in(fields, NOTE):
        answers[NOTE] = note
    return answers


def answers_in(fields: Fields) -> dict[str, str]:
    """What the fields of one step's form hold, by their names."""
    return {
        name.removeprefix(_ASKED): texts.first(_answer(fields, name), LONGEST_ANSWER)
        for name in fields
        if name.startswith(_ASKED)
    }


def _answer(fields: Fields, name: str) -> str:
    value = fields.get(name)
    return "" if value == forms.NONE else forms.text_in(fields, name)


def lacking(missing: tuple[FormField, ...]) -> FieldErrors:
    """A sentence at each field of a form that still has to be filled in."""
    return FieldErrors(
        errors={
            f"{_ASKED}{one.name}": "Write a whole number, in digits."
            if one.kind is FormKind.NUMBER
            else "Your flow wants this filled in."
            for one in missing
        }
    )


def asked(step: FlowStep, said: Mapping[str, str], typed: Fields | None) -> list[sb.Block]:
    """A form or a message of the flow, within a window."""
    made: list[sb.Block] = [
        kit.divider(f"step.{step.id}.line"),
        kit.rich(f"step.{step.id}", [[kit.bold(texts.inline(step.title, 100))]]),
    ]
    if step.say:
        made += kit.typed(f"step.{step.id}.say", texts.first(step.say, 2000))
    if step.kind is StepKind.FORM:
        made += [_field(one, said, typed) for one in step.fields]
    return made


def _field(one: FormField, said: Mapping[str, str], typed: Fields | None) -> sb.Block:
    block_id = f"{_ASKED}{one.name}"
    label, hint = texts.inline(one.label, 150), texts.inline(one.hint, 150)
    initial = forms.kept(typed, block_id, said.get(one.name, ""))
    optional = not one.needed
    if one.kind in (FormKind.CHOICE, FormKind.YES_NO):
        choices = (
            _YES_NO
            if one.kind is FormKind.YES_NO
            else tuple(Choice(value=each, label=each) for each in one.choices)
        )
        return inputs.select(block_id, label, choices, initial=initial or None, optional=optional, hint=hint)
    multiline = one.kind is FormKind.TEXT
    return inputs.text(
        block_id,
        label,
        initial=initial,
        limit=LONGEST_ANSWER,
        multiline=multiline,
        optional=optional,
        hint=hint,
    )


def held(hold: Hold | None) -> list[sb.Block]:
    """Why the order may not be acted on now; every reader sees since when in their own zone."""
    if hold is None:
        return []
    reason = Reason.ORDER_IN_DOUBT if hold.doubtful else Reason.ORDER_HELD
    by = hold.by.name if hold.by else "Somebody"
    return [kit.marked_section("held", words.mrkdwn(Refusal(reason, {"by": by, "at": hold.since})))]


def _nobody(shown: Shown) -> bool:
    return shown.needs_approval and not shown.approvers


def _approval(shown: Shown, typed: Fields | None) -> list[sb.Block]:
    """Why somebody else has to agree, who could, and a note to them."""
    limit = f" Your limit is {shown.limit} for one act." if shown.limit is not None else ""
    stake = Money(minor=shown.rehearsal.at_stake, currency=shown.rehearsal.currency)
    told = f"{stake} needs a second person's approval.{limit}"
    if not shown.approvers:
        return [
            kit.section("approval", f"{told} Nobody can give it now: ask an administrator to name a manager.")
        ]
    named = ", ".join(texts.inline(one.name, 40) for one in shown.approvers[:5])
    more = f" and {len(shown.approvers) - 5} more" if len(shown.approvers) > 5 else ""
    return [
        kit.section("approval", f"{told} Nothing is done until then. These are asked: {named}{more}."),
        inputs.text(
            NOTE,
            "Note to them",
            initial=forms.kept(typed, NOTE, shown.ask.said.get(NOTE, "")),
            limit=LONGEST_ANSWER,
            multiline=True,
            optional=True,
            placeholder="Why it should be done",
        ),
    ]


def _written_for(act: OrderAct) -> list[str]:
    """What somebody wrote into the form of an act; the reasons of items are chosen from a list."""
    match act:
        case RefundMoney(reason=reason):
            return [reason]
        case ReceiveGoods(goods=goods):
            return [one.rejection for one in goods]
    return []


def _said_of(act: OrderAct, answers: Mapping[str, str]) -> list[str]:
    chosen = "reason" if isinstance(act, CancelItems | ReturnItems) else ""
    return [said for name, said in answers.items() if name != chosen]


def refused(act: OrderAct, about: About, sentences: str, answers: Mapping[str, str] | None = None) -> View:
    """What stands in place of a rehearsal where the order does not allow the act; raw text.

    `answers` are what was said in the rehearsal. With what was written for the act itself they stay in sight.
    """
    kind = kind_of(act)
    return kit.modal(
        REQUEST_NAMES[kind],
        [
            kit.small("about", kit.plain(f"Order {texts.inline(about.order, 40)}")),
            kit.section("refused", "This cannot be done with the order as it is:"),
            *kit.typed("faults", texts.first(sentences, 2500)),
            *forms.wrote(*_written_for(act), *_said_of(act, answers or {})),
        ],
        callback_id="order.refused",
        metadata=asked_acts.written(about),
    )
