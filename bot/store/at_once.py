"""Two transactions at the same moment, and how the databases differ in it; the rest of the store calls it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table
from sqlalchemy.dialects import postgresql, sqlite

_INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def insert_new(connection: Connection, table: Table) -> Any:
    """An INSERT that does nothing where a row with one of its unique keys is there.

    It waits for a transaction that is inserting the same key, and does nothing once that is committed: what
    the other wrote is seen by the next statement. Look at `rowcount`, or at what RETURNING gave.
    """
    return _insert_new(connection.dialect.name, table)


@cache
def _insert_new(dialect: str, table: Table) -> Any:
    return _INSERTS[dialect](table).on_conflict_do_nothing()


def keep(connection: Connection, rows: Select[Any], asked: Mapping[str, Any] | None = None) -> None:
    """Keep the rows of a query from others until this transaction ends; they may still be referred to.

    Load what they hold after this, not before. SQLite has one writer: there is nobody to keep them from.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(rows.with_for_update(key_share=True), asked)
