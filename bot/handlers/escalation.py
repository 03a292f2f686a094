"""Buttons about escalation that need no form: tell me then, and called back; the forms are in `forms.py`."""

from __future__ import annotations

from bot.blocks import text as texts
from bot.blocks import words
from bot.dialogs import case_page
from bot.domain.ids import CaseId
from bot.domain.refusals import Refusal
from bot.handlers.call import Call, Payload
from bot.handlers.forms import page_view
from bot.handlers.reply import Replace, Reply, said
from bot.handlers.targets import case_in_button
from bot.services import escalation, reading
from bot.services.desk import Desk


async def tell_me_then(desk: Desk, call: Call) -> Reply:
    """The button Tell me then of a card or a case page."""
    case_id = case_in_button(call.value)
    try:
        await escalation.tell_me_then(desk, case_id, call.by, call.key)
    except Refusal as refusal:
        return await _refused(desk, call, case_id, refusal)
    case, person = await reading.as_it_stands(desk, call.by, case_id)
    opens = case.escalation.opens_at
    assert opens is not None  # it was waited for
    plain = words.told_then(texts.spoken(opens, person.timezone))
    return await _done(desk, call, case_id, plain, words.told_then(texts.date(opens)))


async def called_back(desk: Desk, call: Call) -> Reply:
    """The button Called back of a card, a case page or a reminder."""
    case_id = case_in_button(call.value)
    try:
        await escalation.called_back(desk, case_id, call.by, call.key)
    except Refusal as refusal:
        return await _refused(desk, call, case_id, refusal)
    return await _done(desk, call, case_id, words.call_made(), words.call_made())


async def _refused(desk: Desk, call: Call, case_id: CaseId, refusal: Refusal) -> Reply:
    if call.payload is not Payload.MODAL_BUTTON:
        raise refusal
    return Replace(await page_view(desk, call, case_id, refusal))


async def _done(desk: Desk, call: Call, case_id: CaseId, plain: str, mrkdwn: str) -> Reply:
    if call.payload is not Payload.MODAL_BUTTON:
        return said(plain, mrkdwn)
    page = await reading.case_page(desk, call.by, case_id)
    return Replace(case_page.view(page, desk.policy, plain))
