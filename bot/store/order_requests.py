"""Requests for acts on orders: kept, changed by version, and read; `order_queues` lists them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    false,
    func,
    insert,
    or_,
    select,
    union_all,
    update,
)

from bot.domain.commerce.flows import Flow
from bot.domain.commerce.rehearsal import DocumentKind, DocumentToBe
from bot.domain.commerce.requests import STATES_OPEN, Request, RequestKind, RequestState
from bot.domain.commerce.stored_acts import act_of, plain_act, plain_terms, terms_of
from bot.domain.ids import CaseId, CustomerId, OrderRequestId, PersonId, WorkspaceId
from bot.domain.people import PersonRef, Viewer
from bot.domain.permissions import Act, allowed
from bot.store.as_json import as_json, from_json
from bot.store.at_once import keep
from bot.store.people import people_by_ids
from bot.store.schema import calls
from bot.store.schema_requests import order_requests as table
from bot.store.work import Work


def add(work: Work, request: Request) -> OrderRequestId:
    """Keep a new request; its own id is not known yet."""
    row = _values(request) | {
        "workspace_id": work.workspace_id,
        "order_number": request.order_number,
        "kind": request.kind.value,
        "currency": request.currency,
        "asked_by": request.asked_by.id,
        "asked_at": request.asked_at,
        "on_behalf_of": request.on_behalf_of,
        "case_id": request.case_id,
        "parent_id": request.parent,
        "flow": as_json(Flow, request.flow) if request.flow is not None else None,
        "version": 1,
    }
    made = insert(table).values(row).returning(table.c.id)
    return OrderRequestId(work.connection.execute(made).scalar_one())


def save(work: Work, request: Request, *, look_at: datetime | None = None) -> bool:
    """Keep a request as it stands now; False where somebody changed it since it was read (`version`)."""
    mine = (table.c.workspace_id == work.workspace_id) & (table.c.id == request.id)
    values = _values(request) | {"version": request.version + 1, "look_at": look_at}
    change = update(table).where(mine, table.c.version == request.version).values(values)
    return work.connection.execute(change).rowcount == 1


def keep_row(work: Work, request_id: OrderRequestId) -> None:
    """Keep a request from others until this transaction ends; read it after this."""
    mine = (table.c.workspace_id == work.workspace_id) & (table.c.id == request_id)
    keep(work.connection, select(table.c.id).where(mine))


def by_id(connection: Connection, viewer: Viewer, request_id: OrderRequestId) -> Request | None:
    """A request, for who may read orders."""
    rows = connection.execute(select(table).where(_visible(viewer), table.c.id == request_id)).all()
    return next(iter(_requests(connection, rows)), None)


def itself(connection: Connection, workspace_id: WorkspaceId, request_id: OrderRequestId) -> Request | None:
    """A request for the desk itself, which leads it; what it tells is read through its readers' eyes."""
    mine = (table.c.workspace_id == workspace_id) & (table.c.id == request_id)
    rows = connection.execute(select(table).where(mine)).all()
    return next(iter(_requests(connection, rows)), None)


def of_order(connection: Connection, workspace_id: WorkspaceId, order_number: str) -> tuple[Request, ...]:
    """All requests of an order, the oldest first, for the rules that hold over the whole order."""
    mine = (table.c.workspace_id == workspace_id) & (table.c.order_number == order_number)
    rows = connection.execute(select(table).where(mine).order_by(table.c.id)).all()
    return _requests(connection, rows)


def answered(connection: Connection, workspace_id: WorkspaceId, key: str) -> OrderRequestId | None:
    """The request that a call's key made before; None where it made none."""
    mine = (calls.c.workspace_id == workspace_id) & (calls.c.key == key)
    receipt = connection.execute(select(calls.c.receipt).where(mine)).scalar()
    found = receipt.get("order_request_id") if receipt else None
    return OrderRequestId(found) if found is not None else None


def to_look_at(
    connection: Connection, workspace_id: WorkspaceId, now: datetime, real_now: datetime, limit: int
) -> tuple[OrderRequestId, ...]:
    """Requests whose time has come, the longest due first: refunds are under way, or days are over (`now`).

    Those that wait for goods are found apart: however many they are, nothing waits behind them.
    """
    of = table.c
    begun = [_stands(workspace_id, one) & (of.look_at <= real_now) for one in _LOOKED_AT]
    each = [_first(where, of.look_at, limit) for where in begun]
    rests = of.look_at.is_not(None) & (of.look_at > real_now)
    over = _stands(workspace_id, RequestState.WAITS) & (of.waits_until <= now) & ~rests
    return _found(connection, [*each, _first(over, of.waits_until, limit)], limit)


def goods_to_look_at(
    connection: Connection, workspace_id: WorkspaceId, real_now: datetime, limit: int
) -> tuple[OrderRequestId, ...]:
    """Requests whose goods may have come: first those at which nobody has looked, then the longest due."""
    of, waits = table.c, _stands(workspace_id, RequestState.WAITS_FOR_GOODS)
    never = _first(waits & of.look_at.is_(None), of.look_at, limit)
    found = _found(connection, [never], limit)
    if len(found) == limit:
        return found
    due = _first(waits & (of.look_at <= real_now), of.look_at, limit)
    return (*found, *_found(connection, [due], limit - len(found)))


