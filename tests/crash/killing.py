"""Kills the bot with SIGKILL at chosen requests, and starts it again; the crash tests drive it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import update

from bot.sandbox import Sandbox
from bot.sandbox.imap import HANG_UP
from bot.store import schema
from bot.store.store import Store
from tests.faults_runs.hours import stamp_of
from tests.transport import mail_environment

ROOT = Path(__file__).parents[2]
START = frozenset({"auth.test", "apps.connections.open", "users.conversations", "conversations.info"})
Json = dict[str, Any]

UNDER_WAY = 1.0
"""Seconds that a letter of a bot that is dead already may still need to be taken by the server."""


class Warm:
    """The process that bots are forked from."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._turn = asyncio.Lock()

    @classmethod
    async def up(cls) -> Warm:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.crash.warm",
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        return cls(process)

    async def ask(self, **request: Any) -> Any:
        async with self._turn:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            await self._process.stdin.drain()
            return json.loads(await self._process.stdout.readline())

    async def down(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()


@dataclass
class Doomed:
    """A bot that is killed at the requests that `chosen` picks, `moment` their effect, and starts again.

    Each request of the run counts once: what a bot repeats after its death is let through, as are most of
    the look-ups that its death brings about.
    """

    sandbox: Sandbox
    store: Store
    warm: Warm
    folder: Path
    url: str
    moment: str
    chosen: Callable[[int], bool]
    wave: int = 0
    count: int = 0
    """Requests of the run so far."""
    kills: list[str] = field(default_factory=list)
    arrivals: dict[str, list[float]] = field(default_factory=dict)
    """When letters arrived, by Message-ID."""
    deaths: list[float] = field(default_factory=list)
    _pid: int | None = None
    _seen: set[str] = field(default_factory=set)
    _risen: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Fork a bot; it is up when the sandbox has its connection."""
        self._pid = await self.warm.ask(do="start", env=self._env(), log=str(self.folder / "bot.log"))

    async def end(self) -> None:
        """Kill it for the last time."""
        assert self.sandbox.post is not None
        self.sandbox.interfere = self.sandbox.post.interfere = None
        if self._risen is not None:
            await self._risen
        if self._pid is not None:
            await self._kill(self._pid)

    async def alive(self) -> None:
        """Wait until a bot is there, and say what it says if it ended by itself."""
        if self._risen is not None:
            await self._risen
        try:
            await self.sandbox.bot_connected(20)
        except TimeoutError:
            raise AssertionError((self.folder / "bot.log").read_text()[-3000:]) from None

    async def watch(self, moment: str, method: str, args: Json) -> Json | None:
        """The sandbox's hook: it comes before and after the effect of every request."""
        if moment != self.moment or self._pid is None:
            return None
        name = f"{'start' if method in START else self.wave} {method} {_about(method, args)}"
        if name in self._seen:
            return None
        self._seen.add(name)
        self.count += 1
        if not self.chosen(self.count):
            return None
        self.kills.append(name)
        self.deaths.append(monotonic())
        dying = asyncio.create_task(self._kill(self._pid))
        self._pid = None
        self._risen = asyncio.create_task(self._rise(dying))
        await asyncio.shield(dying)  # who serves a line to a dead bot may be cancelled
        return {"ok": False, "error": "killed"} if moment == "before" else None

    async def watch_mail(self, moment: str, what: str, about: Json) -> str | None:
        """The same for its lines to the mail servers; when letters arrive is noted."""
        if what == "smtp.data" and moment == "after":
            self.arrivals.setdefault(about["message_id"], []).append(monotonic())
        lives = len(self.deaths)
        await self.watch(moment, what, about)
        return HANG_UP if len(self.deaths) > lives else None

    def doubled(self) -> list[str]:
        """Letters that came again although no bot had died since they were handed over."""
        return [
            message_id
            for message_id, came in self.arrivals.items()
            for first, again in pairwise(came)
            if not any(first - UNDER_WAY < death <= again for death in self.deaths)
        ]

    async def _kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        await self.warm.ask(do="bury", pid=pid)

    async def _rise(self, dying: asyncio.Task[None]) -> None:
        await dying
        await self.store.write(_forget_leases, stamp_of(self.sandbox), patience=20, quietly=True)
        await self.start()

    def _env(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "SLACK_BOT_TOKEN": self.sandbox.bot_token,
            "SLACK_APP_TOKEN": self.sandbox.app_token,
            "SLACK_API_URL": self.sandbox.api_url,
            "DATABASE_URL": self.url,
            "CASELINE_DATA": str(self.folder),
            "CASELINE_ADMINS": "U0OMAR",
            "CASELINE_CASES_CHANNEL": "support-cases",
            **mail_environment(self.sandbox),
        }


def _forget_leases(work: Any) -> None:
    """The half minute until a dead bot's leases run out is over."""
    work.connection.execute(update(schema.leases).values(expires_at=work.stamp.real_now))


def _about(method: str, args: Json) -> str:
    """What makes a request the same one when it is repeated."""
    metadata = args.get("metadata") or {}
    token = metadata.get("event_payload", {}).get("token") if isinstance(metadata, dict) else None
    if token is not None:
        return str(token)
    if method == "views.open":
        return str(args["view"].get("private_metadata")) + str(args["view"].get("callback_id"))
    if method == "smtp.data":
        return str(args["message_id"])
    places = (
        args.get(key) for key in ("uid", "channel", "ts", "message_ts", "user", "users", "user_id", "view_id")
    )
    return " ".join(str(place) for place in places if place)
