"""Slots: the occasions of what the desk sends by the calendar, and what became of each. Pure.

A slot is one (job, period, audience). `services.slots` claims it in the database before anything is sent, so
that nothing is sent twice; `due` finds what was missed, so that nothing is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from bot.domain.calendars import Calendar, is_business_day, local_day

DAY = timedelta(days=1)

FURTHEST_BACK = timedelta(days=60)
"""How far back a missed slot is looked for: a desk that slept longer owes no more than the last of them."""

LONGEST_SHIFT = 30
"""Days by which holidays may move a slot; a calendar without any business day moves none."""

MOST_MISSED = 20

LATE_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """When something recurs: at a local time on some weekdays (Monday is 0).

    With `moves`, a slot on a day without office hours comes on the next business day; without, it is left
    out. What is found more than `late_after` past its time is late, and says so.
    """

    weekdays: frozenset[int]
    hour: int
    minute: int = 0
    moves: bool = True
    late_after: timedelta = LATE_AFTER

    def __post_init__(self) -> None:
        time(self.hour, self.minute)  # refuses an hour 24
        if not self.weekdays or not self.weekdays <= frozenset(range(7)):
            raise ValueError(f"weekdays are some of 0 (Monday) to 6 (Sunday), not {sorted(self.weekdays)}")


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """One time at which something is due: `day` is where it comes, `meant` the days that it stands for.

    Two of `meant` are two slots that holidays have brought onto one day. `at` is in UTC.
    """

    day: date
    at: datetime
    meant: tuple[date, ...]

    @property
    def period(self) -> str:
        """What is claimed: the local date, which comes once whatever the clocks do."""
        return self.day.isoformat()

    def is_news(self, told: date | None) -> bool:
        """Whether it stands for a day after the last one that was told."""
        return told is None or max(self.meant) > told


@dataclass(frozen=True, kw_only=True)
class Due:
    """What is to be sent now, once: the newest occasion, and those before it that were missed."""

    occasion: Occasion
    late: bool
    missed: tuple[Occasion, ...] = ()


class SlotState(StrEnum):
    """What became of a slot. "due" is what time has reached and nobody has claimed; it is never stored."""

    DUE = "due"
    CLAIMED = "claimed"  # on its way
    SENT = "sent"
    LATE = "late"  # sent, but not in time
    QUIET = "quiet"  # sent, and it was one line: nothing had changed
    NOTHING = "nothing"  # nothing was to be said, so nothing was sent
    UNKNOWN = "unknown"  # perhaps sent, and it cannot be looked up: an administrator is told
    DROPPED = "dropped"  # nobody to send it to (any more), or it is not for them


ENDED_WELL = frozenset({SlotState.SENT, SlotState.LATE, SlotState.QUIET, SlotState.NOTHING})


def due(
    rhythm: Rhythm, last: datetime, now: datetime, calendar: Calendar, told: date | None = None
) -> Due | None:
    """What is owed after `last` and up to `now`, both aware; None where nothing is.

    However many occasions were missed, they are one: the newest, and it names the others. `last` is when the
    last claimed slot was due, or when the job was set up. `told` is the last day that a claimed slot stands
    for: a holiday that is declared afterwards moves nothing that was told. Raises `ValueError` for a naive
    instant.
    """
    _aware(last, now)
    found = occasions(rhythm, max(last, now - FURTHEST_BACK), now, calendar)
    return together([one for one in found if one.is_news(told)], now, rhythm.late_after)


def together(found: Sequence[Occasion], now: datetime, late_after: timedelta = LATE_AFTER) -> Due | None:
    """Occasions that time has reached, in order, as the one that is owed; None where there is none."""
    if not found:
        return None
    newest = found[-1]
    return Due(occasion=newest, late=now - newest.at > late_after, missed=tuple(found[:-1][-MOST_MISSED:]))


def next_due(rhythm: Rhythm, after: datetime, calendar: Calendar) -> Occasion | None:
    """The first occasion strictly after an aware instant; None where there is none within two months."""
    found = occasions(rhythm, after, after + FURTHEST_BACK, calendar)
    return found[0] if found else None


def occasions(rhythm: Rhythm, after: datetime, until: datetime, calendar: Calendar) -> Sequence[Occasion]:
    """Every occasion after `after` and up to `until`, in order; those of one day are one."""
    _aware(after, until)
    first = local_day(calendar, after) - (LONGEST_SHIFT + 1) * DAY
    days: dict[date, list[date]] = {}
    for meant in _days(first, local_day(calendar, until) + DAY):
        if meant.weekday() in rhythm.weekdays:
            comes = _comes(rhythm, meant, calendar)
            if comes is not None:
                days.setdefault(comes, []).append(meant)
    found = [
        Occasion(day=day, at=_instant(rhythm, day, calendar), meant=tuple(meant))
        for day, meant in sorted(days.items())
    ]
    return [one for one in found if after < one.at <= until]


def _comes(rhythm: Rhythm, meant: date, calendar: Calendar) -> date | None:
    """The day on which a slot comes: a closed day moves it to the next one that is open."""
    if not rhythm.moves:
        return meant if is_business_day(calendar, meant) else None
    ahead = (meant + number * DAY for number in range(LONGEST_SHIFT + 1))
    return next((day for day in ahead if is_business_day(calendar, day)), meant)


def _instant(rhythm: Rhythm, day: date, calendar: Calendar) -> datetime:
    """A time that the clock skips moves on with it; one that comes twice counts the first time (PEP 495)."""
    there = datetime.combine(day, time(rhythm.hour, rhythm.minute), tzinfo=calendar.there)
    return there.astimezone(UTC)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def _aware(*instants: datetime) -> None:
    for instant in instants:
        if instant.utcoffset() is None:
            raise ValueError(f"{instant} has no time zone")
