"""Sends a report that was claimed: the message once, then its files in its thread; `drawing` calls it.

What was perhaps sent before a crash is looked up by the message's metadata. Where that cannot be done the
slot becomes "unknown" and an administrator is told: a report that comes twice is worse than one to ask about.
"""

from __future__ import annotations

import asyncio
import csv
import logging
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

from bot.blocks import made_files
from bot.blocks import report as blocks
from bot.domain.call_week import CALL_COLUMNS, CallsAsked, call_cells
from bot.domain.exports import REPORT_COLUMNS, report_cells
from bot.domain.ids import is_channel_id
from bot.domain.people import Person, Viewer, channel_viewer
from bot.domain.reports import Part
from bot.domain.slots import SlotState
from bot.scheduler.about import NothingToSay
from bot.scheduler.posting import NO_LOOKING_UP
from bot.services import call_week, report_reading
from bot.services.desk import Desk
from bot.services.report_reading import Contents, NotForThem
from bot.slack.client import Posted, SlackClient
from bot.slack.faults import SlackBusy, SlackRefused, SlackUnsure
from bot.store import outbox, reports, slots
from bot.store.outbox import REPORTS, Announcement, Kind, OutboxRow
from bot.store.slots import Claimed
from bot.store.work import Work

log = logging.getLogger(__name__)

L = TypeVar("L")

NO_NEW_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format"})
"""How a workspace refuses charts and data tables."""

LINK_TRIES = 5


class GivenUp(Exception):
    """It is not sent, or perhaps it was: a dead letter, of which administrators are told."""


async def carry_out_report(
    desk: Desk,
    slack: SlackClient,
    row: OutboxRow,
    person_of: Callable[[Desk, OutboxRow], Awaitable[Person]],
    direct_message: Callable[[Desk, SlackClient, Person], Awaitable[str]],
) -> None:
    """A report's message, or its files. Raises the client's errors, GivenUp and NothingToSay."""
    reader = await person_of(desk, row) if row.person_id is not None else None
    if row.kind is Kind.REPORT_FILE:
        await send_file(desk, slack, row, reader)
        return
    place = row.conversation.removeprefix(REPORTS)
    channel = await direct_message(desk, slack, reader) if reader is not None else place
    await send_report(desk, slack, row, reader, channel)


async def send_report(
    desk: Desk, slack: SlackClient, row: OutboxRow, reader: Person | None, channel: str
) -> None:
    """Post the message of the slots that `row` stands for, unless it is there. Raises the client's errors.

    `reader` is None for a channel. Raises NothingToSay where nobody may be told.
    """
    claimed = await desk.store.look(lambda connection: slots.of_token(connection, row.token))
    if not claimed:
        raise NothingToSay("its slots are not there any more")
    sent = await desk.store.look(lambda connection: slots.sent_to(connection, row.token))
    if sent is not None:
        await _learn_link(desk, slack, row, Posted(channel=sent[0], ts=sent[1]))
        return
    try:
        found = await _contents(desk, row, reader, claimed)
        if reader is None:
            await _only_staff_reads(desk, slack, channel)
    except (NotForThem, GivenUp) as reason:
        said = str(reason)
        await desk.write(lambda work: slots.end_badly(work, row.token, SlotState.DROPPED, said))
        raise (NothingToSay(said) if isinstance(reason, NotForThem) else reason) from None
    posted = await look_up(desk, slack, row, channel) if row.maybe_sent else None
    if posted is None:
        posted = await _post(slack, row, channel, found)
    there = posted
    await desk.write(lambda work: _settle(work, row, claimed, found, there))
    await _learn_link(desk, slack, row, there)


async def _contents(
    desk: Desk,
    row: OutboxRow,
    reader: Person | None,
    claimed: tuple[Claimed, ...],
    *,
    for_files: bool = False,
) -> Contents:
    viewer = Viewer(reader) if reader is not None else channel_viewer(desk.workspace_id)
    return await desk.store.read(
        lambda c, eyes: report_reading.contents(desk, c, eyes, claimed, for_files=for_files), viewer
    )


async def _only_staff_reads(desk: Desk, slack: SlackClient, channel: str) -> None:
    """A report is for staff: where customers' people are in the channel, it is not shown there."""
    if not is_channel_id(channel):
        return
    if (await slack.channel(channel)).is_shared:
        raise GivenUp("Not sent: the channel is shared with another organisation.")
    members = await slack.members(channel)
    outside = await desk.store.look(
        lambda connection: reports.customers_among(connection, desk.workspace_id, members)
    )
    if outside:
        raise GivenUp(f"Not sent: customers' people are in the channel ({', '.join(outside[:3])}).")


async def look_up(desk: Desk, slack: SlackClient, row: OutboxRow, channel: str) -> Posted | None:
    """The message that an earlier attempt has posted, None where it has not. Raises GivenUp."""
    try:
        return await slack.find(channel, row.token)
    except SlackRefused as refused:
        if refused.error not in NO_LOOKING_UP:
            raise
        said = f"It was perhaps sent, and cannot be looked up ({refused.error})."
        await desk.write(lambda work: slots.end_badly(work, row.token, SlotState.UNKNOWN, said))
        raise GivenUp(said) from refused


