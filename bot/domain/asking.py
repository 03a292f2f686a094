"""Asking about a case: a question, or an update that Integrations owes not before some days (T3, T4)."""

from __future__ import annotations

from datetime import datetime

from bot.domain.calendars import Calendar, add_business_days, day_begins, local_day
from bot.domain.cases import Case
from bot.domain.lifecycle import Status
from bot.domain.people import Person, TeamKind
from bot.domain.refusals import Reason, Refusal

DAYS_OF_PEACE = 7
"""Business days after the last word of Integrations in which nobody asks them for an update (T3)."""


def is_integrations(person: Person) -> bool:
    """Whether somebody is a member of Integrations."""
    return any(team.kind is TeamKind.INTEGRATIONS for team in person.teams)


def update_opens(last_word: datetime, calendar: Calendar) -> datetime:
    """The instant (UTC) from which an update may be asked for: the begin of the seventh business day.

    `last_word` (aware) is the last comment or status change of Integrations, else the case's creation; its
    day on the calendar's clocks is day 0.
    """
    return day_begins(calendar, add_business_days(calendar, local_day(calendar, last_word), DAYS_OF_PEACE))


def check_update(case: Case, opens: datetime | None, now: datetime, *, customer_asks: bool) -> None:
    """Raise what keeps anybody from asking for an update now.

    `opens` is None where the case is not Integrations' and nobody of theirs is asked. While a case waits,
    there are no update requests at all, T3's exception (the customer asks) included (T4).
    """
    if case.status is Status.WAITING:
        raise Refusal(Reason.UPDATE_WHILE_WAITING, {"number": case.number})
    if opens is not None and now < opens and not customer_asks:
        raise Refusal(Reason.UPDATE_NOT_YET, {"number": case.number, "at": opens})
