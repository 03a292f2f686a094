"""A Slack payload as the desk sees it: who did what, where, with which key. Handlers get nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.dialogs.forms import BANNER, Fields, fields_of, initial_fields, value_of
from bot.domain.ids import CallKey, ChannelId, MessageTs, SlackUserId


class Payload(StrEnum):
    """The ways in. What a Reply becomes depends on it (`front.WAYS`)."""

    COMMAND = "command"
    MESSAGE_BUTTON = "message_button"
    MODAL_BUTTON = "modal_button"
    HOME_BUTTON = "home_button"
    SUBMISSION = "submission"
    CLOSED = "closed"
    HOME_OPENED = "home_opened"
    MESSAGE = "message"


BUTTONS = frozenset({Payload.MESSAGE_BUTTON, Payload.MODAL_BUTTON, Payload.HOME_BUTTON})


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where it happened: a channel, and the message and thread where there is one."""

    channel: ChannelId
    ts: MessageTs | None = None
    thread_ts: MessageTs | None = None


@dataclass(frozen=True, kw_only=True)
class OpenView:
    """The modal that a payload came from; `below` is the one under it in the stack.

    `drawn` is what its inputs held before anybody typed; `warned` says that it was drawn again with a
    sentence on top.
    """

    id: str
    hash: str
    metadata: str
    first_input: str | None
    drawn: Fields
    warned: bool
    below: str | None


@dataclass(frozen=True, kw_only=True)
class Call:
    """One thing that a person did. `route` finds the handler, `key` makes doing it twice harmless.

    `text` is what stands after a command's first word, or a message's text, in Slack's encoding (see
    `spoken.py`); `value` is what a button carries or a select chose; `fields` are a modal's inputs.
    """

    payload: Payload
    route: str
    by: SlackUserId
    key: CallKey
    text: str = ""
    value: str = ""
    fields: Fields = field(default_factory=dict)
    place: Place | None = None
    view: OpenView | None = None
    trigger_id: str | None = None
    response_url: str | None = None


def command_call(body: Mapping[str, Any]) -> Call:
    """A slash command. Its first word is part of the route; the rest is its text."""
    word, _, rest = str(body.get("text", "")).strip().partition(" ")
    return Call(
        payload=Payload.COMMAND,
        route=f"{body['command']} {word.lower()}".strip(),
        by=SlackUserId(body["user_id"]),
        key=CallKey(f"command:{body['trigger_id']}"),
        text=rest.strip(),
        place=Place(channel=ChannelId(body["channel_id"])),
        trigger_id=body["trigger_id"],
        response_url=body.get("response_url"),
    )


def button_call(body: Mapping[str, Any]) -> Call:
    """A press of a button or a choice in a select outside a form.

    The key of a double click must be one although its trigger ids are two: it is made of the actor, the
    container, the action and the value, which holds the case's version that the button was drawn with.
    """
    action = body["actions"][0]
    by = SlackUserId(body["user"]["id"])
    value = value_of(action)
    view = body.get("view")
    message = body.get("message")
    if view is None:
        channel = body.get("channel", {}).get("id") or body["container"].get("channel_id")
        ts = message["ts"] if message else body["container"].get("message_ts")  # an ephemeral comes without
        payload, container = Payload.MESSAGE_BUTTON, f"{channel}/{ts}"
    else:
        payload = Payload.HOME_BUTTON if view["type"] == "home" else Payload.MODAL_BUTTON
        container = view["id"]
    text = value if isinstance(value, str) else ",".join(value or ())
    return Call(
        payload=payload,
        route=action["action_id"],
        by=by,
        key=CallKey(f"button:{by}:{container}:{action['action_id']}:{text}"),
        value=text,
        fields=fields_of(view.get("state", {}).get("values", {})) if view else {},
        place=_message_place(body),
        view=_view(view) if view else None,
        trigger_id=body.get("trigger_id"),
        response_url=body.get("response_url"),
    )


def submission_call(body: Mapping[str, Any]) -> Call:
    """A submitted modal; its view id is the key, so that a second delivery changes nothing."""
    view = body["view"]
    fields = fields_of(view.get("state", {}).get("values", {}))
    return Call(
        payload=Payload.SUBMISSION,
        route=view["callback_id"],
        by=SlackUserId(body["user"]["id"]),
        key=CallKey(f"submission:{view['id']}", content=_digest(fields)),
        fields=fields,
        view=_view(view),
        trigger_id=body.get("trigger_id"),
    )


def closed_call(body: Mapping[str, Any]) -> Call:
    """A modal that was closed without submitting."""
    view = body["view"]
    return Call(
        payload=Payload.CLOSED,
        route=view["callback_id"],
        by=SlackUserId(body["user"]["id"]),
        key=CallKey(f"closed:{view['id']}"),
        view=_view(view),
    )


def event_call(body: Mapping[str, Any]) -> Call | None:
    """An event that the desk cares for, or None: App Home opened, or somebody wrote in a thread.

    The key of a message is the message itself, which is one even where Slack sends two events for it.
    """
    event = body["event"]
    if event["type"] == "app_home_opened" and event.get("tab") == "home":
        key = CallKey(f"event:{body['event_id']}")
        return Call(
            payload=Payload.HOME_OPENED, route="app_home_opened", by=SlackUserId(event["user"]), key=key
        )
    plain = event["type"] == "message" and event.get("subtype") in PLAIN_MESSAGES
    if not plain or "thread_ts" not in event or "user" not in event or event.get("bot_id"):
        return None
    place = Place(
        channel=ChannelId(event["channel"]),
        ts=MessageTs(event["ts"]),
        thread_ts=MessageTs(event["thread_ts"]),
    )
    return Call(
        payload=Payload.MESSAGE,
        route="message",
        by=SlackUserId(event["user"]),
        key=CallKey(f"message:{place.channel}/{place.ts}"),
        text=event.get("text", ""),
        place=place,
    )


PLAIN_MESSAGES = frozenset({None, "thread_broadcast", "file_share"})
"""Subtypes of messages that are somebody saying something; the others are notes about messages."""


def _message_place(body: Mapping[str, Any]) -> Place | None:
    channel, message = body.get("channel"), body.get("message")
    if channel is None or message is None:
        return None
    thread_ts = message.get("thread_ts")
    return Place(
        channel=ChannelId(channel["id"]),
        ts=MessageTs(message["ts"]),
        thread_ts=MessageTs(thread_ts) if thread_ts else None,
    )


def _digest(fields: Fields) -> str:
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def _view(view: Mapping[str, Any]) -> OpenView:
    blocks = view.get("blocks", ())
    inputs = [block["block_id"] for block in blocks if block.get("type") == "input"]
    return OpenView(
        id=view["id"],
        hash=view.get("hash", ""),
        metadata=view.get("private_metadata") or "",
        first_input=inputs[0] if inputs else None,
        drawn=initial_fields(blocks),
        warned=any(block.get("block_id") == BANNER for block in blocks),
        below=view.get("previous_view_id"),
    )
