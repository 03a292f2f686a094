"""Somebody writes in a thread: under a case card it becomes a comment of the case."""

from __future__ import annotations

from bot.blocks import kit, words
from bot.domain.commands import AddComment
from bot.domain.refusals import Refusal
from bot.handlers.call import Call
from bot.handlers.reply import LeftToSlack, Nothing, Reply, Say
from bot.handlers.spoken import as_typed, users_in
from bot.services import cases, reading
from bot.services.desk import Desk


async def replied(desk: Desk, call: Call) -> Reply:
    """A message in a thread. All talk about a case belongs in the case (domain.md 1.4)."""
    place = call.place
    assert place is not None
    assert place.ts is not None
    assert place.thread_ts is not None
    found = await reading.thread(desk, place.channel, place.thread_ts, users_in(call.text))
    if found is None:
        if await reading.card_on_its_way(desk, place.channel, place.thread_ts):
            raise LeftToSlack("the card of a case is on its way, and this thread may be its")
        return Nothing()
    command = AddComment(case_id=found.case_id, text=as_typed(call.text, found.names))
    try:
        await cases.comment(desk, command, call.by, call.key, said_in=(place.channel, place.ts))
    except Refusal as refusal:
        sentence = words.not_recorded(refusal)
        return Say(kit.message(sentence, [kit.marked_section("said", sentence)]))
    return Nothing()
