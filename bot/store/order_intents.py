"""Intents in the database: committed before a shop is called, settled by its answer or by reading back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.intents import Intent, IntentMove, IntentState
from bot.domain.commerce.stored_acts import act_of, plain_act, plain_terms, terms_of
from bot.domain.ids import OrderRequestId, PersonId, WorkspaceId
from bot.store.as_json import as_json, from_json
from bot.store.schema_requests import order_intents
from bot.store.work import Work


def add(work: Work, request_id: OrderRequestId, intent: Intent, before: OrderBooks) -> None:
    """Keep an intent with the books as they are. The shop may be called once this is committed."""
    row = {
        "workspace_id": work.workspace_id,
        "request_id": request_id,
        "key": intent.key,
        "order_number": intent.order_number,
        "act": plain_act(intent.act),
        "terms": plain_terms(intent.terms),
        "shop_version": intent.version,
        "before": as_json(OrderBooks, before),
        "sent_by": intent.sent_by,
        "state": intent.state.value,
        "answer": "",
        "why": "",
    }
    work.connection.execute(insert(order_intents), row)


def next_key(connection: Connection, workspace_id: WorkspaceId, request_id: OrderRequestId) -> str:
    """The key of the next call for a request: no two calls have the same."""
    mine = (order_intents.c.workspace_id == workspace_id) & (order_intents.c.request_id == request_id)
    count = connection.execute(select(func.count()).select_from(order_intents).where(mine)).scalar_one()
    return f"{request_id}/{count + 1}"


def move(
    work: Work,
    intent: Intent,
    how: IntentMove,
    *,
    answer: str = "",
    by: PersonId | None = None,
    why: str = "",
) -> Intent | None:
    """Move an intent on from the state that it is known in; None where somebody else has moved it."""
    after = intent.moved(how)
    mine = (order_intents.c.workspace_id == work.workspace_id) & (order_intents.c.key == intent.key)
    values: dict[str, Any] = {"state": after.state.value}
    if answer:
        values["answer"] = answer
    if not after.holds:
        values |= {"before": None, "settled_at": work.now, "settled_by": by, "why": why}
    change = update(order_intents).where(mine, order_intents.c.state == intent.state.value)
    return after if work.connection.execute(change.values(values)).rowcount == 1 else None


def in_doubt(
    connection: Connection, workspace_id: WorkspaceId, request_id: OrderRequestId
) -> tuple[Intent, OrderBooks] | None:
    """The intent of a request that is not settled, and the books as they were when it was written."""
    row = _last(connection, workspace_id, request_id)
    if row is None or row.before is None:
        return None
    return _intent(row), from_json(OrderBooks, row.before)


def _last(connection: Connection, workspace_id: WorkspaceId, request_id: OrderRequestId) -> Row[Any] | None:
    mine = (order_intents.c.workspace_id == workspace_id) & (order_intents.c.request_id == request_id)
    found = select(order_intents).where(mine).order_by(order_intents.c.id.desc()).limit(1)
    return connection.execute(found).first()


def _intent(row: Row[Any]) -> Intent:
    sent_by: datetime = row.sent_by
    return Intent(
        key=row.key,
        order_number=row.order_number,
        act=act_of(row.act),
        terms=terms_of(row.terms),
        version=row.shop_version,
        sent_by=sent_by,
        state=IntentState(row.state),
    )
