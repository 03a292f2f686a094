"""Fraud reports: the queue, one of them, and the one decision on each; `handlers.fraud` calls it.

A decision above somebody's limit waits for a second person. What a decision does to the order comes after it
is saved: `fraud_ending.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.commands import Audience
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.faults import ActRefused
from bot.domain.commerce.fraud import (
    DecidedAlready,
    FraudDecision,
    FraudRuling,
    NothingToDecide,
    decided,
)
from bot.domain.commerce.fraud_queue import (
    AgreedBy,
    FraudPage,
    FraudRow,
    FraudShown,
    may_continue,
    rejecting,
    state_of,
)
from bot.domain.commerce.limits import (
    ApprovalRequest,
    MoneyLimits,
    NoApproval,
    approvers,
    needs_approval,
    no_approval,
)
from bot.domain.commerce.queue_filters import FraudFilter, FraudState
from bot.domain.ids import CallKey, FraudReportId, HistoryId, OrderId, PersonId, SlackUserId
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act, obstacle, require
from bot.domain.receipts import Receipt
from bot.domain.refusals import Fact, Reason, Refusal
from bot.domain.shop.money import Money
from bot.domain.shop.orders import OrderSummary
from bot.services import tied_receipts
from bot.services.desk import Desk, actor
from bot.services.order_rights import stood_in_for
from bot.services.orders import the_one
from bot.store import access, customers, fraud_deciding, order_books, orders, people, records, sessions
from bot.store import fraud_reports as store
from bot.store.fraud_reports import ReportFound
from bot.store.outbox import Announcement, Kind, announce
from bot.store.work import Connection, Work

_REFUSALS = {
    NoApproval.OWN_REQUEST: Reason.OWN_REQUEST,
    NoApproval.HAD_A_HAND_IN_IT: Reason.HAD_A_HAND,
    NoApproval.SAME_PERSON: Reason.SAME_PERSON,
    NoApproval.APPROVED_BEFORE: Reason.FRAUD_NOT_PROPOSED,
}


def limits_of(desk: Desk) -> MoneyLimits:
    """What each role decides alone."""
    return desk.policy.money


async def page(
    desk: Desk, by: SlackUserId, asked: FraudFilter, starts: Sequence[FraudReportId] = ()
) -> FraudPage:
    """A page of the queue, the one that begins at the last of `starts`. Raises NOT_SET_UP, NOT_YOUR_ROLE."""

    def query(connection: Connection, viewer: Viewer) -> FraudPage:
        require(Act.READ_ORDERS, viewer.person)
        return store.fraud_page(asked, starts)(connection, viewer)

    return await desk.read(query, by, brief=True)


async def of_order(desk: Desk, by: SlackUserId, order_id: OrderId) -> tuple[FraudRow, ...]:
    """The reports of an order, those that somebody has to look at first. Raises NOT_YOUR_ROLE."""

    def query(connection: Connection, viewer: Viewer) -> tuple[FraudRow, ...]:
        require(Act.READ_ORDERS, viewer.person)
        return store.of_order(connection, viewer, order_id)

    return await desk.read(query, by, brief=True)


async def of_number(desk: Desk, by: SlackUserId, number: str) -> FraudReportId:
    """The report of an order to look at first, by the order's number.

    Raises NOT_YOUR_ROLE, NO_SUCH_ORDER, SEVERAL_ORDERS, NO_SUCH_FRAUD_REPORT.
    """

    def query(connection: Connection, viewer: Viewer) -> FraudReportId:
        require(Act.READ_ORDERS, viewer.person)
        meant = the_one(orders.numbered(connection, viewer, number), number)
        found = store.of_order(connection, viewer, meant.id)
        if not found:
            raise Refusal(Reason.NO_SUCH_FRAUD_REPORT)
        return found[0].id

    return await desk.read(query, by)


async def show(desk: Desk, by: SlackUserId, report_id: FraudReportId) -> FraudShown:
    """A report with all that one needs to decide, and what this person may do.

    Raises NOT_SET_UP, NOT_YOUR_ROLE, NO_SUCH_FRAUD_REPORT.
    """

    def query(connection: Connection, viewer: Viewer) -> FraudShown:
        require(Act.READ_ORDERS, viewer.person)
        found, order = _found(connection, viewer, report_id)
        return _shown(desk, connection, viewer, found, order)

    return await desk.read(query, by)


def _found(
    connection: Connection, viewer: Viewer, report_id: FraudReportId
) -> tuple[ReportFound, OrderSummary]:
    found = store.report(connection, viewer, report_id)
    order = orders.summary(connection, viewer, found.order_id) if found is not None else None
    if found is None or order is None:
        raise Refusal(Reason.NO_SUCH_FRAUD_REPORT)
    return found, order


def _shown(
    desk: Desk, connection: Connection, viewer: Viewer, found: ReportFound, order: OrderSummary
) -> FraudShown:
    person, stake, limits = viewer.person, stake_of(order), limits_of(desk)
    books = order_books.books(connection, viewer.workspace_id, order.number) or OrderBooks(order)
    trouble, would = "", None
    try:
        would = rejecting(books)
    except ActRefused as refused:
        trouble = str(refused)
    cannot = None
    if found.proposal is not None:
        proposer = people.person_by_id(connection, found.proposal.by.id)
        if proposer is not None:
            cannot = no_approval(_wanted_by(desk, connection, proposer, found.proposal.at), person)
    return FraudShown(
        id=found.id,
        report=found.report,
        state=found.state,
        order=order,
        customer=customers.by_id(connection, viewer, found.customer_id),
        past=store.past_of(connection, viewer, found.customer_id, found.order_id),
        person=person,
        agreed=found.agreed,
        proposal=found.proposal if found.state is FraudState.PROPOSED else None,
        declined=found.declined,
        others=found.others,
        refusal=obstacle(Act.DECIDE_FRAUD, person),
        needs_second=needs_approval(Act.DECIDE_FRAUD, person, stake, limits),
        limit=limits.alone(Act.DECIDE_FRAUD, person.role, stake.currency) if person.role else None,
        no_approval=cannot,
        now=order.money(books.totals.grand),
        rejecting=would,
        trouble=trouble,
    )


async def decide(
    desk: Desk,
    by: SlackUserId,
    key: CallKey,
    report_id: FraudReportId,
    order_version: int,
    ruling: FraudRuling,
    remark: str = "",
) -> Receipt:
    """Approve or reject an order that was looked at in `order_version`; once, by whoever comes first.

    Above the person's limit it is a proposal, and those who may agree to it are told. Raises NOT_SET_UP,
    NOT_YOUR_ROLE, TAKEN_FROM_YOUR_TEAM, NO_SUCH_FRAUD_REPORT, FRAUD_DECIDED (by, at), FRAUD_NOT_CHECK,
    FRAUD_PROPOSED (by, at), FRAUD_CHANGED, FRAUD_REMARK.
    """
    limits = limits_of(desk)

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.DECIDE_FRAUD, person)
        fraud_deciding.hold(work, report_id)
        found, order = _found(work.connection, Viewer(person), report_id)
        decision = FraudDecision(ruling=ruling, by=person.ref, at=work.now, remark=remark.strip())
        _check(found, decision)
        if order.version != order_version:
            raise Refusal(Reason.FRAUD_CHANGED)
        if found.proposal is not None:
            fraud_deciding.end_proposal(work, report_id)
        stake = stake_of(order)
        proposed = needs_approval(Act.DECIDE_FRAUD, person, stake, limits)
        fraud_deciding.insert_decision(work, report_id, decision, stake, proposed=proposed)
        if proposed:
            fraud_deciding.set_state(work, report_id, FraudState.PROPOSED)
            _tell_approvers(desk, work, found, person, ruling)
        else:
            _carry_out(work, found, ruling)
        _record(work, "fraud_proposed" if proposed else "fraud_decided", found, person, ruling)
        _leave_receipt(work, found, person, _WANTED[ruling] if proposed else _DECIDED[ruling], stake)
        return Receipt(version=order.version)

    return await desk.write(unit, key)


def _check(found: ReportFound, decision: FraudDecision) -> None:
    """The rules of one decision, as refusals."""
    try:
        decided(found.report, decision)
    except DecidedAlready as error:
        raise _decided_by(error.decision) from error
    except NothingToDecide as error:
        raise Refusal(Reason.FRAUD_NOT_CHECK) from error
    if found.proposal is not None and found.state is FraudState.PROPOSED:
        raise Refusal(Reason.FRAUD_PROPOSED, {"by": found.proposal.by.name, "at": found.proposal.at})
    if decision.ruling is FraudRuling.REJECT and not decision.remark:
        raise Refusal(Reason.FRAUD_REMARK)


def _decided_by(first: FraudDecision) -> Refusal:
    facts: dict[str, Fact] = {"by": first.by.name, "at": first.at, "value": state_of(first.ruling).value}
    return Refusal(Reason.FRAUD_DECIDED, facts)


async def second(
    desk: Desk,
    by: SlackUserId,
    key: CallKey,
    report_id: FraudReportId,
    order_version: int,
    *,
    agree: bool,
    remark: str = "",
) -> Receipt:
    """Agree to what somebody wants decided, or decline it: then the report waits again.

    Never whoever wants it, by any path. Raises NOT_SET_UP, NOT_YOUR_ROLE, NO_SUCH_FRAUD_REPORT,
    FRAUD_DECIDED, FRAUD_NOT_PROPOSED, FRAUD_NOT_CHECK, OWN_REQUEST, HAD_A_HAND, SAME_PERSON, WHY_NEEDED.
    """

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.APPROVE, person)
        fraud_deciding.hold(work, report_id)
        found, order = _found(work.connection, Viewer(person), report_id)
        _check_second(desk, work, found, person)
        if agree and order.version != order_version:
            raise Refusal(Reason.FRAUD_CHANGED)
        if not agree and not remark.strip():
            raise Refusal(Reason.WHY_NEEDED)
        assert found.proposal is not None  # checked just now
        who = AgreedBy(by=person.ref, at=work.now, remark=remark.strip())
        fraud_deciding.settle_proposal(work, report_id, who, agreed=agree)
        if agree:
            _carry_out(work, found, found.proposal.ruling)
        else:
            fraud_deciding.set_state(work, report_id, FraudState.WAITING)
        kind = "fraud_agreed" if agree else "fraud_declined"
        history_id = _record(work, kind, found, person, found.proposal.ruling)
        said = (_AGREED if agree else _DECLINED)[found.proposal.ruling]
        _leave_receipt(work, found, person, said, stake_of(order))
        _tell(work, Kind.FRAUD_SETTLED, [found.proposal.by.id], history_id)
        return Receipt(version=order.version)

    return await desk.write(unit, key)


def _check_second(desk: Desk, work: Work, found: ReportFound, person: Person) -> None:
    if found.report.decision is not None:
        raise _decided_by(found.report.decision)
    if found.proposal is None:
        raise Refusal(Reason.FRAUD_NOT_PROPOSED)
    if found.state is not FraudState.PROPOSED:  # the provider has thought better of it
        again = found.state is FraudState.WAITING
        raise Refusal(Reason.FRAUD_NOT_PROPOSED if again else Reason.FRAUD_NOT_CHECK)
    proposer = people.person_by_id(work.connection, found.proposal.by.id)
    assert proposer is not None  # nobody is deleted
    cannot = no_approval(_wanted_by(desk, work.connection, proposer, found.proposal.at), person)
    if cannot is not None:
        raise Refusal(_REFUSALS[cannot])


def _wanted_by(desk: Desk, connection: Connection, proposer: Person, asked_at: datetime) -> ApprovalRequest:
    """What somebody wanted at `asked_at`, with those whose deputy they were then: it may be theirs."""
    ids = [one.id for one in stood_in_for(connection, desk, proposer, asked_at)]
    return ApprovalRequest(requested_by=proposer, hands=people.people_by_ids(connection, ids))


def _carry_out(work: Work, found: ReportFound, ruling: FraudRuling) -> None:
    """What belongs to the decision itself: the report is decided, and an approved order goes on."""
    fraud_deciding.set_state(work, found.id, state_of(ruling))
    others = [state for _, state in found.others]
    if ruling is FraudRuling.APPROVE and may_continue(others):
        fraud_deciding.lift_suspension(work, found.order_id)


def _tell_approvers(desk: Desk, work: Work, found: ReportFound, person: Person, ruling: FraudRuling) -> None:
    request = _wanted_by(desk, work.connection, person, work.now)
    history_id = _record(work, "fraud_second_asked", found, person, ruling)
    _tell(
        work,
        Kind.FRAUD_PROPOSED,
        [one.id for one in approvers(request, access.leaders(work))],
        history_id,
    )


def _tell(work: Work, kind: Kind, whom: Sequence[PersonId], history_id: HistoryId) -> None:
    known = people.people_by_ids(work.connection, list(whom))
    announce(
        work,
        *(
            Announcement(
                kind=kind,
                conversation=one.slack_user_id,
                person_id=one.id,
                history_id=history_id,
            )
            for one in known
        ),
    )


def _record(work: Work, kind: str, found: ReportFound, person: Person, ruling: FraudRuling) -> HistoryId:
    return records.insert_history(
        work,
        kind,
        actor_id=person.id,
        audience=Audience.INTERNAL,
        changes={
            "fraud_report": (None, str(found.id)),
            "order": (None, found.report.order_number),
            "ruling": (None, ruling.value),
        },
    )


_DECIDED = {FraudRuling.APPROVE: "fraud_approved", FraudRuling.REJECT: "fraud_rejected"}
_WANTED = {FraudRuling.APPROVE: "fraud_approve_wanted", FraudRuling.REJECT: "fraud_reject_wanted"}
_AGREED = {FraudRuling.APPROVE: "fraud_approve_agreed", FraudRuling.REJECT: "fraud_reject_agreed"}
_DECLINED = {FraudRuling.APPROVE: "fraud_approve_declined", FraudRuling.REJECT: "fraud_reject_declined"}


def _leave_receipt(work: Work, found: ReportFound, person: Person, what: str, stake: Money) -> None:
    """In the cases that are about the order: which report it was, and what is at stake."""
    report = found.report
    receipt = tied_receipts.Receipt(
        what=what,
        order=report.order_number,
        arose=f"report {found.id} of {report.provider}, score {report.score}, {stake}",
        on_behalf_of=sessions.on_behalf_of(work.connection, person.id, found.customer_id),
    )
    tied_receipts.keep_in(work, tied_receipts.of_order(work, report.order_number), receipt, person)


def stake_of(order: OrderSummary) -> Money:
    """What an order comes to now: what a limit is held against."""
    return order.money(OrderBooks(order).totals.grand)
