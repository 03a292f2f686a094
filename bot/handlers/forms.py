"""The forms of acts on a case as one table, and the two handlers that serve all of them: show it, take it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.blocks import words
from bot.dialogs import (
    assign,
    call_back,
    case_page,
    close_case,
    comment,
    edit_case,
    escalate,
    expedite,
    public_comment,
    reopen,
    status,
    tie_case,
)
from bot.dialogs.forms import FieldErrors, Fields, by_command, is_by_command, read_reference, with_editors
from bot.domain.cases import Case
from bot.domain.ids import CaseId
from bot.domain.people import Person
from bot.domain.permissions import Act
from bot.domain.policy import Policy
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.handlers.call import Call, Payload
from bot.handlers.reply import Errors, Nothing, Open, Refresh, Replace, Reply, View
from bot.handlers.spoken import as_typed, users_in
from bot.handlers.targets import target
from bot.services import cases, editing, escalation, public, reading, ties
from bot.services.desk import Desk

log = logging.getLogger(__name__)

Draw = Callable[[Case, Person, Policy, Fields | None, str | None], View]


@dataclass(frozen=True, kw_only=True)
class Form:
    """An act's form: how it is drawn, read and saved, and what a command's rest fills in."""

    act: Act
    draw: Draw
    read: Callable[[Fields, str], Any]
    save: Callable[..., Awaitable[Receipt]]
    prefill: Callable[[str], Fields] = lambda rest: {}


def _first_person(rest: str) -> Fields:
    mentioned = users_in(rest)
    return {"owner": mentioned[0]} if mentioned else {}


FORMS: dict[str, Form] = {
    comment.CALLBACK_ID: Form(
        act=Act.COMMENT,
        draw=lambda case, person, policy, typed, banner: comment.view(case, person, typed, banner),
        read=comment.read,
        save=cases.comment,
        prefill=lambda rest: {"text": as_typed(rest)} if rest else {},
    ),
    assign.CALLBACK_ID: Form(
        act=Act.ASSIGN,
        draw=lambda case, person, policy, typed, banner: assign.view(case, typed, banner),
        read=assign.read,
        save=cases.assign,
        prefill=_first_person,
    ),
    edit_case.CALLBACK_ID: Form(act=Act.EDIT_CASE, draw=edit_case.view, read=edit_case.read, save=cases.edit),
    status.CALLBACK_ID: Form(
        act=Act.SET_STATUS,
        draw=lambda case, person, policy, typed, banner: status.view(case, person, typed, banner),
        read=status.read,
        save=cases.set_status,
    ),
    close_case.CALLBACK_ID: Form(act=Act.CLOSE, draw=close_case.view, read=close_case.read, save=cases.close),
    reopen.CALLBACK_ID: Form(
        act=Act.REOPEN,
        draw=lambda case, person, policy, typed, banner: reopen.view(case, person, typed, banner),
        read=reopen.read,
        save=cases.reopen,
    ),
    escalate.CALLBACK_ID: Form(
        act=Act.ESCALATE, draw=escalate.view, read=escalate.read, save=escalation.escalate
    ),
    expedite.CALLBACK_ID: Form(
        act=Act.ASK_TO_EXPEDITE,
        draw=lambda case, person, policy, typed, banner: expedite.view(case, person, typed, banner),
        read=expedite.read,
        save=escalation.ask_to_expedite,
    ),
    tie_case.CALLBACK_ID: Form(
        act=Act.EDIT_CASE,
        draw=lambda case, person, policy, typed, banner: tie_case.view(case, typed, banner),
        read=tie_case.read,
        save=ties.tie,
    ),
    call_back.CALLBACK_ID: Form(
        act=Act.REQUEST_CALL_BACK,
        draw=lambda case, person, policy, typed, banner: call_back.view(case, policy, typed, banner),
        read=call_back.read,
        save=escalation.request_call_back,
    ),
}
"""Route of a button and callback id of a modal -> form; `/case comment N` is the route `case.comment`."""


EXCLUSIVE = frozenset({Act.EDIT_CASE, Act.SET_STATUS, Act.CLOSE})
"""Acts that two people can only do one after the other: who has their form open is told to the next."""


async def show(desk: Desk, call: Call) -> Reply:
    """The form of an act on a case, from a button or from `/case ACT N`."""
    form = FORMS[call.route.replace("/case ", "case.")]
    case_id, rest = await target(desk, call)
    if form.act in EXCLUSIVE and call.route != tie_case.CALLBACK_ID:
        case, person, others = await editing.begin(desk, call.by, case_id, form.act)
    else:
        case, person = await reading.case_for(desk, call.by, case_id, form.act)
        others = ()
    drawn = form.draw(case, person, desk.policy, form.prefill(rest) or None, None)
    view = with_editors(drawn, others)
    typed = call.payload is Payload.COMMAND and "private_metadata" in view
    return Open(by_command(view) if typed else view)


async def closed(desk: Desk, call: Call) -> Reply:
    """A form was closed without saving: it is in nobody's way any more."""
    assert call.view is not None
    case_id, _ = read_reference(call.view.metadata)
    await editing.end(desk, call.by, case_id)
    return Nothing()


