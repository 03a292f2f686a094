"""Column types that behave alike on SQLite and PostgreSQL; `schema.py` uses them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator

Id = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit key. SQLite only numbers rows by itself where the type is spelt INTEGER."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept in UTC. Refuses naive values: SQLite would drop the zone without a word."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return _write(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """As `result_processor`: a page that finds nothing is read in the time of a few such calls."""
        return _write_text if dialect.name == "sqlite" else _write

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """One call for each value instead of SQLAlchemy's three: a page of cases has dozens of instants."""
        return _read_text if dialect.name == "sqlite" else _in_utc


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"a naive datetime has no place in the store: {value!r}")
    return value.astimezone(UTC)


def _write(value: datetime | None) -> datetime | None:
    return None if value is None else _utc(value)


def _write_text(value: datetime | None) -> str | None:
    """As SQLAlchemy writes it, so that both sort alike."""
    return None if value is None else _utc(value).replace(tzinfo=None).isoformat(" ", "microseconds")


def _read_text(value: str | None) -> datetime | None:
    """SQLite has text, which leaves out that it is UTC."""
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


def _in_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
