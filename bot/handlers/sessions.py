"""The bar of a session: *End*, *Act for them*, and a ticket for whom somebody has before them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from bot.blocks import context
from bot.blocks import home as home_blocks
from bot.dialogs import case_page, customer_page, open_case, order_page
from bot.domain.ids import CartId, CaseId, CustomerId, OrderId
from bot.domain.refusals import Reason, Refusal
from bot.domain.sessions import Opened
from bot.domain.shop.carts import Cart
from bot.domain.shop.orders import OrderSummary
from bot.handlers.call import Call, Payload
from bot.handlers.reply import Open, Publish, Replace, Reply, View
from bot.handlers.targets import number_in
from bot.handlers.wire import Unreadable
from bot.services import customers, orders, reading, tickets
from bot.services import home as home_service
from bot.services import sessions as service
from bot.services.desk import Desk


def setting(desk: Desk, call: Call, opened: Opened) -> Callable[[], Awaitable[None]]:
    """What is done behind the answer that shows something: it joins the session of who looks."""
    return partial(service.opened, desk, call.by, opened)


async def order_window(desk: Desk, call: Call, order: OrderSummary, *, alone: bool) -> Reply:
    """The page of an order with the bar, which sets the session."""
    opened = Opened(customer_id=order.customer_id, order_id=order.id)
    session = await service.beside(desk, call.by, opened)
    drawn = context.with_bar(order_page.view(order, alone=alone), session, f"order.{order.id}")
    return Open(drawn, after=setting(desk, call, opened))


async def cart_window(desk: Desk, call: Call, cart: Cart, *, alone: bool) -> Reply:
    """The same of a cart."""
    opened = Opened(customer_id=cart.customer_id, cart_id=cart.id)
    session = await service.beside(desk, call.by, opened)
    drawn = context.with_bar(order_page.cart(cart, alone=alone), session, f"cart.{cart.id}")
    return Open(drawn, after=setting(desk, call, opened))


async def assist(desk: Desk, call: Call) -> Reply:
    """*Act for them* on a customer's page: from now on both names stand in what is done."""
    assert call.view is not None
    customer_id = CustomerId(number_in(call.value, "customer"))
    await service.assist(desk, call.by, customer_id, call.key)
    page = await customers.page(desk, call.by, customer_id)
    return Replace(customer_page.view(page, desk.policy, room=customer_page.room_in(call.view.metadata)))


async def end(desk: Desk, call: Call) -> Reply:
    """*End*: the window is drawn again without the bar."""
    try:
        await service.end(desk, call.by, call.key)
    except Refusal as refusal:
        if refusal.reason is not Reason.NO_SESSION:
            raise  # it ended by itself meanwhile: the bar goes all the same
    if call.payload is Payload.HOME_BUTTON:
        return Publish(home_blocks.home(await home_service.home(desk, call.by), desk.policy))
    return Replace(await _without_bar(desk, call))


async def _without_bar(desk: Desk, call: Call) -> View:
    assert call.view is not None
    kind, number = _where(call.value)
    if kind == "case":
        found = await reading.case_page(desk, call.by, CaseId(number))
        return case_page.view(replace(found, session=None), desk.policy)
    if kind == "customer":
        page = replace(await customers.page(desk, call.by, CustomerId(number)), session=None)
        return customer_page.view(page, desk.policy, room=customer_page.room_in(call.view.metadata))
    alone = call.view.below is None
    if kind == "order":
        return order_page.view(await orders.order(desk, call.by, OrderId(number)), alone=alone)
    return order_page.cart(await orders.cart(desk, call.by, CartId(number)), alone=alone)


def _where(value: str) -> tuple[str, int]:
    kind, _, number = value.partition(".")
    if kind not in ("case", "customer", "order", "cart"):
        raise Unreadable("a button names no window")
    return kind, number_in(number)


async def ticket(desk: Desk, call: Call) -> Reply:
    """*Open a ticket*: the form of a new case, with account, contact and order or cart filled in."""
    kind, number = _where(call.value)
    if kind == "customer":
        about = Opened(customer_id=CustomerId(number))
    elif kind == "order":
        about = Opened(order_id=OrderId(number))
    else:
        about = Opened(cart_id=CartId(number))
    return Open(open_case.view(await tickets.form(desk, call.by, about, call.key)))