async def submitted(desk: Desk, call: Call) -> Reply:
    """A form that was sent: saved, or drawn again with what was typed and why it could not be."""
    assert call.view is not None
    form = FORMS[call.route]
    command = form.read(call.fields, call.view.metadata)
    if isinstance(command, FieldErrors):
        return Errors(command.errors)
    try:
        shown = await _shown_first(desk, call, command)
        if shown is not None:
            return shown
        receipt = await form.save(desk, command, call.by, call.key)
    except Refusal as refusal:
        return await _drawn_again(desk, call, form, refusal, command.case_id)
    return await outcome(desk, call, receipt)


async def _shown_first(desk: Desk, call: Call, command: Any) -> Reply | None:
    """What staff see before a public text is sent; None where the form is simply saved."""
    if not public.has_public_text(command):
        return None
    shown = await public.show(desk, command, call.by)
    if shown is None:
        return None
    return Replace(_alike(call, public_comment.view(shown, email_ready=desk.email_ready)))


async def _drawn_again(desk: Desk, call: Call, form: Form, refusal: Refusal, case_id: CaseId) -> Reply:
    """Somebody was faster: the form again on the case as it stands now, with all that was typed.

    A case that was closed meanwhile cannot be closed or worked: what was typed becomes a comment to be.
    """
    if refusal.reason not in (Reason.CHANGED_MEANWHILE, Reason.ALREADY_CLOSED):
        raise refusal
    case, person = await reading.as_it_stands(desk, call.by, case_id)
    banner = words.plain(refusal, person.timezone)
    if refusal.reason is Reason.ALREADY_CLOSED:
        typed = call.fields.get("note") or call.fields.get("text")
        form, fields = FORMS[comment.CALLBACK_ID], {"text": typed, "audience": call.fields.get("audience")}
        return Replace(_alike(call, form.draw(case, person, desk.policy, fields, banner)))
    typed_now = touched(call)
    if form.act is Act.EDIT_CASE:
        banner = " ".join((banner, edit_case.differences(case, typed_now, desk.policy))).strip()
    return Replace(_alike(call, form.draw(case, person, desk.policy, typed_now, banner)))


def _alike(call: Call, view: View) -> View:
    """A form drawn again is still the one that a command opened, if one did."""
    assert call.view is not None
    return by_command(view) if is_by_command(call.view.metadata) and "private_metadata" in view else view


def touched(call: Call) -> Fields:
    """What the person changed in the form: the rest is to follow the case, not to undo somebody else's work.

    In a form that was drawn again already, what they typed before is what it was drawn with: all counts.
    """
    assert call.view is not None
    if call.view.warned:
        return call.fields
    drawn = call.view.drawn
    return {
        name: value for name, value in call.fields.items() if (value or None) != (drawn.get(name) or None)
    }


async def outcome(desk: Desk, call: Call, receipt: Receipt) -> Reply:
    """Where the actor sees what came of it: the page below, the card that they pressed, or this window."""
    assert call.view is not None
    assert receipt.case_id is not None
    if call.view.below is None and receipt.seen_on_card and not is_by_command(call.view.metadata):
        return Nothing()
    try:
        page = await page_view(desk, call, receipt.case_id)
    except Exception:
        # It is saved. Whatever keeps us from showing it must not look as if it were not.
        log.exception("what came of it could not be drawn")
        return Nothing()
    return Refresh(page) if call.view.below is not None else Replace(page)


async def page_view(desk: Desk, call: Call, case_id: CaseId, refusal: Refusal | None = None) -> View:
    """The page of a case as the actor sees it now, with a refusal on top where there is one."""
    page = await reading.case_page(desk, call.by, case_id)
    banner = words.plain(refusal, page.viewer.timezone) if refusal else None
    return case_page.view(page, desk.policy, banner)
