"""The rows of the table: each measures the floor and Caseline in turn, several rounds, and keeps medians."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from bench.calls import steps_of_a_call
from bench.desk import furnish
from bench.figures import Figure
from bench.large import large_desks
from bench.queues import first_pages
from bench.report import monday_report
from bench.reviews import nudging
from bench.servers import Server, bare_bolt, caseline
from bench.shop import six_keys
from bench.wire import Body, Taken, command, hammer, submission
from bot.sandbox import Sandbox

DATABASE = "caseline.db"


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What all rows stand on: a workspace, a furnished database, the window that opens a case."""

    sandbox: Sandbox
    database: Path
    window: dict[str, Any]
    recipe: Path
    folder: Path

    def copy(self, name: str) -> Path:
        """A folder with a database of its own."""
        place = self.folder / name
        place.mkdir()
        shutil.copy(self.database, place / DATABASE)
        return place


@asynccontextmanager
async def ground() -> AsyncIterator[Ground]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database, recipe = folder / DATABASE, folder / "recipe.json"
        window, found = await furnish(database)
        found.write(recipe)
        async with Sandbox() as sandbox:
            yield Ground(sandbox=sandbox, database=database, window=window, recipe=recipe, folder=folder)


async def help_command(here: Ground, rounds: int) -> list[Figure]:
    """Row 1: `/case help` touches no database; through the whole app, 1 and 32 at once."""
    figures = []
    async with bare_bolt(here.sandbox) as floor, caseline(here.sandbox, here.copy("help")) as ours:
        for at_once, requests in ((1, 400), (32, 2000)):
            taken = await _in_turn(floor, ours, partial(command, "help"), requests, at_once, rounds)
            figures += [
                _compare("1", f"/case help, {at_once} at once, p50", taken, _p(50), "ms", 1.25),
                _compare(
                    "1", f"/case help, {at_once} at once", taken, _rate, "req/s", 0.8, more_is_better=True
                ),
            ]
    return figures


async def open_case(here: Ground, rounds: int) -> list[Figure]:
    """Rows 2 and 3: a case that is on the disk before the window closes; then the power is cut."""
    figures = []
    body = partial(submission, here.window)
    floors, place = here.copy("floor"), here.copy("open")
    async with (
        bare_bolt(here.sandbox, here.recipe, floors / DATABASE) as floor,
        caseline(here.sandbox, place) as ours,
    ):
        before = _cases(place)
        alone = await _in_turn(floor, ours, body, 200, 1, rounds)
        crowd = await _in_turn(floor, ours, body, 800, 32, rounds)
        await ours.kill()
        lost = (200 + 800) * (rounds + 1) - (_cases(place) - before)
        figures = [
            _compare("2", "/case open, 1 at once, p50", alone, _p(50), "ms", 1.5),
            _compare("3", "/case open, 32 at once, p50", crowd, _p(50), "ms", 1.5),
            _compare("3", "/case open, 32 at once, p99", crowd, _p(99), "ms", 3.0),
        ]
    if lost:
        raise AssertionError(f"{lost} acknowledged cases are not there after kill -9")
    return figures


async def start_and_memory(here: Ground, rounds: int) -> list[Figure]:
    """Row 8: from nothing to the first answer, and what is held in memory then."""
    starts: list[tuple[float, float]] = []
    memories: list[tuple[float, float]] = []
    for turn in range(rounds):
        async with bare_bolt(here.sandbox) as floor:
            bare = (floor.start, floor.mebibytes)
        async with caseline(here.sandbox, here.copy(f"start{turn}")) as ours:
            starts.append((bare[0] * 1000, ours.start * 1000))
            memories.append((bare[1], ours.mebibytes))
    return [
        _medians("8", "start to first answer", starts, "ms", 2.0),
        _medians("8", "memory after it", memories, "MiB", 1.7),
    ]


ROWS: dict[str, Callable[[Ground, int], Awaitable[list[Figure]]]] = {
    "1": help_command,
    "2": open_case,
    "3": open_case,
    "4": large_desks,
    "5": monday_report,
    "6": large_desks,
    "7": nudging,
    "8": start_and_memory,
    "10": steps_of_a_call,
    "11": six_keys,
    "12": first_pages,
}

Pairs = list[tuple[Taken, Taken]]


async def _in_turn(
    floor: Server, ours: Server, body: Callable[[], Body], requests: int, at_once: int, rounds: int
) -> Pairs:
    """Floor and Caseline one after the other: noise hits both. A first round warms up and does not count."""
    pairs = []
    for _ in range(rounds + 1):
        pairs.append(
            (
                await hammer(floor.line, body, requests, at_once),
                await hammer(ours.line, body, requests, at_once),
            )
        )
        await asyncio.sleep(0.1)
    return pairs[1:]


def _p(percent: int) -> Callable[[Taken], float]:
    return lambda taken: taken.percentile(percent)


def _rate(taken: Taken) -> float:
    return taken.per_second


def _compare(
    row: str,
    what: str,
    pairs: Pairs,
    of: Callable[[Taken], float],
    unit: str,
    wanted: float,
    *,
    more_is_better: bool = False,
) -> Figure:
    values = [(of(floor), of(ours)) for floor, ours in pairs]
    return _medians(row, what, values, unit, wanted, more_is_better=more_is_better)


def _medians(
    row: str,
    what: str,
    values: list[tuple[float, float]],
    unit: str,
    wanted: float,
    *,
    more_is_better: bool = False,
) -> Figure:
    return Figure(
        row=row,
        what=what,
        floor=median(floor for floor, _ in values),
        ours=median(ours for _, ours in values),
        unit=unit,
        wanted=wanted,
        more_is_better=more_is_better,
    )


def _cases(place: Path) -> int:
    connection = sqlite3.connect(place / DATABASE)
    try:
        return int(connection.execute("SELECT count(*) FROM cases").fetchone()[0])
    finally:
        connection.close()
