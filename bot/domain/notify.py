"""How somebody wants to hear of changes to their cases: at once or daily, in Slack, by e-mail or both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.calendars import FURTHEST_DAYS, Calendar, is_business_day, local_day, open_from
from bot.domain.refusals import Reason, Refusal
from bot.domain.timetable import TimedJob, next_due


class Pace(StrEnum):
    AT_ONCE = "at_once"
    DIGEST = "digest"


class Way(StrEnum):
    SLACK = "slack"
    EMAIL = "email"


HOURS = range(24)
USUAL_HOUR = 8
REVIEW_HOUR = 9
"""T9: on the clocks of whose review it is; each may choose another."""


@dataclass(frozen=True, kw_only=True)
class Preference:
    """One person's choice; the default is at once and by both ways (domain.md 5).

    `hour` is when the digest comes, `review_hour` the daily review of staff (T9), both on the person's own
    wall clock. Raises Refusal for no way at all (NO_WAY_LEFT) and for an hour that no clock has
    (NO_SUCH_CHOICE).
    """

    pace: Pace = Pace.AT_ONCE
    hour: int = USUAL_HOUR
    slack: bool = True
    email: bool = True
    review_hour: int = REVIEW_HOUR

    def __post_init__(self) -> None:
        if not (self.slack or self.email):
            raise Refusal(Reason.NO_WAY_LEFT)
        for field in ("hour", "review_hour"):
            if getattr(self, field) not in HOURS:
                raise Refusal(Reason.NO_SUCH_CHOICE, {"field": field})


USUAL = Preference()


def ways(preference: Preference, *, email_ready: bool, in_slack: bool = True) -> frozenset[Way]:
    """By which ways somebody is told now; never none: without e-mail it is Slack, whatever was chosen.

    Who is not `in_slack`, because the desk knows them by an address alone, is told by e-mail and never there.
    """
    if not in_slack:
        return frozenset({Way.EMAIL})
    chosen = {Way.SLACK} if preference.slack else set()
    if preference.email and email_ready:
        chosen.add(Way.EMAIL)
    return frozenset(chosen or {Way.SLACK})


def digest_at(preference: Preference, now: datetime, calendar: Calendar) -> datetime:
    """When the next digest comes, strictly after `now`; UTC. `calendar` is its reader's own.

    It comes at the hour that they have chosen, on office days; every day where no day is one. Outside their
    office hours it waits for those to begin.
    """
    there, job = calendar.there, TimedJob(name="digest", hour=preference.hour)
    first = at = next_due(job, now, there).at
    for _ in range(FURTHEST_DAYS):
        if is_business_day(calendar, local_day(calendar, at)):
            return open_from(calendar, at)
        at = next_due(job, at, there).at
    return first
