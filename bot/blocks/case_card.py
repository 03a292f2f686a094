"""The case card, one live message for everybody, and what is posted into its thread; delivery draws both.

Messages name people and never mention them: a mention rings, and whoever is to be told gets a notice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import slackblocks as sb

from bot.blocks import kit, phones, standing, ties
from bot.blocks import text as texts
from bot.blocks.kit import Message
from bot.blocks.names import AUDIENCE_NAMES, NOBODY, OUTCOME_NAMES, STATUS_NAMES, severity_in_short
from bot.blocks.threads import how_much
from bot.domain import escalation
from bot.domain.cases import Case, Comment
from bot.domain.commands import Audience
from bot.domain.ids import shown
from bot.domain.offers import allowed_by_state
from bot.domain.outcomes import Outcome
from bot.domain.permissions import Act
from bot.domain.phones import PhoneAnswer
from bot.domain.policy import Policy, label_of
from bot.domain.shop.ties import Tie

BUTTONS: dict[Act, tuple[str, str]] = {
    Act.TAKE: ("Take", "case.take"),
    Act.COMMENT: ("Comment", "case.comment"),
    Act.ASSIGN: ("Assign", "case.assign"),
    Act.EDIT_CASE: ("Edit", "case.edit"),
    Act.SET_STATUS: ("Set status", "case.status"),
    Act.CLOSE: ("Close case", "case.close"),
    Act.REOPEN: ("Reopen", "case.reopen"),
    Act.ESCALATE: ("Escalate", "case.escalate"),
    Act.TELL_ME_THEN: ("Tell me then", "case.tell_me"),
    Act.ASK_TO_EXPEDITE: ("Ask to expedite", "case.expedite"),
    Act.REQUEST_CALL_BACK: ("Request a manager's call", "case.call_back"),
    Act.FINISH_CALL_BACK: ("Called back", "case.called_back"),
}
"""Text and action id of the button for each act on a case."""

ON_THE_CARD = (Act.TAKE, Act.COMMENT, Act.SET_STATUS, Act.CLOSE, Act.REOPEN, *escalation.ACTS)


def card(
    case: Case,
    policy: Policy | None = None,
    now: datetime | None = None,
    phone: PhoneAnswer | None = None,
    tie: Tie | None = None,
) -> Message:
    """The card: what stands, and the buttons that the case's state allows, drawn alike for everybody.

    Without `policy` the values of pick lists are shown as they are stored; without `now` what is a matter of
    time is left out. `phone` is what an escalated case says of the phones, `tie` which order it is about.
    """
    number = shown(case.number)
    owner = texts.inline(case.owner.name, 60) if case.owner else NOBODY
    account, creator = texts.inline(case.account_name, 60), texts.inline(case.creator.name, 60)
    severity = severity_in_short(case.severity, policy)
    impact = label_of(policy.business_impacts, case.business_impact) if policy else case.business_impact
    status = STATUS_NAMES[case.status]
    about, ways = ties.on_card(tie)
    lines: list[list[kit.Part]] = [
        [kit.bold(status), " · ", kit.bold(severity), " · Owner: ", kit.bold(owner)],
        [f"{account} · Opened by {creator}"],
        [f"Impact: {texts.inline(impact)}"],
        *about,
        *_ending(case, policy),
        *_thread(case),
    ]
    spoken = (
        f"Case {number}: {texts.inline(case.title)}. Status {status}. {severity}. Owner: {owner}. "
        f"Account: {account}. Opened by {creator} on {texts.spoken(case.created_at, 'UTC')}. "
        f"Impact: {texts.inline(impact)}. Last change {texts.spoken(case.updated_at, 'UTC')}."
    )
    hours = standing.standing(case, policy, now) if now is not None else []
    spoken += standing.spoken(case, policy, now) if now is not None else ""
    spoken += phones.spoken(phone) + ties.spoken(tie)
    return kit.message(
        spoken,
        [
            kit.header("head", f"{number} · {case.title}"),
            kit.rich("facts", lines),
            kit.small("dates", _dates(case)),
            *([kit.small("hours", "\n".join(hours))] if hours else []),
            *phones.for_case(phone),
            kit.buttons(
                "acts",
                *(act_button(act, case) for act in ON_THE_CARD if allowed_by_state(act, case, now)),
                *ways,
                more_button(case),
            ),
        ],
    )


def _thread(case: Case) -> list[list[kit.Part]]:
    return [[f"Thread: {how_much(case.thread)}"]] if case.thread else []


def _dates(case: Case) -> str:
    dates = f"Opened {texts.date(case.created_at)} · Last change {texts.date(case.updated_at)}"
    if case.thread and case.thread.permalink:
        dates += f" · {texts.link(case.thread.permalink, 'Go to its thread')}"
    return dates


def _ending(case: Case, policy: Policy | None) -> list[list[kit.Part]]:
    if not case.is_closed:
        return []
    resolution = label_of(policy.resolutions, case.resolution) if policy else case.resolution
    by = f"Closed by {texts.inline(case.closed_by.name, 60)}" if case.closed_by else "Closed"
    return [[f"{by}: {texts.inline(resolution)}" if resolution else by]]


def act_button(act: Act, case: Case) -> sb.Button:
    """The button for an act, carrying the case and the version that it was drawn with."""
    words, action_id = BUTTONS[act]
    return kit.button(
        words,
        action_id,
        f"{case.id}.{case.version}",
        style="primary" if act is Act.TAKE else "danger" if act is Act.ESCALATE else None,
        label=f"{words}: case {shown(case.number)}",
    )


def more_button(case: Case) -> sb.Button:
    """Opens the page that says what this person may do, and why not the rest."""
    number = shown(case.number)
    return kit.button("More...", "case.page", f"{case.id}.{case.version}", label=f"More about case {number}")


def thread_comment(comment: Comment, case: Case) -> Message:
    """A comment made in a modal, for the card's thread: who, for whom, and the text as typed."""
    author = texts.inline(comment.author.name, 60)
    edited = " · edited" if comment.edited_at else ""
    readers = readers_of(comment.audience, case)
    spoken = f"{author} commented on case {shown(case.number)}, {readers}: {comment.text}"
    spoken += spoken_ticks(comment.outcomes)
    return kit.message(
        spoken,
        [
            kit.rich("who", [[kit.bold(author), f" · {readers}{edited}"]]),
            *kit.typed("comment", comment.text),
            *ticks("outcomes", comment.outcomes),
        ],
    )


def ticks(block_id: str, outcomes: Sequence[Outcome]) -> list[sb.Block]:
    """What came of talking to the customer, in small print below a comment."""
    if not outcomes:
        return []
    return [kit.small(block_id, kit.plain(" · ".join(f"✓ {OUTCOME_NAMES[one]}" for one in outcomes)))]


def spoken_ticks(outcomes: Sequence[Outcome]) -> str:
    """The same for screen readers."""
    return "".join(f" {OUTCOME_NAMES[one]}." for one in outcomes)


def readers_of(audience: Audience, case: Case) -> str:
    """Who may read something, as raw text: "public: staff and Cloud Nine Shoes"."""
    if audience is Audience.INTERNAL:
        return f"{AUDIENCE_NAMES[audience]}: staff only"
    return f"{AUDIENCE_NAMES[audience]}: staff and {texts.inline(case.account_name, 60)}"
