"""What time does to a case: its hour set and moved with each change, and what follows when it comes."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

from bot.domain import escalation as rules
from bot.domain import turns
from bot.domain.cases import Case, ChangeKind
from bot.domain.commands import Audience
from bot.domain.due import DueKind, DueTime
from bot.domain.ids import AccountId, CaseId
from bot.domain.outcomes import Outcome
from bot.domain.people import Person
from bot.domain.windows import Windows
from bot.services.announcing import record
from bot.services.desk import Desk
from bot.services.on_call import (
    answerable,
    eyes,
    managers_on_duty,
    rosters,
    tell_in_hours,
    together,
    watch_shift,
)
from bot.services.on_call import managers as managers
from bot.services.on_call import tell as tell
from bot.store import cases as case_store
from bot.store import due as due_store
from bot.store import escalation as store
from bot.store.outbox import Announcement, Kind, announce
from bot.store.people import person_by_id
from bot.store.records import Changes
from bot.store.work import Work


def begin(work: Work, case: Case) -> None:
    """A case is opened: its hour is set (T11, T12), and managers hear of severity 1 of Premier (T15)."""
    opens = case.escalation.opens_at
    assert opens is not None  # the rule says so
    due_store.insert_due(work, DueKind.ESCALATION_OPENS, opens, case_id=case.id)
    if rules.wants_a_named_person(case):
        _ask_for_an_owner(work, case)


def follow(work: Work, before: Case, after: Case, by: Person | None) -> None:
    """A case has changed: what was to happen by itself happens at its new time, or not at all."""
    was, at = _waits_for(before, work.now), _waits_for(after, work.now)
    if at is not None and at != was:
        due_store.set_due(work, DueKind.ESCALATION_OPENS, at, case_id=after.id)
    elif was is not None and at is None:
        due_store.drop_due(work, DueKind.ESCALATION_OPENS, case_id=after.id)
    opens = after.escalation.opens_at
    if opens is not None and opens != before.escalation.opens_at:
        store.move_wishes(work, after.id, opens)
    if before.escalation.call_back_due is not None and after.escalation.call_back_due is None:
        store.end_call_back(work, after.id, by.id if by else None)
        due_store.drop_due(work, DueKind.CALL_BACK, case_id=after.id)
    if rules.wants_a_named_person(after) and not rules.wants_a_named_person(before):
        _ask_for_an_owner(work, after)
    elif rules.is_watched(after) and not rules.is_watched(before) and after.team_id in rosters(work):
        watch_shift(work, after, work.now)  # whose it is may be off duty, or their shift ends some time


def _waits_for(case: Case, now: datetime) -> datetime | None:
    opens = case.escalation.opens_at
    to_come = opens is not None and not case.is_closed and not case.escalation.is_open(now)
    return opens if to_come else None


def heard(
    work: Work,
    case: Case,
    by: Person,
    audience: Audience,
    *,
    outcomes: Collection[Outcome] = (),
    at: datetime | None = None,
) -> Case:
    """The case after something was said (`at`, or now): whose turn it is, for the caller to save.

    The first answer of staff that the customer can read is what T0 asks for.
    """
    public = audience is Audience.PUBLIC
    after = turns.heard(
        case.turns,
        at or work.now,
        by_customer=by.is_customer_side,
        by_staff=by.is_staff,
        by_owner=by.id == case.owner_id,
        public=public,
        outcomes=outcomes,
    )
    case = replace(case, turns=after)
    if by.is_staff and public and case.first_answered_at is None:
        store.set_first_answer(work, case.id)
        case = replace(case, first_answered_at=work.now)
    return case


def opening_moved(before: Case, after: Case) -> Changes:
    """When escalation opens, before and after, for the history; nothing where it stays."""
    was, now = before.escalation.opens_at, after.escalation.opens_at
    if was == now:
        return {}
    return {"escalation_opens": (was.isoformat() if was else None, now.isoformat() if now else None)}


def responsible(work: Work, case: Case) -> list[Person]:
    """The owner, if there is one, and the managers."""
    owner = person_by_id(work.connection, case.owner_id) if case.owner_id is not None else None
    return together([owner] if owner is not None else [], managers(work))


def _ask_for_an_owner(work: Work, case: Case) -> None:
    """Whoever is on duty gets the case; where there is no roster, the manager on duty is told at any hour."""
    every = rosters(work)
    if case.team_id in every:
        watch_shift(work, case, work.now)
    else:
        announce(work, *(tell(Kind.NEEDS_OWNER, case.id, one) for one in managers_on_duty(work, every)))


# What follows when the time has come: `scheduler/due.py` calls it.


def escalation_opens(desk: Desk, work: Work, due: DueTime) -> None:
    """The card grows its button: drawn again, it has it. The first answer is owed by the same minute (T0)."""
    case = _case(work, due)
    if case is not None and case.card_place is not None:
        announce(work, Announcement(kind=Kind.CARD, conversation=case.card_place, case_id=case.id))
    if case is not None and rules.first_answer_owed(case) is not None:
        owing = answerable(work, case, else_managers=False)  # without anybody the card says it
        tell_in_hours(work, Kind.FIRST_ANSWER, case, owing, any_hour=rules.is_watched(case))


def tell_escalation(desk: Desk, work: Work, due: DueTime) -> None:
    """Somebody wanted to be told."""
    person = person_by_id(work.connection, due.person_id) if due.person_id is not None else None
    if person is not None and due.case_id is not None:
        announce(work, tell(Kind.MAY_ESCALATE, due.case_id, person))


def remind_of_call_back(desk: Desk, work: Work, due: DueTime) -> None:
    """A manager's call is owed (T13): its people are told, and the next reminder is set."""
    case = _case(work, due)
    if case is None or case.escalation.call_back_due is None:
        return
    any_hour = rules.is_watched(case)
    tell_in_hours(work, Kind.CALL_BACK, case, responsible(work, case), any_hour=any_hour)
    if due.at >= case.escalation.call_back_due and case.card_place is not None:  # it says: overdue
        announce(work, Announcement(kind=Kind.CARD, conversation=case.card_place, case_id=case.id))
    owed = store.call_back_owed(work.connection, eyes(work), case.id)
    again = desk.policy.escalation.next_reminder(owed.asked_at, due.at) if owed is not None else None
    if again is not None:
        due_store.insert_due(work, DueKind.CALL_BACK, again, case_id=case.id)