async def _post(slack: SlackClient, row: OutboxRow, channel: str, found: Contents) -> Posted:
    # Drawn aside: it takes tens of milliseconds, in which people want to be answered.
    drawn = await asyncio.to_thread(blocks.report, found.report)
    try:
        return await slack.post(channel, drawn.text, drawn.blocks, row.token)
    except SlackRefused as refused:
        if refused.error not in NO_NEW_BLOCKS:
            raise
        log.warning("this workspace refuses charts or tables (%s): the report goes out as text", refused)
    drawn = await asyncio.to_thread(blocks.plainly, found.report)
    return await slack.post(channel, drawn.text, drawn.blocks, row.token)


def _settle(
    work: Work, row: OutboxRow, claimed: tuple[Claimed, ...], found: Contents, posted: Posted
) -> None:
    quiet = {part.job for part in found.report.parts if part.is_quiet}
    states = {
        one.job: SlotState.QUIET if one.job in quiet else SlotState.LATE if one.late else SlotState.SENT
        for one in claimed
    }
    file = Announcement(
        kind=Kind.REPORT_FILE, conversation=row.conversation.removeprefix(REPORTS), person_id=row.person_id
    )
    has_files = any(part.total and not part.is_quiet for part in found.report.parts)
    brought = file.token if has_files else None
    slots.settle(work, row.token, states, channel=posted.channel, ts=posted.ts, file_token=brought)
    if has_files:
        outbox.announce(work, file)


async def _learn_link(desk: Desk, slack: SlackClient, row: OutboxRow, posted: Posted) -> None:
    """The ledger can do without a link; it is asked for a few times."""
    try:
        permalink = await slack.permalink(posted)
    except (SlackRefused, SlackBusy, SlackUnsure) as trouble:
        if isinstance(trouble, SlackUnsure) and row.attempts <= LINK_TRIES:
            raise
        log.warning("a report has no link yet: %s", trouble)
        return
    await desk.write(lambda work: slots.set_link(work, row.token, permalink))


async def send_file(desk: Desk, slack: SlackClient, row: OutboxRow, reader: Person | None) -> None:
    """The cases of a report as files for a spreadsheet, once, in the thread of its message.

    Raises the client's errors, GivenUp and NothingToSay.
    """
    token = await desk.store.look(lambda c: slots.message_of(c, row.token))
    if token is None:
        raise NothingToSay("its slots are not there any more")
    claimed = await desk.store.look(lambda connection: slots.of_token(connection, token))
    sent = await desk.store.look(lambda connection: slots.sent_to(connection, token))
    if sent is None:
        raise NothingToSay("its message is not there")
    channel, ts = sent
    mark = token[:8]
    if row.maybe_sent and await slack.find_file(channel, f"-{mark}.csv", ts):
        return
    if reader is None:  # somebody may have joined since the message
        await _only_staff_reads(desk, slack, channel)
    try:
        found = await _contents(desk, row, reader, claimed, for_files=True)
    except NotForThem as reason:
        raise NothingToSay(str(reason)) from reason
    viewer = Viewer(reader) if reader is not None else channel_viewer(desk.workspace_id)
    with tempfile.TemporaryDirectory(prefix="caseline-") as folder:  # only its owner may enter it
        files, (cases, calls) = await write_files(desk, viewer, found, Path(folder), mark)
        if files:
            await slack.upload(channel, files, made_files.report_files(cases, calls), ts)


async def write_files(
    desk: Desk, viewer: Viewer, found: Contents, folder: Path, mark: str
) -> tuple[list[Path], tuple[int, int]]:
    """A file for each part that has cases or calls, page by page, with guarded cells; how many of each."""
    files, cases, calls = [], 0, 0
    for number, (part, asked) in enumerate(found.asked, start=1):
        if not part.total or part.trouble is not None:
            continue
        path = folder / f"report-{part.at.date().isoformat()}-{number}-{mark}.csv"
        if isinstance(asked, CallsAsked):
            calls += await _write(path, CALL_COLUMNS, call_cells, call_week.pages(desk, viewer, asked))
        elif isinstance(part, Part):
            lines = report_reading.pages(desk, viewer, part, asked)
            cases += await _write(path, REPORT_COLUMNS, report_cells, lines)
        files.append(path)
    return files, (cases, calls)


async def _write(
    path: Path,
    columns: Sequence[str],
    cells: Callable[[L], tuple[object, ...]],
    pages: AsyncIterator[list[L]],
) -> int:
    """A file with guarded cells; how many rows it has. Spreadsheets know UTF-8 by the mark in front."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:  # pages are short: it stalls nobody
        file.write(
            "\N{BYTE ORDER MARK}"
        )  # by hand: the codec that does it takes a call in Python for each row
        writer = csv.writer(file)
        writer.writerow(columns)
        async for page in pages:
            writer.writerows(map(cells, page))
            count += len(page)
    return count
