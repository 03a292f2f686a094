"""Managers and administrators set up calendars, rosters and leave: `/desk calendar` and its windows."""

from __future__ import annotations

from bot.blocks import words
from bot.dialogs import calendars, rosters
from bot.dialogs.forms import FieldErrors
from bot.domain.ids import TeamId
from bot.domain.refusals import Reason, Refusal
from bot.handlers.call import Call
from bot.handlers.forms import touched
from bot.handlers.reply import Errors, Open, Refresh, Replace, Reply, View
from bot.handlers.targets import number_in, numbers_in
from bot.services import calendars as service
from bot.services.desk import Desk

_AT_FIELDS = {
    Reason.NO_SUCH_REGION: "region",
    Reason.OWNER_MUST_BE_STAFF: "person",
    Reason.MUST_BE_MANAGER: "person",
    Reason.LEAVE_OVERLAPS: "first",
    Reason.OWN_DEPUTY: "deputy",
}
"""Refusals that are about one field of a form, and are told there."""


async def show(desk: Desk, call: Call) -> Reply:
    """`/desk calendar`."""
    return Open(calendars.view(await service.calendar_list(desk, call.by)))


async def dialog(desk: Desk, call: Call) -> Reply:
    """The buttons *Edit calendar*."""
    team_id = _scope(call.value.partition(".")[0])
    return Open(calendars.form(await service.calendar_form(desk, call.by, team_id)))


async def submitted(desk: Desk, call: Call) -> Reply:
    """The calendar is saved when this returns; the list below shows it."""
    assert call.view is not None
    team_id, version = calendars.whose(call.view.metadata)
    calendar = calendars.read(call.fields, call.view.metadata)
    if isinstance(calendar, FieldErrors):
        return Errors(calendar.errors)
    try:
        if calendar is not None:
            await service.set_calendar(desk, calendar, call.by, call.key)
        elif team_id is not None:
            await service.use_desks_calendar(desk, team_id, version, call.by, call.key)
    except Refusal as refusal:
        if refusal.reason is not Reason.SET_UP_MEANWHILE:
            return _at_field(refusal)
        form = await service.calendar_form(desk, call.by, team_id)
        return Replace(calendars.form(form, touched(call), words.plain(refusal, "UTC")))
    return await _list_below(desk, call, calendars.saved())


async def roster(desk: Desk, call: Call) -> Reply:
    """The buttons *Roster* and *Managers on duty*."""
    return Open(rosters.view(await service.roster_page(desk, call.by, _scope(call.value))))


async def shift_dialog(desk: Desk, call: Call) -> Reply:
    """*Add a shift*."""
    page = await service.roster_page(desk, call.by, _scope(call.value))
    return Open(rosters.shift_form(page.team.id if page.team else None))


async def shift_submitted(desk: Desk, call: Call) -> Reply:
    assert call.view is not None
    found = rosters.read_shift(call.fields, call.view.metadata)
    if isinstance(found, FieldErrors):
        return Errors(found.errors)
    who, shift = found
    try:
        await service.add_shift(desk, shift, who, call.by, call.key)
    except Refusal as refusal:
        return _at_field(refusal)
    page = await service.roster_page(desk, call.by, shift.team_id)
    return _below(call, rosters.view(page, rosters.saved_shift()))


async def shift_dropped(desk: Desk, call: Call) -> Reply:
    """*Remove* beside a shift."""
    scope, _, shift_id = call.value.partition(".")
    await service.drop_shift(desk, number_in(shift_id, "shift"), call.by, call.key)
    page = await service.roster_page(desk, call.by, _scope(scope))
    return Replace(rosters.view(page, rosters.saved_shift()))


async def leave_dialog(desk: Desk, call: Call) -> Reply:
    """*Note leave*; whoever may not is told before they type."""
    await service.calendar_list(desk, call.by)
    return Open(rosters.leave_form())


async def leave_submitted(desk: Desk, call: Call) -> Reply:
    leave = rosters.read_leave(call.fields)
    if isinstance(leave, FieldErrors):
        return Errors(leave.errors)
    try:
        await service.add_absence(desk, leave.who, leave.first, leave.last, leave.deputy, call.by, call.key)
    except Refusal as refusal:
        return _at_field(refusal)
    return await _list_below(desk, call, rosters.saved_leave())


async def leave_dropped(desk: Desk, call: Call) -> Reply:
    """*Remove* beside somebody's leave."""
    await service.drop_absence(desk, number_in(call.value, "leave"), call.by, call.key)
    return Replace(calendars.view(await service.calendar_list(desk, call.by), rosters.saved_leave()))


async def _list_below(desk: Desk, call: Call, said: str) -> Reply:
    return _below(call, calendars.view(await service.calendar_list(desk, call.by), said))


def _below(call: Call, view: View) -> Reply:
    assert call.view is not None
    return Refresh(view) if call.view.below is not None else Replace(view)


def _at_field(refusal: Refusal) -> Reply:
    field = _AT_FIELDS.get(refusal.reason)
    if field is None:
        raise refusal
    return Errors({field: words.plain(refusal, "UTC")})


def _scope(value: str) -> TeamId | None:
    return None if value == rosters.MANAGERS else TeamId(numbers_in(value, 1)[0])