def _case(work: Work, due: DueTime) -> Case | None:
    assert due.case_id is not None
    return case_store.by_id(work.connection, eyes(work), due.case_id)


# What moves the hours of many cases at once. Only those that wait are looked at: of the last days.


def replan(work: Work, windows: Windows, account_id: AccountId, by: Person) -> None:
    """An account has another success plan: its waiting cases are counted anew."""

    def counted(case: Case) -> Case:
        return rules.rebased(case, case.plan, windows, work.now)

    after = 0
    while found := store.waiting(work, account_id=account_id, after=after):
        after = found[-1]
        _recount(work, found, counted, by)


def recount(work: Work, windows: Windows, revision: int) -> None:
    """Other rules, at a start: cases that wait are counted under this revision of the policy."""
    work = replace(work, stamp=replace(work.stamp, policy_revision=revision))

    def counted(case: Case) -> Case:
        return rules.under_new_policy(case, windows, work.now)

    after = 0
    while found := store.waiting(work, besides_revision=revision, after=after):
        after = found[-1]
        _recount(work, found, counted, None)


def _recount(work: Work, case_ids: list[CaseId], counted: Callable[[Case], Case], by: Person | None) -> None:
    for case_id in case_ids:
        case_store.hold(work, case_id)
        case = case_store.by_id(work.connection, eyes(work), case_id)
        if case is None or _waits_for(case, work.now) is None:
            continue
        after = counted(case)
        opens = after.escalation.opens_at
        assert opens is not None  # it waits
        moved = opening_moved(case, after)
        if moved:
            after = replace(after, version=case_store.save(work, after))
            store.move_wishes(work, case_id, opens)
            record(work, after, ChangeKind.RULES_CHANGED, by, changes=moved)
        if opens > work.now:
            due_store.set_due(work, DueKind.ESCALATION_OPENS, opens, case_id=case_id)
        else:
            due_store.drop_due(work, DueKind.ESCALATION_OPENS, case_id=case_id)
