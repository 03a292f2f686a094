"""A message in Slack is to become a case or a part of one: by a shortcut, or by the desk's emoji."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from bot.blocks import threads as blocks
from bot.dialogs import add_message, open_case
from bot.dialogs.forms import FieldErrors
from bot.domain.commands import AddMessage
from bot.domain.refusals import Reason, Refusal
from bot.domain.talk import Message
from bot.domain.threads import ThreadPlace
from bot.handlers.call import Call
from bot.handlers.forms import page_view
from bot.handlers.reply import Errors, LeftToSlack, Nothing, Open, Replace, Reply, Say
from bot.handlers.wire import Unreadable
from bot.services import reading, talk, threads
from bot.services.desk import Desk
from bot.store.faults import DatabaseAway, StillSaving

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""How long a window waits for the first message of its thread; it opens without, if need be."""


async def open_dialog(desk: Desk, call: Call) -> Reply:
    """*Open a case from thread*, on any message of it; and the button that the emoji brings."""
    message = call.message
    if message is None:
        place = threads.place_in(call.value)
        if place is None:
            raise Unreadable("a button carries no thread")
    else:
        place = ThreadPlace(channel=message.channel, ts=message.thread_ts)
    case_id = await threads.case_of(desk, call.by, place)
    if case_id is None:
        form = await reading.open_form(desk, call.by)
        first = message if message is not None and message.ts == place.ts else await _look(desk, place)
        first = first or message
        if first is not None and first.thread_ts != place.ts and message is None:
            place = ThreadPlace(channel=place.channel, ts=first.thread_ts)  # the emoji was on a reply
            case_id = await threads.case_of(desk, call.by, place)
    if case_id is not None:
        return Open(await page_view(desk, call, case_id))
    told = await threads.prefill(desk, first)
    if form.asks_orders and told.get("account_id") is not None:  # its orders are offered, too
        form = await reading.open_form(desk, call.by, account_id=told["account_id"])
    return Open(open_case.view(replace(form, **told, thread=place)))


async def _look(desk: Desk, place: ThreadPlace) -> Message | None:
    """The first message of a thread, if Slack tells it in time."""
    if desk.peek is None:
        return None
    try:
        return await asyncio.wait_for(desk.peek(place), LOOK_SECONDS)
    except TimeoutError:
        log.info("a thread's first message did not come in time")
        return None


async def reacted(desk: Desk, call: Call) -> Reply:
    """The desk's emoji on a message offers to make a case of its thread."""
    assert call.place is not None
    assert call.place.ts is not None
    if call.value != desk.emoji or call.by == desk.bot_user:
        return Nothing()
    place = ThreadPlace(channel=call.place.channel, ts=call.place.ts)
    case_id = await threads.case_of(desk, call.by, place)
    if case_id is not None:
        case, _ = await reading.as_it_stands(desk, call.by, case_id)
        return Say(blocks.has_case(case.number, f"{case.id}.{case.version}"))
    await reading.open_form(desk, call.by)  # who may not open a case is told so
    return Say(blocks.offer(threads.carried(place)))


async def place_changed(desk: Desk, call: Call) -> Reply:
    """Somebody, perhaps Caseline, came into a channel or left."""
    assert call.place is not None
    try:
        await threads.place_changed(desk, call.place.channel)
    except (DatabaseAway, StillSaving) as trouble:
        raise LeftToSlack("who came into a channel could not be noted") from trouble
    return Nothing()


async def add_dialog(desk: Desk, call: Call) -> Reply:
    """*Add to a case*: the form that asks which."""
    assert call.message is not None
    person = await threads.adder(desk, call.by)
    text = await threads.text_of(desk, call.message)
    return Open(add_message.view(call.message, text, person))


async def add_submitted(desk: Desk, call: Call) -> Reply:
    """The message is a comment of that case when this returns."""
    assert call.view is not None
    command = add_message.read(call.fields, call.view.metadata)
    if isinstance(command, FieldErrors):
        return Errors(command.errors)
    message = await _message(desk, call.view.metadata)
    shown = await talk.shown_first(desk, command, message, call.by)
    if shown is not None:
        return Replace(add_message.second_step(*shown, call.view.metadata))
    return await _added(desk, call, command, message)


async def public_submitted(desk: Desk, call: Call) -> Reply:
    """The second step of a public one: whoever adds it has seen who will read it."""
    assert call.view is not None
    command = add_message.read_public(call.view.metadata)
    return await _added(desk, call, command, await _message(desk, call.view.metadata))


async def _message(desk: Desk, metadata: str) -> Message:
    message, is_whole = add_message.message_in(metadata)
    if is_whole:
        return message
    return await _look(desk, ThreadPlace(channel=message.channel, ts=message.ts)) or message


async def _added(desk: Desk, call: Call, command: AddMessage, message: Message) -> Reply:
    receipt = await talk.add_message(desk, command, message, call.by, call.key)
    assert receipt.case_id is not None
    return Replace(await page_view(desk, call, receipt.case_id))


async def opened_already(desk: Desk, call: Call, refusal: Refusal) -> Reply:
    """Somebody was faster and made a case of the same thread: this is it."""
    number = refusal.facts.get("number")
    if refusal.reason is not Reason.THREAD_HAS_CASE or not isinstance(number, int):
        raise refusal
    case_id = await threads.numbered(desk, call.by, number)
    return Replace(await page_view(desk, call, case_id, refusal))
