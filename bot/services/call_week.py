"""The part of a report that tells of calls, and the lines of its file; `services.report_reading` asks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from bot.domain.calendars import Calendar
from bot.domain.call_week import CallLine, CallsAsked, CallsPart, named
from bot.domain.ids import PhoneCallId
from bot.domain.people import Viewer
from bot.domain.reports import Plan
from bot.services import playbooks
from bot.services.desk import Desk
from bot.store import call_week as store
from bot.store.work import Connection

PAGE = 500


def part(
    desk: Desk,
    connection: Connection,
    viewer: Viewer,
    plan: Plan,
    calendar: Calendar,
    at: datetime,
    since: datetime,
    *,
    is_whole: bool,
) -> tuple[CallsPart, CallsAsked]:
    """What a plan says of the calls that ended since then, with steps and messages by their titles."""
    asked = CallsAsked(at=at, since=since, team_id=plan.scope.team_id)
    book = playbooks.in_force(desk, connection)
    told = named(
        store.calls_told(connection, viewer, asked),
        {step.id: step.title for step in book.phone.steps},
        {message.id: message.title for message in book.messages},
    )
    made = CallsPart(
        job=plan.job,
        name=plan.name,
        at=at,
        since=since,
        zone=calendar.zone,
        told=told,
        team=plan.team.name if plan.team is not None else "",
        set_up_by=plan.set_up_by,
        is_whole=is_whole,
    )
    return made, asked


async def pages(desk: Desk, viewer: Viewer, asked: CallsAsked) -> AsyncIterator[list[CallLine]]:
    """Every call of a part in the order in which they began, a page at a time."""
    after = PhoneCallId(0)
    while page := await _page(desk, viewer, asked, after):
        yield page
        after = page[-1].id


async def _page(desk: Desk, viewer: Viewer, asked: CallsAsked, after: PhoneCallId) -> list[CallLine]:
    return await desk.store.read(lambda c, eyes: store.calls_of(c, eyes, asked, after, PAGE), viewer)
