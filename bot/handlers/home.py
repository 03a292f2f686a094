"""Somebody opens App Home, turns its lists, and goes on from there."""

from __future__ import annotations

from dataclasses import replace

from bot.blocks import home, recognitions
from bot.domain.ids import CaseId
from bot.domain.pages import ListKind
from bot.handlers.call import Call
from bot.handlers.people import CONFIRM
from bot.handlers.reply import Publish, Reply
from bot.handlers.targets import number_in
from bot.handlers.wire import Unreadable
from bot.services import home as service
from bot.services import people, recognition
from bot.services.desk import Desk


async def opened(desk: Desk, call: Call) -> Reply:
    page = await service.home(desk, call.by)
    await people.home_was_opened(desk, page.person)
    if page.person.role is None and await recognition.meet(desk, call.by, at_home=True):
        return Publish(home.home(replace(page, is_being_confirmed=True), desk.policy))
    return Publish(home.home(page, desk.policy))


async def turn(desk: Desk, call: Call) -> Reply:
    """Newer and Older below a list; the button carries its kind and where its page starts."""
    kind, _, start = call.value.partition(".")
    if kind not in set(ListKind):
        raise Unreadable("a button carries no list")
    starts = {**_starts(call), ListKind(kind): CaseId(number_in(start))}
    return Publish(home.home(await service.home(desk, call.by, starts), desk.policy))


async def decide(desk: Desk, call: Call) -> Reply:
    """*Confirm* and *Not them*: what came of it stands on top of Home."""
    asked = number_in(call.value)
    await recognition.decide(desk, asked, call.by, call.key, confirm=call.route == CONFIRM)
    found, _ = await recognition.outcome(desk, asked, call.by)
    page = await service.home(desk, call.by, _starts(call), recognitions.outcome(found))
    return Publish(home.home(page, desk.policy))


def _starts(call: Call) -> dict[ListKind, CaseId]:
    return home.starts_in(call.view.metadata) if call.view is not None else {}
