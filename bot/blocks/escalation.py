"""How a case stands with escalation, in words: cards, case pages and direct messages draw it."""

from __future__ import annotations

from datetime import datetime

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts
from bot.blocks.case_card import act_button
from bot.blocks.kit import Message
from bot.domain.cases import Case
from bot.domain.escalation import CallBack
from bot.domain.ids import shown
from bot.domain.pages import HistoryEntry
from bot.domain.permissions import Act
from bot.domain.policy import Policy, label_of


def escalated(case: Case, entry: HistoryEntry, policy: Policy) -> Message:
    """For the card's thread, where the team reads: who escalated the case, and why."""
    actor = texts.inline(entry.actor.name, 60)
    reason = texts.inline(label_of(policy.escalation_reasons, entry.changes["escalation_reason"][1] or ""))
    spoken = f"{actor} escalated case {shown(case.number)}: {reason}. The managers are told."
    return kit.message(
        spoken,
        [
            kit.rich("what", [[kit.bold("Escalated"), " by ", kit.bold(actor), f": {reason}"]]),
            kit.small("facts", f"{texts.date(entry.at)} · The managers are told."),
        ],
    )


def may_escalate(case: Case) -> Message:
    """For somebody who wanted to be told at the minute."""
    sentence = "may be escalated now, if it still takes too long."
    return about(case, sentence, [], act_button(Act.ESCALATE, case))


def needs_owner(case: Case) -> Message:
    """For a manager: nobody owns a critical case of a Premier account (T15)."""
    sentence = (
        f"has severity 1, the account is {case.plan.value}, and nobody owns it. Name somebody who works it "
        "until it is solved."
    )
    return about(case, sentence, [texts.marked(case.account_name, 60)])


def call_back_due(case: Case, owed: CallBack, now: datetime) -> Message:
    """For the owner and the managers: a call that is owed, and how to make it."""
    late = owed.due_at <= now
    sentence = "needs a manager's call, which is overdue." if late else "needs a manager's call."
    return about(
        case,
        sentence,
        [f"Owed by {texts.date(owed.due_at)}"],
        act_button(Act.FINISH_CALL_BACK, case),
        call=owed,
    )


def about(
    case: Case, sentence: str, facts: list[str], *buttons: sb.Button, call: CallBack | None = None
) -> Message:
    """A direct message about a case: what it does, `facts` as mrkdwn, and buttons."""
    number, title = shown(case.number), texts.inline(case.title)
    show = kit.button("Show case", "case.page", f"{case.id}.{case.version}", label=f"Show case {number}")
    blocks: list[sb.Block] = [
        kit.rich("what", [[kit.bold(f"{number} · {title}")], [f"This case {sentence}"]]),
        *([call_lines(call)] if call is not None else []),
        *([kit.small("facts", " · ".join(facts))] if facts else []),
        kit.buttons("acts", *buttons, show),
    ]
    dialled = f" Phone: {call.phone}. When: {call.wanted or 'any time'}." if call is not None else ""
    return kit.message(f"Case {number}, {title}: it {sentence}{dialled}", blocks)


def call_lines(call: CallBack) -> sb.Block:
    """Which number to call and when, as it was typed."""
    return kit.rich(
        "call",
        [
            [kit.bold("Phone: "), texts.inline(call.phone)],
            [kit.bold("When: "), texts.inline(call.wanted) or "any time"],
            [kit.bold("Asked by: "), texts.inline(call.asked_by.name, 60)],
        ],
    )
