"""How PostgreSQL plans what reads much and rarely; SQLite does so anyway. Reports ask for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection


@contextmanager
def planned_each_time(connection: Connection) -> Iterator[None]:
    """Plan each statement for its own values.

    One that was run five times on a connection may be planned for any values from then on: a list gains by
    it, a report over all cases took five times as long.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    connection.exec_driver_sql("SET plan_cache_mode = force_custom_plan")
    try:
        yield
    finally:
        connection.exec_driver_sql("RESET plan_cache_mode")
