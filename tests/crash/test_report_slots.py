"""Bots that die around every claim and send of a report: each slot once, none missing, the ledger truthful.

A slot that was missed is due at once when a bot starts; the bot dies at its requests, before or after their
effect, and comes back. On SQLite there is one bot, on PostgreSQL there are two, of which either may die.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.domain.ids import WorkspaceId
from bot.sandbox import Sandbox
from bot.services.look import look_again
from bot.store import schema
from bot.store.store import Store
from bot.store.work import Connection, Stamp, Work
from tests.crash.databases import furnished_database
from tests.crash.killing import Warm
from tests.databases import KINDS
from tests.flows.conftest import MANIFEST, unhurried

ROUNDS = int(os.environ.get("CASELINE_SLOT_ROUNDS", "1"))
"""How many games of chance are played; `make crash` plays more of them."""

SLOWEST = 120.0
OF_REPORTS = frozenset(
    {
        "chat.postMessage",
        "chat.getPermalink",
        "conversations.members",
        "conversations.open",
        "files.getUploadURLExternal",
        "files.completeUploadExternal",
    }
)


@dataclass
class Herd:
    """Bots on one database; one of them is killed at every request of a report that was not struck before."""

    sandbox: Sandbox
    store: Store
    warm: Warm
    folder: Path
    url: str
    moment: str
    count: int
    chance: random.Random
    pids: list[int] = field(default_factory=list)
    kills: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    rising: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        env = {
            "PATH": os.environ["PATH"],
            "SLACK_BOT_TOKEN": self.sandbox.bot_token,
            "SLACK_APP_TOKEN": self.sandbox.app_token,
            "SLACK_API_URL": self.sandbox.api_url,
            "DATABASE_URL": self.url,
            "CASELINE_DATA": str(self.folder),
            "CASELINE_ADMINS": "U0OMAR",
            "CASELINE_CASES_CHANNEL": "support-cases",
        }
        self.pids.append(await self.warm.ask(do="start", env=env, log=str(self.folder / "bot.log")))

    async def watch(self, moment: str, method: str, args: dict[str, Any]) -> dict[str, Any] | None:
        """The sandbox's hook: it comes before and after the effect of every request."""
        if moment != self.moment or method not in OF_REPORTS:
            return None
        name = f"{method} {args.get('channel') or args.get('channel_id') or args.get('users') or ''}"
        if name in self.seen:
            return None
        self.seen.add(name)
        self.kills.append(name)
        victim = self.chance.choice(self.pids)
        self.pids.remove(victim)
        os.kill(victim, signal.SIGKILL)
        await self.warm.ask(do="bury", pid=victim)
        self.rising.append(asyncio.create_task(self.rise()))
        return {"ok": False, "error": "killed"} if moment == "before" and not self.pids else None

    async def rise(self) -> None:
        await self.store.write(_forget_leases, stamp(self.sandbox), patience=20, quietly=True)
        await self.start()

    async def end(self) -> None:
        self.sandbox.interfere = None
        await asyncio.gather(*self.rising)
        for pid in self.pids:
            os.kill(pid, signal.SIGKILL)
            await self.warm.ask(do="bury", pid=pid)


def stamp(sandbox: Sandbox) -> Stamp:
    now = datetime.now(UTC)
    return Stamp(workspace_id=WorkspaceId(sandbox.team_id), now=now, real_now=now)


def _forget_leases(work: Work) -> None:
    """The half minute until a dead bot's leases run out is over."""
    work.connection.execute(update(schema.leases).values(expires_at=work.stamp.real_now))


