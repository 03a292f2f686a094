"""Reads on SQLite: whole reads on a few threads, many at once; given up when nobody waits for them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import OperationalError

from bot.store import readers
from bot.store.faults import DatabaseAway
from bot.store.readers import READERS
from bot.store.schema import counters
from bot.store.store import Store
from tests.factories import WORKSPACE, stamp
from tests.store.conftest import Upgraded

FOREVER = 30.0
ENDLESS = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n")


@pytest.fixture(scope="session")
def upgraded(upgraded_sqlite: Upgraded) -> Upgraded:
    """SQLite alone: on PostgreSQL reads wait for the network and need no threads."""
    return upgraded_sqlite


@pytest.fixture
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "STEPS", 1000)


def endless(connection: Connection) -> object:
    return connection.execute(ENDLESS).scalar_one()


def thread(_connection: Connection) -> str:
    return threading.current_thread().name


class Gate:
    """Reads that have started, and go on when they are let."""

    def __init__(self) -> None:
        self.started = threading.Semaphore(0)
        self.open = threading.Event()

    def __call__(self, connection: Connection) -> str:
        self.started.release()
        assert self.open.wait(FOREVER)
        return "through"

    async def has_started(self) -> None:
        assert await asyncio.to_thread(self.started.acquire, timeout=FOREVER)


async def all_busy(store: Store) -> tuple[Gate, list[asyncio.Task[str]]]:
    gate = Gate()
    tasks = [asyncio.create_task(store.look(gate)) for _ in range(READERS)]
    for _ in tasks:
        await gate.has_started()
    return gate, tasks


async def test_a_read_of_many_statements_stays_on_one_thread_and_off_the_loop(store: Store) -> None:
    def several(connection: Connection) -> set[str]:
        return {str(connection.execute(text("SELECT 1")).scalar()) + thread(connection) for _ in range(5)}

    assert await store.look(several) == {"1caseline-reader"}


async def test_many_reads_run_at_once_and_all_are_answered(store: Store) -> None:
    gate, tasks = await all_busy(store)
    more = [asyncio.create_task(store.look(lambda _, n=number: n)) for number in range(200)]
    gate.open.set()
    assert await asyncio.gather(*more) == list(range(200))
    assert await asyncio.gather(*tasks) == ["through"] * READERS


async def test_a_read_sees_what_was_just_written_on_whichever_thread(store: Store) -> None:
    def names(connection: Connection) -> int:
        return connection.execute(text("SELECT count(*) FROM counters")).scalar_one()

    for number in range(20):
        row = {"workspace_id": WORKSPACE, "name": str(number), "value": 1}
        await store.write(lambda work, row=row: work.connection.execute(insert(counters), row), stamp())  # type: ignore[misc]
        assert await store.look(names) == number + 1


async def test_a_read_cannot_write(store: Store) -> None:
    def write(connection: Connection) -> None:
        row = {"workspace_id": WORKSPACE, "name": "mine", "value": 1}
        connection.execute(insert(counters), row)

    with pytest.raises(OperationalError, match="readonly"):
        await store.look(write)
    assert await store.look(lambda c: c.execute(text("SELECT count(*) FROM counters")).scalar_one()) == 0


async def test_what_a_read_raises_reaches_the_one_who_asked_and_the_thread_goes_on(store: Store) -> None:
    def wrong(connection: Connection) -> None:
        raise LookupError("nothing there")

    for _ in range(2 * READERS):
        with pytest.raises(LookupError, match="nothing there"):
            await store.look(wrong)
    assert await store.look(thread) == "caseline-reader"


async def test_who_finds_no_reader_free_is_told_and_their_read_is_never_made(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.sqlite.PATIENCE", 0.05)
    gate, tasks = await all_busy(store)
    made: list[str] = []
    with pytest.raises(DatabaseAway, match="No reader"):
        await store.look(lambda _: made.append("late"))
    gate.open.set()
    await asyncio.gather(*tasks)
    assert await store.look(thread) == "caseline-reader"
    assert made == []


async def test_who_goes_away_takes_their_read_along(looks_often: None, store: Store) -> None:
    tasks = [asyncio.create_task(store.look(endless)) for _ in range(READERS)]
    await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert await store.look(thread) == "caseline-reader", "no thread is left with what nobody waits for"


async def test_a_read_that_goes_on_for_ever_is_given_up(
    looks_often: None, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "ANSWERING", 0.05)
    with pytest.raises(DatabaseAway, match="too long"):
        await store.look(endless)
    assert await store.look(thread) == "caseline-reader"


async def test_a_stop_lets_reads_end_but_not_for_ever(
    looks_often: None, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "STOPPING", 0.05)
    store = Store(database_url)
    store.start()
    endlessly = asyncio.create_task(store.look(endless))
    gate = Gate()
    shortly = asyncio.create_task(store.look(gate))
    await gate.has_started()
    stopping = asyncio.create_task(store.stop())
    await asyncio.sleep(0)
    gate.open.set()
    await stopping
    assert await shortly == "through"
    with pytest.raises(DatabaseAway):
        await endlessly
    with pytest.raises(DatabaseAway, match="stopped"):
        await store.look(thread)


async def test_what_waits_when_the_desk_stops_is_still_read(database_url: str) -> None:
    store = Store(database_url)
    store.start()
    gate, tasks = await all_busy(store)
    waits = [asyncio.create_task(store.look(thread)) for _ in range(20)]
    await asyncio.sleep(0)
    stopping = asyncio.create_task(store.stop())
    await asyncio.sleep(0)
    gate.open.set()
    await stopping
    assert await asyncio.gather(*waits) == ["caseline-reader"] * 20
    await asyncio.gather(*tasks)


FORGETS_TO_STOP = """
import asyncio, sys
from sqlalchemy import text
from bot.store.store import Store

async def main():
    store = Store(sys.argv[1])
    store.start()
    print(await store.look(lambda c: c.execute(text("SELECT 7")).scalar()))

asyncio.run(main())
import bot.app
print([one for one in ("aiosqlite", "asyncpg", "sqlalchemy.ext.asyncio") if one in sys.modules])
"""


def test_a_desk_that_was_not_stopped_does_not_keep_its_process_alive(database_url: str) -> None:
    """Nor does it load drivers that it does not need: they are a part of each start, and of the memory."""
    done = subprocess.run(
        [sys.executable, "-c", FORGETS_TO_STOP, database_url],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        timeout=FOREVER,
        check=True,
        text=True,
    )
    assert done.stdout == "7\n[]\n"
