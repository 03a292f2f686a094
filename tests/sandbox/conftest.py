"""A small Bolt app over the real wire: what the sandbox is tested against, without Caseline."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

MANIFEST = Path(__file__).parent / "manifest.yml"


class TinyApp:
    """A Bolt app that is connected to one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.client = AsyncWebClient(
            token=sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[], proxy=None
        )

        async def authorize() -> AuthorizeResult:
            return AuthorizeResult(
                enterprise_id=None,
                team_id=sandbox.team_id,
                bot_token=sandbox.bot_token,
                bot_user_id=sandbox.bot_user_id,
                bot_id="B0CASELINE",
            )

        self.bolt = AsyncApp(client=self.client, authorize=authorize, process_before_response=True)
        self.handler = AsyncSocketModeHandler(self.bolt, sandbox.app_token, ping_interval=1)
        self.seen: list[dict[str, Any]] = []

    def hears_events(self) -> None:
        """Take every event of the manifest and remember it."""

        async def take(event: dict[str, Any]) -> None:
            self.seen.append(event)

        for name in ("message", "app_home_opened"):
            self.bolt.event(name)(take)


@asynccontextmanager
async def connected(sandbox: Sandbox) -> AsyncIterator[TinyApp]:
    """A tiny app whose socket is up."""
    app = TinyApp(sandbox)
    app.hears_events()
    await app.handler.connect_async()
    await sandbox.bot_connected()
    try:
        yield app
    finally:
        await app.handler.close_async()
        await app.handler.client.aiohttp_client_session.close()


class RawBot:
    """A bot that is nothing but a socket: it acks as the test says, or not at all."""

    def __init__(self) -> None:
        self.envelopes: list[dict[str, Any]] = []
        self.disconnects: list[dict[str, Any]] = []
        self.received = asyncio.Event()
        self.answer: Callable[[dict[str, Any]], dict[str, Any] | None] = lambda _: {}
        """Gives the body of the ack for an envelope; None means no ack."""
        self.socket: aiohttp.ClientWebSocketResponse | None = None

    async def listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            body = json.loads(message.data)
            if body["type"] == "disconnect":
                self.disconnects.append(body)
            elif body["type"] != "hello":
                self.envelopes.append(body)
                self.received.set()
                ack = self.answer(body)
                if ack is not None:
                    await self.ack(body, ack)

    async def ack(self, envelope: dict[str, Any], body: dict[str, Any] | None = None) -> None:
        assert self.socket is not None
        line = {"envelope_id": envelope["envelope_id"], **({"payload": body} if body else {})}
        await self.socket.send_str(json.dumps(line))


@asynccontextmanager
async def raw_bot(sandbox: Sandbox) -> AsyncIterator[RawBot]:
    """A raw bot that is connected."""
    client = AsyncWebClient(base_url=sandbox.api_url, retry_handlers=[])
    opened = await client.apps_connections_open(app_token=sandbox.app_token)
    bot = RawBot()
    async with aiohttp.ClientSession() as session, session.ws_connect(opened["url"]) as socket:
        bot.socket = socket
        task = asyncio.create_task(bot.listen(socket))
        await sandbox.bot_connected()
        try:
            yield bot
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def manifest_without(place: Path, *scopes: str, events: tuple[str, ...] = ()) -> Path:
    """A copy of the manifest that lacks some scopes and event subscriptions."""
    body = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    granted = body["oauth_config"]["scopes"]["bot"]
    body["oauth_config"]["scopes"]["bot"] = [one for one in granted if one not in scopes]
    subscriptions = body["settings"]["event_subscriptions"]
    subscriptions["bot_events"] = [one for one in subscriptions["bot_events"] if one not in events]
    path = place / "manifest.yml"
    path.write_text(yaml.safe_dump(body), encoding="utf-8")
    return path


def web(sandbox: Sandbox) -> AsyncWebClient:
    """The bot's Web API client, without any socket."""
    return AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(MANIFEST) as running:
        yield running


@pytest.fixture
async def app(sandbox: Sandbox) -> AsyncIterator[TinyApp]:
    async with connected(sandbox) as tiny:
        yield tiny


def text(words: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": words}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A modal with a submit button."""
    return {
        "type": "modal",
        "title": text("A modal"),
        "submit": text("Save"),
        "blocks": list(blocks) or [section("Nothing here")],
    } | more


def section(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}} | more


def button(words: str, action: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": text(words), "action_id": action} | more


def actions(*elements: dict[str, Any], block: str = "row") -> dict[str, Any]:
    return {"type": "actions", "block_id": block, "elements": list(elements)}


def field(block: str, label: str, **element: Any) -> dict[str, Any]:
    """An input block; without more it takes plain text."""
    outer = {key: element.pop(key) for key in ("optional", "dispatch_action", "hint") if key in element}
    inner = {"type": "plain_text_input", "action_id": "value"} | element
    return {"type": "input", "block_id": block, "label": text(label), "element": inner} | outer


def select(block: str, label: str, *options: tuple[str, str], **more: Any) -> dict[str, Any]:
    shown = [{"text": text(words), "value": value} for value, words in options]
    return field(block, label, type="static_select", options=shown, **more)
