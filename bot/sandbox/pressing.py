"""Finds what a person presses: a button or an overflow entry by its text or action id; the driver asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypedDict

from bot.sandbox.acts import Place
from bot.sandbox.inputs import elements
from bot.sandbox.records import Json


class Found(TypedDict):
    """The ids and the value of what is pressed."""

    block_id: str
    action_id: str
    value: Json


@dataclass(kw_only=True)
class Target:
    """What is pressed, and where."""

    place: Place
    block_id: str
    action_id: str
    value: Json = field(default_factory=dict)
    view_id: str = ""


def press(blocks: list[Json] | None, what: str) -> Found | None:
    """The one element that `what` names: by exact text, by action id, by its accessibility label, or as the
    only beginning of a text.
    """
    candidates = list(_pressable(blocks))
    for text, _, found in candidates:
        if text == what:
            return found
    for _, label, found in candidates:
        if what in (found["action_id"], label):
            return found
    begun = [found for text, _, found in candidates if text.casefold().startswith(what.casefold())]
    return begun[0] if len(begun) == 1 else None


def _pressable(blocks: list[Json] | None) -> list[tuple[str, str, Found]]:
    """Text, accessibility label, and what is pressed: buttons, entries of overflows and of menus."""
    found: list[tuple[str, str, Found]] = []
    for block, element in elements(blocks):
        if element.get("type") == "button":
            entries: list[tuple[Json, Json]] = [(element, {})]
        elif element.get("type") == "overflow" or _is_menu(block, element):
            entries = [(option, {"selected_option": option}) for option in element["options"]]
        else:
            continue
        for entry, value in entries:
            ids = Found(block_id=block["block_id"], action_id=element["action_id"], value=value)
            found.append((str(entry["text"]["text"]), str(entry.get("accessibility_label", "")), ids))
    return found


def _is_menu(block: Json, element: Json) -> bool:
    return element.get("type") == "static_select" and block.get("type") != "input" and "options" in element
