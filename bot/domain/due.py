"""Due times: what the desk has to do by itself at an instant. Services set them, the scheduler keeps them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from bot.domain.ids import CaseId, PersonId


class DueKind(StrEnum):
    """What is to happen; `bot/scheduler/due.py` has the act of each."""

    COMMENT_GOES_OUT = "comment_goes_out"  # a public comment that was held, of a person on a case
    DIGEST = "digest"  # a person's daily direct message
    ACCESS_REMINDER = "access_reminder"  # somebody, or the staff channel, owes an answer to who cannot get in
    ESCALATION_OPENS = "escalation_opens"  # T11, T12: the card grows its button
    TELL_ESCALATION = "tell_escalation"  # the same minute, told to somebody who asked for it
    SLOTS = "slots"  # a report, or whatever else comes by the calendar, may be due
    REVIEW = "review"  # T9: somebody's morning
    REVIEW_OPENS = "review_opens"  # an office opens whose reader's review was held; `detail` is its token
    CALL_BACK = "call_back"  # T13: a manager's call that is owed
    PHONES_TURN = "phones_turn"  # T14: an escalated case's card says that the phones are open now, or closed
    FIRST_COMMENT_SOON = "first_comment_soon"  # T1: its reminder, then its limit
    FIRST_COMMENT = "first_comment"
    CUSTOMER_CALL_SOON = "customer_call_soon"  # T2: its reminders, then its limit
    CUSTOMER_CALL = "customer_call"
    LEFT_MESSAGE_SOON = "left_message_soon"  # T5: its warning, then it closes the case
    LEFT_MESSAGE = "left_message"
    SPOKE_SOON = "spoke_soon"  # T6: the same
    SPOKE = "spoke"
    NO_RESPONSE = "no_response"  # T8
    SHIFT = "shift"  # T15: who is on duty may have changed
    RECOUNT = "recount"  # another policy: open cases are counted anew
    PERSONAL_DATA = "personal_data"  # the files of a report are to be deleted
    SESSION = "session"  # somebody's session with a customer may be idle
    HELD_NOTICE = "held_notice"  # what somebody is told once their office opens


class DueTime(NamedTuple):
    """One thing that is to happen at `at` (aware, UTC, business time), about a case or a person or both.

    `policy_revision` is the policy under which `at` was computed. A tuple, because a sweep reads them by the
    hundred.
    """

    id: int
    kind: DueKind
    at: datetime
    case_id: CaseId | None = None
    person_id: PersonId | None = None
    policy_revision: int | None = None
    began: datetime | None = None
    """What it is counted from, where a rule counts."""
    detail: str = ""
    """Which reminder it is, or what is told."""
