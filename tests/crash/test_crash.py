"""Killed before and after the effect of its requests, the bot loses nothing and does nothing twice.

One long run is made for each moment: at every chosen request the bot dies, and the next one goes on. By
default every `STRIDE`-th request is chosen, other ones each day; `make crash` chooses all of them.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from bot.store.store import Store
from tests.crash.databases import furnished_database
from tests.crash.killing import Doomed, Warm
from tests.databases import KINDS
from tests.faults_runs import hours
from tests.faults_runs.acting import Crew
from tests.faults_runs.conftest import SLOWEST, sam_looks_in
from tests.faults_runs.ending import Ending, differences, look
from tests.faults_runs.script import Step, waves
from tests.flows.conftest import MANIFEST, unhurried
from tests.once import once_async

STRIDE = int(os.environ.get("CASELINE_CRASH_STRIDE", "80"))
OFFSET = int(os.environ.get("CASELINE_CRASH_OFFSET", str(datetime.now(UTC).toordinal()))) % STRIDE


@asynccontextmanager
async def doomed(url: str, folder: Path, moment: str, stride: int) -> AsyncIterator[Doomed]:
    """The sandbox, a store of our own on the bot's database, and the bot, which has started."""
    async with Sandbox(manifest=MANIFEST, mail=True) as sandbox:
        unhurried(sandbox)
        sam_looks_in(sandbox)
        sandbox.events.retry_pauses = (0.0, 0.05, 0.2)
        store, warm = Store(url), await Warm.up()
        store.start()
        bot = Doomed(
            sandbox=sandbox,
            store=store,
            warm=warm,
            folder=folder,
            url=url,
            moment=moment,
            chosen=lambda count: stride > 0 and count % stride == OFFSET % stride,
        )
        assert sandbox.post is not None
        sandbox.interfere, sandbox.post.interfere = bot.watch, bot.watch_mail
        try:
            await bot.start()
            await bot.alive()
            yield bot
        finally:
            await bot.end()
            await warm.down()
            await store.stop()


async def run(bot: Doomed) -> tuple[Ending, Crew]:
    """The whole run."""
    sandbox = bot.sandbox

    async def settles() -> None:
        async with asyncio.timeout(SLOWEST):
            await hours.all_sent(sandbox, bot.store, bot.alive)

    async def wait() -> None:
        async with asyncio.timeout(SLOWEST):
            await hours.all_done(sandbox, bot.store, bot.alive, hurries=partial(asyncio.sleep, 0.05))

    crew = Crew(
        sandbox,
        settles,
        gives_up=lambda step: step.word == "comment" and step.n % 2 == 0,
        comes=partial(hours.escalation_opens, sandbox, bot.store),
    )
    for wave in waves():
        bot.wave += 1
        await asyncio.gather(*(crew.does(step) for step in wave))
        await wait()
        for step in wave:
            if step.act == "unheard reply":
                crew.heard_of(step)
    return await look(bot.store, crew), crew


async def undisturbed(kind: str, folder: Path) -> Ending:
    """How the run ends if nobody dies."""
    with furnished_database(kind, folder) as url:
        async with doomed(url, folder, "before", stride=0) as bot:
            return (await run(bot))[0]


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_killed_bot_loses_nothing_and_does_nothing_twice(
    kind: str, moment: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    make = partial(undisturbed, kind, tmp_path_factory.mktemp("calm"))
    calm = await once_async(tmp_path_factory, f"calm-{kind}", make)
    (folder := tmp_path / "crash").mkdir()
    with furnished_database(kind, folder) as url:
        async with doomed(url, folder, moment, STRIDE) as bot:
            ending, crew = await run(bot)
    assert len(bot.kills) >= bot.count // STRIDE > 0
    wrong = wrongs(calm, ending, crew)
    wrong += [f"{one} came again, and nobody had died" for one in bot.doubled()]
    assert not wrong, f"offset {OFFSET} of {STRIDE}, {len(bot.kills)} kills: {wrong}"


def wrongs(calm: Ending, ending: Ending, crew: Crew) -> list[str]:
    """Where the endings differ; a case whose story was cut short is looked at for what was given up alone."""
    given_up = [step for wave in waves() for step in wave if step.n in crew.given_up]
    twice = [f"{step} happened more than once" for step in given_up if times(ending, step) > 1]
    return twice + differences(calm, ending, besides={step.case for step in given_up})


def times(ending: Ending, step: Step) -> int:
    """How often a given-up comment was saved, or stands in the thread."""
    text = step.fields["text"]
    saved = sum(text in str(comment) for comment in ending.comments.get(step.case, ()))
    return max(saved, sum(text in str(reply) for reply in ending.threads.get(step.case, ())))
