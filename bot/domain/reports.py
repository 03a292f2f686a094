"""Reports: which there are, who gets them, what one says; ages and quiet. `services.reports` plans them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.calendars import Calendar, day_begins, local_day, zone_of
from bot.domain.call_week import CALLS_JOB, CALLS_NAME, MONDAYS, CallsPart
from bot.domain.ids import CaseId, CaseNumber, PersonId, ReportId, TeamId
from bot.domain.lifecycle import Status
from bot.domain.people import Person, PersonRef, Team
from bot.domain.refusals import Refusal
from bot.domain.slots import Rhythm, SlotState

MONDAY_AND_THURSDAY = Rhythm(weekdays=frozenset({0, 3}), hour=8)
"""T10, domain.md 3."""

UNTOUCHED_DAYS = 7
"""Calendar days without any event after which a case counts as untouched; the policy may say otherwise."""

FIRST_LOOK_BACK = timedelta(days=7)
"""How far "what changed" reaches in the first report of all."""

MOST_IN_TABLE = 100
MOST_OF_A_CHANGE = 3
AGES: tuple[tuple[int, str], ...] = (
    (3, "under 3 days"),
    (8, "3-7 days"),
    (15, "8-14 days"),
    (31, "15-30 days"),
)
"""Where one age ends, in days, and what it is called; what is older is the last one."""
OLDEST = "over 30 days"
AGE_NAMES = (*(name for _, name in AGES), OLDEST)


class ReportKind(StrEnum):
    """What a report tells of."""

    CASES = "cases"
    CALLS = "calls"


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who gets a report: a channel (`place`, an id or a name), or one person."""

    place: str
    person_id: PersonId | None = None

    @property
    def key(self) -> str:
        """What a slot is claimed for."""
        return f"person.{self.person_id}" if self.person_id is not None else f"channel.{self.place}"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which cases a report is about: of a team (None: of all), found by a search, or one person's own.

    Without a search it is what support staff have created; with `own_of` what that person owns or created.
    """

    team_id: TeamId | None = None
    search: str = ""
    own_of: PersonId | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One report of the desk. Without a row of its own (`id` None) it is a team's usual one.

    `channel` is an id or a name, empty for none; `people` get it beside the `managers`. `since` is when it
    was set up: no slot before that is owed.
    """

    job: str
    name: str
    scope: Scope
    kind: ReportKind = ReportKind.CASES
    rhythm: Rhythm = MONDAY_AND_THURSDAY
    id: ReportId | None = None
    team: Team | None = None
    channel: str = ""
    to_managers: bool = True
    people: tuple[PersonRef, ...] = ()
    search_name: str = ""
    is_on: bool = True
    set_up_by: PersonRef | None = None
    since: datetime | None = None
    version: int = 0


@dataclass(frozen=True, kw_only=True)
class PlanNow:
    """A plan with what it means at this moment: its calendar, who gets it, when next.

    Without `has_begun` there was nothing yet that it could tell: it is not owed.
    """

    plan: Plan
    calendar: Calendar
    audiences: tuple[Audience, ...]
    next_at: datetime | None
    has_begun: bool = True


def team_job(team_id: TeamId) -> str:
    return f"report.team.{team_id}"


def usual_calls() -> Plan:
    """The report of calls that comes to managers without any set-up."""
    return Plan(
        job=CALLS_JOB, name=CALLS_NAME, scope=Scope(), kind=ReportKind.CALLS, rhythm=MONDAYS, to_managers=True
    )


def own_job(person_id: PersonId) -> str:
    return f"report.own.{person_id}"


def plan_job(report_id: ReportId) -> str:
    return f"report.more.{report_id}"


@dataclass(frozen=True, kw_only=True)
class SetUpReport:
    """What a manager saves of a report. `job` names it, empty for a new one; `version` is what they saw."""

    job: str
    version: int
    name: str
    team_id: TeamId | None
    weekdays: frozenset[int]
    hour: int
    channel: str
    to_managers: bool
    people: tuple[str, ...]
    search: str
    search_name: str
    is_on: bool
    kind: ReportKind = ReportKind.CASES


@dataclass(frozen=True, kw_only=True)
class OwnerLine:
    """One owner's open cases, None for nobody's: by age, and how many need a look."""

    owner: PersonRef | None
    by_age: tuple[int, ...]
    past_limit: int = 0
    untouched: int = 0

    @property
    def total(self) -> int:
        return sum(self.by_age)


@dataclass(frozen=True, kw_only=True)
class ReportRow:
    """One open case of a report, as its receiver may see it."""

    id: CaseId
    number: CaseNumber
    title: str
    account: str
    severity: int
    status: Status
    owner: PersonRef | None
    created_at: datetime
    touched_at: datetime
    permalink: str | None
    is_escalated: bool = False
    past_limit: bool = False


FileLine = tuple[str, str, str, str, int, str, str, str, int, int, str, str, str, int | None, int]
"""One case of a report's file as the database made it: what `exports.REPORT_COLUMNS` names, then the ids of
its owner and of itself. Link and flags are empty where there is none.
"""


@dataclass(frozen=True, kw_only=True)
class Mentioned:
    """A case in a line of what changed."""

    number: CaseNumber
    title: str
    owner: str
    permalink: str | None


