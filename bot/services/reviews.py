"""When each one's daily review comes (T9): planned, claimed once over all bots, announced, held at night.

`scheduler.due` calls it. What the review says is read when it is sent: `services.reviewing`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.calendars import Calendar, is_open, open_from
from bot.domain.due import DueKind, DueTime
from bot.domain.ids import CaseId, PersonId, TeamId
from bot.domain.notify import USUAL
from bot.domain.people import Person, Viewer, channel_viewer
from bot.domain.permissions import Act, allowed
from bot.domain.reports import Audience
from bot.domain.reviews import mornings, next_morning, review_job
from bot.domain.rosters import Absence, Roster, absence_of, stand_in
from bot.domain.slots import LATE_AFTER, Due, Occasion, SlotState, together
from bot.domain.team_calendars import DEFAULT_CALENDAR, TeamCalendar, personal
from bot.services.bots import NOBODY, name_of_bot
from bot.services.calendars import effective
from bot.services.desk import Desk
from bot.services.hours import own_calendar
from bot.store import calendars as calendar_store
from bot.store import notify, slots
from bot.store import reviews as store
from bot.store.due import drop_due, due_at, insert_due, put_off, set_due
from bot.store.outbox import Announcement, Kind, announce, new_token
from bot.store.people import person_by_id
from bot.store.slots import Claim
from bot.store.work import Connection, Work

LONGEST_HOLD = timedelta(days=8)
"""Mornings before that are not looked for again: a review that was held stands for those before it."""

MOMENT = timedelta(microseconds=1)
DAY = timedelta(days=1)


# Who works when.


@dataclass(frozen=True)
class Calendars:
    """Everybody's own calendar: the office days and hours of their team, on their own clocks."""

    every: dict[TeamId | None, Calendar]

    @classmethod
    def now(cls, connection: Connection, viewer: Viewer, now: datetime) -> Calendars:
        found: dict[TeamId | None, TeamCalendar] = {None: DEFAULT_CALENDAR}
        found |= calendar_store.all_calendars(connection, viewer)
        return cls({team_id: effective(one, "", now) for team_id, one in found.items()})

    def of(self, person: Person) -> Calendar:
        """That of their first team, or else the desk's; `services.hours` has it for one of them."""
        team_id = person.teams[0].id if person.teams else None
        return personal(self.every.get(team_id, self.every[None]), person)


# Planning.


def plan_all(work: Work) -> None:
    """See to it that each of staff has their next morning. It is called whenever that may have changed.

    What is set already and comes sooner stays: it then asks anew what is due.
    """
    persons = [one for one in store.staff(work.connection, work.workspace_id) if has_review(one)]
    calendars = Calendars.now(work.connection, channel_viewer(work.workspace_id), work.now)
    hours = store.hours(work.connection, work.workspace_id)
    there = store.planned(work.connection, work.workspace_id, DueKind.REVIEW.value)
    wanted: dict[PersonId, datetime] = {}
    comes: dict[tuple[TeamId | None, str, int], Occasion | None] = {}  # thousands share a few mornings
    for person in persons:
        hour = hours.get(person.id, USUAL.review_hour)
        alike = (person.teams[0].id if person.teams else None, person.timezone, hour)
        if alike not in comes:
            comes[alike] = next_morning(calendars.of(person), hour, work.now)
        next_one = comes[alike]
        if next_one is not None and (person.id not in there or next_one.at < there[person.id]):
            wanted[person.id] = next_one.at
    gone = set(there) - {one.id for one in persons}
    if wanted or gone:
        store.plan(work, DueKind.REVIEW.value, wanted, gone)


def has_review(person: Person) -> bool:
    return allowed(Act.REVIEW_CASES, person)


def plan_again(work: Work, person: Person) -> None:
    """Somebody has chosen another hour."""
    if not has_review(person):
        return
    hour = notify.preference_of(work.connection, person.id).review_hour
    _plan_next(work, person, own_calendar(work.connection, person, work.now), hour)


def _plan_next(work: Work, person: Person, calendar: Calendar, hour: int) -> None:
    coming = next_morning(calendar, hour, work.now)
    if coming is not None:
        set_due(work, DueKind.REVIEW, coming.at, person_id=person.id)
    else:
        drop_due(work, DueKind.REVIEW, person_id=person.id)


# The morning.


def morning(desk: Desk, work: Work, due: DueTime) -> None:
    """It is somebody's morning: their review is claimed and announced, to them or to who stands in.

    While its reader's office is closed it waits for the next opening; mornings that were missed meanwhile,
    or while no bot ran, are told with the newest.
    """
    assert due.person_id is not None
    person = person_by_id(work.connection, due.person_id)
    if person is None or not has_review(person):
        return
    calendars = Calendars.now(work.connection, channel_viewer(work.workspace_id), work.now)
    hour = notify.preference_of(work.connection, person.id).review_hour
    owed = _owed(work, due, person, calendars.of(person), hour)
    reader = _reader(work, person) if owed is not None else None
    if owed is not None and reader is not None:
        opens = open_from(calendars.of(reader), work.now)
        if opens > work.now:
            _remember(work, due, person)
            put_off(work, due, opens)
            return
    if owed is not None:
        if reader is not None:  # who stands in gets it in their own morning: that is not late
            punctual = open_from(calendars.of(reader), owed.occasion.at)
            owed = replace(owed, late=work.now - punctual > LATE_AFTER)
        _claim(work, person, reader, owed)
    _plan_next(work, person, calendars.of(person), hour)


