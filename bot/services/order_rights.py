"""Who may do what with a request: the right, the limit of a role, and who is a second person, by any path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.commerce.acts import RefundMoney
from bot.domain.commerce.documents import RefundSource
from bot.domain.commerce.limits import ApprovalRequest, NoApproval, approvers, needs_approval, no_approval
from bot.domain.commerce.requests import RIGHT_FOR, Request, RequestKind, RequestState
from bot.domain.ids import CustomerId, OrderRequestId, PersonId, SlackUserId, WorkspaceId
from bot.domain.people import Person, PersonRef, Role, Viewer, stranger
from bot.domain.permissions import RIGHTS, Act, Reach, require
from bot.domain.refusals import Reason, Refusal
from bot.domain.rosters import Absence
from bot.domain.shop.money import Money
from bot.services.desk import Desk
from bot.store import calendars, customers
from bot.store import order_requests as store
from bot.store.order_queues import Part
from bot.store.people import identities, people_by_ids, people_of_role, person_by_id
from bot.store.work import Connection, Work

DAY = timedelta(days=1)

UNDONE = frozenset({RequestState.DECLINED, RequestState.REFUSED, RequestState.STALE, RequestState.WITHDRAWN})
"""Requests of which nothing came: nobody had a part in anything by them."""

REFUSALS = {
    NoApproval.OWN_REQUEST: Reason.OWN_REQUEST,
    NoApproval.HAD_A_HAND_IN_IT: Reason.HAD_A_HAND,
    NoApproval.SAME_PERSON: Reason.SAME_PERSON,
    NoApproval.APPROVED_BEFORE: Reason.REQUEST_DECIDED,
}


def require_for(kind: RequestKind, person: Person) -> None:
    """Raise the Refusal that keeps somebody from a kind of act."""
    require(RIGHT_FOR[kind], person)


def is_above_limit(
    desk: Desk, earlier: Sequence[Request], kind: RequestKind, person: Person, at_stake: Money
) -> bool:
    """Whether a second person has to agree: what the same person did alone on this order counts along."""
    right = RIGHT_FOR[kind]
    if RIGHTS[right].reach(person.role) is not Reach.ALL and at_stake.minor == 0:
        return False
    alone = sum(
        one.at_stake
        for one in earlier
        if one.asked_by.id == person.id
        and one.approved is None
        and one.parent is None
        and one.state not in UNDONE
        and RIGHT_FOR[one.kind] is right
        and one.currency == at_stake.currency
    )
    return needs_approval(right, person, at_stake, desk.policy.money, earlier=alone)


def hands_in(
    earlier: Iterable[Request], kind: RequestKind, act: object, parent: OrderRequestId | None
) -> list[PersonRef]:
    """Who had a part in what it builds upon: opened its return, cancelled what it refunds, decided it."""
    found: dict[PersonId, PersonRef] = {}
    for one in earlier:
        if one.state in UNDONE or not _builds_on(one, kind, act, parent):
            continue
        for who in (one.asked_by, *one.hands):
            found[who.id] = who
        if kind is RequestKind.REFUND and one.kind is RequestKind.REFUND and one.decided_by is not None:
            found[one.decided_by.id] = one.decided_by
    return list(found.values())


def _builds_on(one: Request, kind: RequestKind, act: object, parent: OrderRequestId | None) -> bool:
    if parent is not None and one.id == parent:
        return True
    if isinstance(act, RefundMoney):
        if act.source is RefundSource.MANUAL:
            return one.kind is RequestKind.REFUND
        return one.kind in (RequestKind.CANCEL, RequestKind.RETURN, RequestKind.RECEIVE, RequestKind.MEMO)
    number = getattr(act, "number", "")
    return bool(number) and one.return_number == number


def approval_of(connection: Connection, desk: Desk, request: Request) -> ApprovalRequest:
    """A request as the rule of four eyes looks at it, with everybody who had a part in it."""
    parts = (request.asked_by, request.decided_by, *request.hands)
    ids = sorted({one.id for one in parts if one is not None})
    known = {one.id: one for one in people_by_ids(connection, ids)}
    asked_by = known[request.asked_by.id]
    return ApprovalRequest(
        requested_by=asked_by,
        hands=[known[one] for one in {one.id for one in request.hands} if one != asked_by.id],
        on_behalf_of=as_person(connection, desk.workspace_id, asked_by, request.on_behalf_of),
        decided_by=known.get(request.decided_by.id) if request.decided_by is not None else None,
    )


def decidable(
    connection: Connection, desk: Desk, parts: Sequence[Part], person: Person
) -> list[OrderRequestId]:
    """Those of some requests that somebody may decide, the oldest first: as `why_not` has it of each."""
    ids = {who for one in parts for who in (*one.hands, one.decided_by) if who is not None}
    known = identities(connection, ids)

    def may(part: Part) -> bool:
        request = ApprovalRequest(
            requested_by=part.asked_by,
            hands=[known[one] for one in part.hands if one in known],
            on_behalf_of=_as_customer(connection, desk, part),
            decided_by=known[part.decided_by] if part.decided_by is not None else None,
        )
        return no_approval(request, person) is None

    return sorted(request_id for part in parts if may(part) for request_id in part.ids)


def _as_customer(connection: Connection, desk: Desk, part: Part) -> list[Person]:
    asked_by = person_by_id(connection, part.asked_by.id) if part.on_behalf_of is not None else None
    return as_person(connection, desk.workspace_id, asked_by, part.on_behalf_of) if asked_by else []


def stood_in_for(
    connection: Connection, desk: Desk, person: Person, asked_at: datetime | None = None
) -> list[PersonRef]:
    """For whom somebody is the deputy today: what a deputy asks for, they may have asked for.

    `asked_at` is when they asked, where that was before.
    """
    today = (asked_at or desk.clock.now()).date()
    away, _ = calendars.leave(connection, Viewer(person), today - DAY)
    return [one.person for one in away if _stands_in(one, person) and one.first <= today + DAY]


def _stands_in(one: Absence, person: Person) -> bool:
    return one.deputy is not None and one.deputy.id == person.id


def as_person(
    connection: Connection, workspace_id: WorkspaceId, eyes: Person, customer_id: CustomerId | None
) -> list[Person]:
    """The customer for whom it was asked, as somebody who may be an approver's other self."""
    if customer_id is None:
        return []
    found = customers.by_id(connection, Viewer(eyes), customer_id)
    if found is None or not found.email:
        return []
    return [replace(stranger(workspace_id, SlackUserId("")), name=found.name, email=found.email)]


