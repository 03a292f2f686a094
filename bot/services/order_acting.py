"""One act asked of the shop: the intent before it, the answer, the order read back, and what arose kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from bot.domain.commerce.acts import MoveReturn, OrderAct, ReturnItems
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.flows import FlowStep
from bot.domain.commerce.intents import Intent, IntentMove, IntentState, differences, expected, read_back
from bot.domain.commerce.port import Changed, Declined, NoAnswer, NotOffered, NotSent
from bot.domain.commerce.rehearsal import DocumentKind, DocumentToBe
from bot.domain.commerce.requests import Request, RequestKind, RequestState
from bot.domain.commerce.states import ReturnMove, ReturnStage
from bot.domain.refusals import Refusal
from bot.services.order_leading import Leading, is_submitted, save, write_for
from bot.services.order_shop import GRACE, WRITE_SECONDS, Reading, asked, read_order, shop_of
from bot.services.order_telling import keep_receipt, tell_asker, tell_of_doubt
from bot.store import order_intents
from bot.store.outbox import Kind
from bot.store.work import Work

LOOK_AGAIN = timedelta(seconds=20)
"""How long after a look that told nothing the next one comes, in real time."""

LOOK_RARELY = timedelta(minutes=10)
"""The same where a person has to look: the shop may still come to show what it should."""

NOT_REACHED = "The shop could not be reached."
NOT_DONE = "The shop was asked and did not do it."


def act_now(request: Request) -> OrderAct:
    """What the submit of a request asks for next: a return that was opened is approved, as its flow says."""
    if isinstance(request.act, ReturnItems) and request.return_number:
        return MoveReturn(number=request.return_number, move=ReturnMove.APPROVE)
    return request.act


async def ask_shop(
    leading: Leading, request: Request, act: OrderAct, reading: Reading, step: FlowStep | None
) -> bool:
    """Ask the shop for an act that the books allow; whether the request may go on at once.

    The intent is committed before the call, and no transaction is open during it.
    """
    desk = leading.desk
    intent = await _written(leading, request, act, reading)
    write = write_for(request, intent.key, intent.version)
    call = shop_of(desk).submit(write, request.order_number, act, request.terms)
    try:
        answer = await asked(call, WRITE_SECONDS)
    except NoAnswer:
        return await read(leading, request, intent, reading.books, step)
    except Changed:
        return await _not_done(leading, request, intent, RequestState.STALE, "")
    except NotSent:
        return await _not_done(leading, request, intent, RequestState.REFUSED, NOT_REACHED)
    except NotOffered as lacking:
        return await _not_done(leading, request, intent, RequestState.REFUSED, str(lacking))
    if isinstance(answer, Declined):
        return await _declined(leading, request, intent, answer)
    return await read(leading, request, intent, reading.books, step, answer=answer.ref or "done")


async def _written(leading: Leading, request: Request, act: OrderAct, reading: Reading) -> Intent:
    def unit(work: Work) -> Intent:
        intent = Intent(
            key=order_intents.next_key(work.connection, work.workspace_id, request.id),
            order_number=request.order_number,
            act=act,
            terms=request.terms,
            version=reading.read.version,
            sent_by=work.stamp.real_now + timedelta(seconds=WRITE_SECONDS + GRACE),
        )
        order_intents.add(work, request.id, intent, reading.books)
        return intent

    return await leading.keep(unit)


async def read(
    leading: Leading,
    request: Request,
    intent: Intent,
    before: OrderBooks,
    step: FlowStep | None,
    *,
    answer: str = "",
) -> bool:
    """Read the order back and make of it what it shows; whether the request may go on at once.

    `answer` is what the shop said: that it is done. It is believed where the order shows it.
    """
    now = await _order_now(leading, request)
    if now is None:
        return await _in_doubt(leading, request, intent)
    at = leading.desk.clock.real_now()
    if intent.state is IntentState.WRITTEN:
        found = read_back(replace(intent, state=IntentState.UNKNOWN), before, now, at)
        if answer and found is IntentMove.READ_DONE:
            return await _landed(leading, request, intent, IntentMove.ANSWERED, before, now, step, answer)
        lost = await leading.keep(lambda work: order_intents.move(work, intent, IntentMove.LOST))
        if lost is None:
            return False  # somebody else has settled it
        intent = lost
    found = read_back(intent, before, now, at)
    if found is None or (found is IntentMove.READ_AS_BEFORE and intent.state is IntentState.FOR_A_PERSON):
        return await _in_doubt(leading, request, intent)
    if found is IntentMove.READ_DONE:
        return await _landed(leading, request, intent, found, before, now, step, "")
    if found is IntentMove.READ_AS_BEFORE:
        return await _not_done(leading, request, intent, RequestState.REFUSED, NOT_DONE, found)
    return await _for_a_person(leading, request, intent, before, now)


async def _order_now(leading: Leading, request: Request) -> OrderBooks | None:
    """The order as the shop has it; None where it cannot be read now."""
    try:
        found = await read_order(
            leading.desk, request.asked_by, request.order_number, case_id=request.case_id
        )
    except Refusal:
        return None
    return found.read.books if found is not None else None


async def _landed(
    leading: Leading,
    request: Request,
    intent: Intent,
    move: IntentMove,
    before: OrderBooks,
    now: OrderBooks,
    step: FlowStep | None,
    answer: str,
) -> bool:
    """It is done: what arose is kept with the request and, as its receipt, in the case."""

    def unit(work: Work) -> bool:
        if order_intents.move(work, intent, move, answer=answer) is None:
            return False
        landed(work, request, intent.act, before, now, step)
        return True

    return await leading.keep(unit, doubtful=False)


def landed(
    work: Work, request: Request, act: OrderAct, before: OrderBooks, now: OrderBooks, step: FlowStep | None
) -> None:
    """Keep what an act brought about; its step is done, but for a return that is still to be approved."""
    arose = tuple(documents_between(before, now))
    number = request.return_number or _return_number(act, arose)
    half = isinstance(act, ReturnItems)
    done = (*request.done, step.id) if step is not None and not half else request.done
    after = replace(
        request,
        state=RequestState.UNDER_WAY,
        documents=(*request.documents, *arose),
        return_number=number,
        done=done,
        trouble="",
    )
    save(work, after)
    if not isinstance(act, MoveReturn) or request.kind is RequestKind.MOVE_RETURN:
        keep_receipt(work, after, after.kind.value, arose, request.asked_by.id)


def documents_between(before: OrderBooks, now: OrderBooks) -> Iterator[DocumentToBe]:
    """What arose between two readings of an order, refunds aside."""
    changes, memos = ({one.number for one in found} for found in (before.changes, before.memos))
    returns = {one.number for one in before.returns}
    for change in now.changes:
        if change.number not in changes:
            yield DocumentToBe(kind=DocumentKind.CHANGE_ORDER, number=change.number, amount=change.comes_off)
    for memo in now.memos:
        if memo.number not in memos:
            yield DocumentToBe(kind=DocumentKind.CREDIT_MEMO, number=memo.number, amount=memo.amount)
    for back in now.returns:
        if back.number not in returns:
            yield DocumentToBe(kind=DocumentKind.RETURN, number=back.number)


def _return_number(act: OrderAct, arose: Iterable[DocumentToBe]) -> str:
    named = getattr(act, "number", "")
    made = (one.number for one in arose if one.kind is DocumentKind.RETURN)
    return named or next(made, "")


async def _declined(leading: Leading, request: Request, intent: Intent, answer: Declined) -> bool:
    return await _not_done(leading, request, intent, RequestState.REFUSED, answer.said, IntentMove.REFUSED)


async def _not_done(
    leading: Leading,
    request: Request,
    intent: Intent,
    state: RequestState,
    trouble: str,
    move: IntentMove = IntentMove.NOT_SENT,
) -> bool:
    """It surely had no effect. The request ends, or a person goes on where something was done before it."""

    def unit(work: Work) -> None:
        if order_intents.move(work, intent, move, answer=trouble) is None:
            return
        begun = is_submitted(request) or bool(request.return_number and request.kind is RequestKind.RETURN)
        if not begun:
            leading.parked(work, request, state, trouble=trouble)
            return
        after = leading.parked(work, request, RequestState.FOR_A_PERSON, trouble=trouble or NOT_DONE)
        tell_of_doubt(work, after)

    await leading.keep(unit, doubtful=False)
    return False


async def _in_doubt(leading: Leading, request: Request, intent: Intent) -> bool:
    """Nobody can tell yet. The order stays held, and is read again later by whatever bot comes first."""

    def unit(work: Work) -> None:
        if intent.state is IntentState.WRITTEN:
            order_intents.move(work, intent, IntentMove.LOST)
        if request.state not in (RequestState.IN_DOUBT, RequestState.FOR_A_PERSON):
            after = replace(request, state=RequestState.IN_DOUBT)
            save(work, after)
            tell_asker(work, Kind.ORDER_IN_DOUBT, after)

    rests = LOOK_RARELY if intent.state is IntentState.FOR_A_PERSON else LOOK_AGAIN
    await leading.keep(unit, until=leading.desk.clock.real_now() + rests, doubtful=True)
    return False


async def _for_a_person(
    leading: Leading, request: Request, intent: Intent, before: OrderBooks, now: OrderBooks
) -> bool:
    """The order is neither as before nor as it should be: somebody has to look, with the figures."""
    said = "\n".join(differences(expected(before, intent), now)) or "The order's documents differ."

    def unit(work: Work) -> None:
        if intent.state is not IntentState.FOR_A_PERSON:
            order_intents.move(work, intent, IntentMove.READ_ELSE)
        if request.state is not RequestState.FOR_A_PERSON:
            after = replace(request, state=RequestState.FOR_A_PERSON, trouble=said)
            save(work, after)
            tell_of_doubt(work, after)

    await leading.keep(unit, until=leading.desk.clock.real_now() + LOOK_RARELY, doubtful=True)
    return False


def stage_of(books: OrderBooks, number: str) -> ReturnStage | None:
    """Where a return stands; None where the order has none of that number."""
    found = books.return_order(number)
    return found.stage if found is not None else None
