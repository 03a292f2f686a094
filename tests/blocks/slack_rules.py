"""Slack's limits and the desk's own rules, judged beside the sandbox's table; how a client reads a block."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from bot.sandbox import blockkit

Json = dict[str, Any]

MESSAGE, MODAL, HOME = "message", "modal", "home"
BLOCKS = {
    MESSAGE: {"actions", "context", "divider", "header", "rich_text", "section"},
    MODAL: {"actions", "context", "divider", "header", "input", "rich_text", "section"},
    HOME: {"actions", "context", "divider", "header", "rich_text", "section"},
}
OURS_IN_MRKDWN = re.compile(
    r"<(@[A-Z0-9]+|#[A-Z0-9]+|!date\^\d+\^\{date_short_pretty\} \{time\}\|[^<>|]+|https://[^<>|]+\|[^<>|]+)>"
)


def length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def problems(surface: str, blocks: list[Json]) -> list[str]:
    """Everything that Slack would refuse, or that house rules forbid."""
    found = blockkit.message_problems(blocks) if surface == MESSAGE else []
    if not 0 < len(blocks) <= (50 if surface == MESSAGE else 100):
        found.append(f"{len(blocks)} blocks")
    ids = [block.get("block_id") for block in blocks]
    found += [f"block id {id_!r}" for id_ in ids if not id_ or ids.count(id_) > 1 or len(id_) > 255]
    for block in blocks:
        if block["type"] not in BLOCKS[surface]:
            found.append(f"{block['type']} in a {surface}")
        found += [f"{block['block_id']}: {one}" for one in _block(block)]
    return found


def view_problems(view: Json) -> list[str]:
    found = [*blockkit.view_problems(view, view["type"]), *problems(view["type"], view["blocks"])]
    for part in ("title", "submit", "close"):
        if part in view:
            found += _text(part, view[part], 24, only_plain=True)
    has_inputs = any(block["type"] == "input" for block in view["blocks"])
    if view["type"] == MODAL and has_inputs and "submit" not in view:
        found.append("inputs without submit")
    if length(view.get("private_metadata", "")) > 3000 or length(view["callback_id"]) > 255:
        found.append("metadata or callback id too long")
    if len(json.dumps(view)) > 250_000:
        found.append("view too big")
    return found


def _block(block: Json) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield from _text("header", block["text"], 150, only_plain=True)
        case "section":
            for text in [block["text"]] if "text" in block else []:
                yield from _text("section", text, 3000)
            if not ("text" in block or 0 < len(block["fields"]) <= 10):
                yield "section fields"
            for text in block.get("fields", []):
                yield from _text("section field", text, 2000)
            if "accessory" in block:
                yield from _element(block["accessory"])
        case "context":
            if not 0 < len(block["elements"]) <= 10:
                yield "context elements"
            for element in block["elements"]:
                yield from _text("context", element, 3000)
        case "actions":
            actions = [element["action_id"] for element in block["elements"]]
            if not 0 < len(actions) <= 25 or len(set(actions)) != len(actions):
                yield f"actions {actions}"
            for element in block["elements"]:
                yield from _element(element)
        case "input":
            yield from _text("label", block["label"], 2000, only_plain=True)
            if "hint" in block:
                yield from _text("hint", block["hint"], 2000, only_plain=True)
            yield from _element(block["element"])
        case "rich_text":
            for part in block["elements"]:
                for leaf in part["elements"]:
                    if leaf["type"] == "text" and not 0 < length(leaf["text"]) <= 3000:
                        yield f"rich text of {length(leaf['text'])}"


def _element(element: Json) -> Iterator[str]:
    if not 0 < len(element["action_id"]) <= 255:
        yield "action id"
    if "placeholder" in element:
        yield from _text("placeholder", element["placeholder"], 150, only_plain=True)
    match element["type"]:
        case "button":
            yield from _text("button", element["text"], 75, only_plain=True)
            if length(element["text"]["text"]) > 24 or length(element["value"]) > 2000:
                yield "button text or value"
            if length(element.get("accessibility_label", "")) > 75:
                yield "accessibility label"
        case "plain_text_input":
            if length(element.get("initial_value", "")) > element["max_length"] <= 3000:
                yield "initial value beyond its limit"
        case "static_select" | "multi_static_select" | "radio_buttons" | "checkboxes":
            yield from _choice(element)
        case "users_select" | "conversations_select" | "datepicker" | "file_input":
            pass
        case "external_select":
            if "initial_option" in element:
                yield from _choice({**element, "options": [element["initial_option"]]})
        case other:
            yield f"unknown element {other}"


def _choice(element: Json) -> Iterator[str]:
    most = 10 if element["type"] in ("radio_buttons", "checkboxes") else 100
    groups = element.get("option_groups", [])
    if bool(groups) == bool(element.get("options")) or len(groups) > 100:
        yield "options and groups"
    options = []
    for group in groups or [element]:
        if not 0 < len(group["options"]) <= most:
            yield f"{len(group['options'])} options"
        options += group["options"]
        if "label" in group:
            yield from _text("group", group["label"], 75, only_plain=True)
    values = [option["value"] for option in options]
    if len(set(values)) != len(values):
        yield f"values twice: {values}"
    for option in options:
        yield from _text("option", option["text"], 75, only_plain=True)
        if not 0 < length(option["value"]) <= 150:
            yield "option value"
        if "description" in option:
            yield from _text("description", option["description"], 75, only_plain=True)
    chosen = (
        [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
    )
    if any(one not in options for one in chosen):
        yield "initial option that is not among the options"


def _text(what: str, text: Json, limit: int, only_plain: bool = False) -> list[str]:
    found = []
    if not 0 < length(text["text"]) <= limit:
        found.append(f"{what} has {length(text['text'])} characters")
    if text["type"] == "plain_text":
        if text.get("emoji") is not False:
            found.append(f"{what} turns emoji names into emoji")
        if re.search(r"[<>]|&(?!amp;|lt;|gt;)", text["text"]):
            found.append(f"{what} is not escaped: {text['text']!r}")
    elif only_plain:
        found.append(f"{what} is not plain")
    else:
        left = OURS_IN_MRKDWN.sub("", text["text"])
        if re.search(r"[<>]|&(?!amp;|lt;|gt;)", left) or text.get("verbatim") is not True:
            found.append(f"{what} holds markup that is not ours: {left!r}")
    return found


def readable(node: Any) -> str:
    """What the client shows, entities read once; mrkdwn is left as it is otherwise."""
    if isinstance(node, list):
        return "\n".join(readable(item) for item in node)
    if not isinstance(node, dict):
        return ""
    if node.get("type") in ("plain_text", "mrkdwn"):
        return unescaped(node["text"])
    if node.get("type", "").startswith("rich_text_"):
        return "".join(leaf.get("text", f"@{leaf.get('user_id')}") for leaf in node["elements"])
    return "\n".join(filter(None, (readable(value) for value in node.values())))


def unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def markup(node: Any) -> list[str]:
    """All mrkdwn in a piece of JSON."""
    if isinstance(node, list):
        return [text for item in node for text in markup(item)]
    if not isinstance(node, dict):
        return []
    if node.get("type") == "mrkdwn":
        return [node["text"]]
    return [text for value in node.values() for text in markup(value)]


def state_of(view: Json, **entered: Any) -> Json:
    """`view.state.values` as Slack sends it when nothing but `entered` was touched."""
    values: Json = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            held = _held(element, entered.get(block["block_id"], ...))
            values[block["block_id"]] = {element["action_id"]: {"type": element["type"], **held}}
    return values


def _held(element: Json, entered: Any) -> Json:
    match element["type"]:
        case "plain_text_input":
            value = element.get("initial_value") if entered is ... else entered
            return {"value": value or None}
        case "file_input":
            return {"files": [] if entered is ... else entered}
        case "users_select":
            return {"selected_user": element.get("initial_user") if entered is ... else entered}
        case "conversations_select":
            return {
                "selected_conversation": element.get("initial_conversation") if entered is ... else entered
            }
        case "datepicker":
            return {"selected_date": element.get("initial_date") if entered is ... else entered}
        case "multi_static_select" | "checkboxes":
            chosen = element.get("initial_options", []) if entered is ... else _options(element, entered)
            return {"selected_options": chosen}
        case _:
            if entered is ...:
                return {"selected_option": element.get("initial_option")}
            return {"selected_option": next(iter(_options(element, [entered])), None)}


def _options(element: Json, values: Any) -> list[Json]:
    groups = element.get("option_groups") or [element]
    options = [option for group in groups for option in group["options"]]
    return [option for option in options if option["value"] in values]
