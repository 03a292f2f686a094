"""How a reply reaches the person, for each kind of payload: the table WAYS, and the ways themselves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any

from bot.blocks import inputs, words
from bot.dialogs import notice
from bot.handlers.call import Call, Payload
from bot.handlers.reply import (
    Errors,
    Nothing,
    Open,
    Options,
    Publish,
    Redraw,
    Refresh,
    Replace,
    Reply,
    Say,
    said,
)
from bot.services.announcing import publish_later
from bot.services.desk import Desk
from bot.slack.client import SlackClient
from bot.slack.faults import LOST_TRIGGER, SlackBusy, SlackRefused, SlackUnsure

log = logging.getLogger(__name__)

Acknowledgement = dict[str, Any]

VIEW_SECONDS = 2.0
"""A trigger lives three seconds: longer than this there is no point in waiting for a window."""


class Way(StrEnum):
    """The roads to a person."""

    CLOSE = "close"  # acknowledge and no more; a submitted modal closes
    ACK_TEXT = "ack_text"
    ACK_ERRORS = "ack_errors"
    ACK_UPDATE = "ack_update"
    ACK_PUSH = "ack_push"
    ACK_NOTICE = "ack_notice"
    BELOW = "below"
    VIEWS_OPEN = "views_open"
    VIEWS_PUSH = "views_push"
    VIEWS_UPDATE = "views_update"
    OPEN_NOTICE = "open_notice"
    PUSH_NOTICE = "push_notice"
    RESPONSE_URL = "response_url"
    REDRAW = "redraw"
    EPHEMERAL = "ephemeral"
    PUBLISH = "publish"
    ACK_OPTIONS = "ack_options"
    NO_OPTIONS = "no_options"


WAYS: dict[tuple[Payload, type[Reply]], Way] = {
    (Payload.COMMAND, Nothing): Way.CLOSE,
    (Payload.COMMAND, Say): Way.ACK_TEXT,
    (Payload.COMMAND, Open): Way.VIEWS_OPEN,
    (Payload.MESSAGE_BUTTON, Nothing): Way.CLOSE,
    (Payload.MESSAGE_BUTTON, Say): Way.RESPONSE_URL,
    (Payload.MESSAGE_BUTTON, Open): Way.VIEWS_OPEN,
    (Payload.MESSAGE_BUTTON, Redraw): Way.REDRAW,
    (Payload.MODAL_BUTTON, Nothing): Way.CLOSE,
    (Payload.MODAL_BUTTON, Say): Way.PUSH_NOTICE,
    (Payload.MODAL_BUTTON, Open): Way.VIEWS_PUSH,
    (Payload.MODAL_BUTTON, Replace): Way.VIEWS_UPDATE,
    (Payload.HOME_BUTTON, Nothing): Way.CLOSE,
    (Payload.HOME_BUTTON, Say): Way.OPEN_NOTICE,
    (Payload.HOME_BUTTON, Open): Way.VIEWS_OPEN,
    (Payload.HOME_BUTTON, Publish): Way.PUBLISH,
    (Payload.SUBMISSION, Nothing): Way.CLOSE,
    (Payload.SUBMISSION, Say): Way.ACK_NOTICE,
    (Payload.SUBMISSION, Open): Way.ACK_PUSH,
    (Payload.SUBMISSION, Replace): Way.ACK_UPDATE,
    (Payload.SUBMISSION, Refresh): Way.BELOW,
    (Payload.SUBMISSION, Errors): Way.ACK_ERRORS,
    (Payload.SUBMISSION, Publish): Way.PUBLISH,
    (Payload.CLOSED, Nothing): Way.CLOSE,
    (Payload.HOME_OPENED, Nothing): Way.CLOSE,
    (Payload.HOME_OPENED, Publish): Way.PUBLISH,
    (Payload.SHORTCUT, Nothing): Way.CLOSE,
    (Payload.SHORTCUT, Open): Way.VIEWS_OPEN,
    (Payload.SHORTCUT, Say): Way.RESPONSE_URL,
    (Payload.GLOBAL_SHORTCUT, Nothing): Way.CLOSE,
    (Payload.GLOBAL_SHORTCUT, Open): Way.VIEWS_OPEN,
    (Payload.GLOBAL_SHORTCUT, Say): Way.OPEN_NOTICE,
    (Payload.EVENT, Nothing): Way.CLOSE,
    (Payload.EVENT, Say): Way.EPHEMERAL,
    (Payload.MESSAGE, Nothing): Way.CLOSE,
    (Payload.MESSAGE, Say): Way.EPHEMERAL,
    (Payload.SUGGESTION, Nothing): Way.NO_OPTIONS,
    (Payload.SUGGESTION, Options): Way.ACK_OPTIONS,
}
"""Payload x reply -> way. A pair that is not here cannot reach anybody and is a mistake of the handler."""


class NoWay(Exception):
    """A handler answered with something that its kind of payload cannot carry."""


Rest = Callable[[], Awaitable[None]]
"""What is still to be said, by a way that needs no trigger and that no acknowledgement may wait for."""

SAID_AGAIN = (0.5, 2.0, 5.0, 10.0)
"""Seconds before each further attempt at a sentence that Slack did not take: rather twice than never."""


async def insist(rest: Rest) -> None:
    """Say it, and again where Slack has trouble. It is no outbox work: whom it is for has just acted."""
    for pause in SAID_AGAIN:
        try:
            return await rest()
        except (SlackBusy, SlackUnsure) as trouble:
            waiting = max(pause, trouble.seconds) if isinstance(trouble, SlackBusy) else pause
        except SlackRefused as refused:
            if not refused.temporary:
                raise
            waiting = pause
        await asyncio.sleep(waiting)
    return await rest()


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """How far a reply has come: the body of the acknowledgement, and what goes out on its own."""

    ack: Acknowledgement = field(default_factory=dict)
    rest: Rest | None = None


async def deliver(desk: Desk, slack: SlackClient, call: Call, reply: Reply) -> Delivered:
    """Bring the reply to the person. It takes no longer than a window may take; `rest` is for the caller."""
    way = WAYS.get((call.payload, type(reply)))
    if way is None:
        raise NoWay(f"{type(reply).__name__} cannot answer a {call.payload.value}")
    if way in _IN_THE_ACK:
        return Delivered(ack=_IN_THE_ACK[way](reply))
    if way in _ON_ITS_OWN:
        return Delivered(rest=partial(_ON_ITS_OWN[way], slack, call, reply))
    if isinstance(reply, Publish):
        return await _publish(desk, slack, call, reply)
    return await _CALLS[way](slack, call, reply)


def is_in_the_ack(call: Call, reply: Reply) -> bool:
    """Whether the acknowledgement itself is the reply, so that nothing is asked of Slack."""
    return WAYS.get((call.payload, type(reply))) in _IN_THE_ACK


def _close(_: Any) -> Acknowledgement:
    return {}


def _ack_text(reply: Say) -> Acknowledgement:
    return {"text": reply.message.text, "blocks": reply.message.blocks, "response_type": "ephemeral"}


def _ack_errors(reply: Errors) -> Acknowledgement:
    return {"response_action": "errors", "errors": dict(reply.errors)}


def _ack_update(reply: Replace) -> Acknowledgement:
    return {"response_action": "update", "view": reply.view}


def _ack_push(reply: Open) -> Acknowledgement:
    return {"response_action": "push", "view": reply.view}


def _ack_notice(reply: Say) -> Acknowledgement:
    return {"response_action": "update", "view": _notice(reply)}


def _ack_options(reply: Options) -> Acknowledgement:
    return {"options": inputs.options(reply.choices)}


_IN_THE_ACK: Mapping[Way, Callable[[Any], Acknowledgement]] = {
    Way.CLOSE: _close,
    Way.ACK_TEXT: _ack_text,
    Way.ACK_ERRORS: _ack_errors,
    Way.ACK_UPDATE: _ack_update,
    Way.ACK_PUSH: _ack_push,
    Way.ACK_NOTICE: _ack_notice,
    Way.ACK_OPTIONS: _ack_options,
    Way.NO_OPTIONS: lambda _: _ack_options(Options(())),
}


async def _views_open(slack: SlackClient, call: Call, reply: Open) -> Delivered:
    names = list[str]()

    async def showing() -> None:
        names.append(await slack.open_view(call.trigger_id or "", reply.view))

    delivered = await _show(slack, call, showing())
    if reply.opened is not None and names:
        return Delivered(ack=delivered.ack, rest=partial(reply.opened, names[0]))
    return delivered


async def _views_push(slack: SlackClient, call: Call, reply: Open) -> Delivered:
    return await _show(slack, call, slack.push_view(call.trigger_id or "", reply.view))


async def _views_update(slack: SlackClient, call: Call, reply: Replace) -> Delivered:
    assert call.view is not None  # a button in a modal
    return await _show(slack, call, slack.update_view(call.view.id, reply.view, call.view.hash))


async def _open_notice(slack: SlackClient, call: Call, reply: Say) -> Delivered:
    window = slack.open_view(call.trigger_id or "", _notice(reply))
    return await _show_notice(slack, call, reply, window)


async def _push_notice(slack: SlackClient, call: Call, reply: Say) -> Delivered:
    window = slack.push_view(call.trigger_id or "", _notice(reply))
    return await _show_notice(slack, call, reply, window)


async def _show_notice(slack: SlackClient, call: Call, reply: Say, showing: Awaitable[object]) -> Delivered:
    """Show a sentence in a window; where no window can be (three are open, Slack fails), say it directly."""
    try:
        await asyncio.wait_for(showing, VIEW_SECONDS)
    except (SlackRefused, SlackBusy, SlackUnsure, TimeoutError) as trouble:
        log.info("a notice is said directly: %s", trouble)
        return Delivered(rest=partial(_tell, slack, call, reply))
    return Delivered()


async def _below(slack: SlackClient, call: Call, reply: Refresh) -> Delivered:
    """Draw the modal below again. If it is gone, the change is saved all the same."""
    if call.view is not None and call.view.below is not None:
        try:
            await asyncio.wait_for(slack.update_view(call.view.below, reply.view), VIEW_SECONDS)
        except (SlackRefused, SlackBusy, SlackUnsure, TimeoutError) as error:
            log.info("the window below was not drawn again: %s", error)
    return Delivered()


async def _publish(desk: Desk, slack: SlackClient, call: Call, reply: Publish) -> Delivered:
    """Show Home. Where Slack has no time for it now, the outbox publishes it when Slack has."""
    try:
        await asyncio.wait_for(slack.publish_home(call.by, reply.view, at_once=True), VIEW_SECONDS)
    except (SlackBusy, SlackUnsure, TimeoutError) as trouble:
        log.info("a Home comes later: %s", trouble)
        return Delivered(rest=partial(publish_later, desk, call.by))
    return Delivered()


_CALLS: Mapping[Way, Callable[[SlackClient, Call, Any], Awaitable[Delivered]]] = {
    Way.VIEWS_OPEN: _views_open,
    Way.VIEWS_PUSH: _views_push,
    Way.VIEWS_UPDATE: _views_update,
    Way.OPEN_NOTICE: _open_notice,
    Way.PUSH_NOTICE: _push_notice,
    Way.BELOW: _below,
}


async def _response_url(slack: SlackClient, call: Call, reply: Say) -> None:
    try:
        await slack.respond(call.response_url or "", reply.message.text, reply.message.blocks)
    except (SlackRefused, SlackUnsure):
        await _tell(slack, call, reply)


async def _redraw(slack: SlackClient, call: Call, reply: Redraw) -> None:
    """By the response URL, which is no call of the Web API: pressing costs nobody else a turn."""
    message = reply.message
    try:
        await slack.respond(call.response_url or "", message.text, message.blocks, instead=True)
    except SlackRefused as refused:
        log.info("a message is drawn again by another way: %s", refused)
        assert call.place is not None  # a button in a message
        await slack.update(call.place.channel, call.place.ts or "", message.text, message.blocks)


async def _ephemeral(slack: SlackClient, call: Call, reply: Say) -> None:
    assert call.place is not None  # a message has one
    place, message = call.place, reply.message
    try:
        await slack.say_only_to(call.by, place.channel, message.text, message.blocks, place.thread_ts)
    except (SlackRefused, SlackBusy) as trouble:
        log.info("a reply in %s is said directly: %s", place.channel, trouble)
        await _tell(slack, call, reply)


async def _tell(slack: SlackClient, call: Call, reply: Say) -> None:
    await slack.tell(call.by, reply.message.text, reply.message.blocks)


_ON_ITS_OWN: Mapping[Way, Callable[[SlackClient, Call, Any], Awaitable[None]]] = {
    Way.RESPONSE_URL: _response_url,
    Way.REDRAW: _redraw,
    Way.EPHEMERAL: _ephemeral,
}


async def _show(slack: SlackClient, call: Call, showing: Awaitable[None]) -> Delivered:
    """Open, push or draw a window; where that comes too late, say so in words."""
    try:
        await asyncio.wait_for(showing, VIEW_SECONDS)
    except SlackRefused as refused:
        if refused.error == "hash_conflict":
            return Delivered()  # a later click has drawn it already
        if refused.error == "not_found":
            return _otherwise(slack, call, words.window_closed())
        if refused.error in LOST_TRIGGER:
            return _otherwise(slack, call, words.lost_trigger())
        raise
    except TimeoutError:
        return _otherwise(slack, call, words.lost_trigger())
    return Delivered()


def _otherwise(slack: SlackClient, call: Call, sentence: str) -> Delivered:
    """Say it where the window is lost: in the answer to a command, where they clicked, or directly."""
    reply = said(sentence)
    if call.payload is Payload.COMMAND:
        return Delivered(ack=_ack_text(reply))
    way = _tell if call.response_url is None else _response_url
    return Delivered(rest=partial(way, slack, call, reply))


def _notice(reply: Say) -> dict[str, Any]:
    return notice.view("Caseline", reply.sentence or reply.message.text)
