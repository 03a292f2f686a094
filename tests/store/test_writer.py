"""The one writer: units strictly in turn, commits shared, faults kept apart, nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, func, insert, select

from bot.domain.refusals import Reason, Refusal
from bot.store.faults import StillSaving, TransactionLost
from bot.store.schema import counters
from bot.store.store import Store
from bot.store.work import Work
from bot.store.writer import BATCH
from tests.factories import WORKSPACE, stamp
from tests.store.conftest import Upgraded

FOREVER = 30.0


@pytest.fixture(scope="session")
def upgraded(upgraded_sqlite: Upgraded) -> Upgraded:
    """SQLite alone: PostgreSQL has no queue and no shared commit; `test_postgres.py` has what it has."""
    return upgraded_sqlite


def write_down(name: str) -> Callable[[Work], str]:
    """A unit that leaves one row."""

    def unit(work: Work) -> str:
        row = {"workspace_id": WORKSPACE, "name": name, "value": 1}
        work.connection.execute(insert(counters).values(row))
        return name

    return unit


async def written(store: Store) -> set[str]:
    def query(connection: Connection) -> set[str]:
        return set(connection.execute(select(counters.c.name)).scalars())

    return await store.look(query)


class Gate:
    """A unit that has started and goes on when it is let: the writer is busy in between."""

    def __init__(self) -> None:
        self.started = threading.Event()
        self.open = threading.Event()

    def __call__(self, work: Work) -> str:
        self.started.set()
        assert self.open.wait(FOREVER)
        return "through"

    async def has_started(self) -> None:
        assert await asyncio.to_thread(self.started.wait, FOREVER)


async def busy(store: Store) -> tuple[Gate, asyncio.Task[str]]:
    """A store whose writer stands at a gate: everything that is asked now comes into one batch."""
    gate = Gate()
    at_the_gate = asyncio.create_task(store.write(gate, stamp(), FOREVER))
    await gate.has_started()
    return gate, at_the_gate


async def ask(store: Store, *units: Callable[[Work], object]) -> list[asyncio.Task[object]]:
    """Ask for units one after the other; all of them wait in the queue when this returns."""
    tasks = [asyncio.create_task(store.write(unit, stamp(), FOREVER)) for unit in units]
    await asyncio.sleep(0)
    return tasks


async def test_units_run_one_at_a_time_in_the_order_in_which_they_were_asked(store: Store) -> None:
    under_way: list[int] = []
    order: list[int] = []

    def numbered(number: int) -> Callable[[Work], None]:
        def unit(work: Work) -> None:
            under_way.append(number)
            seen = work.connection.execute(select(func.count()).select_from(counters)).scalar_one()
            assert seen == number, "a unit sees what the ones before it wrote, and nothing of later ones"
            write_down(str(number))(work)
            assert under_way == [number], "two units at once"
            under_way.clear()
            order.append(number)

        return unit

    await asyncio.gather(*await ask(store, *(numbered(number) for number in range(3 * BATCH))))
    assert order == list(range(3 * BATCH))


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)]
)
async def test_every_commit_is_on_the_disk_and_every_reference_is_checked(
    store: Store, pragma: str, value: object
) -> None:
    """On the writer's connection and on those that read. (2 is FULL: it waits for the disk.)"""

    def ask_for(connection: Connection) -> object:
        return connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one()

    assert await store.look(ask_for) == value
    assert await store.write(lambda work: ask_for(work.connection), stamp()) == value


async def test_those_who_waited_together_share_one_commit(store: Store) -> None:
    commits: list[str] = []
    gate, at_the_gate = await busy(store)
    event.listen(store.database.writing, "commit", lambda _: commits.append("commit"))
    tasks = await ask(store, *(write_down(str(number)) for number in range(BATCH)))
    gate.open.set()
    await asyncio.gather(at_the_gate, *tasks)
    assert len(commits) == 2, "one for the gate, one for all who waited"


async def test_a_unit_that_fails_disturbs_neither_its_neighbours_nor_its_own_earlier_words(
    store: Store,
) -> None:
    def half(work: Work) -> None:
        write_down("half")(work)
        raise Refusal(Reason.EMPTY_TEXT)

    def twice(work: Work) -> None:
        write_down("first")(work)

    gate, at_the_gate = await busy(store)
    tasks = await ask(store, write_down("first"), half, twice, write_down("last"))
    gate.open.set()
    results = await asyncio.gather(at_the_gate, *tasks, return_exceptions=True)
    assert [type(result).__name__ for result in results] == ["str", "str", "Refusal", "IntegrityError", "str"]
    assert await written(store) == {"first", "last"}


