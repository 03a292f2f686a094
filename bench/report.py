"""Row 5: the Monday report over 40,000 open cases, and how long it keeps everybody else waiting."""

from __future__ import annotations

import asyncio
import csv
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg

from bench.crowd import fill
from bench.figures import Figure
from bot.blocks.report import report
from bot.clock import Clock
from bot.domain.ids import PersonId, WorkspaceId
from bot.domain.people import channel_viewer
from bot.domain.reports import SetUpReport
from bot.domain.slots import SlotState
from bot.policy_file import load_policy
from bot.scheduler.reporting import write_files
from bot.services import report_reading
from bot.services.desk import Desk
from bot.services.report_reading import Contents
from bot.store.migrate import upgrade
from bot.store.reports import save_report
from bot.store.slots import Claimed, Kind
from bot.store.store import Store
from bot.store.work import Stamp
from tests.databases import kind

WORKSPACE = WorkspaceId("T0NORTHWIND")
OPEN = 40_000
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

ROWS = (
    "SELECT people.name, number, title, accounts.name, severity, status, cases.created_at, cases.updated_at,"
    " card_permalink FROM cases JOIN accounts ON accounts.id = cases.account_id"
    " LEFT JOIN people ON people.id = owner_id WHERE cases.workspace_id = 'T0NORTHWIND'"
    " AND status != 'closed' AND opened_by_staff ORDER BY people.name, cases.id"
)
"""What a report that holds all cases would fetch."""

SLOT = Claimed(
    job="report.more.1",
    period="2026-11-23",
    audience="channel.C0CASES",
    person_id=None,
    due_at=NOW,
    claimed_at=NOW,
    meant=(),
    late=False,
    kind=Kind.REGULAR,
    asked_by=None,
    state=SlotState.CLAIMED,
)


class Noon(Clock):
    """Business time as the cases of the crowd know it."""

    def now(self) -> datetime:
        return NOW


async def monday_report(here: Any, rounds: int) -> list[Figure]:
    """The message, the file, and the longest stall of the loop meanwhile; on both databases."""
    figures = []
    for name in ("sqlite", "postgres"):
        folder = here.folder / f"report-{name}"
        folder.mkdir()
        url = kind(name).empty(folder)
        upgrade(url)
        store = Store(url)
        store.database.alter(_fill)
        store.start()
        try:
            figures += await _measured(name, url, store, rounds)
        finally:
            await store.stop()
            kind(name).drop(url)
    return figures


def _fill(connection: Any) -> None:
    fill(connection, WORKSPACE, OPEN)
    connection.exec_driver_sql("UPDATE cases SET status = 'working'")
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ANALYZE")


async def _measured(name: str, url: str, store: Store, rounds: int) -> list[Figure]:
    desk = Desk(
        store=store,
        clock=Noon(),
        workspace_id=WORKSPACE,
        policy=load_policy(None)[0],
        policy_revision=1,
        cases_channel=None,
    )
    await store.write(lambda work: save_report(work, _PLAN, None, PersonId(1), []), _stamp())
    taken: dict[str, list[tuple[float, float]]] = {"message": [], "file": []}
    stalls = []
    for turn in range(rounds + 1):
        floor = await _timed(lambda: _raw(name, url))
        floor_file = await _timed(lambda: _raw_file(name, url))
        watch = asyncio.create_task(_stall())
        message = await _timed(lambda: _message(desk))
        file = await _timed(lambda: _file(desk))
        watch.cancel()
        stalls.append(await watch)
        if turn:  # the first one warms up
            taken["message"].append((floor, message))
            taken["file"].append((floor_file, file))
    return [
        _figure(f"{name}: message of {OPEN:,} open cases against their raw fetch", taken["message"], 1.3),
        _figure(f"{name}: all of them as a file against the bare fetch and file", taken["file"], 1.3),
        Figure(
            row="5",
            what=f"{name}: longest stall of the loop meanwhile, against 50 ms",
            floor=50.0,
            ours=median(stalls[1:]),
            unit="ms",
            wanted=1.0,
        ),
    ]


_PLAN = SetUpReport(
    job="",
    version=0,
    name="Everything",
    team_id=None,
    weekdays=frozenset({0, 3}),
    hour=8,
    channel="C0CASES",
    to_managers=False,
    people=(),
    search="",
    search_name="",
    is_on=True,
)


def _stamp() -> Stamp:
    return Stamp(workspace_id=WORKSPACE, now=NOW - timedelta(days=9), real_now=datetime.now(UTC))


def _figure(what: str, pairs: list[tuple[float, float]], wanted: float) -> Figure:
    floor, ours = median(one for one, _ in pairs), median(one for _, one in pairs)
    return Figure(row="5", what=what, floor=floor, ours=ours, unit="ms", wanted=wanted)


async def _timed(act: Callable[[], Awaitable[object]]) -> float:
    begun = time.perf_counter()
    await act()
    return (time.perf_counter() - begun) * 1000


async def _stall() -> float:
    """The longest time for which nothing else came to its turn, in milliseconds."""
    longest, before = 0.0, time.perf_counter()
    try:
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            longest, before = max(longest, now - before), now
    except asyncio.CancelledError:
        return longest * 1000


async def _raw(name: str, url: str) -> list[Any]:
    if name == "postgres":
        connection = await asyncpg.connect(url)
        try:
            found: list[Any] = await connection.fetch(ROWS)
            return found
        finally:
            await connection.close()
    file = sqlite3.connect(url.removeprefix("sqlite:///"))
    try:
        return file.execute(ROWS).fetchall()
    finally:
        file.close()


async def _raw_file(name: str, url: str) -> None:
    with tempfile.TemporaryFile("w", newline="") as file:
        csv.writer(file).writerows(await _raw(name, url))


async def _contents(desk: Desk) -> Contents:
    return await desk.store.read(
        lambda connection, eyes: report_reading.contents(desk, connection, eyes, (SLOT,)),
        channel_viewer(WORKSPACE),
    )


async def _message(desk: Desk) -> None:
    found = await _contents(desk)
    assert found.report.parts[0].total == OPEN
    await asyncio.to_thread(report, found.report)


async def _file(desk: Desk) -> None:
    found = await _contents(desk)
    with tempfile.TemporaryDirectory() as folder:
        _, count = await write_files(desk, channel_viewer(WORKSPACE), found, Path(folder), "bench")
    assert count == OPEN
