"""Requests on their way: looked at, decided by a second person, taken back, and listed.

`handlers.order_requests` calls it. Whoever is concerned hears of each step by the outbox: kinds
ORDER_APPROVAL, ORDER_DECIDED, ORDER_SETTLED and ORDER_IN_DOUBT, each with `order_request_id`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.faults import ActRefused
from bot.domain.commerce.flows import StepKind
from bot.domain.commerce.grounds import Grounds
from bot.domain.commerce.limits import NoApproval
from bot.domain.commerce.rehearsal import DocumentKind, Rehearsal
from bot.domain.commerce.rehearsal import rehearse as rehearsed
from bot.domain.commerce.request_mails import RequestMail
from bot.domain.commerce.requests import (
    RIGHT_FOR,
    STATES_OPEN,
    Came,
    Hold,
    OrderAsk,
    Queue,
    Request,
    RequestKind,
    Requests,
    RequestShown,
    RequestState,
    Submitted,
)
from bot.domain.commerce.states import RefundMove, RefundState
from bot.domain.ids import CallKey, OrderRequestId, SlackUserId
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act, allowed, require
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.services import order_acts, order_answers, order_grounds, order_rights, order_showing
from bot.services.desk import Desk, actor
from bot.services.order_leading import is_submitted, save
from bot.services.order_running import step_of
from bot.services.order_shop import read_order
from bot.services.order_telling import keep_receipt, tell_asker
from bot.store import desk_refunds, order_mails, order_queues
from bot.store.order_holds import Lease
from bot.store.order_queues import Filter
from bot.store.outbox import Kind
from bot.store.work import Connection, Work

PAGE = 10
MOST_LOOKED_AT = 200
"""Requests that are looked through for those that one person may decide."""

STATES: dict[Queue, frozenset[RequestState]] = {
    Queue.GOODS: frozenset({RequestState.WAITS_FOR_GOODS}),
    Queue.ANSWERS: frozenset({RequestState.ASKS}),
    Queue.DOUBT: frozenset({RequestState.IN_DOUBT, RequestState.FOR_A_PERSON, RequestState.REFUND_FAILED}),
}

go_on = order_answers.go_on
retry = order_answers.retry
settle = order_answers.settle


async def shown(desk: Desk, by: SlackUserId, request_id: OrderRequestId) -> RequestShown:
    """A request with its act rehearsed now, and what this person may do with it.

    Raises NOT_YOUR_ROLE, NO_SUCH_ORDER_REQUEST, SHOP_AWAY.
    """
    page, person, grounds = await _page(desk, by, request_id)
    if page.request.state is not RequestState.AWAITS_APPROVAL:
        return page
    books = await _books(desk, page.request, person)
    page = replace(page, grounds=order_grounds.with_books(grounds, books))
    try:
        fresh = rehearsed(books, page.request.act, page.request.terms)
    except ActRefused as refused:
        return replace(page, refused=str(refused))
    return replace(page, fresh=fresh, stale=fresh.token != page.request.token)


async def as_kept(desk: Desk, by: SlackUserId, request_id: OrderRequestId) -> RequestShown:
    """The same as the desk has it: no shop is asked, so that an answer need not wait for one."""
    return (await _page(desk, by, request_id))[0]


async def _page(
    desk: Desk, by: SlackUserId, request_id: OrderRequestId
) -> tuple[RequestShown, Person, Grounds]:
    def query(
        connection: Connection, viewer: Viewer
    ) -> tuple[
        Person,
        Request,
        NoApproval | None,
        NoApproval | None,
        Hold | None,
        Grounds,
        tuple[RequestMail, ...],
    ]:
        require(Act.READ_ORDERS, viewer.person)
        request = order_rights.request_of(connection, viewer, request_id)
        why_not = order_rights.why_not(connection, desk, request, viewer.person)
        open_now = replace(request, decided_by=None)
        settles = order_rights.why_not(connection, desk, open_now, viewer.person)
        earlier = order_rights.earlier_of(connection, desk, request.order_number)
        held = order_showing.hold_of(connection, desk, request.order_number, earlier)
        awaits = request.state is RequestState.AWAITS_APPROVAL
        grounds = order_grounds.known(connection, viewer, desk, request) if awaits else Grounds()
        mails = order_mails.of_request(connection, viewer, request_id)
        return viewer.person, request, why_not, settles, held, grounds, mails

    person, request, why_not, settles, held, grounds, mails = await desk.read(query, by)
    awaits = request.state is RequestState.AWAITS_APPROVAL
    page = RequestShown(
        request=request,
        may_decide=awaits and why_not is None,
        no_approval=why_not if awaits else None,
        may_answer=request.state is RequestState.ASKS and allowed(RIGHT_FOR[request.kind], person),
        may_withdraw=_may_withdraw(request, person),
        may_settle=request.state is RequestState.FOR_A_PERSON and settles is None,
        may_retry=request.state is RequestState.REFUND_FAILED and allowed(Act.REFUND, person),
        held=held,
        mails=mails,
        may_mail=allowed(RIGHT_FOR[request.kind], person),
    )
    return page, person, grounds


async def _fresh(desk: Desk, request: Request, person: Person) -> Rehearsal:
    """Its act rehearsed on the order as it is now, as if it had not been asked for. Raises ActRefused."""
    return rehearsed(await _books(desk, request, person), request.act, request.terms)


async def _books(desk: Desk, request: Request, person: Person) -> OrderBooks:
    """Its order as it is now, without what the request itself holds of it. Raises SHOP_AWAY."""
    reading = await read_order(
        desk, person.ref, request.order_number, case_id=request.case_id, without=request.id
    )
    if reading is None:
        raise Refusal(Reason.NO_SUCH_ORDER)
    return reading.books


def _may_withdraw(request: Request, person: Person) -> bool:
    """One's own, before it is done; and a refund that failed, which nobody tries again then."""
    waits = request.state in (RequestState.AWAITS_APPROVAL, RequestState.ASKS) and not is_submitted(request)
    gives_up = request.state is RequestState.REFUND_FAILED
    return (waits or gives_up) and request.asked_by.id == person.id


