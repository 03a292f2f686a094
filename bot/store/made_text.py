"""What the database makes into text and days by itself, for long files; databases differ in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Text, case, cast, func, literal, type_coerce

from bot.store.types import UtcDateTime

A_DAY = 86_400


def said(dialect: str, instant: Any) -> Any:
    """An instant as a file says it: `2026-11-23 08:00:00 UTC`."""
    if dialect == "sqlite":  # it is kept as text, in UTC
        return func.substr(type_coerce(instant, Text), 1, 19).concat(" UTC")
    return func.to_char(instant, 'YYYY-MM-DD HH24:MI:SS "UTC"')  # the session's zone is UTC


def whole_days(dialect: str, instant: Any, until: datetime) -> Any:
    """How many whole days have passed from an instant to another, at least none."""
    if dialect == "sqlite":
        seconds = int(until.timestamp()) - cast(func.strftime("%s", instant), Integer)
        passed = cast(seconds // A_DAY, Integer)
    else:
        passed = cast(func.date_part("day", literal(until, UtcDateTime()) - instant), Integer)
    return case((instant > until, 0), else_=passed)
