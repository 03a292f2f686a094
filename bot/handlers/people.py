"""People from outside in: somebody not set up is met, and whoever may do so says whether it is them."""

from __future__ import annotations

from bot.blocks import recognitions
from bot.dialogs.set_up import contacts_warning
from bot.domain.refusals import Reason, Refusal
from bot.handlers.call import Call
from bot.handlers.reply import Reply, Say
from bot.handlers.targets import number_in
from bot.services import recognition
from bot.services.desk import Desk
from bot.store.faults import DatabaseAway, StillSaving

CONFIRM = "person.confirm"


async def decide(desk: Desk, call: Call) -> Reply:
    """*Confirm* and *Not them*, in the direct message that asks."""
    asked = number_in(call.value)
    await recognition.decide(desk, asked, call.by, call.key, confirm=call.route == CONFIRM)
    found, now = await recognition.outcome(desk, asked, call.by)
    return Say(recognitions.decided(found, contacts_warning(now)))


async def greeted(desk: Desk, call: Call, refusal: Refusal) -> Refusal:
    """What to tell somebody who is refused: whoever is not set up may be known by their e-mail address."""
    if refusal.reason is not Reason.NOT_SET_UP:
        return refusal
    try:
        is_asked = await recognition.meet(desk, call.by)
    except (StillSaving, DatabaseAway):  # they are refused all the same, and met when they come again
        return refusal
    return Refusal(Reason.BEING_CONFIRMED) if is_asked else refusal
