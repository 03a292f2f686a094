"""Reads what Slack sends into calls; `front` asks, and says what cannot be read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.dialogs.forms import BANNER, Fields, fields_of, initial_fields, value_of
from bot.dialogs.view_as import viewed_in
from bot.domain.ids import CallKey, ChannelId, SlackUserId
from bot.domain.talk import Message, instant, joined
from bot.handlers.call import Call, OpenView, Payload, Place
from bot.handlers.wire import (
    LONGEST_VALUE,
    Unreadable,
    name,
    name_if_sound,
    name_or_none,
    part,
    part_or_none,
    parts,
    stamp,
    storable,
    text,
    value,
)
from bot.slack.messages import read_message


def read_call(body: Mapping[str, Any]) -> Call | None:
    """The call that a payload is; None for what the desk does not care for. Raises Unreadable."""
    read = _READERS.get(_kind_of(body))
    try:
        return None if read is None else read(body)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as wild:
        raise Unreadable(f"{type(wild).__name__} in a {_kind_of(body)}") from None


def unreadable_call(body: Mapping[str, Any]) -> Call | None:
    """As much of an unreadable payload as it takes to tell its person so; None where nobody waits."""
    kinds = {"command": Payload.COMMAND, "view_submission": Payload.SUBMISSION}
    kind = _kind_of(body)
    payload = kinds.get(kind, Payload.MESSAGE_BUTTON)
    if kind not in (*kinds, "block_actions", "message_action"):
        return None
    by = name_if_sound(body.get("user"), "id") or name_if_sound(body, "user_id")
    response_url = name_if_sound(body, "response_url") or None
    if payload is Payload.MESSAGE_BUTTON and not (by or response_url):
        return None
    return Call(
        payload=payload,
        route="unreadable",
        by=SlackUserId(by),
        key=CallKey(""),
        view=_what_is_left_of(body.get("view")),
        response_url=response_url,
    )


def _what_is_left_of(view: Any) -> OpenView | None:
    """The first input of an unreadable view, at which a sentence costs nobody what they typed."""
    blocks = view.get("blocks") if isinstance(view, Mapping) else None
    inputs = (one for one in blocks or () if isinstance(one, Mapping) and one.get("type") == "input")
    found = next((name_if_sound(one, "block_id") for one in inputs), "")
    if not found:
        return None
    return OpenView(id="", hash="", metadata="", first_input=found, drawn={}, warned=False, below=None)


def command_call(body: Mapping[str, Any]) -> Call:
    """A slash command. Its first word is part of the route; the rest is its text."""
    word, _, rest = text(body, "text").strip().partition(" ")
    trigger_id = name(body, "trigger_id")
    return Call(
        payload=Payload.COMMAND,
        route=f"{name(body, 'command')} {word.lower()}".strip(),
        by=SlackUserId(name(body, "user_id")),
        key=CallKey(f"command:{trigger_id}"),
        word=word,
        text=rest.strip(),
        place=Place(channel=ChannelId(name(body, "channel_id"))),
        trigger_id=trigger_id,
        response_url=text(body, "response_url") or None,
    )


def button_call(body: Mapping[str, Any]) -> Call | None:
    """A press of a button or a choice in a select outside a form; None for a link, which needs no answer.

    The key of a double click must be one although its trigger ids are two: it is made of the actor, the
    container, the action and the value, which holds the case's version that the button was drawn with.
    """
    action = parts(body, "actions")[0]
    if action.get("url"):
        return None
    route, by = name(action, "action_id"), SlackUserId(name(part(body, "user"), "id"))
    held = value(value_of(action))
    carried = held if isinstance(held, str) else ",".join(held or ())
    if len(carried) > LONGEST_VALUE:
        raise Unreadable("a button's value is too long")
    view = part_or_none(body, "view")
    payload, container = _container(body, view)
    return Call(
        payload=payload,
        route=route,
        by=by,
        key=CallKey(f"button:{by}:{container}:{route}:{carried}"),
        value=carried,
        fields=_fields(view) if view else {},
        place=_message_place(body),
        view=_view(view) if view else None,
        trigger_id=name_or_none(body, "trigger_id"),
        response_url=text(body, "response_url") or None,
    )


def _container(body: Mapping[str, Any], view: Mapping[str, Any] | None) -> tuple[Payload, str]:
    """The kind of button, by where it is, and a name for that place."""
    if view is not None:
        return Payload.HOME_BUTTON if view["type"] == "home" else Payload.MODAL_BUTTON, name(view, "id")
    message, channel = part_or_none(body, "message"), part_or_none(body, "channel")
    held = body.get("container", {})
    there = name(channel, "id") if channel else name(held, "channel_id")
    ts = name(message, "ts") if message else name(held, "message_ts")  # an ephemeral comes without a message
    return Payload.MESSAGE_BUTTON, f"{there}/{ts}"


def submission_call(body: Mapping[str, Any]) -> Call:
    """A submitted modal; its view id is the key, so that a second delivery changes nothing."""
    view = part(body, "view")
    fields = _fields(view)
    return Call(
        payload=Payload.SUBMISSION,
        route=name(view, "callback_id"),
        by=SlackUserId(name(part(body, "user"), "id")),
        key=CallKey(f"submission:{name(view, 'id')}", content=_digest(fields)),
        fields=fields,
        view=_view(view),
        trigger_id=name_or_none(body, "trigger_id"),
    )


def closed_call(body: Mapping[str, Any]) -> Call:
    """A modal that was closed without submitting; `fields` are what stood in it."""
    view = part(body, "view")
    return Call(
        payload=Payload.CLOSED,
        route=name(view, "callback_id"),
        by=SlackUserId(name(part(body, "user"), "id")),
        key=CallKey(f"closed:{name(view, 'id')}"),
        fields=_fields(view),
        view=_view(view),
    )


def suggestion_call(body: Mapping[str, Any]) -> Call:
    """Somebody types in a select whose options come from us; `text` is what they have typed so far."""
    typed = text(body, "value")
    if len(typed) > LONGEST_VALUE:
        raise Unreadable("what is typed in a select is too long")
    view = part_or_none(body, "view")
    return Call(
        payload=Payload.SUGGESTION,
        route=name(body, "action_id").partition(".for.")[0],
        by=SlackUserId(name(part(body, "user"), "id")),
        key=CallKey("suggestion"),
        text=typed,
        view=_view(view) if view is not None else None,
    )


def event_call(body: Mapping[str, Any]) -> Call | None:
    """An event that the desk cares for, or None: App Home opened, or something about a message."""
    event = part(body, "event")
    if event.get("type") == "app_home_opened" and event.get("tab") == "home":
        key = CallKey(f"event:{name(body, 'event_id')}")
        by = SlackUserId(name(event, "user"))
        return Call(payload=Payload.HOME_OPENED, route="app_home_opened", by=by, key=key)
    if event.get("type") == "message":
        return message_call(event)
    return _place_call(event, name(body, "event_id")) if event.get("type") in OF_PLACES else None


OF_PLACES = ("reaction_added", "member_joined_channel", "member_left_channel")
"""Events of somebody doing something to a message or a channel."""


def _place_call(event: Mapping[str, Any], event_id: str) -> Call | None:
    """An emoji put on a message, whose name is the value; or somebody who came into a channel or left."""
    item = part(event, "item") if event["type"] == "reaction_added" else event
    if item is not event and item.get("type") != "message":
        return None
    ts = None if item is event else stamp(item, "ts")
    return Call(
        payload=Payload.EVENT,
        route=event["type"],
        by=SlackUserId(name(event, "user")),
        key=CallKey(f"event:{event_id}"),
        value=name_if_sound(event, "reaction"),
        place=Place(channel=ChannelId(name(item, "channel")), ts=ts),
    )


def shortcut_call(body: Mapping[str, Any]) -> Call:
    """An entry of a message's menu."""
    trigger_id, channel = name(body, "trigger_id"), name(part(body, "channel"), "id")
    message = read_message(part(body, "message"), channel)
    return Call(
        payload=Payload.SHORTCUT,
        route=name(body, "callback_id"),
        by=SlackUserId(name(part(body, "user"), "id")),
        key=CallKey(f"shortcut:{trigger_id}"),
        place=Place(channel=message.channel, ts=message.ts, thread_ts=message.thread_ts),
        trigger_id=trigger_id,
        response_url=text(body, "response_url") or None,
        message=message,
    )


