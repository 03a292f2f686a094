"""Writes what is decided of fraud reports: by one person, or by two; `services/fraud.py` decides."""

from __future__ import annotations

from sqlalchemy import select, update

from bot.domain.commerce.fraud import FraudDecision
from bot.domain.commerce.fraud_queue import AgreedBy
from bot.domain.commerce.queue_filters import FraudState
from bot.domain.ids import FraudReportId, OrderId
from bot.domain.refusals import Reason, Refusal
from bot.domain.shop.money import Money
from bot.store.at_once import insert_new, keep
from bot.store.fraud_reports import DECIDED, DECLINED, PROPOSED
from bot.store.schema_decisions import fraud_decisions
from bot.store.schema_shop import fraud_reports, orders
from bot.store.work import Work


def hold(work: Work, report_id: FraudReportId) -> None:
    """Keep a report and its order from others until this transaction ends. Load them after this, not before.

    The order too: of two who approve its last two reports at once, one has to see that it may go on.
    """
    mine = (fraud_reports.c.workspace_id == work.workspace_id) & (fraud_reports.c.id == report_id)
    both = select(fraud_reports.c.id).join(orders, orders.c.id == fraud_reports.c.order_id)
    keep(work.connection, both.where(mine))


def insert_decision(
    work: Work, report_id: FraudReportId, decision: FraudDecision, amount: Money, *, proposed: bool
) -> None:
    """Write a decision, or a proposal, on a report that was held. Raises FRAUD_CHANGED where one stands."""
    row = {
        "workspace_id": work.workspace_id,
        "report_id": report_id,
        "ruling": decision.ruling.value,
        "state": PROPOSED if proposed else DECIDED,
        "amount": amount.minor,
        "currency": amount.currency,
        "remark": decision.remark,
        "by_id": decision.by.id,
        "at": decision.at,
    }
    made = insert_new(work.connection, fraud_decisions).values(row)
    if work.connection.execute(made).rowcount != 1:
        raise Refusal(Reason.FRAUD_CHANGED)


def settle_proposal(work: Work, report_id: FraudReportId, second: AgreedBy, *, agreed: bool) -> None:
    """Write what the second person said of a proposal that is held."""
    mine = (fraud_decisions.c.report_id == report_id) & (fraud_decisions.c.state == PROPOSED)
    changed = update(fraud_decisions).where(fraud_decisions.c.workspace_id == work.workspace_id, mine)
    saved = work.connection.execute(
        changed.values(
            state=DECIDED if agreed else DECLINED,
            second_id=second.by.id,
            second_at=second.at,
            second_remark=second.remark,
        )
    )
    if saved.rowcount != 1:
        raise Refusal(Reason.FRAUD_CHANGED)


def end_proposal(work: Work, report_id: FraudReportId) -> None:
    """What somebody wanted counts no more: the provider thought better of it, and then again."""
    mine = (fraud_decisions.c.report_id == report_id) & (fraud_decisions.c.state == PROPOSED)
    ended = update(fraud_decisions).where(fraud_decisions.c.workspace_id == work.workspace_id, mine)
    work.connection.execute(ended.values(state=DECLINED))


def set_state(work: Work, report_id: FraudReportId, state: FraudState) -> None:
    mine = (fraud_reports.c.workspace_id == work.workspace_id) & (fraud_reports.c.id == report_id)
    work.connection.execute(update(fraud_reports).where(mine).values(state=state.value))


def lift_suspension(work: Work, order_id: OrderId) -> bool:
    """Let an order of the desk's own tables go on. Whether it was suspended."""
    mine = (orders.c.workspace_id == work.workspace_id) & (orders.c.id == order_id) & orders.c.is_suspended
    lifted = update(orders).where(mine).values(is_suspended=False, version=orders.c.version + 1)
    return work.connection.execute(lifted).rowcount == 1
