"""Home's area *Customers*: the list, its filter and its pages."""

from __future__ import annotations

from bot.dialogs import customer_area as dialog
from bot.dialogs import find_customers
from bot.domain.shop.lookup import Find
from bot.handlers.call import Call
from bot.handlers.reply import Open, Replace, Reply
from bot.handlers.wire import Unreadable
from bot.services import customer_lists, customers
from bot.services.desk import Desk


async def show(desk: Desk, call: Call) -> Reply:
    """*Customers* in Home."""
    return Open(dialog.view(await customer_lists.page(desk, call.by)))


async def turn(desk: Desk, call: Call) -> Reply:
    """Another kind, Newer and Older."""
    asked = dialog.asked_in(call.value)
    if asked is None:
        raise Unreadable("a button carries no place in a list of customers")
    return Replace(dialog.view(await customer_lists.page(desk, call.by, *asked)))


async def find(desk: Desk, call: Call) -> Reply:
    """*Find...*: the window that finds by any of six keys, on top."""
    return Open(find_customers.view(await customers.find(desk, call.by, Find(text=""))))
