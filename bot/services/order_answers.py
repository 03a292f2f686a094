"""What people say while a request is on its way: a form, a message read, another try, what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.flows import FlowStep, StepKind, missing
from bot.domain.commerce.intents import IntentMove, IntentState
from bot.domain.commerce.mail_drafts import MailDraft
from bot.domain.commerce.refunding import moved_refund
from bot.domain.commerce.requests import RIGHT_FOR, Came, Request, RequestState, Submitted
from bot.domain.commerce.states import RefundMove, RefundState
from bot.domain.ids import CallKey, OrderRequestId, SlackUserId
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act, require
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.services import order_acts, order_rights
from bot.services.desk import Desk, actor
from bot.services.order_acting import landed
from bot.services.order_leading import LEASE, save
from bot.services.order_rights import request_of, request_to_change
from bot.services.order_running import step_of
from bot.services.order_shop import read_order
from bot.services.order_telling import keep_mail, keep_receipt, tell_asker
from bot.store import desk_refunds, order_holds, order_intents, order_mails
from bot.store.order_holds import Lease
from bot.store.outbox import Kind
from bot.store.work import Connection, Work

READ, MAILED = "yes", "mailed"
"""What `said` has of a message that was read and a customer who was told by hand; of one who was e-mailed."""


async def go_on(
    desk: Desk,
    by: SlackUserId,
    request_id: OrderRequestId,
    said: Mapping[str, str],
    key: CallKey,
    mail: MailDraft | None = None,
) -> Submitted:
    """Answer the step at which a request stands: a form (its fields in `said`), a message that was read, a
    customer who was told by hand, or is told by `mail` (`order_mails.send` has drafted it). Goods are
    received by `order_acts.submit` with ReceiveGoods and `parent`.

    The answer is ASKS where fields are missing. Raises NOT_YOUR_ROLE, TAKEN_FROM_YOUR_TEAM,
    NO_SUCH_ORDER_REQUEST, NOTHING_TO_ANSWER, ORDER_HELD, ORDER_IN_DOUBT.
    """
    before = await order_acts.answered(desk, by, key)
    if before is not None:
        return before
    lacking: list[Submitted] = []
    begun: list[Lease] = []

    def unit(work: Work) -> Receipt:
        lacking.clear()
        begun.clear()
        person, now = _begin(work, by, request_id, RequestState.ASKS)
        step = step_of(now)
        if step is None or (mail is not None and mail.step != step.id):
            raise Refusal(Reason.NOTHING_TO_ANSWER)
        answers = _answers(step, said) if mail is None else {step.id: MAILED}
        after = replace(now, said={**now.said, **answers}, state=RequestState.UNDER_WAY)
        fields = missing(step, after.said) if step.kind is StepKind.FORM else ()
        if fields:
            lacking.append(Submitted(came=Came.ASKS, request=now, missing=fields))
            raise Refusal(Reason.NOTHING_TO_ANSWER)
        save(work, _with_hand(after, person))
        begun.append(_held(work, desk, now))
        if step.mails:
            _told(work, now, person, mail)
        return Receipt(order_request_id=now.id, case_id=now.case_id)

    try:
        await desk.write(unit, key)
    except Refusal:
        if not lacking:
            raise
        return lacking[0]
    return await _on(desk, by, key, begun)


def _told(work: Work, request: Request, person: Person, mail: MailDraft | None) -> None:
    """The customer hears of it: the e-mail goes into the outbox with what it follows from."""
    if mail is None:
        keep_mail(work, request, "told_by_hand", "", person.id)
        return
    order_mails.add(work, request, mail, person.id)
    keep_mail(work, request, "mailed", mail.summary, person.id)


def _answers(step: FlowStep, said: Mapping[str, str]) -> dict[str, str]:
    if step.kind is StepKind.FORM:
        names = {one.name for one in step.fields}
        return {name: text for name, text in said.items() if name in names}
    return {step.id: READ}


def _with_hand(request: Request, person: Person) -> Request:
    """Whoever answers had a part in it."""
    if person.id == request.asked_by.id or any(one.id == person.id for one in request.hands):
        return request
    return replace(request, hands=(*request.hands, person.ref))


def _begin(
    work: Work, by: SlackUserId, request_id: OrderRequestId, state: RequestState
) -> tuple[Person, Request]:
    """Who answers, and what. Raises NOT_YOUR_ROLE and the like, NOTHING_TO_ANSWER."""
    person = actor(work, by)
    now = request_to_change(work, person, request_id)
    require(RIGHT_FOR[now.kind], person)
    if now.state is not state:
        raise Refusal(Reason.NOTHING_TO_ANSWER)
    return person, now


def _held(work: Work, desk: Desk, request: Request) -> Lease:
    earlier = order_rights.earlier_of(work.connection, desk, request.order_number)
    return order_acts.hold(work, desk, request.order_number, request.id, earlier)


async def _on(desk: Desk, by: SlackUserId, key: CallKey, begun: list[Lease]) -> Submitted:
    """Lead what was answered; the same press again began nothing."""
    if begun:
        return await order_acts.watched(desk, begun[0], by=by)
    done = await order_acts.answered(desk, by, key)
    assert done is not None  # it has just been written
    return done


async def retry(desk: Desk, by: SlackUserId, request_id: OrderRequestId, key: CallKey) -> Submitted:
    """Try refunds that failed once more. Raises NOT_YOUR_ROLE, NO_SUCH_ORDER_REQUEST, NOTHING_TO_ANSWER,
    ORDER_HELD, ORDER_IN_DOUBT, SHOP_AWAY; ActRefused where the money is not there any more.
    """
    before = await order_acts.answered(desk, by, key)
    if before is not None:
        return before

    def query(connection: Connection, viewer: Viewer) -> tuple[Person, Request]:
        require(Act.REFUND, viewer.person)
        return viewer.person, request_of(connection, viewer, request_id)

    person, request = await desk.read(query, by)
    reading = await read_order(desk, person.ref, request.order_number, case_id=request.case_id)
    if reading is None:
        raise Refusal(Reason.NO_SUCH_ORDER)
    _check_again(request, reading.books, reading.refunds)
    begun: list[Lease] = []

    def unit(work: Work) -> Receipt:
        begun.clear()
        who, now = _begin(work, by, request_id, RequestState.REFUND_FAILED)
        require(Act.REFUND, who)
        begun.append(_held(work, desk, now))
        for row in desk_refunds.of_request(work.connection, work.workspace_id, now.id):
            if row.refund.state is RefundState.FAILED:
                desk_refunds.move(work, row, RefundMove.RETRY)
        save(work, _with_hand(replace(now, state=RequestState.UNDER_WAY, trouble=""), who))
        keep_receipt(work, now, "retry", (), who.id)
        return Receipt(order_request_id=now.id, case_id=now.case_id)

    await desk.write(unit, key)
    return await _on(desk, by, key, begun)


def _check_again(request: Request, books: OrderBooks, rows: tuple[desk_refunds.RefundRow, ...]) -> None:
    """Raise ActRefused where the money of a refund that failed is promised to another by now."""
    for row in rows:
        if row.request_id == request.id and row.refund.state is RefundState.FAILED:
            books = moved_refund(books, row.refund.number, RefundMove.RETRY)


async def settle(
    desk: Desk, by: SlackUserId, request_id: OrderRequestId, was_done: bool, reason: str, key: CallKey
) -> Submitted:
    """Say what became of an act that reading could not tell: somebody has looked at the shop.

    Kept with who said it and why. Raises NOT_YOUR_ROLE (managers and administrators), WHY_NEEDED,
    OWN_REQUEST and the like as `decide`, NO_SUCH_ORDER_REQUEST, NOTHING_TO_ANSWER, SHOP_AWAY.
    """
    if not reason.strip():
        raise Refusal(Reason.WHY_NEEDED)
    before = await order_acts.answered(desk, by, key)
    if before is not None:
        return before

    def query(connection: Connection, viewer: Viewer) -> tuple[Person, Request]:
        require(Act.APPROVE, viewer.person)
        return viewer.person, request_of(connection, viewer, request_id)

    person, request = await desk.read(query, by)
    reading = await read_order(desk, person.ref, request.order_number, case_id=request.case_id)
    if reading is None:
        raise Refusal(Reason.NO_SUCH_ORDER)
    begun: list[Lease] = []

    def unit(work: Work) -> Receipt:
        begun.clear()
        who = actor(work, by)
        require(Act.APPROVE, who)
        lease = _seized(work, desk, request)  # first, as whoever leads it does
        now = request_to_change(work, who, request_id)
        order_rights.check_may_decide(work.connection, desk, replace(now, decided_by=None), who)
        if now.state is not RequestState.FOR_A_PERSON:
            raise Refusal(Reason.NOTHING_TO_ANSWER)
        if _settled(work, now, reading.read.books, was_done, who, reason.strip()):
            begun.append(lease)
        else:
            order_holds.let_go(work, lease)
        keep_receipt(work, now, "settled_done" if was_done else "settled_not_done", (), who.id)
        return Receipt(order_request_id=now.id, case_id=now.case_id)

    await desk.write(unit, key)
    return await _on(desk, by, key, begun)


def _seized(work: Work, desk: Desk, request: Request) -> Lease:
    """The order of what is in doubt is held already; else it is held now. Raises ORDER_HELD."""
    until = work.stamp.real_now + LEASE
    lease = order_holds.seize(work, request.order_number, request.id, desk.doing.owner, until)
    return lease or _held(work, desk, request)


def _settled(work: Work, now: Request, books: OrderBooks, was_done: bool, who: Person, why: str) -> bool:
    """Keep what somebody found out; whether the request goes on from there."""
    doubt = order_intents.in_doubt(work.connection, work.workspace_id, now.id)
    clear = replace(now, state=RequestState.UNDER_WAY, trouble="", why=why)
    if doubt is not None and doubt[0].state is IntentState.FOR_A_PERSON:
        intent, before = doubt
        move = IntentMove.SETTLED_DONE if was_done else IntentMove.SETTLED_NOT_DONE
        order_intents.move(work, intent, move, by=who.id, why=why)
        if was_done:
            landed(work, clear, intent.act, before, books, step_of(now))
            return True
        return _ends_or_goes_on(work, clear, begun=intent.act != now.act)
    rows = desk_refunds.of_request(work.connection, work.workspace_id, now.id)
    unknown = [one for one in rows if one.refund.state is RefundState.UNKNOWN]
    for row in unknown:
        how = RefundMove.READ_PAID if was_done else RefundMove.READ_NOTHING
        desk_refunds.move(work, row, how, by=who.id, why=why)
    step = step_of(now)
    if was_done and not unknown and step is not None:
        clear = replace(clear, done=(*clear.done, step.id))
    save(work, clear)
    return True


def _ends_or_goes_on(work: Work, request: Request, *, begun: bool) -> bool:
    """What was not done ends the request, or is tried again where something was done before it."""
    after = request if begun else replace(request, state=RequestState.REFUSED)
    save(work, after)
    if not begun:
        tell_asker(work, Kind.ORDER_SETTLED, after)
    return begun
