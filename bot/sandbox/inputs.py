"""Which block elements hold a value, and what `state.values` says of it; views, acts and the driver ask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.sandbox.records import Json

# Element type -> (its key in state.values, the key of its initial value, whether it holds a list).
STATEFUL: dict[str, tuple[str, str, bool]] = {
    "plain_text_input": ("value", "initial_value", False),
    "email_text_input": ("value", "initial_value", False),
    "url_text_input": ("value", "initial_value", False),
    "number_input": ("value", "initial_value", False),
    "rich_text_input": ("rich_text_value", "initial_value", False),
    "static_select": ("selected_option", "initial_option", False),
    "external_select": ("selected_option", "initial_option", False),
    "radio_buttons": ("selected_option", "initial_option", False),
    "users_select": ("selected_user", "initial_user", False),
    "channels_select": ("selected_channel", "initial_channel", False),
    "conversations_select": ("selected_conversation", "initial_conversation", False),
    "datepicker": ("selected_date", "initial_date", False),
    "timepicker": ("selected_time", "initial_time", False),
    "datetimepicker": ("selected_date_time", "initial_date_time", False),
    "multi_static_select": ("selected_options", "initial_options", True),
    "multi_external_select": ("selected_options", "initial_options", True),
    "checkboxes": ("selected_options", "initial_options", True),
    "multi_users_select": ("selected_users", "initial_users", True),
    "multi_channels_select": ("selected_channels", "initial_channels", True),
    "multi_conversations_select": ("selected_conversations", "initial_conversations", True),
    "file_input": ("files", "", True),
}
TEXT_INPUTS = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input"})


def elements(blocks: list[Json] | None) -> Iterator[tuple[Json, Json]]:
    """Every (block, element) pair: inputs, accessories, and what stands in actions and other rows."""
    for block in blocks or []:
        for key in ("element", "accessory"):
            if isinstance(block.get(key), dict):
                yield block, block[key]
        if block.get("type") in ("actions", "context_actions"):
            for element in block.get("elements", []):
                yield block, element
        for key in ("actions", "buttons"):
            if isinstance(block.get(key), list):
                yield from ((block, element) for element in block[key] if isinstance(element, dict))


def find(blocks: list[Json] | None, block_id: str, action_id: str) -> tuple[Json, Json] | None:
    """The element of these ids with its block."""
    for block, element in elements(blocks):
        if block.get("block_id") == block_id and element.get("action_id") == action_id:
            return block, element
    return None


def values(blocks: list[Json] | None, typed: Json) -> Json:
    """`state.values`: what was typed where ids still match, else the initial values.

    `typed` has the same shape, and may hold less or more than these blocks show.
    """
    state: dict[str, Json] = {}
    for block, element in elements(blocks):
        kind = element.get("type", "")
        if kind not in STATEFUL:
            continue
        key, initial, many = STATEFUL[kind]
        now = typed.get(block["block_id"], {}).get(element["action_id"])
        value = element.get(initial) if now is None else now.get(key)
        if value in ("", None, []):
            value = [] if many else None
        state.setdefault(block["block_id"], {})[element["action_id"]] = {"type": kind, key: value}
    return state


def held(block: Json, state: Json) -> Any:
    """The bare value of an input block in `state.values`."""
    element = block["element"]
    key = STATEFUL[element["type"]][0]
    return state[block["block_id"]][element["action_id"]][key]


def refused(blocks: list[Json], state: Json) -> dict[str, str]:
    """What Slack's client refuses before anything is sent: block id -> its sentence."""
    errors: dict[str, str] = {}
    for block in blocks:
        if block.get("type") != "input":
            continue
        element, value = block["element"], held(block, state)
        if value in (None, []):
            if not block.get("optional"):
                errors[block["block_id"]] = "Please complete this required field."
        elif element["type"] in TEXT_INPUTS:
            sentence = _length(element, str(value))
            if sentence:
                errors[block["block_id"]] = sentence
    return errors


def _length(element: Json, value: str) -> str:
    least, most = element.get("min_length"), element.get("max_length")
    if element["type"] != "plain_text_input":
        return ""
    if least is not None and len(value) < least:
        return f"Must be at least {least} characters."
    if len(value) > (3000 if most is None else most):
        return f"Must be at most {most or 3000} characters."
    return ""
