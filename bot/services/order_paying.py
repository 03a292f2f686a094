"""Refunds of a request: asked for, sent one at a time, their answers kept, and asked after until they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain.commerce.acts import RefundMoney
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.desk_refunds import gone_back
from bot.domain.commerce.documents import Refund, Stamp
from bot.domain.commerce.flows import FlowStep
from bot.domain.commerce.intents import LATE_EFFECT, refund_move
from bot.domain.commerce.performing import perform
from bot.domain.commerce.port import Changed, Declined, NoAnswer, NotOffered, NotSent, RefundSeen
from bot.domain.commerce.rehearsal import DocumentKind, DocumentToBe
from bot.domain.commerce.requests import Request, RequestState
from bot.domain.commerce.states import REFUND, RefundMove, RefundState
from bot.domain.refusals import Refusal
from bot.services.order_acting import LOOK_AGAIN, LOOK_RARELY, NOT_REACHED
from bot.services.order_leading import Leading, ask_for, save, write_for
from bot.services.order_shop import GRACE, READ_SECONDS, WRITE_SECONDS, asked, read_order, shop_of
from bot.services.order_telling import keep_receipt, tell_asker, tell_of_doubt
from bot.store import desk_refunds
from bot.store.desk_refunds import RefundRow
from bot.store.outbox import Kind
from bot.store.work import Work

GIVEN_UP = frozenset({RefundState.WITHDRAWN, RefundState.DECLINED})
UNSURE = frozenset({RefundState.SENDING, RefundState.UNKNOWN})


def ask_for_refunds(
    work: Work, request: Request, books: OrderBooks, acts: Sequence[RefundMoney], *, waits: bool = False
) -> Request:
    """Promise the money of refunds, which wait for their approval or may be sent. Raises ActRefused."""
    stamp = Stamp(
        flow=request.flow.stamp if request.flow else "", case_id=request.case_id, needs_approval=waits
    )
    arose: list[Refund] = []
    for act in acts:
        outcome = perform(books, act, request.terms, stamp)
        arose += outcome.refunds
        books = outcome.after
    desk_refunds.add(work, request.id, request.order_number, arose)
    papers = [DocumentToBe(kind=DocumentKind.REFUND, number=one.number, amount=one.amount) for one in arose]
    return replace(request, documents=(*request.documents, *papers))


async def pay(
    leading: Leading,
    request: Request,
    step: FlowStep,
    wanted: Callable[[OrderBooks], Sequence[RefundMoney]],
    books: OrderBooks,
) -> bool:
    """The step at which money goes back: promised first, then sent by `send`, done when all is on its way."""
    rows = [one for one in await of(leading, request) if one.refund.state not in GIVEN_UP]
    if not rows:
        acts = wanted(books)

        def ask(work: Work) -> None:
            after = ask_for_refunds(work, request, books, acts)
            done = after.done if acts else (*after.done, step.id)
            save(work, replace(after, done=done))

        await leading.keep(ask)
        return True
    if any(one.refund.state is RefundState.AWAITING_APPROVAL for one in rows):

        def approve(work: Work) -> None:
            for one in rows:
                desk_refunds.move(work, one, RefundMove.APPROVE)

        await leading.keep(approve)
        return True

    def done(work: Work) -> None:
        after = replace(request, done=(*request.done, step.id))
        save(work, after)
        sent = {one.refund.number for one in rows}
        papers = [one for one in after.documents if one.number in sent]
        keep_receipt(work, after, "refund", papers, request.asked_by.id)

    await leading.keep(done)
    return True


async def failed(leading: Leading, request: Request) -> bool:
    """Money did not go: somebody is to say whether it is tried again. It is promised to nobody meanwhile."""

    def unit(work: Work) -> None:
        after = leading.parked(work, request, RequestState.REFUND_FAILED)
        tell_of_doubt(work, after)

    await leading.keep(unit)
    return False


async def of(leading: Leading, request: Request) -> tuple[RefundRow, ...]:
    """The refunds of a request."""
    workspace_id = leading.desk.workspace_id
    return await leading.look(lambda c: desk_refunds.of_request(c, workspace_id, request.id))


async def send(leading: Leading, request: Request, row: RefundRow) -> bool:
    """Send one refund. Its state says before the call that it is being sent; whether the request goes on."""
    refund = row.refund
    reading = await read_order(leading.desk, request.asked_by, request.order_number, case_id=request.case_id)
    payment = reading.read.books.payment(refund.payment_ref) if reading is not None else None
    if reading is None or payment is None or reading.books.faults:
        why = "\n".join(str(one) for one in reading.books.faults) if reading is not None else ""
        return await _moved(leading, request, row, (RefundMove.REFUSED,), why or "The payment is gone.")
    before = gone_back(payment)
    sent_by = leading.desk.clock.real_now() + timedelta(seconds=WRITE_SECONDS + GRACE)

    def sending(work: Work) -> bool:
        return desk_refunds.move(work, row, RefundMove.SEND, sent_by=sent_by, back_before=before)

    if not await leading.keep(sending):
        return False
    row = replace(
        row,
        ours=replace(row.ours, refund=refund.with_state(RefundState.SENDING), back_before=before),
        sent_by=sent_by,
    )
    write = write_for(request, refund.sending_key, reading.read.version)
    try:
        answer = await asked(
            shop_of(leading.desk).refund(write, request.order_number, row.refund), WRITE_SECONDS
        )
    except NoAnswer:
        return await read_refund(leading, request, row)
    except (NotSent, Changed, NotOffered) as wrong:
        return await _moved(leading, request, row, (RefundMove.REFUSED,), str(wrong) or NOT_REACHED)
    if isinstance(answer, Declined):
        return await _moved(leading, request, row, (RefundMove.REFUSED,), answer.said)
    seen = await _status(leading, request, row)
    move = {RefundSeen.PAID: RefundMove.PAID, RefundSeen.REFUSED: RefundMove.REFUSED}.get(
        seen, RefundMove.ACCEPTED
    )
    return await _moved(leading, request, row, (move,), "", ref=answer.ref)


async def read_refund(leading: Leading, request: Request, row: RefundRow) -> bool:
    """Ask what became of a refund whose answer was lost; only reading settles it, or a person."""
    lost = (RefundMove.LOSE,) if row.refund.state is RefundState.SENDING else ()
    seen = await _status(leading, request, row)
    late = row.sent_by is None or leading.desk.clock.real_now() >= row.sent_by + LATE_EFFECT
    move = refund_move(seen)
    if move is RefundMove.READ_NOTHING and not late:
        move = None  # it may still come
    if move is not None:
        trouble = "The shop never had it." if move is RefundMove.READ_NOTHING else ""
        return await _moved(leading, request, row, (*lost, move), trouble)
    return await _unsure(leading, request, row, lost, for_a_person=late)


async def look_after(leading: Leading, request: Request, row: RefundRow) -> bool:
    """Ask after a refund that the shop has accepted; whether its state is another now."""
    move = refund_move(await _status(leading, request, row))
    if move not in (RefundMove.READ_PAID, RefundMove.READ_REFUSED):
        return False
    await _moved(leading, request, row, (move,), "")
    return True


async def _status(leading: Leading, request: Request, row: RefundRow) -> RefundSeen:
    shop = shop_of(leading.desk)
    try:
        call = shop.refund_status(ask_for(request), request.order_number, row.refund)
        return await asked(call, READ_SECONDS)
    except (NoAnswer, NotSent, Changed, NotOffered):
        return RefundSeen.CANNOT_TELL


async def _moved(
    leading: Leading,
    request: Request,
    row: RefundRow,
    moves: Sequence[RefundMove],
    trouble: str,
    *,
    ref: str = "",
) -> bool:
    """Keep what became of a refund. A shop that paid more than it was asked for is somebody's to look at."""
    paid = moves[-1] in (RefundMove.PAID, RefundMove.READ_PAID, RefundMove.ACCEPTED)
    too_much = await _too_much(leading, request, row) if paid else ""

    def unit(work: Work) -> bool:
        if not _all_moved(work, row, moves, ref):
            return False
        said = too_much or trouble
        state = RequestState.FOR_A_PERSON if too_much else RequestState.UNDER_WAY
        if request.state is RequestState.PAYING and not too_much:
            state = RequestState.PAYING
        after = replace(request, state=state, trouble=said)
        if too_much:
            after = leading.parked(work, request, state, trouble=said)
            tell_of_doubt(work, after)
            return False
        save(work, after)
        return True

    return await leading.keep(unit, doubtful=False)


