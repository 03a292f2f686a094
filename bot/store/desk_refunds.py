"""The desk's refunds in the database: asked for, approved, sent, paid or not, each from a known state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.domain.commerce.desk_refunds import DeskRefund
from bot.domain.commerce.documents import Refund, RefundSource, Stamp
from bot.domain.commerce.states import REFUND, RefundMove, RefundState
from bot.domain.ids import OrderRequestId, PersonId, WorkspaceId
from bot.store.schema_requests import desk_refunds
from bot.store.work import Work


@dataclass(frozen=True, kw_only=True)
class RefundRow:
    """A refund of a request, and until when its last sending could be answered (real time)."""

    request_id: OrderRequestId
    ours: DeskRefund
    sent_by: datetime | None

    @property
    def refund(self) -> Refund:
        return self.ours.refund


def add(work: Work, request_id: OrderRequestId, order_number: str, refunds: Sequence[Refund]) -> None:
    """Keep refunds that were asked for; their money is promised from now on."""
    rows = [
        {
            "workspace_id": work.workspace_id,
            "request_id": request_id,
            "order_number": order_number,
            "number": one.number,
            "source": one.source.value,
            "payment_ref": one.payment_ref,
            "amount": one.amount,
            "memo": one.memo,
            "reason": one.reason,
            "state": one.state.value,
            "attempt": one.attempt,
            "provider_ref": one.provider_ref,
            "flow": one.stamp.flow,
            "at": work.now,
            "why": "",
        }
        for one in refunds
    ]
    if rows:
        work.connection.execute(insert(desk_refunds), rows)


def of_order(connection: Connection, workspace_id: WorkspaceId, order_number: str) -> tuple[RefundRow, ...]:
    """All refunds of an order, the oldest first: they are part of its books."""
    mine = (desk_refunds.c.workspace_id == workspace_id) & (desk_refunds.c.order_number == order_number)
    rows = connection.execute(select(desk_refunds).where(mine).order_by(desk_refunds.c.id))
    return tuple(map(_row, rows))


def of_request(
    connection: Connection, workspace_id: WorkspaceId, request_id: OrderRequestId
) -> tuple[RefundRow, ...]:
    """The refunds of a request, the oldest first."""
    mine = (desk_refunds.c.workspace_id == workspace_id) & (desk_refunds.c.request_id == request_id)
    rows = connection.execute(select(desk_refunds).where(mine).order_by(desk_refunds.c.id))
    return tuple(map(_row, rows))


def move(
    work: Work,
    row: RefundRow,
    how: RefundMove,
    *,
    provider_ref: str = "",
    sent_by: datetime | None = None,
    back_before: int | None = None,
    by: PersonId | None = None,
    why: str = "",
) -> bool:
    """Move a refund on from the state that it is known in; False where somebody else has moved it."""
    refund = row.refund
    after = REFUND.after(refund.state, how)
    values: dict[str, Any] = {"state": after.value}
    if provider_ref:
        values["provider_ref"] = provider_ref
    if how is RefundMove.SEND:
        values |= {"sent_by": sent_by, "back_before": back_before}
    if how is RefundMove.RETRY:
        values |= {"attempt": refund.attempt + 1, "provider_ref": "", "sent_by": None, "back_before": None}
    if by is not None or why:
        values |= {"settled_by": by, "why": why}
    if after in (RefundState.SETTLED, RefundState.FAILED):
        values["settled_at"] = work.now
    mine = (desk_refunds.c.workspace_id == work.workspace_id) & (desk_refunds.c.number == refund.number)
    change = update(desk_refunds).where(
        mine, desk_refunds.c.state == refund.state.value, desk_refunds.c.attempt == refund.attempt
    )
    return work.connection.execute(change.values(values)).rowcount == 1


def _row(row: Row[Any]) -> RefundRow:
    refund = Refund(
        number=row.number,
        source=RefundSource(row.source),
        payment_ref=row.payment_ref,
        amount=row.amount,
        memo=row.memo,
        reason=row.reason,
        state=RefundState(row.state),
        attempt=row.attempt,
        provider_ref=row.provider_ref,
        stamp=Stamp(flow=row.flow, at=row.at),
    )
    return RefundRow(
        request_id=OrderRequestId(row.request_id),
        ours=DeskRefund(refund=refund, back_before=row.back_before),
        sent_by=row.sent_by,
    )
