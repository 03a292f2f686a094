"""A store on a real database of each kind, upgraded by the migrations."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from bot.domain.people import Viewer
from bot.store.store import Store
from bot.store.work import Query, Stamp, Unit, Work
from bot.store.writer import sqlite_engine
from tests.databases import KINDS, Kind, kind, with_tables
from tests.factories import stamp

R = TypeVar("R")


@dataclass(frozen=True)
class Upgraded:
    """Hands out upgraded databases: the migrations run once for all tests, which get copies."""

    kind: Kind
    template: str

    @contextmanager
    def copy(self, folder: Path) -> Iterator[str]:
        url = self.kind.copy(self.template, folder)
        yield url
        self.kind.drop(url)


def _upgraded(name: str, tmp_path_factory: pytest.TempPathFactory) -> Upgraded:
    chosen = kind(name)
    template = with_tables(name, tmp_path_factory.mktemp("template"))
    return Upgraded(chosen, template)


@pytest.fixture(scope="session")
def upgraded_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Upgraded:
    return _upgraded("sqlite", tmp_path_factory)


@pytest.fixture(scope="session")
def upgraded_postgres(tmp_path_factory: pytest.TempPathFactory) -> Upgraded:
    return _upgraded("postgres", tmp_path_factory)


@pytest.fixture(scope="session", params=KINDS)
def upgraded(request: pytest.FixtureRequest) -> Upgraded:
    """Each kind in turn; a module whose tests are for one alone says so by a fixture of this name."""
    chosen: Upgraded = request.getfixturevalue(f"upgraded_{request.param}")
    return chosen


@pytest.fixture
def database_url(upgraded: Upgraded, tmp_path: Path) -> Iterator[str]:
    """The address of a database that has every table and no row."""
    with upgraded.copy(tmp_path) as url:
        yield url


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    store = Store(database_url)
    store.start()
    yield store
    await store.stop()


class Table:
    """The database across one connection at a time, without a store around: for tests of SQL alone."""

    def __init__(self, database_url: str) -> None:
        self.kind = make_url(database_url).get_backend_name()
        self._database = _OnSqlite(database_url) if self.kind == "sqlite" else _OnPostgres(database_url)

    def run(self, work: Callable[[Connection], R]) -> R:
        """Do something in a transaction of its own."""
        return self._database.run(work)

    def write(self, unit: Unit[R], at: Stamp | None = None) -> R:
        return self.run(lambda connection: unit(Work(connection=connection, stamp=at or stamp())))

    def read(self, query: Query[R], viewer: Viewer) -> R:
        return self.run(lambda connection: query(connection, viewer))

    def look(self, query: Callable[[Connection], R]) -> R:
        return self.run(query)

    def plans(self, query: Callable[[Connection], object], *, is_crowded: bool = False) -> list[str]:
        """How the database goes about each SELECT of `query`, one text for each; a full scan says SCAN.

        A desk that has many cases already, and knows it, needs no crowd to be made for it.
        """
        asked: list[tuple[str, Any]] = []

        def note(
            _connection: object, _cursor: object, statement: str, parameters: object, *_: object
        ) -> None:
            asked.append((statement, parameters))

        event.listen(self._database.engine, "before_cursor_execute", note)
        try:
            self.run(query)
        finally:
            event.remove(self._database.engine, "before_cursor_execute", note)
        selects = [one for one in asked if one[0].lstrip().upper().startswith(("SELECT", "WITH"))]
        crowd = () if is_crowded else CROWD
        return self.run(lambda connection: self._database.explain(connection, selects, crowd))

    def close(self) -> None:
        self._database.close()


class _OnSqlite:
    def __init__(self, database_url: str) -> None:
        self.engine: Engine = sqlite_engine(database_url.removeprefix("sqlite:///"))

    def run(self, work: Callable[[Connection], R]) -> R:
        with self.engine.begin() as connection:
            return work(connection)

    def explain(
        self, connection: Connection, selects: list[tuple[str, Any]], _crowd: Sequence[str]
    ) -> list[str]:
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", with_) for one, with_ in selects]
        return ["\n".join(row[3] for row in plan) for plan in plans]

    def close(self) -> None:
        self.engine.dispose()


class _OnPostgres:
    """asyncpg needs an event loop: one that waits between two pieces of work, with its connection."""

    def __init__(self, database_url: str) -> None:
        self._runner = asyncio.Runner()
        url = make_url(database_url).set(drivername="postgresql+asyncpg")
        self._engine: AsyncEngine = create_async_engine(
            url.update_query_dict({"prepared_statement_cache_size": "0"}), hide_parameters=True, pool_size=1
        )
        self.engine = self._engine.sync_engine

    def run(self, work: Callable[[Connection], R]) -> R:
        async def begin() -> R:
            async with self._engine.begin() as connection:
                return await connection.run_sync(work)

        return self._runner.run(begin())

    def explain(
        self, connection: Connection, selects: list[tuple[str, Any]], crowd: Sequence[str]
    ) -> list[str]:
        """The plans for a desk of some years, in SQLite's words; the crowd is gone when this returns."""
        savepoint = connection.begin_nested()
        for one in crowd:
            connection.exec_driver_sql(one)
        plans = [self._plan(connection, *one) for one in selects]
        savepoint.rollback()
        return plans

    def _plan(self, connection: Connection, statement: str, parameters: Any) -> str:
        # As `bot.store.postgres` has it: one plan for whatever is asked, which no value can change.
        raw: Any = connection.connection.driver_connection
        values = f"({', '.join(['NULL'] * len(parameters))})" if parameters else ""
        await_only(raw.execute("SET LOCAL plan_cache_mode = force_generic_plan"))
        await_only(raw.execute(f"PREPARE asked AS {statement}"))
        plan = await_only(raw.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE asked{values}"))
        await_only(raw.execute("DEALLOCATE asked"))
        [whole] = json.loads(plan) if isinstance(plan, str) else plan
        return "\n".join(_steps(whole["Plan"]))

    def close(self) -> None:
        self._runner.run(self._engine.dispose())
        self._runner.close()


CROWD = (
    "SET LOCAL session_replication_role = replica",  # the crowd's people and accounts need not be there
    """
    INSERT INTO cases SELECT made.* FROM (SELECT to_jsonb(cases) AS it FROM cases LIMIT 1) one,
    generate_series(1, 2000) n, LATERAL jsonb_populate_record(NULL::cases, it || jsonb_build_object(
        'id', 100000 + n, 'number', 100000 + n, 'owner_id', 1000 + n % 300, 'creator_id', 1000 + n % 300,
        'team_id', 1000 + n % 40, 'account_id', 1000 + n % 300, 'card_ts', null,
        'status', CASE WHEN n % 10 = 0 THEN 'open' ELSE 'closed' END
    )) made
    """,
    """
    INSERT INTO outbox SELECT made.* FROM (SELECT to_jsonb(outbox) AS it FROM outbox LIMIT 1) one,
    generate_series(1, 2000) n, LATERAL jsonb_populate_record(NULL::outbox, it || jsonb_build_object(
        'id', 100000 + n, 'token', n, 'conversation', n % 300, 'state', 'sent'
    )) made
    """,
    """
    INSERT INTO search_documents SELECT made.* FROM (SELECT to_jsonb(search_documents) AS it
    FROM search_documents LIMIT 1) one, generate_series(1, 5000) n, LATERAL jsonb_populate_record(
        NULL::search_documents, it || jsonb_build_object('id', (100000 + n)::bigint << 20,
        'case_id', 100000 + n % 2000, 'words', 'word' || n)
    ) made
    """,
    "ANALYZE cases, outbox, search_documents",
)
"""PostgreSQL reads a small table whole, whatever indexes it has: what a plan is asked of must be large."""

CROWDED = ("cases", "outbox", "search_documents", "due_times")


def _steps(plan: dict[str, Any]) -> Iterator[str]:
    """A line for each step of PostgreSQL's plan; full scans and sorting are called as on SQLite."""
    kind, on = plan["Node Type"], plan.get("Relation Name", "")
    words = {"Sort": "USE TEMP B-TREE", "Incremental Sort": "USE TEMP B-TREE"}
    if on in CROWDED:
        words["Seq Scan"] = "SCAN"
    rows = f"of {plan['Plan Rows']} rows" if "Sort" in kind else ""
    name, bounds = plan.get("Index Name", ""), plan.get("Index Cond", "")
    yield f"{words.get(kind, kind)} {on}{rows} {name} {bounds}".strip()
    for step in plan.get("Plans", ()):
        yield from _steps(step)


@pytest.fixture
def table(database_url: str) -> Iterator[Table]:
    table = Table(database_url)
    yield table
    table.close()


@pytest.fixture(scope="module")
def shared_table(upgraded: Upgraded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    """One database for the tests of a module that fill it once and then only read."""
    with upgraded.copy(tmp_path_factory.mktemp("shared")) as url:
        table = Table(url)
        yield table
        table.close()
