"""Administrators change the policy's hours and limits: `/desk policy` and its window."""

from __future__ import annotations

from bot.blocks import words
from bot.dialogs import policy
from bot.dialogs.forms import FieldErrors
from bot.domain.refusals import Reason, Refusal
from bot.handlers.call import Call
from bot.handlers.forms import touched
from bot.handlers.reply import Errors, Open, Replace, Reply
from bot.services import policies
from bot.services.desk import Desk


async def show(desk: Desk, call: Call) -> Reply:
    """`/desk policy`."""
    return Open(policy.view(await policies.policy_page(desk, call.by)))


async def submitted(desk: Desk, call: Call) -> Reply:
    """The revision is there when this returns; cases are counted anew in a moment."""
    assert call.view is not None
    found = policy.read(call.fields, call.view.metadata)
    if isinstance(found, FieldErrors):
        return Errors(found.errors)
    wanted, revision = found
    try:
        await policies.change(desk, wanted, revision, call.by, call.key)
    except Refusal as refusal:
        if refusal.reason is not Reason.SET_UP_MEANWHILE:
            raise
        await policies.refresh(desk)
        page = await policies.policy_page(desk, call.by)
        return Replace(policy.view(page, touched(call), words.plain(refusal, "UTC")))
    return Replace(policy.done(await policies.policy_page(desk, call.by)))
