"""People ask a question or for an update about a case: `/case ask N`, and the buttons of its page."""

from __future__ import annotations

from bot.blocks import words
from bot.dialogs import ask
from bot.dialogs.forms import FieldErrors, by_command, is_by_command
from bot.domain.commands import AskKind
from bot.domain.refusals import Reason, Refusal
from bot.handlers.call import Call, Payload
from bot.handlers.forms import outcome, touched
from bot.handlers.reply import Errors, Open, Replace, Reply
from bot.handlers.spoken import users_in
from bot.handlers.targets import target
from bot.services import asking
from bot.services.desk import Desk


async def dialog(desk: Desk, call: Call) -> Reply:
    """`/case ask N [@who]` and *Ask for an update*; *Ask a question* has a button alone."""
    kind = AskKind.QUESTION if call.route == ask.CALLBACK_ID else AskKind.UPDATE
    case_id, rest = await target(desk, call)
    form = await asking.form(desk, call.by, case_id, kind)
    named = users_in(rest)
    view = ask.view(form, {"who": named[0]} if named else None)
    return Open(by_command(view) if call.payload is Payload.COMMAND else view)


async def submitted(desk: Desk, call: Call) -> Reply:
    """Asked; or a sentence at the field that it is about."""
    assert call.view is not None
    command = ask.read(call.fields, call.view.metadata)
    if isinstance(command, FieldErrors):
        return Errors(command.errors)
    try:
        receipt = await asking.ask(desk, command, call.by, call.key)
    except Refusal as refusal:
        form = await asking.form(desk, call.by, command.case_id, command.kind)
        sentence = words.plain(refusal, form.person.timezone)
        if refusal.reason is Reason.CHANGED_MEANWHILE:
            view = ask.view(form, touched(call), sentence)
            return Replace(by_command(view) if is_by_command(call.view.metadata) else view)
        return Errors({"customer_asks" if refusal.reason is Reason.UPDATE_NOT_YET else "who": sentence})
    return await outcome(desk, call, receipt)
