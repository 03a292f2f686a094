"""Severity 1 of Premier always has somebody named, from the roster (T15); the scheduler calls it."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import cases as rules
from bot.domain.cases import Case, ChangeKind
from bot.domain.due import DueTime
from bot.domain.escalation import is_watched
from bot.domain.ids import PersonId
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rosters import next_change
from bot.domain.rules import RuleId
from bot.services import calendars
from bot.services.announcing import record
from bot.services.desk import Desk
from bot.services.on_call import duty_in, eyes, managers_on_duty, roster_in, tell, watch_shift
from bot.store import cases as store
from bot.store.outbox import Kind, announce
from bot.store.people import person_by_id
from bot.store.work import Work


def keep_named(desk: Desk, work: Work, due: DueTime) -> None:
    """A shift began or ended: hand the case over to who is on duty, or tell the manager that nobody is.

    Whoever took it without being on the roster keeps it: they are named, and no shift of theirs ends.
    """
    assert due.case_id is not None
    case = store.by_id(work.connection, eyes(work), due.case_id)
    if case is None or not is_watched(case):
        return
    roster = roster_in(work, case.team_id)
    duty = duty_in(work, case.team_id)
    on_roster = {one.person.id for one in roster.shifts}
    on_roster |= {one.deputy.id for one in roster.absences if one.deputy is not None}
    on_roster |= {PersonId(int(one)) for one in due.detail.split()}  # whose shift was taken away
    if case.owner is None or case.owner.id in on_roster:
        person = person_by_id(work.connection, duty.person.id) if duty is not None else None
        if person is None or not _hand_over(work, case, person):
            kind = Kind.NEEDS_OWNER if case.owner is None else Kind.SHIFT_ENDED
            announce(work, *(tell(kind, case.id, one) for one in managers_on_duty(work)))
    zone = calendars.roster_zone(work.connection, eyes(work), case.team_id)
    again = next_change(roster, zone, work.now)
    if again is not None:
        watch_shift(work, case, again)


def _hand_over(work: Work, case: Case, person: Person) -> bool:
    """Make somebody the owner by the rule; whether the case is theirs now."""
    if case.owner_id == person.id:
        return True
    try:
        after = rules.assigned(case, person, work.now)
    except Refusal:
        return False
    after = replace(after, version=store.save(work, after))
    changes = {"owner": (case.owner_name or None, person.name), "rule": (None, RuleId.T15.value)}
    record(
        work,
        after,
        ChangeKind.ASSIGNED,
        None,
        changes=changes,
        former_owner=case.owner_id,
        at_once=person.id,
        any_hour=True,
    )
    return True
