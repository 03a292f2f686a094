"""Fraud reports and what was decided on them, read through a viewer's eyes; `fraud_deciding.py` writes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, Row, Select, String, bindparam, func, select

from bot.domain.commerce.fraud import FraudDecision, FraudReport, FraudRuling
from bot.domain.commerce.fraud_queue import (
    AgreedBy,
    CustomerPast,
    Declined,
    FraudPage,
    FraudRow,
    Proposal,
)
from bot.domain.commerce.queue_filters import FraudFilter, FraudState
from bot.domain.ids import CustomerId, FraudReportId, HistoryId, OrderId
from bot.domain.people import PersonRef, Viewer
from bot.domain.permissions import Act, allowed
from bot.domain.shop.money import Money
from bot.domain.shop.sheets import FraudStatus
from bot.store.carts import seen
from bot.store.cases import ref
from bot.store.direct import from_text, instants
from bot.store.schema import history, people
from bot.store.schema_decisions import fraud_decisions
from bot.store.schema_shop import customers, fraud_reports, orders
from bot.store.stretches import AT, ID, count_of, counted, lines_of, page_of, told
from bot.store.work import Query

PAGE = 8
PROPOSED, DECIDED, DECLINED = "proposed", "decided", "declined"

_second = people.alias("second")


@dataclass(frozen=True, kw_only=True)
class ReportFound:
    """A report with its order, where it stands, and who wants what decided."""

    id: FraudReportId
    order_id: OrderId
    customer_id: CustomerId
    state: FraudState
    report: FraudReport
    proposal: Proposal | None
    agreed: AgreedBy | None
    declined: Declined | None
    others: tuple[tuple[str, FraudState], ...]


class _Shape(NamedTuple):
    """What decides how the statements of a filter read: all but their parameters."""

    states: tuple[str, ...]
    has_score: bool


def fraud_page(
    asked: FraudFilter, starts: Sequence[FraudReportId] = (), *, limit: int = PAGE
) -> Query[FraudPage]:
    """A page of the queue: what waits longest first, all others newest first."""

    def query(connection: Connection, viewer: Viewer) -> FraudPage:
        if not allowed(Act.READ_ORDERS, viewer.person):
            return FraudPage(person=viewer.person, filter=asked)
        shape, given = _shape(asked), {"workspace": viewer.workspace_id, "score": asked.score}
        begins = _place(connection, viewer, starts[-1]) if starts else None
        newest_first = asked.state not in (FraudState.WAITING, FraudState.PROPOSED)
        keys = _page(shape, limit, newest_first, begins is not None)
        ids = [one[0] for one in told(connection, keys, given | (begins or {}))]
        is_whole = begins is None and len(ids) <= limit
        total, is_more = counted(len(ids) if is_whole else told(connection, _count(shape), given)[0][0])
        return FraudPage(
            person=viewer.person,
            filter=asked,
            rows=_rows(connection, ids[:limit]),
            starts=tuple(starts),
            further=FraudReportId(ids[limit]) if len(ids) > limit else None,
            total=total,
            is_more=is_more,
        )

    return query


def of_order(connection: Connection, viewer: Viewer, order_id: OrderId) -> tuple[FraudRow, ...]:
    """The reports of an order: those that somebody has to look at first."""
    if not allowed(Act.READ_ORDERS, viewer.person):
        return ()
    mine = seen(viewer, fraud_reports, by_index=False) & (fraud_reports.c.order_id == order_id)
    rows = connection.execute(_whole().where(mine).order_by(fraud_reports.c.id))
    waits = (FraudState.WAITING, FraudState.PROPOSED)
    return tuple(sorted(map(_row, rows), key=lambda one: one.state not in waits))


def report(connection: Connection, viewer: Viewer, report_id: FraudReportId) -> ReportFound | None:
    """A report with all that was decided on it; None for who may not read orders, or none is so."""
    if not allowed(Act.READ_ORDERS, viewer.person):
        return None
    mine = seen(viewer, fraud_reports, by_index=False) & (fraud_reports.c.id == report_id)
    row = connection.execute(_whole().where(mine)).first()
    if row is None:
        return None
    standing, declined = _decisions(connection, report_id)
    decided = standing is not None and standing.state == DECIDED
    others = connection.execute(
        select(fraud_reports.c.provider, fraud_reports.c.state)
        .where(fraud_reports.c.order_id == row.order_id, fraud_reports.c.id != report_id)
        .order_by(fraud_reports.c.provider)
    )
    return ReportFound(
        id=FraudReportId(row.id),
        order_id=OrderId(row.order_id),
        customer_id=CustomerId(row.customer_id),
        state=FraudState(row.state),
        report=FraudReport(
            order_number=row.number,
            provider=row.provider,
            score=row.score,
            status=FraudStatus(row.status),
            symptoms=_symptoms(row),
            decision=_decision(standing) if standing is not None and decided else None,
        ),
        proposal=_proposal(standing) if standing is not None and not decided else None,
        agreed=_agreed(standing) if standing is not None and decided else None,
        declined=declined,
        others=tuple((one.provider, FraudState(one.state)) for one in others),
    )


def past_of(
    connection: Connection, viewer: Viewer, customer_id: CustomerId, besides: OrderId
) -> CustomerPast:
    """What is known of a customer besides one order, by the index of their orders."""
    nothing = CustomerPast(
        customer_id=customer_id, orders=0, first_ordered_at=None, canceled=0, with_returns=0, rejected=0
    )
    if not allowed(Act.READ_ORDERS, viewer.person):
        return nothing
    theirs = seen(viewer, orders, by_index=False) & (orders.c.customer_id == customer_id)
    theirs &= orders.c.id != besides
    void = func.count().filter(orders.c.is_void)
    sent_back = func.count().filter((orders.c.in_return > 0) | (orders.c.returned > 0))
    counts = select(func.count(), func.min(orders.c.ordered_at), void, sent_back).where(theirs)
    count, first, canceled, with_returns = connection.execute(counts).one()
    rejected = (
        select(func.count(fraud_reports.c.order_id.distinct()))  # one order may have several reports
        .select_from(fraud_reports)
        .join(orders, orders.c.id == fraud_reports.c.order_id)
        .where(theirs, fraud_reports.c.state == FraudState.REJECTED.value)
    )
    return CustomerPast(
        customer_id=customer_id,
        orders=count,
        first_ordered_at=first,
        canceled=canceled,
        with_returns=with_returns,
        rejected=connection.execute(rejected).scalar_one(),
    )


def told_of(connection: Connection, viewer: Viewer, history_id: HistoryId) -> FraudReportId | None:
    """The report that a row of history is about."""
    if not allowed(Act.READ_ORDERS, viewer.person):
        return None
    mine = (history.c.workspace_id == viewer.workspace_id) & (history.c.id == history_id)
    changes = connection.execute(select(history.c.changes).where(mine)).scalar()
    told = (changes or {}).get("fraud_report")
    return FraudReportId(int(told[1])) if told else None


# --- statements ---------------------------------------------------------------------------------------------


def _shape(asked: FraudFilter) -> _Shape:
    states = (asked.state,) if asked.state is not None else tuple(FraudState)
    return _Shape(states=tuple(one.value for one in states), has_score=asked.score > 0)


def _stretches(shape: _Shape) -> list[Any]:
    of = fraud_reports.c
    narrow = of.workspace_id == bindparam("workspace", type_=String)
    if shape.has_score:
        narrow &= of.score >= bindparam("score", type_=Integer)
    return [narrow & (of.state == one) for one in shape.states]


@lru_cache(64)
def _page(shape: _Shape, size: int, newest_first: bool, turned: bool) -> Select[Any]:
    of = fraud_reports.c
    return page_of(
        of.id,
        of.arrived_at,
        _stretches(shape),
        size=size,
        turned=turned,
        newest_first=newest_first,
    )


@lru_cache(64)
def _count(shape: _Shape) -> Select[Any]:
    return count_of(fraud_reports.c.id, fraud_reports.c.arrived_at, _stretches(shape))


def _whole() -> Select[Any]:
    return (
        select(
            fraud_reports,
            orders.c.number,
            orders.c.customer_id,
            orders.c.grand_total,
            orders.c.currency,
            orders.c.ordered_at,
            orders.c.is_suspended,
            customers.c.name.label("customer_name"),
            customers.c.company,
        )
        .select_from(fraud_reports)
        .join(orders, orders.c.id == fraud_reports.c.order_id)
        .join(customers, customers.c.id == orders.c.customer_id)
    )


_LINES = (
    select(
        fraud_reports.c.id,
        fraud_reports.c.order_id,
        fraud_reports.c.provider,
        fraud_reports.c.score,
        fraud_reports.c.symptoms,
        fraud_reports.c.state,
        orders.c.number,
        orders.c.grand_total,
        orders.c.currency,
        orders.c.ordered_at,
        orders.c.is_suspended,
        customers.c.name.label("customer_name"),
        customers.c.company,
    )
    .select_from(fraud_reports)
    .join(orders, orders.c.id == fraud_reports.c.order_id)
    .join(customers, customers.c.id == orders.c.customer_id)
)


class _Line(NamedTuple):
    """What a line of the queue is made of, in the order of `_LINES`."""

    id: int
    order_id: int
    provider: str
    score: int
    symptoms: Any
    state: str
    number: str
    grand_total: int
    currency: str
    ordered_at: Any
    is_suspended: bool
    customer_name: str
    company: str


def _place(connection: Connection, viewer: Viewer, report_id: FraudReportId) -> dict[str, Any] | None:
    """Where a page begins; None where the report is no more, and so at the front."""
    mine = seen(viewer, fraud_reports, by_index=False) & (fraud_reports.c.id == report_id)
    at = connection.execute(select(fraud_reports.c.arrived_at).where(mine)).scalar()
    return {AT: at, ID: report_id} if at is not None else None


def _decisions(connection: Connection, report_id: FraudReportId) -> tuple[Row[Any] | None, Declined | None]:
    """The one decision or proposal that stands, and the newest that a second person declined."""
    named = (people.c.name, people.c.slack_user_id)
    also = (_second.c.name.label("second_name"), _second.c.slack_user_id.label("second_slack"))
    rows = connection.execute(
        select(fraud_decisions, *named, *also)
        .join(people, people.c.id == fraud_decisions.c.by_id)
        .outerjoin(_second, _second.c.id == fraud_decisions.c.second_id)
        .where(fraud_decisions.c.report_id == report_id)
        .order_by(fraud_decisions.c.id.desc())
    ).all()
    standing = next((one for one in rows if one.state != DECLINED), None)
    return standing, next((one for one in map(_declined, rows) if one is not None), None)


def _declined(row: Row[Any]) -> Declined | None:
    second = _agreed(row) if row.state == DECLINED else None  # none: nobody had to say anything any more
    return Declined(proposal=_proposal(row), second=second) if second is not None else None


def _rows(connection: Connection, ids: Sequence[int]) -> tuple[FraudRow, ...]:
    instant = instants(connection)
    lines = (_Line(*one) for one in lines_of(connection, _LINES, ids))
    return tuple(
        _row(one._replace(symptoms=from_text(one.symptoms), ordered_at=instant(one.ordered_at)))
        for one in lines
    )


def _row(row: Row[Any] | _Line) -> FraudRow:
    return FraudRow(
        id=FraudReportId(row.id),
        order_id=OrderId(row.order_id),
        order_number=row.number,
        customer_name=row.company or row.customer_name,
        amount=Money(minor=row.grand_total, currency=row.currency),
        provider=row.provider,
        score=row.score,
        symptoms=_symptoms(row),
        state=FraudState(row.state),
        ordered_at=row.ordered_at,
        is_suspended=bool(row.is_suspended),
    )


def _symptoms(row: Row[Any] | _Line) -> tuple[tuple[str, int], ...]:
    return tuple((str(name), int(score)) for name, score in row.symptoms)


def _decision(row: Row[Any]) -> FraudDecision:
    return FraudDecision(ruling=FraudRuling(row.ruling), by=_by(row), at=row.at, remark=row.remark)


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(ruling=FraudRuling(row.ruling), by=_by(row), at=row.at, remark=row.remark)


def _agreed(row: Row[Any]) -> AgreedBy | None:
    who = ref(row.second_id, row.second_slack, row.second_name)
    return AgreedBy(by=who, at=row.second_at, remark=row.second_remark) if who is not None else None


def _by(row: Row[Any]) -> PersonRef:
    found = ref(row.by_id, row.slack_user_id, row.name)
    assert found is not None  # a decision is somebody's
    return found
