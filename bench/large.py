"""Rows 4 and 6: lists, searches and the sweep of due times on a desk of many cases, on both databases."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg
from sqlalchemy import Connection

from bench.crowd import fill
from bench.figures import Figure
from bot.domain.ids import CaseId, SlackUserId, WorkspaceId
from bot.domain.pages import ListKind
from bot.domain.people import Viewer
from bot.domain.search import Search, Sought
from bot.store import due
from bot.store.lists import case_list
from bot.store.migrate import upgrade
from bot.store.people import find_person
from bot.store.search import Named, find
from bot.store.store import Store
from tests.databases import kind

WORKSPACE = WorkspaceId("T0NORTHWIND")
SIZES = (10_000, 1_000_000)
TIMES = 60
"""How often each is asked in a round, floor and Caseline in turn."""

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

COMMON = "checkout"

Ask = Callable[[], Awaitable[Any]]


@dataclass(frozen=True, kw_only=True)
class Large:
    """One desk: Caseline's store on it, somebody with cases, and a bare way to its database."""

    store: Store
    viewer: Viewer
    raw: Callable[[str], Awaitable[Any]]

    async def ours(self, query: Any) -> Any:
        return await self.store.read(query, self.viewer, brief=True)


async def large_desks(here: Any, rounds: int) -> list[Figure]:
    """Both rows on both databases; 1,000,000 cases are also compared with 10,000."""
    figures = []
    for name in ("sqlite", "postgres"):
        taken: dict[int, dict[str, tuple[float, float]]] = {}
        for size in SIZES:
            folder = here.folder / f"{name}-{size}"
            folder.mkdir()
            taken[size] = await _measured(name, folder, size, rounds)
        figures += _figures(name, taken)
    return figures


def _figures(name: str, taken: dict[int, dict[str, tuple[float, float]]]) -> list[Figure]:
    small, big = (taken[size] for size in SIZES)
    made = []
    for what, (floor, ours) in big.items():
        row, wanted = ("4", 4.0) if what == MINE else ("6", 3.0)
        made.append(Figure(row=row, what=f"{name}: {what}", floor=floor, ours=ours, unit="ms", wanted=wanted))
    growth = f"{name}: {MINE}, 1,000,000 cases against 10,000"
    made.append(Figure(row="4", what=growth, floor=small[MINE][1], ours=big[MINE][1], unit="ms", wanted=1.5))
    return made


async def _measured(name: str, folder: Path, size: int, rounds: int) -> dict[str, tuple[float, float]]:
    """What each takes, in milliseconds: the floor and Caseline, one after the other, medians."""
    url = kind(name).empty(folder)
    upgrade(url)
    store = Store(url)
    store.database.alter(lambda connection: fill(connection, WORKSPACE, size))
    store.start()
    raw, close = await bare(name, url)
    try:
        person = await store.look(lambda c: find_person(c, WORKSPACE, SlackUserId("U0P3")))
        assert person is not None
        desk = Large(store=store, viewer=Viewer(person), raw=raw)
        found = {}
        for what, floor, ours in _questions(desk, size, is_postgres=name == "postgres"):
            found[what] = await in_turn(floor, ours, rounds)
        return found
    finally:
        await close()
        await store.stop()
        kind(name).drop(url)


async def bare(name: str, url: str) -> tuple[Callable[[str], Awaitable[Any]], Callable[[], Awaitable[Any]]]:
    """The driver alone: how to ask it, and how to close it."""
    if name == "postgres":
        connection = await asyncpg.connect(url)
        return connection.fetch, connection.close
    file = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)

    async def ask(statement: str) -> Any:
        return file.execute(statement).fetchall()

    async def close() -> None:
        file.close()

    return ask, close


def _questions(desk: Large, size: int, *, is_postgres: bool) -> list[tuple[str, Ask, Ask]]:
    rare, common = f"word{size // 2 % 50000}", COMMON

    def search(word: str) -> Ask:
        query = find(Search(words=(Sought(word),)), Named())
        return lambda: desk.ours(query)

    def sweep(connection: Connection, viewer: Viewer) -> object:
        return due.due_now(connection, WORKSPACE, NOW)

    return [
        (MINE, lambda: desk.raw(_MINE_RAW), lambda: desk.ours(_MINE)),
        ("search, a rare word", lambda: _words(desk, rare, is_postgres), search(rare)),
        ("search, a word of every case", lambda: _words(desk, common, is_postgres), search(common)),
        ("sweep of due times", lambda: desk.raw(_DUE), lambda: desk.ours(sweep)),
    ]


MINE = "my open cases, first page of 20 with count"
_MINE = case_list(ListKind.MINE, limit=20)
_LINE = (
    "cases.id, number, cases.version, title, status, severity, updated_at, escalated_at, owner_id,"
    " accounts.name, people.name, people.slack_user_id, cases.created_at, escalation_opens_at,"
    " first_answered_at, call_backs.due_at, cases.turns"
)
_JOINED = (
    "FROM cases JOIN accounts ON accounts.id = cases.account_id"
    " LEFT JOIN people ON people.id = cases.owner_id"
    f" LEFT JOIN call_backs ON call_backs.workspace_id = '{WORKSPACE}' AND call_backs.case_id = cases.id"
    " AND call_backs.ended_at IS NULL"
)
_OWN = f"cases.workspace_id = '{WORKSPACE}' AND owner_id = 3 AND status != 'closed'"
_MINE_RAW = (
    f"SELECT {_LINE}, (SELECT count(*) FROM cases WHERE {_OWN}) {_JOINED}"  # noqa: S608 - ours
    f" WHERE {_OWN} ORDER BY cases.id DESC LIMIT 21"
)
_DUE = (
    "SELECT id, kind, due_at, case_id, person_id, policy_revision FROM due_times"  # noqa: S608 - ours
    f" WHERE workspace_id = '{WORKSPACE}' AND done_at IS NULL"
    f" AND due_at <= '2026-11-23 12:00:00+00' ORDER BY due_at, id LIMIT {due.BATCH}"
)


async def _words(desk: Large, word: str, is_postgres: bool) -> None:
    """The newest that have a word, as far as Caseline counts, and the lines of the first ten of them."""
    if is_postgres:
        # For a word that is everywhere the newest documents are read until there are enough; for others, all.
        newest = " ORDER BY id DESC LIMIT 200" if word == COMMON else ""
        matches = f"SELECT case_id FROM search_documents WHERE words @@ '''{word}'''{newest}"  # noqa: S608 - ours
        found = await desk.raw(matches)
    else:
        found = await desk.raw(
            f"SELECT rowid >> 20 FROM search_words WHERE search_words MATCH '{word}'"  # noqa: S608 - ours
            " ORDER BY rowid DESC LIMIT 200"
        )
    ids = sorted({CaseId(row[0]) for row in found}, reverse=True)[:10]
    listed = ",".join(map(str, ids))
    await desk.raw(f"SELECT {_LINE} {_JOINED} WHERE cases.id IN ({listed})")


async def in_turn(floor: Ask, ours: Ask, rounds: int) -> tuple[float, float]:
    """Milliseconds of both, asked in turn: noise hits both. A first round warms up and does not count."""
    taken: list[tuple[float, float]] = []
    for _ in range(TIMES * (rounds + 1)):
        taken.append((await _timed(floor), await _timed(ours)))
        await asyncio.sleep(0)
    counted = taken[TIMES:]
    return median(one for one, _ in counted), median(one for _, one in counted)


async def _timed(ask: Ask) -> float:
    began = time.perf_counter()
    await ask()
    return (time.perf_counter() - began) * 1000