async def decide(
    desk: Desk,
    by: SlackUserId,
    request_id: OrderRequestId,
    approve: bool,
    reason: str,
    key: CallKey,
    token: str = "",
) -> Submitted:
    """Approve or decline a request as the second person. `token` is of the figures that they were shown;
    without one it is those that whoever asked was shown.

    Where the order gives other figures by now nothing is decided: the answer is STALE, its `fresh` has them,
    and `decide` is called again with `fresh.token`. Raises NOT_YOUR_ROLE, NO_SUCH_ORDER_REQUEST,
    REQUEST_DECIDED (by, at), OWN_REQUEST, HAD_A_HAND, SAME_PERSON, WHY_NEEDED (a decline says why),
    ORDER_HELD, ORDER_IN_DOUBT, SHOP_AWAY; ActRefused where the order does not allow it any more.
    """
    key = CallKey(f"{key.name}:{token[:16]}", key.content)
    before = await order_acts.answered(desk, by, key)
    if before is not None:
        return before
    request, person = await _to_decide(desk, by, request_id)
    if not approve:
        return await _declined(desk, by, request, reason, key)
    fresh = await _fresh(desk, request, person)
    if fresh.token != (token or request.token):
        made = await _made(desk, request)
        now = await order_showing.reading_for(desk, made, without=request.id)
        return Submitted(came=Came.STALE, request=request, fresh=await order_showing.shown(desk, made, now))
    return await _approved(desk, by, request, fresh, reason, key)


async def _made(desk: Desk, request: Request) -> order_showing.Ready:
    """What its act is rehearsed with, as whoever asked for it."""
    ask = OrderAsk(
        order_number=request.order_number,
        act=request.act,
        said=request.said,
        case_id=request.case_id,
        on_behalf_of=request.on_behalf_of,
    )
    made = await order_showing.ready(desk, request.asked_by.slack_user_id, ask)
    return replace(made, flow=request.flow, terms=request.terms, ask=replace(made.ask, act=request.act))


async def _to_decide(desk: Desk, by: SlackUserId, request_id: OrderRequestId) -> tuple[Request, Person]:
    def query(connection: Connection, viewer: Viewer) -> tuple[Request, Person]:
        require(Act.APPROVE, viewer.person)
        request = order_rights.request_of(connection, viewer, request_id)
        check_to_decide(connection, desk, request, viewer.person)
        return request, viewer.person

    return await desk.read(query, by)


def check_to_decide(connection: Connection, desk: Desk, request: Request, person: Person) -> None:
    """Raise why somebody may not decide a request, or why there is nothing to decide."""
    order_rights.check_may_decide(connection, desk, request, person)
    if request.state is not RequestState.AWAITS_APPROVAL:
        raise Refusal(Reason.NOTHING_TO_ANSWER)


async def _approved(
    desk: Desk, by: SlackUserId, request: Request, fresh: Rehearsal, reason: str, key: CallKey
) -> Submitted:
    begun: list[Lease] = []

    def unit(work: Work) -> Receipt:
        begun.clear()
        person = actor(work, by)
        require(Act.APPROVE, person)
        now = order_rights.request_to_change(work, person, request.id)
        check_to_decide(work.connection, desk, now, person)
        now = _promised_anew(work, now, fresh)
        earlier = order_rights.earlier_of(work.connection, desk, now.order_number)
        begun.append(order_acts.hold(work, desk, now.order_number, now.id, earlier))
        after = replace(
            now,
            state=RequestState.UNDER_WAY,
            approved=True,
            decided_by=person.ref,
            decided_at=work.now,
            why=reason.strip(),
            token=fresh.token,
            at_stake=fresh.at_stake,
        )
        save(work, after)
        tell_asker(work, Kind.ORDER_DECIDED, after)
        keep_receipt(work, after, "approved", (), person.id)
        return Receipt(order_request_id=now.id, case_id=now.case_id)

    await desk.write(unit, key)
    if not begun:
        return await order_acts.answered(desk, by, key) or Submitted(came=Came.SAVED, request=request)
    return await order_acts.watched(desk, begun[0])