async def test_when_the_database_drops_the_shared_transaction_everybody_in_it_hears_so(store: Store) -> None:
    def disaster(work: Work) -> None:
        write_down("disaster")(work)
        # What a full disk or an I/O error does: SQLite ends the whole transaction by itself.
        work.connection.exec_driver_sql(
            "INSERT OR ROLLBACK INTO counters (workspace_id, name, value) VALUES (?, 'disaster', 1)",
            (WORKSPACE,),
        )

    gate, at_the_gate = await busy(store)
    tasks = await ask(store, write_down("before"), disaster, write_down("after"))
    gate.open.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert await at_the_gate == "through"
    assert [type(result) for result in results] == [TransactionLost] * 3
    assert await written(store) == set(), "nobody was told that it is saved, and nothing is"
    await store.write(write_down("next"), stamp())
    assert await written(store) == {"next"}, "the writer goes on"


async def test_a_unit_that_ends_the_transaction_itself_saves_nothing_half(store: Store) -> None:
    def traitor(work: Work) -> None:
        work.connection.exec_driver_sql("ROLLBACK")

    gate, at_the_gate = await busy(store)
    tasks = await ask(store, write_down("before"), traitor)
    gate.open.set()
    results = await asyncio.gather(at_the_gate, *tasks, return_exceptions=True)
    assert [type(result) for result in results[1:]] == [TransactionLost] * 2
    assert await written(store) == set()


async def test_who_waits_too_long_in_the_queue_is_told_and_nothing_of_theirs_is_done(store: Store) -> None:
    gate, at_the_gate = await busy(store)
    with pytest.raises(StillSaving):
        await store.write(write_down("late"), stamp(), patience=0.02)
    gate.open.set()
    await at_the_gate
    await store.write(write_down("next"), stamp())
    assert await written(store) == {"next"}


async def test_a_unit_that_has_started_is_waited_for_however_long_it_takes(store: Store) -> None:
    gate = Gate()
    impatient = asyncio.create_task(store.write(gate, stamp(), patience=0.02))
    await gate.has_started()
    done, _ = await asyncio.wait({impatient}, timeout=0.1)
    assert not done, "given up although it was under way"
    gate.open.set()
    assert await impatient == "through"


async def test_who_goes_away_while_their_unit_runs_leaves_it_saved_and_the_writer_well(store: Store) -> None:
    gate, at_the_gate = await busy(store)
    tasks = await ask(store, write_down("mine"))
    tasks[0].cancel()
    gate.open.set()
    await at_the_gate
    await store.write(write_down("next"), stamp())
    assert await written(store) == {"mine", "next"}


async def test_stopping_finishes_what_was_queued(database_url: str) -> None:
    store = Store(database_url)
    store.start()
    gate, at_the_gate = await busy(store)
    tasks = await ask(store, *(write_down(str(number)) for number in range(2 * BATCH)))
    stopping = asyncio.create_task(store.stop())
    await asyncio.sleep(0)
    gate.open.set()
    await asyncio.gather(stopping, at_the_gate, *tasks)
    again = Store(database_url)
    again.start()
    assert len(await written(again)) == 2 * BATCH
    await again.stop()


async def test_those_who_listen_for_writes_hear_of_what_was_saved_and_not_of_what_was_refused(
    store: Store,
) -> None:
    def refuse(work: Work) -> None:
        raise Refusal(Reason.EMPTY_TEXT)

    heard: list[str] = []
    store.on_write(lambda: heard.append("write"))
    with pytest.raises(Refusal):
        await store.write(refuse, stamp())
    assert heard == []
    await store.write(write_down("one"), stamp())
    assert heard == ["write"]


WRITES_UNTIL_KILLED = """
import asyncio, sys
from sqlalchemy import insert
from bot.store.schema import counters
from bot.store.store import Store
from tests.factories import WORKSPACE, stamp

async def one(store, number):
    row = {"workspace_id": WORKSPACE, "name": str(number), "value": 1}
    await store.write(lambda work: work.connection.execute(insert(counters).values(row)), stamp(), 30)
    sys.stdout.write(f"{number}\\n")
    sys.stdout.flush()

async def main():
    store = Store(sys.argv[1])
    store.start()
    for first in range(0, 1_000_000, 8):
        await asyncio.gather(*(one(store, first + each) for each in range(8)))

asyncio.run(main())
"""


def test_what_was_acknowledged_survives_a_kill_in_the_middle(database_url: str) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", WRITES_UNTIL_KILLED, database_url],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        text=True,
    )
    assert child.stdout is not None
    acknowledged = {child.stdout.readline().strip() for _ in range(60)}
    child.send_signal(signal.SIGKILL)
    acknowledged |= {
        line.strip() for line in child.stdout.read().splitlines(keepends=True) if line.endswith("\n")
    }
    child.stdout.close()
    child.wait()
    assert "" not in acknowledged, "the child never wrote"
    found = asyncio.run(_names(database_url))
    assert acknowledged <= found
    unacknowledged = len(found - acknowledged)
    assert unacknowledged <= 8, "more was saved than was ever asked for at once"


async def _names(database_url: str) -> set[str]:
    store = Store(database_url)
    store.start()
    try:
        return await written(store)
    finally:
        await store.stop()
