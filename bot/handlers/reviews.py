"""People answer their daily review: in the message, which is drawn again at once, or in its window."""

from __future__ import annotations

from bot.blocks import review as blocks
from bot.blocks import words_time
from bot.dialogs import review as dialog
from bot.domain.ids import CaseId, HistoryId, PersonId
from bot.domain.reviews import Snooze
from bot.handlers.call import Call, Payload
from bot.handlers.reply import Open, Redraw, Replace, Reply, said
from bot.handlers.targets import numbers_in
from bot.handlers.wire import Unreadable
from bot.services import reviewing as service
from bot.services.desk import Desk


async def reviewed(desk: Desk, call: Call) -> Reply:
    """*Reviewed*; the button carries up to where the history was drawn."""
    case_id, drawn_to, _ = numbers_in(call.value, 3)
    await service.answer(desk, CaseId(case_id), HistoryId(drawn_to), call.by, call.key)
    return await _drawn_again(desk, call)


async def snooze(desk: Desk, call: Call) -> Reply:
    """*Snooze until*; the choice carries how many days."""
    case_id, drawn_to, _, days = numbers_in(call.value, 4)
    if str(days) not in set(Snooze):
        raise Unreadable("a menu carries no time to snooze")
    seen, chosen = HistoryId(drawn_to), Snooze(str(days))
    await service.answer(desk, CaseId(case_id), seen, call.by, call.key, snooze=chosen)
    return await _drawn_again(desk, call)


async def wait(desk: Desk, call: Call) -> Reply:
    """*Waiting*: the case waits for information."""
    case_id, version = numbers_in(call.value, 2)
    await service.wait(desk, CaseId(case_id), version, call.by, call.key)
    return await _drawn_again(desk, call)


async def show(desk: Desk, call: Call) -> Reply:
    """`/case review`: what is due now, whatever became of the message."""
    return Open(dialog.view(await service.page(desk, call.by), desk.policy))


async def show_all(desk: Desk, call: Call) -> Reply:
    """*Show all*: the window."""
    of_id, start = numbers_in(call.value, 2)
    return Open(dialog.view(await service.page(desk, call.by, PersonId(of_id), start), desk.policy))


async def turn(desk: Desk, call: Call) -> Reply:
    """*Back* and *On* in the window."""
    of_id, start = numbers_in(call.value, 2)
    return Replace(dialog.view(await service.page(desk, call.by, PersonId(of_id), start), desk.policy))


async def _drawn_again(desk: Desk, call: Call) -> Reply:
    """Where they pressed it, as it stands now; in a message of an earlier day in words alone."""
    if call.payload is Payload.MODAL_BUTTON:
        assert call.view is not None
        await service.bring_up_to_date(desk, call.by)
        of_id, start = dialog.place_in(call.view.metadata)
        return Replace(dialog.view(await service.page(desk, call.by, of_id, start), desk.policy))
    assert call.place is not None
    assert call.place.ts is not None
    found = await service.shown_in(desk, call.by, call.place.channel, call.place.ts)
    if found is None:
        await service.bring_up_to_date(desk, call.by)
        return said(words_time.OLD_REVIEW)
    return Redraw(blocks.review(found, desk.policy))
