"""Servers as processes of their own: the floor and Caseline, started, timed until they answer, and ended."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench.floor import SECRET
from bench.wire import Line, command
from bot.sandbox import Sandbox

ROOT = Path(__file__).parents[1]
LONGEST_START = 60.0


@dataclass(frozen=True, kw_only=True)
class Server:
    """A process that answers Slack: how long its first answer took (seconds), and its line."""

    line: Line
    process: asyncio.subprocess.Process
    start: float

    @property
    def mebibytes(self) -> float:
        """What it holds in memory now (resident)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        [kibibytes] = [row.split()[1] for row in status.splitlines() if row.startswith("VmRSS:")]
        return int(kibibytes) / 1024

    async def kill(self) -> None:
        """As the kernel or a power cut would."""
        self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def bare_bolt(sandbox: Sandbox, *recipe_and_database: Path) -> AsyncIterator[Server]:
    """The floor. With a recipe and a database file it also saves."""
    port = _free_port()
    given = [str(one) for one in (port, sandbox.api_url, *recipe_and_database)]
    async with _serving(["-m", "bench.floor", *given], port, {"BENCH_TOKEN": sandbox.bot_token}) as server:
        yield server


@asynccontextmanager
async def caseline(
    sandbox: Sandbox, folder: Path, more: Mapping[str, str] | None = None
) -> AsyncIterator[Server]:
    """Caseline as an operator runs it, over signed HTTP, with its data in a folder; `more` are settings."""
    port = _free_port()
    settings = {
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": sandbox.api_url,
        "PORT": str(port),
        "CASELINE_HOST": "127.0.0.1",
        "CASELINE_ADMINS": "U0OMAR",
        "CASELINE_CASES_CHANNEL": "C0CASES",
        "CASELINE_DATA": str(folder),
        "CASELINE_LOG_LEVEL": "ERROR",
        **(more or {}),
    }
    async with _serving(["-m", "bot", "run"], port, settings) as server:
        yield server


@asynccontextmanager
async def _serving(arguments: list[str], port: int, settings: Mapping[str, str]) -> AsyncIterator[Server]:
    line = Line(url=f"http://127.0.0.1:{port}/slack/events", secret=SECRET)
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=ROOT, env={"PATH": os.environ["PATH"], **settings}
    )
    try:
        await _first_answer(line, process)
        yield Server(line=line, process=process, start=time.perf_counter() - began)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await process.wait()


async def _first_answer(line: Line, process: asyncio.subprocess.Process) -> None:
    deadline = time.monotonic() + LONGEST_START
    async with aiohttp.ClientSession() as session:
        while time.monotonic() < deadline:
            if process.returncode is not None:
                raise AssertionError(f"the server ended with {process.returncode}")
            body = command("help")
            try:
                async with session.post(line.url, data=body, headers=line.signed(body)) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.005)
    raise AssertionError("the server did not answer")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
