"""`/desk mail`: staff decide about e-mails that no machine could put into a case."""

from __future__ import annotations

import re

from bot.blocks import words
from bot.dialogs import mail_queue as dialog
from bot.dialogs.forms import FieldErrors
from bot.domain.commands import Audience
from bot.domain.ids import CaseNumber
from bot.domain.refusals import Reason, Refusal
from bot.handlers.call import Call
from bot.handlers.reply import Errors, Open, Refresh, Replace, Reply
from bot.handlers.wire import Unreadable
from bot.services import inbox
from bot.services.desk import Desk


async def show(desk: Desk, call: Call) -> Reply:
    """`/desk mail`."""
    return Open(dialog.view(await inbox.mail_queue(desk, call.by)))


async def look(desk: Desk, call: Call) -> Reply:
    """Look again."""
    return Replace(dialog.view(await inbox.mail_queue(desk, call.by)))


async def later(desk: Desk, call: Call) -> Reply:
    """Later ones; the button carries where the page starts."""
    return Replace(dialog.view(await inbox.mail_queue(desk, call.by, _mail_in(call))))


async def put_form(desk: Desk, call: Call) -> Reply:
    """Put into a case: the form, on top of the list."""
    try:
        mail, person = await inbox.held_mail(desk, call.by, _mail_in(call))
    except Refusal as refusal:
        if refusal.reason is not Reason.MAIL_DECIDED:
            raise
        return Replace(dialog.view(await inbox.mail_queue(desk, call.by), words.plain(refusal, "UTC")))
    return Open(dialog.form(mail, person))


async def put_submitted(desk: Desk, call: Call) -> Reply:
    """The form was sent."""
    assert call.view is not None
    command = dialog.read(call.fields, call.view.metadata)
    if isinstance(command, FieldErrors):
        return Errors(command.errors)
    try:
        if command.audience is Audience.PUBLIC:
            shown = await inbox.to_assign(desk, call.by, command.mail_id, command.case_id)
            return Replace(dialog.second_step(*shown))
        number = await inbox.assign_mail(desk, call.by, command.mail_id, command.case_id, command.audience)
    except Refusal as refusal:
        if refusal.reason not in (Reason.NO_SUCH_CASE, Reason.EMPTY_TEXT):
            raise
        return Errors({"case": words.plain(refusal, "UTC")})
    return await _put(desk, call, number)


async def public_submitted(desk: Desk, call: Call) -> Reply:
    """The second step of a public one: its sorter has seen who will read it."""
    assert call.view is not None
    command = dialog.read_public(call.view.metadata)
    number = await inbox.assign_mail(desk, call.by, command.mail_id, command.case_id, Audience.PUBLIC)
    return await _put(desk, call, number)


async def _put(desk: Desk, call: Call, number: CaseNumber) -> Reply:
    assert call.view is not None
    drawn = dialog.view(await inbox.mail_queue(desk, call.by), dialog.put(number))
    return Refresh(drawn) if call.view.below is not None else Replace(drawn)


async def discard(desk: Desk, call: Call) -> Reply:
    """Discard one."""
    gone = await inbox.discard_mail(desk, call.by, _mail_in(call))
    return Replace(dialog.view(await inbox.mail_queue(desk, call.by), dialog.discarded(gone)))


def _mail_in(call: Call) -> int:
    """The e-mail that a button carries."""
    if re.fullmatch(r"[0-9]{1,18}", call.value) is None:
        raise Unreadable("a button carries no e-mail")
    return int(call.value)
