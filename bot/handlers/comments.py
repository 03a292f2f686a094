"""Authors edit their comments: the button on the case's page, and its window."""

from __future__ import annotations

from bot.blocks import words
from bot.dialogs import edit_comment, public_comment, wordings
from bot.dialogs.forms import FieldErrors
from bot.domain.ids import CommentId
from bot.domain.refusals import Reason, Refusal
from bot.handlers.call import Call
from bot.handlers.forms import page_view
from bot.handlers.reply import Errors, Open, Refresh, Replace, Reply
from bot.handlers.targets import number_in
from bot.services import comments, public
from bot.services.desk import Desk


async def dialog(desk: Desk, call: Call) -> Reply:
    """The Edit button of a comment of one's own."""
    comment, case, _ = await comments.to_edit(desk, call.by, _comment_in(call))
    return Open(edit_comment.view(comment, case))


async def earlier(desk: Desk, call: Call) -> Reply:
    """*Earlier wordings* of a comment that was edited."""
    return Open(wordings.view(await comments.wordings(desk, call.by, _comment_in(call))))


def _comment_in(call: Call) -> CommentId:
    return CommentId(number_in(call.value.partition(".")[0], "comment"))


async def submitted(desk: Desk, call: Call) -> Reply:
    """Saved; shown first with everybody who reads it, where it is public; or drawn again, if it changed."""
    assert call.view is not None
    command = edit_comment.read(call.fields, call.view.metadata)
    if isinstance(command, FieldErrors):
        return Errors(command.errors)
    try:
        shown = await public.show_edit(desk, command, call.by)
        if shown is not None:
            return Replace(public_comment.view(shown, email_ready=desk.email_ready))
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
