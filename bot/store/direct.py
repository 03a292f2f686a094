"""Statements that are compiled once and run by the driver itself, for reads of a few rows; `customer_find`.

SQLAlchemy's way through one execution takes 0.06 ms on SQLite and 0.15 ms on PostgreSQL, several times what
an index takes to find a row. What is found comes as plain tuples, as the driver has them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Select
from sqlalchemy.util import await_only

from bot.store.types import UtcDateTime

Rows = Sequence[Sequence[Any]]
_Compiled = tuple[str, dict[str, Any], Callable[[Mapping[str, Any]], tuple[Any, ...]]]
"""The SQL, the parameters that it always has, and what puts all of them into its order."""


class Direct:
    """One statement, for both databases. Its parameters, two or more, are plain text and numbers."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> Rows:
        """All that it finds; `values` are its parameters by name, more than it has are no harm."""
        dialect = connection.dialect.name
        sql, usual, in_order = self._compiled.get(dialect) or self._compile(connection)
        given = in_order({**usual, **values})
        if connection.engine.dispatch.before_cursor_execute:  # somebody wants to see each statement
            return connection.exec_driver_sql(sql, given).fetchall()
        raw: Any = connection.connection.driver_connection
        if dialect == "sqlite":
            return _on_sqlite(connection, raw, sql, given)
        return _on_postgres(connection, raw, sql, given)

    def _compile(self, connection: Connection) -> _Compiled:
        compiled: Any = self._statement.compile(dialect=connection.dialect)
        usual = {name: value for name, value in compiled.params.items() if value is not None}
        made = (compiled.string, usual, itemgetter(*compiled.positiontup))
        self._compiled[connection.dialect.name] = made
        return made


def _on_sqlite(connection: Connection, raw: Any, sql: str, given: tuple[Any, ...]) -> Rows:
    try:
        found: Rows = raw.execute(sql, given).fetchall()
    except sqlite3.Error:  # told again by SQLAlchemy, whose errors the store knows
        return connection.exec_driver_sql(sql, given).fetchall()
    return found


def _on_postgres(connection: Connection, raw: Any, sql: str, given: tuple[Any, ...]) -> Rows:
    try:
        found: Rows = await_only(raw.fetch(sql, *given))
    except Exception:
        return connection.exec_driver_sql(sql, given).fetchall()
    return found


_READ: dict[str, Callable[[Any], datetime | None]] = {}


def instants(connection: Connection) -> Callable[[Any], datetime | None]:
    """How an instant in such a row is read."""
    dialect = connection.dialect
    return _READ.get(dialect.name) or _READ.setdefault(
        dialect.name, UtcDateTime().result_processor(dialect, None)
    )
