"""Databases for the crash tests: people set up, no case yet, of each kind that Caseline runs on."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from pydantic import SecretStr

from bot.app import build
from bot.config import Settings
from bot.sandbox import Sandbox
from bot.services import inbox
from bot.slack.pacing import Pacer
from tests.databases import kind, with_tables
from tests.faults_runs import post
from tests.flows.conftest import MANIFEST, OMAR, set_up
from tests.transport import mail_ways


@contextmanager
def furnished_database(name: str, folder: Path) -> Iterator[str]:
    """A fresh one, and its address."""
    url = kind(name).copy(_template(name), folder)
    try:
        yield url
    finally:
        kind(name).drop(url)


@cache
def _template(name: str) -> str:
    folder = Path(tempfile.mkdtemp(prefix="caseline-crash-"))
    url: str = with_tables(name, folder)
    furnishing = threading.Thread(target=lambda: asyncio.run(_furnish(url, folder)))
    furnishing.start()  # a test's loop is running in this thread
    furnishing.join()
    return url


async def _furnish(url: str, folder: Path) -> None:
    async with Sandbox(manifest=MANIFEST, mail=True) as sandbox:
        sandbox.control = folder / "control.sock"
        settings = Settings(
            slack_bot_token=SecretStr(sandbox.bot_token),
            slack_app_token=SecretStr(sandbox.app_token),
            slack_api_url=sandbox.api_url,
            database_url=url,
            data=folder,
            admins=(OMAR,),
            cases_channel="support-cases",
            **mail_ways(sandbox),
        )
        bot = build(settings, clock=sandbox.clock, pacer=Pacer(enabled=False), control=sandbox.control)
        await bot.start()
        try:
            await sandbox.bot_connected()
            await set_up(bot)
            await inbox.learn_addresses(bot.desk)
            await sandbox.settled()
            await bot.desk.write(post.few_letters)
        finally:
            await bot.stop()