_LOOKED_AT = sorted(STATES_OPEN - {RequestState.WAITS_FOR_GOODS})


def _stands(workspace_id: WorkspaceId, state: RequestState) -> ColumnElement[bool]:
    return (table.c.workspace_id == workspace_id) & (table.c.state == state.value)


def _first(where: ColumnElement[bool], since: Any, limit: int) -> Select[Any]:
    """A stretch of one index, in its order."""
    some = select(table.c.id, since.label("since")).where(where).order_by(since, table.c.id).limit(limit)
    return select(some.subquery())


def _found(connection: Connection, each: list[Select[Any]], limit: int) -> tuple[OrderRequestId, ...]:
    every = union_all(*each).subquery().c
    asked = select(every.id).order_by(every.since, every.id).limit(limit)
    return tuple(dict.fromkeys(OrderRequestId(one) for one in connection.execute(asked).scalars()))


def _visible(viewer: Viewer) -> ColumnElement[bool]:
    return table.c.workspace_id == viewer.workspace_id if allowed(Act.READ_ORDERS, viewer.person) else false()


def _values(request: Request) -> dict[str, Any]:
    return {
        "state": request.state.value,
        "act": plain_act(request.act),
        "terms": plain_terms(request.terms),
        "at_stake": request.at_stake,
        "token": request.token,
        "said": dict(request.said),
        "done": list(request.done),
        "return_number": request.return_number,
        "documents": [[one.kind.value, one.number, one.amount] for one in request.documents],
        "hands": [one.id for one in request.hands],
        "needs_approval": request.needs_approval,
        "approved": request.approved,
        "decided_by": request.decided_by.id if request.decided_by else None,
        "decided_at": request.decided_at,
        "why": request.why,
        "trouble": request.trouble,
        "waits_until": request.waits_until,
    }


def _requests(connection: Connection, rows: Collection[Row[Any]]) -> tuple[Request, ...]:
    ids = {one for row in rows for one in (row.asked_by, row.decided_by, *row.hands) if one is not None}
    known = {one.id: one.ref for one in people_by_ids(connection, sorted(ids))} if ids else {}
    return tuple(_request(row, known) for row in rows)


def _request(row: Row[Any], known: Mapping[PersonId, PersonRef]) -> Request:
    return Request(
        id=OrderRequestId(row.id),
        kind=RequestKind(row.kind),
        state=RequestState(row.state),
        order_number=row.order_number,
        currency=row.currency,
        act=act_of(row.act),
        terms=terms_of(row.terms),
        at_stake=row.at_stake,
        token=row.token,
        asked_by=known[row.asked_by],
        asked_at=row.asked_at,
        on_behalf_of=CustomerId(row.on_behalf_of) if row.on_behalf_of is not None else None,
        case_id=CaseId(row.case_id) if row.case_id is not None else None,
        parent=OrderRequestId(row.parent_id) if row.parent_id is not None else None,
        flow=from_json(Flow, row.flow) if row.flow is not None else None,
        said=dict(row.said),
        done=tuple(row.done),
        return_number=row.return_number,
        documents=tuple(
            DocumentToBe(kind=DocumentKind(kind), number=number, amount=amount)
            for kind, number, amount in row.documents
        ),
        hands=tuple(known[one] for one in row.hands if one in known),
        needs_approval=row.needs_approval,
        approved=row.approved,
        decided_by=known.get(row.decided_by),
        decided_at=row.decided_at,
        why=row.why,
        trouble=row.trouble,
        waits_until=row.waits_until,
        version=row.version,
    )


def look_soon(work: Work, request_id: OrderRequestId) -> None:
    """Have a request looked at as soon as its order is free: what it waits for may have come."""
    mine = (table.c.workspace_id == work.workspace_id) & (table.c.id == request_id)
    work.connection.execute(update(table).where(mine).values(look_at=work.stamp.real_now))


def take_look(work: Work, request_id: OrderRequestId, later: datetime) -> bool:
    """Whether this bot is to look now if the goods of a request have come; the next look is `later`.

    Taken before the look: another bot leaves it alone, and who receives the goods meanwhile is not forgotten.
    In real time.
    """
    of = table.c
    mine = _stands(work.workspace_id, RequestState.WAITS_FOR_GOODS) & (of.id == request_id)
    due = or_(of.look_at.is_(None), of.look_at <= work.stamp.real_now)
    return work.connection.execute(update(table).where(mine, due).values(look_at=later)).rowcount == 1


def rest(work: Work, request_id: OrderRequestId, until: datetime) -> None:
    """Let a request whose order is held come again then (real time), so that it keeps no other one back."""
    open_ = table.c.state.in_([one.value for one in STATES_OPEN])
    mine = (table.c.workspace_id == work.workspace_id) & (table.c.id == request_id) & open_
    work.connection.execute(update(table).where(mine).values(look_at=until))


def next_wait(connection: Connection, workspace_id: WorkspaceId) -> datetime | None:
    """When the next request that waits for days goes on, in business time."""
    mine = (table.c.workspace_id == workspace_id) & (table.c.state == RequestState.WAITS.value)
    earliest: datetime | None = connection.execute(select(func.min(table.c.waits_until)).where(mine)).scalar()
    return earliest
