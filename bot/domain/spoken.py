"""Slack's encoding of what people write, turned back into what they typed, before it is stored."""

from __future__ import annotations

import re
from collections.abc import Mapping

_TOKEN = re.compile(r"<([@#!]?)([^|>]+)(?:\|([^>]*))?>")
_USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


def users_in(text: str) -> tuple[str, ...]:
    """The ids of the people whom a text mentions, each once, in order."""
    return tuple(dict.fromkeys(_USER.findall(text)))


def as_typed(text: str, names: Mapping[str, str] | None = None) -> str:
    """The text as its writer saw it: mentions as @name, links as their words and address, &lt; as <.

    `names` maps Slack user ids to names, for mentions that carry none.
    """
    known = names or {}

    def readable(token: re.Match[str]) -> str:
        mark, target, words = token.groups()
        if mark == "@":
            return f"@{words or known.get(target, target)}"
        if mark == "#":
            return f"#{words or target}"
        if mark == "!":
            return words or f"@{target.partition('^')[0]}"
        if words and words not in (target, target.removeprefix("mailto:")):
            return f"{words} ({target})"
        return target.removeprefix("mailto:")

    plain = _TOKEN.sub(readable, text)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