def check_may_decide(connection: Connection, desk: Desk, request: Request, person: Person) -> None:
    """Raise why somebody may not decide a request."""
    require(Act.APPROVE, person)
    why = no_approval(approval_of(connection, desk, request), person)
    if why is None:
        return
    if why is NoApproval.NOT_THEIR_ROLE:
        require(Act.APPROVE, person)
    by = request.decided_by.name if request.decided_by else None
    raise Refusal(REFUSALS[why], {"by": by, "at": request.decided_at})


def why_not(connection: Connection, desk: Desk, request: Request, person: Person) -> NoApproval | None:
    """Why somebody may not decide a request; None where they may."""
    return no_approval(approval_of(connection, desk, request), person)


def who_may_approve(connection: Connection, desk: Desk, request: Request) -> tuple[Person, ...]:
    """Everybody who could agree to a request."""
    roles = (Role.MANAGER, Role.ADMINISTRATOR)
    everybody = [one for role in roles for one in people_of_role(connection, desk.workspace_id, role)]
    return approvers(approval_of(connection, desk, request), everybody)


def earlier_of(connection: Connection, desk: Desk, order_number: str) -> tuple[Request, ...]:
    """Every request on an order so far."""
    return store.of_order(connection, desk.workspace_id, order_number)


def request_to_change(work: Work, person: Person, request_id: OrderRequestId) -> Request:
    """The same, kept from others until this transaction ends: of two who decide at once one is second."""
    store.keep_row(work, request_id)
    return request_of(work.connection, Viewer(person), request_id)


def request_of(connection: Connection, viewer: Viewer, request_id: OrderRequestId) -> Request:
    """A request, as its reader may see it. Raises NO_SUCH_ORDER_REQUEST."""
    request = store.by_id(connection, viewer, request_id)
    if request is None:
        raise Refusal(Reason.NO_SUCH_ORDER_REQUEST)
    return request
