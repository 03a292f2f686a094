"""Standings, rehearsals and requests for the tests of windows and messages about acts on orders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.blocks import order_requests
from bot.dialogs import (
    order_areas,
    order_more,
    order_page,
    pick_items,
    receive_goods,
    refund_money,
    rehearse_act,
    request_page,
)
from bot.dialogs.asked_acts import About
from bot.dialogs.pick_items import Picking
from bot.domain.commerce.acts import (
    DEFAULT_TERMS,
    CancelItems,
    Goods,
    MoveReturn,
    MoveUnits,
    OrderAct,
    ReceiveGoods,
    ReturnItems,
    Units,
)
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.flows import Flow, FlowKind, FlowStep, FormField, StepKind
from bot.domain.commerce.funds import funds_of
from bot.domain.commerce.mail_drafts import ByHand, MailDraft
from bot.domain.commerce.order_filters import OrderFilter, ReturnFilter
from bot.domain.commerce.performing import perform
from bot.domain.commerce.quantities import UnitAct, most
from bot.domain.commerce.rehearsal import rehearse
from bot.domain.commerce.removal import Item
from bot.domain.commerce.request_mails import RequestMail
from bot.domain.commerce.requests import (
    LineCan,
    Offer,
    OrderAsk,
    OrderStanding,
    Queue,
    Request,
    RequestKind,
    RequestLine,
    Requests,
    RequestShown,
    RequestState,
    Shown,
    kind_of,
)
from bot.domain.commerce.states import ReturnMove, ReturnStage
from bot.domain.ids import CustomerId, OrderId, OrderRequestId
from bot.domain.mail import MailState
from bot.domain.shop.money import Money
from bot.domain.shop.order_lists import OrderList, OrderPlace, OrdersAsked, ReturnList, ReturnRow
from bot.domain.shop.orders import OrderRow, OrderStatus
from bot.flow_file import packaged_flow
from tests.blocks.samples import ANA, MARIA
from tests.blocks.slack_rules import Json
from tests.domain.commerce.books import worked

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

CANCEL_ONE = CancelItems(items=(Item(line_no=1, quantity=1, reason="Too slow"),))


def done(books: OrderBooks, *acts: OrderAct) -> OrderBooks:
    for act in acts:
        books = perform(books, act).after
    return books


def sent(books: OrderBooks) -> OrderBooks:
    """All that is left of the first line is on its way."""
    left = books.order.products[0].quantity
    units = (Units(line_no=1, quantity=left),)
    return done(books, *(MoveUnits(act=act, units=units) for act in (UnitAct.ALLOCATE, UnitAct.FULFIL)))


def awaiting(books: OrderBooks, count: int = 1) -> OrderBooks:
    """So many of the first line are on their way back."""
    back = ReturnItems(items=(Item(line_no=1, quantity=count, reason="Damaged"),))
    books = done(sent(books), back)
    return done(books, MoveReturn(number=books.returns[-1].number, move=ReturnMove.APPROVE))


def standing(books: OrderBooks, **more: Any) -> OrderStanding:
    values: dict[str, Any] = {
        "books": books,
        "shop": "embedded",
        "read_at": NOON,
        "lines": tuple(
            LineCan(
                line_no=one.line_no,
                cancel=most(one, UnitAct.CANCEL),
                give_back=most(one, UnitAct.START_RETURN),
                release=most(one, UnitAct.RELEASE),
                awaited=books.awaited[one.line_no],
            )
            for one in books.order.products
        ),
        "offers": tuple(Offer(kind=one) for one in RequestKind),
        "funds": funds_of(books),
        "requests": (),
        "recent": (),
        "waiting": tuple(one for one in books.returns if one.is_awaited),
    }
    return OrderStanding(**(values | more))


def flow_of(act: OrderAct) -> Flow | None:
    kinds = {RequestKind.CANCEL: FlowKind.CANCEL, RequestKind.RETURN: FlowKind.RETURN}
    kind = kinds.get(kind_of(act))
    return packaged_flow(kind) if kind else None


def shown(books: OrderBooks, act: OrderAct, **more: Any) -> Shown:
    flow = flow_of(act)
    rehearsal = rehearse(books, act, flow.terms if flow else DEFAULT_TERMS)
    values: dict[str, Any] = {
        "ask": OrderAsk(order_number=books.order.number, act=act),
        "rehearsal": rehearsal,
        "flow": flow,
        "steps": flow.steps if flow else (),
        "asks": (),
        "missing": (),
        "needs_approval": False,
        "limit": Money(minor=200_00, currency="USD"),
    }
    return Shown(**(values | more))


def request(books: OrderBooks | None = None, act: OrderAct = CANCEL_ONE, **more: Any) -> Request:
    rehearsal = rehearse(books or worked(), act)
    values: dict[str, Any] = {
        "id": OrderRequestId(7),
        "kind": kind_of(act),
        "state": RequestState.AWAITS_APPROVAL,
        "order_number": "1042",
        "currency": "USD",
        "act": act,
        "terms": DEFAULT_TERMS,
        "at_stake": rehearsal.at_stake,
        "token": rehearsal.token,
        "asked_by": ANA.ref,
        "asked_at": NOON,
        "flow": flow_of(act),
        "said": {"reason": "Too slow", "note": "They are <!channel> good & loyal"},
        "hands": (MARIA.ref,),
        "needs_approval": True,
    }
    return Request(**(values | more))


def line() -> RequestLine:
    """The same as a line of a list."""
    return as_line(request())


def as_line(one: Request) -> RequestLine:
    """What a list shows of a request."""
    return RequestLine(
        id=one.id,
        kind=one.kind,
        state=one.state,
        order_number=one.order_number,
        currency=one.currency,
        at_stake=one.at_stake,
        asked_by=one.asked_by,
        asked_at=one.asked_at,
    )


def wide(count: int) -> OrderBooks:
    """The worked order with its first line so many times."""
    books = worked()
    line = books.order.products[0]
    lines = tuple(replace(line, line_no=number, name=f"Thing *{number}*") for number in range(1, count + 1))
    payment = replace(books.order.payments[0], authorized=10**9, captured=10**9)
    return OrderBooks(replace(books.order, lines=lines, payments=(payment,)))


def windows() -> Iterator[Json]:
    """Every window about acts on orders, with all that can be pressed in it."""
    about = About(order="1042")
    books = awaiting(done(worked(), CANCEL_ONE), 2)
    here = standing(books, requests=(request(),))
    yield order_page.view(books.order, standing=here, about=about)
    yield order_more.view(here, about)
    yield pick_items.view(
        standing(wide(40)), about, Picking(kind=RequestKind.CANCEL, picked={1: 1}), ("Why",)
    )
    yield receive_goods.choose(here, about)
    yield receive_goods.view(here, books.returns[0], about)
    yield refund_money.view(here, about)
    received = done(
        books, ReceiveGoods(number="1042-R1", goods=(Goods(line_no=1, accepted=2),), with_memo=False)
    )
    yield refund_money.memo(standing(received), about)
    fresh = done(sent(worked()), ReturnItems(items=(Item(line_no=1, quantity=1),)))
    yield refund_money.moves(standing(fresh), about)
    nothing = done(awaiting(worked()), ReceiveGoods(number="1042-R1", rest_is_lost=True))
    yield refund_money.moves(standing(nothing), about)
    yield rehearse_act.view(shown(worked(), CANCEL_ONE), about)
    every = RequestShown(
        request=request(state=RequestState.WAITS_FOR_GOODS),
        fresh=rehearse(worked(), CANCEL_ONE),
        may_decide=True,
        may_answer=True,
        may_withdraw=True,
        may_settle=True,
        may_retry=True,
    )
    yield request_page.view(every)
    yield request_page.decline(request())
    yield request_page.settle(request(), was_done=True)
    flow = flow_of(CANCEL_ONE)
    assert flow is not None
    asks = FlowStep(id="ask", kind=StepKind.FORM, title="Ask", fields=(FormField(name="a", label="A"),))
    answer = request_page.answer(request(flow=replace(flow, steps=(asks, *flow.steps))))
    assert answer is not None
    yield answer
    yield from _mailing()
    yield from _lists()


def _mailing() -> Iterator[Json]:
    """The windows of e-mails to the customer: as it would go, why it cannot, and what became of them."""
    label = FlowStep(id="label", kind=StepKind.RETURN_LABEL, title="Send the label", message="label")
    found = packaged_flow(FlowKind.RETURN)
    asking = request(state=RequestState.ASKS, flow=replace(found, steps=(label, *found.steps)))
    draft = MailDraft(
        step="label", message="label", address="a@b.example", to_name="A", subject="S", body="B\n"
    )
    lacks = MailDraft(
        step="label", message="label", by_hand=tuple(ByHand), missing=("return_address", "reason")
    )
    for one in (draft, lacks):
        answer = request_page.answer(asking, one, "It reads otherwise by now.")
        assert answer is not None
        yield answer
        yield request_page.mail_again(asking, label, one)
    yield request_page.view(RequestShown(request=asking, mails=mails(), may_mail=True), "UTC")


def mails() -> tuple[RequestMail, ...]:
    """An e-mail in every state, each of a step of its own."""
    return tuple(
        RequestMail(
            step=f"step_{state.value}",
            attempt=1,
            message="label",
            flow="return 1",
            address="a@b.example",
            subject="Your return",
            body="B",
            state=state,
            error="smtp: mail_refused (550 no such mailbox)" if state is not MailState.SENT else "",
            by=ANA.ref,
            created_at=NOON,
        )
        for state in MailState
    )


def _lists() -> Iterator[Json]:
    row = OrderRow(
        id=OrderId(7),
        number="1042",
        customer_id=CustomerId(3),
        customer_name="Harbour Books",
        site="",
        ordered_at=NOON,
        status=OrderStatus.APPROVED,
        grand_total=Money(minor=388_71, currency="USD"),
    )
    place = OrderPlace(at=NOON, id=OrderId(7))
    found = OrderList(asked=OrdersAsked(), rows=(row,), newer=place, older=place)
    yield order_areas.orders(found, OrderFilter(), narrowing=True)
    yield order_areas.orders(found, OrderFilter(), "Saved.")
    yield order_areas.orders(
        OrderList(asked=OrdersAsked(), rows=()), OrderFilter(kind="back", currency="USD", since=NOON.date())
    )
    back = ReturnRow(
        id=3,
        number="1042-R1",
        stage=ReturnStage.WAITING_FOR_GOODS,
        order_id=OrderId(7),
        order_number="1042",
        customer_id=CustomerId(3),
        customer_name="Harbour Books",
        at=NOON,
        expected=2,
        open=1,
    )
    yield order_areas.returns(ReturnList(stage=None, rows=(back,), newer=1, older=9), ReturnFilter())
    yield order_areas.returns(ReturnList(stage=None, rows=()), ReturnFilter())
    yield order_areas.requests(Requests(rows=(line(),), total=30, offset=10), Queue.TO_APPROVE)
    yield order_areas.requests(Requests(rows=(), total=0), Queue.MINE)


def messages() -> Iterator[list[Json]]:
    """Every message about requests, with all that can be pressed in it."""
    asked = RequestShown(request=request(), fresh=rehearse(worked(), CANCEL_ONE), may_decide=True)
    yield order_requests.approval(asked).blocks
    for state in RequestState:
        yield order_requests.news(request(state=state), mails()).blocks
    yield order_requests.folded(request(state=RequestState.DONE)).blocks
