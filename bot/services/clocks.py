"""The clocks of cases, stored: counted anew with each change of a case, and under each new policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.calendars import Calendar
from bot.domain.cases import Case
from bot.domain.clocks import Timing, timings
from bot.domain.due import DueKind
from bot.domain.limits import Limits
from bot.domain.people import Viewer, channel_viewer
from bot.domain.turns import timed
from bot.services import calendars
from bot.store import calendars as calendar_store
from bot.store import case_dues, stories
from bot.store import cases as case_store
from bot.store.case_dues import Settled
from bot.store.work import Connection, Work


def follow(work: Work, case: Case, *, is_new: bool = False) -> bool:
    """A case has changed: what its rules do by themselves comes at its new time, or not at all.

    Says whether a daily review may show it, which every change asks in the same trip.
    """
    if is_new and case.team_id is None:
        return False  # nothing of it counts yet, and opening a case is to be quick
    if case.is_closed:
        case_dues.drop_all(work, case.id)
        return True
    found = stories.concerned(work, case)
    if found.by_rules:
        _settle(work, case)
    return found.by_reviews


def _settle(work: Work, case: Case, *, quiet: bool = False) -> Settled:
    """What waits of a case is set by its clocks, and its row says the same hours: lists read no others."""
    settled = case_dues.settle(work, case.id, timings_now(work, case), quiet=quiet)
    due = settled.due
    closes = due.get(DueKind.LEFT_MESSAGE) or due.get(DueKind.SPOKE)
    comment = due.get(DueKind.FIRST_COMMENT)
    case_store.time_turns(
        work,
        case.id,
        lambda turns: timed(
            turns,
            comment_due=comment[1] if comment else None,
            call=due.get(DueKind.CUSTOMER_CALL),
            closes_at=closes[1] if closes else None,
        ),
    )
    return settled


def timings_now(work: Work, case: Case) -> tuple[Timing, ...]:
    """The clocks of a case as they stand in this transaction."""
    eyes = channel_viewer(work.workspace_id)
    return timings_of(work.connection, eyes, case, work.stamp.limits, work.now)


def timings_of(
    connection: Connection, viewer: Viewer, case: Case, limits: Limits, now: datetime
) -> tuple[Timing, ...]:
    """Every clock that runs on a case now, as far as the viewer may know what it counts from."""
    calendar, office_clock = calendar_of(connection, viewer, case, now)
    story = stories.story_of(connection, viewer, case, office_clock=office_clock)
    return timings(story, limits, calendar)


def calendar_of(connection: Connection, viewer: Viewer, case: Case, now: datetime) -> tuple[Calendar, bool]:
    """The calendar of a case's team, and whether T1 counts its office hours only."""
    every = calendar_store.all_calendars(connection, viewer)
    own = every.get(case.team_id) or every.get(None)
    calendar = calendars.calendar_for(connection, viewer, case.team_id, case.timezone, now)
    return calendar, own is not None and own.office_clock


Moves = dict[DueKind, tuple[datetime, datetime]]
"""Due times before and after, by their kind."""


def recount(work: Work, limits: Limits, revision: int) -> list[tuple[Case, Moves]]:
    """Other rules, at a start or from `/desk policy`: open cases are counted under this revision.

    Nothing comes sooner than it was set. What moved is returned, for the history of its case.
    """
    work = replace(work, stamp=replace(work.stamp, policy_revision=revision, limits=limits))
    moved: list[tuple[Case, Moves]] = []
    after = 0
    while found := case_dues.cases_to_recount(work, revision, after):
        after = found[-1]
        for case_id in found:
            case_store.hold(work, case_id)
            case = case_store.by_id(work.connection, channel_viewer(work.workspace_id), case_id)
            if case is not None and not case.is_closed:
                later = _settle(work, case, quiet=True).moved
                if later:
                    moved.append((case, dict(later)))
    return moved
