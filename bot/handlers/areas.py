"""People go from Home to an area in one step: tickets, orders, returns, requests that wait."""

from __future__ import annotations

from bot.dialogs import list_cases, order_areas
from bot.dialogs.forms import FieldErrors
from bot.domain.commerce.order_filters import OrderFilter, ReturnFilter
from bot.domain.pages import ListKind
from bot.domain.shop.order_lists import OrderPlace
from bot.handlers.call import Call, Payload
from bot.handlers.customers import is_third
from bot.handlers.reply import Errors, Open, Replace, Reply, View
from bot.handlers.targets import number_in
from bot.handlers.wire import Unreadable
from bot.services import order_lists, order_requests, reading
from bot.services.desk import Desk


async def tickets(desk: Desk, call: Call) -> Reply:
    """*Tickets*: the cases of one's teams."""
    return Open(list_cases.view(await reading.list_page(desk, call.by, ListKind.TEAM), desk.policy))


async def orders(desk: Desk, call: Call) -> Reply:
    """*Orders*: the newest first."""
    return Open(await _orders(desk, call, OrderFilter()))


async def filter_orders(desk: Desk, call: Call) -> Reply:
    """Which orders the list has."""
    return Replace(await _orders(desk, call, order_areas.orders_of(_metadata(call), call.value)))


async def narrow_orders(desk: Desk, call: Call) -> Reply:
    """Filter...: the form with state, currency and days, on top of the list."""
    wanted = order_areas.orders_in(_metadata(call))
    page = await order_lists.orders(desk, call.by, wanted)
    return Replace(order_areas.orders(page, wanted, narrowing=True))


async def narrowed_orders(desk: Desk, call: Call) -> Reply:
    """Show in that form: what is left stands in its place."""
    wanted = order_areas.read_form(call.fields)
    if isinstance(wanted, FieldErrors):
        return Errors(wanted.errors)
    return Replace(await _orders(desk, call, wanted))


async def turn_orders(desk: Desk, call: Call) -> Reply:
    """Newer and Older."""
    try:
        place = OrderPlace.of(call.value)
    except ValueError as wild:
        raise Unreadable("a button carries no place") from wild
    return Replace(await _orders(desk, call, order_areas.orders_in(_metadata(call)), place))


async def returns(desk: Desk, call: Call) -> Reply:
    """*Returns*: the newest first."""
    return Open(await _returns(desk, call, ReturnFilter()))


async def filter_returns(desk: Desk, call: Call) -> Reply:
    """Which returns the list has."""
    return Replace(await _returns(desk, call, order_areas.returns_of(call.value)))


async def turn_returns(desk: Desk, call: Call) -> Reply:
    """Newer and Older."""
    wanted = order_areas.returns_in(_metadata(call))
    return Replace(await _returns(desk, call, wanted, number_in(call.value, "return")))


async def requests(desk: Desk, call: Call) -> Reply:
    """*Requests* of a list or of Home, and the menu that chooses which of them."""
    view = await _requests(desk, call, call.value, 0)
    if call.payload is Payload.MODAL_BUTTON and (is_third(call) or _is_requests(call)):
        return Replace(view)
    return Open(view)


async def turn_requests(desk: Desk, call: Call) -> Reply:
    """Newer and Older."""
    return Replace(await _requests(desk, call, _chosen(call), number_in(call.value, "place")))


async def _orders(desk: Desk, call: Call, wanted: OrderFilter, start: OrderPlace | None = None) -> View:
    return order_areas.orders(await order_lists.orders(desk, call.by, wanted, start), wanted)


async def _returns(desk: Desk, call: Call, wanted: ReturnFilter, start: int | None = None) -> View:
    return order_areas.returns(await order_lists.returns(desk, call.by, wanted.stage, start), wanted)


async def _requests(desk: Desk, call: Call, chosen: str, offset: int) -> View:
    queue = order_areas.queue_of(chosen)
    page = await order_requests.waiting(desk, call.by, queue, offset, order_areas.PAGE)
    return order_areas.requests(page, queue)


def _metadata(call: Call) -> str:
    return call.view.metadata if call.view is not None else ""


def _chosen(call: Call) -> str:
    return order_areas.chosen_in(_metadata(call))


def _is_requests(call: Call) -> bool:
    return call.view is not None and order_areas.chosen_in(call.view.metadata) in {
        value for value, _, _ in order_areas.QUEUES
    }
