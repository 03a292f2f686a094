"""Lists of customers, page by page through a viewer's eyes; `services.customer_lists` asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, String, bindparam, func, literal_column, select

from bot.domain.ids import CustomerId
from bot.domain.people import SuccessPlan, Viewer
from bot.domain.permissions import Act, allowed
from bot.domain.shop.customer_lists import MOST_COUNTED, PAGE, CustomerLine, CustomersPage
from bot.domain.verdict import CallerKind
from bot.store.direct import Direct, Line
from bot.store.schema_shop import customers
from bot.store.types import Id


def page(
    connection: Connection, viewer: Viewer, kind: CallerKind | None, start: CustomerId | None
) -> CustomersPage:
    """Customers of a kind, the newest first, from `start` on."""
    asked = CustomersPage(lines=(), kind=kind, total=0)
    if not allowed(Act.READ_CUSTOMERS, viewer.person):
        return asked
    given: dict[str, Any] = {"workspace": viewer.workspace_id, "start": start}
    line = Line(connection)
    rows = line.rows(_page(kind, start is not None), given)
    above = line.rows(_above(kind), given) if start is not None else ()
    [[total]] = line.rows(_count(kind), given)
    return replace(
        asked,
        lines=tuple(map(_line, rows[:PAGE])),
        total=total,
        newer=CustomerId(above[-1][0]) if above else None,
        older=CustomerId(rows[PAGE][0]) if len(rows) > PAGE else None,
    )


def _line(row: Sequence[Any]) -> CustomerLine:
    id_, number, company, name, email, plan, kind = row
    return CustomerLine(
        id=CustomerId(id_),
        number=number,
        called=company or name,
        name=name,
        email=email,
        plan=SuccessPlan(plan),
        kind=CallerKind(kind),
    )


# --- statements, built once for each shape ------------------------------------------------------------------

_MINE = customers.c.id
_START = bindparam("start", type_=Id)


def _here(kind: CallerKind | None) -> Any:
    """The kind as a word of the statement: for any kind PostgreSQL would walk through all customers."""
    here = customers.c.workspace_id == bindparam("workspace")
    return here if kind is None else here & (customers.c.kind == literal_column(f"'{kind.value}'", String))


def _number(value: int) -> Any:
    return literal_column(str(value), Integer)


@cache
def _page(kind: CallerKind | None, turned: bool) -> Direct:
    of = customers.c
    asked = select(of.id, of.number, of.company, of.name, of.email, of.plan, of.kind).where(_here(kind))
    asked = asked.where(_MINE <= _START) if turned else asked
    return Direct(asked.order_by(_MINE.desc()).limit(_number(PAGE + 1)))


@cache
def _above(kind: CallerKind | None) -> Direct:
    return Direct(select(_MINE).where(_here(kind), _MINE > _START).order_by(_MINE).limit(_number(PAGE)))


@cache
def _count(kind: CallerKind | None) -> Direct:
    some = select(_MINE).where(_here(kind)).order_by(_MINE).limit(_number(MOST_COUNTED))
    return Direct(select(func.count()).select_from(some.subquery()))
