"""Lists of orders and returns, through a viewer's eyes: pages by an index, in its order, the newest first.

What narrows a list most decides by which index it is read; what else is asked narrows the rows of that one.
There is no count: to count a shop's orders takes longer than to show a page of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, Select, bindparam, func, literal_column, select, tuple_

from bot.domain.commerce.states import ReturnStage
from bot.domain.ids import CustomerId, OrderId
from bot.domain.people import Viewer
from bot.domain.permissions import Act, allowed
from bot.domain.shop.money import Money
from bot.domain.shop.order_lists import (
    PAGE,
    OrderList,
    OrderPlace,
    OrdersAsked,
    ReturnList,
    ReturnRow,
)
from bot.domain.shop.orders import OrderRow, OrderStatus
from bot.store.customers import ORDER_ROW, order_row, order_rows
from bot.store.direct import Direct, instants
from bot.store.planning import beside
from bot.store.schema_documents import return_order_lines, return_orders
from bot.store.schema_shop import IS_IN_RETURN, IS_SUSPENDED, customers, orders
from bot.store.types import Id, UtcDateTime


def order_list(
    connection: Connection,
    viewer: Viewer,
    asked: OrdersAsked,
    start: OrderPlace | None = None,
    *,
    limit: int = PAGE,
) -> OrderList:
    """A page of orders, from `start` (included) on downwards; empty for who may not read orders."""
    if not allowed(Act.READ_ORDERS, viewer.person):
        return OrderList(asked=asked, rows=())
    shape = _shape(asked)
    values: dict[str, Any] = {
        "workspace": viewer.workspace_id,
        "customer": asked.customer_id,
        "status": asked.status.value if asked.status else None,
        "currency": asked.currency,
        "since": asked.since,
        "until": asked.until,
        "size": limit + 1,
        "start_at": start.at if start else None,
        "start_id": start.id if start else None,
    }
    turned = start is not None
    rows = _rows(connection, _direct(shape, turned), values)
    above = connection.execute(_above(shape), values | {"size": limit}).all() if turned else []
    return OrderList(
        asked=asked,
        rows=tuple(rows[:limit]),
        newer=OrderPlace(at=above[-1].ordered_at, id=OrderId(above[-1].id)) if above else None,
        older=OrderPlace(at=rows[limit].ordered_at, id=rows[limit].id) if len(rows) > limit else None,
    )


def return_list(
    connection: Connection,
    viewer: Viewer,
    stage: ReturnStage | None = None,
    start: int | None = None,
    *,
    limit: int = PAGE,
) -> ReturnList:
    """A page of returns of one stage or of all, from `start` (included) on downwards."""
    if not allowed(Act.READ_ORDERS, viewer.person):
        return ReturnList(stage=stage, rows=())
    values: dict[str, Any] = {
        "workspace": viewer.workspace_id,
        "stage": stage.value if stage else None,
        "start": start,
        "size": limit + 1,
    }
    has_stage, turned = stage is not None, start is not None
    instant, page = instants(connection), _direct_returns(has_stage, turned, limit + 1)
    rows = [_return_row(row, instant) for row in page.rows(connection, values)]
    above = connection.execute(_returns_above(has_stage), values | {"size": limit}).all() if turned else []
    return ReturnList(
        stage=stage,
        rows=tuple(rows[:limit]),
        newer=above[-1].id if above else None,
        older=rows[limit].id if len(rows) > limit else None,
    )


def of_customer(
    connection: Connection, viewer: Viewer, number: str, offset: int, limit: int
) -> tuple[OrderRow, ...]:
    """The orders of the customer whom the shop calls so, the newest first."""
    if not allowed(Act.READ_ORDERS, viewer.person):
        return ()
    asked = {"workspace": viewer.workspace_id, "number": number, "offset": offset, "size": limit}
    return tuple(order_row(row) for row in connection.execute(_OF_CUSTOMER, asked))


class _Shape(NamedTuple):
    """What decides how the statement of a list reads: all but its parameters."""

    of_customer: bool
    in_return: bool
    is_suspended: bool
    status: bool
    currency: bool
    since: bool
    until: bool


def _shape(asked: OrdersAsked) -> _Shape:
    return _Shape(
        of_customer=asked.customer_id is not None,
        in_return=asked.in_return,
        is_suspended=asked.is_suspended,
        status=asked.status is not None,
        currency=bool(asked.currency),
        since=asked.since is not None,
        until=asked.until is not None,
    )


def _wanted(shape: _Shape) -> list[Any]:
    """The condition: the first of these that is asked for is the index, the others stand beside it.

    But for a status and a currency, which narrow by an index of both: of the two there may be no order.
    """
    index = next((name for name in _INDEXES if getattr(shape, name)), "")
    workspace = beside(orders.c.workspace_id) if index == "of_customer" else orders.c.workspace_id
    status = orders.c.status if index == "status" else beside(orders.c.status)
    currency = orders.c.currency if index in ("currency", "status") else beside(orders.c.currency)
    found: list[tuple[bool, Any]] = [
        (True, workspace == bindparam("workspace")),
        (shape.of_customer, orders.c.customer_id == bindparam("customer", type_=Id)),
        (shape.in_return, IS_IN_RETURN if index == "in_return" else orders.c.in_return + 0 > 0),
        (shape.is_suspended, IS_SUSPENDED if index == "is_suspended" else orders.c.is_suspended.is_(True)),
        (shape.status, status == bindparam("status")),
        (shape.currency, currency == bindparam("currency")),
        (shape.since, orders.c.ordered_at >= bindparam("since", type_=UtcDateTime)),
        (shape.until, orders.c.ordered_at < bindparam("until", type_=UtcDateTime)),
    ]
    return [condition for is_asked, condition in found if is_asked]


_INDEXES = ("of_customer", "in_return", "is_suspended", "status", "currency")
_KEY = tuple_(orders.c.ordered_at, orders.c.id)
_START = tuple_(bindparam("start_at", type_=UtcDateTime), bindparam("start_id", type_=Id))
# Asked for each row that is shown. A join would be planned for a tenth of the table, the size being unknown.
_NAME = (
    select(customers.c.name).where(customers.c.id == orders.c.customer_id).correlate(orders).scalar_subquery()
)
_SIZE = bindparam("size", type_=Integer)


@cache
def _direct(shape: _Shape, turned: bool) -> Direct:
    return Direct(_page(shape, turned))


def _rows(connection: Connection, page: Direct, values: Mapping[str, Any]) -> list[OrderRow]:
    """By the driver itself, which takes half the time."""
    instant = instants(connection)
    return [_row_at_once(row, instant) for row in page.rows(connection, values)]


def _row_at_once(row: Sequence[Any], instant: Callable[[Any], datetime | None]) -> OrderRow:
    id_, number, customer_id, site, at, status, currency, total, void, in_return, returned, held, name = row
    ordered_at = instant(at)
    assert ordered_at is not None, "an order has a day"
    return OrderRow(
        id=OrderId(id_),
        number=number,
        customer_id=CustomerId(customer_id),
        customer_name=name,
        site=site,
        ordered_at=ordered_at,
        status=OrderStatus(status),
        grand_total=Money(minor=total, currency=currency),
        is_void=bool(void),
        in_return=in_return,
        returned=returned,
        is_suspended=bool(held),
    )


@cache
def _page(shape: _Shape, turned: bool) -> Select[Any]:
    """Where a page begins is before `until`: said once, it is one range of the index."""
    own = [one for one in ORDER_ROW if one.table is orders]
    wanted = select(*own, _NAME.label("customer_name"))
    if turned:
        wanted = wanted.where(*_wanted(shape._replace(until=False)), _KEY <= _START)
    else:
        wanted = wanted.where(*_wanted(shape))
    return wanted.order_by(orders.c.ordered_at.desc(), orders.c.id.desc()).limit(_SIZE)


@cache
def _above(shape: _Shape) -> Select[Any]:
    """What stands above a page, the nearest first: the last of these begins the page before it."""
    here = _wanted(shape._replace(since=False))  # the place where the page begins is since then
    nearest = select(orders.c.ordered_at, orders.c.id).where(*here, _KEY > _START)
    return nearest.order_by(orders.c.ordered_at, orders.c.id).limit(_SIZE)


@cache
def _returns(has_stage: bool, turned: bool) -> Select[Any]:
    lines = return_order_lines.c
    open_ = lines.expected - lines.accepted - lines.rejected - lines.given_up
    units = select(func.coalesce(func.sum(lines.expected), 0)).where(lines.return_id == return_orders.c.id)
    awaited = select(func.coalesce(func.sum(open_), 0)).where(lines.return_id == return_orders.c.id)
    wanted = (
        select(
            return_orders.c.id,
            return_orders.c.number,
            return_orders.c.stage,
            return_orders.c.order_id,
            return_orders.c.at,
            orders.c.number.label("order_number"),
            orders.c.customer_id,
            _NAME.label("customer_name"),
            units.correlate(return_orders).scalar_subquery().label("expected"),
            awaited.correlate(return_orders).scalar_subquery().label("awaited"),
        )
        .join(orders, orders.c.id == return_orders.c.order_id)
        .where(*_of_stage(has_stage))
    )
    if turned:
        wanted = wanted.where(return_orders.c.id <= bindparam("start", type_=Id))
    return wanted.order_by(return_orders.c.id.desc())


@cache
def _returns_above(has_stage: bool) -> Select[Any]:
    newer = return_orders.c.id > bindparam("start", type_=Id)
    nearest = select(return_orders.c.id).where(*_of_stage(has_stage), newer)
    return nearest.order_by(return_orders.c.id).limit(_SIZE)


def _of_stage(has_stage: bool) -> list[Any]:
    here = return_orders.c.workspace_id == bindparam("workspace")
    return [here, return_orders.c.stage == bindparam("stage")] if has_stage else [here]


@cache
def _direct_returns(has_stage: bool, turned: bool, size: int) -> Direct:
    # As a word of the statement: where PostgreSQL does not know how many, it joins a tenth of the table.
    return Direct(_returns(has_stage, turned).limit(literal_column(str(size), Integer)))


def _return_row(row: Sequence[Any], instant: Callable[[Any], datetime | None]) -> ReturnRow:
    id_, number, stage, order_id, at, order_number, customer_id, name, expected, awaited = row
    return ReturnRow(
        id=id_,
        number=number,
        stage=ReturnStage(stage),
        order_id=OrderId(order_id),
        order_number=order_number,
        customer_id=CustomerId(customer_id),
        customer_name=name,
        at=instant(at),
        expected=expected,
        open=awaited,
    )


_OF_CUSTOMER = (
    order_rows()
    .where(
        customers.c.workspace_id == bindparam("workspace"),
        customers.c.number == bindparam("number"),
        beside(orders.c.workspace_id) == bindparam("workspace"),
    )
    .order_by(orders.c.ordered_at.desc(), orders.c.id.desc())
    .limit(_SIZE)
    .offset(bindparam("offset", type_=Integer))
)
