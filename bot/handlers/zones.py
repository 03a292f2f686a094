"""In whose time zone a refusal is said where Slack cannot do it: plain text, at a field or in a banner."""

from __future__ import annotations

from datetime import datetime

from bot.blocks import words
from bot.domain.refusals import Refusal
from bot.handlers.call import Call, Payload
from bot.services.desk import Desk
from bot.store.faults import DatabaseAway, StillSaving

UTC = "UTC"


async def plain(desk: Desk, call: Call, refusal: Refusal) -> str:
    """The sentence as raw text, its instants in the zone of whoever acts."""
    dated = any(isinstance(fact, datetime) for fact in refusal.facts.values())
    return words.plain(refusal, await _zone_of(desk, call) if dated else UTC)


async def _zone_of(desk: Desk, call: Call) -> str:
    if call.payload is not Payload.SUBMISSION:  # Slack writes it in the reader's zone there
        return UTC
    try:
        return await desk.read(lambda connection, viewer: viewer.person.timezone, call.by, brief=True)
    except (Refusal, StillSaving, DatabaseAway):  # the sentence matters more than its hour
        return UTC
