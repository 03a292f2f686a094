"""Escalating a case: when, by whom, and what follows (rules T0, T11-T13, T15); services and cards ask it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import cases
from bot.domain.cases import Case
from bot.domain.commands import Audience
from bot.domain.ids import CaseId, PersonId
from bot.domain.people import Person, PersonRef, SuccessPlan
from bot.domain.permissions import Act, allowed
from bot.domain.refusals import Reason, Refusal
from bot.domain.windows import Windows

ACTS = (Act.ESCALATE, Act.TELL_ME_THEN, Act.ASK_TO_EXPEDITE, Act.REQUEST_CALL_BACK, Act.FINISH_CALL_BACK)
"""The acts that this module rules, in the order of their buttons."""

OTHER = "other"
"""The reason that says nothing: words have to."""


@dataclass(frozen=True, kw_only=True)
class CallBack:
    """A manager's call that somebody asked for (T13). `phone` and `wanted` are as typed; instants are UTC."""

    case_id: CaseId
    asked_by: PersonRef
    asked_at: datetime
    due_at: datetime
    phone: str
    wanted: str


def obstacle(act: Act, case: Case, now: datetime) -> Refusal | None:
    """Why the state of a case rules one of `ACTS` out for everybody at `now`, or None."""
    standing, number = case.escalation, case.number
    if case.is_closed:
        return cases.closed_refusal(case)
    if standing.at is not None and act in (Act.ESCALATE, Act.TELL_ME_THEN, Act.ASK_TO_EXPEDITE):
        by = standing.by.name if standing.by else ""
        return Refusal(Reason.ALREADY_ESCALATED, {"number": number, "by": by, "at": standing.at})
    if act is Act.ESCALATE and not standing.is_open(now):
        return Refusal(Reason.ESCALATION_NOT_YET, {"number": number, "at": standing.opens_at})
    if act in (Act.TELL_ME_THEN, Act.ASK_TO_EXPEDITE) and standing.is_open(now):
        return Refusal(Reason.ESCALATION_IS_OPEN, {"number": number})
    if act is Act.REQUEST_CALL_BACK:
        if standing.at is None:
            return Refusal(Reason.NOT_ESCALATED, {"number": number})
        if standing.call_back_due is not None:
            return Refusal(Reason.CALL_BACK_ASKED, {"number": number, "at": standing.call_back_due})
    if act is Act.FINISH_CALL_BACK and standing.call_back_due is None:
        return Refusal(Reason.NO_CALL_BACK, {"number": number})
    return None


def check(act: Act, case: Case, now: datetime) -> None:
    """Raise what rules `act` out now."""
    refusal = obstacle(act, case, now)
    if refusal is not None:
        raise refusal


def check_expedite(case: Case, windows: Windows, now: datetime) -> None:
    """Raise EXPEDITE_ASKED while the last asking is still fresh: the owner has heard it."""
    asked = case.escalation.expedite_asked_at
    if asked is None:
        return
    again = asked + timedelta(hours=windows.expedite_again)
    if again > now:
        raise Refusal(Reason.EXPEDITE_ASKED, {"number": case.number, "at": again})


def knows_how_to_call(person: Person, asked_by: PersonId) -> bool:
    """Whether the number and the hour of a manager's call are theirs to know: who asked, and staff who call.

    domain.md 2 lets support contacts ask, and community users not at all: what one of the account leaves for
    the manager is no part of the case. That a call is owed, and until when, everybody sees who sees the case.
    """
    return person.is_staff or person.id == asked_by


def expedite_audience(person: Person) -> Audience:
    """Asking to expedite is public; staff whose public comments are locked ask among themselves."""
    return Audience.PUBLIC if allowed(Act.COMMENT_PUBLIC, person) else Audience.INTERNAL


def rebased(case: Case, plan: SuccessPlan, windows: Windows, now: datetime) -> Case:
    """The case with the opening that its severity and `plan` give it: creation + that window (T11, T12).

    What is open stays open. An opening in the past means that Escalate is shown from now on.
    """
    stands = case.escalation
    if stands.is_open(now) and (stands.at is not None or stands.opens_at is not None):
        return case
    opens = windows.opens_at(case.created_at, plan, case.severity)
    return replace(case, escalation=replace(case.escalation, opens_at=opens))


def under_new_policy(case: Case, windows: Windows, now: datetime) -> Case:
    """The case under other windows: its announced opening may become later while it is to come, never
    earlier, because others plan by it too; and what is open stays open.
    """
    after = rebased(case, case.plan, windows, now)
    before, opens = case.escalation.opens_at, after.escalation.opens_at
    return case if before is not None and opens is not None and opens < before else after


def escalated(case: Case, by: Person, reason: str, now: datetime) -> Case:
    """The case with its flag set: a flag with time and actor, no state, so the status stays."""
    check(Act.ESCALATE, case, now)
    flagged = replace(case.escalation, at=now, by=by.ref, reason=reason)
    return replace(case, escalation=flagged, updated_at=now)


def expedited(case: Case, windows: Windows, now: datetime) -> Case:
    """The case after somebody asked to expedite it; raises EXPEDITE_ASKED and what the state rules out."""
    check(Act.ASK_TO_EXPEDITE, case, now)
    check_expedite(case, windows, now)
    return replace(case, escalation=replace(case.escalation, expedite_asked_at=now), updated_at=now)


def call_back_asked(case: Case, windows: Windows, now: datetime) -> Case:
    """The case with a manager's call owed (T13)."""
    check(Act.REQUEST_CALL_BACK, case, now)
    owed = replace(case.escalation, call_back_due=windows.call_back_owed(now))
    return replace(case, escalation=owed, updated_at=now)


def called_back(case: Case, now: datetime) -> Case:
    """The case once the call is made."""
    check(Act.FINISH_CALL_BACK, case, now)
    return replace(case, escalation=replace(case.escalation, call_back_due=None), updated_at=now)


WATCHED_PLANS = (SuccessPlan.PREMIER, SuccessPlan.PREMIER_PLUS)


def wants_a_named_person(case: Case) -> bool:
    """Whether a case that always needs somebody named has nobody (T15)."""
    return is_watched(case) and case.owner is None


def is_watched(case: Case) -> bool:
    """Severity 1 of Premier is worked until it is solved, always by somebody named (T15)."""
    return case.plan in WATCHED_PLANS and case.severity == 1 and not case.is_closed


def first_answer_owed(case: Case) -> datetime | None:
    """When the first answer that the customer can see is owed (T0); None once it is given, or at the end."""
    if case.first_answered_at is not None or case.is_closed:
        return None
    return case.escalation.opens_at
