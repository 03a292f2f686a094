"""The blocks, their limits, and the surfaces that take them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from bot.sandbox.blockkit.elements import ELEMENTS, IN_ACTIONS, IN_INPUT, IN_SECTION
from bot.sandbox.blockkit.parts import (
    ID,
    IMAGE,
    LABEL,
    RICH_TEXT,
    RICH_TEXT_ELEMENTS,
    TEXT,
    URL,
    either,
    plain,
)
from bot.sandbox.blockkit.rules import (
    Report,
    Rule,
    array,
    boolean,
    by_type,
    demand,
    every,
    number,
    shape,
    string,
)
from bot.sandbox.records import Json

_ID = {"block_id": string(ID)}
_RAW_TEXT = shape({"text": string()}, {"emoji": boolean})
_RAW_NUMBER = shape({"value": number(whole=False), "text": string()})
_CELLS = {"raw_text": _RAW_TEXT, "raw_number": _RAW_NUMBER, "rich_text": RICH_TEXT}
_SERIES_LABEL = string(20)


def _rows(most: int, least: int, cells: tuple[str, ...]) -> Rule:
    return array(array(by_type(_CELLS, cells), 20), most, least)


def _equally_wide(table: Json) -> bool:
    return len({len(row) for row in table["rows"]}) == 1


def _plain_head(table: Json) -> bool:
    return all(cell["type"] != "rich_text" for cell in table["rows"][0])


def _points_match(chart: Json) -> bool:
    """Every series has one point for each category, and series names differ."""
    categories = sorted(chart["axis_config"]["categories"])
    labels = [sorted(point["label"] for point in one["data"]) for one in chart["series"]]
    names = [one["name"] for one in chart["series"]]
    return all(found == categories for found in labels) and len(names) == len(set(names))


_POINT = shape({"label": _SERIES_LABEL, "value": number(whole=False)})
_SEGMENT = shape({"label": _SERIES_LABEL, "value": number(least=math.ulp(0.0), whole=False)})
_AXES = shape(
    {"categories": array(_SERIES_LABEL, 20)}, {"x_label": string(50, least=0), "y_label": string(50, least=0)}
)
_SERIES = array(shape({"name": _SERIES_LABEL, "data": array(_POINT, 20)}), 6)
_LINES = every(
    shape({"series": _SERIES, "axis_config": _AXES}),
    demand(_points_match, "each uniquely named series must have one point for every category"),
)
_CHART = by_type(
    {"pie": shape({"segments": array(_SEGMENT, 6)}), "bar": _LINES, "area": _LINES, "line": _LINES}
)

BLOCKS: dict[str, Rule] = {
    "section": every(
        shape(
            optional={
                **_ID,
                "text": either(TEXT),
                "fields": array(either(2000), 10),
                "accessory": by_type(ELEMENTS, IN_SECTION),
                "expand": boolean,
            }
        ),
        demand(lambda block: "text" in block or "fields" in block, "must define either `text` or `fields`"),
    ),
    "header": shape({"text": plain(150)}, _ID),
    "divider": shape(optional=_ID),
    "context": shape(
        {
            "elements": array(
                by_type(
                    {"image": IMAGE, "plain_text": either(TEXT), "mrkdwn": either(TEXT)},
                ),
                10,
            )
        },
        _ID,
    ),
    "actions": shape({"elements": array(by_type(ELEMENTS, IN_ACTIONS), 25)}, _ID),
    "input": shape(
        {"label": plain(LABEL), "element": by_type(ELEMENTS, IN_INPUT)},
        {**_ID, "hint": plain(LABEL), "optional": boolean, "dispatch_action": boolean},
    ),
    "image": every(
        shape(
            {"alt_text": string(2000)},
            {
                **_ID,
                "image_url": string(URL, form=r"https?://\S+"),
                "slack_file": shape(optional={"id": string()}),
                "title": plain(2000),
            },
        ),
        demand(
            lambda block: ("image_url" in block) != ("slack_file" in block),
            "must define either `image_url` or `slack_file`",
        ),
    ),
    "rich_text": shape({"elements": RICH_TEXT_ELEMENTS}, _ID),
    "markdown": shape({"text": string(12_000)}, _ID),
    "alert": shape(
        {"text": either(200)},
        {**_ID, "level": string(choices=("default", "info", "warning", "error", "success"))},
    ),
    "table": shape(
        {"rows": _rows(100, 1, ("raw_text", "rich_text"))},
        {
            **_ID,
            "column_settings": array(
                shape(optional={"align": string(choices=("left", "center", "right")), "is_wrapped": boolean}),
                20,
            ),
        },
    ),
    "data_table": every(
        shape(
            # The header and a hundred rows, as Slack's own page says; some kits allow two hundred.
            {"rows": _rows(101, 2, ("raw_text", "raw_number", "rich_text")), "caption": string()},
            {**_ID, "page_size": number(1, 100), "row_header_column_index": number(0, 19)},
        ),
        demand(_equally_wide, "all rows must have the same number of cells"),
        demand(_plain_head, "the header row cannot contain rich_text"),
    ),
    "data_visualization": shape({"title": string(50), "chart": _CHART}, _ID),
}

_EVERYWHERE = ("actions", "context", "divider", "header", "image", "input", "rich_text", "section")
_DATA = ("table", "data_table", "data_visualization")
# Surface -> (its block types, how many blocks it takes).
SURFACES: dict[str, tuple[tuple[str, ...], int]] = {
    "message": ((*_EVERYWHERE, *_DATA, "markdown"), 50),
    "modal": ((*_EVERYWHERE, "alert"), 100),
    "home": ((*_EVERYWHERE, *_DATA), 100),
}
# How many blocks of a type one surface takes, and how much text they may hold together.
_MOST_OF = {"table": 1, "data_visualization": 2}
_MOST_TEXT = {"markdown": 12_000, "data_table": 20_000}


def check_blocks(blocks: Any, surface: str, at: str, report: Report) -> None:
    """All blocks of one surface, one by one and together."""
    allowed, most = SURFACES[surface]
    array(by_type(BLOCKS, allowed), most, least=0)(blocks, at, report)
    if report.problems or not isinstance(blocks, list):
        return
    for kind, limit in _MOST_OF.items():
        if sum(block["type"] == kind for block in blocks) > limit:
            report.add(f"no more than {limit} {kind} blocks allowed", at)
    for kind, limit in _MOST_TEXT.items():
        if sum(_characters(block) for block in blocks if block["type"] == kind) > limit:
            report.add(f"{kind} blocks must hold less than {limit + 1} characters in all", at)
    _check_ids(blocks, at, report)
    focused = [element for element in _within(blocks) if element.get("focus_on_load")]
    if len(focused) > 1:
        report.add("only one element can have focus_on_load set to true", at)


def _check_ids(blocks: list[Json], at: str, report: Report) -> None:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        key = block.get("block_id")
        if key is not None and key in seen:
            report.add(f"`block_id` {key} already exists for another block", f"{at}/{index}/block_id")
        seen.add(str(key))
        actions = [one["action_id"] for one in block.get("elements", []) if "action_id" in one]
        for twice in sorted({one for one in actions if actions.count(one) > 1}):
            report.add(f"`action_id` {twice} already exists for another action", f"{at}/{index}/elements")


def _within(node: Any) -> Iterator[Json]:
    if isinstance(node, list):
        for item in node:
            yield from _within(item)
    elif isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _within(value)


def _characters(block: Json) -> int:
    return sum(len(one["text"]) for one in _within(block) if isinstance(one.get("text"), str))
