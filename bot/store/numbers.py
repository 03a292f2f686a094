"""Numbers that people say: of articles and of requests, each counted from 1; cases count in `cases.py`."""

from __future__ import annotations

from sqlalchemy import update

from bot.store.at_once import insert_new
from bot.store.schema import counters
from bot.store.work import Work


def next_number(work: Work, name: str) -> int:
    """The next number of a counter, which is made when it is first asked for. Two never get the same."""
    mine = (counters.c.workspace_id == work.workspace_id) & (counters.c.name == name)
    counted = update(counters).where(mine).values(value=counters.c.value + 1).returning(counters.c.value)
    found: int | None = work.connection.execute(counted).scalar_one_or_none()
    if found is not None:
        return found
    first = insert_new(work.connection, counters)
    work.connection.execute(first.values(workspace_id=work.workspace_id, name=name, value=0))
    made: int = work.connection.execute(counted).scalar_one()
    return made
