"""Row 5: the Monday report over 40,000 open cases, and how long it keeps everybody else waiting."""

from __future__ import annotations

import asyncio
import csv
import sqlite3
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
from bot.commerce import later
from bot.domain.exports import REPORT_COLUMNS
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

_CASES = (
    " FROM cases JOIN accounts ON accounts.id = cases.account_id LEFT JOIN people ON people.id = owner_id"
    " WHERE cases.workspace_id = 'T0NORTHWIND' AND status != 'closed' AND opened_by_staff"
    " ORDER BY people.name IS NULL, people.name, cases.id"
)
_KEPT = (
    "SELECT people.name, number, title, accounts.name, severity, status, cases.created_at, cases.updated_at,"
    " escalated_at, first_answered_at, card_permalink"
)
ROWS = f"{_KEPT}{_CASES}"
"""The cases of a report as they are kept, in its order: by them its message could be made."""

_LINES = (
    "SELECT coalesce(people.name, ''), {number}, title, accounts.name, severity, status,"
    " {created}, {updated}, {days_open}, {days_quiet}, CASE WHEN escalated_at IS NULL THEN '' ELSE 'yes' END,"
    " CASE WHEN (first_answered_at IS NULL AND escalation_opens_at <= {now})"
    " OR cases.id IN (SELECT case_id FROM call_backs WHERE ended_at IS NULL AND due_at <= {now})"
    " OR cases.id IN (SELECT case_id FROM due_times WHERE kind IN ('first_comment', 'customer_call')"
    " AND done_at IS NOT NULL AND detail = '' AND due_at <= {now}) THEN 'yes' ELSE '' END,"
    " coalesce(card_permalink, '')"
)
_AGO = f"{int(NOW.timestamp()) // 86400} - strftime('%s', cases.{{0}}) / 86400"
_TEXT = "to_char(cases.{0}, 'YYYY-MM-DD HH24:MI:SS \"UTC\"')"
_DAYS = f"date '{NOW:%Y-%m-%d}' - cases.{{0}}::date"
_NOW = {"sqlite": f"'{NOW:%Y-%m-%d %H:%M:%S}.000000'", "postgres": f"timestamptz '{NOW.isoformat()}'"}
_MADE = f"{_LINES}{_CASES}"
LINES = {
    "sqlite": _MADE.format(
        number="printf('%08d', number)",
        created="substr(cases.created_at, 1, 19) || ' UTC'",
        updated="substr(cases.updated_at, 1, 19) || ' UTC'",
        days_open=_AGO.format("created_at"),
        days_quiet=_AGO.format("updated_at"),
        now=_NOW["sqlite"],
    ),
    "postgres": _MADE.format(
        number="lpad(number::text, 8, '0')",
        created=_TEXT.format("created_at"),
        updated=_TEXT.format("updated_at"),
        days_open=_DAYS.format("created_at"),
        days_quiet=_DAYS.format("updated_at"),
        now=_NOW["postgres"],
    ),
}
"""The same as the lines of its file, every cell made by the database: the file that comes out is the same."""

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
            figures += await _measured(name, url, store, rounds, folder)
        finally:
            await store.stop()
            kind(name).drop(url)
    return figures


_HAPPENED = (
    "INSERT INTO history (workspace_id, case_id, at, kind, source, audience, changes)"
    " SELECT workspace_id, id, created_at, '{kind}', 'person', 'public', '{{}}' FROM cases WHERE {which}"
)
_STORY = (
    "UPDATE cases SET status = 'working', escalation_opens_at = created_at,"
    " first_answered_at = CASE WHEN id % 10 <> 0 THEN created_at END",
    _HAPPENED.format(kind="opened", which="true"),
    _HAPPENED.format(kind="commented", which="true"),
    _HAPPENED.format(kind="assigned", which="id % 20 = 0"),
)
"""All are open, every tenth without an answer; each has been talked about, some have been handed over."""


def _fill(connection: Any) -> None:
    fill(connection, WORKSPACE, OPEN)
    for statement in _STORY:
        connection.exec_driver_sql(statement)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ANALYZE")


async def _measured(name: str, url: str, store: Store, rounds: int, folder: Path) -> list[Figure]:
    desk = Desk(
        store=store,
        clock=Noon(),
        workspace_id=WORKSPACE,
        policy=load_policy(None)[0],
        policy_revision=1,
        cases_channel=None,
        shop=later.embedded(store, Noon(), WORKSPACE),
    )
    await store.write(lambda work: save_report(work, _PLAN, None, PersonId(1), []), _stamp())
    taken: dict[str, list[tuple[float, float]]] = {"message": [], "file": []}
    stalls = []
    for turn in range(rounds + 1):
        floor = await _timed(lambda: _raw(name, url, ROWS))
        floor_file = await _timed(lambda: _raw_file(name, url, folder / "floor.csv"))
        watch = asyncio.create_task(_stall())
        message = await _timed(lambda: _message(desk))
        file = await _timed(lambda: _file(desk, folder))
        watch.cancel()
        stalls.append(await watch)
        assert _are_same(folder), "the floor makes another file"
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


async def _raw(name: str, url: str, asked: str) -> list[Any]:
    if name == "postgres":
        connection = await asyncpg.connect(url)
        try:
            found: list[Any] = await connection.fetch(asked)
            return found
        finally:
            await connection.close()
    file = sqlite3.connect(url.removeprefix("sqlite:///"))
    try:
        return file.execute(asked).fetchall()
    finally:
        file.close()


async def _raw_file(name: str, url: str, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("\N{BYTE ORDER MARK}")
        writer = csv.writer(file)
        writer.writerow(REPORT_COLUMNS)
        writer.writerows(await _raw(name, url, LINES[name]))


def _are_same(folder: Path) -> bool:
    (ours,) = folder.glob("report-*.csv")
    return ours.read_bytes() == (folder / "floor.csv").read_bytes()


async def _contents(desk: Desk, *, for_files: bool = False) -> Contents:
    return await desk.store.read(
        lambda c, eyes: report_reading.contents(desk, c, eyes, (SLOT,), for_files=for_files),
        channel_viewer(WORKSPACE),
    )


async def _message(desk: Desk) -> None:
    found = await _contents(desk)
    assert found.report.parts[0].total == OPEN
    await asyncio.to_thread(report, found.report)


async def _file(desk: Desk, folder: Path) -> Path:
    found = await _contents(desk, for_files=True)
    (path,), (count, _) = await write_files(desk, channel_viewer(WORKSPACE), found, folder, "bench")
    assert count == OPEN
    return path
