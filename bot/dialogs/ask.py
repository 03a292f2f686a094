"""The modal that asks a question or for an update; `handlers.asking` shows it and reads it."""

from __future__ import annotations

import json

import slackblocks as sb

from bot.blocks import inputs, kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import forms
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.commands import Ask, AskKind
from bot.domain.ids import shown
from bot.domain.lifecycle import Status
from bot.domain.pages import AskForm
from bot.domain.policy import Choice

CALLBACK_ID = "case.ask"
UPDATE = "case.ask_update"


def view(form: AskForm, typed: Fields | None = None, banner: str | None = None) -> View:
    """The form: whom, what, and for an update whether the customer asks for it."""
    case, update = form.case, form.kind is AskKind.UPDATE
    owner = case.owner.slack_user_id if case.owner and case.owner.id != form.person.id else ""
    return kit.modal(
        "Ask for an update" if update else "Ask a question",
        [
            *forms.banner(banner),
            kit.small("about", kit.plain(f"Case {shown(case.number)} · {case.title}")),
            *_when(form),
            inputs.user(
                "who",
                "Whom do you ask?",
                initial=forms.kept(typed, "who", owner) or None,
                hint="They own the case from then on, and are told at once.",
            ),
            inputs.text(
                "text",
                "What do you want to know?" if update else "Your question",
                initial=forms.kept(typed, "text", ""),
                limit=forms.LONGEST_TEXT,
                multiline=True,
                optional=update,
                hint="It becomes an internal comment.",
            ),
            *_customer_asks(form, typed),
        ],
        callback_id=CALLBACK_ID,
        submit="Ask",
        close="Cancel",
        metadata=json.dumps({"case": case.id, "version": case.version, "kind": form.kind.value}),
    )


def _when(form: AskForm) -> list[sb.Block]:
    """From when an update may be asked for, where that is not now."""
    if form.kind is not AskKind.UPDATE:
        return []
    if form.case.status is Status.WAITING:
        return [kit.section("when", "This case is waiting for something: no update is asked for.")]
    if form.opens is None or form.opens <= form.now:
        return []
    opens = texts.date(form.opens)
    return [kit.marked_section("when", f"Integrations may be asked from {opens}, or when the customer asks.")]


def _customer_asks(form: AskForm, typed: Fields | None) -> list[sb.Block]:
    if form.kind is not AskKind.UPDATE:
        return []
    choice = Choice(value="yes", label="The customer asks for it", meaning="It is written into the comments")
    ticked = ["yes"] if "yes" in ((typed or {}).get("customer_asks") or ()) else []
    return [inputs.boxes("customer_asks", "Why now", [choice], initial=ticked)]


def read(fields: Fields, metadata: str) -> Ask | FieldErrors:
    """The command, or a sentence at the field that is missing."""
    case_id, version = forms.read_reference(metadata)
    kind, text = kind_in(metadata), forms.text_in(fields, "text")
    if kind is AskKind.QUESTION and not text:
        return FieldErrors(errors={"text": "The question is missing. Write what you want to know."})
    return Ask(
        case_id=case_id,
        version=version,
        kind=kind,
        who=forms.choice_in(fields, "who") or "",
        text=text,
        customer_asks="yes" in (fields.get("customer_asks") or ()),
    )


def kind_in(metadata: str) -> AskKind:
    """What the form asks; a question where it does not say."""
    kind = json.loads(metadata).get("kind")
    return AskKind(kind) if kind in set(AskKind) else AskKind.QUESTION
