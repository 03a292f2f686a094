"""Streams: rows in chunks as of one moment, while others write; nothing stays open behind them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import aclosing

import pytest
from sqlalchemy import Connection, insert, select

from bot.domain.people import Role, Viewer
from bot.store.schema import counters
from bot.store.store import Store
from bot.store.work import Work
from tests.factories import WORKSPACE, person, stamp

EYES = Viewer(person("Maria", Role.MANAGER))


def _write(first: int, count: int) -> object:
    def unit(work: Work) -> None:
        rows = [
            {"workspace_id": WORKSPACE, "name": f"{number:05d}", "value": 1}
            for number in range(first, first + count)
        ]
        work.connection.execute(insert(counters), rows)

    return unit


def names(connection: Connection, viewer: Viewer) -> Iterator[str]:
    mine = counters.c.workspace_id == viewer.workspace_id
    asked = select(counters.c.name).where(mine).order_by(counters.c.name)
    for row in connection.execute(asked, execution_options={"yield_per": 10}):
        yield row.name


async def test_a_stream_gives_every_row_once_in_chunks_as_of_the_moment_when_it_began(store: Store) -> None:
    await store.write(_write(0, 95), stamp())  # type: ignore[arg-type]
    sizes, found = [], []
    async for chunk in store.stream(names, EYES, 20):
        if not found:
            await store.write(_write(95, 50), stamp())  # type: ignore[arg-type]
        sizes.append(len(chunk))
        found += chunk
    assert sizes == [20, 20, 20, 20, 15]
    assert found == [f"{number:05d}" for number in range(95)]


async def test_who_leaves_a_stream_leaves_nothing_open_behind(store: Store) -> None:
    await store.write(_write(0, 200), stamp())  # type: ignore[arg-type]
    for _ in range(20):  # more than there are connections
        async with aclosing(store.stream(names, EYES, 20)) as chunks:
            async for chunk in chunks:
                assert len(chunk) == 20
                break
    assert await store.look(lambda c: len(c.execute(select(counters.c.name)).all())) == 200
    await store.write(_write(200, 1), stamp())  # type: ignore[arg-type]


async def test_what_goes_wrong_in_a_stream_reaches_who_reads_it(store: Store) -> None:
    def wrong(connection: Connection, viewer: Viewer) -> Iterator[str]:
        yield "first"
        raise LookupError("nothing more")

    async def read() -> list[str]:
        return [one async for chunk in store.stream(wrong, EYES, 1) for one in chunk]

    with pytest.raises(LookupError, match="nothing more"):
        await read()
