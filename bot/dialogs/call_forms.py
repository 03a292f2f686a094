"""The small windows on top of a call: handing it over, asking a manager, overruling a verdict."""

from __future__ import annotations

import json

import slackblocks as sb

from bot.blocks import inputs, kit, words_phone
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import forms
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.ids import PhoneCallId, SlackUserId
from bot.domain.phone_calls import CallPage, Ruling
from bot.domain.policy import Choice
from bot.domain.verdict import Verdict, fits_caller

HAND_OVER, ASK, OVERRULE = "call.hand_over", "call.ask", "call.overrule"
STANDS = "stands"
LONGEST_REASON = 500


def _metadata(page: CallPage) -> str:
    return json.dumps({"call": page.call.id, "version": page.call.version})


def reference(metadata: str) -> tuple[PhoneCallId, int]:
    """The call and the version that a window was drawn from. Raises ValueError."""
    try:
        held = json.loads(metadata)
    except ValueError:
        held = None
    match held:
        case {"call": int(call_id), "version": int(version)}:
            return PhoneCallId(call_id), version
    raise ValueError("private_metadata holds no call")


def hand_over(page: CallPage) -> View:
    """Who takes the caller over, with everything that was written down."""
    said = "They get a message with a button that opens the call where it stands, with all answers."
    return kit.modal(
        "Hand over",
        [kit.small("rule", said), inputs.user("who", "To whom")],
        callback_id=HAND_OVER,
        submit="Hand over",
        close="Cancel",
        metadata=_metadata(page),
    )


def read_hand_over(fields: Fields) -> SlackUserId | FieldErrors:
    """Whom it goes to."""
    chosen = forms.choice_in(fields, "who")
    return SlackUserId(chosen) if chosen else FieldErrors(errors={"who": "Choose somebody of support staff."})


def _verdicts(page: CallPage) -> list[Choice]:
    receipt = page.call.receipt
    if receipt is None:
        return []
    return [
        Choice(value=one.value, label=words_phone.VERDICTS[one])
        for one in Verdict
        if one is not receipt.in_force and fits_caller(one, receipt.kind)
    ]


def _now(page: CallPage) -> list[sb.Block]:
    receipt = page.call.receipt
    if receipt is None:
        return []
    name = words_phone.VERDICTS[receipt.in_force]
    who = texts.marked(page.call.label, 60)
    return [kit.marked_section("now", f"{who}: *{texts.marked(name)}*\n{texts.marked(receipt.because, 600)}")]


def ask(page: CallPage) -> View:
    """A question to a manager: what the verdict should be, and why."""
    return kit.modal(
        "Ask a manager",
        [
            *_now(page),
            inputs.select("verdict", "What it should be", _verdicts(page)),
            inputs.text("reason", "Why", limit=LONGEST_REASON, multiline=True),
        ],
        callback_id=ASK,
        submit="Ask",
        close="Cancel",
        metadata=_metadata(page),
    )


def overrule(page: CallPage) -> View:
    """A manager's decision; the question stands on top where there was one."""
    asked = page.call.asked
    question: list[sb.Block] = []
    initial = None
    choices = _verdicts(page)
    if asked is not None and asked.ruling is Ruling.ASKED:
        wished = words_phone.VERDICTS[asked.wished]
        question = [kit.section("asked", f"{asked.by} asks for “{wished}”: {asked.reason}")]
        initial = asked.wished.value
        choices.append(Choice(value=STANDS, label="It stands as it is"))
    return kit.modal(
        "Overrule",
        [
            *_now(page),
            *question,
            inputs.select("verdict", "What it is to be", choices, initial=initial),
            inputs.text("reason", "Reason: it stays with the call", limit=LONGEST_REASON, multiline=True),
        ],
        callback_id=OVERRULE,
        submit="Decide",
        close="Cancel",
        metadata=_metadata(page),
    )


def read_verdict(fields: Fields) -> tuple[Verdict | None, str] | FieldErrors:
    """The verdict (None: it stands) and the reason."""
    chosen, reason = forms.choice_in(fields, "verdict"), forms.text_in(fields, "reason")
    errors = {}
    if chosen is None or (chosen != STANDS and chosen not in set(Verdict)):
        errors["verdict"] = "Nothing is chosen. Choose what the verdict is to be."
    if not reason:
        errors["reason"] = "A reason is needed: it stays with the call. Write one."
    if errors or chosen is None:
        return FieldErrors(errors=errors)
    return (None if chosen == STANDS else Verdict(chosen)), reason


def done(said: str) -> View:
    """What is said where no window below can say it; raw text."""
    return kit.modal("Call", [kit.section("said", said)], callback_id="call.done")
