"""What Slack is asked for beside messages: the first of a thread, what a file holds; `app.py` wires it."""

from __future__ import annotations

import logging

from bot.domain.talk import Message
from bot.domain.threads import ThreadPlace
from bot.slack.client import SlackClient
from bot.slack.faults import SlackBusy, SlackRefused, SlackUnsure

log = logging.getLogger(__name__)


async def first_message(slack: SlackClient, place: ThreadPlace) -> Message | None:
    """What a thread begins with; None where Slack does not tell, and whoever asked goes on without."""
    try:
        return await slack.first_message(place.channel, place.ts)
    except (SlackRefused, SlackBusy, SlackUnsure) as trouble:
        log.info("a thread's first message is not to be had: %s", trouble)
        return None


async def file_content(slack: SlackClient, file_id: str, most: int) -> bytes | None:
    """What a file in Slack holds; None where Slack does not hand it over, and whoever asked says so."""
    pieces: list[bytes] = []
    try:
        await slack.download(await slack.file(file_id), pieces.append, most)
    except (SlackRefused, SlackBusy, SlackUnsure) as trouble:
        log.info("a file is not to be had: %s", trouble)
        return None
    return b"".join(pieces)