@dataclass(frozen=True, kw_only=True)
class Changed:
    """One kind of change since the last report: how many cases, and the first few.

    `newly` is how many of them became so since then, where the kind is a state that lasts.
    """

    total: int = 0
    newly: int = 0
    some: tuple[Mentioned, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What changed since the last report, and what needs a look."""

    new: Changed = field(default_factory=Changed)
    closed: Changed = field(default_factory=Changed)
    handed_over: Changed = field(default_factory=Changed)
    past_limit: Changed = field(default_factory=Changed)
    untouched: Changed = field(default_factory=Changed)

    @property
    def is_quiet(self) -> bool:
        """Nothing happened that the last report did not say."""
        moved = self.new.total + self.closed.total + self.handed_over.total
        return moved + self.past_limit.newly + self.untouched.newly == 0


@dataclass(frozen=True, kw_only=True)
class Part:
    """One report as it stands in a message: of one plan, since the last one, at `at`; all aware, in UTC."""

    job: str
    name: str
    at: datetime
    since: datetime
    zone: str
    owners: tuple[OwnerLine, ...]
    changes: Changes
    rows: tuple[ReportRow, ...] = ()
    untouched_days: int = UNTOUCHED_DAYS
    search_name: str = ""
    set_up_by: PersonRef | None = None
    is_own: bool = False
    is_whole: bool = False
    """Somebody asked for it by hand: it says all, also on a quiet day."""
    trouble: Refusal | None = None
    """Why its search finds nothing to report on; then the rest is empty."""

    @property
    def total(self) -> int:
        return sum(line.total for line in self.owners)

    @property
    def is_quiet(self) -> bool:
        return self.changes.is_quiet and self.trouble is None and not self.is_whole


@dataclass(frozen=True, kw_only=True)
class Report:
    """One message: the parts that came together, and why it is not the usual one.

    `late_since` is when it was due, where it is late; `joined` are the occasions that it stands for besides
    (missed, or brought onto the same day). `only_for` says that it is a preview, which nobody else gets.
    """

    parts: tuple[Part | CallsPart, ...]
    late_since: datetime | None = None
    missed: tuple[datetime, ...] = ()
    moved: bool = False
    met: bool = False
    asked_by: str = ""
    is_preview: bool = False

    @property
    def is_quiet(self) -> bool:
        return all(part.is_quiet for part in self.parts)


@dataclass(frozen=True, kw_only=True)
class LedgerRow:
    """A slot in the ledger: what was due when, for whom, and what became of it. Instants aware, UTC."""

    id: int
    job: str
    occasion: str
    period: str
    due_at: datetime
    state: SlotState
    to: str
    person: PersonRef | None = None
    claimed_at: datetime | None = None
    claimed_by: str = ""
    sent_at: datetime | None = None
    permalink: str | None = None
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class ReportsPage:
    """`/case reports` for one person: the plans that concern them, their own part, the ledger."""

    person: Person
    now: datetime
    plans: tuple[PlanNow, ...]
    is_subscribed: bool
    own_next: datetime | None
    rows: tuple[LedgerRow, ...]
    names: Mapping[str, str]
    may_send: bool
    newer: int | None = None
    older: int | None = None


@dataclass(frozen=True, kw_only=True)
class ReportForm:
    """A report to set up; `now` is None for a new one of `kind`. `searches` are (id, name, text)."""

    person: Person
    now: PlanNow | None
    teams: tuple[Team, ...]
    searches: tuple[tuple[int, str, str], ...]
    kind: ReportKind = ReportKind.CASES


def days_ago(instant: datetime, now: datetime, zone: str) -> int:
    """How many days of the calendar ago something was, on the clocks of a zone: what of yesterday is one."""
    there = zone_of(zone)
    return max(0, (now.astimezone(there).date() - instant.astimezone(there).date()).days)


def age_begins(now: datetime, zone: str) -> tuple[datetime, ...]:
    """The instants at which the ages of `AGES` begin: created from the first of them on is the youngest."""
    calendar = Calendar(zone=zone)
    today = local_day(calendar, now)
    return tuple(day_begins(calendar, today - timedelta(days=days - 1)) for days, _ in AGES)


def untouched_before(calendar: Calendar, now: datetime, days: int = UNTOUCHED_DAYS) -> datetime:
    """The last event of an untouched case lies before this: so many calendar days on its team's clocks.

    It was as many `days_ago` then.
    """
    return day_begins(calendar, local_day(calendar, now) - timedelta(days=days - 1))


def rows_for_each(owners: Sequence[OwnerLine], most: int = MOST_IN_TABLE) -> int:
    """How many cases of each owner a table of `most` rows holds, so that nobody is left out; at least one."""
    totals = [line.total for line in owners]
    best = 1
    while best < most and sum(min(total, best + 1) for total in totals) <= most:
        best += 1
    return best


def batches(owners: Sequence[OwnerLine], size: int) -> Iterator[tuple[OwnerLine, ...]]:
    """Owners in their order, as many at a time as have at most `size` cases together, or one who has more.

    What nobody owns stands alone.
    """
    batch: list[OwnerLine] = []
    for line in owners:
        if batch and (line.owner is None or sum(one.total for one in batch) + line.total > size):
            yield tuple(batch)
            batch = []
        batch.append(line)
        if line.owner is None:
            yield tuple(batch)
            batch = []
    if batch:
        yield tuple(batch)
