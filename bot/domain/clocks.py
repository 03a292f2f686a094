"""The timed rules of a case as pure functions: what happened in, what is owed by when out (domain.md 3).

`services/clocks.py` stores what comes out as due times; the ledger tells how it was counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.calendars import Calendar, Why, day_begins, intervals, local_day
from bot.domain.due import DueKind
from bot.domain.ids import PersonId
from bot.domain.lifecycle import Status
from bot.domain.limits import Limits
from bot.domain.outcomes import Outcome
from bot.domain.rules import RuleId

Pause = tuple[datetime, datetime | None]
"""From when to when a case waited; None: it still does."""

HEARD = frozenset({Outcome.CUSTOMER_ANSWERED})
"""Ticks that count as an answer of the customer (domain.md 5)."""

IN_TOUCH = HEARD | {Outcome.SPOKE, Outcome.CALL_BACK_REQUESTED, Outcome.CUSTOMER_ASKS}
"""Ticks that say that the customer was heard of, so that T8 begins anew."""

CALLED = frozenset({Outcome.SPOKE, Outcome.LEFT_MESSAGE, Outcome.CUSTOMER_ANSWERED})
"""Ticks that say that a requested call was made, or is no longer needed (T2)."""


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One thing that happened to a case, as far as a clock is concerned; `at` is aware.

    `status` is what the case became by it. `author_id` is None for a rule.
    """

    at: datetime
    author_id: PersonId | None = None
    by_customer: bool = False
    by_integrations: bool = False
    is_comment: bool = False
    is_public: bool = False
    outcomes: frozenset[Outcome] = frozenset()
    status: Status | None = None
    new_owner: bool = False

    @property
    def is_inbound(self) -> bool:
        """Whether the customer side was heard."""
        return (self.by_customer and self.is_comment) or bool(self.outcomes & HEARD)

    @property
    def is_attempt(self) -> bool:
        """Whether staff tried to reach the customer: in writing, or by a message that was left."""
        if self.by_customer or not self.is_comment:
            return False
        return self.is_public or Outcome.LEFT_MESSAGE in self.outcomes


@dataclass(frozen=True, kw_only=True)
class Story:
    """All of a case that its clocks hang on. `happenings` are in their order.

    `of_integrations` says that the case is in a queue of Integrations, `with_integrations` that it is there
    or with one of theirs. `office_clock` is the team's switch for T1: count office hours only.
    """

    created_at: datetime
    status: Status
    happenings: tuple[Happening, ...] = ()
    of_integrations: bool = False
    with_integrations: bool = False
    office_clock: bool = False
    first_answer_owed: datetime | None = None
    """T0: when the first answer that the customer can read is owed; None once it is given."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One thing that a rule does at an instant; `number` tells reminders of one kind apart."""

    kind: DueKind
    at: datetime | None
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class Timing:
    """What one rule says of a case: from when it counts, and when it is due; None while it is paused.

    `author_id` wrote what it counts from. `stages` are what the bot does by itself, the due time included.
    """

    rule: RuleId
    began: datetime
    due: datetime | None
    stages: tuple[Stage, ...] = ()
    author_id: PersonId | None = None
    span: timedelta = timedelta()
    pauses: tuple[Pause, ...] = ()
    calendar: Calendar | None = None
    """Set where only office hours count."""

    @property
    def warning(self) -> timedelta:
        """How long before its due time the first reminder comes."""
        if self.due is None or not self.stages or self.stages[0].at is None:
            return timedelta()
        return self.due - self.stages[0].at


def timings(story: Story, limits: Limits, calendar: Calendar) -> tuple[Timing, ...]:
    """Every clock that runs on a case now, in the order of the rules; none of a closed one."""
    if story.status is Status.CLOSED:
        return ()
    found = (
        _first_answer(story),
        _first_comment(story, limits, calendar),
        _customer_call(story, limits),
        _closing(story, limits),
        _silence(story, limits, calendar),
    )
    return tuple(one for one in found if one is not None)


