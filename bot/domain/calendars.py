"""Calendars: office hours, weekends and holidays of a team; rules, reports and ledgers count by them.

Pure arithmetic on the wall clocks of an IANA zone, right over both clock changes. Instants go in aware and
come out in UTC.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

WORKDAYS = frozenset(range(5))
WEEK = timedelta(days=7)
FURTHEST_DAYS = 800
"""How far ahead an opening is looked for: more than two years without one is never."""


Offsets = tuple[tuple[datetime, timedelta], ...]
"""Since when a zone's clocks are so far from UTC, newest first."""


@dataclass(frozen=True, kw_only=True)
class OfficeHours:
    """The hours of one weekday. What closes at or before it opens closes on the next day."""

    opens: time = time(9)
    closes: time = time(17)


USUAL = OfficeHours()


def same_hours(weekdays: frozenset[int], opens: time, closes: time) -> Mapping[int, OfficeHours]:
    """The same hours on each of some weekdays."""
    return {day: OfficeHours(opens=opens, closes=closes) for day in sorted(weekdays)}


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """When a team works. `zone` is an IANA name; one that is not known counts as UTC.

    `hours` are by weekday, Monday is 0; a weekday without any is weekend. `holidays` are closed days with
    their names: those of the country, the team's own, without those that the team has taken out.
    """

    zone: str = "UTC"
    hours: Mapping[int, OfficeHours] = field(
        default_factory=lambda: same_hours(WORKDAYS, USUAL.opens, USUAL.closes)
    )
    holidays: Mapping[date, str] = field(default_factory=dict)

    @property
    def there(self) -> ZoneInfo:
        """The zone itself."""
        return zone_of(self.zone)


class Why(StrEnum):
    """What a stretch of time is in a calendar."""

    OFFICE = "office"
    NIGHT = "night"  # outside the hours of a business day
    WEEKEND = "weekend"  # a weekday that has no hours
    HOLIDAY = "holiday"


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A stretch of time in UTC, its end not in it. `holiday` is that one's name."""

    begins: datetime
    ends: datetime
    why: Why
    holiday: str = ""

    @property
    def length(self) -> timedelta:
        return self.ends - self.begins


def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name; UTC for a name that is not known."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def offsets(zone: str, until: datetime, back: timedelta = timedelta(days=FURTHEST_DAYS)) -> Offsets:
    """How far a zone's clocks were from UTC up to an instant, newest first, each since when (aware, UTC).

    The last one counts for all that is older. A database that knows no zones reckons dates with it.
    """
    there, second = zone_of(zone), timedelta(seconds=1)
    found: list[tuple[datetime, timedelta]] = []
    at, oldest = until.astimezone(UTC).replace(microsecond=0), until - back
    while at > oldest:
        before = at - timedelta(days=1)
        if _offset(before, there) != _offset(at, there):
            early, late = before, at
            while late - early > second:
                middle = early + (late - early) // 2
                middle = middle.replace(microsecond=0)
                early, late = (
                    (early, middle) if _offset(middle, there) == _offset(at, there) else (middle, late)
                )
            found.append((late, _offset(at, there)))
        at = before
    return (*found, (datetime.min.replace(tzinfo=UTC), _offset(at, there)))


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta()


# Days. A date is one of the calendar's zone.


def local_day(calendar: Calendar, instant: datetime) -> date:
    """The date on the calendar's clocks."""
    return instant.astimezone(calendar.there).date()


def day_begins(calendar: Calendar, day: date) -> datetime:
    """When a day begins, in UTC; where midnight is skipped, when the clock goes on."""
    return datetime.combine(day, time(), tzinfo=calendar.there).astimezone(UTC)


def is_business_day(calendar: Calendar, day: date) -> bool:
    """Whether there are office hours on that weekday, and it is no holiday."""
    return day.weekday() in calendar.hours and day not in calendar.holidays


def business_days_between(calendar: Calendar, start: date, end: date) -> int:
    """How many business days come after `start`, which is day 0, up to `end` and with it.

    Backwards it is the same number, negative.
    """
    if end < start:
        return -business_days_between(calendar, end, start)
    days = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
    return sum(is_business_day(calendar, day) for day in days)


def add_business_days(calendar: Calendar, start: date, count: int) -> date:
    """The `count`-th business day after `start`, which is day 0 whether it is one or not (domain.md 3).

    Raises `ValueError` for a negative count, and for a calendar that has no business day.
    """
    if count < 0:
        raise ValueError("days are counted forwards")
    day = start
    while count:
        day = next_business_day(calendar, day + timedelta(days=1))
        count -= 1
    return day


def next_business_day(calendar: Calendar, day: date) -> date:
    """The first business day from `day` on, `day` included.

    Raises `ValueError` for a calendar that has no business day.
    """
    for ahead in range(FURTHEST_DAYS):
        found = day + timedelta(days=ahead)
        if is_business_day(calendar, found):
            return found
    raise ValueError(f"there is no business day within {FURTHEST_DAYS} days of {day}")


# Hours.


def is_open(calendar: Calendar, now: datetime) -> bool:
    """Whether `now` is in office hours. Raises `ValueError` for a naive instant."""
    return any(begins <= now < ends for begins, ends in _spans(calendar, now, days=2))


def next_opening(calendar: Calendar, now: datetime) -> datetime | None:
    """When office hours begin next, strictly after `now`; None where they never do."""
    return next((begins for begins, _ in _spans(calendar, now, days=FURTHEST_DAYS) if begins > now), None)


