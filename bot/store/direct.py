"""Statements that are compiled once and run by the driver itself, for reads of a few rows; `customer_find`.

SQLAlchemy's way through one execution takes 0.06 ms on SQLite and 0.15 ms on PostgreSQL, several times what
an index takes to find a row. What is found comes as plain tuples, as the driver has them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.util import await_only

from bot.store.types import UtcDateTime

Rows = Sequence[Sequence[Any]]
_Compiled = tuple[str, dict[str, Any], Callable[[Mapping[str, Any]], tuple[Any, ...]], bool]
"""The SQL, its constant parameters, what puts all into its order, and whether instants are among them."""


class Direct:
    """One statement, for both databases. Its parameters are plain text, numbers and instants.

    `on_sqlite` asks the same there, where that needs other words to go about it in the same way.
    """

    def __init__(self, statement: Select[Any], on_sqlite: Select[Any] | None = None) -> None:
        self._statement = statement
        self._on_sqlite = statement if on_sqlite is None else on_sqlite
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> Rows:
        """All that it finds; `values` are its parameters by name, more than it has are no harm."""
        return Line(connection).rows(self, values)

    def compiled(self, connection: Connection) -> _Compiled:
        """How the database of a connection is asked."""
        dialect = connection.dialect
        return self._compiled.get(dialect.name) or self._compile(dialect)

    def _compile(self, dialect: Dialect) -> _Compiled:
        statement = self._on_sqlite if dialect.name == "sqlite" else self._statement
        compiled: Any = statement.compile(dialect=dialect)
        usual = {name: value for name, value in compiled.params.items() if value is not None}
        names = tuple(compiled.positiontup)
        in_order = itemgetter(*names) if len(names) > 1 else partial(_few, names)
        timed = any(isinstance(one.type, UtcDateTime) for one in compiled.binds.values())
        made = (compiled.string, usual, in_order, timed)
        self._compiled[dialect.name] = made
        return made


def _few(names: tuple[str, ...], values: Mapping[str, Any]) -> tuple[Any, ...]:
    """One parameter or none, of which an item getter makes no tuple."""
    return tuple(values[name] for name in names)


class Line:
    """The way from a connection to its driver, found once for all that a read asks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_watched = bool(connection.engine.dispatch.before_cursor_execute)  # by who wants to see all
        self._raw: Any = connection.connection.driver_connection
        self._run = _on_sqlite if connection.dialect.name == "sqlite" else _on_postgres

    def rows(self, statement: Direct, values: Mapping[str, Any]) -> Rows:
        """As `Direct.rows`."""
        sql, usual, in_order, timed = statement.compiled(self._connection)
        given = in_order({**usual, **values} if usual else values)
        if timed:
            written = _INSTANT.bind_processor(self._connection.dialect)
            given = tuple([written(one) if isinstance(one, datetime) else one for one in given])
        if self._is_watched:
            return self._connection.exec_driver_sql(sql, given).fetchall()
        return self._run(self._connection, self._raw, sql, given)


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


_INSTANT = UtcDateTime()


def instants(connection: Connection) -> Callable[[Any], datetime | None]:
    """How an instant in such a row is read."""
    return _INSTANT.result_processor(connection.dialect, None)


def from_text(value: Any) -> Any:
    """What a column of JSON holds: one driver gives its text, the other one what it says."""
    return json.loads(value) if isinstance(value, str) else value