def miss_slots(work: Work) -> None:
    """As if every team's report had been due on each office day of the last week, with all bots away."""
    begun = work.now - timedelta(days=8)
    work.connection.execute(update(schema.slots).values(due_at=begun))
    team = schema.teams
    omar = select(schema.people.c.id).where(schema.people.c.slack_user_id == "U0OMAR").scalar_subquery()
    reports = schema.reports
    there = set(work.connection.execute(select(reports.c.usual_of_id)).scalars())
    for row in work.connection.execute(select(team)).all():
        facts = {"weekdays": "0123456", "hour": 0, "set_up_at": begun}
        if row.id in there:
            mine = reports.c.usual_of_id == row.id
            work.connection.execute(update(reports).where(mine).values(**facts))
            continue
        work.connection.execute(
            insert(reports).values(
                workspace_id=work.workspace_id,
                usual_of_id=row.id,
                team_id=row.id,
                name=row.name,
                channel="C0INTEGR",
                to_managers=True,
                search="",
                search_name="",
                is_on=True,
                set_up_by_id=omar,
                version=1,
                **facts,
            )
        )
    look_again(work)


@asynccontextmanager
async def herd(kind: str, moment: str, folder: Path, turn: int) -> AsyncIterator[Herd]:
    with furnished_database(kind, folder) as url:
        async with Sandbox(manifest=MANIFEST) as sandbox:
            unhurried(sandbox)
            store, warm = Store(url), await Warm.up()
            store.start()
            count = 1 if kind == "sqlite" else 2
            bots = Herd(sandbox, store, warm, folder, url, moment, count, random.Random(turn))
            try:
                yield bots
            finally:
                await bots.end()
                await warm.down()
                await store.stop()


async def settled(bots: Herd) -> None:
    """Wait until every slot is, and nothing of a report is under way."""
    async with asyncio.timeout(SLOWEST):
        while await bots.store.look(_waits) or any(not one.done() for one in bots.rising):  # noqa: ASYNC110  other processes do it
            await asyncio.sleep(0.05)


def _waits(connection: Connection) -> bool:
    """Whether a slot is not settled yet, or something of a report or review has still to be sent."""
    claimed = select(schema.slots.c.id).where(schema.slots.c.state == "claimed").limit(1)
    regular = select(schema.slots.c.id).where(schema.slots.c.occasion == "regular").limit(1)
    rows = select(schema.outbox.c.id).where(
        schema.outbox.c.kind.in_(["report", "report_file", "review"]), schema.IS_WAITING
    )
    started = connection.execute(regular).first() is not None
    return not started or any(connection.execute(one.limit(1)).first() for one in (claimed, rows))


EVERY = [(kind, moment, turn) for kind in KINDS for moment in ("before", "after") for turn in range(ROUNDS)]


@pytest.mark.parametrize(("kind", "moment", "turn"), EVERY if ROUNDS > 1 else [EVERY[0], EVERY[-1]])
async def test_a_report_comes_once_however_often_bots_die(
    kind: str, moment: str, turn: int, tmp_path: Path
) -> None:
    async with herd(kind, moment, tmp_path, turn) as bots:
        sandbox, store = bots.sandbox, bots.store
        await store.write(miss_slots, stamp(sandbox), quietly=True)
        sandbox.interfere = bots.watch
        for _ in range(bots.count):
            await bots.start()
        await settled(bots)
        log = f"{bots.kills}\n{(tmp_path / 'bot.log').read_text()[-2000:]}"
        assert len(bots.kills) >= 3, log
        rows = await store.look(_ledger)
        assert len({row[:3] for row in rows}) == len(rows), log
        assert {state for *_, state, _, _ in rows} <= {"late", "quiet"}, (rows, log)
        messages = Counter((channel, ts) for *_, channel, ts in rows)
        posted = _reports(sandbox)
        assert Counter(posted) == Counter(dict.fromkeys(messages, 1)), (rows, posted, log)


def _ledger(connection: Connection) -> list[tuple[Any, ...]]:
    slots = schema.slots.c
    asked = select(slots.job, slots.period, slots.audience, slots.state, slots.channel, slots.ts)
    return [tuple(row) for row in connection.execute(asked.where(slots.occasion == "regular"))]


def _reports(sandbox: Sandbox) -> list[tuple[str, str]]:
    """Every report that the workspace got, in any conversation."""
    return [
        (message.channel, message.ts)
        for channel in sandbox.workspace.channels.values()
        for message in sandbox.workspace.roots(channel.id)
        if message.bot_id and "nothing has changed" in message.text
    ]
