"""Asks and tells about people who were recognised by e-mail; `drawing.py` calls it for a row."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.blocks import recognitions
from bot.blocks.kit import Message
from bot.domain.contacts import Decision, Recognition
from bot.domain.ids import ChannelId, MessageTs
from bot.domain.people import Person, Viewer
from bot.services import recognition
from bot.services.desk import Desk
from bot.slack.client import Posted, SlackClient
from bot.slack.faults import SlackRefused
from bot.store import contacts
from bot.store.outbox import Kind, OutboxRow

Say = Callable[[Message], Awaitable[Posted]]
"""Posts into the reader's direct message."""


async def recognise(desk: Desk, slack: SlackClient, row: OutboxRow, reader: Person, say: Say) -> str:
    """Ask, tell, or say where it was asked who has decided; why there is nothing to say, or ""."""
    assert row.history_id is not None
    history_id = row.history_id
    found = await desk.store.read(
        lambda connection, viewer: contacts.recognition_of(connection, viewer, history_id), Viewer(reader)
    )
    if found is None:
        return "it is decided, or not for them to decide"
    if row.kind is Kind.RECOGNISED:
        await say(recognitions.told(found))
        return ""
    if found.state is not Decision.ASKED:
        return await _settle(desk, slack, reader, found)
    posted = await say(recognitions.question(found))
    place = ChannelId(posted.channel), MessageTs(posted.ts)
    await desk.write(lambda work: recognition.asked_of(work, reader, found, *place))
    return ""


async def _settle(desk: Desk, slack: SlackClient, reader: Person, found: Recognition) -> str:
    place = await desk.store.look(lambda connection: contacts.question_to(connection, found.id, reader.id))
    if place is None:
        return "they were not asked"
    drawn = recognitions.settled(found)
    try:
        await slack.update(*place, drawn.text, drawn.blocks)
    except SlackRefused as refused:
        if refused.temporary:
            raise
        return f"the question cannot be drawn again: {refused}"
    return ""
