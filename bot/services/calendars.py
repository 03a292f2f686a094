"""Calendars and rosters: what counts for a team, who is on duty, and their set-up in `/desk calendar`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.calendars import Calendar
from bot.domain.commands import Audience
from bot.domain.due import DueKind
from bot.domain.ids import CallKey, SlackUserId, TeamId
from bot.domain.people import Person, PersonRef, Role, Team, Viewer
from bot.domain.permissions import Act, require
from bot.domain.policy import choice_of
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.domain.rosters import Roster, Shift, absence_of, on_duty
from bot.domain.team_calendars import (
    DEFAULT_CALENDAR,
    CalendarForm,
    CalendarList,
    CalendarRow,
    RosterPage,
    TeamCalendar,
)
from bot.public_holidays import countries, holidays_of, regions_of
from bot.services.changes import differences
from bot.services.desk import Desk, actor
from bot.services.look import look_again
from bot.store import calendars as store
from bot.store import people, records
from bot.store.due import set_due
from bot.store.escalation import critical_cases, watched_cases
from bot.store.work import Connection, Work

BREATH = timedelta(minutes=5)
"""Whoever takes a shift away often adds another in its place; only then cases move, or managers are told."""

YESTERDAY = timedelta(days=1)
"""Leave is by somebody's own date, which may still be yesterday's."""


Calendars = Mapping[TeamId | None, TeamCalendar]
"""What was set up: by team, and the desk's own under None."""


def calendar_for(
    connection: Connection, viewer: Viewer, team_id: TeamId | None, zone: str, now: datetime
) -> Calendar:
    """The calendar that counts for a team: its own, else the desk's, else Monday to Friday, nine to five.

    `zone`, an IANA name, counts where the set-up names none.
    """
    return effective(set_up_for(store.all_calendars(connection, viewer), team_id), zone, now)


def set_up_for(every: Calendars, team_id: TeamId | None) -> TeamCalendar:
    """The set-up that counts for a team, out of all there are."""
    return every.get(team_id) or every.get(None) or DEFAULT_CALENDAR


def effective(calendar: TeamCalendar, zone: str, now: datetime) -> Calendar:
    """A set-up as the calendar that it makes, with the country's holidays of the years around `now`."""
    return calendar.calendar(holidays_of(calendar.country, calendar.region, now.year), zone or "UTC")


def rosters_now(connection: Connection, viewer: Viewer, now: datetime) -> Mapping[TeamId | None, Roster]:
    """The roster of each team that has one, and of the managers (None)."""
    return store.rosters(connection, viewer, (now - YESTERDAY).date())


def roster_zone(connection: Connection, viewer: Viewer, team_id: TeamId | None) -> str:
    """On whose clocks the shifts of a team are: its calendar's, else the desk's, else UTC."""
    every = store.all_calendars(connection, viewer)
    found = every.get(team_id) or every.get(None) or DEFAULT_CALENDAR
    return found.zone or "UTC"


async def calendar_list(desk: Desk, by: SlackUserId) -> CalendarList:
    """The desk and its teams, with who is on duty now. Raises NOT_YOUR_ROLE."""
    now = desk.clock.now()

    def query(connection: Connection, viewer: Viewer) -> CalendarList:
        require(Act.SET_UP_CALENDAR, viewer.person)
        since = (now - YESTERDAY).date()
        every = store.all_calendars(connection, viewer)
        rosters = store.rosters(connection, viewer, since)

        def row(team: Team | None) -> CalendarRow:
            key = team.id if team else None
            counts = every.get(key) or every.get(None) or DEFAULT_CALENDAR
            duty = on_duty(rosters.get(key, Roster()), counts.zone or "UTC", now)
            return CalendarRow(team=team, calendar=every.get(key), on_duty=duty)

        teams = people.list_teams(connection, viewer)
        away, _ = store.leave(connection, viewer, since)
        return CalendarList(rows=(row(None), *(row(team) for team in teams)), absences=away)

    return await desk.read(query, by)


