"""What may stand in a payload, and nothing else; `call.py` reads every payload through it.

Slack's signature says who sent a payload, not that it is well-formed: what a handler gets has the right
types, can be stored by every database, and is no longer than Slack allows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.ids import MessageTs

LONGEST_NAME = 255
"""Slack's own limit for action, block and callback ids; its ids of things are far shorter."""

LONGEST_VALUE = 2000
"""Slack's limit for the value of a button."""


_STAMP = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}", re.ASCII)


class Unreadable(Exception):
    """A payload that is not as Slack sends it; the text names the part and never its content."""


def part(holder: Any, key: str) -> Mapping[str, Any]:
    """An object inside of another one. Raises Unreadable."""
    found = holder.get(key) if isinstance(holder, Mapping) else None
    if not isinstance(found, Mapping):
        raise Unreadable(f"{key} is no object")
    return found


def part_or_none(holder: Mapping[str, Any], key: str) -> Mapping[str, Any] | None:
    """The same, where it may be missing. Raises Unreadable where it is something else."""
    return None if holder.get(key) is None else part(holder, key)


def parts(holder: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    """A list of objects; an empty one where it is missing. Raises Unreadable."""
    found = holder.get(key)
    if found is None:
        return ()
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise Unreadable(f"{key} is no list of objects")
    return found


def name(holder: Any, key: str) -> str:
    """An id of something or a name that we gave: short, and of visible ASCII. Raises Unreadable."""
    found = holder.get(key) if isinstance(holder, Mapping) else None
    if not isinstance(found, str) or not 0 < len(found) <= LONGEST_NAME:
        raise Unreadable(f"{key} is no name")
    if not found.isascii() or not found.isprintable():
        raise Unreadable(f"{key} is no name")
    return found


def stamp(holder: Any, key: str) -> MessageTs:
    """The time stamp that names a message. Raises Unreadable."""
    found = name(holder, key)
    if _STAMP.fullmatch(found) is None:
        raise Unreadable(f"{key} is no time stamp")
    return MessageTs(found)


def name_or_none(holder: Mapping[str, Any], key: str) -> str | None:
    """The same, where it may be missing or empty."""
    return name(holder, key) if holder.get(key) not in (None, "") else None


def name_if_sound(holder: Any, key: str) -> str:
    """The same, and nothing where it is not sound: for what is said of a payload that is unreadable else."""
    try:
        return name(holder, key)
    except Unreadable:
        return ""


def text(holder: Mapping[str, Any], key: str) -> str:
    """What people wrote, or nothing. Raises Unreadable where it is no text."""
    found = holder.get(key)
    if found is not None and not isinstance(found, str):
        raise Unreadable(f"{key} is no text")
    return storable(found or "")


def value(found: Any) -> str | tuple[str, ...] | None:
    """What an element holds, as `value_of` gives it. Raises Unreadable where that is no text."""
    if found is None or isinstance(found, str):
        return None if found is None else storable(found)
    if not isinstance(found, tuple) or not all(isinstance(one, str) for one in found):
        raise Unreadable("a value is no text")
    return tuple(storable(one) for one in found)


def storable(written: str) -> str:
    """The text without what no database keeps: halves of characters, which JSON can spell, and NUL."""
    return written.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
