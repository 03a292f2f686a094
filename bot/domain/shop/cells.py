"""The cells of a shop's files: each read by what its column means. `sheets.py` has the columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from enum import StrEnum

from bot.domain.contacts import is_email
from bot.domain.imports import WrongRow
from bot.domain.shop.money import is_currency

Value = str | int | None
Cell = Callable[[str, str], Value]
"""What a cell (column, text) holds. Raises WrongRow."""

LONGEST_TEXT = 4000
LONGEST_ADDRESS = 1000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
_COUNT = re.compile(r"\d{1,9}")
_AMOUNT = re.compile(r"[+-]?\d{1,15}(\.\d+)?")


def text(longest: int = 200) -> Cell:
    """One line of text; empty is nothing said."""

    def read(column: str, cell: str) -> str:
        if len(cell) > longest:
            raise WrongRow(f"{column} has {len(cell)} characters. Shorten it to {longest}.")
        if _CONTROL.search(cell):
            raise WrongRow(f"{column} has a control character. Remove it.")
        return cell if longest > 200 else " ".join(cell.split())

    return read


def needed(column: str, cell: str) -> str:
    """One line of text that has to be there."""
    if not cell:
        raise WrongRow(f"{column} is empty. Fill it in.")
    return str(text()(column, cell))


def one_of(kind: type[StrEnum], empty: str = "") -> Cell:
    """One of a few words, in capital or small letters."""

    def read(column: str, cell: str) -> str:
        given = cell or empty
        found = next((one.value for one in kind if one.value.casefold() == given.casefold()), None)
        if found is None:
            raise WrongRow(f'{column} "{cell}" is unknown. Write one of {", ".join(kind)}.')
        return found

    return read


def day(column: str, cell: str) -> str | None:
    """A date; empty is none."""
    if not cell:
        return None
    try:
        return date.fromisoformat(cell).isoformat()
    except ValueError:
        raise WrongRow(f'{column} "{cell}" is no date. Write it like 2026-11-22.') from None


def instant(column: str, cell: str) -> str:
    """An instant. A date alone is its noon in UTC, which is that day in nearly every zone."""
    try:
        if len(cell) == len("2026-11-22"):
            return datetime.fromisoformat(f"{cell}T12:00:00+00:00").isoformat()
        read = datetime.fromisoformat(cell)
    except ValueError:
        raise WrongRow(f'{column} "{cell}" is no time. Write it like 2026-11-22T14:05:00Z.') from None
    if read.tzinfo is None:
        raise WrongRow(f"{column} {cell} has no time zone. Write Z or an offset like +01:00 behind it.")
    return read.astimezone(UTC).isoformat()


def count(column: str, cell: str) -> int:
    """A number of units; empty is none of them."""
    if not cell:
        return 0
    if not _COUNT.fullmatch(cell):
        raise WrongRow(f'{column} "{cell}" is no count. Write a whole number, 0 or more.')
    return int(cell)


def counted(column: str, cell: str) -> int:
    """A number of units that has to be there."""
    if not cell:
        raise WrongRow(f"{column} is empty. Write a whole number.")
    return count(column, cell)


def amount(column: str, cell: str) -> str:
    """An amount of money, as text: what its currency allows is checked once that is known. Empty is zero."""
    if cell and not _AMOUNT.fullmatch(cell):
        raise WrongRow(f'{column} "{cell}" is no amount. Write digits and a point, like 1234.50.')
    return cell or "0"


def currency(column: str, cell: str) -> str:
    """An ISO code."""
    if not is_currency(cell):
        raise WrongRow(f'{column} "{cell}" is no currency. Write its ISO code, like USD.')
    return cell


def email(column: str, cell: str) -> str:
    """An address, or nothing."""
    if cell and not is_email(cell):
        raise WrongRow(f'{column} "{cell}" is no address. Correct it, like ana@example.com.')
    return cell


def yes_no(column: str, cell: str) -> int:
    """Yes or no; empty is no."""
    known = {"": 0, "no": 0, "false": 0, "0": 0, "yes": 1, "true": 1, "1": 1}
    if cell.casefold() not in known:
        raise WrongRow(f'{column} "{cell}" is neither. Write yes or no.')
    return known[cell.casefold()]


def zone(known: Collection[str]) -> Cell:
    """A time zone by its IANA name; empty is nothing said."""

    def read(column: str, cell: str) -> str:
        if cell and cell not in known:
            raise WrongRow(f'{column} "{cell}" is unknown. Write an IANA name, like Europe/Lisbon.')
        return cell

    return read


def between(low: int, high: int) -> Cell:
    """A whole number from `low` to `high`."""

    def read(column: str, cell: str) -> int:
        if not re.fullmatch(r"\d{1,6}", cell) or not low <= int(cell) <= high:
            raise WrongRow(f'{column} "{cell}" is not between {low} and {high}. Correct it.')
        return int(cell)

    return read
