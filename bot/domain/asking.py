"""Asking about a case: a question, or an update that Integrations owes not before some days (T3, T4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.calendars import Calendar, add_business_days, day_begins, local_day
from bot.domain.cases import Case
from bot.domain.clocks import Pause
from bot.domain.lifecycle import Status
from bot.domain.people import Person, TeamKind
from bot.domain.refusals import Reason, Refusal


def is_integrations(person: Person) -> bool:
    """Whether somebody is a member of Integrations."""
    return any(team.kind is TeamKind.INTEGRATIONS for team in person.teams)


def update_opens(
    last_word: datetime, calendar: Calendar, days: int = 7, pauses: Sequence[Pause] = ()
) -> datetime:
    """The instant (UTC) from which an update may be asked for: the begin of the seventh business day (T3).

    `last_word` (aware) is the last comment or status change of Integrations, else the case's creation; its
    day on the calendar's clocks is day 0. A day that begins while the case waits does not count (T4).
    """
    day = local_day(calendar, last_word)
    while days:
        day = add_business_days(calendar, day, 1)
        begins = day_begins(calendar, day)
        days -= not any(start <= begins < end for start, end in pauses if end is not None)
    return day_begins(calendar, day)


def check_update(case: Case, opens: datetime | None, now: datetime, *, customer_asks: bool) -> None:
    """Raise what keeps anybody from asking for an update now.

    `opens` is None where the case is not Integrations' and nobody of theirs is asked. While a case waits,
    there are no update requests at all, T3's exception (the customer asks) included (T4).
    """
    if case.status is Status.WAITING:
        raise Refusal(Reason.UPDATE_WHILE_WAITING, {"number": case.number})
    if opens is not None and now < opens and not customer_asks:
        raise Refusal(Reason.UPDATE_NOT_YET, {"number": case.number, "at": opens})