def global_shortcut_call(body: Mapping[str, Any]) -> Call:
    """An entry of the menu that is there everywhere; it has no message, no channel and no way to answer."""
    trigger_id = name(body, "trigger_id")
    return Call(
        payload=Payload.GLOBAL_SHORTCUT,
        route=name(body, "callback_id"),
        by=SlackUserId(name(part(body, "user"), "id")),
        key=CallKey(f"shortcut:{trigger_id}"),
        trigger_id=trigger_id,
    )


def message_call(event: Mapping[str, Any]) -> Call | None:
    """Somebody wrote in a thread, or edited or deleted a message anywhere; None for notes about messages.

    The key is the message, with the edit or deletion that it is: Slack may send two events for the same.
    """
    channel, subtype = name(event, "channel"), event.get("subtype")
    if subtype == "message_changed":
        return _edit_call(event, channel)
    if subtype == "message_deleted":
        return _deletion_call(event, channel)
    if subtype not in PLAIN_MESSAGES or "thread_ts" not in event:
        return None
    message = read_message(event, channel)
    return _about_message(message, f"message:{channel}/{message.ts}") if message.author else None


def _edit_call(event: Mapping[str, Any], channel: str) -> Call | None:
    """An edit tells what the message says now and what it said before. A link that unfurls is no edit.

    The first message of a thread that is deleted becomes a tombstone by an edit.
    """
    message = read_message(part(event, "message"), channel)
    before = part_or_none(event, "previous_message")
    former = None if before is None else read_message(before, channel)
    if message.said.deleted_at is None and "edited" not in part(event, "message"):
        return None
    if message.said.deleted_at is not None:
        return None if former is None else _gone(event, former)
    if former is not None:
        message = replace(message, said=joined(message.said, former.said))
    return _about_message(message, f"message:{channel}/{message.ts}:{message.said.edited_at}")


