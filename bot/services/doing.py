"""What a bot is doing for orders beside its calls: tasks that go on when whoever pressed waits no longer."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger(__name__)


class Doing:
    """The tasks of one bot, and the name by which it holds orders."""

    def __init__(self) -> None:
        self.owner = secrets.token_hex(8)
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Let something go on by itself. What it fails of is logged: the sweep takes it up again."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s failed; it is taken up again", task.get_name(), exc_info=error)

    @property
    def busy(self) -> bool:
        return bool(self._tasks)

    async def settled(self) -> None:
        """Wait until nothing is under way; for tests, and for a clock that is to travel."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def stop(self, patience: float) -> None:
        """Give what is under way a moment, then let go: another bot reads back what was left."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(set(self._tasks), timeout=patience)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
