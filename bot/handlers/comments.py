"""Authors edit their comments: the button on the case's page, and its window."""

from __future__ import annotations

from bot.blocks import words
from bot.dialogs import edit_comment
from bot.dialogs.forms import FieldErrors
from bot.domain.ids import CommentId
from bot.domain.refusals import Reason, Refusal
from bot.handlers.call import Call
from bot.handlers.forms import page_view
from bot.handlers.reply import Errors, Open, Refresh, Replace, Reply
from bot.handlers.wire import Unreadable
from bot.services import comments
from bot.services.desk import Desk


async def dialog(desk: Desk, call: Call) -> Reply:
    """The Edit button of a comment of one's own."""
    number = call.value.partition(".")[0]
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        raise Unreadable("a button carries no comment")
    comment, case, _ = await comments.to_edit(desk, call.by, CommentId(int(number)))
    return Open(edit_comment.view(comment, case))


async def submitted(desk: Desk, call: Call) -> Reply:
    """Saved; or drawn again with what was typed, where it was edited meanwhile."""
    assert call.view is not None
    command = edit_comment.read(call.fields, call.view.metadata)
    if isinstance(command, FieldErrors):
        return Errors(command.errors)
    try:
        receipt = await comments.edit(desk, command, call.by, call.key)
    except Refusal as refusal:
        if refusal.reason is not Reason.COMMENT_CHANGED:
            raise
        comment, case, person = await comments.to_edit(desk, call.by, command.comment_id)
        banner = words.plain(refusal, person.timezone)
        return Replace(edit_comment.view(comment, case, call.fields, banner))
    assert receipt.case_id is not None
    page = await page_view(desk, call, receipt.case_id)
    return Refresh(page) if call.view.below is not None else Replace(page)
