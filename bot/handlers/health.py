"""`/desk health`: administrators see how the desk is doing, and decide about what was not delivered."""

from __future__ import annotations

from bot.dialogs import health as dialog
from bot.handlers.call import Call
from bot.handlers.reply import Open, Replace, Reply
from bot.services import health
from bot.services.desk import Desk


async def show(desk: Desk, call: Call) -> Reply:
    """`/desk health`, and the button of the direct message about dead letters."""
    return Open(dialog.view(await health.health(desk, call.by)))


async def look(desk: Desk, call: Call) -> Reply:
    """Look again."""
    return await _again(desk, call, None)


async def turn(desk: Desk, call: Call) -> Reply:
    """Newer and Older; the button carries where the page starts."""
    return Replace(dialog.view(await health.health(desk, call.by, int(call.value))))


async def retry(desk: Desk, call: Call) -> Reply:
    """Retry one letter."""
    return await _again(desk, call, dialog.sent_again(await health.retry(desk, call.by, int(call.value))))


async def retry_all(desk: Desk, call: Call) -> Reply:
    """Retry all letters."""
    return await _again(desk, call, dialog.sent_again(await health.retry(desk, call.by)))


async def discard(desk: Desk, call: Call) -> Reply:
    """Discard a letter."""
    return await _again(desk, call, dialog.discarded(await health.discard(desk, call.by, int(call.value))))


async def send_now(desk: Desk, call: Call) -> Reply:
    """Try again now what is held up."""
    return await _again(desk, call, dialog.hurried(await health.send_now(desk, call.by)))


async def _again(desk: Desk, call: Call, banner: str | None) -> Reply:
    return Replace(dialog.view(await health.health(desk, call.by), banner))
