"""A window that shows a customer's thing, with the bar of the session that opening it sets."""

from __future__ import annotations

from functools import partial

from bot.blocks import context
from bot.domain.sessions import Opened
from bot.handlers.call import Call
from bot.handlers.reply import Open, View
from bot.services import sessions
from bot.services.desk import Desk


async def window(desk: Desk, call: Call, drawn: View, opened: Opened, where: str) -> Open:
    """`where` names the window for *End*. The session is written down behind the answer."""
    session = await sessions.beside(desk, call.by, opened)
    after = partial(sessions.opened, desk, call.by, opened)
    return Open(context.with_bar(drawn, session, where), after=after)
