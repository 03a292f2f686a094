"""Pages of what is read in stretches: parts of one index each, in its own order; the queues are made of them.

Every stretch ends with the page, and a count with `MOST_COUNTED`: nothing reads further than it shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, literal_column, select, tuple_, union_all

from bot.store.types import Id, UtcDateTime

MOST_COUNTED = 1000
"""What is more is told as more: nobody counts a queue of two hundred thousand."""

AT, ID = "start_at", "start_id"
"""The parameters that say where a page begins."""


def page_of(
    whole: Select[Any],
    key: Any,
    at: Any,
    stretches: Sequence[Any],
    *,
    size: int,
    turned: bool,
    newest_first: bool,
) -> Select[Any]:
    """`whole`, cut to a page and one row more. `key` and `at` are the columns that the index ends with."""
    order = (at.desc(), key.desc()) if newest_first else (at, key)
    if turned:
        begins = tuple_(bindparam(AT, type_=UtcDateTime), bindparam(ID, type_=Id))
        here = tuple_(at, key)
        stretches = [one & (here <= begins if newest_first else here >= begins) for one in stretches]
    # As a word of the statement: PostgreSQL plans for a tenth of the table where it does not know.
    rows: Any = literal_column(str(size + 1), Integer)
    if len(stretches) == 1:
        return whole.where(stretches[0]).order_by(*order).limit(rows)
    each = []
    for one in stretches:
        first = select(key).where(one).order_by(*order).limit(rows)
        each.append(select(first.correlate(None).subquery().c[0]))
    return whole.where(key.in_(union_all(*each))).order_by(*order).limit(rows)


def count_of(key: Any, stretches: Sequence[Any]) -> Select[Any]:
    """How many there are, or one more than are counted of each stretch."""
    most: Any = literal_column(str(MOST_COUNTED + 1), Integer)
    counts = []
    for one in stretches:
        some: Select[Any] = select(literal_column("1")).select_from(key.table).where(one).limit(most)
        counts.append(select(func.count()).select_from(some.correlate(None).subquery()).scalar_subquery())
    return select(sum(counts[1:], start=counts[0]))


def counted(found: int) -> tuple[int, bool]:
    """What is told of a count, and whether there are more."""
    return min(found, MOST_COUNTED), found > MOST_COUNTED
