"""Somebody writes, edits or deletes in a thread: where that is about a case, it is recorded there."""

from __future__ import annotations

from bot.blocks import kit, words
from bot.domain.refusals import Refusal
from bot.handlers.call import Call
from bot.handlers.reply import LeftToSlack, Nothing, Reply, Say
from bot.services import reading, talk
from bot.services.desk import Desk


async def heard(desk: Desk, call: Call) -> Reply:
    """A message, an edit or a deletion. All talk about a case belongs in the case (domain.md 1.4)."""
    message = call.message
    assert message is not None
    if message.author == desk.bot_user:
        return Nothing()
    found = await talk.whereabouts(desk, message)
    if found is None:
        if await reading.card_on_its_way(desk, message.channel, message.thread_ts):
            raise LeftToSlack("the card of a case is on its way, and this thread may be its")
        return Nothing()
    try:
        await talk.hear(desk, message, found, call.key)
    except Refusal as refusal:
        if message.said.version > 1 or message.said.deleted_at is not None:
            return Nothing()  # they were told when they wrote it
        sentence = words.not_recorded(refusal)
        return Say(kit.message(sentence, [kit.marked_section("said", sentence)]))
    return Nothing()
