"""Two real bots on one PostgreSQL, one of them killed and started again at random, while people work."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import pytest

from bot.sandbox import Message, Person, Sandbox
from tests.databases import Postgres, kind
from tests.flows.conftest import MANIFEST, OMAR, Workplace, bot_for, set_up

ROOT = Path(__file__).parents[2]
COMMENTS = 6
KILLS = 3
MOST_SECONDS = 240.0

BOT = """
import functools, sys
from datetime import timedelta
import bot.app
from bot.cli import main
from bot.scheduler import delivery

delivery.LEASE = timedelta(seconds=6)  # the other bot takes over sooner than in earnest
bot.app.Pacer = functools.partial(bot.app.Pacer, enabled=False)
sys.exit(main(["run"]))
"""
"""`caseline run`, and nothing of it replaced but its pace and its patience."""

CASES = {"linda": "ana", "raj": "ben", "viktor": "maria"}
"""Who opened a case and comments on it, and whose it is; all cards stand in one channel."""


@dataclass
class Bots:
    """The bots as processes, by name."""

    settings: dict[str, str]
    log: Path
    running: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)
    kills: int = 0

    async def start(self, name: str) -> None:
        with self.log.open("a") as log:
            self.running[name] = await asyncio.create_subprocess_exec(
                sys.executable, "-c", BOT, env=self.settings, cwd=ROOT, stderr=log, stdout=log
            )

    async def kill(self, name: str) -> None:
        """No goodbye: what it was doing stays as it was at that instant."""
        bot = self.running.pop(name)
        assert bot.returncode is None, f"{name} had ended by itself: {self.log.read_text()[-2000:]}"
        bot.kill()
        await bot.wait()
        self.kills += 1

    async def stop(self) -> None:
        for bot in self.running.values():
            with suppress(ProcessLookupError):
                bot.send_signal(signal.SIGTERM)
        for bot in self.running.values():
            assert await asyncio.wait_for(bot.wait(), 20) in (0, -signal.SIGTERM)  # asked while it started


@pytest.fixture
def server() -> Postgres:
    postgres = kind("postgres")
    assert isinstance(postgres, Postgres)
    return postgres


@pytest.fixture
def database_url(server: Postgres, tmp_path: Path) -> Iterator[str]:
    url = server.empty(tmp_path)
    yield url
    server.drop(url)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(manifest=MANIFEST) as sandbox:
        yield sandbox


async def begin(sandbox: Sandbox, folder: Path, database_url: str) -> dict[str, str]:
    """People set up and a case for each pair, by a bot that then ends; the number of each case."""
    sandbox.sockets.ack_seconds = 20
    there = Workplace(sandbox, bot_for(sandbox, folder, database_url))
    await there.bot.start()
    try:
        await sandbox.bot_connected()
        await set_up(there.bot)
        numbers = {one: await there.case_of(one, owner) for one, owner in CASES.items()}
        await sandbox.settled()
    finally:
        await there.bot.stop()
    sandbox.control = None
    sandbox.sockets.ack_seconds = 5
    return numbers


def settings_for(sandbox: Sandbox, folder: Path, database_url: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_APP_TOKEN": sandbox.app_token,
        "SLACK_API_URL": sandbox.api_url,
        "DATABASE_URL": database_url,
        "CASELINE_DATA": str(folder),
        "CASELINE_ADMINS": OMAR,
        "CASELINE_CASES_CHANNEL": "support-cases",
    }


async def comments(person: Person, number: str) -> None:
    """Comment again and again; where no answer comes, press again, as the bot asks."""
    for count in range(1, COMMENTS + 1):
        while person.modal is None:
            await person.runs(f"/case comment {number}")
            await asyncio.sleep(0.1)
        await person.submits(text=f"Comment {count} on {number}.")
        while person.failure or person.errors:
            await asyncio.sleep(0.3)
            await person.submits()
        person.reloads()


async def disturbs(bots: Bots, chance: random.Random) -> None:
    """Kill one of the two, a moment later start it again; the other one serves meanwhile."""
    while bots.kills < KILLS:
        await asyncio.sleep(chance.uniform(0.5, 3))
        name = chance.choice(("one", "two"))
        await bots.kill(name)
        await asyncio.sleep(chance.uniform(0, 1))
        await bots.start(name)
        await asyncio.sleep(3)  # it starts up before the other one may be hit


async def delivered(server: Postgres, database_url: str) -> None:
    """Wait until nothing is left in the outbox."""
    connection = await asyncpg.connect(database_url)
    try:
        waiting = "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')"
        while True:
            if await connection.fetchval(waiting) == 0:
                return
            await asyncio.sleep(0.3)
    finally:
        await connection.close()


async def test_two_bots_of_which_one_dies_again_and_again_keep_the_order_and_double_nothing(
    sandbox: Sandbox, server: Postgres, database_url: str, tmp_path: Path
) -> None:
    numbers = await begin(sandbox, tmp_path, database_url)
    before = {owner: len(sandbox.act_as(owner).dms) for owner in CASES.values()}
    bots = Bots(settings_for(sandbox, tmp_path, database_url), tmp_path / "bots.log")
    await asyncio.gather(bots.start("one"), bots.start("two"))
    await sandbox.bot_connected(30)
    seed = random.randrange(10_000)
    disturbing = asyncio.create_task(disturbs(bots, random.Random(seed)))
    try:
        async with asyncio.timeout(MOST_SECONDS):
            await asyncio.gather(*(comments(sandbox.act_as(who), numbers[who]) for who in CASES))
            await disturbing
            await delivered(server, database_url)
    finally:
        disturbing.cancel()
        await bots.stop()
    log = f"seed {seed}, {bots.kills} kills\n{bots.log.read_text()[-3000:]}"
    for creator, owner in CASES.items():
        wanted = [f"Comment {count} on {numbers[creator]}." for count in range(1, COMMENTS + 1)]
        card = _card(sandbox, numbers[creator])
        assert [_comment_in(reply) for reply in card.replies] == wanted, log
        told = sandbox.act_as(owner).dms[before[owner] :]
        assert [_comment_in(notice) for notice in told] == wanted, log


def _card(sandbox: Sandbox, number: str) -> Message:
    cards = [one for one in sandbox.act_as("omar").messages("support-cases") if number in one.all_text]
    assert len(cards) == 1, "a case has one card"
    return cards[0]


def _comment_in(message: Message) -> str:
    """Which comment a message tells."""
    _, found, rest = message.all_text.partition("Comment ")
    return f"{found}{rest.partition('.')[0]}." if found else message.all_text
