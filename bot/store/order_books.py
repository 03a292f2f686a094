"""Loads an order with all its documents, for the shop of our own (`commerce/embedded.py`).

A shop answers whoever may ask it: rights stand above its port. An order costs the same few statements whether
it has two lines or two hundred.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, or_, select

from bot.domain.commerce.amounts import Amounts
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import (
    ChangeLine,
    ChangeOrder,
    ChangeType,
    CreditMemo,
    Refund,
    RefundSource,
    ReturnLine,
    ReturnOrder,
    Stamp,
)
from bot.domain.commerce.states import MemoState, RefundState, ReturnStage
from bot.domain.ids import CaseId, CustomerId, PersonId, SlackUserId, WorkspaceId
from bot.domain.people import PersonRef
from bot.domain.shop.orders import LineType, TaxType
from bot.store.at_once import keep
from bot.store.orders import line_of, payment_of, summary_of
from bot.store.schema import people
from bot.store.schema_documents import (
    change_order_lines,
    change_orders,
    credit_memos,
    refunds,
    return_order_lines,
    return_orders,
)
from bot.store.schema_shop import customers, order_lines, order_payments, orders
from bot.store.types import Id
from bot.store.work import Work


def books(connection: Connection, workspace_id: WorkspaceId, number: str) -> OrderBooks | None:
    """An order by the shop's own number, exactly as written, with every document; None where there is none.

    All of it is of one moment: what somebody changes meanwhile is read anew, as the version tells.
    """
    asked = {"workspace": workspace_id, "number": number}
    row = connection.execute(_ORDER, asked).first()
    while row is not None:
        found = _whole(connection, row)
        now = connection.execute(_ORDER, asked).first()
        if now is not None and now.version == row.version:
            return found
        row = now
    return None


def with_documents(connection: Connection, workspace_id: WorkspaceId, numbers: Collection[str]) -> set[str]:
    """Those of some orders that have documents; an import asks before it writes over them."""
    mine = (orders.c.workspace_id == workspace_id) & orders.c.number.in_(list(numbers))
    found = select(orders.c.number).where(mine, _HAS_DOCUMENTS)
    return set(connection.execute(found).scalars())


def has_documents(connection: Connection, workspace_id: WorkspaceId) -> bool:
    """Whether any order has one: most imports come before the first act."""
    return any(
        connection.execute(select(one.c.id).where(one.c.workspace_id == workspace_id).limit(1)).first()
        for one in (change_orders, return_orders, refunds)
    )


def held_books(work: Work, number: str) -> OrderBooks | None:
    """The same of an order that nobody else may change until this transaction ends."""
    asked = {"workspace": work.workspace_id, "number": number}
    keep(work.connection, select(orders.c.id).where(_IS_IT).params(asked))
    row = work.connection.execute(_ORDER, asked).first()
    return _whole(work.connection, row) if row is not None else None


def _whole(connection: Connection, row: Row[Any]) -> OrderBooks:
    lines, payments = (connection.execute(one, {"order": row.id}).all() for one in (_LINES, _PAYMENTS))
    order = summary_of(row, map(line_of, lines), map(payment_of, payments))
    return OrderBooks(order, *of_orders(connection, [row.id])[row.id])


def refund_state(
    connection: Connection, workspace_id: WorkspaceId, number: str, refund: str
) -> RefundState | None:
    """Where a refund of an order stands; None for one that is not there."""
    asked = {"workspace": workspace_id, "number": number, "refund": refund}
    found = connection.execute(_REFUND_STATE, asked).scalar()
    return RefundState(found) if found is not None else None


Documents = tuple[
    tuple[ChangeOrder, ...], tuple[CreditMemo, ...], tuple[Refund, ...], tuple[ReturnOrder, ...]
]
"""What an order's books have beside the order, in their order."""


def of_orders(connection: Connection, order_ids: Sequence[int]) -> dict[int, Documents]:
    """The documents of orders by their internal ids; an import asks for a batch of them."""
    asked = list(order_ids)
    changes = _by_order(connection, change_orders, asked)
    returns = _by_order(connection, return_orders, asked)
    memos, paid = _by_order(connection, credit_memos, asked), _by_order(connection, refunds, asked)
    changed = _lines_of(connection, change_order_lines, change_order_lines.c.change_id, changes)
    coming = _lines_of(connection, return_order_lines, return_order_lines.c.return_id, returns)
    return {
        order_id: (
            tuple(_change(row, changed[row.id]) for row in changes[order_id]),
            tuple(_memo(row) for row in memos[order_id]),
            tuple(_refund(row) for row in paid[order_id]),
            tuple(_return(row, coming[row.id]) for row in returns[order_id]),
        )
        for order_id in asked
    }


