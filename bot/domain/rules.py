"""The timed rules of the desk as one table of data (domain.md 3); docs/rules.md is made of it.

`clocks.py` has the arithmetic of each, `services/timed.py` what the bot does; a test holds them together.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.due import DueKind


class RuleId(StrEnum):
    T0 = "T0"
    T1 = "T1"
    T2 = "T2"
    T3 = "T3"
    T4 = "T4"
    T5 = "T5"
    T6 = "T6"
    T8 = "T8"
    T9 = "T9"
    T10 = "T10"
    T11 = "T11"
    T12 = "T12"
    T13 = "T13"
    T14 = "T14"
    T15 = "T15"


class Clock(StrEnum):
    """What a rule counts."""

    ELAPSED = "elapsed hours"
    SWITCHED = "elapsed hours, or office hours where the team's calendar says so"
    BUSINESS = "business days"
    CALENDAR = "calendar days"
    WALL = "a time of the day"
    NONE = "nothing"


class On(StrEnum):
    """Whose calendar counts, and whose clocks."""

    NOBODYS = "none"
    TEAM = "the team's"
    PERSON = "each person's own zone"
    PHONES = "the phones' hours, less the team's holidays"
    ROSTER = "the team's roster"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One row. `setting` names what of the policy changes it; `kinds` are its due times.

    `any_hour` says that its notices ignore quiet hours; all others are held to office hours.
    """

    id: RuleId
    name: str
    trigger: str
    clock: Clock
    calendar: On
    pause: str
    ends: str
    notices: str
    action: str
    setting: str
    source: str
    kinds: tuple[DueKind, ...] = ()
    any_hour: bool = False


ESCALATION = "support cases and escalation"
TRACKING = "case tracking"
"""The procedures that the rules come from."""

