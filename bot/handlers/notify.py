"""People choose how they are told of changes: `/case notify`."""

from __future__ import annotations

from bot.dialogs import notify as dialog
from bot.dialogs.forms import FieldErrors
from bot.handlers.call import Call
from bot.handlers.reply import Errors, Open, Replace, Reply
from bot.services import notify
from bot.services.desk import Desk


async def show(desk: Desk, call: Call) -> Reply:
    """`/case notify`."""
    return Open(dialog.view(await notify.form(desk, call.by)))


async def submitted(desk: Desk, call: Call) -> Reply:
    chosen = dialog.read(call.fields)
    if isinstance(chosen, FieldErrors):
        return Errors(chosen.errors)
    await notify.choose(desk, chosen, call.by, call.key)
    return Replace(dialog.saved(chosen, email_ready=desk.email_ready))
