"""A bot that Slack comes to by signed HTTP, and a hand that knocks at its port."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from pydantic import SecretStr

from bot.app import Bot, build
from bot.clock import Clock
from bot.config import Settings
from bot.domain.ids import SlackUserId
from bot.sandbox import Sandbox
from bot.slack.pacing import Pacer
from bot.web.signing import sign
from tests.databases import with_tables
from tests.flows.conftest import unhurried
from tests.transport import HOST, free_port

MANIFEST = Path(__file__).parents[2] / "manifest.yml"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Answer:
    """What came back for one request."""

    status: int
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text) if self.text else {}


@dataclass
class Knocker:
    """Posts to a bot's port, signed with a secret."""

    session: aiohttp.ClientSession
    root: str
    secret: str
    age: float = 0.0

    async def get(self, path: str) -> Answer:
        async with self.session.get(self.root + path) as response:
            return Answer(response.status, await response.text())

    async def post(self, body: bytes, content_type: str = FORM, **headers: str) -> Answer:
        """Post what is properly signed, but for the headers that are given."""
        stamp = str(int(Clock().real_now().timestamp() - self.age))
        signed = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": sign(self.secret.encode(), stamp, body).decode(),
        }
        async with self.session.post(
            f"{self.root}/slack/events", data=io.BytesIO(body), headers=signed | headers
        ) as response:
            return Answer(response.status, await response.text())

    async def command(self, text: str, **more: str) -> Answer:
        form = {
            "command": "/case",
            "text": text,
            "user_id": "U0OMAR",
            "channel_id": "C0GENERAL",
            "trigger_id": f"1.2.{text}"[:200],
        }
        return await self.post(urlencode(form | more).encode())

    async def interactive(self, payload: object) -> Answer:
        return await self.post(urlencode({"payload": json.dumps(payload)}).encode())

    async def event(self, payload: object, **headers: str) -> Answer:
        return await self.post(json.dumps(payload).encode(), "application/json", **headers)


@dataclass
class Served:
    """A bot at work on its port, in its workspace."""

    sandbox: Sandbox
    bot: Bot
    knock: Knocker

    async def metric(self, line: str) -> float:
        """The value that stands behind this name and its labels."""
        shown = (await self.knock.get("/metrics")).text
        [value] = [row.rpartition(" ")[2] for row in shown.splitlines() if row.startswith(f"{line} ")]
        return float(value)


def http_settings(sandbox: Sandbox, port: int, folder: Path, **more: Any) -> Settings:
    return Settings(
        **{
            "slack_bot_token": SecretStr(sandbox.bot_token),
            "slack_signing_secret": SecretStr(sandbox.signing_secret),
            "slack_api_url": sandbox.api_url,
            "host": HOST,
            "port": port,
            "database_url": more.get("database_url") or with_tables("sqlite", folder),
            "data": folder,
            "admins": (SlackUserId("U0OMAR"),),
            **more,
        }
    )


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def served(tmp_path: Path, session: aiohttp.ClientSession) -> AsyncIterator[Served]:
    port = free_port()
    root = f"http://{HOST}:{port}"
    async with Sandbox(manifest=MANIFEST, request_url=f"{root}/slack/events") as sandbox:
        unhurried(sandbox)
        sandbox.control = tmp_path / "control.sock"
        bot = build(
            http_settings(sandbox, port, tmp_path),
            clock=sandbox.clock,
            pacer=Pacer(enabled=False),
            control=sandbox.control,
        )
        await bot.start()
        try:
            await sandbox.bot_connected()
            yield Served(sandbox, bot, Knocker(session, root, sandbox.signing_secret))
        finally:
            await bot.stop()