def _deletion_call(event: Mapping[str, Any], channel: str) -> Call:
    ts = stamp(event, "deleted_ts")
    before = part_or_none(event, "previous_message") or {}
    return _gone(event, read_message({"ts": ts, **before}, channel))


def _gone(event: Mapping[str, Any], former: Message) -> Call:
    ended = replace(former.said, deleted_at=instant(stamp(event, "ts")))
    message = replace(former, said=joined(ended, ended), files=())
    return _about_message(message, f"message:{message.channel}/{message.ts}:deleted")


def _about_message(message: Message, key: str) -> Call:
    return Call(
        payload=Payload.MESSAGE,
        route="message",
        by=message.author,
        key=CallKey(key),
        text=message.said.text,
        place=Place(channel=message.channel, ts=message.ts, thread_ts=message.thread_ts),
        message=message,
    )


PLAIN_MESSAGES = frozenset({None, "thread_broadcast", "file_share", "bot_message"})
"""Subtypes of messages that are somebody saying something; the others are notes about messages."""


_READERS: Mapping[str, Callable[[Mapping[str, Any]], Call | None]] = {
    "command": command_call,
    "block_actions": button_call,
    "view_submission": submission_call,
    "view_closed": closed_call,
    "block_suggestion": suggestion_call,
    "event_callback": event_call,
    "message_action": shortcut_call,
    "shortcut": global_shortcut_call,
}


def _kind_of(body: Mapping[str, Any]) -> str:
    """One of our own words for what kind of payload it is."""
    kind = "command" if "command" in body else body.get("type")
    return kind if isinstance(kind, str) and kind in _READERS else "payload of another kind"


def _message_place(body: Mapping[str, Any]) -> Place | None:
    channel, message = part_or_none(body, "channel"), part_or_none(body, "message")
    if channel is None or message is None:
        return None
    return Place(
        channel=ChannelId(name(channel, "id")),
        ts=stamp(message, "ts"),
        thread_ts=stamp(message, "thread_ts") if message.get("thread_ts") else None,
    )


def _fields(view: Mapping[str, Any]) -> Fields:
    held = fields_of(view.get("state", {}).get("values", {}))
    return {storable(block): value(one) for block, one in held.items()}


def _digest(fields: Fields) -> str:
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def _view(view: Mapping[str, Any]) -> OpenView:
    blocks = parts(view, "blocks")
    inputs = [name(block, "block_id") for block in blocks if block.get("type") == "input"]
    return OpenView(
        id=name(view, "id"),
        hash=text(view, "hash"),
        metadata=text(view, "private_metadata"),
        first_input=inputs[0] if inputs else None,
        drawn=initial_fields(blocks),
        warned=any(block.get("block_id") == BANNER for block in blocks),
        below=name_or_none(view, "previous_view_id"),
        viewing=viewed_in(blocks),
    )
