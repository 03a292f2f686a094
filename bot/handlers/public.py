"""The second step of a public comment: it is shown to its author, sent, taken back, or written on."""

from __future__ import annotations

from bot.blocks import words
from bot.dialogs import comment, edit_comment, public_comment
from bot.dialogs.forms import Fields, by_command, is_by_command
from bot.domain.audiences import Held, PublicAct
from bot.domain.ids import CallKey, HeldId
from bot.domain.refusals import Reason, Refusal
from bot.handlers import forms
from bot.handlers.call import Call
from bot.handlers.reply import Open, Replace, Reply, View
from bot.handlers.wire import Unreadable
from bot.services import comments, public, reading
from bot.services.desk import Desk

TAKEN_BACK = "Taken back: nobody was told. You may write it differently, or close this window."


async def submitted(desk: Desk, call: Call) -> Reply:
    """*Send*: what it was written for is done, and the text goes out in a moment."""
    assert call.view is not None
    held_id, to_contact = public_comment.read(call.fields, call.view.metadata)
    # Not the window's own key: after a taking back the same window sends something else.
    key = CallKey(f"send:{held_id}")
    try:
        receipt = await public.send(desk, held_id, call.by, key, to_contact=to_contact)
    except Refusal as refusal:
        return await _written_on(desk, call, held_id, refusal)
    if receipt.held_id is None:
        return await forms.outcome(desk, call, receipt)
    held = await public.own(desk, call.by, receipt.held_id)
    case, _ = await reading.as_it_stands(desk, call.by, held.case_id)
    return Replace(public_comment.sent(held, case))


async def back(desk: Desk, call: Call) -> Reply:
    """*Back to writing*: the form again, with all that was typed."""
    return await _written_on(desk, call, _held_id(call), None)


async def take_back(desk: Desk, call: Call) -> Reply:
    """*Take it back*, in the window that *Send* left or on the case's page."""
    assert call.view is not None
    held_id = _held_id(call)
    held = await public.own(desk, call.by, held_id)
    in_page = "held" not in call.view.metadata
    try:
        await public.take_back(desk, held_id, call.by, call.key)
    except Refusal as refusal:
        if not in_page:
            raise
        return Replace(await forms.page_view(desk, call, held.case_id, refusal))
    if in_page:
        return Replace(await forms.page_view(desk, call, held.case_id))
    case, person = await reading.as_it_stands(desk, call.by, held.case_id)
    typed: Fields = {"text": held.text, "outcomes": tuple(one.value for one in held.outcomes)}
    banner = f"{TAKEN_BACK} {public_comment.FILES_AGAIN}" if held.files else TAKEN_BACK
    return Replace(_alike(call, comment.view(case, person, typed, banner)))


async def keep(desk: Desk, call: Call) -> Reply:
    """*Keep it for staff*, in the message that gives a text back: the form, with the text and internal."""
    held, case, person = await public.to_keep(desk, _held_id(call), call.by)
    outcomes = tuple(one.value for one in held.outcomes)
    typed: Fields = {"text": held.text, "audience": "internal", "outcomes": outcomes}
    return Open(comment.view(case, person, typed))


def _held_id(call: Call) -> HeldId:
    if not call.value.isascii() or not call.value.isdigit() or len(call.value) > 18:
        raise Unreadable("a button carries no text's id")
    return HeldId(int(call.value))


async def _written_on(desk: Desk, call: Call, held_id: HeldId, refusal: Refusal | None) -> Reply:
    """The form that a text was written in, with the text, on the case as it stands now."""
    held = await _of_own(desk, call, held_id, refusal)
    if held.act is PublicAct.EDIT:
        return await _edited_on(desk, call, held, refusal)
    case, person = await reading.as_it_stands(desk, call.by, held.case_id)
    banner = words.plain(refusal, person.timezone) if refusal else None
    if held.files:
        banner = " ".join((banner or "", public_comment.FILES_AGAIN)).strip()
    typed = public_comment.typed_again(held)
    form = forms.FORMS[f"case.{held.act}"]
    if refusal is not None and refusal.reason is Reason.ALREADY_CLOSED:
        form, typed = forms.FORMS[comment.CALLBACK_ID], {"text": held.text, "audience": "public"}
    return Replace(_alike(call, form.draw(case, person, desk.policy, typed, banner)))


async def _edited_on(desk: Desk, call: Call, held: Held, refusal: Refusal | None) -> Reply:
    """The form of an edit again, on the comment as it stands now."""
    if refusal is not None and refusal.reason is not Reason.COMMENT_CHANGED:
        raise refusal
    assert held.comment_id is not None
    now, case, person = await comments.to_edit(desk, call.by, held.comment_id)
    banner = words.plain(refusal, person.timezone) if refusal else None
    return Replace(edit_comment.view(now, case, {"text": held.text}, banner))


async def _of_own(desk: Desk, call: Call, held_id: HeldId, refusal: Refusal | None) -> Held:
    held = await public.own(desk, call.by, held_id)
    if not held.text:  # it is said already
        raise refusal or Refusal(Reason.NO_SUCH_DRAFT)
    return held


def _alike(call: Call, view: View) -> View:
    """A window that follows another one is still the one that a command opened, if one did."""
    assert call.view is not None
    return by_command(view) if is_by_command(call.view.metadata) else view
