"""A desk at work on a copy of the furnished database, in this process, in a hurry."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot import app
from bot.domain.audiences import TAKE_BACK
from bot.handlers import delivering
from bot.mail import smtp
from bot.mail.faults import MailboxAway
from bot.sandbox import Sandbox
from bot.scheduler import delivery, mailing
from tests.faults_runs import hours, post
from tests.faults_runs.acting import Crew
from tests.faults_runs.ending import Ending, look
from tests.faults_runs.script import Step, waves
from tests.flows.conftest import MANIFEST, Furnished, bot_for, furnished, starting_clock, unhurried

__all__ = ["furnished"]

Trouble = Callable[[Sandbox, list[Step], bool], None]
"""Told before (True) and after (False) each wave, while the bot is at work."""

SLOWEST = 120.0
RETRY_PAUSES = (0.0, 0.2, 3.0)
"""Slack's three, in earnest up to five minutes apart: the last one outlives a machine's busy moment."""
A_MOMENT = timedelta(milliseconds=50)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """All waiting of ours is a fraction of what it is at work, as are the sandbox's own rates."""
    monkeypatch.setattr(delivery, "FIRST_WAIT", timedelta(milliseconds=20))
    monkeypatch.setattr(delivery, "LONGEST_WAIT", timedelta(milliseconds=100))
    monkeypatch.setattr(delivering, "SAID_AGAIN", (0.02,) * 30)
    monkeypatch.setattr(mailing, "FIRST_WAIT", timedelta(milliseconds=20))
    monkeypatch.setattr(smtp, "LEFT_ALONE", 0.05)


async def run(folder: Path, furnished: Furnished, trouble: Trouble | None = None) -> tuple[Ending, Crew]:
    """The whole run; `trouble` makes it. What is left of it must be over by itself when the run ends."""
    async with desk(folder, furnished) as (sandbox, bot):
        store = bot.desk.store

        async def hurries() -> None:
            assert bot.mail_in is not None
            with contextlib.suppress(MailboxAway):
                await bot.mail_in.look()
            await sandbox.travel(sandbox.clock.now() + A_MOMENT)

        there = partial(sandbox.bot_connected, SLOWEST)

        async def settles() -> None:
            async with asyncio.timeout(SLOWEST):
                await hours.all_sent(sandbox, store, there)

        async def wait() -> None:
            async with asyncio.timeout(SLOWEST):
                await hours.all_done(sandbox, store, there, hurries)

        await wait()  # everybody's address is learnt
        await store.write(post.few_letters, hours.stamp_of(sandbox), quietly=True)
        crew = Crew(sandbox, settles, comes=partial(hours.escalation_opens, sandbox, store))
        for wave in waves():
            if trouble is not None:
                trouble(sandbox, wave, True)
            await asyncio.gather(*(crew.does(step) for step in wave))
            if trouble is not None:
                trouble(sandbox, wave, False)
            await wait()
            for step in wave:
                if step.act == "unheard reply":
                    crew.heard_of(step)
        return await look(store, crew), crew


def sam_looks_in(sandbox: Sandbox) -> None:
    """Somebody who is nobody to the desk comes into the staff's channels, where nobody hears him."""
    for channel in ("support-cases", "integrations"):
        found = sandbox.workspace.channel_named(channel)
        assert found is not None
        found.members.add("U0SAM")


@asynccontextmanager
async def desk(folder: Path, furnished: Furnished) -> AsyncIterator[tuple[Sandbox, app.Bot]]:
    """The sandbox and the bot; everything is off."""
    with furnished.copy(folder) as database_url:
        async with Sandbox(manifest=MANIFEST, clock=starting_clock(), mail=True) as sandbox:
            unhurried(sandbox)
            sam_looks_in(sandbox)
            sandbox.events.retry_pauses = RETRY_PAUSES
            bot = bot_for(sandbox, folder, database_url, TAKE_BACK)
            await bot.start()
            try:
                await sandbox.bot_connected()
                yield sandbox, bot
            finally:
                sandbox.faults.clear()
                await bot.stop()
