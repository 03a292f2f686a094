"""What the database makes into text and days by itself, for long files; databases differ in it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Integer,
    Text,
    case,
    cast,
    func,
    literal,
    literal_column,
    type_coerce,
)

from bot.domain.calendars import offsets, zone_of
from bot.store.types import UtcDateTime

A_DAY = 86_400
EPOCH = date(1970, 1, 1)


def said(dialect: str, instant: Any) -> Any:
    """An instant as a file says it: `2026-11-23 08:00:00 UTC`."""
    if dialect == "sqlite":  # it is kept as text, in UTC
        kept = type_coerce(instant, Text)
        return func.substr(kept, literal_column("1"), literal_column("19")).concat(literal_column("' UTC'"))
    return func.to_char(instant, 'YYYY-MM-DD HH24:MI:SS "UTC"')  # the session's zone is UTC


def days_between(dialect: str, instant: Any, until: datetime, zone: str) -> Any:
    """How many days of the calendar lie between the dates of two instants on a zone's clocks, at least none.

    It is reckoned with the zone's offsets, as `domain.reports.days_ago` has it: SQLite knows no zones.
    """
    *changes, (_, oldest) = offsets(zone, until)
    today = (until.astimezone(zone_of(zone)).date() - EPOCH).days
    shift: Any = _seconds(oldest)
    if changes:
        since = [(instant >= literal(at, UtcDateTime()), _seconds(offset)) for at, offset in changes]
        shift = case(*since, else_=shift)
    if dialect == "sqlite":
        seconds: Any = func.strftime(literal_column("'%s'"), instant)
        if changes or oldest:  # in a file of 40,000 cases each step costs
            seconds = seconds.op("+", precedence=7)(shift)
        day = seconds.op("/", precedence=9)(literal_column(str(A_DAY)))
        return func.max(literal_column("0"), literal_column(str(today)) - day)
    seconds = func.date_part("epoch", instant) + shift
    day = cast(func.floor(seconds / literal_column(str(A_DAY))), Integer)
    return func.greatest(0, literal_column(str(today)) - day)


def _seconds(offset: timedelta) -> Any:
    return literal_column(f"({int(offset.total_seconds())})")


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
