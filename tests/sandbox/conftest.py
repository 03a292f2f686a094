"""A small Bolt app over the real wire: what the sandbox is tested against, without Caseline."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
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


Work = Callable[..., Awaitable[None]]


def as_json(value: object) -> str:
    return json.dumps(value)