def closing(calendar: Calendar, now: datetime) -> datetime | None:
    """When the office hours that run now end; None where none run, or where they never end.

    Hours that follow each other without a gap are one: what is open around the clock does not close at
    midnight.
    """
    end = None
    for begins, ends in _spans(calendar, now, days=9):
        if begins <= now < ends or begins == end:
            end = ends
    return None if end is None or end - now > WEEK else end


def open_from(calendar: Calendar, now: datetime) -> datetime:
    """`now` in office hours, else when they begin next: what a notice is held for.

    A calendar that never opens holds nothing back.
    """
    return now if is_open(calendar, now) else next_opening(calendar, now) or now


def add_office_time(calendar: Calendar, start: datetime, span: timedelta) -> datetime:
    """The instant at which office hours of length `span` have passed since `start`.

    Raises `ValueError` for a calendar that never opens.
    """
    left = span
    if left <= timedelta():
        return start
    horizon = FURTHEST_DAYS + int(span / timedelta(hours=1))
    for begins, ends in _spans(calendar, start, days=horizon):
        length = ends - max(begins, start)
        if length >= left:
            return max(begins, start) + left
        left -= max(length, timedelta())
    raise ValueError("this calendar never opens")


def office_time(calendar: Calendar, begins: datetime, ends: datetime) -> timedelta:
    """How much of the time from `begins` to `ends` lies in office hours."""
    parts = (one.length for one in intervals(calendar, begins, ends) if one.why is Why.OFFICE)
    return sum(parts, timedelta())


def intervals(calendar: Calendar, begins: datetime, ends: datetime) -> list[Interval]:
    """All the time from `begins` to `ends`, in order and without gaps, each stretch with its reason.

    Neighbours differ in their reasons. Raises `ValueError` for a naive instant.
    """
    _aware(begins, ends)
    if begins >= ends:
        return []
    found: list[Interval] = []
    at = begins
    for opens, closes in _spans(calendar, begins, days=(ends - begins).days + 3):
        if closes <= at:
            continue
        if opens >= ends:
            break
        if opens > at:
            found += _closed(calendar, at, opens)
        found.append(Interval(begins=max(opens, at), ends=min(closes, ends), why=Why.OFFICE))
        at = min(closes, ends)
    if at < ends:
        found += _closed(calendar, at, ends)
    return list(_joined(found))


def _closed(calendar: Calendar, begins: datetime, ends: datetime) -> Iterator[Interval]:
    """What is closed, cut at midnights, because each day has its own reason."""
    at = begins.astimezone(UTC)
    while at < ends:
        day = local_day(calendar, at)
        until = min(_after(calendar, day, at), ends.astimezone(UTC))
        if day.weekday() not in calendar.hours:
            yield Interval(begins=at, ends=until, why=Why.WEEKEND)
        elif day in calendar.holidays:
            yield Interval(begins=at, ends=until, why=Why.HOLIDAY, holiday=calendar.holidays[day])
        else:
            yield Interval(begins=at, ends=until, why=Why.NIGHT)
        at = until


def _after(calendar: Calendar, day: date, at: datetime) -> datetime:
    """When the day after begins, but after `at`: a clock set back at midnight shows the old day again."""
    ahead = 1
    while (following := day_begins(calendar, day + timedelta(days=ahead))) <= at:
        ahead += 1
    return following


def _joined(found: list[Interval]) -> Iterator[Interval]:
    before: Interval | None = None
    for one in found:
        if before is None:
            before = one
        elif (before.why, before.holiday) == (one.why, one.holiday):
            before = Interval(begins=before.begins, ends=one.ends, why=one.why, holiday=one.holiday)
        else:
            yield before
            before = one
    if before is not None:
        yield before


def _spans(calendar: Calendar, now: datetime, *, days: int) -> Iterator[tuple[datetime, datetime]]:
    """The office hours from the day before on, in order, in UTC, and never two at once."""
    _aware(now)
    if not calendar.hours:
        return
    there = calendar.there
    first = now.astimezone(there).date() - timedelta(days=1)
    last: datetime | None = None
    for ahead in range(days + 1):
        day = first + timedelta(days=ahead)
        if is_business_day(calendar, day):
            begins, ends = _span(calendar.hours[day.weekday()], day, there)
            begins = begins if last is None else max(begins, last)
            if begins < ends:
                yield begins, ends
                last = ends


def _span(hours: OfficeHours, day: date, there: ZoneInfo) -> tuple[datetime, datetime]:
    """One day's hours. A time that the clock skips moves on with it; one that comes twice opens the first
    time and closes the second: nobody who calls in office hours meets a closed line.
    """
    last = day if hours.closes > hours.opens else day + timedelta(days=1)
    opens = datetime.combine(day, hours.opens, tzinfo=there)
    closes = datetime.combine(last, hours.closes, tzinfo=there)
    if _is_repeated(closes):
        closes = closes.replace(fold=1)
    return opens.astimezone(UTC), closes.astimezone(UTC)


def _is_repeated(instant: datetime) -> bool:
    """Whether the clock shows this time twice: set back, and not forward."""
    first, second = instant.replace(fold=0).utcoffset(), instant.replace(fold=1).utcoffset()
    return first is not None and second is not None and first > second


def _aware(*instants: datetime) -> None:
    for instant in instants:
        if instant.utcoffset() is None:
            raise ValueError(f"{instant} has no time zone")