def _first_answer(story: Story) -> Timing | None:
    """T0. Its hour is the escalation window's; what follows from it is done with that."""
    owed = story.first_answer_owed
    if owed is None:
        return None
    span = owed - story.created_at
    return Timing(rule=RuleId.T0, began=story.created_at, due=owed, span=span)


def _first_comment(story: Story, limits: Limits, calendar: Calendar) -> Timing | None:
    """T1: a member of Integrations has to open and comment a case of theirs. Waiting pauses it (T4)."""
    done = any(one.is_comment and one.by_integrations for one in story.happenings)
    if not story.of_integrations or done:
        return None
    pauses = waited(story)
    counted = calendar if story.office_clock else None
    span = timedelta(hours=limits.first_comment)
    due = advance(story.created_at, span, pauses, counted)
    soon = advance(story.created_at, timedelta(hours=limits.first_comment_reminder), pauses, counted)
    return Timing(
        rule=RuleId.T1,
        began=story.created_at,
        due=due,
        stages=(
            Stage(kind=DueKind.FIRST_COMMENT_SOON, at=soon),
            Stage(kind=DueKind.FIRST_COMMENT, at=due),
        ),
        span=span,
        pauses=pauses,
        calendar=counted,
    )


def _customer_call(story: Story, limits: Limits) -> Timing | None:
    """T2: from the first request that nobody has called for yet; from the request, not from the case."""
    asked: Happening | None = None
    for one in story.happenings:
        if Outcome.CALL_BACK_REQUESTED in one.outcomes:
            asked = asked or one
        elif one.outcomes & CALLED or one.status is Status.CLOSED:
            asked = None
    if asked is None:
        return None
    span = timedelta(hours=limits.customer_call)
    reminders = (
        Stage(kind=DueKind.CUSTOMER_CALL_SOON, at=asked.at + timedelta(hours=hours), number=number)
        for number, hours in enumerate(limits.customer_call_reminders)
    )
    return Timing(
        rule=RuleId.T2,
        began=asked.at,
        due=asked.at + span,
        stages=(*reminders, Stage(kind=DueKind.CUSTOMER_CALL, at=asked.at + span)),
        author_id=asked.author_id,
        span=span,
    )


def _closing(story: Story, limits: Limits) -> Timing | None:
    """T5 and T6: the last word is a tick that nothing more is needed. Whatever comes after takes it back."""
    ticked: Happening | None = None
    for one in story.happenings:
        if one.outcomes & {Outcome.LEFT_MESSAGE, Outcome.SPOKE}:
            ticked = one
        elif one.is_comment or one.is_inbound or one.new_owner or one.status is not None:
            ticked = None
    if ticked is None:
        return None
    left = Outcome.LEFT_MESSAGE in ticked.outcomes
    if left:
        span, soon = limits.left_message, limits.left_message - limits.left_message_warning
        kinds = DueKind.LEFT_MESSAGE_SOON, DueKind.LEFT_MESSAGE
    else:
        span, soon = limits.spoke, limits.spoke_reminder
        kinds = DueKind.SPOKE_SOON, DueKind.SPOKE
    due = ticked.at + timedelta(hours=span)
    return Timing(
        rule=RuleId.T5 if left else RuleId.T6,
        began=ticked.at,
        due=due,
        stages=(
            Stage(kind=kinds[0], at=ticked.at + timedelta(hours=soon)),
            Stage(kind=kinds[1], at=due),
        ),
        author_id=ticked.author_id,
        span=timedelta(hours=span),
    )


