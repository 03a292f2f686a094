"""Leads a request along the steps of its flow, as far as it goes by itself; acts and the sweep start it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from bot.domain.commerce.acts import MoveReturn, OrderAct, RefundMoney, ReturnItems
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.faults import ActRefused
from bot.domain.commerce.flows import FlowStep, StepKind, WaitFor, missing, next_step
from bot.domain.commerce.performing import perform
from bot.domain.commerce.rehearsal import token_of
from bot.domain.commerce.requests import Request, RequestState
from bot.domain.commerce.states import RefundState, ReturnMove, ReturnStage
from bot.domain.ids import OrderRequestId
from bot.services import order_owing, order_paying
from bot.services.desk import Desk
from bot.services.order_acting import act_now, ask_shop, read, stage_of
from bot.services.order_leading import LEASE, Leading, LostLease, facts_of, flow_of, is_submitted, save
from bot.services.order_owing import reading_of
from bot.services.order_shop import Reading, read_order
from bot.services.order_telling import ask_for_approval, tell_by_flow
from bot.store import order_holds, order_intents, order_requests
from bot.store.work import Work

log = logging.getLogger(__name__)

RUNNING = frozenset(
    {RequestState.UNDER_WAY, RequestState.PAYING, RequestState.WAITS, RequestState.WAITS_FOR_GOODS}
)
"""States in which the desk itself may go on; in the others somebody has to say something first."""

LOOK_AT_MONEY = timedelta(minutes=1)
"""How long after a look at a refund that is on its way the next one comes, in real time."""

LOOK_AT_GOODS = timedelta(minutes=10)
"""How long after a look at a return whose goods are awaited the next one comes, in real time."""

SHOP_AWAY = "The shop could not be reached, so nothing was done."


async def lead(leading: Leading) -> None:
    """Go on until the request pauses or ends. Another bot that took it over goes on alone."""
    try:
        while True:
            request = await leading.request()
            if request is None or not await _further(leading, request):
                break
        if request is not None and request.parent is not None:
            done = await leading.request()
            if done is not None and done.state is RequestState.DONE:
                await wake(leading.desk, request.parent)
    except LostLease:
        log.info("request %s is led by another bot", leading.lease.request_id)


async def wake(desk: Desk, request_id: OrderRequestId) -> bool:
    """Go on with a request that waited, if its order is free; whether it was."""
    workspace_id = desk.workspace_id
    request = await desk.store.look(lambda c: order_requests.itself(c, workspace_id, request_id))
    if request is None or request.state not in RUNNING:
        return False

    def unit(work: Work) -> order_holds.Lease | None:
        until = work.stamp.real_now + LEASE
        return order_holds.hold(work, request.order_number, request_id, desk.doing.owner, until)

    lease = await desk.store.write(unit, desk.stamp())
    if lease is None:
        return False
    await lead(Leading(desk, lease))
    return True


async def _further(leading: Leading, request: Request) -> bool:
    """One piece more; False where it pauses."""
    workspace_id = leading.desk.workspace_id
    doubt = await leading.look(lambda c: order_intents.in_doubt(c, workspace_id, request.id))
    if doubt is not None:
        intent, before = doubt
        return await read(leading, request, intent, before, step_of(request))
    rows = await order_paying.of(leading, request)
    for row in rows:
        if row.refund.state in order_paying.UNSURE:
            return await order_paying.read_refund(leading, request, row)
    if request.state not in RUNNING:
        await leading.keep(lambda work: order_holds.let_go(work, leading.lease))
        return False
    for row in rows:
        if row.refund.state is RefundState.REQUESTED:
            return await order_paying.send(leading, request, row)
    if any(row.refund.state is RefundState.FAILED for row in rows):
        return await order_paying.failed(leading, request)
    step = step_of(request)
    if step is None:
        return await _finish(leading, request)
    return await _STEPS[step.kind](leading, request, step)


def step_of(request: Request) -> FlowStep | None:
    """The step at which a request stands; None at the end."""
    return next_step(flow_of(request), request.done, facts_of(request))


async def _preview(leading: Leading, request: Request, step: FlowStep) -> bool:
    await leading.mark(request, step)
    return True


async def _form(leading: Leading, request: Request, step: FlowStep) -> bool:
    if missing(step, request.said):
        await leading.park(request, RequestState.ASKS)
        return False
    await leading.mark(request, step)
    return True


async def _message(leading: Leading, request: Request, step: FlowStep) -> bool:
    """One before the act was read with the preview; one after it waits until somebody has read it."""
    if is_submitted(request) and not request.said.get(step.id):
        await leading.park(request, RequestState.ASKS)
        return False
    await leading.mark(request, step)
    return True


async def _approval(leading: Leading, request: Request, step: FlowStep) -> bool:
    if request.approved:
        await leading.mark(request, step)
        return True
    act = request.act
    books = None
    if isinstance(act, RefundMoney):
        reading = await reading_of(leading, request)
        if reading is None or token_of(reading.books, act, request.terms) != request.token:
            await leading.park(request, RequestState.STALE)
            return False
        books = reading.books

    def unit(work: Work) -> None:
        waits = request
        if books is not None and isinstance(act, RefundMoney):
            waits = order_paying.ask_for_refunds(work, request, books, [act], waits=True)
        waits = leading.parked(work, waits, RequestState.AWAITS_APPROVAL)
        ask_for_approval(work, leading.desk, waits)

    try:
        await leading.keep(unit)
    except ActRefused as refused:
        await leading.park(request, RequestState.REFUSED, trouble=str(refused))
    return False


async def _wait(leading: Leading, request: Request, step: FlowStep) -> bool:
    if step.waits_for is WaitFor.DAYS:
        now = leading.desk.clock.now()
        until = request.waits_until or now + timedelta(days=step.days or 0)
        if request.waits_until is not None and until <= now:
            await leading.mark(request, step, waits_until=None)
            return True
        await leading.park(request, RequestState.WAITS, waits_until=until)
        return False
    reading = await read_order(leading.desk, request.asked_by, request.order_number)
    stage = stage_of(reading.read.books, request.return_number) if reading is not None else None
    if stage is ReturnStage.CANCELED:
        await leading.park(request, RequestState.DONE)
        return False
    if stage is ReturnStage.WAITING_FOR_GOODS or stage is ReturnStage.APPROVAL_PENDING:
        look_at = leading.desk.clock.real_now() + LOOK_AT_GOODS
        await leading.park(request, RequestState.WAITS_FOR_GOODS, look_at=look_at)
        return False
    await leading.mark(request, step)
    return True


async def _label(leading: Leading, request: Request, step: FlowStep) -> bool:
    """Somebody looks at the e-mail that goes, or sends the label by hand and says so."""
    if not request.said.get(step.id):
        await leading.park(request, RequestState.ASKS)
        return False
    await leading.mark(request, step)
    return True


async def _submit(leading: Leading, request: Request, step: FlowStep) -> bool:
    """The act itself, as it was shown: on another order than that nothing is done."""
    act = act_now(request)
    begun = act is not request.act or bool(await order_paying.of(leading, request))
    reading = await reading_of(leading, request)
    if reading is None:
        if not begun:
            await leading.park(request, RequestState.REFUSED, trouble=SHOP_AWAY)
        return False
    if not begun and token_of(reading.books, act, request.terms) != request.token:
        await leading.park(request, RequestState.STALE)
        return False
    if isinstance(act, RefundMoney):
        return await _refund(leading, request, step, act, reading.books)
    if isinstance(act, MoveReturn) and act is not request.act and not _is_pending(reading, act):
        await leading.mark(request, step)
        return True
    return await _asked(leading, request, act, reading, step)


async def _refund(
    leading: Leading, request: Request, step: FlowStep, act: RefundMoney, books: OrderBooks
) -> bool:
    """Money back. Where it is refused nothing of it was sent: what had been promised before was let go."""
    try:
        return await order_paying.pay(leading, request, step, lambda _: (act,), books)
    except ActRefused as refused:
        await leading.park(request, RequestState.REFUSED, trouble=str(refused))
        return False


def _is_pending(reading: Reading, act: MoveReturn) -> bool:
    return stage_of(reading.books, act.number) is ReturnStage.APPROVAL_PENDING


async def _asked(
    leading: Leading, request: Request, act: OrderAct, reading: Reading, step: FlowStep | None
) -> bool:
    """Ask the shop for what the books allow; what they do not is refused before anybody is asked."""
    try:
        perform(reading.books, act, request.terms)
    except ActRefused as refused:
        if act is not request.act:
            return await leading.stop(request, str(refused))
        await leading.park(request, RequestState.REFUSED, trouble=str(refused))
        return False
    return await ask_shop(leading, request, act, reading, step)


async def _notify(leading: Leading, request: Request, step: FlowStep) -> bool:
    """Those whom the step names; whoever asked hears of the end anyway.

    Somebody looks at what the customer is told before it goes, or tells them by hand and says so.
    """
    if step.mails and not request.said.get(step.id):
        await leading.park(request, RequestState.ASKS)
        return False

    def unit(work: Work) -> None:
        done = (*request.done, step.id)
        after = replace(request, done=done)
        save(work, after)
        tell_by_flow(work, after, step.to, {request.asked_by.id})

    await leading.keep(unit)
    return True


async def _finish(leading: Leading, request: Request) -> bool:
    """Every step is done: the money is looked after, a return is closed, and the request ends."""
    rows = await order_paying.of(leading, request)
    for row in rows:
        if row.refund.state is RefundState.PENDING and await order_paying.look_after(leading, request, row):
            return True
    states = {one.refund.state for one in rows}
    if RefundState.PENDING in states:
        look_at = leading.desk.clock.real_now() + LOOK_AT_MONEY
        await leading.park(request, RequestState.PAYING, look_at=look_at)
        return False
    act, reading = await _closing(leading, request, paid=RefundState.SETTLED in states)
    if act is not None and reading is not None:
        return await ask_shop(leading, request, act, reading, None)

    def unit(work: Work) -> None:
        leading.parked(work, request, RequestState.DONE)
        if request.parent is not None:
            order_requests.look_soon(work, request.parent)

    await leading.keep(unit)
    return False


async def _closing(
    leading: Leading, request: Request, *, paid: bool
) -> tuple[MoveReturn | None, Reading | None]:
    """What is left to be said of a return whose goods came and whose money went."""
    if not isinstance(request.act, ReturnItems) or not request.return_number:
        return None, None
    reading = await reading_of(leading, request)
    stage = stage_of(reading.books, request.return_number) if reading is not None else None
    if stage is ReturnStage.RECEIVED:
        move = ReturnMove.REVERSE_PAYMENT if paid else ReturnMove.COMPLETE
    elif stage is ReturnStage.PAYMENT_REVERSED:
        move = ReturnMove.COMPLETE
    else:
        return None, None
    return MoveReturn(number=request.return_number, move=move), reading


_STEPS: dict[StepKind, Callable[[Leading, Request, FlowStep], Awaitable[bool]]] = {
    StepKind.PREVIEW: _preview,
    StepKind.FORM: _form,
    StepKind.MESSAGE: _message,
    StepKind.APPROVAL: _approval,
    StepKind.WAIT: _wait,
    StepKind.RETURN_LABEL: _label,
    StepKind.SUBMIT: _submit,
    StepKind.MEMO: order_owing.memo,
    StepKind.REFUND: order_owing.refund,
    StepKind.NOTIFY: _notify,
}
