"""The strict Block Kit table: just what fits is taken, one more is refused in Slack's words."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.blockkit import message_problems, too_large, view_problems, with_ids
from tests.sandbox.conftest import actions, button, field, modal, section, select, text

Json = dict[str, Any]


def options(count: int, words: str = "One", value: str = "v") -> list[Json]:
    return [{"text": text(words), "value": f"{value}{index}"} for index in range(count)]


def menu(count: int, **more: Any) -> Json:
    return {"type": "static_select", "action_id": "menu", "options": options(count)} | more


def mrkdwn(words: str) -> Json:
    return {"type": "mrkdwn", "text": words}


def rich(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(parts)}]}


def cells(*words: str) -> list[Json]:
    return [{"type": "raw_text", "text": word} for word in words]


def data_table(rows: int, columns: int = 2) -> Json:
    head = cells(*["h"] * columns)
    body = [cells(*["x"] * columns) for _ in range(rows)]
    return {"type": "data_table", "caption": "Cases", "rows": [head, *body]}


def bars(series: int, categories: int, **more: Any) -> Json:
    labels = [f"c{index}" for index in range(categories)]
    data = [
        {"name": f"s{index}", "data": [{"label": label, "value": 1} for label in labels]}
        for index in range(series)
    ]
    chart = {"type": "bar", "series": data, "axis_config": {"categories": labels}}
    return {"type": "data_visualization", "title": "Open", "chart": chart} | more


def header(length: int) -> Json:
    return {"type": "header", "text": text("h" * length)}


def context(count: int) -> Json:
    return {"type": "context", "elements": [mrkdwn("x")] * count}


def fields(count: int, length: int = 1) -> Json:
    return {"type": "section", "fields": [mrkdwn("f" * length)] * count}


# What fits just so, and what is one too many; the message; where.
EDGES: list[tuple[str, Json, Json, str, str]] = [
    (
        "section text",
        section("x" * 3000),
        section("x" * 3001),
        "must be less than 3001 characters",
        "/text/text",
    ),
    ("fields", fields(10), fields(11), "no more than 10 items allowed", "/fields"),
    ("field", fields(1, 2000), fields(1, 2001), "must be less than 2001 characters", "/fields/0/text"),
    ("header", header(150), header(151), "must be less than 151 characters", "/text/text"),
    ("context", context(10), context(11), "no more than 10 items allowed", "/elements"),
    (
        "actions",
        actions(*[button("b", f"a{index}") for index in range(25)]),
        actions(*[button("b", f"a{index}") for index in range(26)]),
        "no more than 25 items allowed",
        "/elements",
    ),
    (
        "button text",
        actions(button("b" * 75, "a")),
        actions(button("b" * 76, "a")),
        "must be less than 76 characters",
        "/elements/0/text/text",
    ),
    (
        "button value",
        actions(button("b", "a", value="v" * 2000)),
        actions(button("b", "a", value="v" * 2001)),
        "must be less than 2001 characters",
        "/elements/0/value",
    ),
    (
        "action id",
        actions(button("b", "a" * 255)),
        actions(button("b", "a" * 256)),
        "must be less than 256 characters",
        "/elements/0/action_id",
    ),
    (
        "block id",
        section("x", block_id="b" * 255),
        section("x", block_id="b" * 256),
        "must be less than 256 characters",
        "/block_id",
    ),
    (
        "menu options",
        actions(menu(100)),
        actions(menu(101)),
        "no more than 100 items allowed",
        "/elements/0/options",
    ),
    (
        "option text",
        actions(menu(1, options=options(1, "t" * 75))),
        actions(menu(1, options=options(1, "t" * 76))),
        "must be less than 76 characters",
        "/elements/0/options/0/text/text",
    ),
    (
        "option value",
        actions(menu(1, options=options(1, value="v" * 149))),
        actions(menu(1, options=options(1, value="v" * 150))),
        "must be less than 151 characters",
        "/elements/0/options/0/value",
    ),
    (
        "placeholder",
        actions(menu(1, placeholder=text("p" * 150))),
        actions(menu(1, placeholder=text("p" * 151))),
        "must be less than 151 characters",
        "/elements/0/placeholder/text",
    ),
    (
        "overflow",
        section("x", accessory={"type": "overflow", "action_id": "o", "options": options(5)}),
        section("x", accessory={"type": "overflow", "action_id": "o", "options": options(6)}),
        "no more than 5 items allowed",
        "/accessory/options",
    ),
    (
        "checkboxes",
        actions({"type": "checkboxes", "action_id": "c", "options": options(10)}),
        actions({"type": "checkboxes", "action_id": "c", "options": options(11)}),
        "no more than 10 items allowed",
        "/elements/0/options",
    ),
    (
        "table rows",
        {"type": "table", "rows": [cells("x")] * 100},
        {"type": "table", "rows": [cells("x")] * 101},
        "no more than 100 items allowed",
        "/rows",
    ),
    ("data table rows", data_table(100), data_table(101), "no more than 101 items allowed", "/rows"),
    ("data table columns", data_table(1, 20), data_table(1, 21), "no more than 20 items allowed", "/rows/0"),
    ("chart series", bars(6, 2), bars(7, 2), "no more than 6 items allowed", "/chart/series"),
    (
        "chart categories",
        bars(1, 20),
        bars(1, 21),
        "no more than 20 items allowed",
        "/chart/axis_config/categories",
    ),
    (
        "chart title",
        bars(1, 1, title="t" * 50),
        bars(1, 1, title="t" * 51),
        "must be less than 51 characters",
        "/title",
    ),
    (
        "markdown",
        {"type": "markdown", "text": "m" * 12_000},
        {"type": "markdown", "text": "m" * 12_001},
        "must be less than 12001 characters",
        "/text",
    ),
]


@pytest.mark.parametrize(
    ("fits", "breaks", "what", "where"), [edge[1:] for edge in EDGES], ids=[e[0] for e in EDGES]
)
def test_a_limit_is_met_exactly(fits: Json, breaks: Json, what: str, where: str) -> None:
    assert message_problems([fits]) == []
    assert f"[ERROR] {what} [json-pointer:/blocks/0{where}]" in message_problems([breaks])


WRONG: list[tuple[str, Json, str]] = [
    ("an unknown block", {"type": "marquee"}, "unsupported type: marquee"),
    ("a block without a type", {}, "missing required field: type"),
    ("a section without words", {"type": "section"}, "must define either `text` or `fields`"),
    ("an empty text", section(""), "must be more than 0 characters"),
    ("a header in mrkdwn", {"type": "header", "text": mrkdwn("x")}, "unsupported type: mrkdwn"),
    ("a property that is none", section("x", colour="red"), "invalid additional property: colour"),
    (
        "an input where a button belongs",
        actions({"type": "plain_text_input"}),
        "unsupported type: plain_text_input",
    ),
    ("a style that is none", actions(button("b", "a", style="loud")), "must be one of: primary, danger"),
    (
        "a menu without options",
        actions({"type": "static_select"}),
        "must define either `options` or `option_groups`",
    ),
    ("an empty menu", actions(menu(0)), "no fewer than 1 items allowed"),
    (
        "an initial option that is not offered",
        actions(menu(1, initial_option=options(2)[1])),
        "initial option(s) must exactly match one of the options",
    ),
    (
        "two options of one value",
        actions(menu(1, options=options(1) * 2)),
        "options must have unique values",
    ),
    (
        "an action id twice in a row",
        actions(button("a", "x"), button("b", "x")),
        "already exists for another action",
    ),
    ("an alert in a message", {"type": "alert", "text": text("x")}, "unsupported type: alert"),
    (
        "an image without words",
        {"type": "image", "image_url": "https://x.test/a.png"},
        "missing required field: alt_text",
    ),
    (
        "a date that is none",
        actions({"type": "datepicker", "initial_date": "1.2.2026"}),
        "must match the expected pattern",
    ),
    ("rich text with an odd element", rich({"type": "blink", "text": "x"}), "unsupported type: blink"),
    ("rich text with empty text", rich({"type": "text", "text": ""}), "must be more than 0 characters"),
    (
        "a ragged data table",
        {"type": "data_table", "caption": "x", "rows": [cells("a", "b"), cells("c")]},
        "all rows must have the same number of cells",
    ),
    (
        "a data table with a rich header",
        {"type": "data_table", "caption": "x", "rows": [[rich({"type": "text", "text": "x"})], cells("c")]},
        "the header row cannot contain rich_text",
    ),
    (
        "a pie with nothing in a slice",
        {
            "type": "data_visualization",
            "title": "x",
            "chart": {"type": "pie", "segments": [{"label": "x", "value": 0}]},
        },
        "must be at least",
    ),
]


@pytest.mark.parametrize(("block", "what"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_slack_would_not_take_is_refused(block: Json, what: str) -> None:
    assert any(what in problem for problem in message_problems([block]))


@pytest.mark.parametrize(
    "junk", [None, 3, "blocks", {}, [None], [[]], [{"type": 3}], [{"type": "section", "text": 3}]]
)
def test_junk_is_refused_without_falling_over(junk: Any) -> None:
    assert message_problems(junk)
    assert view_problems({"type": "modal", "title": text("x"), "blocks": junk}, "modal")


def test_a_message_takes_fifty_blocks_and_a_view_a_hundred() -> None:
    divider = {"type": "divider"}
    assert message_problems([divider] * 50) == []
    assert "no more than 50 items" in message_problems([divider] * 51)[0]
    assert view_problems(modal(*[divider] * 100), "modal") == []
    assert "no more than 100 items" in view_problems(modal(*[divider] * 101), "modal")[0]
    assert view_problems({"type": "home", "blocks": [divider] * 100}, "home") == []


def test_a_message_takes_one_table_and_two_charts() -> None:
    table = {"type": "table", "rows": [cells("x")]}
    assert message_problems([table]) == []
    assert message_problems([table, table])
    assert message_problems([bars(1, 1)] * 2) == []
    assert message_problems([bars(1, 1)] * 3)


def test_a_block_id_stands_once_in_a_surface() -> None:
    assert message_problems([section("a", block_id="x"), section("b", block_id="y")]) == []
    [problem] = message_problems([section("a", block_id="x"), section("b", block_id="x")])
    assert "`block_id` x already exists" in problem


VIEWS: list[tuple[str, Json, Json, str]] = [
    ("title", {"title": text("t" * 24)}, {"title": text("t" * 25)}, "must be less than 25 characters"),
    ("submit", {"submit": text("s" * 24)}, {"submit": text("s" * 25)}, "must be less than 25 characters"),
    ("close", {"close": text("c" * 24)}, {"close": text("c" * 25)}, "must be less than 25 characters"),
    (
        "metadata",
        {"private_metadata": "m" * 3000},
        {"private_metadata": "m" * 3001},
        "must be less than 3001",
    ),
    ("callback id", {"callback_id": "c" * 255}, {"callback_id": "c" * 256}, "must be less than 256"),
]


@pytest.mark.parametrize(
    ("fits", "breaks", "what"), [case[1:] for case in VIEWS], ids=[case[0] for case in VIEWS]
)
def test_a_modal_has_its_own_limits(fits: Json, breaks: Json, what: str) -> None:
    assert view_problems(modal(**fits), "modal") == []
    [problem] = view_problems(modal(**breaks), "modal")
    assert what in problem


def test_the_words_are_those_of_slack() -> None:
    assert view_problems(modal(title=text("t" * 25)), "modal") == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]


def test_a_modal_with_inputs_needs_a_submit_button() -> None:
    view = modal(field("a", "A"))
    assert view_problems(view, "modal") == []
    del view["submit"]
    assert "missing required field: submit" in view_problems(view, "modal")[0]


INPUTS: list[tuple[Json, Json]] = [
    ({"max_length": 3000}, {"max_length": 3001}),
    ({"max_length": 1}, {"max_length": 0}),
    ({"min_length": 2, "max_length": 2}, {"min_length": 3, "max_length": 2}),
    ({"placeholder": text("p" * 150)}, {"placeholder": text("p" * 151)}),
    ({"multiline": True}, {"multiline": "yes"}),
]


@pytest.mark.parametrize(("fits", "breaks"), INPUTS)
def test_a_text_input_has_limits(fits: Json, breaks: Json) -> None:
    assert view_problems(modal(field("a", "A", **fits)), "modal") == []
    assert view_problems(modal(field("a", "A", **breaks)), "modal")


def test_a_label_and_a_hint_have_limits() -> None:
    assert view_problems(modal(field("a", "l" * 2000, hint=text("h" * 2000))), "modal") == []
    assert view_problems(modal(field("a", "l" * 2001)), "modal")
    assert view_problems(modal(field("a", "l", hint=text("h" * 2001))), "modal")


@pytest.mark.parametrize("kind", ["table", "data_table", "data_visualization", "markdown", "container"])
def test_a_modal_takes_no_tables_charts_and_the_like(kind: str) -> None:
    [problem] = view_problems(modal({"type": kind}), "modal")
    assert f"unsupported type: {kind}" in problem


def test_an_alert_is_for_modals_only() -> None:
    alert = {"type": "alert", "level": "warning", "text": text("x" * 200)}
    assert view_problems(modal(alert), "modal") == []
    assert view_problems({"type": "home", "blocks": [alert]}, "home")


def test_home_has_no_title() -> None:
    assert view_problems({"type": "home", "blocks": [], "title": text("x")}, "home")
    assert view_problems(modal(), "home")


def test_a_view_is_at_most_250_kilobytes() -> None:
    assert not too_large(modal(*[section("x" * 2000)] * 99))
    assert too_large(modal(*[section("x" * 3000)] * 99))


def test_missing_ids_are_made_up_and_given_ones_stay() -> None:
    plain = actions(button("A", "given"), {"type": "button", "text": text("B")})
    del plain["block_id"]
    [block] = with_ids([plain])
    assert block["block_id"]
    assert block["elements"][0]["action_id"] == "given"
    assert block["elements"][1]["action_id"]
    assert "block_id" not in plain


def test_a_select_with_a_fitting_initial_option_is_taken() -> None:
    view = modal(select("s", "S", ("1", "One"), ("2", "Two")))
    view["blocks"][0]["element"]["initial_option"] = {"text": text("Two"), "value": "2"}
    assert view_problems(view, "modal") == []
