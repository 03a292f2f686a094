"""Bots that die around every claim and send of a report: each slot once, none missing, the ledger truthful.

Slots that were missed are due at once when a bot starts; then the clock jumps over some more. The bot dies at
its requests, before or after their effect, and comes back: by default at every few of them, other ones each
day, and at all of them with `make crash`. On SQLite there is one bot, on PostgreSQL there are two or three,
any of which may die.
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
from datetime import UTC, date, datetime, timedelta
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
from tests.flows.conftest import MANIFEST, unhurried

STRIDE = int(os.environ.get("CASELINE_SLOT_STRIDE", "6"))
"""The bot dies at each so-manieth request that it makes for the first time."""
OFFSET = int(os.environ.get("CASELINE_CRASH_OFFSET", str(datetime.now(UTC).toordinal()))) % STRIDE

JUMPS = (4, 9)
"""Days ahead: over a Monday or a Thursday, and then over more than one slot at once."""

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
    """Bots on one database; one of them is killed at requests of reports, at each of them once for a jump."""

    sandbox: Sandbox
    store: Store
    warm: Warm
    folder: Path
    url: str
    moment: str
    count: int
    chance: random.Random
    methods: frozenset[str] = OF_REPORTS
    wave: int = 0
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
        log, days = str(self.folder / "bot.log"), str(self.folder / "days")
        self.pids.append(await self.warm.ask(do="start", env=env, log=log, days=days))

    def jumps(self, days: int) -> None:
        """The clock of all bots is so many days ahead from now on."""
        self.wave += 1
        ahead = self.folder / "days.new"
        ahead.write_text(str(days))
        ahead.rename(self.folder / "days")  # at once: nobody reads half of it

    async def watch(self, moment: str, method: str, args: dict[str, Any]) -> dict[str, Any] | None:
        """The sandbox's hook: it comes before and after the effect of every request."""
        if moment != self.moment or method not in self.methods:
            return None
        place = args.get("channel") or args.get("channel_id") or args.get("users") or args.get("file") or ""
        name = f"{self.wave} {method} {place} {args.get('ts', '')}"
        if name in self.seen:
            return None
        self.seen.add(name)
        if len(self.seen) % STRIDE != OFFSET % STRIDE:
            return None
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
async def herd(kind: str, count: int, moment: str, folder: Path) -> AsyncIterator[Herd]:
    with furnished_database(kind, folder) as url:
        async with Sandbox(manifest=MANIFEST) as sandbox:
            unhurried(sandbox)
            store, warm = Store(url), await Warm.up()
            store.start()
            bots = Herd(sandbox, store, warm, folder, url, moment, count, random.Random(OFFSET))
            bots.jumps(0)
            try:
                yield bots
            finally:
                await bots.end()
                await warm.down()
                await store.stop()


async def settled(bots: Herd, since: datetime) -> None:
    """Wait until every slot is that is due by now, and nothing of a report is under way."""
    async with asyncio.timeout(SLOWEST):
        while await bots.store.look(lambda c: _waits(c, since)) or not all(one.done() for one in bots.rising):  # noqa: ASYNC110  other processes do it
            await asyncio.sleep(0.05)


def _waits(connection: Connection, since: datetime) -> bool:
    """Whether a slot is not settled yet, or not found yet, or something has still to be sent."""
    slots, dues = schema.slots.c, schema.due_times.c
    claimed = select(slots.id).where(slots.state == "claimed")
    rows = select(schema.outbox.c.id).where(
        schema.outbox.c.kind.in_(["report", "report_file", "review"]), schema.IS_WAITING
    )
    unseen = select(dues.id).where(
        dues.kind.in_(["slots", "review"]), dues.done_at.is_(None), dues.due_at <= since
    )
    return any(connection.execute(one.limit(1)).first() for one in (claimed, rows, unseen))


CHOSEN = [("sqlite", 1, "before"), ("postgres", 3, "after")]
EVERY = [
    (kind, count, moment)
    for kind, count in (("sqlite", 1), ("postgres", 2), ("postgres", 3))
    for moment in ("before", "after")
]


@pytest.mark.parametrize(("kind", "count", "moment"), EVERY if STRIDE == 1 else CHOSEN)
async def test_a_report_comes_once_however_often_bots_die(
    kind: str, count: int, moment: str, tmp_path: Path
) -> None:
    async with herd(kind, count, moment, tmp_path) as bots:
        sandbox, store = bots.sandbox, bots.store
        await store.write(miss_slots, stamp(sandbox), quietly=True)
        sandbox.interfere = bots.watch
        for _ in range(bots.count):
            await bots.start()
        for days in (0, *JUMPS):
            bots.jumps(days)
            now = datetime.now(UTC) + timedelta(days=days)
            await settled(bots, now)
        log = f"{bots.kills}\n{(tmp_path / 'bot.log').read_text()[-2000:]}"
        assert len(bots.kills) >= (3 if STRIDE == 1 else 2), log
        rows = await store.look(_ledger)
        assert len({row[:3] for row in rows}) == len(rows), log
        assert {state for *_, state, _, _ in rows} <= {"late", "quiet"}, (rows, log)
        messages = Counter((channel, ts) for *_, channel, ts in rows)
        posted = _reports(sandbox)
        assert Counter(posted) == Counter(dict.fromkeys(messages, 1)), (rows, posted, log)
        _no_day_is_missing(rows, now)


def _no_day_is_missing(rows: list[tuple[Any, ...]], now: datetime) -> None:
    """Every office day since the first one has its slot, for every report and each of its readers."""
    days: dict[tuple[str, str], set[date]] = {}
    for job, period, audience, *_ in rows:
        days.setdefault((job, audience), set()).add(date.fromisoformat(period))
    assert days
    for who, there in days.items():
        first, last = min(there), max(there)
        between = (first + timedelta(days=number) for number in range((last - first).days + 1))
        assert there == {day for day in between if day.weekday() < 5}, who
        assert last >= now.date() - timedelta(days=3), who


def _ledger(connection: Connection) -> list[tuple[Any, ...]]:
    slots = schema.slots.c
    asked = select(slots.job, slots.period, slots.audience, slots.state, slots.channel, slots.ts)
    mine = (slots.occasion == "regular") & ~slots.job.startswith("review.")  # those have a test of their own
    return [tuple(row) for row in connection.execute(asked.where(mine))]


def _reports(sandbox: Sandbox) -> list[tuple[str, str]]:
    """Every report that the workspace got, in any conversation."""
    return [
        (message.channel, message.ts)
        for channel in sandbox.workspace.channels.values()
        for message in sandbox.workspace.roots(channel.id)
        if message.bot_id and "nothing has changed" in message.text
    ]
