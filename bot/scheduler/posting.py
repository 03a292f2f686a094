"""Posts one message of the outbox, unless an earlier attempt has done so already; `drawing` calls it."""

from __future__ import annotations

import logging

from bot.blocks.kit import Message
from bot.slack.client import Posted, SlackClient
from bot.slack.faults import SlackRefused
from bot.store.outbox import OutboxRow

log = logging.getLogger(__name__)

NO_LOOKING_UP = frozenset({"channel_not_found", "missing_scope"})
"""Why a message that was perhaps sent cannot be looked up, today or ever."""


async def post(
    slack: SlackClient, row: OutboxRow, channel: str, drawn: Message, thread_ts: str | None = None
) -> Posted:
    """Post, unless an earlier attempt that was never answered has done so already."""
    if row.maybe_sent:
        found = await find(slack, row, channel, thread_ts)
        if found is not None:
            return found
    return await slack.post(channel, drawn.text, drawn.blocks, row.token, thread_ts)


async def find(
    slack: SlackClient, row: OutboxRow, channel: str, thread_ts: str | None = None
) -> Posted | None:
    """The message that an earlier attempt may have posted.

    A channel that is configured by name, and that no card has reached yet, cannot be looked into, nor can any
    without the scope to read it: then the message is posted again, rather twice than never.
    """
    try:
        return await slack.find(channel, row.token, thread_ts)
    except SlackRefused as refused:
        if refused.error not in NO_LOOKING_UP:
            raise
        log.warning("outbox row %d (%s) may be posted twice: %s", row.id, row.kind, refused)
        return None
