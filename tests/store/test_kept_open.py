"""Connections of PostgreSQL that reads use in turn: no more than there are, whole after whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store.kept_open import KeptOpen
from bot.store.postgres import READERS, address_of
from bot.store.store import Store
from tests.store.conftest import Upgraded

SLEEP = text("SELECT pg_sleep(0.2)")


@pytest.fixture(scope="session")
def upgraded(upgraded_postgres: Upgraded) -> Upgraded:
    return upgraded_postgres


@pytest.fixture
async def two(database_url: str) -> AsyncIterator[KeptOpen]:
    """Two connections, and little patience."""
    url, options = address_of(database_url)
    engine = create_async_engine(
        url,
        connect_args=options,
        pool_size=2,
        max_overflow=0,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
    )
    kept = KeptOpen(engine, 2, patience=0.05)
    yield kept
    await kept.stop()


def process(connection: Connection) -> int:
    """Which of the server's processes answers."""
    found: int = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return found


async def test_one_read_after_the_other_has_the_same_connection(two: KeptOpen) -> None:
    assert len({await two.read(process) for _ in range(5)}) == 1


async def test_who_finds_none_free_for_too_long_is_told_and_the_others_go_on(two: KeptOpen) -> None:
    slow = [asyncio.create_task(two.read(lambda c: c.execute(SLEEP).all())) for _ in range(2)]
    await asyncio.sleep(0.05)
    with pytest.raises(NoConnectionFree):
        await two.read(process)
    await asyncio.gather(*slow)
    assert await two.read(process)


async def test_after_an_error_and_after_who_went_away_the_next_one_reads(two: KeptOpen) -> None:
    def wrong(connection: Connection) -> None:
        process(connection)
        raise LookupError("nothing there")

    with pytest.raises(LookupError):
        await two.read(wrong)
    left = [asyncio.create_task(two.read(lambda c: c.execute(SLEEP).all())) for _ in range(2)]
    await asyncio.sleep(0.05)
    for one in left:
        one.cancel()
    assert {type(one) for one in await asyncio.gather(*left, return_exceptions=True)} == {
        asyncio.CancelledError
    }
    assert len({await two.read(process) for _ in range(3)}) == 1


async def test_a_connection_of_its_own_is_no_longer_kept_open_and_reads_go_on_beside_it(
    two: KeptOpen,
) -> None:
    mine = await two.read(process)
    async with two.own() as connection:
        assert await connection.run_sync(process) == mine
        assert await two.read(process) != mine
    assert await two.read(process)


async def test_many_more_reads_than_connections_all_come_to_their_end(store: Store) -> None:
    found = await asyncio.gather(*(store.look(process) for _ in range(READERS * 5)))
    assert 1 <= len(set(found)) <= READERS