def _all_moved(work: Work, row: RefundRow, moves: Sequence[RefundMove], ref: str) -> bool:
    for move in moves:
        if not desk_refunds.move(work, row, move, provider_ref=ref):
            return False
        row = replace(row, ours=replace(row.ours, refund=row.refund.with_state(_after(row, move))))
    return True


def _after(row: RefundRow, move: RefundMove) -> RefundState:
    return REFUND.after(row.refund.state, move)


async def _too_much(leading: Leading, request: Request, row: RefundRow) -> str:
    """In figures, what a shop paid back beyond what it was asked for; empty where it did not."""
    if row.ours.back_before is None:
        return ""
    try:
        reading = await read_order(leading.desk, request.asked_by, request.order_number)
    except Refusal:
        return ""
    payment = reading.read.books.payment(row.refund.payment_ref) if reading is not None else None
    if reading is None or payment is None:
        return ""
    wanted, found = row.ours.back_before + row.refund.amount, gone_back(payment)
    if found <= wanted:
        return ""
    books = reading.books
    return (
        f"Payment {payment.ref}: {books.said(found)} went back, and should be {books.said(wanted)} after "
        f"refund {row.refund.number}."
    )


async def _unsure(
    leading: Leading, request: Request, row: RefundRow, lost: Sequence[RefundMove], *, for_a_person: bool
) -> bool:
    wanted = RequestState.FOR_A_PERSON if for_a_person else RequestState.IN_DOUBT

    def unit(work: Work) -> None:
        _all_moved(work, row, lost, "")
        if request.state is wanted:
            return
        said = f"Nobody can tell whether refund {row.refund.number} was paid." if for_a_person else ""
        after = replace(request, state=wanted, trouble=said)
        save(work, after)
        if for_a_person:
            tell_of_doubt(work, after)
        else:
            tell_asker(work, Kind.ORDER_IN_DOUBT, after)

    rests = LOOK_RARELY if for_a_person else LOOK_AGAIN
    await leading.keep(unit, until=leading.desk.clock.real_now() + rests, doubtful=True)
    return False
