"""Managers and administrators set up phone numbers and hours: `/desk phones`, its list and its window."""

from __future__ import annotations

from bot.blocks import words
from bot.dialogs import phones
from bot.dialogs.forms import FieldErrors
from bot.domain.ids import TeamId
from bot.domain.refusals import Reason, Refusal
from bot.handlers.call import Call
from bot.handlers.forms import touched
from bot.handlers.reply import Errors, Open, Refresh, Replace, Reply
from bot.services import phones as service
from bot.services.desk import Desk


async def show(desk: Desk, call: Call) -> Reply:
    """`/desk phones`."""
    return Open(phones.view(await service.phone_list(desk, call.by)))


async def dialog(desk: Desk, call: Call) -> Reply:
    """The Edit buttons of the list."""
    scope = call.value.partition(".")[0]
    team_id = None if scope == phones.DESK else TeamId(int(scope))
    return Open(phones.form(await service.phone_form(desk, call.by, team_id)))


async def submitted(desk: Desk, call: Call) -> Reply:
    """The hours are saved when this returns; the list below shows them."""
    assert call.view is not None
    team_id, version = phones.whose(call.view.metadata)
    hours = phones.read(call.fields, call.view.metadata)
    if isinstance(hours, FieldErrors):
        return Errors(hours.errors)
    try:
        if hours is not None:
            await service.set_hours(desk, hours, call.by, call.key)
        elif team_id is not None:
            await service.use_desks_hours(desk, team_id, version, call.by, call.key)
    except Refusal as refusal:
        if refusal.reason is not Reason.SET_UP_MEANWHILE:
            raise
        form = await service.phone_form(desk, call.by, team_id)
        return Replace(phones.form(form, touched(call), words.plain(refusal, "UTC")))
    view = phones.view(await service.phone_list(desk, call.by), phones.saved())
    return Refresh(view) if call.view.below is not None else Replace(view)
