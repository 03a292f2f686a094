"""Saves what an act made of an order: only what differs, and only on the version that the act began with.

The shop of our own (`commerce/embedded.py`) calls it, inside the transaction in which it loaded the books.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update

from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import ChangeOrder, CreditMemo, Refund, ReturnOrder, Stamp
from bot.domain.commerce.states import RefundState
from bot.domain.ids import OrderId
from bot.domain.playbook.association import number_key
from bot.domain.shop.orders import OrderLine, OrderPayment, OrderSummary
from bot.store import shop_index
from bot.store.numbers import next_number
from bot.store.schema_documents import (
    change_order_lines,
    change_orders,
    credit_memos,
    refunds,
    return_order_lines,
    return_orders,
)
from bot.store.schema_shop import order_lines, order_payments, orders
from bot.store.work import Work

Values = dict[str, Any]


class VersionMoved(Exception):
    """Somebody else changed the order since it was loaded; nothing of this may be kept."""


def save(work: Work, before: OrderBooks, after: OrderBooks) -> None:
    """Write what differs between two states of an order's books. Raises VersionMoved.

    Lists of orders need no lines: what they show is kept up here.
    """
    order_id, was, now = before.order.id, before.order, after.order
    changed = update(orders).where(orders.c.id == order_id, orders.c.version == was.version)
    values = {"status": now.status.value, "version": now.version, **sums(after)}
    if work.connection.execute(changed.values(values)).rowcount != 1:
        raise VersionMoved(was.number)
    _update(
        work,
        order_lines,
        "line_no",
        order_id,
        [_quantities(one) for old, one in zip(was.lines, now.lines, strict=True) if one != old],
    )
    _update(
        work,
        order_payments,
        "ref",
        order_id,
        [_money(one) for old, one in zip(was.payments, now.payments, strict=True) if one != old],
    )
    _insert_changes(work, order_id, after.changes[len(before.changes) :])
    _save_documents(work, credit_memos, order_id, before.memos, after.memos, _memo)
    _save_documents(
        work, refunds, order_id, before.refunds, after.refunds, lambda one: _refund(work.now, one)
    )
    _save_returns(work, order_id, before.returns, after.returns)


ORDER_NUMBERS = "order_number"


def free_number(work: Work) -> str:
    """A number of our own for a new order, which none of the shop has."""
    while True:
        number = f"D{next_number(work, ORDER_NUMBERS):06d}"
        taken = (orders.c.workspace_id == work.workspace_id) & (orders.c.number == number)
        if work.connection.execute(select(orders.c.id).where(taken)).first() is None:
            return number


def place(work: Work, order: OrderSummary) -> OrderId:
    """Put a new order in, with its lines and payments; its own id is what this returns."""
    row = {
        "workspace_id": work.workspace_id,
        "number": order.number,
        "number_key": number_key(order.number),
        "customer_id": order.customer_id,
        "site": order.site,
        "currency": order.currency,
        "tax_type": order.tax_type.value,
        "ordered_at": order.ordered_at,
        "status": order.status.value,
        "is_suspended": order.is_suspended,
        "notes": order.notes,
        "deliveries": [asdict(one) for one in order.deliveries],
        "version": order.version,
        **sums(OrderBooks(order)),
    }
    order_id = OrderId(work.connection.execute(insert(orders).returning(orders.c.id), row).scalar_one())
    own = {"workspace_id": work.workspace_id, "order_id": order_id}
    if order.lines:
        work.connection.execute(insert(order_lines), [own | _line(one) for one in order.lines])
    if order.payments:
        paid = [own | asdict(one) for one in order.payments]
        work.connection.execute(insert(order_payments), paid)
    shop_index.mention(work, shop_index.of_notes(order.customer_id, f"{order.site} {order.notes}"))
    return order_id


def sums(books: OrderBooks) -> Values:
    """What lists show of an order without its lines: what it comes to now, what is on its way back."""
    order = books.order
    return {
        "grand_total": books.totals.grand,
        "is_void": order.is_void,
        "in_return": sum(one.return_initiated - one.returned for one in order.products),
        "returned": sum(one.returned for one in order.products),
    }


def _update(work: Work, table: Table, key: str, order_id: OrderId, rows: Sequence[Values]) -> None:
    """Change rows of an order, each found by its key."""
    if not rows:
        return
    mine = (table.c.order_id == order_id) & (table.c[key] == bindparam(f"old_{key}"))
    names = [name for name in rows[0] if name != key]
    changed = update(table).where(mine).values({name: bindparam(f"new_{name}") for name in names})
    given = [{f"old_{key}": row[key], **{f"new_{name}": row[name] for name in names}} for row in rows]
    work.connection.execute(changed, given)


def _insert_changes(work: Work, order_id: OrderId, changes: Sequence[ChangeOrder]) -> None:
    for one in changes:
        row = _stamped(work, order_id, one.number, one.stamp) | {
            "type": one.type.value,
            "is_pre_fulfillment": one.is_pre_fulfillment,
            "tax_type": one.tax_type.value,
            "return_number": one.return_number,
        }
        added = work.connection.execute(insert(change_orders).returning(change_orders.c.id), row)
        change_id = added.scalar_one()
        lines = [
            {
                "workspace_id": work.workspace_id,
                "change_id": change_id,
                "position": position,
                "line_no": line.line_no,
                "type": line.type.value,
                "quantity": line.quantity,
                **asdict(line.amounts),
                "reason": line.reason,
                "takes_shipping": line.takes_shipping,
            }
            for position, line in enumerate(one.lines)
        ]
        work.connection.execute(insert(change_order_lines), lines)


def _save_returns(
    work: Work, order_id: OrderId, before: Sequence[ReturnOrder], after: Sequence[ReturnOrder]
) -> None:
    for old, new in zip(before, after, strict=False):
        if old == new:
            continue
        mine = (return_orders.c.workspace_id == work.workspace_id) & (return_orders.c.number == new.number)
        moved = update(return_orders).where(mine).values(stage=new.stage.value)
        return_id = work.connection.execute(moved.returning(return_orders.c.id)).scalar_one()
        gone = return_order_lines.delete().where(return_order_lines.c.return_id == return_id)
        work.connection.execute(gone)
        work.connection.execute(insert(return_order_lines), _return_lines(work, return_id, new))
    for new in after[len(before) :]:
        row = _stamped(work, order_id, new.number, new.stamp) | {"stage": new.stage.value}
        added = work.connection.execute(insert(return_orders).returning(return_orders.c.id), row)
        lines = _return_lines(work, added.scalar_one(), new)
        work.connection.execute(insert(return_order_lines), lines)


def _return_lines(work: Work, return_id: int, one: ReturnOrder) -> list[Values]:
    own = {"workspace_id": work.workspace_id, "return_id": return_id}
    return [own | {"position": position} | asdict(line) for position, line in enumerate(one.lines)]


def _save_documents(
    work: Work, table: Table, order_id: OrderId, before: Sequence[Any], after: Sequence[Any], columns: Any
) -> None:
    """Memos and refunds: new ones are added, moved ones changed by their numbers; none ever goes."""
    for old, new in zip(before, after, strict=False):
        if old != new:
            mine = (table.c.workspace_id == work.workspace_id) & (table.c.number == new.number)
            work.connection.execute(update(table).where(mine).values(columns(new)))
    for new in after[len(before) :]:
        row = _stamped(work, order_id, new.number, new.stamp) | columns(new)
        work.connection.execute(insert(table), row)


def _stamped(work: Work, order_id: OrderId, number: str, stamp: Stamp) -> Values:
    return {
        "workspace_id": work.workspace_id,
        "order_id": order_id,
        "number": number,
        "by_id": stamp.by.id if stamp.by else None,
        "on_behalf_of_id": stamp.on_behalf_of,
        "case_id": stamp.case_id,
        "flow": stamp.flow,
        "call_key": stamp.key,
        "at": stamp.at,
    }


def _memo(one: CreditMemo) -> Values:
    return {"changes": list(one.changes), "amount": one.amount, "state": one.state.value}


def _refund(now: datetime, one: Refund) -> Values:
    """`paid_at` once: a refund that is paid stays so."""
    values = {
        "source": one.source.value,
        "payment_ref": one.payment_ref,
        "amount": one.amount,
        "memo": one.memo,
        "reason": one.reason,
        "state": one.state.value,
        "attempt": one.attempt,
        "provider_ref": one.provider_ref,
        "needs_approval": one.stamp.needs_approval,
        "exported": one.exported.value,
    }
    return values | ({"paid_at": now} if one.state is RefundState.SETTLED else {})


def _line(one: OrderLine) -> Values:
    values = asdict(one)
    values["type"], values["delivery_group"] = one.type.value, values.pop("group")
    return values


_COUNTS = ("ordered", "allocated", "fulfilled", "canceled", "return_initiated", "returned")


def _quantities(one: OrderLine) -> Values:
    return {"line_no": one.line_no, **{name: getattr(one, name) for name in _COUNTS}}


def _money(one: OrderPayment) -> Values:
    return {name: value for name, value in asdict(one).items() if name != "method"}
