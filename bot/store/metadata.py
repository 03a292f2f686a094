"""Where all tables meet, and how their keys are called; only the modules of tables use it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, Index, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def partial_index(name: str, where: ColumnElement[bool], *columns: Column[Any]) -> None:
    """An index of the rows alone for which `where` holds; a query has to say it in the same words."""
    Index(name, *columns, sqlite_where=where, postgresql_where=where)
