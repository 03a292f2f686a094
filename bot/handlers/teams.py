"""Administrators set up teams of support staff: `/desk teams`, its list and its window."""

from __future__ import annotations

from bot.blocks import words
from bot.dialogs import teams
from bot.dialogs.forms import FieldErrors
from bot.domain.commands import EditTeam
from bot.domain.ids import TeamId
from bot.domain.refusals import Reason, Refusal
from bot.handlers import ways_back
from bot.handlers.call import Call
from bot.handlers.forms import touched
from bot.handlers.reply import Errors, Open, Refresh, Replace, Reply
from bot.services import accounts as account_service
from bot.services import set_up as reading
from bot.services.desk import Desk


async def team_list(desk: Desk, call: Call) -> Reply:
    """`/desk teams`."""
    return Open(teams.view(await reading.team_list(desk, call.by, words=ways_back.looked_for(call))))


async def turn(desk: Desk, call: Call) -> Reply:
    """Earlier and Later in the list."""
    page = await reading.team_list(desk, call.by, int(call.value), ways_back.whence(call).words)
    return Replace(teams.view(page))


async def dialog(desk: Desk, call: Call) -> Reply:
    """Add a team, and Edit beside one."""
    team_id = TeamId(int(call.value.partition(".")[0])) if call.route == teams.EDIT else None
    return Open(teams.form(await reading.team_form(desk, call.by, team_id), ways_back.whence(call)))


async def submitted(desk: Desk, call: Call) -> Reply:
    """The team is saved when this returns; the list below shows it."""
    assert call.view is not None
    command = teams.read(call.fields, call.view.metadata)
    if isinstance(command, FieldErrors):
        return Errors(command.errors)
    try:
        if isinstance(command, EditTeam):
            await account_service.edit_team(desk, command, call.by, call.key)
        else:
            await account_service.add_team(desk, command, call.by, call.key)
    except Refusal as refusal:
        return await _refused(desk, call, refusal)
    view = await ways_back.drawn(desk, call, ways_back.whence(call), teams.saved(command))
    return Refresh(view) if call.view.below is not None else Replace(view)


async def _refused(desk: Desk, call: Call, refusal: Refusal) -> Reply:
    """At the field that it is about; somebody else's change is shown, with all that was typed here."""
    assert call.view is not None
    sentence = words.plain(refusal, "UTC")
    if refusal.reason is Reason.TEAM_EXISTS:
        return Errors({"name": sentence})
    if refusal.reason is not Reason.SET_UP_MEANWHILE:
        raise refusal
    form = await reading.team_form(desk, call.by, teams.team_in(call.view.metadata))
    return Replace(teams.form(form, ways_back.whence(call), touched(call), sentence))
