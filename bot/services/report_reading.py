"""What a report says to its receiver: `scheduler.reporting` sends it, page by page where it is long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.calendars import Calendar
from bot.domain.call_week import CallsAsked, CallsPart
from bot.domain.ids import CaseId
from bot.domain.people import Viewer
from bot.domain.permissions import Act, allowed
from bot.domain.refusals import Refusal
from bot.domain.reports import (
    FIRST_LOOK_BACK,
    MOST_IN_TABLE,
    Changes,
    FileLine,
    OwnerLine,
    Part,
    Plan,
    Report,
    ReportKind,
    batches,
    untouched_before,
)
from bot.domain.search import parse
from bot.services import call_week, finding
from bot.services.desk import Desk
from bot.services.plans import calendar_of, own_plan, plan_of, without_search
from bot.store import people, slots
from bot.store import report_reading as store
from bot.store.report_lines import lines_of
from bot.store.report_reading import Asked
from bot.store.slots import Claimed, Kind
from bot.store.work import Connection

PAGE = 1000
"""Cases of one read: few enough that nothing else waits for it."""


class NotForThem(Exception):
    """Whoever was to get it may read no report (any more)."""


@dataclass(frozen=True, kw_only=True)
class Contents:
    """A report, and what its parts ask, for the files that belong to it."""

    report: Report
    asked: tuple[tuple[Part, Asked] | tuple[CallsPart, CallsAsked], ...]


def contents(
    desk: Desk,
    connection: Connection,
    viewer: Viewer,
    claimed: tuple[Claimed, ...],
    *,
    for_files: bool = False,
) -> Contents:
    """What the message of these slots says, through its receiver's eyes. Raises NotForThem.

    `for_files`: whose cases there are and how many, which is all that its files are read by.

    A channel's eyes are those of staff: whether all who are in it are is for the sender to see.
    """
    if viewer.person.slack_user_id and not allowed(Act.SUBSCRIBE_TO_REPORT, viewer.person):
        raise NotForThem("they are no support staff any more")
    newest = {one.job: one for one in sorted(claimed, key=lambda one: one.due_at)}
    most = 0 if for_files else MOST_IN_TABLE // len(newest)
    made = [_part(desk, connection, viewer, one, most) for one in newest.values()]
    found = [one for one in made if one is not None]
    if not found:
        raise NotForThem("this report is not there any more")
    main = max(newest.values(), key=lambda one: one.due_at)
    joined = sorted({one.due_at for one in claimed if one is not newest[one.job]})
    by = people.person_by_id(connection, main.asked_by) if main.asked_by is not None else None
    regular = [one for one in newest.values() if one.kind is Kind.REGULAR]
    report = Report(
        parts=tuple(part for part, _ in found),
        late_since=main.due_at if any(one.late for one in regular) else None,
        missed=tuple(joined),
        moved=any(one.meant and one.meant[0].isoformat() != one.period for one in regular),
        met=any(len(one.meant) > 1 for one in regular),
        asked_by=by.name if by else "",
        is_preview=main.kind is Kind.PREVIEW,
    )
    return Contents(report=report, asked=tuple(found))


def _part(
    desk: Desk, connection: Connection, viewer: Viewer, slot: Claimed, most: int
) -> tuple[Part, Asked] | tuple[CallsPart, CallsAsked] | None:
    plan = plan_of(desk, connection, slot.job)
    if plan is None:
        return None
    calendar = _calendar(desk, connection, viewer, plan)
    told = slots.told_before(connection, desk.workspace_id, slot.job, slot.audience, slot.claimed_at)
    since, days = told or slot.claimed_at - FIRST_LOOK_BACK, desk.policy.limits.untouched_days
    is_whole = slot.kind is not Kind.REGULAR
    if plan.kind is ReportKind.CALLS:
        at = slot.claimed_at
        return call_week.part(desk, connection, viewer, plan, calendar, at, since, is_whole=is_whole)
    try:
        asked = _asked(connection, viewer, plan, calendar, slot.claimed_at, since, days)
    except Refusal as refusal:
        asked = _asked(connection, viewer, without_search(plan), calendar, slot.claimed_at, since, days)
        return _told(plan, asked, calendar, days, trouble=refusal), asked
    if not most:
        owners = store.owners(connection, viewer, asked)
        return replace(_told(plan, asked, calendar, days), owners=owners), asked
    found = store.report(connection, viewer, asked, most)
    part = replace(
        _told(plan, asked, calendar, days),
        owners=found.owners,
        is_whole=is_whole,
        changes=found.changes,
        rows=found.rows,
    )
    return part, asked


def _calendar(desk: Desk, connection: Connection, viewer: Viewer, plan: Plan) -> Calendar:
    if plan.scope.own_of is not None:
        return own_plan(desk, connection, viewer.person, None, desk.clock.now()).calendar
    return calendar_of(desk, connection, plan.scope.team_id, desk.clock.now())


def _asked(
    connection: Connection,
    viewer: Viewer,
    plan: Plan,
    calendar: Calendar,
    at: datetime,
    since: datetime,
    days: int,
) -> Asked:
    search = named = None
    if plan.scope.search:
        search = parse(plan.scope.search, at, calendar.zone)
        named = finding.names_in(connection, viewer, search)
    return Asked(
        scope=plan.scope,
        at=at,
        since=since,
        untouched_at=untouched_before(calendar, at, days),
        untouched_since=untouched_before(calendar, since, days),
        zone=calendar.zone,
        search=search,
        named=named,
    )


def _told(plan: Plan, asked: Asked, calendar: Calendar, days: int, trouble: Refusal | None = None) -> Part:
    return Part(
        job=plan.job,
        name=plan.name,
        at=asked.at,
        since=asked.since,
        zone=calendar.zone,
        owners=(),
        changes=Changes(),
        untouched_days=days,
        search_name=plan.search_name,
        set_up_by=plan.set_up_by,
        is_own=plan.scope.own_of is not None,
        trouble=trouble,
    )


async def pages(desk: Desk, viewer: Viewer, part: Part, asked: Asked) -> AsyncIterator[list[FileLine]]:
    """Every open case of a part, by owner, a page at a time; the next is read while one is written."""
    read = _pages(desk, viewer, part, asked)
    coming = asyncio.ensure_future(anext(read, None))
    try:
        while (page := await coming) is not None:
            coming = asyncio.ensure_future(anext(read, None))
            await asyncio.sleep(0)  # it begins, and so does whatever else waits for its turn
            yield page
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)
        await read.aclose()


async def _pages(
    desk: Desk, viewer: Viewer, part: Part, asked: Asked
) -> AsyncGenerator[list[FileLine], None]:
    for batch in batches(part.owners, PAGE):
        if len(batch) > 1:
            place: dict[int | None, int] = {
                line.owner.id if line.owner else None: number for number, line in enumerate(batch)
            }
            page = await _lines(desk, viewer, asked, batch)
            yield sorted(page, key=lambda line: place[line[-2]])
            continue
        after, left = CaseId(0), batch[0].total
        while left > 0 and (page := await _lines(desk, viewer, asked, batch, after)):
            yield page
            after, left = CaseId(page[-1][-1]), left - len(page)


async def _lines(
    desk: Desk,
    viewer: Viewer,
    asked: Asked,
    owners: tuple[OwnerLine, ...],
    after: CaseId | None = None,
) -> list[FileLine]:
    def query(connection: Connection, eyes: Viewer) -> list[FileLine]:
        return lines_of(connection, eyes, asked, owners, after, PAGE)

    return await desk.store.read(query, viewer)
