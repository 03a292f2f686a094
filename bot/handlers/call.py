"""What somebody did, as the desk sees it: who, where, with which key. Handlers get nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.dialogs.forms import Fields
from bot.domain.ids import CallKey, ChannelId, MessageTs, SlackUserId
from bot.domain.talk import Message


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
    SUGGESTION = "suggestion"
    SHORTCUT = "shortcut"
    GLOBAL_SHORTCUT = "global_shortcut"
    EVENT = "event"


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

    `drawn` is what its inputs held before anybody typed; `warned` says that a sentence was put on top;
    `viewing` is as whom it is seen, where that is somebody else.
    """

    id: str
    hash: str
    metadata: str
    first_input: str | None
    drawn: Fields
    warned: bool
    below: str | None
    viewing: int | None = None


@dataclass(frozen=True, kw_only=True)
class Call:
    """One thing that a person did. `route` finds the handler, `key` makes doing it twice harmless.

    `word` is a command's first word as it was typed, which the route has in small letters; `text` is what
    stands after it, in Slack's encoding (see `spoken.py`); `value` is what a button carries or a select
    chose; `fields` are a modal's inputs; `message` is the one that was said, edited or deleted, or that
    something was done to.
    """

    payload: Payload
    route: str
    by: SlackUserId
    key: CallKey
    word: str = ""
    text: str = ""
    value: str = ""
    fields: Fields = field(default_factory=dict)
    place: Place | None = None
    view: OpenView | None = None
    trigger_id: str | None = None
    response_url: str | None = None
    message: Message | None = None
