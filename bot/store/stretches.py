"""Pages of what is read in stretches: parts of one index each, in its own order; the queues are made of them.

Every stretch ends with the page, and a count with `MOST_COUNTED`: nothing reads further than it shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Integer, Select, bindparam, func, literal_column, select, tuple_, union_all

from bot.store.direct import Direct, Rows
from bot.store.types import Id, UtcDateTime

MOST_COUNTED = 1000
"""What is more is told as more: nobody counts a queue of two hundred thousand."""

AT, ID = "start_at", "start_id"
"""The parameters that say where a page begins."""


def page_of(
    key: Any, at: Any, stretches: Sequence[Any], *, size: int, turned: bool, newest_first: bool
) -> Select[Any]:
    """The keys of a page and of one row more. `key` and `at` are the columns that the index ends with.

    What the rows hold is read by these keys then: left to join at once, PostgreSQL read whole tables.
    """
    order = (at.desc(), key.desc()) if newest_first else (at, key)
    if turned:
        begins = tuple_(bindparam(AT, type_=UtcDateTime), bindparam(ID, type_=Id))
        here = tuple_(at, key)
        stretches = [one & (here <= begins if newest_first else here >= begins) for one in stretches]
    # As a word of the statement: PostgreSQL plans for a tenth of the table where it does not know.
    rows: Any = literal_column(str(size + 1), Integer)
    each = [select(key, at).where(one).order_by(*order).limit(rows) for one in stretches]
    if len(each) == 1:
        return each[0]
    every = union_all(*(select(one.correlate(None).subquery()) for one in each)).subquery()
    found = tuple(every.c)
    ordered = (found[1].desc(), found[0].desc()) if newest_first else (found[1], found[0])
    return select(*found).order_by(*ordered).limit(rows)


def told(connection: Connection, statement: Select[Any], given: Mapping[str, Any]) -> Rows:
    """What a statement finds that is built once, from the driver itself, which takes half the time."""
    return _direct(statement).rows(connection, given)


def lines_of(connection: Connection, lines: Select[Any], keys: Sequence[int]) -> Rows:
    """The rows of `lines`, whose first column is the key, in the order of the keys; plain, as the driver has
    them. What is gone meanwhile is left out.
    """
    if not keys:
        return []
    given = {f"key_{place}": one for place, one in enumerate(keys)}
    by_key = {row[0]: row for row in _by_keys(lines, len(keys)).rows(connection, given)}
    return [by_key[one] for one in keys if one in by_key]


@lru_cache(256)
def _direct(statement: Select[Any]) -> Direct:
    return Direct(statement)


@lru_cache(64)
def _by_keys(lines: Select[Any], size: int) -> Direct:
    key: Any = lines.selected_columns[0]
    return Direct(lines.where(key.in_([bindparam(f"key_{place}", type_=Id) for place in range(size)])))


def count_of(key: Any, at: Any, stretches: Sequence[Any]) -> Select[Any]:
    """How many there are, or one more than are counted of each stretch.

    In the order of the index: else PostgreSQL hopes to meet as many in the table soon, and reads it all.
    """
    most: Any = literal_column(str(MOST_COUNTED + 1), Integer)
    counts = []
    for one in stretches:
        some: Select[Any] = select(key).where(one).order_by(at, key).limit(most)
        counts.append(select(func.count()).select_from(some.correlate(None).subquery()).scalar_subquery())
    return select(sum(counts[1:], start=counts[0]))


def counted(found: int) -> tuple[int, bool]:
    """What is told of a count, and whether there are more."""
    return min(found, MOST_COUNTED), found > MOST_COUNTED
