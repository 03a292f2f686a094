"""From a form of `/desk` back to the window below it: `desk`, `accounts` and `teams` use it."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogs import accounts, person, set_up, teams
from bot.dialogs.set_up import LONGEST_WORDS, Whence
from bot.handlers.call import Call
from bot.handlers.reply import View
from bot.handlers.spoken import as_typed
from bot.services import set_up as reading
from bot.services.desk import Desk


def looked_for(call: Call) -> str:
    """What stands behind a command, as words to look for."""
    return as_typed(call.text)[:LONGEST_WORDS]


def whence(call: Call) -> Whence:
    """The way back that the window of this call keeps; of a list, it is the list itself."""
    return set_up.read_whence(call.view.metadata) if call.view is not None else Whence()


def below(call: Call) -> Whence:
    """The way back to the window that a button was pressed in, for the form that it opens on top."""
    way = whence(call)
    account_id = accounts.account_in(call.view.metadata) if call.view is not None else None
    return replace(way, window="account", account_id=account_id) if account_id is not None else way


async def drawn(desk: Desk, call: Call, way: Whence, banner: str) -> View:
    """The window below as it stands now, with what was saved on top (mrkdwn)."""
    if way.window == "account":
        form = await reading.account_form(desk, call.by, way.account_id)
        return accounts.form(form, replace(way, window="accounts", account_id=None), said=banner)
    if way.window == "people":
        return person.people(await reading.people_list(desk, call.by, way.start, way.words), banner)
    if way.window == "teams":
        return teams.view(await reading.team_list(desk, call.by, way.start, way.words), banner)
    page = await reading.account_list(desk, call.by, way.start, way.words)
    return accounts.view(page, desk.policy, banner)