async def calendar_form(desk: Desk, by: SlackUserId, team_id: TeamId | None) -> CalendarForm:
    """The calendar of a team, or of the desk (None). Raises NOT_YOUR_ROLE or NO_SUCH_TEAM."""

    def query(connection: Connection, viewer: Viewer) -> CalendarForm:
        require(Act.SET_UP_CALENDAR, viewer.person)
        team = _team(connection, viewer, team_id)
        every = store.all_calendars(connection, viewer)
        shown = every.get(team_id) or every.get(None) or DEFAULT_CALENDAR
        return CalendarForm(
            policy=desk.policy,
            team=team,
            calendar=shown,
            is_own=team_id in every,
            countries=countries(),
        )

    return await desk.read(query, by)


async def set_calendar(desk: Desk, calendar: TeamCalendar, by: SlackUserId, key: CallKey) -> Receipt:
    """Keep a calendar. Raises NOT_YOUR_ROLE, SET_UP_MEANWHILE, NO_SUCH_REGION, NO_SUCH_CHOICE and such."""

    def unit(work: Work) -> Receipt:
        manager, before = _before(work, by, calendar.team_id)
        own = before.zone if before else ""
        if (
            calendar.zone
            and calendar.zone != own
            and choice_of(desk.policy.time_zones, calendar.zone) is None
        ):
            raise Refusal(Reason.NO_SUCH_CHOICE, {"field": "timezone"})
        if calendar.country and calendar.country not in dict(countries()):
            raise Refusal(Reason.NO_SUCH_CHOICE, {"field": "country"})
        if calendar.region and calendar.region not in regions_of(calendar.country):
            raise Refusal(Reason.NO_SUCH_REGION)
        store.save_calendar(work, calendar)
        _counts_anew(work)
        if calendar.zone != own:
            _clocks_anew(work, calendar.team_id)
        _record(work, manager, _told(before) if before else {}, _told(calendar), calendar.team_id)
        return Receipt(team_id=calendar.team_id)

    return await desk.write(unit, key)


async def use_desks_calendar(
    desk: Desk, team_id: TeamId, version: int, by: SlackUserId, key: CallKey
) -> Receipt:
    """Let the desk's calendar count for a team again. Raises what `set_calendar` raises."""

    def unit(work: Work) -> Receipt:
        manager, before = _before(work, by, team_id)
        if before is None:
            raise Refusal(Reason.NOTHING_CHANGED)
        store.drop_calendar(work, team_id, version)
        _counts_anew(work)
        _clocks_anew(work, team_id)
        _record(work, manager, _told(before), dict.fromkeys(_told(before), ""), team_id)
        return Receipt(team_id=team_id)

    return await desk.write(unit, key)


async def roster_page(desk: Desk, by: SlackUserId, team_id: TeamId | None) -> RosterPage:
    """The shifts of a team, or of the managers (None). Raises NOT_YOUR_ROLE or NO_SUCH_TEAM."""
    now = desk.clock.now()

    def query(connection: Connection, viewer: Viewer) -> RosterPage:
        require(Act.SET_UP_ROSTER, viewer.person)
        team = _team(connection, viewer, team_id)
        roster = rosters_now(connection, viewer, now).get(team_id, Roster())
        zone = roster_zone(connection, viewer, team_id)
        return RosterPage(team=team, roster=roster, zone=zone, on_duty=on_duty(roster, zone, now))

    return await desk.read(query, by)


