"""Statements that go to the driver itself find what others find, and fail as others fail."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, column, select, text
from sqlalchemy import table as a_table
from sqlalchemy.exc import DBAPIError

from bot.domain.people import Role
from bot.store.direct import Direct, instants
from bot.store.schema import people
from tests.factories import NOON, WORKSPACE, add_person, stamp
from tests.store.conftest import Table

NAMED = Direct(
    select(people.c.name, people.c.created_at)
    .where(people.c.workspace_id == bindparam("workspace"), people.c.name >= bindparam("name"))
    .order_by(people.c.name)
    .limit(2)
)
ASKED = {"workspace": WORKSPACE, "name": "B", "and": "more"}


def test_it_finds_what_was_written_in_the_same_transaction_and_before(table: Table) -> None:
    table.write(lambda work: add_person(work, "Ana", Role.AGENT) and None)
    table.write(lambda work: add_person(work, "Ben", Role.AGENT) and None, stamp(now=NOON))

    def unit(work: object) -> list[tuple[object, ...]]:
        add_person(work, "Cleo", Role.AGENT)  # type: ignore[arg-type]
        return [tuple(row) for row in NAMED.rows(work.connection, ASKED)]  # type: ignore[attr-defined]

    assert [row[0] for row in table.write(unit)] == ["Ben", "Cleo"]
    (ben, _) = table.look(lambda c: NAMED.rows(c, ASKED))
    assert table.look(lambda c: instants(c)(ben[1])) == NOON


def test_what_fails_fails_with_an_error_that_the_store_knows(table: Table) -> None:
    gone = Direct(select(column("a")).select_from(a_table("nowhere")).where(text("1 = :a OR 2 = :b")))
    with pytest.raises(DBAPIError, match="nowhere"):
        table.look(lambda c: gone.rows(c, {"a": 1, "b": 2}))
