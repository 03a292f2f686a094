"""The bot as operators start it: a process with its settings in the environment, against a sandbox."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
STARTS = 30.0  # seconds; a loaded machine imports slowly
ENDS = 5.0


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(manifest=ROOT / "manifest.yml") as sandbox:
        yield sandbox


@asynccontextmanager
async def started(
    sandbox: Sandbox, folder: Path, **settings: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m bot run`, killed at the end if it is still there."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TZ")}
    env = kept | {
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "error",
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_APP_TOKEN": sandbox.app_token,
        "SLACK_API_URL": sandbox.api_url,
        "CASELINE_DATA": str(folder),
        "CASELINE_ADMINS": "U0OMAR",
        "CASELINE_CASES_CHANNEL": "support-cases",
        **settings,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run",
        cwd=folder, env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.mark.parametrize("signalled", [signal.SIGTERM, signal.SIGINT])
async def test_a_bot_that_is_told_to_stop_has_served_and_ends_cleanly(
    sandbox: Sandbox, tmp_path: Path, signalled: signal.Signals
) -> None:
    async with started(sandbox, tmp_path) as process:
        await sandbox.bot_connected(STARTS)
        omar = sandbox.act_as("omar")
        await omar.runs("/case help")
        assert "/case open" in omar.reply
        asked = time.monotonic()
        process.send_signal(signalled)
        _, told = await asyncio.wait_for(process.communicate(), ENDS + 5)
        assert time.monotonic() - asked < ENDS
        assert process.returncode == 0, told.decode()
        assert "Traceback" not in told.decode()
    assert sandbox.complaints == []


async def test_a_call_that_is_being_answered_is_answered_before_the_bot_ends(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def hold(moment: str, method: str, _: object) -> None:
        if (moment, method) == ("before", "views.open"):
            reached.set()
            await go_on.wait()

    async with started(sandbox, tmp_path) as process:
        await sandbox.bot_connected(STARTS)
        sandbox.interfere = hold
        omar = sandbox.act_as("omar")
        asking = asyncio.create_task(omar.runs("/desk people"))
        await reached.wait()
        process.send_signal(signal.SIGTERM)
        asyncio.get_running_loop().call_later(0.5, go_on.set)  # by then the bot is on its way out
        await asking
        assert omar.failure == ""
        assert omar.modal is not None
        _, told = await asyncio.wait_for(process.communicate(), ENDS + 5)
        assert process.returncode == 0, told.decode()
    assert sandbox.complaints == []


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-not-mine", "Slack refuses the bot token (invalid_auth)."),
        ("SLACK_APP_TOKEN", "xapp-not-mine", "Slack refuses the app token (invalid_auth)."),
    ],
)
async def test_a_token_that_slack_refuses_ends_the_start_with_a_sentence(
    sandbox: Sandbox, tmp_path: Path, variable: str, value: str, says: str
) -> None:
    async with started(sandbox, tmp_path, **{variable: value}) as process:
        _, told = await asyncio.wait_for(process.communicate(), STARTS)
        assert process.returncode == 1
        assert says in told.decode()
        assert "Traceback" not in told.decode()
        assert value not in told.decode()


async def test_a_bot_that_cannot_reach_slack_waits_for_it_and_can_still_be_stopped(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    silent = "http://127.0.0.1:9/api/"
    async with started(sandbox, tmp_path, SLACK_API_URL=silent) as process:
        assert process.stderr is not None
        while True:
            line = (await asyncio.wait_for(process.stderr.readline(), STARTS)).decode()
            assert line, "it ended instead of waiting"
            if "Slack cannot be reached yet" in line:
                break
        process.send_signal(signal.SIGTERM)
        _, told = await asyncio.wait_for(process.communicate(), ENDS)
        assert process.returncode == 0, told.decode()
