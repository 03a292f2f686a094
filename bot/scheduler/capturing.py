"""Reads the thread that became a case, page by page; the outbox brings it here, again where it must wait."""

from __future__ import annotations

import logging

from bot.blocks import threads as blocks
from bot.domain.ids import CaseId, MessageTs
from bot.domain.threads import ThreadPlace
from bot.scheduler.about import is_worth_another_try
from bot.services import threads
from bot.services.desk import Desk
from bot.slack.client import Posted, SlackClient
from bot.slack.faults import SlackBusy, SlackRefused, SlackUnsure
from bot.store.outbox import OutboxRow

log = logging.getLogger(__name__)


async def read_thread(desk: Desk, slack: SlackClient, row: OutboxRow) -> None:
    """Record all that a thread holds. Raises the client's errors: the outbox knows when to come again."""
    assert row.case_id is not None
    reading = await threads.reading_of(desk, row.case_id)
    if reading is None:
        return
    try:
        await threads.settle_audience(desk, row.case_id, await slack.members(reading.place.channel))
        await _read(desk, slack, row.case_id, reading.place, reading.read_to)
    except SlackRefused as refused:
        if not refused.temporary:
            await threads.cannot_read(desk, row.case_id, refused.error)
        raise
    if not reading.noted:
        await _note(desk, slack, row, reading.place)
    if reading.permalink is None:
        await _learn_link(desk, slack, row, reading.place)


async def _read(
    desk: Desk, slack: SlackClient, case_id: CaseId, place: ThreadPlace, read_to: MessageTs | None
) -> None:
    """From where an earlier reading stopped. Slack gives the first message with each page: it counts once."""
    cursor, is_first = None, read_to is None
    while True:
        page = await slack.thread(place.channel, place.ts, oldest=read_to, cursor=cursor)
        messages = [one for one in page.messages if is_first or one is None or one.ts != place.ts]
        await threads.keep_page(desk, case_id, messages, is_first=is_first, is_last=page.next_cursor is None)
        cursor, is_first = page.next_cursor, False
        if cursor is None:
            return


async def _learn_link(desk: Desk, slack: SlackClient, row: OutboxRow, place: ThreadPlace) -> None:
    """Where the thread is, for the card; trouble that passes brings the row back, as for the card's own."""
    assert row.case_id is not None
    try:
        permalink = await slack.permalink(Posted(channel=place.channel, ts=place.ts))
    except (SlackRefused, SlackBusy, SlackUnsure) as trouble:
        if is_worth_another_try(trouble, row):
            raise
        log.warning("a thread has no link: %s", trouble)
        return
    await threads.learn_link(desk, row.case_id, permalink)


async def _note(desk: Desk, slack: SlackClient, row: OutboxRow, place: ThreadPlace) -> None:
    """Say in the thread, once, that it is a case now: who writes there shall know that it is recorded."""
    assert row.case_id is not None
    found = await slack.find(place.channel, row.token, place.ts) if row.maybe_sent else None
    if found is None:
        number = await threads.number_of(desk, row.case_id)
        said = blocks.became_a_case(number)
        found = await slack.post(place.channel, said.text, said.blocks, row.token, place.ts)
    await threads.noted(desk, row.case_id, found.ts)
