"""The daily review (T9): when it comes, which cases are in it, how each stands. Pure; services ask.

It has two lists, of what somebody owns and of what they created; a case of the first is not in the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from bot.domain.calendars import (
    Calendar,
    day_begins,
    is_business_day,
    local_day,
    next_business_day,
    open_from,
)
from bot.domain.cases import Case, Comment
from bot.domain.duties import QUIET
from bot.domain.ids import CaseId, HistoryId, PersonId
from bot.domain.lifecycle import Status
from bot.domain.pages import HistoryEntry
from bot.domain.people import Person, PersonRef
from bot.domain.permissions import Act
from bot.domain.slots import DAY, FURTHEST_BACK, Occasion

HELD_AT_MOST = timedelta(days=14)
"""How long a closed office may keep a morning waiting."""

_JOB = "review."


def review_job(person_id: PersonId) -> str:
    """What the slots of somebody's review are claimed under, whoever gets it."""
    return f"{_JOB}{person_id}"


def person_in(job: str) -> PersonId | None:
    """Whose review a job is; None for another job."""
    return PersonId(int(job.removeprefix(_JOB))) if job.startswith(_JOB) else None


# When it comes.


def mornings(calendar: Calendar, hour: int, after: datetime, until: datetime) -> list[Occasion]:
    """Every morning after `after` and up to `until` (aware), in order, on the clocks of the calendar.

    It comes on business days, at that hour. Outside office hours it waits for them to begin: two that would
    then come together stay two occasions at one instant.
    """
    first = local_day(calendar, max(after, until - FURTHEST_BACK)) - _look_back(calendar, hour)
    found = _mornings(calendar, hour, first, local_day(calendar, until) + DAY)
    return [one for one in found if after < one.at <= until]


def next_morning(calendar: Calendar, hour: int, after: datetime) -> Occasion | None:
    """The first one strictly after an aware instant; None where there is none within two months."""
    first = local_day(calendar, after) - _look_back(calendar, hour)
    found = _mornings(calendar, hour, first, local_day(calendar, after) + FURTHEST_BACK)
    return next((one for one in found if one.at > after), None)


def _mornings(calendar: Calendar, hour: int, first: date, last: date) -> Iterator[Occasion]:
    day = first
    while day <= last:
        if is_business_day(calendar, day):
            yield Occasion(day=day, at=_at(calendar, hour, day), meant=(day,))
        day += DAY


def _at(calendar: Calendar, hour: int, day: date) -> datetime:
    """A time that the clock skips moves on with it; one that comes twice counts the first time (PEP 495)."""
    meant = datetime.combine(day, time(hour), tzinfo=calendar.there).astimezone(UTC)
    return meant if _is_within(calendar, hour, day.weekday()) else open_from(calendar, meant)


def _is_within(calendar: Calendar, hour: int, weekday: int) -> bool:
    """Whether the office is open then, for certain; hours may end on the next day."""
    hours = calendar.hours[weekday]
    return hours.opens <= time(hour) and (time(hour) < hours.closes or hours.closes <= hours.opens)


def _look_back(calendar: Calendar, hour: int) -> timedelta:
    """How far before an instant a morning may be meant that comes after it."""
    within = all(_is_within(calendar, hour, weekday) for weekday in calendar.hours)
    return timedelta() if within else HELD_AT_MOST


class Snooze(StrEnum):
    """How long a case may be put off, as the menu offers it."""

    TOMORROW = "1"
    THREE_DAYS = "3"
    WEEK = "7"
    TWO_WEEKS = "14"


def snoozed_until(chosen: Snooze, calendar: Calendar, now: datetime) -> datetime:
    """When a case comes back: with the day's beginning of the business day that is so many days away."""
    day = local_day(calendar, now) + int(chosen) * DAY
    return (
        day_begins(calendar, next_business_day(calendar, day)) if calendar.hours else now + int(chosen) * DAY
    )


# What is in it.

NOTHING = HistoryId(0)
"""Before the first row of any history."""


class Part(StrEnum):
    """Where a case stands in the message."""

    OWNED = "owned"
    CREATED = "created"
    WAITING = "waiting"  # T4: nobody is nudged about it