def _silence(story: Story, limits: Limits, calendar: Calendar) -> Timing | None:
    """T8: days of the calendar from the first attempt that nobody answered; at least two on different days.

    An attempt is a public comment of staff, or a message that was left. Waiting does not pause it (T4).
    """
    if not story.with_integrations or story.status not in (Status.WORKING, Status.WAITING):
        return None
    attempts: list[Happening] = []
    for one in story.happenings:
        if one.is_inbound or one.outcomes & IN_TOUCH or one.status is Status.REOPENED:
            attempts = []
        elif one.is_attempt:
            attempts.append(one)
    days: dict[object, datetime] = {}
    for one in attempts:
        days.setdefault(local_day(calendar, one.at), one.at)
    if len(days) < limits.silent_attempts:
        return None
    began = attempts[0].at
    enough = list(days.values())[limits.silent_attempts - 1]
    last_day = local_day(calendar, began) + timedelta(days=limits.silent_days)
    due = max(day_begins(calendar, last_day), enough)
    return Timing(
        rule=RuleId.T8,
        began=began,
        due=due,
        stages=(Stage(kind=DueKind.NO_RESPONSE, at=due),),
        span=timedelta(days=limits.silent_days),
    )


def waited(story: Story) -> tuple[Pause, ...]:
    """When the case waited, in order (T4)."""
    pauses: list[Pause] = []
    begun: datetime | None = None
    for one in story.happenings:
        if one.status is None:
            continue
        if one.status is Status.WAITING and begun is None:
            begun = one.at
        elif one.status is not Status.WAITING and begun is not None:
            pauses.append((begun, one.at))
            begun = None
    return (*pauses, (begun, None)) if begun is not None else tuple(pauses)


# Counting.


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of the ledger: a stretch of time, whether it counts, and why not.

    `why` is a reason of the calendar, "waiting", or "counted".
    """

    begins: datetime
    ends: datetime
    counts: bool
    why: str
    holiday: str = ""

    @property
    def length(self) -> timedelta:
        return self.ends - self.begins


COUNTED, WAITING = "counted", "waiting"


def entries(
    begins: datetime, ends: datetime, pauses: Sequence[Pause], calendar: Calendar | None
) -> list[Entry]:
    """All the time between two instants, in order and without gaps, each stretch counted or skipped.

    Waiting is skipped at any hour. Without a calendar everything else counts, with one its office hours do.
    """
    found: list[Entry] = []
    at = begins
    for start, end in pauses:
        first, last = max(start, at), min(end or ends, ends)
        if first >= last:
            continue
        found += _counted(at, first, calendar)
        found.append(Entry(begins=first, ends=last, counts=False, why=WAITING))
        at = last
    return [*found, *_counted(at, ends, calendar)]


def _counted(begins: datetime, ends: datetime, calendar: Calendar | None) -> Iterator[Entry]:
    if begins >= ends:
        return
    if calendar is None:
        yield Entry(begins=begins, ends=ends, counts=True, why=COUNTED)
        return
    for one in intervals(calendar, begins, ends):
        counts = one.why is Why.OFFICE
        why = COUNTED if counts else one.why.value
        yield Entry(begins=one.begins, ends=one.ends, counts=counts, why=why, holiday=one.holiday)


def total(found: Sequence[Entry]) -> timedelta:
    """The sum of what counts."""
    return sum((one.length for one in found if one.counts), timedelta())


def advance(
    began: datetime, span: timedelta, pauses: Sequence[Pause], calendar: Calendar | None
) -> datetime | None:
    """When `span` has been counted since `began`; None while a pause without an end is in the way.

    Raises `ValueError` for a calendar that never opens.
    """
    left, at = span, began
    step = max(span, timedelta(days=14))
    for _ in range(200):
        for one in entries(at, at + step, pauses, calendar):
            if one.why == WAITING and one.ends == at + step and _is_endless(one.begins, pauses):
                return None
            if one.counts and one.length >= left:
                return one.begins + left
            left -= one.length if one.counts else timedelta()
        at += step
    raise ValueError("this calendar never opens for so long")


def _is_endless(begins: datetime, pauses: Sequence[Pause]) -> bool:
    return any(end is None and start <= begins for start, end in pauses)
