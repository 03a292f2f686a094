"""The driver: filling, pressing and seeing like a person, and saying what is not there."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from bot.sandbox import DriverError, Person, Sandbox
from tests.sandbox.conftest import actions, button, field, modal, raw_bot, section, select, text, web

Json = dict[str, Any]


async def shows(sandbox: Sandbox, *blocks: Json) -> Person:
    """Ana, who has a modal with these blocks open."""
    trigger = sandbox.triggers.issue("U0ANA")
    await web(sandbox).views_open(trigger_id=trigger, view=modal(*blocks))
    return sandbox.act_as("ana")


def options(*words: str) -> list[Json]:
    return [{"text": text(word), "value": word[0].lower()} for word in words]


def value_of(ana: Person, block: str = "f") -> Any:
    assert ana.modal is not None
    held = ana.modal.values[block]["value"]
    return next(value for key, value in held.items() if key != "type")


@pytest.mark.parametrize(
    ("element", "wanted", "held"),
    [
        ({}, "words", "words"),
        ({"type": "number_input", "is_decimal_allowed": False}, 7, "7"),
        ({"type": "users_select"}, "ben", "U0BEN"),
        ({"type": "users_select"}, "@ben", "U0BEN"),
        ({"type": "multi_users_select"}, ["ben", "ana"], ["U0BEN", "U0ANA"]),
        ({"type": "channels_select"}, "support-cases", "C0CASES"),
        ({"type": "conversations_select"}, "#random", "C0RANDOM"),
        ({"type": "datepicker"}, date(2026, 3, 4), "2026-03-04"),
        ({"type": "datepicker"}, "2026-03-04", "2026-03-04"),
        ({"type": "timepicker"}, time(9, 5), "09:05"),
        ({"type": "datetimepicker"}, datetime(2026, 3, 4, 12, tzinfo=UTC), 1772625600),
        ({"type": "static_select", "options": options("Red", "Blue")}, "b", options("Blue")[0]),
        ({"type": "static_select", "options": options("Red", "Blue")}, "Re", options("Red")[0]),
        ({"type": "radio_buttons", "options": options("Red", "Blue")}, "Red", options("Red")[0]),
        ({"type": "checkboxes", "options": options("Red", "Blue")}, "Red", options("Red")),
        (
            {"type": "multi_static_select", "options": options("Red", "Blue")},
            ["r", "b"],
            options("Red", "Blue"),
        ),
    ],
)
async def test_each_input_is_filled_in_a_persons_words(
    sandbox: Sandbox, element: Json, wanted: Any, held: Any
) -> None:
    ana = await shows(sandbox, field("f", "Field", **element))
    await ana.fills(f=wanted)
    assert value_of(ana) == held
    await ana.fills(f=None)
    assert value_of(ana) in (None, [])


async def test_a_field_is_found_by_block_action_or_label(sandbox: Sandbox) -> None:
    ana = await shows(sandbox, field("title_block", "What is wrong", action_id="title"))
    for name in ("title_block", "title", "what_is_wrong"):
        await ana.fills(**{name: name})
        assert ana.modal is not None
        assert ana.modal.values["title_block"]["title"]["value"] == name


async def test_what_is_not_there_is_said(sandbox: Sandbox) -> None:
    ana = await shows(
        sandbox, select("s", "Colour", ("r", "Red"), ("ro", "Rose")), actions(button("Go", "go"))
    )
    for fields in ({"size": "x"}, {"s": "Green"}, {"s": "R"}):
        with pytest.raises(DriverError):
            await ana.fills(**fields)
    with pytest.raises(DriverError, match="sees no 'Stop'"):
        await ana.clicks("Stop")
    with pytest.raises(DriverError, match="neither a modal nor Home"):
        await sandbox.act_as("ben").fills(a="x")
    with pytest.raises(DriverError, match="no message with"):
        await sandbox.act_as("ben").clicks("Go")
    with pytest.raises(KeyError):
        sandbox.act_as("nobody")


async def test_a_person_is_the_same_each_time(sandbox: Sandbox) -> None:
    assert sandbox.act_as("ana") is sandbox.act_as("U0ANA")


async def test_a_click_looks_at_the_modal_then_home_then_the_newest_message(sandbox: Sandbox) -> None:
    client = web(sandbox)
    for words in ("older", "newer"):
        await client.chat_postMessage(
            channel="C0CASES", text=words, blocks=[actions(button("Go", "go", value=words))]
        )
    home = {"type": "home", "blocks": [actions(button("Go", "go", value="home"))]}
    await client.views_publish(user_id="U0ANA", view=home)
    async with raw_bot(sandbox) as bot:
        ana = sandbox.act_as("ana")
        await ana.clicks("Go")
        await ana.clicks("go", on=ana.messages("support-cases")[0])
        await ana.opens_home()
        await ana.clicks("Go")
        await shows(sandbox, actions(button("Go", "go", value="modal")))
        await ana.clicks("Go")
        await ana.closes()
        await ana.clicks("Go")
        await ana.says("hello", channel="random")
        await ana.clicks("Go")
        clicks = [one["payload"] for one in bot.envelopes if one["type"] == "interactive"]
        values = [click["actions"][0]["value"] for click in clicks]
        assert values == ["newer", "older", "home", "modal", "home", "newer"]


async def test_an_overflow_entry_is_pressed_by_its_text(sandbox: Sandbox) -> None:
    menu = {"type": "overflow", "action_id": "more", "options": options("Close", "Reopen")}
    await web(sandbox).chat_postMessage(channel="C0CASES", text="x", blocks=[section("x", accessory=menu)])
    async with raw_bot(sandbox) as bot:
        ana = sandbox.act_as("ana")
        assert ana.messages("support-cases")[0].buttons == ["Close", "Reopen"]
        await ana.clicks("Reopen")
        [action] = bot.envelopes[-1]["payload"]["actions"]
        assert (action["action_id"], action["selected_option"]["value"]) == ("more", "r")


async def test_people_see_what_they_can_read_and_no_more(sandbox: Sandbox) -> None:
    client = web(sandbox)
    ana, jun, sam = (sandbox.act_as(name) for name in ("ana", "jun", "sam"))
    await client.chat_postMessage(channel="C0INTEGR", text="private 00000001")
    assert (jun.sees("00000001"), ana.sees("00000001")) == (True, False)
    root = (await client.chat_postMessage(channel="C0CASES", text="card"))["ts"]
    await client.chat_postMessage(channel="C0CASES", text="thread 00000002", thread_ts=root)
    assert (ana.sees("00000002"), sam.sees("00000002")) == (True, False)
    assert (ana.sees("00000002", channel="support-cases"), ana.sees("00000002", channel="general")) == (
        True,
        False,
    )
    await client.views_publish(user_id="U0SAM", view={"type": "home", "blocks": [section("00000003")]})
    assert (sam.sees("00000003"), ana.sees("00000003")) == (True, False)
    await shows(sandbox, section("00000004"))
    assert (ana.sees("00000004"), sam.sees("00000004")) == (True, False)


async def test_a_modal_shows_all_that_is_in_it(sandbox: Sandbox) -> None:
    ana = await shows(
        sandbox,
        section("For <@U0BEN>, due <!date^1772625600^{time}|12:00>"),
        field("a", "Title", initial_value="as it was", hint=text("Be short")),
        select("b", "Colour", ("r", "Red")),
        actions(button("Go", "go")),
    )
    assert ana.modal is not None
    shown = ana.modal.text.splitlines()
    assert shown[0] == "A modal"
    assert shown[-1] == "Save"
    for piece in ("For @ben, due 12:00", "Title", "as it was", "Be short", "Red", "Go"):
        assert piece in shown
    assert (ana.modal.submit, ana.modal.buttons) == ("Save", ["Go"])


async def test_a_home_menu_is_used_at_once(sandbox: Sandbox) -> None:
    menu = {"type": "static_select", "action_id": "which", "options": options("Mine", "Team")}
    home = {"type": "home", "blocks": [actions(menu, block="filter")]}
    await web(sandbox).views_publish(user_id="U0ANA", view=home)
    async with raw_bot(sandbox) as bot:
        ana = sandbox.act_as("ana")
        await ana.opens_home()
        await ana.fills(which="Team")
        payload = bot.envelopes[1]["payload"]
        assert payload["actions"][0]["selected_option"]["value"] == "t"
        assert payload["view"]["state"]["values"]["filter"]["which"]["selected_option"]["value"] == "t"
