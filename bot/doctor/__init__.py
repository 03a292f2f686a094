"""`caseline doctor`: looks at all that a desk needs, one finding at a time; the command line prints them.

Nothing here raises, writes to the database or shows a secret. The only thing it may say in Slack is the test
message that was asked for.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot import config
from bot.clock import Clock
from bot.doctor.findings import Finding, Level, fail, ok
from bot.doctor.machine import of_the_machine
from bot.doctor.outside import of_the_form
from bot.doctor.post import of_the_mail
from bot.doctor.workspace import of_slack
from bot.slack.client import SlackClient
from bot.slack.pacing import Pacer

__all__ = ["Finding", "Level", "examine"]

SLACK_SECONDS = 10


async def examine(send: bool = False, clock: Clock | None = None) -> AsyncIterator[Finding]:
    """All findings, in the order in which to repair. `send` also says something to an administrator."""
    settings: config.Settings | None = None
    try:
        settings = config.load()
        yield ok("settings", "complete.")
    except config.SettingsProblems as problems:
        for problem in problems.problems:
            row = problem.setting
            yield fail(
                "settings", f"{row.variable} {problem.wrong}", f"Example: {row.variable}={row.example}."
            )
    try:
        storage = settings or config.load_storage()
    except config.SettingsProblems:
        return  # what is wrong with them has been said
    async for finding in of_the_machine(storage, settings):
        yield finding
    if settings is not None:
        async for finding in of_the_mail(settings):
            yield finding
        async for finding in of_the_form(settings):
            yield finding
        async with _client(settings) as slack:
            async for finding in of_slack(slack, settings, clock or Clock(), send):
                yield finding


@asynccontextmanager
async def _client(settings: config.Settings) -> AsyncIterator[SlackClient]:
    timeout = aiohttp.ClientTimeout(total=SLACK_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        web = AsyncWebClient(
            token=settings.slack_bot_token.get_secret_value(),
            base_url=settings.slack_api_url,
            session=session,
            retry_handlers=[],
        )
        yield SlackClient(web, Pacer())
