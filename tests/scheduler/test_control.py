"""The control socket of trials and tests: it moves the clock, tells what is due, and waits for quiet."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import TravellingClock
from bot.scheduler.control import ControlSocket

DUE = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


class Served:
    """A control socket, and what it does to the bot."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = TravellingClock()
        self.ticks: list[timedelta] = []
        self.due: datetime | None = DUE
        self.busy_for = 0
        self.socket = ControlSocket(
            path, self.clock, tick=self.tick, next_due=self.next_due, quiet=self.quiet
        )

    async def tick(self) -> None:
        self.ticks.append(self.clock.offset)

    async def next_due(self) -> datetime | None:
        return self.due

    async def quiet(self) -> bool:
        self.busy_for -= 1
        return self.busy_for < 0

    async def asks(self, *lines: bytes) -> list[Any]:
        """Send lines over one connection; the answers."""
        reader, writer = await asyncio.open_unix_connection(str(self.path))
        writer.write(b"".join(line + b"\n" for line in lines))
        answers = [json.loads(await reader.readline()) for _ in lines]
        writer.close()
        await writer.wait_closed()
        return answers


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    served = Served(tmp_path / "control.sock")
    await served.socket.start()
    yield served
    await served.socket.stop()


async def test_travelling_moves_the_clock_and_runs_what_is_due(served: Served) -> None:
    assert await served.asks(b'{"do": "travel", "offset": 3600}') == [{"ok": True}]
    assert served.ticks == [timedelta(hours=1)]


async def test_the_clock_never_goes_back_and_says_so(served: Served) -> None:
    answers = await served.asks(b'{"do": "travel", "offset": 60}', b'{"do": "travel", "offset": 59.5}')
    assert answers[0] == {"ok": True}
    assert "lies before it" in answers[1]["error"]
    assert served.clock.offset == timedelta(minutes=1)
    assert len(served.ticks) == 1


async def test_it_tells_when_something_is_due_next(served: Served) -> None:
    assert await served.asks(b'{"do": "next_due"}') == [{"next_due": DUE.timestamp()}]
    served.due = None
    assert await served.asks(b'{"do": "next_due"}') == [{"next_due": None}]


async def test_settled_is_answered_only_once_nothing_is_left_to_do(served: Served) -> None:
    served.busy_for = 3
    assert await served.asks(b'{"do": "settled"}') == [{"settled": True}]
    assert served.busy_for < 0


@pytest.mark.parametrize(
    "line",
    [
        b'{"do": "explode"}',
        b'{"do": "travel"}',
        b'{"do": "travel", "offset": "far"}',
        b'["do", "settled"]',
        b"null",
        b"not json",
        b"\xff\xfe",
        b"",
    ],
)
async def test_what_it_does_not_know_is_refused_and_the_line_stays_open(served: Served, line: bytes) -> None:
    refused, due = await served.asks(line, b'{"do": "next_due"}')
    assert refused == {"error": "unknown request"}
    assert due["next_due"] is not None


async def test_a_caller_who_hangs_up_leaves_the_socket_to_others(served: Served) -> None:
    served.busy_for = 10**6
    _, writer = await asyncio.open_unix_connection(str(served.path))
    writer.write(b'{"do": "settled"}\n')
    await writer.drain()
    writer.close()
    assert await served.asks(b'{"do": "travel", "offset": 1}') == [{"ok": True}]


async def test_a_socket_file_left_by_a_crash_is_replaced_and_a_clean_end_leaves_none(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    path.touch()
    served = Served(path)
    await served.socket.start()
    assert await served.asks(b'{"do": "settled"}') == [{"settled": True}]
    await served.socket.stop()
    assert not path.exists()