def _promised_anew(work: Work, now: Request, fresh: Rehearsal) -> Request:
    """What was promised by figures that are others now is let go, and asked for as it was approved."""
    if fresh.token == now.token:
        return now
    free_refunds(work, now, RefundMove.WITHDRAW)
    return replace(now, documents=tuple(one for one in now.documents if one.kind is not DocumentKind.REFUND))


async def _declined(desk: Desk, by: SlackUserId, request: Request, reason: str, key: CallKey) -> Submitted:
    if not reason.strip():
        raise Refusal(Reason.WHY_NEEDED)

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.APPROVE, person)
        now = order_rights.request_to_change(work, person, request.id)
        check_to_decide(work.connection, desk, now, person)
        after = replace(
            now,
            state=RequestState.DECLINED,
            approved=False,
            decided_by=person.ref,
            decided_at=work.now,
            why=reason.strip(),
        )
        save(work, after)
        free_refunds(work, now, RefundMove.DECLINE)
        tell_asker(work, Kind.ORDER_DECIDED, after)
        keep_receipt(work, after, "declined", (), person.id)
        return Receipt(order_request_id=now.id, case_id=now.case_id)

    await desk.write(unit, key)
    done = await order_acts.answered(desk, by, key)
    return replace(done, again=False) if done is not None else Submitted(came=Came.SAVED, request=request)


def free_refunds(work: Work, request: Request, how: RefundMove) -> None:
    """The money of refunds that nobody will send is promised no more."""
    for row in desk_refunds.of_request(work.connection, work.workspace_id, request.id):
        waits = row.refund.state is RefundState.AWAITING_APPROVAL
        if waits or (row.refund.state is RefundState.FAILED and how is RefundMove.WITHDRAW):
            desk_refunds.move(work, row, how)


async def withdraw(desk: Desk, by: SlackUserId, request_id: OrderRequestId, key: CallKey) -> Submitted:
    """Take back a request of one's own that nobody has decided, or give up a refund that failed.

    Raises NO_SUCH_ORDER_REQUEST, NOT_YOUR_REQUEST, NOTHING_TO_ANSWER.
    """

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.REHEARSE_ORDER_ACT, person)
        now = order_rights.request_to_change(work, person, request_id)
        if now.asked_by.id != person.id:
            raise Refusal(Reason.NOT_YOUR_REQUEST, {"by": now.asked_by.name})
        if not _may_withdraw(now, person):
            raise Refusal(Reason.NOTHING_TO_ANSWER)
        free_refunds(work, now, RefundMove.WITHDRAW)
        _ended(work, now)
        return Receipt(order_request_id=now.id, case_id=now.case_id)

    await desk.write(unit, key)
    done = await order_acts.answered(desk, by, key)
    assert done is not None  # it has just been written
    return done


def _ended(work: Work, now: Request) -> None:
    """What becomes of a request that is taken back: it goes on where something of it was done or paid."""
    rows = desk_refunds.of_request(work.connection, work.workspace_id, now.id)
    paid = any(one.refund.counts for one in rows)
    if not paid and (now.kind is RequestKind.REFUND or not is_submitted(now)):
        save(work, replace(now, state=RequestState.WITHDRAWN, decided_at=now.decided_at or work.now))
        return
    step = step_of(now)
    given_up = not paid and step is not None and step.kind is StepKind.REFUND
    done = (*now.done, step.id) if given_up and step is not None else now.done
    after = replace(now, state=RequestState.UNDER_WAY, trouble="", done=done)
    save(work, after, look_at=work.stamp.real_now)


async def waiting(desk: Desk, by: SlackUserId, queue: Queue, offset: int = 0, limit: int = PAGE) -> Requests:
    """A page of a list, the oldest first. Raises NOT_YOUR_ROLE."""

    def query(connection: Connection, viewer: Viewer) -> Requests:
        require(Act.READ_ORDERS, viewer.person)
        if queue is Queue.TO_APPROVE:
            mine = _to_approve(connection, desk, viewer)
            rows = order_queues.lines(connection, viewer, mine[offset : offset + limit])
            return Requests(rows=rows, total=len(mine), offset=offset)
        return order_queues.page(connection, viewer, _filter(queue, viewer), offset, limit)

    return await desk.read(query, by, brief=True)


def _to_approve(connection: Connection, desk: Desk, viewer: Viewer) -> Sequence[OrderRequestId]:
    if not allowed(Act.APPROVE, viewer.person):
        return ()
    found = order_queues.of_others(connection, viewer, RequestState.AWAITS_APPROVAL, MOST_LOOKED_AT)
    return order_rights.decidable(connection, desk, found, viewer.person)


def _filter(queue: Queue, viewer: Viewer) -> Filter:
    if queue is Queue.MINE:
        return Filter(states=STATES_OPEN, asked_by=viewer.person_id)
    return Filter(states=STATES.get(queue, STATES_OPEN))
