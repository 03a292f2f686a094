"""What the database makes into text and days by itself, for long files; databases differ in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, Text, cast, func, literal, literal_column, type_coerce

from bot.store.types import UtcDateTime

A_DAY = 86_400


def said(dialect: str, instant: Any) -> Any:
    """An instant as a file says it: `2026-11-23 08:00:00 UTC`."""
    if dialect == "sqlite":  # it is kept as text, in UTC
        kept = type_coerce(instant, Text)
        return func.substr(kept, literal_column("1"), literal_column("19")).concat(literal_column("' UTC'"))
    return func.to_char(instant, 'YYYY-MM-DD HH24:MI:SS "UTC"')  # the session's zone is UTC


def whole_days(dialect: str, instant: Any, until: datetime) -> Any:
    """How many whole days have passed from an instant to another, at least none."""
    if dialect == "sqlite":
        seconds: Any = literal_column(str(int(until.timestamp()))) - func.strftime(
            literal_column("'%s'"), instant
        )
        return func.max(literal_column("0"), seconds.op("/", precedence=9)(literal_column(str(A_DAY))))
    days = cast(func.date_part("day", literal(until, UtcDateTime()) - instant), Integer)
    return func.greatest(0, days)


def whole_seconds(dialect: str, begun: Any, ended: Any) -> Any:
    """How many whole seconds lie between two instants, each cut to its second."""
    if dialect == "sqlite":
        second: Any = literal_column("'%s'")
        return func.strftime(second, ended) - func.strftime(second, begun)
    return cast(func.floor(func.date_part("epoch", ended)), BigInteger) - cast(
        func.floor(func.date_part("epoch", begun)), BigInteger
    )


def eight_digits(dialect: str, number: Any) -> Any:
    """A case's number as people write it."""
    if dialect == "sqlite":
        return func.printf(literal_column("'%08d'"), number)
    return func.to_char(number, "FM99900000000")
