"""A report of personal data holds everything of a customer, and nothing of anybody else."""

from __future__ import annotations

from bot.store.personal_parts import HOLDS_NOTHING, REACHED
from bot.store.schema import metadata


def test_every_table_is_in_the_report_or_says_why_it_holds_nothing_of_a_customer() -> None:
    """A new table has to be thought about: put it into one of the two lists of `personal_parts.py`."""
    reached = [one.table for one in REACHED]
    assert len(reached) == len(set(reached))
    assert set(reached) | set(HOLDS_NOTHING) == set(metadata.tables)
    assert not set(reached) & set(HOLDS_NOTHING)


def test_what_points_at_something_of_a_customer_is_in_the_report_or_says_why_not() -> None:
    """Every row is reached by each of its columns that leads to a person's things, or is told twice."""
    reached = {one.table: one for one in REACHED}
    for one in REACHED:
        for column, to in one.by:
            found = metadata.tables[one.table].c[column]
            targets = {key.column.table.name for key in found.foreign_keys}
            assert targets == {to} or not targets, f"{one.table}.{column} points at {targets}"
            assert next(name for name in reached if name in (to, one.table)) == to, f"{to} stands first"


def test_what_is_withheld_is_a_column_and_says_why() -> None:
    for one in REACHED:
        columns = metadata.tables[one.table].columns
        assert set(one.withheld) <= set(columns.keys()), one.table
        assert set(one.money) <= set(columns.keys()), one.table
        assert all(one.withheld.values())
