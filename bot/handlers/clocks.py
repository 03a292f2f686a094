"""People ask how a case's time is counted: `/case clock N`, and the button on its page."""

from __future__ import annotations

from bot.dialogs import clocks
from bot.handlers.call import Call
from bot.handlers.reply import Open, Reply
from bot.handlers.targets import target
from bot.services.desk import Desk
from bot.services.ledger import ledger


async def show(desk: Desk, call: Call) -> Reply:
    """The ledger, on its own or on top of the page."""
    case_id, _ = await target(desk, call)
    return Open(clocks.view(await ledger(desk, call.by, case_id)))
