"""All tables as plain values, out of one database and into another, empty one; `bot/transfer` calls it.

It knows no tables by name but the leases: what is added to the schema is carried along by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Date, Table, func, insert, select
from sqlalchemy.types import TypeEngine

from bot.store.database import open_database
from bot.store.migrate import current_revision, upgrade
from bot.store.schema import leases, metadata
from bot.store.types import UtcDateTime

CHUNK = 500
Value = str | int | float | bool | None | dict[str, Any] | list[Any]
Take = Callable[[str, Iterator[dict[str, Value]]], None]
Rows = Mapping[str, Iterable[dict[str, Value]]]


class NotEmpty(Exception):
    """There is a desk already where another one is to be brought in."""


def carried() -> list[Table]:
    """The tables in the order in which rows can refer to each other; leases are of bots that run."""
    return [table for table in metadata.sorted_tables if table is not leases]


def read_everything(database_url: str, take: Take) -> str:
    """Give each table and its rows to `take`, as of one moment; the revision of the database.

    Bots go on with their work meanwhile.
    """

    def read(connection: Connection) -> str:
        for table in carried():
            take(table.name, _rows(connection, table))
        return current_revision(connection) or ""

    upgrade(database_url)
    return open_database(database_url).snapshot(read)


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Value]]:
    query = select(table).order_by(*table.primary_key.columns)
    found = connection.execute(query, execution_options={"yield_per": CHUNK})
    for row in found:
        yield {column.name: _plain(row._mapping[column]) for column in table.columns}


def write_everything(database_url: str, rows: Rows) -> dict[str, int]:
    """Fill an empty database, whole or not at all; how many rows each table has. Raises NotEmpty."""

    def write(connection: Connection) -> dict[str, int]:
        for table in carried():
            if connection.execute(select(func.count()).select_from(table)).scalar_one():
                raise NotEmpty(f"There is a desk in this database already: {table.name} has rows.")
        return {table.name: _fill(connection, table, rows.get(table.name, ())) for table in carried()}

    upgrade(database_url)
    return open_database(database_url).alter(write)


def _fill(connection: Connection, table: Table, rows: Iterable[dict[str, Value]]) -> int:
    types = {column.name: column.type for column in table.columns}
    count, batch = 0, list[dict[str, object]]()
    for row in rows:
        batch.append({name: _typed(types[name], value) for name, value in row.items()})
        if len(batch) == CHUNK:
            connection.execute(insert(table), batch)
            count, batch = count + CHUNK, []
    if batch:
        connection.execute(insert(table), batch)
    _go_on_counting(connection, table)
    return count + len(batch)


def _go_on_counting(connection: Connection, table: Table) -> None:
    """PostgreSQL numbers rows by a counter that does not look at what is there; SQLite looks."""
    if connection.dialect.name != "postgresql" or "id" not in table.columns:
        return
    highest = connection.execute(select(func.max(table.c.id))).scalar()
    if highest is not None:
        sequence = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(sequence, highest)))


def _plain(value: Any) -> Value:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _typed(kind: TypeEngine[Any], value: Value) -> object:
    if isinstance(value, str) and isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and isinstance(kind, Date):
        return date.fromisoformat(value)
    return value