RULES: tuple[Rule, ...] = (
    Rule(
        id=RuleId.T0,
        name="First answer",
        trigger="a case is opened",
        clock=Clock.ELAPSED,
        calendar=On.NOBODYS,
        pause="nothing",
        ends="staff write what the customer can read, or it is closed",
        notices="when it is due",
        action="tell the owner, or else who is on duty",
        setting="escalation.premier, premier_plus, standard",
        source=f"{ESCALATION}; the hours are those of T11 and T12",
    ),
    Rule(
        id=RuleId.T1,
        name="First comment of Integrations",
        trigger="a case is opened in a queue of Integrations",
        clock=Clock.SWITCHED,
        calendar=On.TEAM,
        pause="Waiting",
        ends="a member of Integrations comments on it, or it is closed",
        notices="36 h, 48 h",
        action="remind the owner, or else who is on duty; at the limit tell the manager on duty too",
        setting="limits.first_comment, first_comment_reminder",
        source=TRACKING,
        kinds=(DueKind.FIRST_COMMENT_SOON, DueKind.FIRST_COMMENT),
    ),
    Rule(
        id=RuleId.T2,
        name="Call-back to the customer",
        trigger="a comment with the tick *Call-back requested*",
        clock=Clock.ELAPSED,
        calendar=On.NOBODYS,
        pause="nothing",
        ends="a comment with *Spoke*, *Left a message* or *The customer answered*, or it is closed",
        notices="24 h, 44 h, 48 h",
        action="remind the owner, or else who is on duty; at the limit tell the manager on duty too",
        setting="limits.customer_call, customer_call_reminders",
        source=TRACKING,
        kinds=(DueKind.CUSTOMER_CALL_SOON, DueKind.CUSTOMER_CALL),
    ),
    Rule(
        id=RuleId.T3,
        name="Asking Integrations for an update",
        trigger="the last comment or status change of Integrations, else the opening",
        clock=Clock.BUSINESS,
        calendar=On.TEAM,
        pause="Waiting",
        ends="their next word",
        notices="none",
        action="refuse an earlier request and say from when it may be made, unless the customer asks",
        setting="limits.update_days",
        source=TRACKING,
    ),
    Rule(
        id=RuleId.T4,
        name="Waiting",
        trigger="the status is Waiting",
        clock=Clock.NONE,
        calendar=On.NOBODYS,
        pause="nothing",
        ends="another status",
        notices="none",
        action="refuse every request for an update; T1 and T3 stand still, T8 and T11 to T13 count on",
        setting="none",
        source=TRACKING,
    ),
    Rule(
        id=RuleId.T5,
        name="Left a message",
        trigger="a comment with the tick *Left a message*",
        clock=Clock.ELAPSED,
        calendar=On.NOBODYS,
        pause="nothing",
        ends="the customer is heard, another comment, status or owner, or it is closed",
        notices="4 h before",
        action="close it where the tick's author may close it, else ask its creator to",
        setting="limits.left_message, left_message_warning",
        source=TRACKING,
        kinds=(DueKind.LEFT_MESSAGE_SOON, DueKind.LEFT_MESSAGE),
    ),
    Rule(
        id=RuleId.T6,
        name="Spoke",
        trigger="a comment with the tick *Spoke with the customer*",
        clock=Clock.ELAPSED,
        calendar=On.NOBODYS,
        pause="nothing",
        ends="the customer is heard, another comment, status or owner, or it is closed",
        notices="20 h",
        action="close it where the tick's author may close it, else ask its creator to",
        setting="limits.spoke, spoke_reminder",
        source=TRACKING,
        kinds=(DueKind.SPOKE_SOON, DueKind.SPOKE),
    ),
    Rule(
        id=RuleId.T8,
        name="No response",
        trigger="the first of two unanswered attempts on different days: a public comment, a message left",
        clock=Clock.CALENDAR,
        calendar=On.TEAM,
        pause="nothing, also not Waiting",
        ends="the customer is heard, another status, or it is closed",
        notices="21 days",
        action="propose *No response* to a member of Integrations, who sets it",
        setting="limits.silent_days, silent_attempts",
        source=TRACKING,
        kinds=(DueKind.NO_RESPONSE,),
    ),
    Rule(
        id=RuleId.T9,
        name="Daily review",
        trigger="each business day",
        clock=Clock.WALL,
        calendar=On.PERSON,
        pause="leave: it goes to the deputy",
        ends="nothing to show",
        notices="09:00",
        action="one direct message with two lists: cases I own, cases I created",
        setting="each person's own hour",
        source=TRACKING,
    ),
    Rule(
        id=RuleId.T10,
        name="Report",
        trigger="Mondays and Thursdays",
        clock=Clock.WALL,
        calendar=On.TEAM,
        pause="a holiday moves it to the next business day; what meets there becomes one",
        ends="nothing",
        notices="08:00",
        action="report the open cases of the team's queue that support created",
        setting="limits.untouched_days; the rest is set up with each report",
        source=TRACKING,
    ),
    Rule(
        id=RuleId.T11,
        name="Escalation, Premier and Premier+",
        trigger="a case is opened; another severity or plan counts anew",
        clock=Clock.ELAPSED,
        calendar=On.NOBODYS,
        pause="nothing",
        ends="it is closed; what was shown once stays",
        notices="1, 2, 4, 8 h for severity 1 to 4, to whoever asked for it",
        action="show *Escalate*",
        setting="escalation.premier, premier_plus",
        source=ESCALATION,
        kinds=(DueKind.ESCALATION_OPENS, DueKind.TELL_ESCALATION),
        any_hour=True,
    ),
    Rule(
        id=RuleId.T12,
        name="Escalation, Standard",
        trigger="a case is opened; reopening does not start it anew",
        clock=Clock.ELAPSED,
        calendar=On.NOBODYS,
        pause="nothing",
        ends="it is closed; what was shown once stays",
        notices="48 h, to whoever asked for it",
        action="show *Escalate*; before, offer to ask to expedite",
        setting="escalation.standard, expedite_again",
        source=ESCALATION,
        kinds=(DueKind.ESCALATION_OPENS, DueKind.TELL_ESCALATION),
        any_hour=True,
    ),
    Rule(
        id=RuleId.T13,
        name="A manager's call",
        trigger="it is asked for on an escalated case",
        clock=Clock.ELAPSED,
        calendar=On.NOBODYS,
        pause="nothing",
        ends="somebody presses *Called back*, or it is closed",
        notices="24 h, 44 h, 48 h",
        action="remind the owner and the managers",
        setting="escalation.call_back, call_back_reminders",
        source=f"{ESCALATION}; the deadline is ours",
        kinds=(DueKind.CALL_BACK,),
    ),
    Rule(
        id=RuleId.T14,
        name="Phone hours",
        trigger="somebody wants to call",
        clock=Clock.WALL,
        calendar=On.PHONES,
        pause="nothing",
        ends="nothing",
        notices="none",
        action="say whether the phones are open, and when next; severity 1 is answered at any hour",
        setting="/desk phones",
        source=ESCALATION,
    ),
    Rule(
        id=RuleId.T15,
        name="Severity 1 of Premier",
        trigger="severity 1 and a Premier or Premier+ plan",
        clock=Clock.ELAPSED,
        calendar=On.ROSTER,
        pause="nothing",
        ends="it is closed, or no longer severity 1",
        notices="at any hour",
        action="give it to who is on duty; when their shift ends or leave begins hand it over, or tell the "
        "manager on duty",
        setting="/desk calendar, Roster",
        source=ESCALATION,
        kinds=(DueKind.SHIFT,),
        any_hour=True,
    ),
)


def rule(rule_id: RuleId) -> Rule:
    """The row of a rule."""
    return next(one for one in RULES if one.id is rule_id)


OF_CASES: tuple[DueKind, ...] = tuple(
    kind
    for one in RULES
    if one.id in (RuleId.T1, RuleId.T2, RuleId.T5, RuleId.T6, RuleId.T8)
    for kind in one.kinds
)
"""The due times that follow from the story of a case, and are counted anew with each change of it."""
