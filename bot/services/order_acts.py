"""What may be done with an order, shown before it is done, and done: `handlers.order_acts` calls it.

The rules stand in `bot/domain/commerce`; the shop is asked by its port alone, with no transaction open. An
intent is committed before each call, and the order is read back after it (`services.order_acting`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

from bot.domain.commerce.faults import ActRefused
from bot.domain.commerce.funds import funds_of, without_memo
from bot.domain.commerce.port import Capability
from bot.domain.commerce.requests import (
    RIGHT_FOR,
    Came,
    Hold,
    LineCan,
    Offer,
    OrderAsk,
    OrderStanding,
    Request,
    RequestKind,
    RequestState,
    Shown,
    Submitted,
)
from bot.domain.commerce.returning import moves_by_hand
from bot.domain.commerce.states import ReturnStage
from bot.domain.ids import CallKey, OrderRequestId, SlackUserId
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act, obstacle, require
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.services import order_rights, order_showing
from bot.services.desk import Desk, actor
from bot.services.order_leading import LEASE, Leading
from bot.services.order_running import lead
from bot.services.order_shop import Reading, read_order, shop_of
from bot.services.order_showing import CALLED, Ready
from bot.store import order_holds, sessions
from bot.store import order_requests as store
from bot.store.order_holds import Lease
from bot.store.work import Connection, Work

WAIT = 1.5
"""Seconds of real time that whoever presses a button waits for the shop; then it goes on without them."""

PATIENCE = 1.0
PAUSE = 0.05
"""How many seconds an order that another act holds is waited for, and how often it is looked."""

RECENT = 5

NEEDS: dict[RequestKind, Capability] = {
    RequestKind.CANCEL: Capability.CANCEL,
    RequestKind.RETURN: Capability.RETURNS,
    RequestKind.RECEIVE: Capability.RETURNS,
    RequestKind.MOVE_RETURN: Capability.RETURNS,
    RequestKind.MEMO: Capability.CREDIT_MEMOS,
    RequestKind.REFUND: Capability.REFUND,
    RequestKind.RELEASE: Capability.RELEASE,
    RequestKind.REVERSE: Capability.REVERSE,
}


async def standing(desk: Desk, by: SlackUserId, number: str) -> OrderStanding:
    """An order read from the shop now, what may be done with it, and what holds it.

    Raises NOT_YOUR_ROLE, NO_SUCH_ORDER, SHOP_AWAY.
    """

    def query(connection: Connection, viewer: Viewer) -> tuple[Person, tuple[Request, ...], Hold | None]:
        require(Act.READ_ORDERS, viewer.person)
        found = order_rights.earlier_of(connection, desk, number)
        return viewer.person, found, order_showing.hold_of(connection, desk, number, found)

    person, requests, held = await desk.read(query, by)
    reading = await read_order(desk, person.ref, number)
    if reading is None:
        raise Refusal(Reason.NO_SUCH_ORDER)
    books = reading.books
    lines = tuple(
        LineCan(
            line_no=one.line_no,
            cancel=one.available_to_cancel,
            give_back=one.available_to_return,
            release=one.allocated - one.fulfilled,
            awaited=books.awaited[one.line_no],
        )
        for one in books.order.products
    )
    return OrderStanding(
        books=books,
        shop=shop_of(desk).capabilities().name,
        read_at=reading.read.read_at,
        lines=lines,
        offers=tuple(_offers(desk, person, reading, lines, requests, held)),
        funds=funds_of(books),
        requests=tuple(one for one in requests if one.is_open),
        recent=tuple(one for one in reversed(requests) if not one.is_open)[:RECENT],
        waiting=tuple(one for one in books.returns if one.stage is ReturnStage.WAITING_FOR_GOODS),
        held=held,
    )


def _offers(
    desk: Desk,
    person: Person,
    reading: Reading,
    lines: tuple[LineCan, ...],
    requests: tuple[Request, ...],
    held: Hold | None,
) -> Iterator[Offer]:
    """The acts that this order's state allows, each with what keeps this person from it now."""
    can = shop_of(desk).capabilities().can
    books, funds = reading.books, funds_of(reading.books)
    stages = {one.stage for one in books.returns}
    led = {one.return_number for one in requests if one.is_open}
    possible = {
        RequestKind.CANCEL: any(one.cancel for one in lines),
        RequestKind.RETURN: any(one.give_back for one in lines),
        RequestKind.RECEIVE: ReturnStage.WAITING_FOR_GOODS in stages,
        RequestKind.MOVE_RETURN: any(moves_by_hand(one, led=one.number in led) for one in books.returns),
        RequestKind.MEMO: any(
            one.comes_off > 0 and not one.is_pre_fulfillment for one in without_memo(books)
        ),
        RequestKind.REFUND: funds.available > 0,
        RequestKind.RELEASE: any(one.release for one in lines),
        RequestKind.REVERSE: funds.to_reverse > 0,
    }
    for kind, is_possible in possible.items():
        if not is_possible:
            continue
        refusal = obstacle(Act.REHEARSE_ORDER_ACT, person)
        if refusal is None and NEEDS[kind] not in can:
            refusal = Refusal(Reason.SHOP_CANNOT, {"value": CALLED.get(NEEDS[kind], kind.value)})
        if refusal is None and held is not None:
            refusal = held_refusal(held)
        yield Offer(kind=kind, refusal=refusal, only_shown=obstacle(RIGHT_FOR[kind], person))