async def add_shift(desk: Desk, shift: Shift, who: SlackUserId, by: SlackUserId, key: CallKey) -> Receipt:
    """Put somebody of staff on a roster. Raises NOT_YOUR_ROLE, OWNER_MUST_BE_STAFF, NO_SUCH_TEAM."""

    def unit(work: Work) -> Receipt:
        manager = actor(work, by)
        require(Act.SET_UP_ROSTER, manager)
        _team(work.connection, Viewer(manager), shift.team_id)
        person = _staff(work, who)
        if shift.team_id is None and person.role not in (Role.MANAGER, Role.ADMINISTRATOR):
            raise Refusal(Reason.MUST_BE_MANAGER, {"name": person.name})
        added = replace(shift, person=person.ref)
        store.add_shift(work, added)
        _roster_anew(work, shift.team_id, ())
        _record(work, manager, {}, {"shift": told_shift(added)}, shift.team_id, kind="roster_set_up")
        return Receipt(team_id=shift.team_id)

    return await desk.write(unit, key)


async def drop_shift(desk: Desk, shift_id: int, by: SlackUserId, key: CallKey) -> Receipt:
    """Take a shift off its roster; nothing happens where it is gone already. Raises NOT_YOUR_ROLE."""

    def unit(work: Work) -> Receipt:
        manager = actor(work, by)
        require(Act.SET_UP_ROSTER, manager)
        gone = store.drop_shift(work, shift_id)
        if gone is not None:
            _roster_anew(work, gone.team_id, _stood_for(work, manager, gone.person))
            _record(
                work, manager, {"shift": told_shift(gone)}, {"shift": ""}, gone.team_id, kind="roster_set_up"
            )
        return Receipt(team_id=gone.team_id if gone else None)

    return await desk.write(unit, key)


async def add_absence(
    desk: Desk,
    who: SlackUserId,
    first: date,
    last: date,
    deputy: SlackUserId | None,
    by: SlackUserId,
    key: CallKey,
) -> Receipt:
    """Note somebody's leave and who stands in. Raises NOT_YOUR_ROLE, OWNER_MUST_BE_STAFF, LEAVE_OVERLAPS."""

    def unit(work: Work) -> Receipt:
        manager = actor(work, by)
        require(Act.SET_UP_CALENDAR, manager)
        person = _staff(work, who)
        stands_in = _staff(work, deputy) if deputy is not None else None
        if stands_in is not None and stands_in.id == person.id:
            raise Refusal(Reason.OWN_DEPUTY)
        if store.overlapping(work, person.id, first, last):
            raise Refusal(Reason.LEAVE_OVERLAPS, {"name": person.name})
        store.add_absence(work, person.id, first, last, stands_in.id if stands_in else None)
        _shifts_anew(work, person.ref)
        told = _told_leave(first, last, stands_in.name if stands_in else None)
        _record(work, manager, {}, told, None, kind="leave_set_up", about=person.ref)
        return Receipt()

    return await desk.write(unit, key)


async def drop_absence(desk: Desk, absence_id: int, by: SlackUserId, key: CallKey) -> Receipt:
    """Somebody is there after all; nothing happens where it is gone already. Raises NOT_YOUR_ROLE."""

    def unit(work: Work) -> Receipt:
        manager = actor(work, by)
        require(Act.SET_UP_CALENDAR, manager)
        gone = store.drop_absence(work, absence_id)
        if gone is not None:
            _shifts_anew(work, gone.person, *([gone.deputy] if gone.deputy else []))
            told = _told_leave(gone.first, gone.last, gone.deputy.name if gone.deputy else None)
            _record(work, manager, told, dict.fromkeys(told), None, kind="leave_set_up", about=gone.person)
        return Receipt()

    return await desk.write(unit, key)


def _told_leave(first: date, last: date, deputy: str | None) -> dict[str, object]:
    """Leave as the history keeps it."""
    return {"leave": f"{first.isoformat()} to {last.isoformat()}", "deputy": deputy}


def told_shift(shift: Shift) -> str:
    """A shift as the history keeps it."""
    days = "".join(str(day) for day in sorted(shift.weekdays))
    dates = f" {shift.first or ''}..{shift.last or ''}" if shift.is_dated else ""
    return f"{shift.person.name} {days} {shift.begins:%H:%M}-{shift.ends:%H:%M}{dates}"


