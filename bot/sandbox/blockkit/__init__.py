"""What Slack accepts as blocks and views: a strict table of the sandbox's own."""

from __future__ import annotations

import json
import secrets
from typing import Any

from bot.sandbox.blockkit.blocks import check_blocks
from bot.sandbox.blockkit.elements import ELEMENTS
from bot.sandbox.blockkit.parts import ID, MENU_OPTION, OPTION_GROUP, plain
from bot.sandbox.blockkit.rules import Report, Rule, array, boolean, shape, string
from bot.sandbox.records import Json, copied

__all__ = ["LARGEST_VIEW", "message_problems", "suggested", "too_large", "view_problems", "with_ids"]

LARGEST_VIEW = 250_000  # bytes of JSON


def _any(_value: Any, _at: str, _report: Report) -> None:
    """Checked elsewhere."""


_BOTH: dict[str, Rule] = {
    "private_metadata": string(3000, least=0),
    "callback_id": string(ID, least=0),
    "external_id": string(ID, least=0),
}
_VIEWS = {
    "modal": shape(
        {"title": plain(24), "blocks": _any},
        {
            **_BOTH,
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
    ),
    "home": shape({"blocks": _any}, _BOTH),
}


def message_problems(blocks: Any) -> list[str]:
    """What Slack would say against the blocks of a message, in its words."""
    report = Report()
    check_blocks(blocks, "message", "/blocks", report)
    return report.problems


def view_problems(view: Any, kind: str) -> list[str]:
    """What Slack would say against a view that should be a "modal" or a "home"."""
    report = Report()
    if not isinstance(view, dict):
        report.add("must provide an object", "/view")
        return report.problems
    if view.get("type") != kind:
        report.add(f"must be one of: {kind}", "/view/type")
        return report.problems
    _VIEWS[kind](view, "/view", report)
    if "blocks" in view:
        check_blocks(view["blocks"], kind, "/view/blocks", report)
    if report.problems or kind == "home":
        return report.problems
    if "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
        report.add("missing required field: submit, which a modal with inputs needs", "/view")
    return report.problems


def suggested(body: Any) -> list[Json] | None:
    """The options in the answer to a `block_suggestion`; None where Slack would not take it."""
    report = Report()
    if not isinstance(body, dict) or ("options" in body) == ("option_groups" in body):
        return None
    if "options" in body:
        array(MENU_OPTION, 100, least=0)(body["options"], "/options", report)
        options = body["options"]
    else:
        array(OPTION_GROUP, 100, least=0)(body["option_groups"], "/option_groups", report)
        options = [one for group in body["option_groups"] for one in group.get("options", [])]
    return None if report.problems else list(options)


def too_large(view: Json) -> bool:
    """Whether the whole view is more than Slack carries."""
    return len(json.dumps(view).encode()) > LARGEST_VIEW


def with_ids(blocks: list[Json]) -> list[Json]:
    """A copy in which blocks and interactive elements without an id have a random one, as in Slack."""
    made = copied(blocks)
    for block in made:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        for element in (block.get("element"), block.get("accessory"), *block.get("elements", [])):
            if isinstance(element, dict) and element.get("type") in ELEMENTS and element["type"] != "image":
                element.setdefault("action_id", secrets.token_urlsafe(4))
    return made
