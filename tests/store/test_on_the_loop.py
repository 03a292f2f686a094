"""Brief reads on SQLite: on the loop's own thread, and on a reader thread when they turn out to be long."""

from __future__ import annotations

import asyncio
import sqlite3
import threading

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import OperationalError

from bot.domain.search import is_one_word
from bot.store.faults import DatabaseAway
from bot.store.schema import counters
from bot.store.store import Store
from tests.factories import WORKSPACE, stamp
from tests.store.conftest import Upgraded

READER = "caseline-reader"
LONG = text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT max(i) FROM n"
)


@pytest.fixture(scope="session")
def upgraded(upgraded_sqlite: Upgraded) -> Upgraded:
    """SQLite alone: on PostgreSQL nothing is read on the loop's thread."""
    return upgraded_sqlite


def thread(connection: Connection) -> str:
    connection.execute(text("SELECT count(*) FROM counters"))
    return threading.current_thread().name


async def here(store: Store) -> str:
    return await store.look(thread, brief=True)


MINE = threading.current_thread().name


async def test_what_is_brief_stays_on_the_loops_thread_and_what_is_not_leaves_it(store: Store) -> None:
    assert await here(store) == MINE
    assert await store.look(thread) == READER


async def test_what_turns_out_long_is_read_by_a_reader_and_the_loop_goes_on(store: Store) -> None:
    ran: list[str] = []

    def long(connection: Connection) -> object:
        ran.append(threading.current_thread().name)
        return connection.execute(LONG).scalar_one()

    asked = asyncio.create_task(store.look(long, brief=True))
    await asyncio.sleep(0)
    assert ran[0] == MINE
    assert not asked.done(), "the loop has its turn before the read has come to its end"
    assert await asked == 3_000_000
    assert ran == [MINE, READER]
    assert await here(store) == MINE, "the next one begins here again"


async def test_a_brief_read_sees_what_was_just_written_and_cannot_write(store: Store) -> None:
    row = {"workspace_id": WORKSPACE, "name": "mine", "value": 1}

    def count(connection: Connection) -> int:
        return connection.execute(text("SELECT count(*) FROM counters")).scalar_one()

    assert await store.look(count, brief=True) == 0
    await store.write(lambda work: work.connection.execute(insert(counters), row), stamp())
    assert await store.look(count, brief=True) == 1
    with pytest.raises(OperationalError, match="readonly"):
        await store.look(lambda connection: connection.execute(insert(counters), row), brief=True)
    assert await store.look(count, brief=True) == 1


async def test_what_a_brief_read_raises_is_its_own(store: Store) -> None:
    def wrong(_connection: Connection) -> None:
        raise LookupError("nothing there")

    with pytest.raises(LookupError, match="nothing there"):
        await store.look(wrong, brief=True)
    assert await here(store) == MINE


async def test_whoever_meets_a_lock_waits_on_a_thread_of_their_own(store: Store) -> None:
    ran: list[str] = []

    def locked_out(connection: Connection) -> str:
        ran.append(threading.current_thread().name)
        if ran[-1] == MINE:  # as SQLite says it where another process recovers the file
            busy = sqlite3.OperationalError("database is locked")
            busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise OperationalError("SELECT 1", {}, busy)
        return thread(connection)

    assert await store.look(locked_out, brief=True) == READER
    assert ran == [MINE, READER]


async def test_a_loop_of_another_thread_reads_by_a_reader(store: Store) -> None:
    assert await here(store) == MINE
    assert await asyncio.to_thread(lambda: asyncio.run(here(store))) == READER


async def test_nothing_is_read_after_the_end(store: Store) -> None:
    assert await here(store) == MINE
    await store.stop()
    with pytest.raises(DatabaseAway):
        await here(store)


@pytest.mark.parametrize(
    ("text", "one"),
    [
        *(("checkout", True), (" basket ", True), ("k\u00e9t", True), ("che*", False), ("two words", False)),
        *(("is:open", False), ('"page"', False), ("e-mail", False), ("", False)),
    ],
)
def test_one_word_is_looked_up_as_it_stands(text: str, one: bool) -> None:
    assert is_one_word(text) is one
