"""The ledger of a case's clocks: every stretch of time counted or skipped with its reason, and the sum.

`services/ledger.py` reads what it needs; the dialog shows it in the asker's zone; tests add it up by another
way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.calendars import Calendar, day_begins, is_business_day, local_day
from bot.domain.cases import Case
from bot.domain.clocks import COUNTED, WAITING, Entry, Pause, Timing, entries, total
from bot.domain.escalation import CallBack
from bot.domain.people import Person, SuccessPlan
from bot.domain.rules import RuleId

DAY_ZERO = "day 0"
"""Why the day of the trigger does not count in business days."""

IN_DAYS = (RuleId.T3, RuleId.T8)


@dataclass(frozen=True, kw_only=True)
class Account:
    """One clock told in full. `due` is None while it stands still: then it is told up to now.

    `entries` lie between `began` and `due` without gaps. `counted` is their sum: of hours, or of days where
    the rule counts days. `revision` is that of the policy it was stored under, if it was.
    """

    rule: RuleId
    began: datetime
    due: datetime | None
    span: timedelta
    entries: tuple[Entry, ...]
    counted: timedelta
    revision: int | None = None

    @property
    def in_days(self) -> bool:
        return self.rule in IN_DAYS


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """All clocks of a case that run, as somebody may know of them."""

    case: Case
    viewer: Person
    now: datetime
    accounts: tuple[Account, ...]
    revision: int


def account_of(timing: Timing, now: datetime, revision: int | None = None) -> Account:
    """A clock of `clocks.timings`, told."""
    ends = timing.due if timing.due is not None else max(now, timing.began)
    found = entries(timing.began, ends, timing.pauses, timing.calendar)
    return Account(
        rule=timing.rule,
        began=timing.began,
        due=timing.due,
        span=timing.span,
        entries=tuple(found),
        counted=timing.span if timing.rule is RuleId.T8 else total(found),
        revision=revision,
    )


def escalation_accounts(case: Case, call: CallBack | None, revision: int | None) -> tuple[Account, ...]:
    """T11 or T12 while the window is to come or stands open, and T13 while a manager's call is owed."""
    found = []
    opens = case.escalation.opens_at
    if opens is not None and case.escalation.at is None and not case.is_closed:
        rule = RuleId.T12 if case.plan is SuccessPlan.STANDARD else RuleId.T11
        found.append(_elapsed(rule, case.created_at, opens, revision))
    if call is not None:
        found.append(_elapsed(RuleId.T13, call.asked_at, call.due_at, revision))
    return tuple(found)


def _elapsed(rule: RuleId, began: datetime, due: datetime, revision: int | None) -> Account:
    lines = tuple(entries(began, due, (), None))
    return Account(
        rule=rule,
        began=began,
        due=due,
        span=due - began,
        entries=lines,
        counted=total(lines),
        revision=revision,
    )


def update_account(
    last_word: datetime, opens: datetime, calendar: Calendar, days: int, pauses: Sequence[Pause]
) -> Account:
    """T3: day by day, from the day of the last word, which is day 0, until an update may be asked for."""
    found: list[Entry] = []
    at, counted = last_word, 0
    while at < opens:
        day = local_day(calendar, at)
        ahead = 1
        while (ends := day_begins(calendar, day + timedelta(days=ahead))) <= at:
            ahead += 1
        begins = day_begins(calendar, day)
        why, holiday = _day(calendar, begins, pauses, is_first=at == last_word)
        counted += why == COUNTED
        found.append(Entry(begins=at, ends=min(ends, opens), counts=why == COUNTED, why=why, holiday=holiday))
        at = ends
    return Account(
        rule=RuleId.T3,
        began=last_word,
        due=opens,
        span=timedelta(days=days),
        entries=tuple(_joined(found)),
        # The day on which it opens counts too: it opens with its begin.
        counted=timedelta(days=counted + 1),
    )


def _day(calendar: Calendar, begins: datetime, pauses: Sequence[Pause], *, is_first: bool) -> tuple[str, str]:
    day = local_day(calendar, begins)
    if is_first:
        return DAY_ZERO, ""
    if not is_business_day(calendar, day):
        weekend = day.weekday() not in calendar.hours
        return ("weekend", "") if weekend else ("holiday", calendar.holidays[day])
    waits = any(start <= begins < end for start, end in pauses if end is not None)
    return (WAITING if waits else COUNTED), ""


def _joined(found: Sequence[Entry]) -> list[Entry]:
    kept: list[Entry] = []
    for one in found:
        if kept and (kept[-1].why, kept[-1].holiday) == (one.why, one.holiday):
            last = kept.pop()
            one = Entry(
                begins=last.begins, ends=one.ends, counts=one.counts, why=one.why, holiday=one.holiday
            )
        kept.append(one)
    return kept


def is_for_customers(account: Account) -> bool:
    """What the customer side may know of: the hours that are announced to it."""
    return account.rule in (RuleId.T0, RuleId.T11, RuleId.T12, RuleId.T13)
