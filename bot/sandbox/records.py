"""What the workspace remembers: members, channels and messages; `state.py` stores them as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

Json = dict[str, Any]
_Value = TypeVar("_Value", Json, list[Json])


def copied(value: _Value) -> _Value:
    """A copy of a JSON value, several times sooner than `copy.deepcopy` makes one."""
    made: _Value = json.loads(json.dumps(value))
    return made


@dataclass(kw_only=True, slots=True)
class Member:
    """Somebody in the workspace, the bot included."""

    id: str
    handle: str
    real_name: str
    title: str = ""
    tz: str = "UTC"
    email: str = ""
    is_admin: bool = False
    is_bot: bool = False
    color: str = "9f69e7"


@dataclass(kw_only=True, slots=True)
class Channel:
    """A public or private channel, or the direct message between the bot and one person."""

    id: str
    name: str
    topic: str = ""
    is_private: bool = False
    members: set[str] = field(default_factory=set)
    im_with: str | None = None

    @property
    def kind(self) -> str:
        """The `channel_type` of Slack's message events: channel, group or im."""
        if self.im_with is not None:
            return "im"
        return "group" if self.is_private else "channel"

    def to_json(self) -> Json:
        return asdict(self) | {"members": sorted(self.members)}

    @classmethod
    def from_json(cls, body: Json) -> Channel:
        return cls(**(body | {"members": set(body["members"])}))


@dataclass(kw_only=True, slots=True)
class Message:
    """One message. `ts` is its id within the channel; an ephemeral one has a single reader."""

    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: list[Json] | None = None
    thread_ts: str | None = None
    edited: Json | None = None
    bot_id: str | None = None
    metadata: Json | None = None
    ephemeral_to: str | None = None
    subtype: str | None = None
    files: list[Json] | None = None

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    def to_json(self) -> Json:
        """Shallow on purpose: texts and block lists are replaced by an edit, never changed in place."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, body: Json) -> Message:
        return cls(**body)
