"""Hands on the wire: the person's client sends what the bot never offered, in payloads that are real else.

Tests of what somebody may see or do use it, because a button that is not drawn protects nothing.
"""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox import Message, Person
from bot.sandbox.inputs import elements
from bot.sandbox.views import View
from tests.flows.conftest import Workplace


def forge_option(workplace: Workplace, person: Person, field: str, value: str) -> None:
    """Give a select of the person's window one more option."""
    for block, element in elements(_top(workplace, person).blocks):
        if block["block_id"] == field:
            text = {"type": "plain_text", "text": value, "emoji": False}
            element["options"].append({"text": text, "value": value})
            return
    raise AssertionError(f"no field {field}")


def forge_input(workplace: Workplace, person: Person, field: str) -> None:
    """Give the person's window one more text field."""
    element = {"type": "plain_text_input", "action_id": "value"}
    label = {"type": "plain_text", "text": field, "emoji": False}
    _top(workplace, person).blocks.append(
        {"type": "input", "block_id": field, "label": label, "element": element, "optional": True}
    )


def forge_reference(workplace: Workplace, person: Person, **changes: int) -> None:
    """Change what the person's window says of its case: `case` (an id) or `version`."""
    body = _top(workplace, person).body
    body["private_metadata"] = json.dumps({**json.loads(body["private_metadata"]), **changes})


def forge_button(
    workplace: Workplace, person: Person, action_id: str, value: str, on: Message | None = None
) -> None:
    """Make a button carry something else: one of a message, of the person's window, or of their Home."""
    blocks = on.blocks if on is not None else _top(workplace, person).blocks
    _button(blocks, action_id)["value"] = value


def forge_act(workplace: Workplace, person: Person, to: str, value: str, on: Message | None = None) -> str:
    """Make a button of a message, a window or Home do another act; gives the button's new text."""
    blocks = on.blocks if on is not None else _top(workplace, person).blocks
    buttons = [element for _, element in elements(blocks) if element["type"] == "button"]
    same = [element for element in buttons if element["action_id"] == to]
    forged = (same or buttons)[-1]
    forged.update(action_id=to, value=value)
    forged["text"]["text"] = "Forged"
    return "Forged"


def _button(blocks: list[dict[str, Any]], action_id: str) -> dict[str, Any]:
    for _, element in elements(blocks):
        if element.get("action_id") == action_id:
            return element
    raise AssertionError(f"no button {action_id}")


def _top(workplace: Workplace, person: Person) -> View:
    stack = workplace.sandbox.views.stack(person.id)
    view = stack[-1] if stack else workplace.sandbox.views.home(person.id)
    assert view is not None, f"{person!r} has nothing open"
    return view
