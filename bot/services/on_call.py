"""Who is told by time: owner, deputy, who is on duty, managers; and when, in their own office hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.calendars import open_from
from bot.domain.cases import Case
from bot.domain.due import DueKind
from bot.domain.ids import CaseId, TeamId
from bot.domain.people import Person, PersonRef, Role, Viewer, channel_viewer
from bot.domain.rosters import OnDuty, Roster, on_duty, stand_in
from bot.domain.team_calendars import personal
from bot.services import calendars
from bot.store import calendars as calendar_store
from bot.store import due as due_store
from bot.store.outbox import Announcement, Kind, announce, is_on_its_way
from bot.store.people import people_of_role, person_by_id
from bot.store.work import Work

DAY = timedelta(days=1)

Rosters = Mapping[TeamId | None, Roster]


def eyes(work: Work) -> Viewer:
    """Time has no eyes of its own; what it announces is read through those of its readers."""
    return channel_viewer(work.workspace_id)


def managers(work: Work) -> list[Person]:
    """The managers, or else the administrators."""
    for role in (Role.MANAGER, Role.ADMINISTRATOR):
        found = people_of_role(work.connection, work.workspace_id, role)
        if found:
            return list(found)
    return []


def managers_on_duty(work: Work, every: Rosters | None = None) -> list[Person]:
    """The manager on duty by the roster, or else all managers, or else the administrators.

    `every` are the rosters, where they are known already.
    """
    duty = duty_in(work, None, every)
    found = _known(work, duty.person) if duty is not None else None
    return [found] if found is not None else managers(work)


def duty_in(work: Work, team_id: TeamId | None, every: Rosters | None = None) -> OnDuty | None:
    """Who is on duty in a team (None: which manager) now; `every` are the rosters, where they are known."""
    roster = (rosters(work) if every is None else every).get(team_id)
    if roster is None:
        return None
    zone = calendars.roster_zone(work.connection, eyes(work), team_id)
    return on_duty(roster, zone, work.now)


def rosters(work: Work) -> Rosters:
    """Who is on duty when: of each team that has shifts, and of the managers (None)."""
    return calendars.rosters_now(work.connection, eyes(work), work.now)


def roster_in(work: Work, team_id: TeamId | None) -> Roster:
    return rosters(work).get(team_id, Roster())


def answerable(work: Work, case: Case, *, else_managers: bool = True) -> list[Person]:
    """Who has to do what a case needs: its owner, while they are away their deputy, or else who is on duty.

    Where there is none of them: the managers (domain.md 5), or nobody.
    """
    if case.owner is not None:
        person = there(work, case.owner)
        if person is not None:
            return [person]
    duty = duty_in(work, case.team_id) if case.team_id is not None else None
    person = _known(work, duty.person) if duty is not None else None
    if person is not None:
        return [person]
    return managers_on_duty(work) if else_managers else []


def there(work: Work, ref: PersonRef) -> Person | None:
    """Somebody of staff, while they are on leave their deputy; None where neither is there."""
    away, zones = calendar_store.leave(work.connection, eyes(work), (work.now - DAY).date())
    found = stand_in(Roster(absences=away, zones=zones), ref, work.now)
    return _known(work, found) if found is not None else None


def together(*groups: Iterable[Person]) -> list[Person]:
    """Each of them once, in order."""
    return list({one.id: one for group in groups for one in group}.values())


def _known(work: Work, ref: PersonRef) -> Person | None:
    person = person_by_id(work.connection, ref.id)
    return person if person is not None and person.is_staff else None


def tell(kind: Kind, case_id: CaseId, person: Person) -> Announcement:
    """A direct message about a case that no change of it causes."""
    return Announcement(kind=kind, conversation=person.slack_user_id, case_id=case_id, person_id=person.id)


def say(work: Work, kind: Kind, case_id: CaseId, person: Person) -> None:
    """Tell somebody now, once: a reminder that was held and the next one may come at the same opening."""
    row = tell(kind, case_id, person)
    if not is_on_its_way(work, row):
        announce(work, row)


def tell_in_hours(
    work: Work, kind: Kind, case: Case, people: Sequence[Person], *, any_hour: bool = False
) -> None:
    """Tell each of them in their own office hours: now, or when those begin. `any_hour` is for T15."""
    calendar = calendars.calendar_for(work.connection, eyes(work), case.team_id, case.timezone, work.now)
    for person in people:
        at = work.now if any_hour else open_from(personal(calendar, person), work.now)
        if at <= work.now:
            say(work, kind, case.id, person)
        else:
            due_store.hold_notice(work, at, case.id, person.id, kind.value)


def watch_shift(work: Work, case: Case, at: datetime) -> None:
    """Look again who is on duty for a case at `at` (T15)."""
    due_store.set_due(work, DueKind.SHIFT, at, case_id=case.id)
