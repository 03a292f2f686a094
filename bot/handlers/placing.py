"""People place a cart as an order for its customer: rehearsal, a second person's decision, a look again."""

from __future__ import annotations

from bot.dialogs import place_cart as dialog
from bot.dialogs.forms import FieldErrors
from bot.domain.ids import CartId, PlacingId
from bot.domain.refusals import Reason, Refusal
from bot.handlers import zones
from bot.handlers.call import Call
from bot.handlers.reply import Errors, Open, Replace, Reply
from bot.handlers.targets import numbers_in
from bot.services import placing as service
from bot.services.desk import Desk

SHOWN_AGAIN = frozenset(
    {Reason.CART_CHANGED, Reason.CART_EMPTY, Reason.CART_UNDER_WAY, Reason.ALREADY_DECIDED}
)
"""Refusals after which the cart is shown as it stands now."""


async def rehearse(desk: Desk, call: Call) -> Reply:
    """*Place as an order...* on a cart's page, and *Look at it* in a message."""
    (cart_id,) = numbers_in(call.value, 1)
    return Open(dialog.view(await service.rehearse(desk, call.by, CartId(cart_id))))


async def submitted(desk: Desk, call: Call) -> Reply:
    """*Place the order*, or *Ask for approval*: the window says what came of it."""
    assert call.view is not None
    command = dialog.read(call.view.metadata)
    banner = None
    try:
        await service.place(desk, command, call.by, call.key)
    except Refusal as refusal:
        if refusal.reason not in SHOWN_AGAIN:
            raise
        banner = await zones.plain(desk, call, refusal)
    return Replace(dialog.view(await service.rehearse(desk, call.by, command.cart_id), banner))


async def decided(desk: Desk, call: Call) -> Reply:
    """The second person's decision."""
    assert call.view is not None
    command = dialog.read_decision(call.fields, call.view.metadata)
    if isinstance(command, FieldErrors):
        return Errors(command.errors)
    banner = None
    try:
        await service.decide(desk, command, call.by, call.key)
    except Refusal as refusal:
        if refusal.reason not in SHOWN_AGAIN:
            raise
        banner = await zones.plain(desk, call, refusal)
    shown = await service.rehearse(desk, call.by, dialog.cart_in(call.view.metadata))
    return Replace(dialog.view(shown, banner, command.reason if banner else ""))


async def look(desk: Desk, call: Call) -> Reply:
    """*Look again*, where the shop has not answered."""
    (placing_id,) = numbers_in(call.value, 1)
    cart_id = await service.look_again(desk, call.by, PlacingId(placing_id))
    return Replace(dialog.view(await service.rehearse(desk, call.by, cart_id)))