@dataclass(frozen=True, kw_only=True)
class Standing:
    """An open case of somebody's, and what its reader has seen of it.

    `changed_to` is the newest row of its history that somebody else wrote, 0 for none. `seen_to` is up to
    where its reader knows it, None for one that they never reviewed; `seen_at` when that was. `duty_at` is
    its place among what staff owe. Instants are aware, in UTC.
    """

    case_id: CaseId
    status: Status
    part: Part
    duty_at: datetime | None = None
    changed_to: HistoryId = NOTHING
    seen_to: HistoryId | None = None
    seen_at: datetime | None = None
    snoozed_until: datetime | None = None

    @property
    def waits(self) -> bool:
        return self.status in QUIET

    def is_snoozed(self, now: datetime) -> bool:
        return self.snoozed_until is not None and now < self.snoozed_until

    def is_back(self, now: datetime) -> bool:
        """Whether it was put off until a day that has come, and was not answered since."""
        until = self.snoozed_until
        return until is not None and until <= now and (self.seen_at is None or self.seen_at < until)

    def is_due(self, now: datetime) -> bool:
        """Whether it is to be looked at: not since its last change, an hour of what is owed has passed, or
        the day has come until which it was put off.
        """
        if self.waits or self.is_snoozed(now):
            return False
        if self.seen_to is None or self.changed_to > self.seen_to or self.is_back(now):
            return True
        passed = self.duty_at is not None and self.seen_at is not None
        return passed and self.seen_at < self.duty_at <= now  # type: ignore[operator]


def in_order(standings: Iterable[Standing]) -> tuple[Standing, ...]:
    """By what is owed next, what has no hour last and the oldest case first."""
    last = datetime.max.replace(tzinfo=UTC)
    return tuple(sorted(standings, key=lambda one: (one.duty_at or last, one.case_id)))


@dataclass(frozen=True, kw_only=True)
class Lists:
    """What is due of one person's cases, each list in order, and what waits."""

    owned: tuple[Standing, ...] = ()
    created: tuple[Standing, ...] = ()
    waiting: tuple[Standing, ...] = ()

    @property
    def due(self) -> tuple[Standing, ...]:
        return (*self.owned, *self.created)


def lists(standings: Sequence[Standing], now: datetime) -> Lists:
    """The review of these cases at `now`. Without anything due there is nothing to say, whatever waits."""
    due = [one for one in standings if one.is_due(now)]
    return Lists(
        owned=in_order(one for one in due if one.part is Part.OWNED),
        created=in_order(one for one in due if one.part is Part.CREATED),
        waiting=in_order(one for one in standings if one.waits),
    )


# What a message says of it.


class Stand(StrEnum):
    """How a case of a message stands by now."""

    DUE = "due"
    REVIEWED = "reviewed"
    SNOOZED = "snoozed"
    WAITING = "waiting"
    CLOSED = "closed"
    ELSEWHERE = "elsewhere"  # somebody else's by now


@dataclass(frozen=True, kw_only=True)
class ReviewRow:
    """One case of a review, as its reader may see it.

    `added` are the newest of `added_count` changes by others since they looked last, oldest first; `said` is
    the newest comment among them. `is_back`: they had put it off until now. `acts` are those that they may
    do. `drawn_to` is what *Reviewed* covers.
    """

    case: Case
    part: Part
    stand: Stand
    drawn_to: HistoryId = NOTHING
    seen_at: datetime | None = None
    added: tuple[HistoryEntry, ...] = ()
    added_count: int = 0
    said: Comment | None = None
    is_first: bool = False
    is_back: bool = False
    snoozed_until: datetime | None = None
    acts: frozenset[Act] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Review:
    """A message: its cases, and `rest`, how many more are due. `of` is somebody on leave, read by a deputy.

    `late_since` is when it was due, where it comes late; `missed` are mornings before it that had none.
    """

    reader: Person
    now: datetime
    rows: tuple[ReviewRow, ...]
    rest: int = 0
    of: PersonRef | None = None
    away_until: date | None = None
    late_since: datetime | None = None
    missed: tuple[datetime, ...] = ()

    @property
    def due(self) -> int:
        return self.rest + sum(row.stand is Stand.DUE for row in self.rows)


@dataclass(frozen=True, kw_only=True)
class ReviewPage:
    """A page of the window with all that is due; `start` rows stand before it, `total` there are."""

    review: Review
    start: int
    total: int
    size: int
    of_id: PersonId
