"""Everything that a person can read in blocks, flattened to lines; the driver and `sees` use it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.sandbox.records import Json
from bot.sandbox.words import rendered, unescape

# Keys whose plain strings a person reads; every other string in a block is plumbing.
_SHOWN = frozenset({"initial_value", "alt_text", "caption", "label", "title", "name", "fallback", "unicode"})
_HIDDEN = frozenset(
    {"block_id", "action_id", "value", "url", "image_url", "type", "style", "private_metadata"}
)


def lines(node: Any, names: dict[str, str]) -> Iterator[str]:
    """The readable pieces of a block, a list of blocks or an element, in the order of the JSON."""
    if isinstance(node, list):
        for item in node:
            yield from lines(item, names)
    if not isinstance(node, dict):
        return
    kind = node.get("type")
    if isinstance(node.get("text"), str):
        text: str = node["text"]
        yield _shown_text(text, kind, names)
    if kind in ("rich_text_section", "rich_text_preformatted", "rich_text_quote"):
        yield "".join(_rich(item, names) for item in node.get("elements", []))
        return
    for key, value in node.items():
        if key in _HIDDEN or (key == "text" and isinstance(value, str)):
            continue
        if isinstance(value, str):
            if key in _SHOWN:
                yield value
            elif key in ("initial_user", "initial_conversation", "initial_channel"):
                yield "@" + _name(value, names)
        else:
            yield from _deeper(key, value, names)


def _shown_text(text: str, kind: object, names: dict[str, str]) -> str:
    if kind in ("mrkdwn", "markdown"):
        return rendered(text, names)
    # Slack reads the three entities in plain text too; rich text is shown letter by letter.
    return unescape(text) if kind == "plain_text" else text


def _deeper(key: str, value: Any, names: dict[str, str]) -> Iterator[str]:
    if key in ("initial_users", "initial_conversations", "initial_channels") and isinstance(value, list):
        yield from ("@" + _name(item, names) for item in value)
    elif isinstance(value, list) and all(isinstance(item, str) for item in value):
        yield from (item for item in value if key in ("categories", "columns"))
    else:
        yield from lines(value, names)


def _rich(item: Json, names: dict[str, str]) -> str:
    match item.get("type"):
        case "user":
            return "@" + _name(item.get("user_id"), names)
        case "channel":
            return "#" + _name(item.get("channel_id"), names)
        case "broadcast":
            return "@" + str(item.get("range", ""))
        case "emoji":
            return f":{item.get('name', '')}:"
        case "date":
            return str(item.get("fallback", item.get("timestamp", "")))
        case "link":
            return str(item.get("text") or item.get("url", ""))
        case _:
            return str(item.get("text", ""))


def _name(key: object, names: dict[str, str]) -> str:
    return names.get(str(key), str(key))


def readable(text: str, blocks: list[Json] | None, names: dict[str, str]) -> str:
    """All that a message says: its text, then its blocks, one piece a line, without repetition."""
    pieces = [rendered(text, names)] if text else []
    pieces += [piece for piece in lines(blocks or [], names) if piece]
    return "\n".join(dict.fromkeys(pieces))


def readable_view(view: Json, names: dict[str, str]) -> str:
    """All that a modal or Home says, title and buttons included."""
    edges = [view.get(key) for key in ("title", "submit", "close")]
    head = [edge["text"] for edge in edges[:1] if isinstance(edge, dict)]
    tail = [edge["text"] for edge in edges[1:] if isinstance(edge, dict)]
    body = [piece for piece in lines(view.get("blocks") or [], names) if piece]
    return "\n".join([*head, *body, *tail])
