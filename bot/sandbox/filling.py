"""Turns what a test writes into what Slack's client would hold in an input; the driver's `fills` uses it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from typing import Any

from bot.sandbox.inputs import STATEFUL, TEXT_INPUTS, elements
from bot.sandbox.records import Json
from bot.sandbox.workspace import Workspace


class DriverError(AssertionError):
    """A test asked a person to do what the client does not offer."""


def field_named(blocks: list[Json], name: str) -> tuple[Json, Json]:
    """The (block, element) that `name` means: a block id, an action id or a label. Raises `DriverError`."""
    fields = [(block, element) for block, element in elements(blocks) if element.get("type") in STATEFUL]
    plain = name.replace("_", " ").casefold()
    tests: tuple[Callable[[Json, Json], bool], ...] = (
        lambda block, _: block.get("block_id") == name,
        lambda _, element: element.get("action_id") == name,
        lambda block, _: _label(block).casefold() in (name.casefold(), plain),
    )
    for test in tests:
        found = [pair for pair in fields if test(*pair)]
        if len(found) == 1:
            return found[0]
        if found:
            raise DriverError(f"{name!r} names {len(found)} fields")
    known = [block["block_id"] for block, _ in fields]
    raise DriverError(f"there is no field {name!r}; there are {known}")


def choose(element: Json, wanted: Any, workspace: Workspace) -> Json:
    """The value of an input as `state.values` holds it. Raises `DriverError`."""
    kind = element["type"]
    key, _, many = STATEFUL[kind]
    if wanted is None:
        return {"type": kind, key: [] if many else None}
    if kind == "file_input":
        files = [workspace.upload("U0UPLOAD", name, content) for name, content in dict(wanted).items()]
        return {"type": kind, key: files}
    if many:
        items = [wanted] if isinstance(wanted, str) or not isinstance(wanted, Iterable) else list(wanted)
        return {"type": kind, key: [_one(element, item, workspace) for item in items]}
    return {"type": kind, key: _one(element, wanted, workspace)}


def _one(element: Json, wanted: Any, workspace: Workspace) -> Any:
    kind = element["type"].removeprefix("multi_")
    if kind in TEXT_INPUTS:
        return str(wanted)
    if kind in ("static_select", "external_select", "radio_buttons", "checkboxes"):
        return _option(element, str(wanted))
    if kind == "users_select":
        member = workspace.person(str(wanted))
        if member is None:
            raise DriverError(f"nobody is called {wanted!r}")
        return member.id
    if kind in ("channels_select", "conversations_select"):
        channel = workspace.channel_named(str(wanted))
        if channel is None:
            raise DriverError(f"there is no channel {wanted!r}")
        return channel.id
    if kind in ("datepicker", "timepicker", "datetimepicker"):
        return _instant(kind, wanted)
    if kind == "rich_text_input":
        return _rich(str(wanted))
    raise DriverError(f"the driver cannot fill a {element['type']}")


def _option(element: Json, wanted: str) -> Json:
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    options: list[Json] = [option for group in groups for option in group["options"]]
    for option in options:
        if wanted in (option["value"], option["text"]["text"]):
            return option
    begun = [one for one in options if one["text"]["text"].casefold().startswith(wanted.casefold())]
    if len(begun) == 1:
        return begun[0]
    texts = [option["text"]["text"] for option in options]
    raise DriverError(f"{wanted!r} names {len(begun)} options of {texts}")


def _instant(kind: str, wanted: Any) -> Any:
    if kind == "datetimepicker":
        return int(wanted.timestamp()) if isinstance(wanted, datetime) else int(wanted)
    if isinstance(wanted, time):
        return f"{wanted:%H:%M}"
    return wanted.isoformat() if isinstance(wanted, date) else str(wanted)


def _rich(text: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def _label(block: Json) -> str:
    label = block.get("label") or block.get("text") or {}
    return str(label.get("text", ""))
