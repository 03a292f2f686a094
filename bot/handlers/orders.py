"""People look at orders and carts of the shop: `/order`, and the Show buttons of customers' pages."""

from __future__ import annotations

from dataclasses import replace

from bot.blocks import usage, words
from bot.dialogs import find_customers, open_case, order_page, tie_case
from bot.dialogs.asked_acts import About
from bot.dialogs.forms import read_reference
from bot.domain.ids import CartId, CaseId, OrderId
from bot.domain.refusals import Reason, Refusal
from bot.domain.sessions import Opened
from bot.domain.shop.lookup import Find
from bot.domain.shop.orders import OrderSummary
from bot.handlers import opening
from bot.handlers.call import Call, Payload
from bot.handlers.customers import is_third
from bot.handlers.reply import Open, Options, Reply, Say, View
from bot.handlers.spoken import as_typed
from bot.handlers.targets import is_shops_number, number_in, number_typed
from bot.services import customers, fraud, order_acts, orders, sessions, ties
from bot.services.desk import Desk


async def find(desk: Desk, call: Call) -> Reply:
    """`/order find [words]`: the order of that number, or whose orders it may be."""
    text = as_typed(call.text).strip()[: find_customers.LONGEST]
    if is_shops_number(text):
        try:
            order = await orders.order_numbered(desk, call.by, text)
            return await window(desk, call, order, About(order=order.number))
        except Refusal as refusal:
            if refusal.reason is not Reason.NO_SUCH_ORDER:
                raise
    return Open(find_customers.view(await customers.find(desk, call.by, Find(text=text))))


async def show(desk: Desk, call: Call) -> Reply:
    """`/order show [NUMBER]`, and the Show buttons of orders; those of a case say which one it is."""
    case_id: CaseId | None = None
    if call.payload is not Payload.COMMAND:
        order_id, _, case = call.value.partition(".")
        case_id = CaseId(number_in(case, "case")) if case else None
        order = await orders.order(desk, call.by, OrderId(number_in(order_id, "order")))
    else:
        order = await order_typed(desk, call)
    return await window(desk, call, order, About(order=order.number, case=case_id))


async def order_typed(desk: Desk, call: Call) -> OrderSummary:
    """The order whose number stands behind a command; without one the order of one's session.

    Raises NoNumber where there is neither, NOT_YOUR_ROLE, NO_SUCH_ORDER, SEVERAL_ORDERS.
    """
    if not call.text.strip():
        session = await sessions.current(desk, call.by)
        if session is not None and session.opened.order_id is not None:
            return await orders.order(desk, call.by, session.opened.order_id)
    return await orders.order_numbered(desk, call.by, number_typed(call))


async def show_numbered(desk: Desk, call: Call) -> Reply:
    """*Order* on the page of a request, which knows its order by the shop's number."""
    order = await orders.order_numbered(desk, call.by, call.value)
    return await window(desk, call, order, About(order=order.number))


async def window(desk: Desk, call: Call, order: OrderSummary, about: About) -> Reply:
    """The page of an order; opening it is a part of the session with its customer."""
    opened = Opened(customer_id=order.customer_id, order_id=order.id)
    return await opening.window(desk, call, await page(desk, call, order, about), opened, f"order.{order.id}")


async def page(desk: Desk, call: Call, order: OrderSummary, about: About) -> View:
    """The page of an order, with what may be done where the shop answers; else as the desk knows it."""
    third = is_third(call)
    about = replace(about, on_top=third)
    doubts = await fraud.of_order(desk, call.by, order.id)
    try:
        standing = await order_acts.standing(desk, call.by, order.number)
    except Refusal as refusal:
        if refusal.reason not in _WITHOUT:
            raise
        said = words.plain(refusal, "UTC")
        return order_page.view(order, alone=not third, about=about, said=said, fraud=doubts)
    return order_page.view(
        standing.books.order, alone=not third, standing=standing, about=about, fraud=doubts
    )


_WITHOUT = frozenset({Reason.SHOP_AWAY, Reason.NO_SUCH_ORDER})
"""The shop tells nothing of an order that the desk knows: it is shown as the desk has it."""


async def show_cart(desk: Desk, call: Call) -> Reply:
    """The Show buttons of carts."""
    cart = await orders.cart(desk, call.by, CartId(number_in(call.value, "cart")))
    drawn = order_page.cart(cart, alone=not is_third(call))
    opened = Opened(customer_id=cart.customer_id, cart_id=cart.id)
    return await opening.window(desk, call, drawn, opened, f"cart.{cart.id}")


async def like(desk: Desk, call: Call) -> Reply:
    """What a select of orders offers: those of the case that its form is about, or of the chosen account."""
    typed = call.text.strip()
    try:
        case_id, _ = read_reference(call.view.metadata if call.view else "")
    except ValueError:
        account = open_case.account_in(call.view.metadata if call.view else "")
        found = await ties.of_account(desk, call.by, account, typed) if account is not None else ()
    else:
        found = await ties.of_case(desk, call.by, case_id, typed)
    return Options(tuple(tie_case.choice(one) for one in found))


async def usage_of_order(desk: Desk, call: Call) -> Reply:
    """`/order help`, `/order` alone, and every word that we do not know; a number alone shows that order."""
    typed = as_typed(f"{call.word} {call.text}").strip()
    if is_shops_number(typed) and not call.text:
        return await show(desk, replace(call, text=call.word))
    return Say(usage.order_help(None if typed.casefold() in ("", "help") else typed))
