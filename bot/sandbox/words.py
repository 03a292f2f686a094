"""Text as Slack stores it and as people read it: escaping, rendering, finding mentions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

_EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
_TYPED = re.compile(
    rf"(?P<url>https?://[^\s<>|]+[^\s<>|.,;:!?)])"
    rf"|(?P<email>{_EMAIL})"
    r"|(?<![\w@#])@(?P<person>[A-Za-z0-9][\w.-]*\w|\w)"
    r"|(?<![\w@#&])#(?P<channel>[a-z0-9][\w-]*)"
)
_BROADCASTS = ("channel", "here", "everyone")
_BROADCAST_TOKENS = tuple(f"!{name}" for name in _BROADCASTS)
_TOKEN = re.compile(r"<([^<>]+)>")


def escape(text: str) -> str:
    """The three characters that Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """The reverse of `escape`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def typed(
    text: str,
    person: Callable[[str], str | None],
    channel: Callable[[str], str | None],
    named: bool = False,
    broadcasts: bool = True,
) -> str:
    """What a person typed, as Slack sends it on.

    `person` and `channel` give the id for a handle or a name, or None. `named` adds the name to a mention, as
    commands with `should_escape` have it.
    """
    parts: list[str] = []
    end = 0
    for match in _TYPED.finditer(text):
        parts.append(escape(text[end : match.start()]))
        parts.append(_link(match, person, channel, named, broadcasts))
        end = match.end()
    parts.append(escape(text[end:]))
    return "".join(parts)


def _link(
    match: re.Match[str],
    person: Callable[[str], str | None],
    channel: Callable[[str], str | None],
    named: bool,
    broadcasts: bool,
) -> str:
    whole = match.group()
    if match["url"]:
        return f"<{escape(whole)}>"
    if match["email"]:
        return f"<mailto:{whole}|{whole}>"
    if match["person"]:
        name = match["person"]
        if broadcasts and name in _BROADCASTS:
            return f"<!{name}>"
        found = person(name)
        sign = "@"
    else:
        name = match["channel"]
        found = channel(name)
        sign = "#"
    if found is None:
        return escape(whole)
    return f"<{sign}{found}|{name}>" if named else f"<{sign}{found}>"


def rendered(text: str, names: dict[str, str]) -> str:
    """Mrkdwn as a person reads it. `names` maps user and channel ids to handle and channel name."""

    def token(match: re.Match[str]) -> str:
        inner = match[1]
        target, _, label = inner.partition("|")
        if inner.startswith("@"):
            return "@" + names.get(target[1:], target[1:])
        if inner.startswith("#"):
            return "#" + names.get(target[1:], target[1:])
        if inner.startswith("!date^"):
            return label
        if inner.startswith("!subteam^"):
            return label or "@a-group"
        if inner.startswith("!"):
            return "@" + target[1:]
        return label or target.removeprefix("mailto:")

    return unescape(_TOKEN.sub(token, text))


def mentions(text: str) -> Iterator[str]:
    """Whom mrkdwn text would notify: user ids, and channel, here or everyone."""
    for match in _TOKEN.finditer(text):
        target = match[1].partition("|")[0]
        if target.startswith(("@", "!subteam^")) or target in _BROADCAST_TOKENS:
            yield target[1:]


def mentions_in_blocks(node: Any) -> Iterator[str]:
    """The same for blocks: mrkdwn objects, markdown blocks and the mention elements of rich text."""
    if isinstance(node, list):
        for item in node:
            yield from mentions_in_blocks(item)
    if not isinstance(node, dict):
        return
    kind = node.get("type")
    if kind in ("mrkdwn", "markdown") and isinstance(node.get("text"), str):
        yield from mentions(node["text"])
    elif kind == "user" and "user_id" in node:
        yield str(node["user_id"])
    elif kind == "broadcast" and "range" in node:
        yield str(node["range"])
    else:
        for value in node.values():
            yield from mentions_in_blocks(value)
