"""Work that a thread does for a caller on an event loop: the threads of an SQLite database take such jobs."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection


@dataclass(eq=False)
class Job:
    """What is to be run, and who waits for it on which loop."""

    run: Callable[[Connection], Any]
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    claim: threading.Lock = field(default_factory=threading.Lock)  # held by who decides: start or give up
    result: Any = None
    error: BaseException | None = None

    def is_mine(self) -> bool:
        """Whether whoever asks first may decide about it: the thread that starts it, or who gives it up."""
        return self.claim.acquire(blocking=False)

    def answer(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits for the answer any more
            self.loop.call_soon_threadsafe(self._resolve)

    def _resolve(self) -> None:
        if self.future.done():
            return  # the caller was cancelled; what is saved stays saved
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


def job_of(run: Callable[[Connection], Any]) -> Job:
    """A job for the loop that runs now."""
    loop = asyncio.get_running_loop()
    return Job(run=run, future=loop.create_future(), loop=loop)
