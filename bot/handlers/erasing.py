"""Administrators erase a customer: `/customer erase NUMBER`, and *Erase* on a customer's page."""

from __future__ import annotations

from bot.blocks import words
from bot.dialogs import erase_customer as dialog
from bot.dialogs.forms import FieldErrors
from bot.domain.ids import CustomerId
from bot.domain.refusals import Reason, Refusal
from bot.handlers.call import Call, Payload
from bot.handlers.reply import Errors, Open, Replace, Reply
from bot.handlers.targets import number_in, number_typed
from bot.services import customers
from bot.services import erasing as service
from bot.services.desk import Desk


async def rehearse(desk: Desk, call: Call) -> Reply:
    """The window: what goes and what stays."""
    if call.payload is Payload.COMMAND:
        customer_id = await customers.number_of(desk, call.by, number_typed(call))
    else:
        customer_id = CustomerId(number_in(call.value, "customer"))
    return Open(dialog.view(await service.rehearse(desk, call.by, customer_id)))


async def submitted(desk: Desk, call: Call) -> Reply:
    """It is under way when this returns."""
    assert call.view is not None
    command = dialog.read(call.fields, call.view.metadata)
    if isinstance(command, FieldErrors):
        return Errors(command.errors)
    try:
        await service.erase(desk, command, call.by, call.key)
    except Refusal as refusal:
        if refusal.reason is Reason.NOT_TYPED:
            return Errors({"typed": words.plain(refusal, "UTC")})
        raise
    return Replace(dialog.begun())
