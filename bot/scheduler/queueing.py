"""What goes out of the queues: files of product reviews, word of decisions on fraud; `drawing` calls it."""

from __future__ import annotations

import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.blocks import made_files, queue_notices
from bot.blocks.kit import Message
from bot.domain.commerce.review_queue import REVIEW_COLUMNS
from bot.domain.exports import review_cells
from bot.domain.people import Person, Viewer
from bot.domain.refusals import Refusal
from bot.scheduler.about import NothingToSay
from bot.scheduler.exporting import write_rows
from bot.services import exporting, fraud
from bot.services.desk import Desk
from bot.slack.client import SlackClient
from bot.store import fraud_reports
from bot.store.outbox import Kind, OutboxRow

DirectMessage = Callable[[Desk, SlackClient, Person], Awaitable[str]]


async def send_reviews(desk: Desk, slack: SlackClient, row: OutboxRow, person: Person, channel: str) -> None:
    """The file of reviews that somebody asked for, once. Raises the client's errors and Refusal.

    As with other exports its name carries the row's token, by which an earlier attempt is found.
    """
    mark = row.token[:8]
    if row.maybe_sent and await slack.find_file(channel, f"-{mark}.csv"):
        return
    day = desk.clock.now().date().isoformat()
    assert row.history_id is not None
    asked = await exporting.reviews_asked(desk, person.slack_user_id, row.history_id)
    with tempfile.TemporaryDirectory(prefix="caseline-") as folder:  # only its owner may enter it
        path = Path(folder, f"product-reviews-{day}-{mark}.csv")
        pages = exporting.review_pages(desk, person.slack_user_id, asked)
        rows = ([review_cells(one) for one in page] async for page in pages)
        count = await write_rows(path, REVIEW_COLUMNS, rows)
        await slack.upload(channel, [path], made_files.reviews(count, asked.text))


async def fraud_word(desk: Desk, row: OutboxRow, reader: Person) -> Message:
    """What a manager is asked, or whoever asked them is told. Raises NothingToSay."""
    assert row.history_id is not None
    history_id = row.history_id
    report_id = await desk.store.read(
        lambda connection, viewer: fraud_reports.told_of(connection, viewer, history_id), Viewer(reader)
    )
    if report_id is None:
        raise NothingToSay("it is not for them to see")
    try:
        shown = await fraud.show(desk, reader.slack_user_id, report_id)
    except Refusal as refusal:
        raise NothingToSay("it is not for them to see any more") from refusal
    if row.kind is Kind.FRAUD_SETTLED:
        return queue_notices.settled(shown)
    if shown.proposal is None:
        raise NothingToSay("somebody has decided already")
    return queue_notices.proposed(shown)
