"""The control socket of a trial or a test: it moves the clock and tells when the bot has nothing left to do.

`caseline run` never opens it. One JSON object a line, one line an answer.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.clock import ClockWouldGoBack, TravellingClock

LOOK_AGAIN = 0.01
"""Seconds between two looks while the bot is busy; only trials and tests wait here."""


class ControlSocket:
    """Serves `travel`, `next_due` and `settled` on a Unix socket at `path`."""

    def __init__(
        self,
        path: Path,
        clock: TravellingClock,
        *,
        tick: Callable[[], Awaitable[None]],
        next_due: Callable[[], Awaitable[datetime | None]],
        quiet: Callable[[], Awaitable[bool]],
    ) -> None:
        self._path = path
        self._clock = clock
        self._tick = tick
        self._next_due = next_due
        self._quiet = quiet
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, self._path)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            while line := await reader.readline():
                answer = await self._answer(_request(line))
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._serving.discard(task)
            writer.close()

    async def _answer(self, request: Any) -> dict[str, Any]:
        match request:
            case {"do": "travel", "offset": int() | float() as seconds}:
                try:
                    self._clock.travel(timedelta(seconds=seconds))
                except ClockWouldGoBack as refusal:
                    return {"error": str(refusal)}
                await self._tick()
                return {"ok": True}
            case {"do": "next_due"}:
                at = await self._next_due()
                return {"next_due": at.timestamp() if at else None}
            case {"do": "settled"}:
                while not await self._quiet():  # noqa: ASYNC110  quiet asks the database, which has no event
                    await asyncio.sleep(LOOK_AGAIN)
                return {"settled": True}
        return {"error": "unknown request"}


def _request(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None