def held_refusal(held: Hold) -> Refusal:
    """Why an order that is held is not acted on."""
    if held.doubtful:
        return Refusal(Reason.ORDER_IN_DOUBT)
    return Refusal(Reason.ORDER_HELD, {"by": held.by.name if held.by else None, "at": held.since})


async def rehearse(desk: Desk, by: SlackUserId, ask: OrderAsk) -> Shown:
    """What an act would do, and what stands in its way; nothing is written. Level one may look, too.

    Raises NOT_YOUR_ROLE, NO_SUCH_ORDER, SHOP_AWAY, SHOP_CANNOT; and ActRefused with
    all that the books have against it (`faults`, a sentence each).
    """
    made = await order_showing.ready(desk, by, ask)
    return await order_showing.shown(desk, made, await order_showing.reading_for(desk, made))


async def submit(desk: Desk, by: SlackUserId, ask: OrderAsk, token: str, key: CallKey) -> Submitted:
    """Do an act as it was shown under `token`, or ask a second person for it where the limit says so.

    A stale token, and a form that is not filled in, do nothing: the answer has a fresh rehearsal. The same
    key with the same token gets the first request, as it stands by then. It waits `WAIT` seconds at most.
    Raises as `rehearse`, and ORDER_HELD (by, at) while another act on the order is under way, ORDER_IN_DOUBT
    while nobody knows what became of one. Nothing was done then.
    """
    key = CallKey(f"{key.name}:{token[:16]}", key.content)
    ends = asyncio.get_running_loop().time() + PATIENCE
    while True:
        before = await answered(desk, by, key)
        if before is not None:
            return before
        made = await order_showing.ready(desk, by, ask)
        order_rights.require_for(made.kind, made.person)
        try:
            fresh = await order_showing.shown(desk, made, await order_showing.reading_for(desk, made))
            if fresh.token != token:
                return await answered(desk, by, key) or Submitted(came=Came.STALE, fresh=fresh)
            if fresh.missing:
                return Submitted(came=Came.ASKS, fresh=fresh)
            request, lease, again = await _begun(desk, by, made, fresh, key)
            break
        except ActRefused:
            before = await answered(desk, by, key)
            if before is None:
                raise
            return before
        except Refusal as refusal:
            if refusal.reason is not Reason.ORDER_HELD or not await _is_free(desk, ask.order_number, ends):
                raise
    if lease is None:
        return await _as_it_is(desk, request, again=again)
    return await watched(desk, lease, ask=ask, by=by)


