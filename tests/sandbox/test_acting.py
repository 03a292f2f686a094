"""People act through the driver, a small Bolt app answers over the wire."""

from __future__ import annotations

from typing import Any

from bot.sandbox import Sandbox
from tests.sandbox.conftest import TinyApp, actions, button, field, modal, section, select


async def test_a_command_is_answered_to_the_person_alone(sandbox: Sandbox, app: TinyApp) -> None:
    @app.bolt.command("/do")
    async def do(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"You said {command['text']}")

    ana, ben = sandbox.act_as("ana"), sandbox.act_as("ben")
    await ana.runs("/do it now", channel="support-cases")
    assert ana.reply == "You said it now"
    assert ana.failure == ""
    assert not ben.sees("You said")
    assert ana.sees("You said")
    assert sandbox.complaints == []


async def test_a_modal_is_opened_filled_and_submitted(sandbox: Sandbox, app: TinyApp) -> None:
    states: list[dict[str, Any]] = []

    @app.bolt.command("/do")
    async def do(ack: Any, command: dict[str, Any], client: Any) -> None:
        view = modal(
            field("title", "Title"),
            select("severity", "How bad", ("1", "1 - all is down"), ("2", "2 - some of it")),
            callback_id="new",
        )
        await client.views_open(trigger_id=command["trigger_id"], view=view)
        await ack()

    @app.bolt.view("new")
    async def new(ack: Any, view: dict[str, Any]) -> None:
        states.append(view["state"]["values"])
        await ack()

    ana = sandbox.act_as("ana")
    await ana.runs("/do")
    assert ana.modal is not None
    assert ana.modal.title == "A modal"
    await ana.submits(title="Printer on fire", severity="2 - some")
    assert ana.modal is None
    assert states[0]["title"]["value"]["value"] == "Printer on fire"
    assert states[0]["severity"]["value"]["selected_option"]["value"] == "2"
    assert sandbox.complaints == []


async def test_a_button_on_a_message_edits_it_for_everybody(sandbox: Sandbox, app: TinyApp) -> None:
    @app.bolt.action("take")
    async def take(ack: Any, body: dict[str, Any], client: Any) -> None:
        await client.chat_update(
            channel=body["channel"]["id"],
            ts=body["message"]["ts"],
            text=f"Taken by <@{body['user']['id']}>",
            blocks=[],
        )
        await ack()

    await app.client.chat_postMessage(
        channel="support-cases",
        text="A case",
        blocks=[section("*A case*"), actions(button("Take", "take"))],
    )
    ana, ben = sandbox.act_as("ana"), sandbox.act_as("ben")
    await ana.clicks("Take")
    [card] = ben.messages("support-cases")
    assert card.all_text == "Taken by @ana"
    assert card.edited
    await sandbox.settled()
    events = [delivery.payload["event"] for delivery in sandbox.deliveries if delivery.type == "events_api"]
    assert [event.get("subtype") for event in events] == [None, "message_changed"]
    assert sandbox.complaints == []


async def test_home_is_published_when_it_is_opened(sandbox: Sandbox, app: TinyApp) -> None:
    async def opened(event: dict[str, Any]) -> None:
        view = {"type": "home", "blocks": [section("Hello"), actions(button("More", "more"))]}
        await app.client.views_publish(user_id=event["user"], view=view)

    app.bolt._async_listeners.clear()
    app.bolt.event("app_home_opened")(opened)
    clicked: list[dict[str, Any]] = []

    @app.bolt.action("more")
    async def more(ack: Any, body: dict[str, Any]) -> None:
        clicked.append(body)
        await ack()

    ana = sandbox.act_as("ana")
    assert ana.home is None
    await ana.opens_home()
    assert ana.home is not None
    assert "Hello" in ana.home.text
    await ana.clicks("More")
    assert "response_url" not in clicked[0]
    assert clicked[0]["view"]["type"] == "home"
    assert sandbox.complaints == []
