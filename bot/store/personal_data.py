"""Everything that is held of one customer, read table by table; `services.personal_data` asks it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, or_, select

from bot.domain.files import FileState
from bot.domain.ids import CustomerId
from bot.domain.people import Viewer
from bot.domain.permissions import Act, allowed
from bot.domain.personal import KeptFile, Part, PersonalData, Row, Value
from bot.store.personal_parts import REACHED, REASONLESS, Reached
from bot.store.personal_subject import CHUNK, Subject, found_by_rule, some_of, subject
from bot.store.schema import metadata, people, teams


@dataclass(frozen=True, kw_only=True)
class Found:
    """The rows of a customer as they are in the tables, with the names that they point at."""

    customer_id: CustomerId
    at: datetime
    rows: Rows
    names: _Names


def everything(connection: Connection, viewer: Viewer, customer_id: CustomerId, at: datetime) -> Found | None:
    """All of it at `at` (UTC); None for who may not have it, or where there is no such customer."""
    if not allowed(Act.REPORT_PERSONAL_DATA, viewer.person):
        return None
    one = subject(connection, viewer, customer_id)
    if one is None:
        return None
    rows = rows_of(connection, one)
    return Found(customer_id=customer_id, at=at, rows=rows, names=_Names(connection, rows))


def told(found: Found) -> PersonalData:
    """The same as a report tells it. It asks nobody, and takes a while for many rows: not on the loop."""
    rows = found.rows
    parts = tuple(_part(reached, rows[reached.table], found.names) for reached in REACHED)
    (customer,) = rows["customers"]
    return PersonalData(
        customer_id=found.customer_id,
        number=customer["number"],
        called=customer["company"] or customer["name"],
        at=found.at,
        parts=parts,
        files=tuple(_kept(rows["files"])),
    )


Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def rows_of(connection: Connection, one: Subject) -> Rows:
    """The customer's rows, by table, each table in the order of its keys."""
    ids: dict[str, list[int]] = {}
    found: dict[str, list[Mapping[str, Any]]] = {}
    for reached in REACHED:
        table = metadata.tables[reached.table]
        if reached.by:
            rows = _led_to(connection, one, table, reached, ids if one.alone else ids | _NOBODYS)
        else:
            rows = _numbered(connection, table, found_by_rule(connection, one, table, ids))
        found[reached.table] = rows
        ids[reached.table] = [row["id"] for row in rows if "id" in row]
    return found


_NOBODYS: dict[str, list[int]] = {"accounts": []}
"""What happened to an account that several customers share leads to none of them."""


def _led_to(
    connection: Connection, one: Subject, table: Table, reached: Reached, ids: Mapping[str, list[int]]
) -> list[Mapping[str, Any]]:
    """The rows one of whose columns points at a row that is known to be the customer's."""
    found: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    keys = list(table.primary_key.columns)
    for column, to in reached.by:
        for start in range(0, len(ids[to]), CHUNK):
            some = ids[to][start : start + CHUNK]
            asked = select(table).where(table.c.workspace_id == one.workspace_id, table.c[column].in_(some))
            for row in connection.execute(asked).mappings():
                found[tuple(row[key.name] for key in keys)] = dict(row)
    return [found[key] for key in sorted(found)]


def _numbered(connection: Connection, table: Table, ids: Sequence[int]) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = []
    for start in range(0, len(ids), CHUNK):
        asked = select(table).where(table.c.id.in_(ids[start : start + CHUNK])).order_by(table.c.id)
        rows += [dict(row) for row in connection.execute(asked).mappings()]
    return rows


class _Names:
    """Names for the numbers of people and teams, and the currency of what names none itself."""

    def __init__(self, connection: Connection, rows: Rows) -> None:
        self.people = self._of(connection, people, _pointed(rows, "people"))
        self.teams = self._of(connection, teams, _pointed(rows, "teams"))
        self.currencies = {
            column: {row["id"]: row["currency"] for row in rows[table]}
            for column, table in (("order_id", "orders"), ("cart_id", "carts"))
        }
        of_orders = self.currencies["order_id"]
        self.currencies["change_id"] = {
            row["id"]: of_orders[row["order_id"]] for row in rows["change_orders"]
        }

    @staticmethod
    def _of(connection: Connection, table: Table, ids: set[int]) -> dict[int, str]:
        asked = select(table.c.id, table.c.name).where(or_(some_of(table.c.id, sorted(ids))))
        return {row.id: row.name for row in connection.execute(asked)}

    def currency(self, row: Mapping[str, Any]) -> str | None:
        """Of a line or payment, which has its order's or cart's."""
        for column, known in self.currencies.items():
            if row.get(column) in known:
                return str(known[row[column]])
        return None


def _pointed(rows: Rows, to: str) -> set[int]:
    columns = {name: _columns_to(metadata.tables[name], to) for name in rows}
    return {row[c] for name, some in rows.items() for row in some for c in columns[name]} - {None}


def _columns_to(table: Table, to: str) -> list[str]:
    return [c.name for c in table.columns if any(key.column.table.name == to for key in c.foreign_keys)]


def _part(reached: Reached, rows: Iterable[Mapping[str, Any]], names: _Names) -> Part:
    table = metadata.tables[reached.table]
    named = dict.fromkeys(_columns_to(table, "people"), names.people)
    named |= dict.fromkeys(_columns_to(table, "teams"), names.teams)
    out = {*REASONLESS, *reached.withheld}
    made: list[Row] = []
    for row in rows:
        told: dict[str, Value] = {}
        for column, value in row.items():
            if column in named:
                told[column.removesuffix("_id")] = named[column].get(value) if value is not None else None
            elif column not in out:
                told[column] = _plain(value)
        currency = names.currency(row) if reached.money and "currency" not in told else None
        made.append(told | {"currency": currency} if currency else told)
    return Part(name=reached.table, title=reached.title, rows=tuple(made), withheld=dict(reached.withheld))


def _plain(value: Any) -> Value:
    made: Value = value.isoformat() if isinstance(value, date) else value  # a datetime is a date, too
    return made


def _kept(rows: Sequence[Mapping[str, Any]]) -> Iterable[KeptFile]:
    for row in rows:
        if row["state"] == FileState.KEPT.value and row["sha256"]:
            yield KeptFile(id=row["id"], name=row["name"], size=row["size"], sha256=row["sha256"])