def _remember(work: Work, due: DueTime, person: Person) -> None:
    """Before the first slot of all nothing but its due time says since when there are mornings."""
    job = review_job(person.id)
    if slots.last_due(work.connection, work.workspace_id, job) is None:
        slots.begin(work, job, due.at - MOMENT)


def _owed(work: Work, due: DueTime, person: Person, calendar: Calendar, hour: int) -> Due | None:
    last = slots.last_due(work.connection, work.workspace_id, review_job(person.id))
    since = due.at - MOMENT if last is None else max(last, due.at - LONGEST_HOLD)
    return together(mornings(calendar, hour, since, work.now), work.now)


def away(connection: Connection, person: Person, now: datetime) -> tuple[Roster, Absence | None]:
    """Everybody's leave, and that which somebody is on now."""
    found, zones = calendar_store.leave(connection, channel_viewer(person.workspace_id), (now - DAY).date())
    roster = Roster(absences=found, zones=zones)
    return roster, absence_of(roster, person.ref, now)


def _reader(work: Work, person: Person) -> Person | None:
    """Whose message it is: while somebody is on leave their deputy's, if there is one."""
    roster, _ = away(work.connection, person, work.now)
    who = stand_in(roster, person.ref, work.now)
    if who is None or who.id == person.id:
        return person if who is not None else None
    found = person_by_id(work.connection, who.id)
    return found if found is not None and has_review(found) else None


def _claim(work: Work, person: Person, reader: Person | None, owed: Due) -> None:
    """A row for each morning; those that were missed are told with the newest."""
    token, newest = new_token(), owed.occasion
    to = Audience(place=reader.slack_user_id, person_id=reader.id) if reader is not None else None
    claimed = [
        slots.claim(
            work,
            Claim(
                job=review_job(person.id),
                period=one.period,
                audience=to.key if to is not None else NOBODY,
                due_at=one.at,
                person_id=to.person_id if to is not None else None,
                meant=one.meant,
                late=owed.late or one is not newest,
                state=SlotState.CLAIMED if to is not None else SlotState.DROPPED,
            ),
            name_of_bot(),
            token if to is not None else None,
        )
        for one in (*owed.missed, newest)
    ]
    if to is not None and any(claimed):
        _announce(work, to.place, to.person_id, token)


def _announce(work: Work, place: str, person_id: PersonId | None, token: str) -> None:
    announce(work, Announcement(kind=Kind.REVIEW, conversation=place, person_id=person_id, token=token))


SAME_MORNING = timedelta(hours=1)
COMES_SOON = timedelta(hours=2)
"""Offices open at eight and reviews come at nine: what has waited for the morning can wait for them."""


def says(work: Work, person: Person, case_id: CaseId) -> bool:
    """Whether a review that somebody gets soon, or has just got, has this case among what is due.

    That is their own, and that of each for whom they stand in.
    """
    roster, _ = away(work.connection, person, work.now)
    theirs = [
        one.person.id
        for one in roster.absences
        if one.deputy == person.ref and stand_in(roster, one.person, work.now) == person.ref
    ]
    return any(_says(work, person, of, case_id) for of in (person.id, *theirs))


def _says(work: Work, reader: Person, of: PersonId, case_id: CaseId) -> bool:
    coming = due_at(work.connection, work.workspace_id, DueKind.REVIEW, person_id=of)
    if coming is None or coming > work.now + COMES_SOON:
        last = slots.last_claimed(work.connection, work.workspace_id, review_job(of))
        if last is None or last < work.now - SAME_MORNING:
            return False
    theirs = store.standings(work.connection, Viewer(reader), of)
    return any(one.case_id == case_id and one.is_due(work.now) for one in theirs)


# Held at night.


def may_be_told(connection: Connection, reader: Person, now: datetime) -> bool:
    """Whether somebody's office is open, so that a review that Slack has delayed may still come."""
    calendar = own_calendar(connection, reader, now)
    return is_open(calendar, now) or open_from(calendar, now) == now


def hold(work: Work, reader: Person, token: str) -> None:
    """What was claimed and not sent comes when its reader's office opens, by a row of its own."""
    later = new_token()
    slots.move(work, token, later)
    opens = open_from(own_calendar(work.connection, reader, work.now), work.now)
    insert_due(work, DueKind.REVIEW_OPENS, opens, person_id=reader.id, detail=later)


def say_held(desk: Desk, work: Work, due: DueTime) -> None:
    """The office opens: it is announced again."""
    assert due.person_id is not None
    reader = person_by_id(work.connection, due.person_id)
    if reader is not None and slots.of_token(work.connection, due.detail):
        _announce(work, reader.slack_user_id, reader.id, due.detail)
