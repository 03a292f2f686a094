"""Lists of requests that wait, the oldest first, through a viewer's eyes; `services.order_requests` asks.

Each state is a stretch of an index by itself: nothing is sorted, and nothing read but what is shown.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CompoundSelect,
    Integer,
    Select,
    String,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
    union_all,
)

from bot.domain.commerce.requests import RequestKind, RequestLine, Requests, RequestState
from bot.domain.contacts import email_key
from bot.domain.ids import CustomerId, OrderRequestId, PersonId
from bot.domain.people import Identity, PersonRef, Viewer
from bot.domain.permissions import Act, allowed
from bot.store.direct import Direct, Rows, instants
from bot.store.people import identity
from bot.store.planning import beside
from bot.store.schema import people
from bot.store.schema_requests import order_requests as table
from bot.store.schema_shop import customers
from bot.store.types import Id
from bot.store.work import Connection


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which requests a list has; `asked_by` None: whoever asked."""

    states: Collection[RequestState]
    asked_by: PersonId | None = None


class Part(NamedTuple):
    """Requests in which the same people had a part: as much as tells whether somebody may decide them.

    `on_behalf_of` is the customer for whom they were asked, where that one has the reader's own address.
    """

    ids: tuple[OrderRequestId, ...]
    asked_by: Identity
    hands: tuple[PersonId, ...]
    decided_by: PersonId | None
    on_behalf_of: CustomerId | None


class _Shape(NamedTuple):
    """What decides how the statements of a filter read: all but their parameters."""

    states: tuple[str, ...]
    is_own: bool


def page(connection: Connection, viewer: Viewer, asked: Filter, offset: int, limit: int) -> Requests:
    """Some requests, the oldest first, and how many there are."""
    if not allowed(Act.READ_ORDERS, viewer.person):
        return Requests(rows=(), total=0, offset=offset)
    shape, given = _shape(asked), _given(asked, viewer)
    found = _page(shape, offset, limit).rows(connection, given)
    # The count comes with the lines; where a page begins behind the end there are none.
    counted = found or (_count(shape).rows(connection, given) if offset else [(0,)])
    return Requests(rows=_lines(connection, found), total=counted[0][-1], offset=offset)


def lines(connection: Connection, viewer: Viewer, ids: Sequence[OrderRequestId]) -> tuple[RequestLine, ...]:
    """Some requests by their ids, the oldest first."""
    if not ids or not allowed(Act.READ_ORDERS, viewer.person):
        return ()
    given = {f"id_{place}": one for place, one in enumerate(ids)}
    return _lines(connection, _by_ids(len(ids)).rows(connection, given | {"workspace": viewer.workspace_id}))


def of_others(connection: Connection, viewer: Viewer, state: RequestState, limit: int) -> Sequence[Part]:
    """Who had a part in requests that the viewer did not ask for: in so many of them, from the oldest on."""
    if not allowed(Act.READ_ORDERS, viewer.person):
        return ()
    given = {
        "workspace": viewer.workspace_id,
        "person": viewer.person_id,
        "address": email_key(viewer.person.email) or None,
    }
    return [
        Part(
            ids=tuple(map(OrderRequestId, map(int, ids.split(",")))),
            asked_by=identity(asked_by, slack, email),
            hands=() if hands == "[]" else tuple(json.loads(hands)),
            decided_by=decided_by,
            on_behalf_of=customer,
        )
        for ids, asked_by, slack, email, hands, decided_by, customer in _of_others(state.value, limit).rows(
            connection, given
        )
    ]


def _lines(connection: Connection, rows: Rows) -> tuple[RequestLine, ...]:
    instant = instants(connection)
    made = []
    for id_, kind, state, number, currency, stake, at, by, slack, name, *_ in rows:
        asked_at = instant(at)
        assert asked_at is not None, "a request was asked for at some time"
        made.append(
            RequestLine(
                id=id_,
                kind=RequestKind(kind),
                state=RequestState(state),
                order_number=number,
                currency=currency,
                at_stake=stake,
                asked_by=PersonRef(id=by, slack_user_id=slack, name=name),
                asked_at=asked_at,
            )
        )
    return tuple(made)


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


_LINES = select(
    table.c.id,
    table.c.kind,
    table.c.state,
    table.c.order_number,
    table.c.currency,
    table.c.at_stake,
    table.c.asked_at,
    table.c.asked_by,
    people.c.slack_user_id,
    people.c.name,
).join(people, people.c.id == table.c.asked_by)


@lru_cache(128)
def _page(shape: _Shape, offset: int, limit: int) -> Direct:
    """The lines, each with the count at its end. SQLite merges the stretches and stops where the page ends;
    PostgreSQL reads each as far as it is told.
    """
    size, skipped, rows = _number(limit), _number(offset), _number(offset + limit)
    plain = [select(table.c.id).where(one) for one in _stretches(shape)]
    each = [one.order_by(table.c.id).limit(rows).correlate(None).subquery() for one in plain]
    whole = _LINES.add_columns(_total(shape)).order_by(table.c.id)

    def of(every: CompoundSelect[Any]) -> Select[Any]:
        ids = every.order_by(every.selected_columns[0]).limit(size).offset(skipped)
        return whole.where(table.c.id.in_(ids))

    return Direct(of(union_all(*(select(one) for one in each))), of(union_all(*plain)))


@lru_cache(32)
def _by_ids(size: int) -> Direct:
    mine = beside(table.c.workspace_id) == bindparam("workspace")
    some = table.c.id.in_([bindparam(f"id_{place}", type_=Id) for place in range(size)])
    return Direct(_LINES.where(mine, some).order_by(table.c.id))


@lru_cache(32)
def _count(shape: _Shape) -> Direct:
    return Direct(select(_total(shape)))


def _total(shape: _Shape) -> Any:
    each: list[Select[Any]] = [
        select(func.count()).select_from(table).where(one) for one in _stretches(shape)
    ]
    counts = [one.correlate(None).scalar_subquery() for one in each]
    return sum(counts[1:], start=counts[0])


@lru_cache(32)
def _of_others(state: str, limit: int) -> Direct:
    """One row for all in which the same people had a part: mostly few people ask for many."""
    of = table.c
    mine = (of.workspace_id == bindparam("workspace")) & _stands(state)
    mine &= of.asked_by != bindparam("person", type_=Id)
    theirs = select(customers.c.id).where(
        customers.c.workspace_id == bindparam("workspace"),
        customers.c.email_key == bindparam("address", type_=Text),
    )
    customer = case((of.on_behalf_of.in_(theirs), of.on_behalf_of)).label("customer")
    hands = cast(of.hands, Text).label("hands")
    some = select(of.id, of.asked_by, hands, of.decided_by, customer).where(mine)
    each = some.order_by(of.id).limit(_number(limit)).subquery().c
    who = (each.asked_by, each.hands, each.decided_by, each.customer)
    one, comma = cast(each.id, Text), literal_column("','", String)

    def parts(ids: Any) -> Select[Any]:
        part = select(ids.label("ids"), *who).group_by(*who).subquery().c
        asked_by = [
            select(column).where(people.c.id == part.asked_by).scalar_subquery()
            for column in (people.c.slack_user_id, people.c.email)
        ]
        return select(part.ids, part.asked_by, *asked_by, part.hands, part.decided_by, part.customer)

    return Direct(parts(func.string_agg(one, comma)), parts(func.group_concat(one, comma)))
