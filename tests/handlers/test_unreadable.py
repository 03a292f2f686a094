"""What cannot be read, or what no route knows, is answered with a sentence where somebody waits for one."""

from __future__ import annotations

from typing import Any

import pytest

from bot.blocks import words
from bot.handlers.call import Payload
from bot.handlers.payloads import read_call, unreadable_call
from bot.handlers.wire import Unreadable
from tests.handlers.conftest import Stage, button, row
from tests.handlers.test_call import click, command, pressed_in, view

Json = dict[str, Any]
SUBMISSION = {"type": "view_submission", "user": {"id": "U1"}}


@pytest.mark.parametrize(
    "payload",
    [
        command(user_id=None),
        command(text=7),
        command(trigger_id="x" * 256),
        command(channel_id="C1\n"),
        {"type": "block_actions", **click(actions=[])},
        {"type": "block_actions", **click(actions="case.take")},
        {"type": "block_actions", **click(user="U1")},
        {"type": "block_actions", **click(message={"ts": "now"})},
        {"type": "block_actions", **click(actions=[{"action_id": "case.take", "value": "x" * 2001}])},
        {"type": "block_actions", **pressed_in(view(state={"values": {"text": "Hello"}}))},
        {"type": "block_actions", **pressed_in(view(private_metadata={}))},
        {**SUBMISSION, "view": None},
        {**SUBMISSION, "view": view(callback_id=["case.comment"])},
        {**SUBMISSION, "view": view(blocks=[{"type": "input", "block_id": 7}])},
        {"type": "shortcut"},
        {"type": "event_callback", "event_id": "Ev1", "event": "message"},
        {"type": "event_callback", "event_id": "Ev1", "event": {"type": "app_home_opened", "tab": "home"}},
    ],
)
def test_a_payload_with_a_wild_part_is_unreadable_and_the_reason_tells_nothing_of_it(payload: Json) -> None:
    with pytest.raises(Unreadable) as refused:
        read_call(payload)
    assert "Hello" not in str(refused.value)


@pytest.mark.parametrize(
    "body", [{}, {"type": "url_verification"}, {"type": ["block_actions"]}, {"type": None}]
)
def test_a_kind_of_payload_that_the_desk_does_not_take_is_let_pass(body: Json) -> None:
    assert read_call(body) is None
    assert unreadable_call(body) is None


def test_halves_of_characters_and_nul_are_not_kept() -> None:
    body = {"type": "view_submission", "user": {"id": "U1"}, "view": view()}
    body["view"]["state"]["values"]["text"]["value"]["value"] = "a\ud800b\x00c"
    call = read_call(body)
    assert call is not None
    assert call.fields == {"text": "a?bc"}
    assert (told := read_call(command(text="open \ud83d!"))) is not None
    assert told.text == "?!"


def test_a_link_in_a_message_needs_no_answer() -> None:
    action = {"type": "button", "action_id": "link", "url": "https://desk.example.com"}
    assert read_call({"type": "block_actions", **click(actions=[action])}) is None


def test_a_form_that_cannot_be_read_keeps_what_was_typed() -> None:
    call = unreadable_call({**SUBMISSION, "view": view(hash=[])})
    assert call is not None
    assert call.view is not None
    assert (call.payload, call.view.first_input) == (Payload.SUBMISSION, "text")


def test_an_event_that_cannot_be_read_has_nobody_to_tell() -> None:
    assert unreadable_call({"type": "event_callback", "event": 7}) is None


async def test_a_button_of_another_version_says_so(stage: Stage) -> None:
    body = {"text": "A card", "blocks": [row(button("Old", "case.of_old"))]}
    stage.sandbox.speech.post("C0CASES", body)
    await stage.ana.clicks("Old", on=stage.ana.messages("support-cases")[-1])
    assert stage.ana.reply == words.unknown_route()


async def test_a_command_of_another_version_says_so(stage: Stage) -> None:
    await stage.ana.runs("/desk anything")
    assert stage.ana.reply == words.unknown_route()
