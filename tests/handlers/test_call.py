"""Payloads as Slack sends them, read into calls; odd ones too."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.ids import CallKey
from bot.handlers.call import Call, Payload, Place
from bot.handlers.payloads import (
    button_call,
    closed_call,
    command_call,
    event_call,
    read_call,
    submission_call,
)
from bot.handlers.wire import Unreadable

Json = dict[str, Any]


def command(**more: Any) -> Json:
    body = {
        "command": "/case",
        "text": "open Printer on fire",
        "user_id": "U1",
        "channel_id": "C1",
        "trigger_id": "1.2.abc",
        "response_url": "https://hooks.example/1",
    }
    return {**body, **more}


def click(**more: Any) -> Json:
    body = {
        "user": {"id": "U1"},
        "trigger_id": "1.2.abc",
        "response_url": "https://hooks.example/1",
        "channel": {"id": "C1"},
        "container": {"type": "message", "message_ts": "9.1", "channel_id": "C1"},
        "message": {"ts": "9.1"},
        "actions": [{"type": "button", "action_id": "case.take", "block_id": "acts", "value": "41.3"}],
    }
    return {**body, **more}


def view(**more: Any) -> Json:
    body = {
        "id": "V1",
        "type": "modal",
        "hash": "1.h",
        "callback_id": "case.comment",
        "private_metadata": '{"case": 41}',
        "blocks": [{"type": "section", "block_id": "about"}, {"type": "input", "block_id": "text"}],
        "state": {"values": {"text": {"value": {"type": "plain_text_input", "value": "Hello"}}}},
        "previous_view_id": "V0",
    }
    return {**body, **more}


def pressed_in(a_view: Json, **more: Any) -> Json:
    body = click(view=a_view, container={"type": "view", "view_id": a_view["id"]}, **more)
    return {key: body[key] for key in body if key not in ("message", "channel", "response_url")}


# Commands


@pytest.mark.parametrize(
    ("text", "route", "rest"),
    [
        ("open Printer on fire", "/case open", "Printer on fire"),
        ("OPEN  it ", "/case open", "it"),
        ("  show   00001001  ", "/case show", "00001001"),
        ("help", "/case help", ""),
        ("", "/case", ""),
        ("   ", "/case", ""),
        ("дело", "/case дело", ""),
    ],
)
def test_the_first_word_of_a_command_is_its_route_and_the_rest_its_text(
    text: str, route: str, rest: str
) -> None:
    call = command_call(command(text=text))
    assert (call.payload, call.route, call.text) == (Payload.COMMAND, route, rest)


def test_a_command_without_text_or_response_url_is_a_command() -> None:
    body = command()
    del body["text"], body["response_url"]
    call = command_call(body)
    assert (call.route, call.text, call.response_url) == ("/case", "", None)
    assert call.place == Place(channel="C1")


def test_the_same_command_typed_twice_is_two_calls_and_delivered_twice_is_one() -> None:
    first, again = command_call(command()), command_call(command())
    assert first.key == again.key
    assert command_call(command(trigger_id="1.3.def")).key != first.key


# Buttons


def test_a_button_on_a_message_says_where_it_is() -> None:
    call = button_call(click(message={"ts": "9.1", "thread_ts": "8.0"}))
    assert (call.payload, call.route, call.value) == (Payload.MESSAGE_BUTTON, "case.take", "41.3")
    assert call.place == Place(channel="C1", ts="9.1", thread_ts="8.0")
    assert call.response_url == "https://hooks.example/1"
    assert call.view is None


def test_a_double_click_has_one_key_although_its_trigger_ids_are_two() -> None:
    assert button_call(click()).key == button_call(click(trigger_id="1.3.def")).key


@pytest.mark.parametrize(
    "other",
    [
        click(user={"id": "U2"}),
        click(channel={"id": "C2"}),
        click(message={"ts": "9.2"}),
        click(actions=[{"action_id": "case.close", "value": "41.3"}]),
        click(actions=[{"action_id": "case.take", "value": "41.4"}]),
        pressed_in(view()),
    ],
    ids=["person", "channel", "message", "action", "version", "window"],
)
def test_another_click_has_another_key(other: Json) -> None:
    assert button_call(other).key != button_call(click()).key


def test_buttons_of_two_ephemeral_messages_have_two_keys() -> None:
    calls = []
    for ts in ("9.1", "9.2"):
        body = click(
            container={"type": "message", "message_ts": ts, "channel_id": "C1", "is_ephemeral": True}
        )
        del body["message"]
        calls.append(button_call(body))
    assert calls[0].payload is Payload.MESSAGE_BUTTON
    assert calls[0].place is None
    assert calls[0].key != calls[1].key


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ({"type": "button", "value": "41.3"}, "41.3"),
        ({"type": "button"}, ""),
        ({"type": "overflow", "selected_option": {"value": "close"}}, "close"),
        ({"type": "static_select", "selected_option": None}, ""),
        ({"type": "users_select", "selected_user": "U7"}, "U7"),
        ({"type": "users_select", "selected_user": None}, ""),
        ({"type": "multi_static_select", "selected_options": [{"value": "a"}, {"value": "b"}]}, "a,b"),
        ({"type": "multi_static_select", "selected_options": []}, ""),
    ],
)
def test_a_choice_is_read_whatever_it_was_made_with(action: Json, value: str) -> None:
    assert button_call(click(actions=[{"action_id": "a", **action}])).value == value


def test_a_button_in_a_window_knows_the_window_and_what_it_holds() -> None:
    call = button_call(pressed_in(view()))
    assert call.payload is Payload.MODAL_BUTTON
    assert call.fields == {"text": "Hello"}
    assert call.view is not None
    assert (call.view.id, call.view.hash, call.view.below) == ("V1", "1.h", "V0")
    assert (call.place, call.response_url) == (None, None)


def test_a_button_of_home_is_told_from_one_in_a_window() -> None:
    home = {"id": "VH", "type": "home", "hash": "1.h", "blocks": []}
    call = button_call(pressed_in(home))
    assert call.payload is Payload.HOME_BUTTON
    assert call.fields == {}
    assert call.view is not None
    assert (call.view.metadata, call.view.first_input, call.view.below) == ("", None, None)


# Submissions and windows that were closed


def test_a_submission_is_known_by_its_window() -> None:
    body = {"user": {"id": "U1"}, "view": view(), "trigger_id": "1.2.abc"}
    call = submission_call(body)
    assert (call.payload, call.route, call.by) == (Payload.SUBMISSION, "case.comment", "U1")
    assert call.fields == {"text": "Hello"}
    assert call.view is not None
    assert (call.view.first_input, call.view.metadata) == ("text", '{"case": 41}')
    assert submission_call({**body, "trigger_id": "1.3.def"}).key == call.key
    assert submission_call({**body, "view": view(id="V2")}).key != call.key


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, {}),
        ({"text": {"value": {"type": "plain_text_input", "value": None}}}, {"text": None}),
        ({"text": {}}, {"text": None}),
        ({"kind": {"value": {"selected_option": None}}}, {"kind": None}),
        ({"kind": {"value": {"selected_option": {"value": "problem"}}}}, {"kind": "problem"}),
        ({"teams": {"value": {"selected_options": []}}}, {"teams": ()}),
        ({"owner": {"value": {"selected_user": "U7"}}}, {"owner": "U7"}),
    ],
)
def test_what_a_form_holds_is_read_and_empty_fields_are_none(values: Json, fields: Json) -> None:
    call = submission_call({"user": {"id": "U1"}, "view": view(state={"values": values})})
    assert call.fields == fields


def test_a_window_without_state_blocks_or_metadata_is_read_all_the_same() -> None:
    bare = {"id": "V1", "callback_id": "notice"}
    for call in (
        submission_call({"user": {"id": "U1"}, "view": bare}),
        closed_call({"user": {"id": "U1"}, "view": {**bare, "private_metadata": None}}),
    ):
        assert call.view is not None
        assert (call.view.metadata, call.view.hash, call.view.first_input) == ("", "", None)


def test_closing_a_window_is_not_submitting_it() -> None:
    body = {"user": {"id": "U1"}, "view": view()}
    assert closed_call(body).payload is Payload.CLOSED
    assert closed_call(body).key != submission_call(body).key


# Events


def event(**more: Any) -> Json:
    inner = {
        "type": "message",
        "user": "U1",
        "text": "Hello",
        "channel": "C1",
        "ts": "9.2",
        "thread_ts": "9.1",
    }
    return {"event_id": "Ev1", "event": {**inner, **more}}


def test_a_reply_in_a_thread_is_a_call_and_its_key_is_the_message() -> None:
    call = event_call(event())
    assert call is not None
    assert (call.payload, call.route, call.text) == (Payload.MESSAGE, "message", "Hello")
    assert call.place == Place(channel="C1", ts="9.2", thread_ts="9.1")
    again = event_call({**event(subtype="thread_broadcast"), "event_id": "Ev2"})
    assert again is not None
    assert again.key == call.key


@pytest.mark.parametrize("subtype", ["thread_broadcast", "file_share"])
def test_a_reply_that_is_also_shown_in_the_channel_or_has_a_file_is_a_reply(subtype: str) -> None:
    assert isinstance(event_call(event(subtype=subtype)), Call)


def test_a_file_without_words_has_an_empty_text() -> None:
    body = event(subtype="file_share")
    del body["event"]["text"]
    call = event_call(body)
    assert call is not None
    assert call.text == ""


def without(name: str) -> Json:
    body = event()
    del body["event"][name]
    return body


@pytest.mark.parametrize(
    "body",
    [
        without("thread_ts"),
        without("user"),
        event(subtype="channel_join"),
        {"event_id": "Ev1", "event": {"type": "app_home_opened", "user": "U1", "tab": "messages"}},
        {"event_id": "Ev1", "event": {"type": "app_home_opened", "user": "U1"}},
        {"event_id": "Ev1", "event": {"type": "reaction_added", "user": "U1", "item": {"type": "file"}}},
        {"event_id": "Ev1", "event": {"type": "reaction_removed", "user": "U1"}},
    ],
)
def test_what_is_no_reply_of_a_person_is_no_call(body: Json) -> None:
    assert event_call(body) is None


def test_what_an_app_says_is_a_call_that_says_so() -> None:
    call = event_call(event(bot_id="B1", username="Deploys"))
    assert call is not None
    assert call.message is not None
    assert (call.message.by_app, call.message.author_name) == (True, "Deploys")


@pytest.mark.parametrize("subtype", ["message_changed", "message_deleted"])
def test_a_change_of_nothing_is_unreadable(subtype: str) -> None:
    with pytest.raises(Unreadable):
        read_call({"type": "event_callback", **event(subtype=subtype)})


def test_opening_home_is_a_call() -> None:
    body = {"event_id": "Ev1", "event": {"type": "app_home_opened", "user": "U1", "tab": "home"}}
    call = event_call(body)
    assert call is not None
    assert (call.payload, call.by, call.key) == (Payload.HOME_OPENED, "U1", CallKey("event:Ev1"))
