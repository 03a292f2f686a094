"""Somebody opens App Home."""

from __future__ import annotations

from bot.blocks import home
from bot.handlers.call import Call
from bot.handlers.reply import Publish, Reply
from bot.services import people, reading
from bot.services.desk import Desk


async def opened(desk: Desk, call: Call) -> Reply:
    page = await reading.home(desk, call.by)
    await people.home_was_opened(desk, page.person)
    return Publish(home.home(page, desk.policy))
