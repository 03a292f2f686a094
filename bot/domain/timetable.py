"""When recurring jobs are due: pure arithmetic on wall clocks of a zone. The scheduler asks at each tick."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.calendars import WORKDAYS as WORKDAYS

EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, kw_only=True)
class TimedJob:
    """A job that recurs at a local time on some weekdays (Monday is 0), at most once on a local date.

    A slot that is found more than `late_after` past its time is marked late, so that the run can say so.
    Raises `ValueError` for a time or weekday that no clock or calendar has.
    """

    name: str
    hour: int
    minute: int = 0
    weekdays: frozenset[int] = EVERY_DAY
    late_after: timedelta = timedelta(minutes=15)

    def __post_init__(self) -> None:
        time(self.hour, self.minute)  # refuses an hour 24
        if not self.weekdays or not self.weekdays <= EVERY_DAY:
            raise ValueError(f"weekdays are some of 0 (Monday) to 6 (Sunday), not {sorted(self.weekdays)}")
        if self.late_after < timedelta():
            raise ValueError("late_after is zero or more")


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One occasion of a job: `period`, its local date, is what a replica claims; `at` is in UTC."""

    job: str
    period: str
    at: datetime
    late: bool


def due(job: TimedJob, last: datetime | None, now: datetime, zone: ZoneInfo) -> Slot | None:
    """The slot that should run now, or None. After a pause only the latest missed slot is given, marked late.

    `last` is the instant up to which slots are dealt with: that of the last slot that was claimed, or of the
    moment when the job was set up. Without it only a slot that is not late counts: a desk set up at 15:00
    owes no 09:00. All instants are aware; raises `ValueError` for a naive one.
    """
    _aware(now, last)
    day, at = _latest(job, now, zone)
    late = now - at > job.late_after
    if (last is None and late) or (last is not None and at <= last):
        return None
    return Slot(job=job.name, period=day.isoformat(), at=at, late=late)


def next_due(job: TimedJob, after: datetime, zone: ZoneInfo) -> Slot:
    """The first slot strictly after an aware instant; raises `ValueError` for a naive one."""
    _aware(after)
    day, at = _first(job, after, zone)
    return Slot(job=job.name, period=day.isoformat(), at=at, late=False)


def instant_of(day: date, job: TimedJob, zone: ZoneInfo) -> datetime:
    """When the job's local time comes on that date, in UTC.

    A time that the clock skips moves forward by as much as the clock does; one that comes twice counts the
    first time. Both are what `fold=0` means (PEP 495), so no branch is needed here.
    """
    return datetime.combine(day, time(job.hour, job.minute), tzinfo=zone).astimezone(UTC)


def _latest(job: TimedJob, now: datetime, zone: ZoneInfo) -> tuple[date, datetime]:
    """The last slot at or before `now`. Looks from a day ahead: a clock set back at midnight repeats one."""
    day = now.astimezone(zone).date() + timedelta(days=1)
    while day.weekday() not in job.weekdays or instant_of(day, job, zone) > now:
        day -= timedelta(days=1)
    return day, instant_of(day, job, zone)


def _first(job: TimedJob, after: datetime, zone: ZoneInfo) -> tuple[date, datetime]:
    """The first slot after an instant. Looks from a day back: a date that is skipped runs on the next."""
    day = after.astimezone(zone).date() - timedelta(days=1)
    while day.weekday() not in job.weekdays or instant_of(day, job, zone) <= after:
        day += timedelta(days=1)
    return day, instant_of(day, job, zone)


def _aware(*instants: datetime | None) -> None:
    for instant in instants:
        if instant is not None and instant.utcoffset() is None:
            raise ValueError(f"{instant} has no time zone")
