"""How the databases go about a statement, where left alone they would go wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, literal_column


def beside(column: Any) -> Any:
    """A column to compare by, and to choose no index by: another one of the condition narrows far more.

    SQLite, which knows no figures of a new desk, takes any index whose first column is compared: that of the
    workspace, too, which is all rows.
    """
    return column.concat(literal_column("''"))


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
