"""Somebody opens App Home."""

from __future__ import annotations

from dataclasses import replace

from bot.blocks import home
from bot.handlers.call import Call
from bot.handlers.reply import Publish, Reply
from bot.services import people, reading, recognition
from bot.services.desk import Desk


async def opened(desk: Desk, call: Call) -> Reply:
    page = await reading.home(desk, call.by)
    await people.home_was_opened(desk, page.person)
    if page.person.role is None and await recognition.meet(desk, call.by, at_home=True):
        return Publish(home.home(replace(page, is_being_confirmed=True), desk.policy))
    return Publish(home.home(page, desk.policy))
