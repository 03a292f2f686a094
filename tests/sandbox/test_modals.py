"""Triggers, the stack, hashes and the acks of submissions."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.sandbox import DriverError, Sandbox
from tests.sandbox.conftest import (
    TinyApp,
    actions,
    button,
    field,
    modal,
    raw_bot,
    section,
    select,
    web,
)

Json = dict[str, Any]


async def open_modal(sandbox: Sandbox, who: str, view: Json) -> str:
    """Show a modal to somebody as the bot would; its id."""
    trigger = sandbox.triggers.issue(sandbox.act_as(who).id)
    answer = await web(sandbox).views_open(trigger_id=trigger, view=view)
    return str(answer["view"]["id"])


async def test_a_trigger_works_once(sandbox: Sandbox) -> None:
    trigger = sandbox.triggers.issue("U0ANA")
    await web(sandbox).views_open(trigger_id=trigger, view=modal())
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await web(sandbox).views_open(trigger_id=trigger, view=modal())


async def test_a_trigger_lives_three_seconds(sandbox: Sandbox) -> None:
    trigger = sandbox.triggers.issue("U0ANA", lost=True)
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        await web(sandbox).views_open(trigger_id=trigger, view=modal())
    assert sandbox.triggers.lifetime == 3.0


async def test_an_invalid_view_does_not_use_up_the_trigger(sandbox: Sandbox) -> None:
    trigger = sandbox.triggers.issue("U0ANA")
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await web(sandbox).views_open(trigger_id=trigger, view=modal({"type": "table", "rows": []}))
    await web(sandbox).views_open(trigger_id=trigger, view=modal())


async def test_a_lost_trigger_reaches_the_bot(sandbox: Sandbox, app: TinyApp) -> None:
    errors: list[str] = []

    @app.bolt.command("/do")
    async def do(ack: Any, command: Json, client: Any) -> None:
        try:
            await client.views_open(trigger_id=command["trigger_id"], view=modal())
        except SlackApiError as error:
            errors.append(error.response["error"])
        await ack("Too late.")

    ana = sandbox.act_as("ana")
    await ana.runs("/do", lost_trigger=True)
    assert errors == ["expired_trigger_id"]
    assert ana.modal is None
    assert ana.reply == "Too late."


async def test_three_modals_are_stacked_and_no_more(sandbox: Sandbox) -> None:
    client = web(sandbox)
    ids = [await open_modal(sandbox, "ana", modal())]
    for _ in range(2):
        trigger = sandbox.triggers.issue("U0ANA", view_id=ids[-1])
        ids.append((await client.views_push(trigger_id=trigger, view=modal()))["view"]["id"])
    top = sandbox.act_as("ana").modals[-1].view
    assert (top["root_view_id"], top["previous_view_id"]) == (ids[0], ids[1])
    trigger = sandbox.triggers.issue("U0ANA", view_id=ids[-1])
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await client.views_push(trigger_id=trigger, view=modal())
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await client.views_open(trigger_id=trigger, view=modal())


async def test_a_push_needs_a_trigger_from_an_open_modal(sandbox: Sandbox) -> None:
    with pytest.raises(SlackApiError, match="not_found"):
        await web(sandbox).views_push(trigger_id=sandbox.triggers.issue("U0ANA"), view=modal())


async def test_closing_goes_back_one_modal(sandbox: Sandbox) -> None:
    first = await open_modal(sandbox, "ana", modal(callback_id="first"))
    trigger = sandbox.triggers.issue("U0ANA", view_id=first)
    await web(sandbox).views_push(trigger_id=trigger, view=modal(callback_id="second"))
    ana = sandbox.act_as("ana")
    await ana.closes()
    assert [view.callback_id for view in ana.modals] == ["first"]
    await ana.closes()
    assert ana.modal is None
    with pytest.raises(DriverError):
        await ana.closes()


async def test_a_stale_hash_is_refused(sandbox: Sandbox) -> None:
    client = web(sandbox)
    view_id = await open_modal(sandbox, "ana", modal())
    first = sandbox.act_as("ana").modals[0].view["hash"]
    updated = await client.views_update(view_id=view_id, hash=first, view=modal(section("new")))
    assert updated["view"]["hash"] != first
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=view_id, hash=first, view=modal())
    await client.views_update(view_id=view_id, view=modal())


async def test_home_has_a_hash_too(sandbox: Sandbox) -> None:
    client = web(sandbox)
    home = {"type": "home", "blocks": [section("Hello")]}
    first = (await client.views_publish(user_id="U0ANA", view=home))["view"]
    second = (await client.views_publish(user_id="U0ANA", view=home, hash=first["hash"]))["view"]
    assert second["id"] == first["id"]
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_publish(user_id="U0ANA", view=home, hash=first["hash"])


async def test_a_modal_is_found_by_its_external_id(sandbox: Sandbox) -> None:
    client = web(sandbox)
    await open_modal(sandbox, "ana", modal(external_id="case-7"))
    await client.views_update(external_id="case-7", view=modal(section("found")))
    ana = sandbox.act_as("ana")
    assert ana.modal is not None
    assert "found" in ana.modal.text
    with pytest.raises(SlackApiError, match="not_found"):
        await client.views_update(external_id="case-8", view=modal())


async def test_typed_text_survives_an_update_with_the_same_ids(sandbox: Sandbox) -> None:
    view_id = await open_modal(sandbox, "ana", modal(field("a", "A"), field("b", "B")))
    ana = sandbox.act_as("ana")
    await ana.fills(a="kept", b="lost")
    await web(sandbox).views_update(view_id=view_id, view=modal(field("a", "A"), field("c", "C")))
    assert ana.modal is not None
    assert ana.modal.values == {
        "a": {"value": {"type": "plain_text_input", "value": "kept"}},
        "c": {"value": {"type": "plain_text_input", "value": None}},
    }


# Submissions


async def submitted(sandbox: Sandbox, ack: Json, view: Json | None = None) -> Any:
    """Ana submits a modal that the bot answers with this ack body; Ana."""
    async with raw_bot(sandbox) as bot:
        bot.answer = lambda _: ack
        await open_modal(
            sandbox, "ana", view or modal(field("title", "Title"), section("more", block_id="s"))
        )
        ana = sandbox.act_as("ana")
        await ana.submits(title="x")
        return ana


async def test_an_empty_ack_closes_the_modal(sandbox: Sandbox) -> None:
    ana = await submitted(sandbox, {})
    assert ana.modal is None


async def test_errors_stand_at_their_fields(sandbox: Sandbox) -> None:
    ana = await submitted(sandbox, {"response_action": "errors", "errors": {"title": "Too short."}})
    assert ana.errors == {"title": "Too short."}
    assert ana.modal.values["title"]["value"]["value"] == "x"
    assert sandbox.complaints == []


@pytest.mark.parametrize(
    "ack",
    [
        {"response_action": "errors", "errors": {"s": "A section has no error."}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "errors", "errors": {"title": ""}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "push"},
        {"response_action": "dance"},
        {"text": "Thank you"},
    ],
)
async def test_a_wrong_ack_is_a_failure_and_a_complaint(sandbox: Sandbox, ack: Json) -> None:
    ana = await submitted(sandbox, ack)
    assert ana.failure == "invalid_response"
    assert ana.sentence == "We had some trouble connecting. Try again?"
    assert ana.modal is not None
    assert len(sandbox.complaints) == 1


async def test_an_ack_may_update_push_or_clear(sandbox: Sandbox) -> None:
    ana = await submitted(sandbox, {"response_action": "update", "view": modal(callback_id="done")})
    assert [view.callback_id for view in ana.modals] == ["done"]
    ana = await submitted(sandbox, {"response_action": "push", "view": modal(callback_id="next")})
    assert [view.callback_id for view in ana.modals] == ["", "next"]
    ana = await submitted(sandbox, {"response_action": "clear"})
    assert ana.modals == []


async def test_the_client_refuses_what_is_missing_too_long_or_too_short(sandbox: Sandbox) -> None:
    view = modal(
        field("a", "A"),
        field("b", "B", min_length=3, max_length=5, optional=True),
        select("c", "C", ("1", "One"), optional=True),
    )
    async with raw_bot(sandbox) as bot:
        await open_modal(sandbox, "ana", view)
        ana = sandbox.act_as("ana")
        await ana.submits()
        assert ana.errors == {"a": "Please complete this required field."}
        await ana.submits(a="x", b="xy")
        assert ana.errors == {"b": "Must be at least 3 characters."}
        await ana.submits(b="x" * 6)
        assert ana.errors == {"b": "Must be at most 5 characters."}
        assert bot.envelopes == []
        await ana.submits(b=None, c="One")
        assert ana.errors == {}
        assert ana.modal is None
        [envelope] = bot.envelopes
        assert envelope["payload"]["response_urls"] == []


@pytest.mark.parametrize("at_once", [False, True])
async def test_one_submission_may_be_delivered_three_times(sandbox: Sandbox, at_once: bool) -> None:
    async with raw_bot(sandbox) as bot:
        await open_modal(sandbox, "ana", modal(field("title", "Title")))
        ana = sandbox.act_as("ana")
        await ana.submits(title="x", deliveries=3, at_once=at_once)
        assert len({envelope["envelope_id"] for envelope in bot.envelopes}) == 3
        assert len({envelope["payload"]["view"]["id"] for envelope in bot.envelopes}) == 1
        assert ana.modal is None
        assert sandbox.complaints == []


async def test_a_modal_that_wants_to_know_hears_that_it_was_closed(sandbox: Sandbox) -> None:
    async with raw_bot(sandbox) as bot:
        await open_modal(sandbox, "ana", modal(notify_on_close=True, callback_id="watched"))
        await sandbox.act_as("ana").closes()
        await open_modal(sandbox, "ana", modal())
        await sandbox.act_as("ana").closes()
        [envelope] = bot.envelopes
        assert envelope["payload"]["type"] == "view_closed"
        assert envelope["payload"]["view"]["callback_id"] == "watched"
        assert envelope["payload"]["is_cleared"] is False


async def test_clear_on_close_closes_all(sandbox: Sandbox) -> None:
    async with raw_bot(sandbox) as bot:
        first = await open_modal(sandbox, "ana", modal(notify_on_close=True))
        trigger = sandbox.triggers.issue("U0ANA", view_id=first)
        await web(sandbox).views_push(trigger_id=trigger, view=modal(clear_on_close=True))
        ana = sandbox.act_as("ana")
        await ana.closes()
        assert ana.modals == []
        assert [one["payload"]["is_cleared"] for one in bot.envelopes] == [True]


# Clicks


async def test_a_double_click_has_two_triggers_and_two_times(sandbox: Sandbox) -> None:
    async with raw_bot(sandbox) as bot:
        await open_modal(sandbox, "ana", modal(actions(button("Go", "go", value="7"))))
        await sandbox.act_as("ana").clicks("Go", times=2)
        first, second = (envelope["payload"] for envelope in bot.envelopes)
        assert first["trigger_id"] != second["trigger_id"]
        assert first["actions"][0]["action_ts"] != second["actions"][0]["action_ts"]
        assert first["actions"][0]["value"] == "7"
        assert first["container"] == {"type": "view", "view_id": first["view"]["id"]}
        assert "response_url" not in first


async def test_a_modal_may_be_closed_before_the_bot_fills_it(sandbox: Sandbox, app: TinyApp) -> None:
    errors: list[str] = []

    async def work(ack: Any, body: Json, client: Any) -> None:
        opened = await client.views_open(trigger_id=body["trigger_id"], view=modal(section("Loading")))
        try:
            await client.views_update(view_id=opened["view"]["id"], view=modal())
        except SlackApiError as error:
            errors.append(error.response["error"])
        await ack()

    app.bolt.command("/do")(work)
    app.bolt.action("go")(work)
    ana = sandbox.act_as("ana")
    await ana.runs("/do", then_closes=True)
    assert (errors, ana.modal) == (["not_found"], None)
    await open_modal(sandbox, "ana", modal(actions(button("Go", "go"))))
    await ana.clicks("Go", then_closes=True)
    assert (errors, ana.modal) == (["not_found"] * 2, None)
    await ana.runs("/do")
    assert ana.modal is not None


async def test_an_input_that_dispatches_tells_at_once(sandbox: Sandbox) -> None:
    async with raw_bot(sandbox) as bot:
        view = modal(
            field("quiet", "Quiet"),
            select("loud", "Loud", ("1", "One"), ("2", "Two"), dispatch_action=True),
        )
        await open_modal(sandbox, "ana", view)
        ana = sandbox.act_as("ana")
        await ana.fills(quiet="x", loud="Two")
        [envelope] = bot.envelopes
        [action] = envelope["payload"]["actions"]
        assert action["selected_option"]["value"] == "2"
        state = envelope["payload"]["view"]["state"]["values"]
        assert state["quiet"]["value"]["value"] == "x"
        assert state["loud"]["value"]["selected_option"]["value"] == "2"


def answers_nothing(_: Json) -> Json | None:
    return None


async def test_a_bot_that_is_silent_leaves_the_modal_open(sandbox: Sandbox) -> None:
    sandbox.sockets.ack_seconds = 0.05
    async with raw_bot(sandbox) as bot:
        bot.answer = answers_nothing
        await open_modal(sandbox, "ana", modal(field("title", "Title")))
        ana = sandbox.act_as("ana")
        await ana.submits(title="kept")
        assert (ana.failure, ana.sentence) == (
            "operation_timeout",
            "We had some trouble connecting. Try again?",
        )
        assert ana.modal is not None
        assert ana.modal.values["title"]["value"]["value"] == "kept"