async def _is_free(desk: Desk, order_number: str, ends: float) -> bool:
    """Wait a little for an order that another act holds; whether it is free by then (in the loop's time)."""
    workspace_id, clock = desk.workspace_id, asyncio.get_running_loop().time
    while clock() < ends:
        await asyncio.sleep(PAUSE)
        held = await desk.store.look(lambda c: order_holds.held(c, workspace_id, order_number), brief=True)
        if held is None or held.doubtful:
            return True
    return False


async def _begun(
    desk: Desk, by: SlackUserId, made: Ready, fresh: Shown, key: CallKey
) -> tuple[OrderRequestId, Lease | None, bool]:
    """The request is kept and its order held, in one transaction; the same press again begins nothing."""
    begun: list[Lease] = []

    def unit(work: Work) -> Receipt:
        begun.clear()
        person = actor(work, by)
        order_rights.require_for(made.kind, person)
        earlier = order_rights.earlier_of(work.connection, desk, made.ask.order_number)
        now = replace(made, person=person, earlier=earlier)
        above = order_showing.is_above(desk, now, fresh.rehearsal)
        request = order_showing.new_request(desk, now, fresh.rehearsal, above=above)
        hands = tuple(order_showing.hands_of(work.connection, desk, now))
        helped = sessions.assisted_order(work.connection, desk.workspace_id, person.id, request.order_number)
        whose = helped or request.on_behalf_of
        request_id = store.add(work, replace(request, hands=hands, on_behalf_of=whose))
        begun.append(hold(work, desk, request.order_number, request_id, earlier))
        return Receipt(order_request_id=request_id, case_id=request.case_id)

    receipt = await desk.write(unit, key)
    assert receipt.order_request_id is not None
    return receipt.order_request_id, begun[0] if begun else None, not begun


def hold(
    work: Work, desk: Desk, order_number: str, request_id: OrderRequestId, requests: tuple[Request, ...]
) -> Lease:
    """Hold an order for a request. Raises ORDER_HELD, ORDER_IN_DOUBT."""
    until = work.stamp.real_now + LEASE
    lease = order_holds.hold(work, order_number, request_id, desk.doing.owner, until)
    if lease is None:
        held = order_showing.hold_of(work.connection, desk, order_number, requests)
        raise held_refusal(held) if held is not None else Refusal(Reason.ORDER_HELD)
    return lease


async def watched(
    desk: Desk, lease: Lease, *, ask: OrderAsk | None = None, by: SlackUserId | None = None
) -> Submitted:
    """Lead a request and wait for it a while. `by` pressed the button: they are not told besides."""
    request = (await _as_it_is(desk, lease.request_id)).request
    waits = request is not None and request.asked_by.slack_user_id == by
    leading = Leading(desk, lease, watched=waits)
    task = desk.doing.begin(lead(leading), f"request {lease.request_id}")
    await asyncio.wait({task}, timeout=WAIT)
    leading.watched = False
    found = await _as_it_is(desk, lease.request_id)
    stale = found.request is not None and found.request.state is RequestState.STALE
    if stale and ask is not None and by is not None:
        return replace(found, came=Came.STALE, fresh=await rehearse(desk, by, ask))
    return found


async def answered(desk: Desk, by: SlackUserId, key: CallKey) -> Submitted | None:
    """What the same press came to before; None where it is the first."""

    def query(connection: Connection, viewer: Viewer) -> Request | None:
        found = store.answered(connection, viewer.workspace_id, key.name)
        return store.by_id(connection, viewer, found) if found is not None else None

    request = await desk.read(query, by)
    return Submitted(came=Came.SAVED, request=request, again=True) if request is not None else None


async def _as_it_is(desk: Desk, request_id: OrderRequestId, *, again: bool = False) -> Submitted:
    workspace_id = desk.workspace_id
    request = await desk.store.look(lambda c: store.itself(c, workspace_id, request_id))
    return Submitted(came=Came.SAVED, request=request, again=again)
