"""A real process that is told to end does so within five seconds, whatever it does, in both transports."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.config import settings_table
from bot.sandbox import Sandbox
from tests.flows.conftest import unhurried
from tests.transport import HOST, free_port
from tests.web.conftest import MANIFEST

ROOT = Path(__file__).parents[2]
SOON = 10.0

BY_HTTP = pytest.mark.parametrize("by_http", [False, True], ids=["socket", "http"])


@asynccontextmanager
async def running(
    sandbox: Sandbox, folder: Path, port: int, by_http: bool
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`caseline run` as an operator starts it, with a port for health in both transports."""
    mentioned = {row.variable for row in settings_table()}
    environment = {name: value for name, value in os.environ.items() if name not in mentioned}
    environment |= {
        "PYTHONPATH": str(ROOT),
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_API_URL": sandbox.api_url,
        "CASELINE_ADMINS": "U0OMAR",
        "CASELINE_HOST": HOST,
        "CASELINE_LOG_FORMAT": "json",
        "PORT": str(port),
    }
    secret = {"SLACK_SIGNING_SECRET": sandbox.signing_secret}
    environment |= secret if by_http else {"SLACK_APP_TOKEN": sandbox.app_token}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=folder, env=environment, stderr=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def ends(process: asyncio.subprocess.Process, how: signal.Signals) -> str:
    """Send the signal, and give what the process logged; it must end in time and by itself."""
    begun = time.monotonic()
    process.send_signal(how)
    _, told = await asyncio.wait_for(process.communicate(), 2 * SOON)
    assert time.monotonic() - begun < SOON, told.decode()
    assert process.returncode == 0, told.decode()
    assert "Traceback" not in told.decode()
    return told.decode()


async def ready(port: int, session: aiohttp.ClientSession) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                async with session.get(f"http://{HOST}:{port}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)


def workspace(port: int, by_http: bool) -> Sandbox:
    address = f"http://{HOST}:{port}/slack/events"
    return Sandbox(manifest=MANIFEST, request_url=address if by_http else None)


@BY_HTTP
async def test_a_bot_that_is_told_to_end_answers_what_it_has_taken_and_ends(
    tmp_path: Path, session: aiohttp.ClientSession, by_http: bool
) -> None:
    port = free_port()
    async with workspace(port, by_http) as sandbox, running(sandbox, tmp_path, port, by_http) as process:
        unhurried(sandbox)
        await ready(port, session)  # and the session keeps its connection open
        await sandbox.bot_connected()
        reached = asyncio.Event()

        async def hold(moment: str, method: str, _: dict[str, Any]) -> None:
            if (moment, method) == ("before", "views.open"):
                reached.set()
                await asyncio.sleep(1)

        sandbox.interfere = hold
        omar = sandbox.act_as("omar")
        asking = asyncio.create_task(omar.runs("/desk people"))
        await reached.wait()
        await ends(process, signal.SIGTERM)
        await asking
        assert omar.failure == ""
        assert omar.modal is not None


@BY_HTTP
async def test_a_bot_whose_calls_hang_ends_all_the_same(
    tmp_path: Path, session: aiohttp.ClientSession, by_http: bool
) -> None:
    port = free_port()
    async with workspace(port, by_http) as sandbox, running(sandbox, tmp_path, port, by_http) as process:
        unhurried(sandbox)
        await ready(port, session)
        await sandbox.bot_connected()
        reached = asyncio.Event()

        async def hang(moment: str, method: str, _: dict[str, Any]) -> None:
            if moment == "before" and method != "auth.test":
                reached.set()
                await asyncio.sleep(30)

        sandbox.interfere = hang
        people = [sandbox.act_as(who) for who in ("omar", "ana", "ben")]
        asking = [asyncio.create_task(one.opens_home()) for one in people]
        await reached.wait()
        await ends(process, signal.SIGINT)
        for one in asking:
            one.cancel()
        await asyncio.gather(*asking, return_exceptions=True)


async def test_a_bot_that_waits_for_slack_ends_at_once(
    tmp_path: Path, session: aiohttp.ClientSession
) -> None:
    port = free_port()
    async with workspace(port, True) as sandbox:
        await sandbox.stop()
        async with running(sandbox, tmp_path, port, True) as process:
            async with asyncio.timeout(20):
                while True:
                    try:
                        async with session.get(f"http://{HOST}:{port}/healthz") as answer:
                            assert answer.status == 200
                            break
                    except aiohttp.ClientError:
                        await asyncio.sleep(0.05)
            await ends(process, signal.SIGTERM)
