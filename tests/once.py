"""What one worker of a test run has made is not made again by the others; for fixtures that take long."""

from __future__ import annotations

import fcntl
import os
import pickle
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

R = TypeVar("R")


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[], R]) -> R:
    """What `make` gives, from whichever worker came first; the others wait for it."""
    with _turn(factory, name) as kept:
        if not kept.exists():
            kept.write_bytes(pickle.dumps(make()))
        made: R = pickle.loads(kept.read_bytes())  # noqa: S301 - written a line above, or by our like
        return made


async def once_async(factory: pytest.TempPathFactory, name: str, make: Callable[[], Awaitable[R]]) -> R:
    """The same for what is awaited; the worker that waits has nothing else to do."""
    with _turn(factory, name) as kept:
        if not kept.exists():
            kept.write_bytes(pickle.dumps(await make()))
        made: R = pickle.loads(kept.read_bytes())  # noqa: S301 - written a line above, or by our like
        return made


@contextmanager
def _turn(factory: pytest.TempPathFactory, name: str) -> Iterator[Path]:
    """Where it is kept, for this run of the tests alone, while nobody else looks."""
    ours = factory.getbasetemp()
    shared = ours.parent if "PYTEST_XDIST_WORKER" in os.environ else ours
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield shared / f"{name}.pickle"
