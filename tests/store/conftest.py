"""A store on a real file, upgraded by the migrations. A second database joins by one more parameter here."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection, Engine, event

from bot.domain.people import Viewer
from bot.store.migrate import upgrade
from bot.store.store import Store
from bot.store.work import Query, Stamp, Unit, Work
from bot.store.writer import sqlite_engine
from tests.factories import stamp

R = TypeVar("R")


def _sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'caseline.db'}"


DATABASES: dict[str, Callable[[Path], str]] = {"sqlite": _sqlite_url}
"""Each database that the store runs on: how to come by an empty one."""


@pytest.fixture(scope="session", params=list(DATABASES))
def upgraded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Path], str]:
    """Hands out upgraded databases: the migrations run once for all tests, which get copies."""
    folder = tmp_path_factory.mktemp("template")
    upgrade(DATABASES[request.param](folder))

    def copy(to: Path) -> str:
        shutil.copytree(folder, to, dirs_exist_ok=True)
        return DATABASES[request.param](to)

    return copy


@pytest.fixture
def database_url(upgraded: Callable[[Path], str], tmp_path: Path) -> str:
    """The address of a database that has every table and no row."""
    return upgraded(tmp_path)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    store = Store(database_url)
    store.start()
    yield store
    await store.stop()


@dataclass(frozen=True)
class Table:
    """The database across one connection, without a thread or an event loop: for tests of SQL alone."""

    engine: Engine

    def write(self, unit: Unit[R], at: Stamp | None = None) -> R:
        with self.engine.begin() as connection:
            return unit(Work(connection=connection, stamp=at or stamp()))

    def read(self, query: Query[R], viewer: Viewer) -> R:
        with self.engine.connect() as connection:
            return query(connection, viewer)

    def look(self, query: Callable[[Connection], R]) -> R:
        with self.engine.connect() as connection:
            return query(connection)

    def plans(self, query: Callable[[Connection], object]) -> list[str]:
        """How the database goes about each statement of `query`: EXPLAIN QUERY PLAN, one text for each."""
        asked: list[tuple[str, object]] = []

        def note(
            _connection: object, _cursor: object, statement: str, parameters: object, *_: object
        ) -> None:
            asked.append((statement, parameters))

        event.listen(self.engine, "before_cursor_execute", note)
        try:
            self.look(query)
        finally:
            event.remove(self.engine, "before_cursor_execute", note)
        selects = [one for one in asked if one[0].lstrip().upper().startswith("SELECT")]
        with self.engine.connect() as connection:
            return [
                "\n".join(
                    row[3]
                    for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type]
                )
                for statement, parameters in selects
            ]


def _opened(database_url: str) -> Iterator[Table]:
    engine = sqlite_engine(database_url.removeprefix("sqlite:///"))
    yield Table(engine)
    engine.dispose()


@pytest.fixture
def table(database_url: str) -> Iterator[Table]:
    yield from _opened(database_url)


@pytest.fixture(scope="module")
def shared_table(
    upgraded: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Table]:
    """One database for the tests of a module that fill it once and then only read."""
    yield from _opened(upgraded(tmp_path_factory.mktemp("shared")))
