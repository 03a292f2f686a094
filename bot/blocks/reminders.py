"""What the timed rules say to somebody in a direct message: what is owed by when, and one tap to do it."""

from __future__ import annotations

from datetime import datetime

from bot.blocks import text as texts
from bot.blocks.case_card import act_button
from bot.blocks.escalation import about
from bot.blocks.kit import Message
from bot.domain.cases import Case
from bot.domain.clocks import Timing
from bot.domain.permissions import Act
from bot.domain.rules import RuleId


def first_answer(case: Case, timing: Timing, now: datetime, *, may_answer: bool = True) -> Message:
    """T0: for the owner, or who is on duty; `may_answer` says whether they may write to customers."""
    waits = f"waits for its first answer that the customer can read{_late(timing, now)}"
    if may_answer:
        way, button = "Write it as a public comment.", act_button(Act.COMMENT, case)
    else:
        way, button = "Your team does not write to customers: hand it over.", act_button(Act.ASSIGN, case)
    return about(case, f"{waits} {way}", _by(timing), button)


def first_comment(case: Case, timing: Timing, now: datetime) -> Message:
    """T1: for the owner, or who is on duty."""
    sentence = "waits for the first comment of Integrations"
    return about(case, f"{sentence}{_late(timing, now)}", _by(timing), act_button(Act.COMMENT, case))


def customer_call(case: Case, timing: Timing, now: datetime) -> Message:
    """T2: for the owner, or who is on duty; with the number to call."""
    phone = case.contact.phone
    facts = [f"Phone: {texts.marked(phone, 60)}"] if phone else ["No phone number is noted"]
    sentence = "waits for our call, which the customer asked for"
    return about(
        case, f"{sentence}{_late(timing, now)}", [*facts, *_by(timing)], act_button(Act.COMMENT, case)
    )


def closes_soon(case: Case, timing: Timing, now: datetime) -> Message:
    """T5, T6: for creator and owner, while a comment still keeps the case open.

    Where the warning was held back, the case closes later too.
    """
    sentence = f"is about to be closed, because {_ticked(timing)}. A comment keeps it open."
    facts = [f"Closes {texts.date(max(timing.due, now + timing.warning))}"] if timing.due else []
    return about(case, sentence, facts, act_button(Act.COMMENT, case), act_button(Act.CLOSE, case))


def may_close(case: Case, timing: Timing) -> Message:
    """T5, T6: for the creator, where the tick is of somebody who does not close the case."""
    sentence = f"can be closed, because {_ticked(timing)}. Close it, or comment to keep it open."
    return about(case, sentence, [], act_button(Act.CLOSE, case), act_button(Act.COMMENT, case))


def no_response(case: Case, timing: Timing) -> Message:
    """T8: for a member of Integrations."""
    days = timing.span.days
    sentence = f"has had no answer for {days} days. If nobody will answer, set its status to No response."
    facts = [f"First tried {texts.date(timing.began)}"]
    return about(case, sentence, facts, act_button(Act.SET_STATUS, case), act_button(Act.COMMENT, case))


def shift_ended(case: Case) -> Message:
    """T15: for the manager on duty."""
    owner = texts.inline(case.owner_name, 60)
    sentence = (
        f"has severity 1, the account is {case.plan.value}, and {owner} is off duty with nobody after them. "
        "Name somebody."
    )
    return about(case, sentence, [texts.marked(case.account_name, 60)])


def _late(timing: Timing, now: datetime) -> str:
    return ", and is overdue." if timing.due is not None and timing.due <= now else "."


def _by(timing: Timing) -> list[str]:
    return [f"Owed by {texts.date(timing.due)}"] if timing.due is not None else []


def _ticked(timing: Timing) -> str:
    if timing.rule is RuleId.T5:
        return "a message was left and nothing more is needed"
    return "we spoke with the customer and nothing is left to do"
