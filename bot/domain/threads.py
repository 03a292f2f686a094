"""A chat thread that became a case: where it stands, and honestly how much of it could be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.ids import ChannelId, MessageTs

DELETED = "deleted"
NO_AUTHOR = "no_author"
NO_TEXT = "no_text"
ELSEWHERE = "elsewhere"
ODD = "odd"
"""Why a single message of a thread cannot be a comment; `blocks/threads.py` has words for each."""


@dataclass(frozen=True, kw_only=True)
class ThreadPlace:
    """A thread, by its channel and its first message."""

    channel: ChannelId
    ts: MessageTs


def thread_place(channel: object, ts: object) -> ThreadPlace | None:
    """A thread as a button or a form carried it; None where it is none."""
    if not isinstance(channel, str) or not isinstance(ts, str):
        return None
    if _CHANNEL.fullmatch(channel) is None or _STAMP.fullmatch(ts) is None:
        return None
    return ThreadPlace(channel=ChannelId(channel), ts=MessageTs(ts))


_CHANNEL = re.compile(r"[A-Z0-9]{1,32}", re.ASCII)
_STAMP = re.compile(r"[0-9]{1,11}\.[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class CapturedThread:
    """What of a case's thread is in the case. `trouble` is why it cannot be read now: an error's name.

    The count is of what the thread held at `read_at`, without Caseline's own messages; what is said in it
    afterwards is recorded as it is said. `is_public` says that the account's people are in its channel.
    """

    place: ThreadPlace
    total: int = 0
    captured: int = 0
    unreadable: Mapping[str, int] = field(default_factory=dict)
    trouble: str | None = None
    read_at: datetime | None = None
    permalink: str | None = None
    is_public: bool = False
