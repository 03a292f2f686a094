"""Slack's messages as the desk knows them; handlers read events with it, the client what it asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.domain.ids import ChannelId, MessageTs, SlackUserId
from bot.domain.talk import Attached, Message, Said, Wording, instant

_STAMP = re.compile(r"[0-9]{1,11}\.[0-9]{1,9}", re.ASCII)
_ID = re.compile(r"[A-Z0-9]{1,32}", re.ASCII)

MOST_FILES = 20
LONGEST_FILE_NAME = 255
LARGEST = 2**53
"""Beyond this a size is no size."""

TOMBSTONE = "tombstone"
"""The subtype of what stays where the first message of a thread was deleted."""


def readable(message: Any, channel: str) -> Message | None:
    """The same, or None where it is not as Slack sends them."""
    try:
        return read_message(message, channel)
    except (AttributeError, TypeError, ValueError):
        return None


def read_message(body: Mapping[str, Any], channel: str) -> Message:
    """A message, from an event, a shortcut or the Web API. Raises ValueError where it is not Slack's."""
    ts = stamp(body.get("ts"))
    edited = body.get("edited")
    wording = Wording(
        at=instant(stamp(edited.get("ts")) if isinstance(edited, Mapping) else ts), text=_text(body)
    )
    gone = body.get("subtype") == TOMBSTONE
    count = body.get("reply_count")
    return Message(
        channel=ChannelId(channel),
        ts=ts,
        thread_ts=stamp(body.get("thread_ts") or ts),
        author=SlackUserId("" if gone else _author(body)),
        author_name=_name(body),
        by_app=bool(body.get("bot_id")),
        said=Said(wordings=() if gone else (wording,), deleted_at=wording.at if gone else None),
        files=() if gone else attached(body.get("files")),
        reply_count=count if isinstance(count, int) and count > 0 else 0,
    )


def attached(files: Any) -> tuple[Attached, ...]:
    """The files of a message or of a form's input; one without an id is no file."""
    if not isinstance(files, list):
        return ()
    found = [_file(one) for one in files[:MOST_FILES] if isinstance(one, Mapping)]
    return tuple(one for one in found if one is not None)


def _file(body: Mapping[str, Any]) -> Attached | None:
    file_id, size = body.get("id"), body.get("size")
    if not isinstance(file_id, str) or _ID.fullmatch(file_id) is None:
        return None
    name = body.get("name") or body.get("title") or ""
    mimetype = body.get("mimetype")
    return Attached(
        slack_file_id=file_id,
        name=storable(name)[:LONGEST_FILE_NAME] if isinstance(name, str) else "",
        mimetype=storable(mimetype)[:LONGEST_FILE_NAME] if isinstance(mimetype, str) else "",
        size=size if isinstance(size, int) and 0 <= size < LARGEST else 0,
    )


def stamp(found: Any) -> MessageTs:
    """The time stamp that names a message. Raises ValueError."""
    if not isinstance(found, str) or _STAMP.fullmatch(found) is None:
        raise ValueError("a message has no time stamp")
    return MessageTs(found)


def storable(written: str) -> str:
    """The text without what no database keeps: halves of characters, which JSON can spell, and NUL."""
    return written.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def _text(body: Mapping[str, Any]) -> str:
    text = body.get("text")
    if text is not None and not isinstance(text, str):
        raise ValueError("a message's text is no text")
    return storable(text or "")


def _author(body: Mapping[str, Any]) -> str:
    author = body.get("user") or body.get("bot_id") or ""
    if not isinstance(author, str) or (author and _ID.fullmatch(author) is None):
        raise ValueError("a message's author is no id")
    return author


def _name(body: Mapping[str, Any]) -> str:
    """What an app calls itself."""
    profile = body.get("bot_profile")
    name = body.get("username") or (profile.get("name") if isinstance(profile, Mapping) else "")
    return storable(name)[:80] if isinstance(name, str) else ""


def next_cursor(answer: Any) -> str | None:
    """Where a list of the Web API goes on, if it does."""
    return (answer.get("response_metadata") or {}).get("next_cursor") or None