def _staff(work: Work, who: SlackUserId) -> Person:
    person = people.find_person(work.connection, work.workspace_id, who)
    if person is None or not person.is_staff:
        raise Refusal(Reason.OWNER_MUST_BE_STAFF, {"name": person.name if person else ""})
    return person


def _team(connection: Connection, viewer: Viewer, team_id: TeamId | None) -> Team | None:
    if team_id is None:
        return None
    team = people.find_team(connection, viewer, team_id)
    if team is None:
        raise Refusal(Reason.NO_SUCH_TEAM)
    return team


def _before(work: Work, by: SlackUserId, team_id: TeamId | None) -> tuple[Person, TeamCalendar | None]:
    manager = actor(work, by)
    require(Act.SET_UP_CALENDAR, manager)
    _team(work.connection, Viewer(manager), team_id)
    return manager, store.all_calendars(work.connection, Viewer(manager)).get(team_id)


def _counts_anew(work: Work) -> None:
    """Other hours or holidays: reports come by them, and what open cases count is counted again."""
    look_again(work)
    set_due(work, DueKind.RECOUNT, work.now)


def _shifts_anew(work: Work, *owners: PersonRef) -> None:
    """Leave was noted or taken back: whose critical cases theirs are is looked at again (T15)."""
    for case_id in watched_cases(work, [one.id for one in owners]):
        set_due(work, DueKind.SHIFT, work.now, case_id=case_id)


def _stood_for(work: Work, manager: Person, person: PersonRef) -> tuple[PersonRef, ...]:
    """Who was on duty by somebody's shifts: they, and while they are on leave their deputy."""
    away, zones = store.leave(work.connection, Viewer(manager), (work.now - YESTERDAY).date())
    absence = absence_of(Roster(absences=away, zones=zones), person, work.now)
    deputy = absence.deputy if absence is not None else None
    return (person, deputy) if deputy is not None else (person,)


def _roster_anew(work: Work, team_id: TeamId | None, gone: tuple[PersonRef, ...]) -> None:
    """A shift was added, or that of `gone` taken away: critical cases of the team are looked at again (T15).

    Theirs would be left with them as with anybody who has no shift: the due time says that they had one.
    """
    if team_id is None:  # who of the managers is on duty owns nothing by it
        return
    for case in critical_cases(work, team_id):
        had = {*case.detail.split(), *(str(one.id) for one in gone)}
        soon = work.now + BREATH if gone else work.now
        at = min(soon, case.at) if case.at is not None else soon
        set_due(work, DueKind.SHIFT, at, case_id=case.case_id, detail=" ".join(sorted(had)))


def _clocks_anew(work: Work, team_id: TeamId | None) -> None:
    """Shifts begin and end on other clocks now: those of a team, or with the desk's of all teams."""
    for case in critical_cases(work, team_id):
        set_due(work, DueKind.SHIFT, work.now, case_id=case.case_id, detail=case.detail)


def _record(
    work: Work,
    manager: Person,
    before: dict[str, object],
    after: dict[str, object],
    team_id: TeamId | None,
    *,
    kind: str = "calendar_set_up",
    about: PersonRef | None = None,
) -> None:
    changes = differences(before, after)
    if not changes:
        raise Refusal(Reason.NOTHING_CHANGED)
    records.insert_history(
        work,
        kind,
        actor_id=manager.id,
        audience=Audience.INTERNAL,
        changes=changes,
        team_id=team_id,
        person_id=about.id if about else None,
    )


def _told(calendar: TeamCalendar) -> dict[str, object]:
    hours = (f"{day} {one.opens:%H:%M}-{one.closes:%H:%M}" for day, one in sorted(calendar.hours.items()))
    return {
        "timezone": calendar.zone,
        "hours": "; ".join(hours),
        "country": calendar.country,
        "region": calendar.region,
        "own_days": ", ".join(f"{day} {name}" for day, name in sorted(calendar.own.items())),
        "office_clock": calendar.office_clock,
        "worked_days": ", ".join(str(day) for day in sorted(calendar.worked)),
    }
