"""Lists of requests that wait, the oldest first, through a viewer's eyes; `services.order_requests` asks.

Each state is a stretch of an index by itself: nothing is sorted, and nothing read but what is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, String, bindparam, func, literal_column, select, union_all

from bot.domain.commerce.requests import Request, RequestState
from bot.domain.ids import CustomerId, OrderRequestId, PersonId
from bot.domain.people import Viewer
from bot.domain.permissions import Act, allowed
from bot.store import order_requests
from bot.store.direct import Direct, from_text
from bot.store.planning import beside
from bot.store.schema_requests import order_requests as table
from bot.store.types import Id
from bot.store.work import Connection


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which requests a list has; `asked_by` None: whoever asked."""

    states: Collection[RequestState]
    asked_by: PersonId | None = None


class Part(NamedTuple):
    """Who had a part in a request: as much of it as tells who may decide it."""

    id: OrderRequestId
    asked_by: PersonId
    hands: tuple[PersonId, ...]
    on_behalf_of: CustomerId | None
    decided_by: PersonId | None


class _Shape(NamedTuple):
    """What decides how the statements of a filter read: all but their parameters."""

    states: tuple[str, ...]
    is_own: bool


def page(
    connection: Connection, viewer: Viewer, asked: Filter, offset: int, limit: int
) -> tuple[Request, ...]:
    """Some requests, the oldest first."""
    if not allowed(Act.READ_ORDERS, viewer.person):
        return ()
    found = _page(_shape(asked), offset, limit).rows(connection, _given(asked, viewer))
    return order_requests.by_ids(connection, viewer, [OrderRequestId(row[0]) for row in found])


def count(connection: Connection, viewer: Viewer, asked: Filter) -> int:
    """How many there are."""
    if not allowed(Act.READ_ORDERS, viewer.person):
        return 0
    [[found]] = _count(_shape(asked)).rows(connection, _given(asked, viewer))
    return int(found)


def of_others(connection: Connection, viewer: Viewer, state: RequestState, limit: int) -> Sequence[Part]:
    """Who had a part in requests that the viewer did not ask for, the oldest first."""
    if not allowed(Act.READ_ORDERS, viewer.person):
        return ()
    given = {"workspace": viewer.workspace_id, "person": viewer.person_id}
    found = _of_others(state.value, limit).rows(connection, given)
    return [
        Part(id_, asked_by, _ids(hands), customer, decided_by)
        for id_, asked_by, hands, customer, decided_by in found
    ]


def _ids(hands: Any) -> tuple[PersonId, ...]:
    return () if hands == "[]" else tuple(from_text(hands))  # mostly there are none


# --- statements, built once for each shape ------------------------------------------------------------------


def _shape(asked: Filter) -> _Shape:
    return _Shape(tuple(sorted(one.value for one in asked.states)), asked.asked_by is not None)


def _given(asked: Filter, viewer: Viewer) -> dict[str, Any]:
    return {"workspace": viewer.workspace_id, "person": asked.asked_by}


def _stretches(shape: _Shape) -> list[Any]:
    if shape.is_own:
        narrow = beside(table.c.workspace_id) == bindparam("workspace")
        narrow &= table.c.asked_by == bindparam("person", type_=Id)
    else:
        narrow = table.c.workspace_id == bindparam("workspace")
    return [narrow & _stands(one) for one in shape.states]


def _stands(state: str) -> Any:
    """As a word of the statement, as sizes are: for any state PostgreSQL would rather walk through all."""
    return table.c.state == literal_column(f"'{state}'", String)


def _number(value: int) -> Any:
    return literal_column(str(value), Integer)


@lru_cache(128)
def _page(shape: _Shape, offset: int, limit: int) -> Direct:
    rows = _number(offset + limit)
    each = [select(table.c.id).where(one).order_by(table.c.id).limit(rows) for one in _stretches(shape)]
    every = union_all(*(select(one.correlate(None).subquery()) for one in each)).subquery()
    return Direct(select(every.c.id).order_by(every.c.id).limit(_number(limit)).offset(_number(offset)))


@lru_cache(32)
def _count(shape: _Shape) -> Direct:
    each: list[Select[Any]] = [
        select(func.count()).select_from(table).where(one) for one in _stretches(shape)
    ]
    counts = [one.correlate(None).scalar_subquery() for one in each]
    return Direct(select(sum(counts[1:], start=counts[0])))


@lru_cache(32)
def _of_others(state: str, limit: int) -> Direct:
    of = table.c
    here = (of.workspace_id == bindparam("workspace")) & _stands(state)
    asked = select(of.id, of.asked_by, of.hands, of.on_behalf_of, of.decided_by)
    asked = asked.where(here, of.asked_by != bindparam("person", type_=Id))
    return Direct(asked.order_by(of.id).limit(_number(limit)))
