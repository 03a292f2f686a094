"""The bar of a session: *End*, *Act for them*, and a ticket for whom somebody has before them."""

from __future__ import annotations

from dataclasses import replace

from bot.blocks import home as home_blocks
from bot.dialogs import case_page, customer_page, open_case, order_page, phone_call
from bot.dialogs.asked_acts import About
from bot.domain.ids import CartId, CaseId, CustomerId, OrderId, PhoneCallId
from bot.domain.refusals import Reason, Refusal
from bot.domain.sessions import Opened
from bot.handlers import orders as order_windows
from bot.handlers.call import Call, Payload
from bot.handlers.customers import is_third
from bot.handlers.reply import Open, Publish, Replace, Reply, View
from bot.handlers.targets import number_in
from bot.handlers.wire import Unreadable
from bot.services import call_page, customers, orders, reading, tickets
from bot.services import home as home_service
from bot.services import sessions as service
from bot.services.desk import Desk


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
    if kind == "call":
        found_call = await call_page.page(desk, PhoneCallId(number), call.by)
        return phone_call.view(replace(found_call, session=None))
    if kind == "order":
        order = await orders.order(desk, call.by, OrderId(number))
        return await order_windows.page(desk, call, order, About(order=order.number))
    return order_page.cart(await orders.cart(desk, call.by, CartId(number)), alone=not is_third(call))


def _where(value: str) -> tuple[str, int]:
    kind, _, number = value.partition(".")
    if kind not in ("case", "customer", "order", "cart", "call"):
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