def changes_of(connection: Connection, order_ids: Sequence[int]) -> dict[int | None, tuple[ChangeOrder, ...]]:
    """The change orders of orders by their internal ids, of those that have any."""
    changes = _by_order(connection, change_orders, order_ids) if order_ids else {}
    changed = _lines_of(connection, change_order_lines, change_order_lines.c.change_id, changes)
    return {
        order_id: tuple(_change(row, changed[row.id]) for row in rows) for order_id, rows in changes.items()
    }


def _by_order(connection: Connection, table: Any, order_ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """Documents with who made them, in the order in which they arose."""
    named = select(table, people.c.slack_user_id, people.c.name.label("by_name")).outerjoin(
        people, people.c.id == table.c.by_id
    )
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(named.where(table.c.order_id.in_(order_ids)).order_by(table.c.id)):
        found[row.order_id].append(row)
    return found


def _lines_of(
    connection: Connection, table: Any, parent: Any, documents: Mapping[int, Sequence[Row[Any]]]
) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    ids = [row.id for rows in documents.values() for row in rows]
    if ids:
        lines = select(table).where(parent.in_(ids)).order_by(parent, table.c.position)
        for row in connection.execute(lines):
            found[row._mapping[parent]].append(row)
    return found


def _of_order(table: Any, order: Any) -> Select[Any]:
    mine = table.c.order_id == bindparam("order", type_=Id)
    return select(table).where(mine).order_by(order)


_IS_IT = (orders.c.workspace_id == bindparam("workspace")) & (orders.c.number == bindparam("number"))
_ORDER = (
    select(orders, customers.c.name.label("customer_name"))
    .join(customers, customers.c.id == orders.c.customer_id)
    .where(_IS_IT)
)
_HAS_DOCUMENTS = or_(  # a memo is for change orders: it never stands alone
    *(
        select(one.c.id).where(one.c.order_id == orders.c.id).exists()
        for one in (change_orders, return_orders, refunds)
    )
)
_REFUND_STATE = (
    select(refunds.c.state)
    .join(orders, orders.c.id == refunds.c.order_id)
    .where(_IS_IT, refunds.c.number == bindparam("refund"))
)
_LINES = _of_order(order_lines, order_lines.c.line_no)
_PAYMENTS = _of_order(order_payments, order_payments.c.ref)


# --- rows ---------------------------------------------------------------------------------------------------


def _stamp(row: Row[Any], *, needs_approval: bool = False) -> Stamp:
    by = None
    if row.by_id is not None:
        by = PersonRef(id=PersonId(row.by_id), slack_user_id=SlackUserId(row.slack_user_id), name=row.by_name)
    return Stamp(
        by=by,
        on_behalf_of=CustomerId(row.on_behalf_of_id) if row.on_behalf_of_id is not None else None,
        case_id=CaseId(row.case_id) if row.case_id is not None else None,
        flow=row.flow,
        key=row.call_key,
        at=row.at,
        needs_approval=needs_approval,
    )


def _change(row: Row[Any], lines: Sequence[Row[Any]]) -> ChangeOrder:
    return ChangeOrder(
        number=row.number,
        type=ChangeType(row.type),
        is_pre_fulfillment=row.is_pre_fulfillment,
        lines=tuple(_change_line(one) for one in lines),
        tax_type=TaxType(row.tax_type),
        return_number=row.return_number,
        stamp=_stamp(row),
    )


def _change_line(row: Row[Any]) -> ChangeLine:
    return ChangeLine(
        line_no=row.line_no,
        type=LineType(row.type),
        quantity=row.quantity,
        amounts=Amounts(
            line=row.line, line_discount=row.line_discount, order_discount=row.order_discount, tax=row.tax
        ),
        reason=row.reason,
        takes_shipping=row.takes_shipping,
    )


def _memo(row: Row[Any]) -> CreditMemo:
    return CreditMemo(
        number=row.number,
        changes=tuple(row.changes),
        amount=row.amount,
        state=MemoState(row.state),
        stamp=_stamp(row),
    )


def _refund(row: Row[Any]) -> Refund:
    return Refund(
        number=row.number,
        source=RefundSource(row.source),
        payment_ref=row.payment_ref,
        amount=row.amount,
        memo=row.memo,
        reason=row.reason,
        state=RefundState(row.state),
        attempt=row.attempt,
        provider_ref=row.provider_ref,
        exported=MemoState(row.exported),
        stamp=_stamp(row, needs_approval=row.needs_approval),
    )


def _return(row: Row[Any], lines: Sequence[Row[Any]]) -> ReturnOrder:
    return ReturnOrder(
        number=row.number,
        lines=tuple(
            ReturnLine(
                line_no=one.line_no,
                expected=one.expected,
                accepted=one.accepted,
                rejected=one.rejected,
                given_up=one.given_up,
                reason=one.reason,
                rejection=one.rejection,
                ship=one.ship,
            )
            for one in lines
        ),
        stage=ReturnStage(row.stage),
        stamp=_stamp(row),
    )
