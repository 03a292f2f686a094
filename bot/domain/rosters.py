"""Who is on duty: weekly and dated shifts, leave and deputies (domain.md 5). Timed rules and pages ask."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from bot.domain.calendars import Calendar, closing, day_begins, is_open, next_opening, same_hours, zone_of
from bot.domain.ids import PersonId, TeamId
from bot.domain.people import PersonRef


@dataclass(frozen=True, kw_only=True)
class Shift:
    """Somebody is on duty on these weekdays from `begins` to `ends`, which may be on the next day.

    `first` and `last` bound it to some dates; one that has them comes before one that has none. The same
    time twice is the whole day.
    """

    id: int = 0
    person: PersonRef
    weekdays: frozenset[int]
    begins: time
    ends: time
    first: date | None = None
    last: date | None = None
    team_id: TeamId | None = None

    @property
    def is_dated(self) -> bool:
        return self.first is not None or self.last is not None


@dataclass(frozen=True, kw_only=True)
class Absence:
    """Somebody's leave: whole days on their own clocks, `last` is in it. `deputy` stands in."""

    id: int = 0
    person: PersonRef
    first: date
    last: date
    deputy: PersonRef | None = None

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, kw_only=True)
class Roster:
    """The shifts of a team, in the order in which they were set up, and the leave of its people."""

    shifts: tuple[Shift, ...] = ()
    absences: tuple[Absence, ...] = ()
    zones: Mapping[PersonId, str] = field(default_factory=dict)
    """Each person's own zone, for their days of leave."""


@dataclass(frozen=True, kw_only=True)
class OnDuty:
    """Who is on duty now, until when (UTC; None: without an end), and for whom they stand in."""

    person: PersonRef
    until: datetime | None
    instead_of: PersonRef | None = None


def on_duty(roster: Roster, zone: str, now: datetime) -> OnDuty | None:
    """Who is on duty at `now` (aware); None where no shift runs, or where all on shift are away.

    A dated shift comes before a weekly one, then the first that was set up. Whoever is on leave is replaced
    by their deputy, unless that one is away too. `zone` is that of the shifts.
    """
    running = [one for one in roster.shifts if is_open(_calendar(one, zone, now), now)]
    for shift in sorted(running, key=lambda one: not one.is_dated):
        who = stand_in(roster, shift.person, now)
        if who is not None:
            instead = shift.person if who.id != shift.person.id else None
            turns = [at for at in _leave_turns(roster, {who.id, shift.person.id}) if at > now]
            ends = [one for one in (_until(roster, shift, zone, now), *turns) if one is not None]
            return OnDuty(person=who, until=min(ends, default=None), instead_of=instead)
    return None


def stand_in(roster: Roster, person: PersonRef, now: datetime) -> PersonRef | None:
    """Who does somebody's work at `now`: they, or while they are away their deputy, if that one is there."""
    away = absence_of(roster, person, now)
    if away is None:
        return person
    deputy = away.deputy
    return deputy if deputy is not None and absence_of(roster, deputy, now) is None else None


def absence_of(roster: Roster, person: PersonRef, now: datetime) -> Absence | None:
    """The leave that somebody is on at `now`, by the date on their own clocks."""
    today = now.astimezone(zone_of(roster.zones.get(person.id, "UTC"))).date()
    found: Sequence[Absence] = [one for one in roster.absences if one.person.id == person.id]
    return next((one for one in found if one.covers(today)), None)


def next_change(roster: Roster, zone: str, now: datetime) -> datetime | None:
    """When somebody else may be on duty next: a shift begins or ends, or the leave of who is on the roster or
    stands in there. None where nothing does.
    """
    ends = [closing(_calendar(one, zone, now), now) for one in roster.shifts]
    begins = [next_opening(_calendar(one, zone, now), now) for one in roster.shifts]
    whose = {one.person.id for one in roster.shifts}
    whose |= {one.deputy.id for one in roster.absences if one.deputy is not None and one.person.id in whose}
    leave = [at for at in _leave_turns(roster, whose) if at > now]
    return min((one for one in (*ends, *begins, *leave) if one is not None), default=None)


def _leave_turns(roster: Roster, whose: Collection[PersonId]) -> Iterator[datetime]:
    """When the leave of some people begins and ends, on their own clocks."""
    for one in roster.absences:
        if one.person.id in whose:
            clocks = Calendar(zone=roster.zones.get(one.person.id, "UTC"))
            yield from (day_begins(clocks, day) for day in (one.first, one.last + timedelta(days=1)))


def _until(roster: Roster, shift: Shift, zone: str, now: datetime) -> datetime | None:
    """When the shift ends, or a dated one that comes before it begins."""
    end = closing(_calendar(shift, zone, now), now)
    dated = [one for one in roster.shifts if one.is_dated and not shift.is_dated]
    begins = [next_opening(_calendar(one, zone, now), now) for one in dated]
    return min((one for one in (end, *begins) if one is not None), default=None)


def _calendar(shift: Shift, zone: str, now: datetime) -> Calendar:
    """The shift as a calendar: days out of its dates are closed."""
    hours = same_hours(shift.weekdays, shift.begins, shift.ends)
    if not shift.is_dated:
        return Calendar(zone=zone, hours=hours)
    today = now.astimezone(zone_of(zone)).date()
    around = (today + timedelta(days=ahead) for ahead in range(-2, 400))
    out = {
        day: ""
        for day in around
        if (shift.first is not None and day < shift.first) or (shift.last is not None and day > shift.last)
    }
    return Calendar(zone=zone, hours=hours, holidays=out)
