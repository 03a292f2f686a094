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
from typing import Any

import asyncpg
import pytest

from bot.sandbox import Message, Person, Sandbox
from bot.services.inbox import learn_addresses
from tests.databases import Postgres, kind
from tests.flows.conftest import MANIFEST, OMAR, Workplace, bot_for, set_up
from tests.transport import mail_environment

ROOT = Path(__file__).parents[2]
COMMENTS = 6
SAID = 5
KILLS = 3
MOST_SECONDS = 240.0

BOT = """
import functools, sys
from datetime import timedelta
import bot.app
from bot.cli import main
from bot.scheduler import delivery, mail_in

delivery.LEASE = timedelta(seconds=6)  # the other bot takes over sooner than in earnest
mail_in.MailIn = functools.partial(mail_in.MailIn, every=0.5)
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
    async with Sandbox(manifest=MANIFEST, mail=True) as sandbox:
        sandbox.events.retry_pauses = (0.0, 0.5, 1.0)
        yield sandbox


async def begin(sandbox: Sandbox, folder: Path, database_url: str) -> dict[str, str]:
    """People set up and a case for each pair, by a bot that then ends; the number of each case."""
    sandbox.sockets.ack_seconds = 20
    there = Workplace(sandbox, bot_for(sandbox, folder, database_url))
    await there.bot.start()
    try:
        await sandbox.bot_connected()
        await set_up(there.bot)
        await learn_addresses(there.bot.desk)
        await sandbox.settled()
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
        **mail_environment(sandbox),
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


async def chats(sandbox: Sandbox) -> Message:
    """Talk, of which somebody makes a case, and which goes on; its first message."""
    tess, chloe = sandbox.act_as("tess"), sandbox.act_as("chloe")
    root = await tess.says("It drips", channel="cloud-nine")
    await tess.says("Said 1.", channel="cloud-nine", thread=root)
    while chloe.modal is None:
        await chloe.uses("Open a case from thread", on=root)
        await asyncio.sleep(0.1)
    await chloe.submits(account="Cloud Nine", business_impact="orders_held", severity="2")
    while chloe.failure or chloe.errors:
        await asyncio.sleep(0.3)
        await chloe.submits()
    for count in range(2, SAID + 1):
        await tess.says(f"Said {count}.", channel="cloud-nine", thread=root)
        await asyncio.sleep(0.2)
    return root


async def answers(sandbox: Sandbox) -> None:
    """Each owner answers the first letter that they get."""
    assert sandbox.post is not None
    waiting = {f"{owner}@northwind.example": f"Written by {owner}." for owner in CASES.values()}
    while waiting:
        for mail in sandbox.post.mails():
            text = waiting.pop(mail["recipient"], None)
            if text is not None:
                assert sandbox.post.answer(mail["id"], text)
        await asyncio.sleep(0.1)


async def waits_for_the_hour(sandbox: Sandbox, number: str, database_url: str) -> None:
    """Ines wants to be told when a case may be escalated, and then it may; for both bots at once."""
    ines = sandbox.act_as("ines")
    while ines.modal is None or "You are told in a direct message" not in ines.modal.text:
        ines.reloads()
        await ines.runs(f"/case show {number}")
        if ines.modal is not None and not ines.failure:
            await ines.clicks("Tell me then")
        await asyncio.sleep(0.2)
    connection = await asyncpg.connect(database_url)
    try:
        for change in (
            "UPDATE cases SET escalation_opens_at = now() WHERE number = $1",
            "UPDATE due_times SET due_at = now() FROM cases WHERE cases.id = due_times.case_id"
            " AND due_times.done_at IS NULL AND cases.number = $1",
        ):
            await connection.execute(change, int(number))
    finally:
        await connection.close()


async def disturbs(bots: Bots, chance: random.Random) -> None:
    """Kill one of the two, a moment later start it again; the other one serves meanwhile."""
    while bots.kills < KILLS:
        await asyncio.sleep(chance.uniform(0.5, 3))
        name = chance.choice(("one", "two"))
        await bots.kill(name)
        await asyncio.sleep(chance.uniform(0, 1))
        await bots.start(name)
        await asyncio.sleep(3)  # it starts up before the other one may be hit


async def delivered(sandbox: Sandbox, database_url: str) -> None:
    """Wait until nothing is left in the outbox, in the mailbox, and of what is due."""
    assert sandbox.post is not None
    connection = await asyncpg.connect(database_url)
    try:
        waiting = """SELECT (SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending'))
            + (SELECT count(*) FROM due_times WHERE done_at IS NULL AND due_at <= now())"""
        while sandbox.post.unread or await connection.fetchval(waiting):  # noqa: ASYNC110 - no event of theirs
            await asyncio.sleep(0.3)
    finally:
        await connection.close()


async def test_two_bots_of_which_one_dies_again_and_again_keep_the_order_and_double_nothing(
    sandbox: Sandbox, database_url: str, tmp_path: Path
) -> None:
    numbers = await begin(sandbox, tmp_path, database_url)
    before = {owner: len(sandbox.act_as(owner).dms) for owner in CASES.values()}
    bots = Bots(settings_for(sandbox, tmp_path, database_url), tmp_path / "bots.log")
    await asyncio.gather(bots.start("one"), bots.start("two"))
    await sandbox.bot_connected(90)
    seed = random.randrange(10_000)
    disturbing = asyncio.create_task(disturbs(bots, random.Random(seed)))
    try:
        async with asyncio.timeout(MOST_SECONDS):
            chat, *_ = await asyncio.gather(
                chats(sandbox),
                answers(sandbox),
                waits_for_the_hour(sandbox, numbers["linda"], database_url),
                *(comments(sandbox.act_as(who), numbers[who]) for who in CASES),
            )
            await disturbing
            await delivered(sandbox, database_url)
    finally:
        disturbing.cancel()
        await bots.stop()
    log = f"seed {seed}, {bots.kills} kills\n{bots.log.read_text()[-3000:]}"
    for creator, owner in CASES.items():
        wanted = [f"Comment {count} on {numbers[creator]}." for count in range(1, COMMENTS + 1)]
        replies = [_comment_in(reply) for reply in _card(sandbox, numbers[creator]).replies]
        assert [one for one in replies if one in wanted] == wanted, log
        assert sum(f"Written by {owner}." in one for one in replies) == 1, log
        told = [_comment_in(notice) for notice in sandbox.act_as(owner).dms[before[owner] :]]
        assert [one for one in told if "Comment " in one] == wanted, log
        letters = [_comment_of(mail["text"]) for mail in _letters(sandbox, owner)]
        assert [one for one in letters if one in wanted] == wanted, log
    assert sum("may be escalated now" in one.all_text for one in sandbox.act_as("ines").dms) == 1, log
    assert sum("This thread is case" in reply.all_text for reply in chat.replies) == 1, log
    said = [f"Said {count}." for count in range(1, SAID + 1)]
    assert await _comments_like("Said %", database_url) == said, log
    assert _came_again(sandbox) <= 2 * bots.kills, log  # a bot hands over so many letters at once


def _letters(sandbox: Sandbox, owner: str) -> list[Any]:
    """What somebody got by e-mail, once for each Message-ID, in the order of its first time."""
    assert sandbox.post is not None
    theirs = [one for one in sandbox.post.mails() if one["recipient"] == f"{owner}@northwind.example"]
    return list({one["message_id"]: one for one in reversed(theirs)}.values())


def _came_again(sandbox: Sandbox) -> int:
    assert sandbox.post is not None
    mails = sandbox.post.mails()
    return len(mails) - len({one["message_id"] for one in mails})


async def _comments_like(pattern: str, database_url: str) -> list[str]:
    connection = await asyncpg.connect(database_url)
    try:
        rows = await connection.fetch("SELECT text FROM comments WHERE text LIKE $1 ORDER BY text", pattern)
    finally:
        await connection.close()
    return [row["text"] for row in rows]


def _card(sandbox: Sandbox, number: str) -> Message:
    cards = [one for one in sandbox.act_as("omar").messages("support-cases") if number in one.all_text]
    assert len(cards) == 1, "a case has one card"
    return cards[0]


def _comment_in(message: Message) -> str:
    """Which comment a message tells."""
    return _comment_of(message.all_text)


def _comment_of(text: str) -> str:
    _, found, rest = text.partition("Comment ")
    return f"{found}{rest.partition('.')[0]}." if found else text
