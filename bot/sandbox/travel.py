"""The sandbox's end of the bot's control socket, and travelling through business time with it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.clock import ClockWouldGoBack, TravellingClock
from bot.sandbox.records import Json

_PATIENCE = 5.0  # seconds for a bot that has only just started to listen
_RETRY = 0.02
_STALLS = 3


class TravelStuckError(RuntimeError):
    """The bot says that it is settled, and that something is due which it never does."""


class Control:
    """Asks the bot over its Unix socket: one JSON line, one answer."""

    def __init__(self, path: Path) -> None:
        self.path = path

    async def travel(self, offset: timedelta) -> None:
        """Set the bot's business clock."""
        await self._ask({"do": "travel", "offset": offset.total_seconds()})

    async def next_due(self) -> datetime | None:
        """When the bot has something to do next, in business time."""
        due = (await self._ask({"do": "next_due"}))["next_due"]
        return None if due is None else datetime.fromtimestamp(float(due), UTC)

    async def settled(self) -> None:
        """Answered once the bot has nothing left to do now."""
        await self._ask({"do": "settled"})

    async def _ask(self, line: Json) -> Json:
        reader, writer = await self._open()
        try:
            writer.write(json.dumps(line).encode() + b"\n")
            await writer.drain()
            answer = await reader.readline()
        finally:
            writer.close()
            await writer.wait_closed()
        if not answer:
            raise ConnectionResetError(f"the bot hung up on {line['do']}")
        body: dict[str, Any] = json.loads(answer)
        if body.get("error"):
            raise RuntimeError(f"the bot refused {line['do']}: {body['error']}")
        return body

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        deadline = asyncio.get_running_loop().time() + _PATIENCE
        while True:
            try:
                return await asyncio.open_unix_connection(str(self.path))
            except (FileNotFoundError, ConnectionRefusedError):
                if asyncio.get_running_loop().time() > deadline:
                    raise
                await asyncio.sleep(_RETRY)


async def travel(
    to: datetime,
    clock: TravellingClock,
    control: Control | None,
    set_offset: Callable[[timedelta], None],
    settled: Callable[[], Awaitable[None]],
) -> None:
    """Move business time to `to` (aware), stopping at each instant at which the bot has something to do.

    Raises `ClockWouldGoBack` if `to` has passed, `TravelStuckError` if the bot does not do what is due.
    """
    if to < clock.now():
        raise ClockWouldGoBack(f"it is {clock.now():%Y-%m-%d %H:%M:%S} UTC, {to} has passed")

    async def step(instant: datetime) -> None:
        offset = max(instant - clock.real_now(), clock.offset)
        set_offset(offset)
        if control is not None:
            await control.travel(offset)
        await settled()

    await settled()
    stalls, last = 0, None
    while control is not None:
        due = await control.next_due()
        if due is None or due > to:
            break
        stalls, last = (stalls + 1 if due == last else 0), due
        if stalls > _STALLS:
            raise TravelStuckError(f"due at {due:%Y-%m-%d %H:%M:%S} UTC, and the bot says it is settled")
        await step(due)
    await step(to)
